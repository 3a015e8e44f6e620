"""The page: what is judged, as one string of words, with the lines it came from."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator

from guarded.regex import regex
from guarded.values import dataclass
from sn_mock.diagnosis.reading.words import unescaped, words

_WIDEST_GAP = 300
"""Characters that the values within one text may take."""
_LONGEST_LINE = 20_000
"""Characters from which a line (a page or a document without line ends) counts as several."""
_ENDLESS = regex(r"(\w{100})\w+")
"""Keys and pictures in Base64: what follows the hundredth letter of a word resembles no text of the tables."""
_SHORTEST = 4
"""Letters of a word that may go on in the next line."""
_OCCURRENCES = 20
"""Occurrences of a phrase that are looked at, from the end: a log tells its end best."""


@dataclass(frozen=True, slots=True)
class Span:
    """Where a phrase stands in a page's words."""

    begin: int
    end: int
    line: int
    """Index of the line where it begins."""


class Page:
    """Lines and their words. Words of neighbouring lines touch, as mail and terminals break lines anywhere."""

    def __init__(self, lines: Iterable[str], vocabulary: Collection[str] = ()) -> None:
        """`vocabulary`: the words of the tables, each of which is one again where a line ends within it."""
        self.lines: list[str] = []
        self._starts: list[int] = []
        parts: list[str] = []
        at = 1
        for line in lines:
            for piece in _pieces(unescaped(line)):
                said = words(piece)
                if parts and (rest := _rest_of_a_word(parts[-1], said, vocabulary)):
                    parts[-1] += rest
                    at += len(rest)
                    said = said[len(rest) + 1 :]
                if said:
                    self.lines.append(piece)
                    self._starts.append(at)
                    parts.append(said)
                    at += len(said) + 1
        self.text = f" {' '.join(parts)} "
        self._ascii = self.text.isascii()

    def words_of(self, line: int) -> str:
        """The words of one line, with a blank on either side."""
        end = self._starts[line + 1] if line + 1 < len(self._starts) else len(self.text)
        return f" {self.text[self._starts[line] : end - 1]} "

    def line_at(self, place: int) -> int:
        """Index of the line that holds this place of `text`."""
        return max(bisect_right(self._starts, place) - 1, 0)

    def has(self, pieces: tuple[str, ...]) -> bool:
        """Whether the phrase stands anywhere."""
        return next(self.find(pieces), None) is not None

    def find(self, pieces: tuple[str, ...]) -> Iterator[Span]:
        """Where the phrase stands, the last first; at most twenty places."""
        first, *others = pieces
        if self._ascii and not first.isascii():
            return
        at = self.text.rfind(first)
        seen = 0
        while at >= 0 and seen < _OCCURRENCES:
            seen += 1
            end = self._follow(at + len(first), others)
            if end:
                yield Span(at, end, self.line_at(at + 1))
            at = self.text.rfind(first, 0, at + len(first) - 1)

    def _follow(self, end: int, pieces: list[str]) -> int:
        """Where the last of the pieces ends, each within reach of the one before; 0 where one is missing."""
        for piece in pieces:
            at = self.text.find(piece, end - 1, end + _WIDEST_GAP + len(piece))
            if at < 0:
                return 0
            end = at + len(piece)
        return end


def _rest_of_a_word(before: str, said: str, vocabulary: Collection[str]) -> str:
    """What a line begins with that ends the last word of the line before: one word of the tables, no two of them."""
    begun, rest = before[before.rfind(" ") + 1 :], said.partition(" ")[0]
    whole = begun + rest
    if len(whole) < _SHORTEST or whole not in vocabulary or whole.isdecimal():
        return ""
    return "" if begun in vocabulary and rest in vocabulary else rest


def _pieces(text: str) -> Iterator[str]:
    """The lines of a text; of an enormous one parts that end at a blank, where there is one."""
    for line in text.splitlines():
        if len(line) > _LONGEST_LINE:
            line = _ENDLESS.sub(r"\1", line)
        begin = 0
        while len(line) - begin > _LONGEST_LINE:
            end = line.rfind(" ", begin + _LONGEST_LINE // 2, begin + _LONGEST_LINE) + 1 or begin + _LONGEST_LINE
            yield line[begin:end]
            begin = end
        yield line[begin:]
