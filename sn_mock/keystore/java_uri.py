"""Uniform resource identifiers as `java.net.URI` parses them (RFC 2396 with Java's deviations), for its complaints."""

from __future__ import annotations

import re
import string
from dataclasses import dataclass

_ALPHANUM = string.ascii_letters + string.digits
_SCHEME = frozenset(_ALPHANUM + "+-.")
_UNRESERVED = _ALPHANUM + "_-!.~'()*"
_PATH = frozenset(_UNRESERVED + ":@&=+$,;/")
_URIC = frozenset(_UNRESERVED + ";/?:@&=+$,[]")
_AUTHORITY = frozenset(_UNRESERVED + "$,;:@&=+")
_HOST = re.compile(
    r"(?:[^@]*@)?(?P<host>(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)*[A-Za-z](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.?"
    r"|\d{1,3}(?:\.\d{1,3}){3})(?::\d*)?"
)


class UriSyntaxError(ValueError):
    """Java's `URISyntaxException`, with its text."""

    def __init__(self, reason: str, index: int, text: str) -> None:
        super().__init__(f"{reason} at index {index}: {text}")


@dataclass(frozen=True, slots=True)
class Uri:
    """The parts that matter to a certificate's name."""

    scheme: str | None
    host: str | None


def parse_uri(text: str) -> Uri:
    """The URI; raises UriSyntaxError."""
    end_of_scheme = re.search(r"[/?#:]", text)
    if end_of_scheme is None or end_of_scheme[0] != ":":
        _, position = _hierarchical(text, 0)
        _fragment(text, position)
        return Uri(None, None)
    position = end_of_scheme.start()
    if position == 0:
        raise UriSyntaxError("Expected scheme name", 0, text)
    if text[0] not in string.ascii_letters:
        raise UriSyntaxError("Illegal character in scheme name", 0, text)
    _check(text, 1, position, _SCHEME, "scheme name", others=False)
    scheme = text[:position]
    position += 1
    host: str | None = None
    if text[position : position + 1] == "/":
        host, position = _hierarchical(text, position)
    else:
        start, position = position, _until(text, position, "#")
        if position <= start:
            raise UriSyntaxError("Expected scheme-specific part", start, text)
        _check(text, start, position, _URIC, "opaque part")
    _fragment(text, position)
    return Uri(scheme, host)


def _until(text: str, start: int, stops: str) -> int:
    return next((index for index in range(start, len(text)) if text[index] in stops), len(text))


def _check(text: str, start: int, end: int, allowed: frozenset[str], what: str, *, others: bool = True) -> None:
    """Every character is allowed, or an escape, or one of Java's `other` characters (visible and not ASCII)."""
    index = start
    while index < end:
        char = text[index]
        if char == "%" and others:
            if not all(digit in string.hexdigits for digit in text[index + 1 : index + 3].ljust(2)):
                raise UriSyntaxError("Malformed escape pair", index, text)
            index += 2
        elif char not in allowed and not (others and ord(char) > 0x9F and not char.isspace()):
            raise UriSyntaxError(f"Illegal character in {what}", index, text)
        index += 1


def _hierarchical(text: str, position: int) -> tuple[str | None, int]:
    host: str | None = None
    if text.startswith("//", position):
        start, position = position + 2, _until(text, position + 2, "/?#")
        if position > start:
            host = _host(text, start, position)
        elif position == len(text):
            raise UriSyntaxError("Expected authority", start, text)
    start, position = position, _until(text, position, "?#")
    _check(text, start, position, _PATH, "path")
    if text[position : position + 1] == "?":
        start, position = position + 1, _until(text, position, "#")
        _check(text, start, position, _URIC, "query")
    return host, position


def _host(text: str, start: int, end: int) -> str | None:
    found = _HOST.fullmatch(text, start, end)
    if found is None:
        _check(text, start, end, _AUTHORITY, "authority")
    return None if found is None else found["host"]


def _fragment(text: str, position: int) -> None:
    if text[position : position + 1] == "#":
        _check(text, position + 1, len(text), _URIC, "fragment")
