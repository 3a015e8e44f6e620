"""Chunked bodies as commons-httpclient 3.1 reads them (ChunkedInputStream)."""

from __future__ import annotations

from sn_mock.java.httpclient.reading.bodies import LARGEST_BODY, exactly
from sn_mock.java.httpclient.reading.heads_commons import read_headers
from sn_mock.java.httpclient.reading.java_text import parse_int, trim
from sn_mock.java.httpclient.reading.source import AnswerSource
from sn_mock.java.httpclient.reading.values import Body, ThrownError, bad_answer, cut_answer

_IO = "java.io.IOException"
_CR, _LF, _QUOTE, _BACKSLASH = 13, 10, 34, 92


def read_chunks(source: AnswerSource) -> Body:
    """The body; one that ends before it begins, or within a chunk, is taken as it is."""
    if not begun(source):
        return Body(b"")
    body = bytearray()
    first = True
    while len(body) <= LARGEST_BODY:
        if not first:
            _end_of_chunk(source)
        first = False
        size = _size(source)
        if not size:
            _trailers(source)
            break
        if size < 0:
            raise bad_answer(("java.lang.IndexOutOfBoundsException", None))
        chunk = exactly(source, size)
        body += chunk
        if len(chunk) < size:
            break
    return Body(bytes(body))


def begun(source: AnswerSource) -> bool:
    """HttpConnection.isResponseAvailable: waiting for the first octet in vain is no fault."""
    try:
        return bool(source.peek(1))
    except ThrownError as error:
        if error.thrown.java[0].class_name == "java.net.SocketTimeoutException":
            return False
        raise


def _end_of_chunk(source: AnswerSource) -> None:
    found = source.octet(), source.octet()
    if found != (_CR, _LF):
        text = f"CRLF expected at end of chunk: {found[0]}/{found[1]}"
        raise (cut_answer if found[0] < 0 else bad_answer)((_IO, text))


def _size(source: AnswerSource) -> int:
    """The line up to CR LF, where a quoted text may hold both."""
    line = bytearray()
    quoted = False
    while True:
        octet = source.octet()
        if octet == _CR and not quoted:
            octet = source.octet()
            if octet == _LF:
                break
            if octet >= 0:
                raise bad_answer((_IO, "Protocol violation: Unexpected single newline character in chunk size"))
        if octet < 0:
            raise cut_answer((_IO, "chunked stream ended unexpectedly"))
        if octet == _QUOTE:
            quoted = not quoted
        elif octet == _BACKSLASH and quoted:
            octet = source.octet() & 0xFF
        line.append(octet)
    text = line.decode("ascii", "replace")
    at = text.find(";")
    digits = trim(text[:at] if at > 0 else text)
    size = parse_int(digits, 16)
    if size is None:
        raise bad_answer((_IO, f"Bad chunk size: {digits}"))
    return size


def _trailers(source: AnswerSource) -> None:
    try:
        read_headers(source)
    except ThrownError as error:
        (fault,) = error.thrown.java
        if not fault.class_name.startswith("org.apache."):
            raise
        raise bad_answer((_IO, fault.message), (fault.class_name, fault.message)) from None
