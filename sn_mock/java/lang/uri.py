"""Uniform resource identifiers as `java.net.URI` parses them (RFC 2396 with Java's deviations), for its complaints."""

from __future__ import annotations

import re
import string

from guarded.values import dataclass
from sn_mock.java.lang.jdk import REFERENCE, Jdk
from sn_mock.java.lang.uri_authority import UNRESERVED, UriSyntaxError, check, parse_host

__all__ = ["Uri", "UriSyntaxError", "parse_uri"]

_SCHEME = frozenset(string.ascii_letters + string.digits + "+-.")
_PATH = frozenset(UNRESERVED + ":@&=+$,;/")
_URIC = frozenset(UNRESERVED + ";/?:@&=+$,[]")


@dataclass(frozen=True, slots=True)
class Uri:
    """The parts that matter to a certificate's name."""

    scheme: str | None
    host: str | None
    """The server's name or address (an IPv6 one in brackets); None for other authorities and where there is none."""
    specific: str
    """`getRawSchemeSpecificPart()`: all between scheme and fragment."""


def parse_uri(text: str, java: Jdk = REFERENCE) -> Uri:
    """The URI; raises UriSyntaxError in the words of that Java."""
    end_of_scheme = re.search(r"[/?#:]", text)
    if end_of_scheme is None or end_of_scheme[0] != ":":
        host, position = _hierarchical(text, 0, java)
        _fragment(text, position)
        return Uri(None, host, text[:position])
    position = end_of_scheme.start()
    if position == 0:
        raise UriSyntaxError("Expected scheme name", 0, text)
    if text[0] not in string.ascii_letters:
        raise UriSyntaxError("Illegal character in scheme name", 0, text)
    check(text, 1, position, _SCHEME, "scheme name", others=False)
    scheme = text[:position]
    position += 1
    begin = position
    host = None
    if text[position : position + 1] == "/":
        host, position = _hierarchical(text, position, java)
    else:
        start, position = position, _until(text, position, "#")
        if position <= start:
            raise UriSyntaxError("Expected scheme-specific part", start, text)
        check(text, start, position, _URIC, "opaque part")
    _fragment(text, position)
    return Uri(scheme, host, text[begin:position])


def _until(text: str, start: int, stops: str) -> int:
    return next((index for index in range(start, len(text)) if text[index] in stops), len(text))


def _hierarchical(text: str, position: int, java: Jdk) -> tuple[str | None, int]:
    host: str | None = None
    if text.startswith("//", position):
        start, position = position + 2, _until(text, position + 2, "/?#")
        if position > start:
            host = parse_host(text, start, position, java)
        elif position == len(text):
            raise UriSyntaxError("Expected authority", start, text)
    start, position = position, _until(text, position, "?#")
    check(text, start, position, _PATH, "path")
    if text[position : position + 1] == "?":
        start, position = position + 1, _until(text, position, "#")
        check(text, start, position, _URIC, "query")
    return host, position


def _fragment(text: str, position: int) -> None:
    if text[position : position + 1] == "#":
        check(text, position + 1, len(text), _URIC, "fragment")
