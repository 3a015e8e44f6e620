"""`String.toLowerCase(Locale.ENGLISH)`: what becomes of an alias before Java looks for it, or puts it into a map.

Two things are not as Python has them. A Java knows the letters of its own Unicode version. And a capital sigma is a
final one by the JDK's own word breaks (`java.text.BreakIterator`), which hold letters, digits and single hyphens
together: `AΣ-b` has no final sigma, `A1Σ` has one. Compared with 8u252, 8u504, 11.0.13, 11.0.32, 17.0.15, 17.0.21,
21.0.8 and 21.0.13: every character, and 60,000 texts around sigmas. Left out: what stands next to a sigma is classed by
this Python's Unicode, so a letter that the Java does not know yet may count as one there.
"""

from __future__ import annotations

from collections.abc import Iterable

from guarded.regex import regex
from guarded.values import dataclass
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import Jdk

_SIGMA, _SMALL_SIGMA, _FINAL_SIGMA = "Σ", "\u03c3", "ς"


@dataclass(frozen=True, slots=True)
class _Capitals:
    """Capital letters that came with one version of Unicode, each so far from its small letter."""

    since: Feature
    first: int
    last: int
    distance: int
    step: int = 1

    def has(self, point: int) -> bool:
        return self.first <= point <= self.last and (point - self.first) % self.step == 0


_10, _13, _15, _16 = Feature.UNICODE_10, Feature.UNICODE_13, Feature.UNICODE_15, Feature.UNICODE_16

YOUNG_CAPITALS = (
    _Capitals(_10, 0x37F, 0x37F, 116),
    _Capitals(_10, 0x528, 0x52E, 1, 2),
    _Capitals(_10, 0x13A0, 0x13EF, 38864),
    _Capitals(_10, 0x13F0, 0x13F5, 8),
    _Capitals(_16, 0x1C89, 0x1C89, 1),
    _Capitals(_13, 0x1C90, 0x1CBA, -3008),
    _Capitals(_13, 0x1CBD, 0x1CBF, -3008),
    _Capitals(_15, 0x2C2F, 0x2C2F, 48),
    _Capitals(_10, 0xA698, 0xA69A, 1, 2),
    _Capitals(_10, 0xA796, 0xA79E, 1, 2),
    _Capitals(_10, 0xA7AB, 0xA7AB, -42319),
    _Capitals(_10, 0xA7AC, 0xA7AC, -42315),
    _Capitals(_10, 0xA7AD, 0xA7AD, -42305),
    _Capitals(_10, 0xA7AE, 0xA7AE, -42308),
    _Capitals(_10, 0xA7B0, 0xA7B0, -42258),
    _Capitals(_10, 0xA7B1, 0xA7B1, -42282),
    _Capitals(_10, 0xA7B2, 0xA7B2, -42261),
    _Capitals(_10, 0xA7B3, 0xA7B3, 928),
    _Capitals(_10, 0xA7B4, 0xA7B6, 1, 2),
    _Capitals(_13, 0xA7B8, 0xA7BE, 1, 2),
    _Capitals(_15, 0xA7C0, 0xA7C0, 1),
    _Capitals(_13, 0xA7C2, 0xA7C2, 1),
    _Capitals(_13, 0xA7C4, 0xA7C4, -48),
    _Capitals(_13, 0xA7C5, 0xA7C5, -42307),
    _Capitals(_13, 0xA7C6, 0xA7C6, -35384),
    _Capitals(_13, 0xA7C7, 0xA7C9, 1, 2),
    _Capitals(_16, 0xA7CB, 0xA7CB, -42343),
    _Capitals(_16, 0xA7CC, 0xA7CC, 1),
    _Capitals(_15, 0xA7D0, 0xA7D0, 1),
    _Capitals(_15, 0xA7D6, 0xA7D8, 1, 2),
    _Capitals(_16, 0xA7DA, 0xA7DA, 1),
    _Capitals(_16, 0xA7DC, 0xA7DC, -42561),
    _Capitals(_13, 0xA7F5, 0xA7F5, 1),
    _Capitals(_10, 0x104B0, 0x104D3, 40),
    _Capitals(_15, 0x10570, 0x1057A, 39),
    _Capitals(_15, 0x1057C, 0x1058A, 39),
    _Capitals(_15, 0x1058C, 0x10592, 39),
    _Capitals(_15, 0x10594, 0x10595, 39),
    _Capitals(_10, 0x10C80, 0x10CB2, 64),
    _Capitals(_16, 0x10D50, 0x10D65, 32),
    _Capitals(_10, 0x118A0, 0x118BF, 32),
    _Capitals(_13, 0x16E40, 0x16E5F, 32),
    _Capitals(_10, 0x1E900, 0x1E921, 34),
)
"""Those that came after Unicode 6.2, which is Java 8's; Python 3.11 and later have the older ones alike.

No small letter ever changed. Unicode 16 by its data file, the others as measured.
"""


