"""A provider that never stops talking: every reader of every client ends within a bound of octets read."""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable

import pytest

from sn_mock.java.exceptions.http_clients import COMMONS, HTTPCLIENT4, URLCONNECTION
from sn_mock.java.httpclient.clients import HTTP_CLIENTS
from sn_mock.java.httpclient.reading import (
    bodies,
    chunks_client4,
    chunks_commons,
    chunks_urlconnection,
    coding,
    engine,
    source,
)
from sn_mock.java.httpclient.reading.clients import Peer
from sn_mock.java.httpclient.reading.values import Answer, Thrown
from sn_mock.java.lang.jdk import named

_OK = b"HTTP/1.1 200 OK\r\n"
_CHUNKED = _OK + b"Transfer-Encoding: chunked\r\n\r\n"
_GZIP = _OK + b"Content-Encoding: gzip\r\n\r\n"
_PIECE = 65536
_LINE, _MOST = 1 << 17, 1 << 18
"""What the bounds of a head and of a body are lowered to, so that reaching them takes no time."""
_CLIENTS = (COMMONS, HTTPCLIENT4, URLCONNECTION)
_HEADS = {
    "a line before the answer": (b"", b"z"),
    "lines before the answer": (b"", b"zzzz\r\n"),
    "empty lines": (b"", b"\r\n"),
    "a status line": (b"HTTP/1.1 200 ", b"z"),
    "a header": (_OK + b"X: ", b"z"),
    "headers": (_OK, b"X: y\r\n"),
    "headers without a name": (_OK, b":\r\n"),
    "folded lines": (_OK + b"X: y\r\n", b" z\r\n"),
    "interim answers": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
}
_BODIES = {
    "blank folds, which end a head of commons-httpclient": (_OK + b"X: y", b"\r\n "),
    "a body": (_OK + b"\r\n", b"z"),
    "an announced body": (_OK + b"Content-Length: 9999999999\r\n\r\n", b"z"),
    "chunks of an octet": (_CHUNKED, b"1\r\nz\r\n"),
    "a chunk": (_CHUNKED + b"7fffffff\r\n", b"z"),
    "an extension": (_CHUNKED + b"1;", b"z"),
    "a quoted extension": (_CHUNKED + b'1;a="', b"z"),
    "quoted lines": (_CHUNKED + b'1;a="', b"z\r\n"),
    "zeros of a size": (_CHUNKED, b"0"),
    "blanks before a size": (_CHUNKED, b" "),
    "carriage returns": (_CHUNKED + b"1", b"\r"),
    "a trailer": (_CHUNKED + b"0\r\nX: ", b"z"),
    "trailers": (_CHUNKED + b"0\r\n", b"X: y\r\n"),
    "members": (_GZIP, gzip.compress(b"", mtime=0)),
    "a name of gzip": (_GZIP + b"\x1f\x8b\x08\x08" + bytes(6), b"z"),
    "empty blocks": (_OK + b"Content-Encoding: deflate\r\n\r\n", b"\x00\x00\x00\xff\xff"),
}


@pytest.fixture
def _lowered(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (bodies, chunks_client4, chunks_commons, chunks_urlconnection, coding):
        monkeypatch.setattr(module, "LARGEST_BODY", _MOST)
    monkeypatch.setattr(source, "LARGEST_FRAMING", _MOST)
    monkeypatch.setattr(source, "LARGEST_LINE", _LINE)


def _endless(first: bytes, again: bytes) -> tuple[Callable[[], bytes], Callable[[], int]]:
    """What gives the first octets, then the others for ever; and how many it has given."""
    given = [0]
    piece = again * (_PIECE // len(again))

    def more() -> bytes:
        said = piece if given[0] else first or piece
        given[0] += len(said)
        return said

    return more, lambda: given[0]


def _read(client: str, java: str, first: bytes, again: bytes) -> tuple[Answer | Thrown, int]:
    more, given = _endless(first, again)
    read = engine.read(HTTP_CLIENTS[client].reader, more, Peer("h", 443, named(java)))
    return read, given()


@pytest.mark.usefixtures("_lowered")
@pytest.mark.parametrize(("client", "java"), [*((client, "17") for client in _CLIENTS), (URLCONNECTION, "8u252")])
@pytest.mark.parametrize("what", _HEADS)
def test_a_head_without_an_end_is_no_answer(what: str, client: str, java: str) -> None:
    """After a megabyte, whatever it consists of."""
    read, given = _read(client, java, *_HEADS[what])

    assert isinstance(read, Thrown)
    assert given <= _LINE + 2 * _PIECE


@pytest.mark.usefixtures("_lowered")
@pytest.mark.parametrize("client", _CLIENTS)
@pytest.mark.parametrize("what", _BODIES)
def test_a_body_without_an_end_is_cut_or_refused(what: str, client: str) -> None:
    """Also by what stands round its chunks, of which nothing is announced: a line has a megabyte."""
    _, given = _read(client, "17", *_BODIES[what])

    assert given <= 3 * _MOST


@pytest.mark.usefixtures("_lowered")
@pytest.mark.parametrize("client", _CLIENTS)
def test_chunks_of_an_octet_may_have_more_lines_than_a_head(client: str) -> None:
    """The twin: what bounds a head does not bound all that stands round the chunks of an honest body."""
    count = _LINE // 4
    pieces = iter([_CHUNKED, *[b"1\r\nz\r\n" * 1024] * (count // 1024), b"0\r\n\r\n"])
    read = engine.read(HTTP_CLIENTS[client].reader, lambda: next(pieces, b""), Peer("h", 443, named(17)))

    assert isinstance(read, Answer)
    assert read.body == b"z" * count


@pytest.mark.parametrize("client", _CLIENTS)
def test_a_long_header_is_read(client: str) -> None:
    """The twin of an endless one: 300,000 octets come whole."""
    pieces = iter([_OK + b"X: ", *[b"z" * 10000] * 30, b"\r\nContent-Length: 2\r\n\r\nok"])
    read = engine.read(HTTP_CLIENTS[client].reader, lambda: next(pieces, b""), Peer("h", 443, named(17)))

    assert isinstance(read, Answer)
    assert (read.headers[0], read.body) == (("X", "z" * 300_000), b"ok")


def test_many_small_members_are_unpacked_in_linear_time() -> None:
    """Ten times as many take about ten times as long: no member is copied with all that follows it."""

    def seconds(count: int) -> float:
        packed = coding.Octets(gzip.compress(b"", mtime=0) * count)
        began = time.process_time()
        coding.gunzipped(packed)
        return time.process_time() - began

    few = min(seconds(1000) for _ in range(3))
    assert seconds(10_000) < 30 * few
