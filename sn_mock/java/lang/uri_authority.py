"""The authority of a URI as `java.net.URI` takes it apart: a server (host, port) or, failing that, a registry name.

RFC 2396 section 3.2 with Java's deviations (IPv6 literals, underscores by way of registry names). Measured on JDK 17.
"""

from __future__ import annotations

import string
from typing import NoReturn

from guarded.regex import regex
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import Jdk

_ALPHANUM = string.ascii_letters + string.digits
UNRESERVED = _ALPHANUM + "_-!.~'()*"
_USER_INFO = frozenset(UNRESERVED + ";:&=+$,")
_REGISTRY = frozenset(UNRESERVED + "$,;:@&=+")
_SERVER = frozenset(UNRESERVED + ";:&=+$,.:@[]%")
_OLD_SCOPE = frozenset(_ALPHANUM)
_SCOPE = frozenset(_ALPHANUM + "_.")
_BYTE = "(?:[01]?[0-9]{1,2}|2[0-4][0-9]|25[0-5])"
_ADDRESS = regex(rf"0*{_BYTE}(?:\.0*{_BYTE}){{3}}")
_WHOLE_BYTE = rf"0*{_BYTE}(?![0-9])"
_BEGUN = regex(rf"(?:{_WHOLE_BYTE}(?:\.(?:{_WHOLE_BYTE}(?:\.(?:{_WHOLE_BYTE}(?:\.(?:{_WHOLE_BYTE})?)?)?)?)?)?)?")
"""As much of an IPv4 address as there is."""
_MAX_PORT = 0x7FFFFFFF


class UriSyntaxError(ValueError):
    """Java's `URISyntaxException`, with its text."""

    def __init__(self, reason: str, index: int, text: str) -> None:
        super().__init__(f"{reason} at index {index}: {text}" if index >= 0 else f"{reason}: {text}")


def scan(text: str, start: int, end: int, allowed: frozenset[str], *, others: bool = True) -> int:
    """Where the allowed characters end.

    With `others` an escape counts as one of them, and so does any visible character outside ASCII; a percent sign
    that begins no escape is refused at once, unless it is allowed by itself.
    """
    index = start
    while index < end:
        char = text[index]
        if char in allowed:
            index += 1
        elif char == "%" and others:
            if not all(digit in string.hexdigits for digit in text[index + 1 : min(index + 3, end)].ljust(2)):
                raise UriSyntaxError("Malformed escape pair", index, text)
            index += 3
        elif others and ord(char) > 0x9F and not char.isspace():
            index += 1
        else:
            break
    return index


def check(text: str, start: int, end: int, allowed: frozenset[str], what: str, *, others: bool = True) -> None:
    """Refuse the first character that is not allowed."""
    index = scan(text, start, end, allowed, others=others)
    if index < end:
        raise UriSyntaxError(f"Illegal character in {what}", index, text)


def parse_host(text: str, start: int, end: int, java: Jdk) -> str | None:
    """The host of the authority `text[start:end]`; None where it is a registry name. Raises UriSyntaxError."""
    server_end = scan(text, start, end, _SERVER if text[start] != "]" else _SERVER - {"%"})
    registry_end = scan(text, start, end, _REGISTRY)
    registry = registry_end == end
    if server_end < end:
        if registry:
            return None
        placed = java.has(Feature.AUTHORITY_FAULT_PLACED)
        raise UriSyntaxError("Illegal character in authority", registry_end if placed else start, text)
    try:
        return _server(text, start, end, java)
    except UriSyntaxError:
        if registry:
            return None
        raise


def _server(text: str, start: int, end: int, java: Jdk) -> str:
    position = start
    at = text.find("@", start, end)
    if at >= 0:
        check(text, start, at, _USER_INFO, "user info")
        position = at + 1
    if text[position : position + 1] == "[" and position < end:
        host, position = _literal(text, position, end, java)
    else:
        host, position = _address_or_name(text, position, end)
    if text[position : position + 1] == ":" and position < end:
        position += 1
        check(text, position, end, frozenset(string.digits), "port number", others=False)
        digits = text[position:end].lstrip("0")
        if len(digits) > 10 or int(digits or "0") > _MAX_PORT:
            raise UriSyntaxError("Malformed port number", position, text)
        position = end
    if position < end:
        raise UriSyntaxError("Expected port number", position, text)
    return host