def lower(text: str, java: Jdk) -> str:
    """The text in lower case as that Java writes it."""
    if text.isascii():
        return text.lower()
    return "".join(
        _FINAL_SIGMA if char == _SIGMA and _is_final(text, place, java) else _lower(char, java)
        for place, char in enumerate(text)
    )


def _lower(char: str, java: Jdk) -> str:
    young = _young(char)
    if young is None:
        return char.lower() if char != _SIGMA else _SMALL_SIGMA
    return chr(ord(char) + young.distance) if java.has(young.since) else char


def _young(char: str) -> _Capitals | None:
    point = ord(char)
    return next((row for row in YOUNG_CAPITALS if row.has(point)), None)


def _is_final(text: str, sigma: int, java: Jdk) -> bool:
    """A cased letter before it in its word and none behind it."""
    first, last = _word_around(text, sigma, java)
    return any(_in_reach(_before(text, sigma, first), java)) and not any(_in_reach(text[sigma + 1 : last], java))


def _before(text: str, sigma: int, first: int) -> str:
    """What stands before the sigma, the nearest first; Java takes the place behind a pair of surrogates for a break."""
    pair = max((place for place in range(max(first, 1), sigma) if text[place] > "\uffff"), default=first - 1)
    return text[pair + 1 : sigma][::-1]


def _in_reach(text: str, java: Jdk) -> Iterable[bool]:
    """Whether each is cased, up to a pair of surrogates and with it."""
    for char in text:
        yield _is_cased(char, java)
        if char > "\uffff":
            return


def _is_cased(char: str, java: Jdk) -> bool:
    from unicodedata import category

    young = _young(char)
    if young is not None and not java.has(young.since):
        return False
    if _GEORGIAN.match(char) and not java.has(_13):
        return False
    return category(char) in ("Lu", "Ll", "Lt") or _OTHER_LOWERCASE.match(char) is not None


_GEORGIAN = regex(r"[\u10d0-\u10fa\u10fd-\u10ff]")
"""They had no case before their capitals came with Unicode 11."""

_OTHER_LOWERCASE = regex("[\u02b0-\u02b8\u02c0\u02c1\u02e0-\u02e4\u0345\u037a\u1d2c-\u1d61\u2160-\u217f\u24b6-\u24e9]")
"""The list of `java.lang.ConditionalSpecialCasing`."""


def _word_around(text: str, sigma: int, java: Jdk) -> tuple[int, int]:
    """Where the piece that the sigma is in begins and ends."""
    kept = [(place, kind) for place, kind in enumerate(_kind(char, java) for char in text) if kind]
    kinds = "".join(kind for _, kind in kept)
    at = next(index for index, (place, _) in enumerate(kept) if place == sigma)
    piece = next(found for found in _PIECE.finditer(kinds) if found.end() > at)
    return kept[piece.start()][0], kept[piece.end() - 1][0] + 1


_WORD = """(?:LE*)+(?:[-".](?:LE*)+)*D?"""
_NUMBER = """(?:NE*)+(?:[".,](?:NE*)+)*"""
_PIECE = regex(
    rf"[#.]?(?:{_NUMBER}{_WORD})+(?:{_NUMBER}%?)?|[#.]?{_NUMBER}%?|{_WORD}(?:{_NUMBER}{_WORD})*(?:{_NUMBER}%?)?"
    r"|[^Ec]E+|."
)
"""The JDK's word breaks over the kinds of characters, as far as they meet letters."""


def _kind(char: str, java: Jdk) -> str:
    """L a letter, N a digit, E a mark, D a danda, c a control, o any other; punctuation by where it holds words or
    numbers together; nothing for what does not count at all."""
    from unicodedata import category

    if char in _KINDS:
        return _KINDS[char]
    young = _young(char)
    if _NOT_OF_WORDS.match(char) or (young is not None and not java.has(young.since)):
        return "o"
    kind = category(char)
    if kind == "Cf":
        return "o" if char > "\uffff" else ""
    return _OF_CATEGORY.get(kind) or _OF_CATEGORY.get(kind[0], "o")


_KINDS = {
    **dict.fromkeys("\u00ad\u2027", "-"),
    **dict.fromkeys("\"'", '"'),
    ".": ".",
    **dict.fromkeys(",\u066b", ","),
    "#": "#",
    **dict.fromkeys("%&\u00a2\u066a\u2030\u2031", "%"),
    **dict.fromkeys("\u0964\u0965", "D"),
}
_NOT_OF_WORDS = regex(r"[\u3005\u4e00-\u9fa5\uf900-\ufa2d\u30a1-\u30fa\u30fc-\u30fe\u3041-\u3094\u309d\u309e]")
"""Kanji, katakana and hiragana with their marks."""
_OF_CATEGORY = {
    **dict.fromkeys(("L", "Mc"), "L"),
    **dict.fromkeys(("Mn", "Me"), "E"),
    "N": "N",
    **dict.fromkeys(("Pd", "Pc"), "-"),
    "Sc": "#",
    **dict.fromkeys(("Cc", "Zl", "Zp"), "c"),
}
