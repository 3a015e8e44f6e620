"""Chunked bodies as HttpClient 4.5 reads them (httpcore's ChunkedInputStream)."""

from __future__ import annotations

from sn_mock.java.httpclient.reading.bodies import LARGEST_BODY, exactly
from sn_mock.java.httpclient.reading.heads_client4 import (
    BLANKS,
    PROTOCOL,
    InvalidHeaderError,
    cleaned,
    read_headers,
    text_of,
)
from sn_mock.java.httpclient.reading.java_text import parse_long
from sn_mock.java.httpclient.reading.source import AnswerSource
from sn_mock.java.httpclient.reading.values import Body, ThrownError, bad_answer, cut_answer

_PACKAGE = "org.apache.http."
_CODING = _PACKAGE + "MalformedChunkCodingException"


def read_chunks(source: AnswerSource) -> Body:
    """The body; lines may end with a LF alone, and blanks may stand round a size."""
    body = bytearray()
    ends: list[int] = []
    try:
        _read_into(body, ends, source)
    except ThrownError as trouble:
        return Body(bytes(body), chunk_ends=tuple(ends), then=trouble)
    return Body(bytes(body), chunk_ends=tuple(ends))


def _read_into(body: bytearray, ends: list[int], source: AnswerSource) -> None:
    first = True
    while len(body) <= LARGEST_BODY:
        if not first:
            _end_of_chunk(source)
        first = False
        size = _size(source)
        if not size:
            _trailers(source)
            break
        chunk = exactly(source, size)
        body += chunk
        ends.append(len(body))
        if len(chunk) < size:
            told = f"(expected size: {size:,}; actual size: {len(chunk):,})"
            raise cut_answer((_PACKAGE + "TruncatedChunkException", f"Truncated chunk {told}"))


def _end_of_chunk(source: AnswerSource) -> None:
    line = source.line()
    if not line:
        raise cut_answer((_CODING, "CRLF expected at end of chunk"))
    if text_of(line):
        raise bad_answer((_CODING, "Unexpected content at the end of chunk"))


def _size(source: AnswerSource) -> int:
    line = source.line()
    if not line:
        text = "Premature end of chunk coded message body: closing chunk expected"
        raise cut_answer((_PACKAGE + "ConnectionClosedException", text))
    digits = text_of(line).partition(";")[0].strip(BLANKS)
    size = parse_long(digits, 16)
    if size is None:
        raise bad_answer((_CODING, f"Bad chunk header: {digits}"))
    if size < 0:
        raise bad_answer((_CODING, "Negative chunk size"))
    return size


def _trailers(source: AnswerSource) -> None:
    try:
        read_headers(source)
    except InvalidHeaderError as error:
        text = cleaned(str(error))
        raise bad_answer((_CODING, f"Invalid footer: {text}"), (PROTOCOL, text)) from None
