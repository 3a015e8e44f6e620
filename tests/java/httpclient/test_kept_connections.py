"""What decides whether a connection carries another request, and what becomes of octets behind an answer."""

from __future__ import annotations

import pytest

from sn_mock.java.exceptions.http_clients import COMMONS, HTTPCLIENT4, URLCONNECTION
from sn_mock.java.httpclient.clients import HTTP_CLIENTS
from sn_mock.java.httpclient.reading import engine
from sn_mock.java.httpclient.reading.clients import Peer
from sn_mock.java.httpclient.reading.header_parser import Word, words
from sn_mock.java.httpclient.reading.values import Answer, Thrown
from sn_mock.java.lang.jdk import named

_OK = b"HTTP/1.1 200 OK\r\n"
_HELLO = _OK + b"Content-Length: 5\r\n\r\nhello"


def _read(client: str, octets: bytes, java: str = "17", left: bytes = b"") -> Answer | Thrown:
    pieces = [octets]
    more = lambda: pieces.pop() if pieces else b""  # noqa: E731
    return engine.read(HTTP_CLIENTS[client].reader, more, Peer("h", 443, named(java)), left)


def _kept(client: str, octets: bytes, java: str = "17") -> bool:
    read = _read(client, octets, java)
    assert isinstance(read, Answer)
    return read.reusable


def _keep_alive(value: bytes) -> bytes:
    return _OK + b"Connection: keep-alive\r\nKeep-Alive: " + value + b"\r\nContent-Length: 5\r\n\r\nhello"


@pytest.mark.parametrize("behind", [b"\r\n", b"junk", _HELLO])
@pytest.mark.parametrize("answer", [_HELLO, b"HTTP/1.1 204 No\r\n\r\n", _OK + b"Content-Length: 0\r\n\r\n"])
def test_octets_behind_an_answer(answer: bytes, behind: bytes) -> None:
    """commons-httpclient closes, the JDK forgets them, HttpClient 4.5 keeps them (measured on 8u252, 17 and 21)."""
    told = {
        client: (read.reusable, read.left)
        for client in (COMMONS, HTTPCLIENT4, URLCONNECTION)
        if isinstance(read := _read(client, answer + behind), Answer)
    }

    assert told == {COMMONS: (False, b""), HTTPCLIENT4: (True, behind), URLCONNECTION: (True, b"")}
    assert all(_kept(client, answer) for client in told)


def test_the_next_answer_of_client4_begins_with_what_was_left() -> None:
    """An empty line does no harm, another answer is taken for the next one, and anything else hides it."""
    early = _OK + b"Content-Length: 5\r\n\r\nEARLY"
    bodies = [
        read.body if isinstance(read := _read(HTTPCLIENT4, _HELLO, left=left), Answer) else read.java[-1].message
        for left in (b"", b"\r\n", early, b"junk")
    ]

    assert bodies == [b"hello", b"hello", b"EARLY", "The server failed to respond with a valid HTTP response"]


@pytest.mark.parametrize("value", [b"max=1", b'max="1"', b"max=+1", b'max="1', b"MAX=1", b"a=b=c,max=1", b", max=1"])
def test_a_connection_for_one_request_is_closed(value: bytes) -> None:
    """HttpURLConnection reads Keep-Alive by HeaderParser (measured on 8u252 to 25)."""
    assert not _kept(URLCONNECTION, _keep_alive(value))


@pytest.mark.parametrize(
    "value",
    [b"max=2", b"timeout=5;max=1", b"max=1x", b"max, max=1", b'"x", max=1', b"max= 1", b'max=1"', b"xmax=1", b""],
)
def test_what_names_no_number_leaves_five(value: bytes) -> None:
    """The twin: only blanks and commas part words, and a word without a name ends the search."""
    assert _kept(URLCONNECTION, _keep_alive(value))


@pytest.mark.parametrize(("java", "closes"), [("8u252", False), ("11.0.13", False), ("11.0.32", True), ("17", True)])
@pytest.mark.parametrize("value", [b"timeout=0", b'timeout="0"', b"timeout=-0, max=5"])
def test_a_timeout_of_nothing_closes(value: bytes, java: str, closes: bool) -> None:
    """Not in older Javas, which do not read it."""
    assert _kept(URLCONNECTION, _keep_alive(value), java) is not closes
    assert _kept(URLCONNECTION, _keep_alive(b"timeout=-1"), java)


@pytest.mark.parametrize(("java", "closes"), [("8u252", True), ("11.0.13", True), ("8u504", False), ("17", False)])
def test_fewer_requests_than_none_are_five(java: str, closes: bool) -> None:
    """In older Javas they are fewer than two."""
    assert _kept(URLCONNECTION, _keep_alive(b"max=-3"), java) is not closes


@pytest.mark.parametrize(("letter", "kept"), [(b"\xe9", True), (b"\xaa", True), (b"\xd7", False), (b"\xa0", False)])
def test_a_token_of_client4_has_the_letters_of_java(letter: bytes, kept: bool) -> None:
    """`Character.isLetter`, which knows more than ASCII; anything else is no token, and ends the connection."""
    answer = _OK + b"Connection: clos" + letter + b"\r\nContent-Length: 5\r\n\r\nhello"
    assert _kept(HTTPCLIENT4, answer) is kept


def test_the_words_of_a_field() -> None:
    """Each with what it lacks: HeaderParser gives a quoted word no name, and the last of several names."""
    assert [*words(' Basic a=b=C, "x" y="1 2"z=')] == [
        Word("basic"),
        Word("b", "C"),
        Word(None, "x"),
        Word("y", "1 2"),
    ]
