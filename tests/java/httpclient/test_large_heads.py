"""HttpURLConnection has a limit for the size of a head since October 2024 (measured on 8u252 to 25.0.3)."""

from __future__ import annotations

import pytest

from sn_mock.java.exceptions.http_clients import URLCONNECTION
from sn_mock.java.httpclient.clients import HTTP_CLIENTS
from sn_mock.java.httpclient.reading import engine
from sn_mock.java.httpclient.reading.clients import Peer
from sn_mock.java.httpclient.reading.heads_urlconnection import LARGEST_HEAD
from sn_mock.java.httpclient.reading.values import Answer, Thrown
from sn_mock.java.httpclient.retries import BY_URLCONNECTION, attempts
from sn_mock.java.lang.jdk import named

_STATUS = b"HTTP/1.1 200 OK\r\n"
_ROOM = LARGEST_HEAD - (len(_STATUS) - 2 + 32) - 32
"""For the only header."""


def _read(head: bytes, java: str = "17") -> Answer | Thrown:
    pieces = [head + b"\r\n"]
    more = lambda: pieces.pop() if pieces else b""  # noqa: E731
    return engine.read(HTTP_CLIENTS[URLCONNECTION].reader, more, Peer("h", 443, named(java)))


def _told(head: bytes, java: str = "17") -> str | None:
    read = _read(head, java)
    return read.java[0].message if isinstance(read, Thrown) else None


@pytest.mark.parametrize(
    ("begun", "counted"),
    [(b"X: ", 3), (b"X-Name: ", 8), (b"X:     ", 7), (b"X: b\r\n ", 5), (b"X: b\r\n\t  ", 7), (b"", 0)],
)
def test_a_header_fits_to_the_octet(begun: bytes, counted: int) -> None:
    """A line counts as it is collected: with its blanks, without its folds' line ends, and 32 more."""
    fits = _STATUS + begun + b"a" * (_ROOM - counted)

    assert _told(fits + b"\r\n") is None
    assert _told(fits + b"a\r\n") == f"Header size too big: {LARGEST_HEAD + 1} > {LARGEST_HEAD}"


@pytest.mark.parametrize(
    ("lines", "size"),
    [
        (b"".join(b"X-%d: yyyyyyyyyyyyyyyy\r\n" % number for number in range(12_000)), 393_224),
        (b":\r\n" * 40_000, 393_242),
    ],
)
def test_many_small_headers_are_too_many(lines: bytes, size: int) -> None:
    """What they count beside their octets is more than those."""
    assert _told(_STATUS + lines) == f"Header size too big: {size} > {LARGEST_HEAD}"
    assert _told(_STATUS + lines[: len(lines) // 4]) is None


@pytest.mark.parametrize("java", ["8u252", "11.0.13"])
def test_older_javas_have_no_limit(java: str) -> None:
    """The twin."""
    assert _told(_STATUS + b"X: " + b"a" * 500_000 + b"\r\n", java) is None


@pytest.mark.parametrize("status", [200, 500])
def test_the_call_is_placed_twice(status: int) -> None:
    """What was read is forgotten, an error status with it, and a POST that failed is repeated once."""
    read = _read(b"HTTP/1.1 %d x\r\nX: %s\r\n" % (status, b"a" * 500_000))

    assert isinstance(read, Thrown)
    assert read.told is None
    assert attempts(BY_URLCONNECTION, read.java, True, after_head=read.after_head) == 2


def test_each_interim_head_has_the_room_for_itself() -> None:
    """And takes place on the stack, which ends."""
    half = b"HTTP/1.1 100 Continue\r\nX: " + b"a" * 300_000 + b"\r\n\r\n"
    assert _told(half + half + _STATUS) is None

    read = _read(b"HTTP/1.1 100 Continue\r\n\r\n" * 20_000 + _STATUS)
    assert isinstance(read, Thrown)
    assert [one.class_name for one in read.java] == ["java.lang.StackOverflowError"]
