"""The head of an answer as HttpsURLConnection reads it (sun.net.www: HttpClient.parseHTTPHeader, MessageHeader)."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace

from sn_mock.failure import JavaException
from sn_mock.java.httpclient.reading.java_text import parse_int
from sn_mock.java.httpclient.reading.source import AnswerSource
from sn_mock.java.httpclient.reading.values import Answer, Head, Headers, ThrownError, bad_answer, no_answer

_IO = "java.io.IOException"
_PROTOCOL = "java.net.ProtocolException"
_LOOKED_AT = 8
"""Octets that decide whether this is HTTP."""
LARGEST_HEAD = 393_216
"""`jdk.http.maxHeaderSize`."""
_OF_EACH_LINE = 32
"""What a line counts beside its octets (RFC 9113, 6.5.2)."""
MOST_INTERIM = 2000
"""Each head that is skipped takes place on the stack, until there is none: 2,008 to 2,320 in Javas that have just begun
(measured), more in one that has compiled its reader."""
Lines = list[tuple[str | None, str]]


def read_head(source: AnswerSource, host: str, *, skips: Callable[[int], bool], limited: bool) -> Head:
    """The first head whose status the JDK does not skip; nothing but `HTTP/1.` may stand at the beginning.

    `limited`: this Java has a limit for the size of a head.
    """
    for _ in range(MOST_INTERIM):
        begun = source.peek(_LOOKED_AT)
        if not begun.startswith(b"HTTP/1."):
            raise _not_begun(begun)
        reader = _LineReader(source, LARGEST_HEAD if limited else sys.maxsize)
        try:
            lines = reader.read()
        except ThrownError as error:
            raise _broken(error, reader.lines) from None
        interim = _interim_code(lines)
        if interim is None or not skips(interim):
            break
        if interim == 101:
            raise bad_answer((_PROTOCOL, "Unexpected 101 response from server"))
    else:
        raise bad_answer(("java.lang.StackOverflowError", None))
    status_line = lines[0][1] if lines else ""
    code = status_code(status_line)
    if code is None:
        raise not_http(host)
    return Head(code, _reason(status_line), (1, 0 if status_line[7:8] == "0" else 1), _named(lines))


def _named(lines: Lines) -> Headers:
    return tuple((name or "", value) for name, value in lines[1:])


def _reason(status_line: str) -> str:
    return "".join(status_line.split(" ", 2)[2:])


def _not_begun(begun: bytes) -> ThrownError:
    if len(begun) < _LOOKED_AT:
        return no_answer(("java.net.SocketException", "Unexpected end of file from server"))
    return not_http("")


def not_http(host: str) -> ThrownError:
    """The exception is remembered and thrown again, with itself as the cause; the request is not repeated."""
    refusal = bad_answer((_IO, "Invalid Http response"), (_IO, "Invalid Http response"))
    return ThrownError(replace(refusal.thrown, after_head=True))


def _broken(error: ThrownError, lines: Lines) -> ThrownError:
    """Where the status line was read before: an error status is told, else the body's stream throws what happened."""
    thrown = error.thrown
    if not lines:
        return error
    code = status_code(lines[0][1])
    if code is not None and code >= 400:
        return ThrownError(replace(thrown, told=Answer(code, _reason(lines[0][1]), _named(lines), b"", False)))
    return ThrownError(replace(thrown, java=remembered(thrown.java)))


def remembered(chain: tuple[JavaException, ...]) -> tuple[JavaException, ...]:
    """`getChainedException`: the same class and message once more in front."""
    return (chain[0], *chain)


def status_code(line: str) -> int | None:
    """`java.net.HttpURLConnection.getResponseCode`; None where it answers -1."""
    if not line.startswith("HTTP/1."):
        return None
    blank = line.find(" ")
    if blank <= 0:
        return None
    end = line.find(" ", blank + 1)
    return parse_int(line[blank + 1 : end if end >= 0 else len(line)])


def _interim_code(lines: Lines) -> int | None:
    """The code as the reader itself has it: three characters after the blanks."""
    line = lines[0][1] if lines else ""
    after = line[line.find(" ") :].lstrip(" ") if " " in line else ""
    return parse_int(after[:3]) if len(after) >= 3 else None


class _LineReader:
    """`MessageHeader.mergeHeader`: a CR ends a line as a LF does, and a line goes on after it with a blank."""

    def __init__(self, source: AnswerSource, most: int) -> None:
        self._source, self._most = source, most
        self._size = 0
        self.lines: Lines = []

    def read(self) -> Lines:
        """All lines up to an empty one."""
        first = self._source.octet()
        while first not in (10, 13, -1):
            first = self._read_one(first)
        return self.lines

    def _sized(self, octets: int) -> int:
        """What the lines count together with one of so many octets; a head that is too large is forgotten."""
        size = self._size + octets + _OF_EACH_LINE
        if size > self._most:
            self.lines.clear()
            raise bad_answer((_PROTOCOL, f"Header size too big: {size} > {self._most}"))
        return size

    def _add(self, name: str | None, value: str) -> None:
        self._size = self._sized(len(name or "") + len(value))
        self.lines.append((name, value))

    def _read_one(self, first: int) -> int:
        """One header, which begins with octet `first`; returns the octet after it (-1 at the end of the stream)."""
        octet_of = self._source.octet
        said = bytearray((first,))
        key_end = 0
        in_key = first > 32
        following = -1
        room = self._most - self._size - _OF_EACH_LINE
        if room < 1:
            self._sized(1)
        while (octet := octet_of()) >= 0:
            if octet == 58:
                if in_key:
                    key_end = len(said)
                in_key = False
            elif octet in (9, 32):
                octet = 32
                in_key = False
            elif octet in (13, 10):
                following = octet_of()
                if octet == 13 and following == 10:
                    following = octet_of()
                    if following == 13:
                        following = octet_of()
                if following in (10, 13) or following > 32:
                    break
                octet = 32  # the line goes on
            said.append(octet)
            if len(said) > room:
                self._sized(len(said))
        else:
            following = -1
        self._add(*_cut(said.decode("latin-1"), key_end))
        return following


def _cut(text: str, key_end: int) -> tuple[str | None, str]:
    """A line's name, where it has one, and its value."""
    end = len(text)
    while end and text[end - 1] <= " ":
        end -= 1
    if key_end <= 0:
        return None, text[:end]
    begin = key_end + 1 if key_end < end and text[key_end] == ":" else key_end
    while begin < end and text[begin] <= " ":
        begin += 1
    return text[:key_end], text[begin:end] if begin < end else ""
