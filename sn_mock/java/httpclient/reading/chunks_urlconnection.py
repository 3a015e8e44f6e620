"""Chunked bodies as HttpsURLConnection reads them (sun.net.www.http.ChunkedInputStream)."""

from __future__ import annotations

from guarded.regex import regex
from sn_mock.java.httpclient.reading.bodies import LARGEST_BODY, exactly
from sn_mock.java.httpclient.reading.java_text import parse_int, trim
from sn_mock.java.httpclient.reading.source import AnswerSource
from sn_mock.java.httpclient.reading.values import Body, Headers, ThrownError, bad_answer, cut_answer

_IO = "java.io.IOException"
_LONGEST_SIZE_LINE = 2050
_DIGITS = regex(rb"[0-9a-fA-F]*")


def read_chunks(source: AnswerSource) -> Body:
    """The body; every end before the empty line after the last chunk is premature."""
    body = bytearray()
    trailers: Headers = ()
    while len(body) <= LARGEST_BODY:
        size = _size(source)
        if not size:
            trailers = _trailers(source)
            break
        chunk = exactly(source, size)
        body += chunk
        if len(chunk) < size:
            raise _premature()
        _end_of_chunk(source)
    return Body(bytes(body), trailers)


def _premature() -> ThrownError:
    return cut_answer((_IO, "Premature EOF"))


def _line(source: AnswerSource) -> bytes:
    line = source.line()
    if not line.endswith(b"\n"):
        raise _premature()
    return line


def _size(source: AnswerSource) -> int:
    line = source.line(_LONGEST_SIZE_LINE)
    if not line.endswith(b"\n"):
        raise _premature() if len(line) < _LONGEST_SIZE_LINE else bad_answer((_IO, "Chunk header too long"))
    digits = _DIGITS.match(line)
    size = parse_int(digits[0].decode() if digits else "", 16)
    if size is None:
        raise bad_answer((_IO, "Bogus chunk size"))
    return size


def _end_of_chunk(source: AnswerSource) -> None:
    found = source.peek(2)
    source.read(len(found))
    if len(found) < 2:
        raise _premature()
    if found != b"\r\n":
        raise bad_answer((_IO, "missing LF" if found.startswith(b"\r") else "missing CR"))


def _trailers(source: AnswerSource) -> Headers:
    found = []
    while (line := _line(source)) != b"\r\n":
        if not line.endswith(b"\r\n"):
            raise bad_answer((_IO, "LF should be proceeded by CR"))
        name, colon, value = line.decode("ascii", "replace").partition(":")
        if not colon:
            raise bad_answer((_IO, "Malformed tailer - format should be key:value"))
        found.append((trim(name), trim(value)))
    return tuple(found)
