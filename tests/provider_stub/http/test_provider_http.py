"""The HTTP reader: the fast lane and h11 agree, limits have clear answers, and no bytes can break it."""

from __future__ import annotations

import json
import socket

import h11
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provider_stub import Provider, ProviderPolicy
from provider_stub.http.messages import Request, Response
from provider_stub.http.reader import KEPT_REQUEST, HeadMemory, HttpError, HttpReader

PLAIN = b'POST /tickets?x=1 HTTP/1.1\r\nHost: localhost\r\nSOAPAction:\t"a" \r\nContent-Length: 5\r\n\r\nhello'


def reader(memory: HeadMemory | None = None, **limits: int) -> HttpReader:
    """A reader with small limits."""
    return HttpReader(**({"max_header_bytes": 4096, "max_body_bytes": 100_000} | limits), memory=memory)


def read_all(data: bytes, step: int | None = None) -> list[Request]:
    """All requests of a stream, fed whole or in steps."""
    parser, found = reader(), []
    step = step or max(len(data), 1)
    for start in range(0, len(data), step):
        parser.feed(data[start : start + step])
        while (request := parser.next()) is not None:
            found.append(request)
    return found


CHUNKED = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
STREAMS = [PLAIN, PLAIN + PLAIN, CHUNKED, PLAIN + CHUNKED + PLAIN, b"GET /?wsdl HTTP/1.1\r\nHost: x\r\n\r\n"]


@pytest.mark.parametrize("stream", STREAMS)
def test_whole_and_byte_by_byte_are_the_same(stream):
    """A stream gives the same requests however it is cut."""
    assert read_all(stream, 1) == read_all(stream) != []
    assert read_all(stream, 7) == read_all(stream)


def test_the_same_octets_again_are_the_same_request():
    """On a new connection, too; what came before them, follows them or differs from them is read as ever."""
    memory = HeadMemory()
    first, second = reader(memory=memory), reader(memory=memory)
    first.feed(PLAIN)
    known = first.next()
    second.feed(PLAIN)
    assert not second.idle
    second.feed(CHUNKED + PLAIN[:30])
    assert second.next() is known
    assert second.next() == read_all(CHUNKED)[0]
    assert second.next() is None
    assert not second.idle
    second.feed(PLAIN[30:])
    assert second.next() == known
    assert second.idle
    first.feed(PLAIN[:-1])
    assert first.next() is None
    first.feed(PLAIN[-1:])
    assert first.next() == known
    first.feed(PLAIN.replace(b"hello", b"Hello"))
    other = first.next()
    assert other is not None
    assert other.body == b"Hello"
    assert first.next() is None


PIECES = [
    PLAIN,
    PLAIN,
    CHUNKED,
    PLAIN.replace(b"hello", b"Hello"),
    b"GET /?wsdl HTTP/1.1\r\nHost: x\r\n\r\n",
    b"!\r\n\r\n",
]


@settings(max_examples=300)
@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from(PIECES), st.integers(0, 60), st.booleans()), max_size=12))
def test_connections_with_one_memory_do_not_disagree_with_lonely_ones(steps):
    """Given three connections, what arrives on each whole or in two pieces, and looked at now or later: each reads what
    it would read alone."""
    memory = HeadMemory()
    shared, alone = [reader(memory=memory) for _ in range(3)], [reader(memory=HeadMemory()) for _ in range(3)]
    found: list[list[object]] = [[], []]

    def look(which: int) -> None:
        for each, told in zip((shared, alone), found, strict=True):
            try:
                while (request := each[which].next()) is not None:
                    told.append(request)
            except HttpError as error:
                told.append((error.status, str(error)))
                each[which] = reader(memory=memory if each is shared else HeadMemory())
            told.append((each[which].idle, each[which].in_body))

    for which, data, cut, now in steps:
        for piece in (data[:cut], data[cut:]):
            for each in (shared, alone):
                each[which].feed(piece)
            if now:
                look(which)
    for which in range(3):
        look(which)
    assert found[0] == found[1]


def test_a_large_request_is_read_each_time():
    """Only so many octets are remembered as a whole."""
    memory = HeadMemory()
    parser = reader(memory=memory)
    large = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % KEPT_REQUEST + bytes(KEPT_REQUEST)
    parser.feed(PLAIN)
    known = parser.next()
    for _ in range(2):
        parser.feed(large)
        request = parser.next()
        assert request is not None
        assert len(request.body) == KEPT_REQUEST
    assert (memory.whole, memory.request) == (PLAIN, known)


def test_the_request_is_complete():
    """Method, target, headers in the client's spelling, body."""
    (request,) = read_all(PLAIN)
    assert request == Request(
        "POST",
        "/tickets?x=1",
        (("Host", "localhost"), ("SOAPAction", '"a"'), ("Content-Length", "5")),
        b"hello",
    )
    assert request.header("soapaction") == '"a"'


