"""GZIPInputStream looks for another member where it can have more of the chunk (measured on JDK 17, 400 bodies)."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterator

import pytest

from sn_mock.java.httpclient.clients import known
from sn_mock.java.httpclient.reading import engine
from sn_mock.java.httpclient.reading.clients import Peer
from sn_mock.java.httpclient.reading.coding import Octets, gunzipped, gunzipped_reading_on, inflated
from sn_mock.java.httpclient.reading.values import Answer, cut_answer
from sn_mock.java.lang.jdk import named

_FIRST, _SECOND = gzip.compress(b"first" * 9, mtime=0), gzip.compress(b"second", mtime=0)
_BOTH, _WHOLE = b"first" * 9 + b"second", len(_FIRST + _SECOND)


@pytest.mark.parametrize(
    ("ends", "read"),
    [
        pytest.param((), _BOTH, id="no chunks"),
        pytest.param((_WHOLE,), _BOTH, id="one chunk"),
        pytest.param((len(_FIRST) + 19, _WHOLE), _BOTH, id="room for a header and a trailer"),
        pytest.param((len(_FIRST) + 18, _WHOLE), b"first" * 9, id="an octet less"),
        pytest.param((len(_FIRST), _WHOLE), b"first" * 9, id="a chunk for each"),
        pytest.param((len(_FIRST) - 3, _WHOLE), _BOTH, id="a trailer in two chunks, and more of the second"),
        pytest.param((len(_FIRST) - 3, len(_FIRST), _WHOLE), b"first" * 9, id="a trailer that ends its chunk"),
    ],
)
def test_it_depends_on_where_the_chunks_end(ends: tuple[int, ...], read: bytes) -> None:
    """The same octets, cut differently."""
    assert gunzipped(Octets(_FIRST + _SECOND, chunk_ends=ends)) == Octets(read)


@pytest.mark.parametrize(
    ("behind", "read", "passed_over"),
    [
        (_SECOND, _BOTH, True),
        (b"", b"first" * 9, True),
        (_SECOND[:5], b"first" * 9, True),
        (b"junkjunkjunk", b"first" * 9, False),
    ],
)
def test_later_javas_look_until_there_is_none(behind: bytes, read: bytes, passed_over: bool) -> None:
    """Wherever the chunks end; a body that breaks off there has ended (measured on 17.0.19 to 17.0.21 and 21.0.13)."""
    broken = cut_answer(("java.io.IOException", "broken"))
    ends = (len(_FIRST), len(_FIRST + behind)) if behind else ()

    assert gunzipped_reading_on(Octets(_FIRST + behind, broken, ends)) == Octets(read, passed_over=passed_over)
    assert gunzipped(Octets(_FIRST + behind, broken, ends)).octets == b"first" * 9


def _resetting(octets: bytes) -> Callable[[], bytes]:
    pieces: Iterator[bytes] = iter([octets])

    def more() -> bytes:
        for piece in pieces:
            return piece
        raise cut_answer(("java.net.SocketException", "Connection reset"))

    return more


@pytest.mark.parametrize(("java", "told"), [("17.0.19", True), ("21.0.13", True), ("17", False), ("21", False)])
def test_a_reset_inside_a_counted_body_is_an_end_to_later_javas(java: str, told: bool) -> None:
    """What the unpacker passes over is nobody's trouble; a Java that does not look meets it on closing the body."""
    answer = b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 4096\r\n\r\n" + _FIRST

    read = engine.read(known("httpclient-4.5").reader, _resetting(answer), Peer("peer", 443, named(java)))

    assert isinstance(read, Answer) is told
    assert not isinstance(read, Answer) or read.body == b"first" * 9


def test_a_dictionary_that_java_has_not_is_the_end_of_the_body() -> None:
    """InflaterInputStream takes it for the end: no octet comes out, and nothing thrown (measured on 8u252 and 17)."""
    packed = zlib.compressobj(zdict=b"hello world")
    octets = packed.compress(b"hello world hello") + packed.flush()

    assert inflated(Octets(octets)) == Octets(b"")
    cut = inflated(Octets(octets[:5])).then
    assert cut is not None
    assert cut.thrown.java[0].message == "Unexpected end of ZLIB input stream"
    assert inflated(Octets(zlib.compress(b"abc"))) == Octets(b"abc")
