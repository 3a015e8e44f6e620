"""A provider that asks for another handshake once the request has come, as IIS and Apache do for the certificate.

Every right value is what that Java said of the same provider (8u252, 8u504, 11.0.13, 17.0.15, 17.0.19 and 21.0.8).
"""

from __future__ import annotations

import socket
from typing import Any

import pytest

from sn_mock.outbound.calls.call import OutboundCall, place
from sn_mock.outbound.calls.session import Session
from tests.parity.answers import from_exchange
from tests.parity.honest_server import HonestServer, Manner, Spoken
from tests.parity.leaf_keys import lab_leaf
from tests.parity.octets import extension, message, vector
from tests.parity.peers import trusting
from tests.parity.scripted_peer import Peer, end_connection, request_read

_ALERT, _HANDSHAKE, _DATA = 21, 22, 23
_PLAIN = -1
"""Octets that are said as they are."""
_INDICATION = 0xFF01
_HELLO_REQUEST = (_HANDSHAKE, message(0, b""))
_REFUSED = (_DATA, b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
_GOODBYE = (_ALERT, b"\1\0")
_HANDSHAKE_EXCEPTION, _NULL = "javax.net.ssl.SSLHandshakeException", "java.lang.NullPointerException"
_UNSAFE = [[_HANDSHAKE_EXCEPTION, "Unsafe renegotiation is not allowed"]]
_UNSAFE_OF_8 = [["javax.net.ssl.SSLException", _NULL], [_NULL, None]]
_ENDED = [[_HANDSHAKE_EXCEPTION, "Remote host terminated the handshake"]]
_UNANSWERED = [["org.apache.commons.httpclient.NoHttpResponseException", "The server localhost failed to respond"]]


class _Asking(HonestServer):
    """Says all that once the request has come, then the FIN. `listens`: it waits for what the client says first."""

    def _record(self, kind: int, body: bytes) -> None:
        if kind == _PLAIN:
            self._connection.sendall(body)
        else:
            super()._record(kind, body)

    def ask(self, spoken: Spoken, *, listens: bool) -> None:
        self._shake_hands_12(self._client_hello())
        if request_read(self._plain):
            self._speak(spoken[:1])
            if listens:
                self._next_record()
            self._speak(spoken[1:])
            end_connection(self._connection, "fin")


def _told(
    *spoken: tuple[int, bytes], java: int | str = 17, safe: bool = True, client: str = "commons-httpclient-3.1"
) -> Any:
    """The status or the exceptions, and how many connections were made."""
    manner = Manner("1.2", 0xC02F, 0x1D, left_out=frozenset() if safe else frozenset({_INDICATION}))

    def converse(connection: socket.socket, _number: int) -> None:
        _Asking(connection, lab_leaf(), manner).ask(spoken, listens=safe and spoken[0] == _HELLO_REQUEST)

    with Peer(converse) as peer:
        call = OutboundCall(endpoint=f"https://localhost:{peer.port}/answer", body="<q/>")
        answer = from_exchange(place(Session(trusting(client, java)), call), peer)
    return answer["exception"] or answer["status"], answer["connections"]


@pytest.mark.parametrize(
    ("java", "exception"), [(8, _UNSAFE_OF_8), ("8u504", _UNSAFE), (11, _UNSAFE), (17, _UNSAFE), (21, _UNSAFE)]
)
@pytest.mark.parametrize("behind", [(_REFUSED, _GOODBYE), (), ((_ALERT, b"\2\x28"),)])
def test_who_does_not_know_rfc_5746_may_not_ask(
    java: int | str, exception: list[list[str | None]], behind: Spoken
) -> None:
    """The HelloRequest ends the call, whatever comes behind it: an answer, the end, an alert."""
    assert _told(_HELLO_REQUEST, *behind, java=java, safe=False) == (exception, 1)


def test_the_answer_counts_of_who_may_ask_and_of_who_does_not() -> None:
    """With renegotiation_info the answer is taken in the middle of the handshake; without it where nothing is asked."""
    assert _told(_HELLO_REQUEST, _REFUSED, _GOODBYE) == (403, 1)
    assert _told(_REFUSED, _GOODBYE, safe=False) == (403, 1)


def test_java_s_own_client_asks_twice() -> None:
    """HttpsURLConnection tries once more where nothing was answered."""
    assert _told(_HELLO_REQUEST, _REFUSED, safe=False, client="urlconnection") == (_UNSAFE, 2)


@pytest.mark.parametrize(
    ("java", "exception", "connections"), [(8, _UNANSWERED, 4), ("8u504", _ENDED, 1), (11, _ENDED, 1), (17, _ENDED, 1)]
)
@pytest.mark.parametrize("again", [(), (_HELLO_REQUEST,)])
def test_the_end_in_it_is_the_end_of_a_handshake(
    java: int | str, exception: list[list[str]], connections: int, again: Spoken
) -> None:
    """Also behind another HelloRequest; to Java 8 it is only an end."""
    assert _told(_HELLO_REQUEST, *again, java=java) == (exception, connections)


@pytest.mark.parametrize(
    ("begun", "cause"),
    [(b"\x16\3", []), (b"\x16\3\3\0\x40abc", [["java.io.EOFException", "SSL peer shut down incorrectly"]])],
)
def test_an_end_within_a_record_has_a_cause(begun: bytes, cause: list[list[str]]) -> None:
    """One within its head has none."""
    assert _told(_HELLO_REQUEST, (_PLAIN, begun)) == ([*_ENDED, *cause], 1)


def test_warnings_that_mean_nothing_change_nothing() -> None:
    """A later Java passes over unexpected_message; who did not ask for a handshake has only not answered."""
    warning = (_ALERT, b"\1\x0a")
    assert _told(_HELLO_REQUEST, warning) == (_ENDED, 1)
    assert _told(warning) == (_UNANSWERED, 4)


@pytest.mark.parametrize(
    ("java", "alert", "told"),
    [
        (17, b"\1\0", ["javax.net.ssl.SSLProtocolException", "Received close_notify during handshake"]),
        (17, b"\2\0", ["javax.net.ssl.SSLProtocolException", "Received close_notify during handshake"]),
        (17, b"\1\x28", [_HANDSHAKE_EXCEPTION, "received handshake warning: handshake_failure"]),
        (11, b"\1\x2a", [_HANDSHAKE_EXCEPTION, "received handshake warning: bad_certificate"]),
        (21, b"\1\x64", [_HANDSHAKE_EXCEPTION, "received handshake warning: no_renegotiation"]),
        ("8u504", b"\1\x64", [_HANDSHAKE_EXCEPTION, "Received handshake warning: no_renegotiation"]),
        (17, b"\2\x28", [_HANDSHAKE_EXCEPTION, "Received fatal alert: handshake_failure"]),
        (8, b"\1\x64", ["javax.net.ssl.SSLProtocolException", "handshake alert:  no_renegotiation"]),
        (8, b"\1\x0a", ["javax.net.ssl.SSLProtocolException", "handshake alert:  unexpected_message"]),
    ],
)
def test_alerts_in_it_are_those_of_a_handshake(java: int | str, alert: bytes, told: list[str]) -> None:
    """Over one connection; without a HelloRequest a warning is passed over, and close_notify is the end."""
    assert _told(_HELLO_REQUEST, (_ALERT, alert), java=java) == ([told], 1)


def test_warnings_that_nobody_renegotiates_at_are_passed_over() -> None:
    """The same warning in front of the answer, and in front of the HelloRequest."""
    assert _told((_ALERT, b"\1\x28"), _REFUSED, _GOODBYE) == (403, 1)
    assert _told((_ALERT, b"\1\x28"), _HELLO_REQUEST, _REFUSED, _GOODBYE) == (403, 1)


def test_close_notify_is_the_end_of_the_stream_to_java_8() -> None:
    """commons-httpclient tries again, as where nothing is renegotiated."""
    assert _told(_HELLO_REQUEST, _GOODBYE, java=8) == (_UNANSWERED, 4)


@pytest.mark.parametrize(
    ("indication", "told", "of_8"),
    [
        (None, "Inconsistent secure renegotiation indication", "No renegotiation indication extension"),
        (
            vector(1, b"x" * 24),
            "Invalid renegotiation_info in ServerHello: unmatched client_verify_data value",
            "Incorrect verify data in ServerHello renegotiation_info message",
        ),
        (
            b"\0",
            "Invalid renegotiation_info in ServerHello: invalid renegotiated_connection length (0)",
            "Incorrect verify data in ServerHello renegotiation_info message",
        ),
    ],
)
def test_the_second_server_hello_has_to_name_the_first_handshake(
    indication: bytes | None, told: str, of_8: str
) -> None:
    """By both sides' Finished."""
    extensions = b"" if indication is None else vector(2, extension(_INDICATION, indication))
    hello = (_HANDSHAKE, message(2, b"\3\3" + b"R" * 32 + b"\0" + b"\xc0\x2f\0" + extensions))

    assert _told(_HELLO_REQUEST, hello) == ([[_HANDSHAKE_EXCEPTION, told]], 1)
    assert _told(_HELLO_REQUEST, hello, java=8) == ([[_HANDSHAKE_EXCEPTION, of_8]], 1)
