"""Header elements, `name=value; parameter=value, …`, as two of the libraries take them apart."""

from __future__ import annotations

import re

from guarded.regex import regex
from guarded.values import dataclass
from sn_mock.java.httpclient.reading.java_text import WHITESPACE

_BLANKS = " \t\r\n"
_QUOTED = regex(r'"(?:[^"\\]|\\.)*(?:"|\\?\Z)', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Element:
    """One element: its name, and its parameters in order (None: a parameter without a value)."""

    name: str
    parameters: tuple[tuple[str, str | None], ...] = ()


def last_name_of_commons(value: str) -> str | None:
    """The name of the last element by commons-httpclient (HeaderElement, ParameterParser); None without elements."""
    last = None
    for piece in _split_outside_quotes(value):
        for parameter in piece.split(";"):
            name, equals, _ = parameter.partition("=")
            name = name.strip(WHITESPACE)
            if name or equals:
                last = name
                break
    return last


def _split_outside_quotes(value: str) -> list[str]:
    pieces, quoted, begin = [], False, 0
    for at, letter in enumerate(value):
        quoted ^= letter == '"'
        if letter == "," and not quoted:
            pieces.append(value[begin:at])
            begin = at + 1
    return [*pieces, value[begin:]]


def elements_of_client4(value: str) -> tuple[Element, ...]:
    """All elements by httpcore (BasicHeaderValueParser, TokenParser)."""
    found, at = [], 0
    while at < len(value):
        name, own, at, more = _pair(value, at)
        parameters = []
        while more and at < len(value):
            key, given, at, more = _pair(value, at)
            parameters.append((key, given))
        if name or own is not None:
            found.append(Element(name, tuple(parameters)))
    return tuple(found)


def _pair(text: str, at: int) -> tuple[str, str | None, int, bool]:
    """name, value, where to go on, and whether more of the same element follows there."""
    end = _until(text, at, "=;,")
    name = _words(text[at:end])
    if end == len(text):
        return name, None, end, False
    if text[end] != "=":
        return name, None, end + 1, text[end] == ";"
    value, end = _value(text, end + 1)
    if end == len(text):
        return name, value, end, False
    return name, value, end + 1, text[end] == ";"


def _until(text: str, at: int, delimiters: str) -> int:
    while at < len(text) and text[at] not in delimiters:
        at += 1
    return at


def _words(text: str) -> str:
    """Runs of blanks become one, none at the ends."""
    return " ".join(word for word in re.split(f"[{_BLANKS}]+", text) if word)


def _value(text: str, at: int) -> tuple[str, int]:
    said, blank = "", False
    while at < len(text) and text[at] not in ";,":
        if text[at] in _BLANKS:
            blank, at = True, at + 1
            continue
        said += " " if blank and said else ""
        blank = False
        if text[at] == '"' and (quoted := _QUOTED.match(text, at)):
            said += re.sub(r'\\(["\\])', r"\1", quoted[0][1:].removesuffix('"') if quoted[0][1:] else "")
            at = quoted.end()
            continue
        end = _until(text, at, ';,"' + _BLANKS)
        said += text[at:end]
        at = end
    return said, at