def _address_or_name(text: str, start: int, end: int) -> tuple[str, int]:
    address = _ADDRESS.match(text, start, end)
    if address is not None and text[address.end() : address.end() + 1] in ("", ":"):
        return address[0], address.end()
    if address is not None and address.end() == end:
        return address[0], end
    return _name(text, start, end)


def _name(text: str, start: int, end: int) -> tuple[str, int]:
    position, last = start, -1
    while position < end:
        label_end = scan(text, position, end, frozenset(_ALPHANUM + "-"), others=False)
        if label_end == position or text[position] == "-":
            break
        if text[label_end - 1] == "-":
            raise UriSyntaxError("Illegal character in hostname", label_end - 1, text)
        last, position = position, label_end
        if text[position : position + 1] != "." or position >= end:
            break
        position += 1
    if position < end and text[position] != ":":
        raise UriSyntaxError("Illegal character in hostname", position, text)
    if last < 0:
        raise UriSyntaxError("Expected hostname", start, text)
    if last > start and text[last] not in string.ascii_letters:
        raise UriSyntaxError("Illegal character in hostname", last, text)
    return text[start:position], position


def _literal(text: str, bracket: int, end: int, java: Jdk) -> tuple[str, int]:
    start = bracket + 1
    close = text.find("]", start, end)
    if close <= start:
        raise UriSyntaxError("Expected closing bracket for IPv6 address", end if close < 0 else close, text)
    scope = text.find("%", start, close)
    if scope > start:
        _Ipv6(text, start, scope).check()
        if scope + 1 == close:
            raise UriSyntaxError("scope id expected", -1, text)
        allowed = _SCOPE if java.has(Feature.SCOPES_OF_ANY_NAME) else _OLD_SCOPE
        check(text, scope + 1, close, allowed, "scope id", others=False)
    else:
        _Ipv6(text, start, close).check()
    return text[bracket : close + 1], close + 1


class _Ipv6:
    """Walks an IPv6 literal and counts its bytes."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self.text, self.start, self.end = text, start, end
        self.octets = 0

    def check(self) -> None:
        position = self._groups(self.start)
        compressed = False
        if position > self.start:
            if self._at(position, "::"):
                compressed = True
                position = self._after_gap(position + 2)
            elif self._at(position, ":"):
                position = self._ipv4(position + 1, "IPv4 address")
        elif self._at(self.start, "::"):
            compressed = True
            position = self._after_gap(self.start + 2)
        else:
            position = self.start
        if position < self.end:
            self._refuse("Malformed IPv6 address", self.start)
        if self.octets > 16:
            self._refuse("IPv6 address too long", self.start)
        if not compressed and self.octets < 16:
            self._refuse("IPv6 address too short", self.start)
        if compressed and self.octets == 16:
            self._refuse("Malformed IPv6 address", self.start)

    def _groups(self, start: int) -> int:
        position = self._hex(start)
        if position <= start or self._at(position, "."):
            return -1
        self._group(start, position)
        while self._at(position, ":") and not self._at(position + 1, ":"):
            following = self._hex(position + 1)
            if following <= position + 1:
                self._refuse("Expected digits for an IPv6 address", position + 1)
            if self._at(following, "."):
                break
            self._group(position + 1, following)
            position = following
        return position

    def _group(self, start: int, end: int) -> None:
        if end > start + 4:
            self._refuse("IPv6 hexadecimal digit sequence too long", start)
        self.octets += 2

    def _after_gap(self, start: int) -> int:
        if start == self.end:
            return start
        position = self._groups(start)
        if position <= start:
            return self._ipv4(start, "hex digits or IPv4 address")
        return self._ipv4(position + 1, "hex digits or IPv4 address") if self._at(position, ":") else position

    def _ipv4(self, start: int, expected: str) -> int:
        self.octets += 4
        if scan(self.text, start, self.end, frozenset(string.digits + "."), others=False) != self.end or (
            start >= self.end
        ):
            self._refuse(f"Expected {expected}", start)
        if _ADDRESS.fullmatch(self.text, start, self.end) is None:
            begun = _BEGUN.match(self.text, start, self.end)
            self._refuse("Malformed IPv4 address", begun.end() if begun else start)
        return self.end

    def _hex(self, start: int) -> int:
        return scan(self.text, start, self.end, frozenset(string.hexdigits), others=False)

    def _at(self, position: int, wanted: str) -> bool:
        return position + len(wanted) <= self.end and self.text.startswith(wanted, position)

    def _refuse(self, reason: str, index: int) -> NoReturn:
        raise UriSyntaxError(reason, index, self.text)
