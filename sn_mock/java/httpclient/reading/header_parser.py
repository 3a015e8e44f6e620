"""Fields of words, `name=value, name="value", word`, as the JDK takes them apart (sun.net.www.HeaderParser)."""

from __future__ import annotations

from collections.abc import Iterator

from guarded.values import dataclass
from sn_mock.java.httpclient.reading.java_text import parse_int, trim

_BETWEEN = " ,"


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a field: either may be missing."""

    name: str | None
    """In lower case."""
    value: str | None = None


def words(field: str) -> Iterator[Word]:
    """Each word in turn. Only blanks and commas stand between two, and the last of several names counts."""
    raw = trim(field)
    begin = end = 0
    name: str | None = None
    in_key, quoted, size = True, False, len(raw)
    while end < size:
        letter = raw[end]
        if letter == "=" and not quoted:
            name, in_key = raw[begin:end].lower(), False
            begin = end = end + 1
        elif letter == '"' and not quoted:
            quoted = True
            begin = end = end + 1
        elif letter == '"' or (letter in _BETWEEN and not quoted):
            yield Word(raw[begin:end].lower()) if in_key and not quoted else Word(name, raw[begin:end])
            name, quoted, in_key = None, False, True
            begin = end = _past(raw, end + (letter == '"'))
        else:
            end += 1
    if begin < size:
        yield Word(raw[begin:].lower()) if in_key else Word(name, raw[begin:])


def find_int(field: str, name: str) -> int | None:
    """`findInt`: the number of the first word of that name. A word that has no name ends the search."""
    for word in words(field):
        if word.name is None:
            return None
        if word.name == name:
            return parse_int(word.value or "")
    return None


def _past(raw: str, at: int) -> int:
    while at < len(raw) and raw[at] in _BETWEEN:
        at += 1
    return at