def _with_h11(data: bytes) -> Request | None:
    connection = h11.Connection(h11.SERVER)
    connection.receive_data(data)
    head, body = None, b""
    try:
        while True:
            event = connection.next_event()
            if isinstance(event, h11.Request):
                head = event
            elif isinstance(event, h11.Data):
                body += bytes(event.data)
            elif isinstance(event, h11.EndOfMessage):
                headers = tuple((n.decode(), v.decode("latin-1")) for n, v in head.headers.raw_items())
                return Request(head.method.decode(), head.target.decode(), headers, body)
            else:
                return None
    except h11.RemoteProtocolError:
        return None


NAMES = st.sampled_from(["Host", "X-A", "Accept", "content-length", "SOAPAction", "a b", "X\x7f", "é", "Range"])
VALUES = st.text(st.sampled_from('abc "=,;\t\x01\x7f\xe9 0159'), max_size=12)


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(["GET", "POST", "PUT", "get"]),
    st.text(st.sampled_from("/abc?%é \t"), max_size=8),
    st.sampled_from(["HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "http/1.1"]),
    st.lists(st.tuples(NAMES, VALUES), max_size=4),
    st.binary(max_size=12),
)
def test_the_fast_lane_never_disagrees_with_h11(method, target, version, headers, body):
    """Whatever the fast lane takes, h11 takes with the same meaning."""
    lines = [f"{method} /{target} {version}", "Host: x", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers]
    data = "\r\n".join([*lines, "", ""]).encode("latin-1", "replace") + body
    parser = reader()
    parser.feed(data)
    try:
        taken = parser._fast()
    except HttpError:
        return
    if taken is not None:
        assert taken == _with_h11(data)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(st.binary(max_size=40), st.sampled_from([PLAIN, CHUNKED, PLAIN[:30]])), max_size=5))
def test_no_bytes_break_the_reader(parts):
    """Any bytes give requests, a wait for more, or an HttpError with a 4xx or 5xx."""
    assert _status(parts) in range(400, 600) or _status(parts) == 0


def _status(parts: list[bytes]) -> int:
    """The status of the error that the stream ends with, or 0."""
    parser = reader()
    try:
        for part in parts:
            parser.feed(part)
            while parser.next() is not None:
                pass
    except HttpError as error:
        return error.status
    return 0


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"GARBAGE\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n\r\n", 400),  # no Host
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 5000, 431),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100001\r\n\r\n", 413),
        (b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 100001\r\n\r\n", 413),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + b"9" * 3000 + b"\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1ffff\r\n" + b"a" * 0x1FFFF, 413),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
    ],
)
def test_limits_and_broken_http_have_a_status(data, status):
    """What cannot be served is named by its status."""
    assert _status([data]) == status


def test_connection_close_and_http_10_end_the_connection():
    """`keep_alive` is false where the client says so or cannot."""
    (closing,) = read_all(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    (old,) = read_all(b"GET / HTTP/1.0\r\n\r\n")
    (plain,) = read_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert [closing.keep_alive, old.keep_alive, plain.keep_alive] == [False, False, True]


def test_expect_continue_is_noticed():
    """A client that waits before it sends the body is told to go on."""
    parser = reader()
    parser.feed(b"POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
    assert parser.next() is None
    assert parser.continue_due
    parser.feed(b"ok")
    assert parser.next().body == b"ok"


def test_response_on_the_wire():
    """Status line, length, type, own headers; no body for HEAD, none announced for 204."""
    response = Response(200, b"<a/>", headers=(("X-A", "1"),))
    assert response.wire(close=True) == (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/xml; charset=utf-8\r\nContent-Length: 4\r\nX-A: 1\r\n"
        b"Connection: close\r\n\r\n<a/>"
    )
    assert response.wire(head_only=True).endswith(b"\r\n\r\n")
    assert b"Content-Length" not in Response(204).wire()


def test_password_in_a_target_is_not_kept():
    """A request for a whole URL, as proxies get it: the journal keeps the user and loses the password."""
    plain = Request("GET", "/a:b@c?d=e@f", ())
    assert plain.shown_target == plain.target
    with (
        Provider(ProviderPolicy(plain_http=True), drain_seconds=0.0) as provider,
        socket.create_connection((provider.host, provider.port), timeout=10) as client,
    ):
        client.sendall(b"GET http://ann:geheim@localhost/x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        while client.recv(65536):
            pass
        (visit,) = provider.wait_for_visits(1)
    assert visit.requests[0].target == "http://ann:********@localhost/x"
    assert "geheim" not in json.dumps(visit.to_json())
