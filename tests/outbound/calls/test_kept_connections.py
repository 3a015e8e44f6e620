"""A connection that the provider closed after its answer: which client notices before its next request."""

from __future__ import annotations

import socket
import threading
from itertools import count

import pytest

from sn_mock.exchange import Exchange
from sn_mock.outbound.calls import pool as pools
from sn_mock.outbound.calls.call import OutboundCall, place
from sn_mock.outbound.calls.pool import ConnectionPool
from sn_mock.outbound.calls.session import Session
from tests.parity.answers import instance_with
from tests.parity.scripted_peer import Peer, end_connection, request_read

_ANSWER = b"HTTP/1.1 %d OK\r\nContent-Length: 2\r\n\r\nok"
_TIMED_OUT = _ANSWER % 408


def called_twice(client: str, method: str, *, end: str = "fin", behind: bytes = b"") -> tuple[list[Exchange], int]:
    """Both exchanges and the number of connections; the peer has ended the first before the second call begins."""
    told, ended = threading.Event(), threading.Event()

    def converse(connection: socket.socket, _number: int) -> None:
        request_read(connection.recv)
        connection.sendall(_ANSWER % 200 + behind)
        told.wait(5)
        if end == "fin":
            connection.shutdown(socket.SHUT_WR)
        else:
            end_connection(connection, end)
        ended.set()
        while end == "fin" and connection.recv(65536):
            continue

    with Peer(converse) as peer, ConnectionPool() as pool:
        session = Session(instance_with(client, 17, 4_000), pool=pool)
        call = OutboundCall(endpoint=f"http://127.0.0.1:{peer.port}/", body="<x/>" * (method == "POST"), method=method)
        first = place(session, call)
        told.set()
        ended.wait(5)
        return [first, place(session, call)], peer.settled()


def test_httpclient_45_posts_into_a_connection_that_was_closed_just_before() -> None:
    """Measured on 8u252, 17.0.15 and 21.0.13: no answer, no second try, one connection."""
    (first, second), connections = called_twice("httpclient-4.5", "POST")

    assert first.response.status_code == 200
    assert second.failure is not None
    assert second.failure.java[0].class_name == "org.apache.http.NoHttpResponseException"
    assert connections == 1


@pytest.mark.parametrize(
    ("client", "method", "end"),
    [
        ("commons-httpclient-3.1", "POST", "fin"),
        ("urlconnection", "POST", "fin"),
        ("httpclient-4.5", "GET", "fin"),
        ("httpclient-4.5", "POST", "rst"),
    ],
)
def test_others_take_a_new_connection(client: str, method: str, end: str) -> None:
    """They look at the connection first; HttpClient 4.5 repeats a GET, and what a reset connection did not take."""
    (_, second), connections = called_twice(client, method, end=end)

    assert (second.response.status_code, connections) == (200, 2)


def test_httpclient_45_looks_at_a_connection_that_was_idle_for_two_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    """`validateAfterInactivity` of the pool (measured with 4.5.14: at 1.9 s not yet)."""
    clock = count(step=2)
    monkeypatch.setattr(pools.time, "monotonic", lambda: next(clock))
    (_, second), connections = called_twice("httpclient-4.5", "POST")

    assert (second.response.status_code, connections) == (200, 2)


def test_what_stands_behind_an_answer_is_the_next_one() -> None:
    """A 408 before the close is read as the answer to the next request, by a client that does not look first."""
    (_, second), connections = called_twice("httpclient-4.5", "POST", behind=_TIMED_OUT)

    assert (second.response.status_code, connections) == (408, 1)
