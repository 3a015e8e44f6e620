"""Spelling: a word that is one slip away from a word of the tables.

A slip is one letter too many, one too few, one wrong, or two neighbours changed over. A text that breaks off within a
word is another: the word goes on as it does in the tables.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

_SHORTEST = 5


class Spelling:
    """The words that are known, found again by any of their shapes with one letter missing."""

    def __init__(self, known: Iterable[str], pairs: Iterable[tuple[str, str]] = ()) -> None:
        """`pairs`: words that follow each other in the tables."""
        self._known = {word for word in known if len(word) >= _SHORTEST and word.isalpha()}
        self._followers: dict[str, set[str]] = defaultdict(set)
        for one, other in pairs:
            self._followers[one].add(other)
        self._shapes: Mapping[str, list[str]] = self._by_shape()

    def _by_shape(self) -> Mapping[str, list[str]]:
        shapes: dict[str, list[str]] = defaultdict(list)
        for word in sorted(self._known):
            for shape in _shapes(word):
                shapes[shape].append(word)
        return shapes

    def mended(self, said: str) -> str:
        """The same words, each unknown one replaced by the known one that is one slip away, where there is one."""
        return " ".join(self._mend(word) for word in said.split())

    def completed(self, said: str) -> str:
        """The same words, the last one whole where it is cut off and the tables go on with one word there.

        Of `unknown` and `unknownIssuer` it is the one that both begin with.
        """
        *_, before, last = ("", "", *said.split())
        if last in self._known:
            return said
        after = sorted(word for word in self._followers.get(before, ()) if word.startswith(last) and word != last)
        one = last and after and all(word.startswith(after[0]) for word in after)
        return said + after[0][len(last) :] if one else said

    def _mend(self, word: str) -> str:
        if len(word) < _SHORTEST or word in self._known or not word.isalpha():
            return word
        near = {one for shape in _shapes(word) for one in self._shapes.get(shape, ()) if _one_slip(word, one)}
        return min(near) if len(near) == 1 else word


def _shapes(word: str) -> set[str]:
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}


def _one_slip(one: str, other: str) -> bool:
    """Whether the two differ by one slip (Damerau's distance of 1)."""
    if abs(len(one) - len(other)) > 1:
        return False
    at = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    rest, opposite = one[at:], other[at:]
    return (
        rest[1:] == opposite[1:]
        or rest[1:] == opposite
        or rest == opposite[1:]
        or (len(rest) > 1 and len(opposite) > 1 and rest[:2] == opposite[1::-1] and rest[2:] == opposite[2:])
    )
