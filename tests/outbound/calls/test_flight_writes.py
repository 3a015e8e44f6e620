"""A provider that gives up in the middle of our flight: Java tells its failed write, not the alert it has not read.

Java's words are those of 17.0.15 (12 runs of 5 calls for each client) against an OpenSSL server on loopback. So that no
test is a race, Java computes here until the provider is done.
"""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sn_mock.diagnosis import diagnose
from sn_mock.exchange import Exchange
from sn_mock.instance import Instance
from sn_mock.java.httpclient.clients import COMMONS, HTTPCLIENT4, TELEMETRY, URLCONNECTION
from sn_mock.java.jsse import flight
from sn_mock.java.net.wire import Wire
from sn_mock.lab.pki import KeySpec, KeystoreSpec, Pki
from sn_mock.outbound.messages.soap_message import SOAPMessageV2
from tls_transcript import Alert, Direction

EXPIRED = KeystoreSpec(keys=(KeySpec("acme", "expired-client"),))
PATIENCE_MS = 5000
SYSTEMS_CHANCES = 2
"""A busy system hands on the RST of the first write later: then all writes go through, and the alert is read."""
SOCKET = "java.net.SocketException"
PIPE, RESET = f"{SOCKET}: Broken pipe", f"{SOCKET}: Connection reset by peer"
ALERT = "javax.net.ssl.SSLHandshakeException: Received fatal alert: certificate_expired"


@pytest.fixture
def slow_signing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Java signs until the provider has ended its side."""
    monkeypatch.setattr(flight, "SIGNING_MS", PATIENCE_MS)
    rest = Wire.rest

    def until_ended(wire: Wire, milliseconds: int) -> None:
        if milliseconds != PATIENCE_MS:
            rest(wire, milliseconds)
            return
        ended = select.poll()
        ended.register(wire._socket, select.POLLRDHUP)
        ended.poll(milliseconds)

    monkeypatch.setattr(Wire, "rest", until_ended)


def call(instance: Instance, client: str, java: str = "17") -> Exchange:
    """Place AcmeTickets.CreateTicket with that HTTP library on that Java."""
    instance = instance.with_quirk("http_client", client).with_quirk("java", java)
    exchange = SOAPMessageV2("AcmeTickets", "CreateTicket", instance=instance).execute().exchange
    assert exchange is not None
    return exchange


def told(exchange: Exchange) -> str:
    """The outermost exception in a line."""
    assert exchange.failure is not None
    first = exchange.failure.java[0]
    return f"{first.class_name}: {first.message}"


CLIENTS = pytest.mark.parametrize(("client", "connections"), [(COMMONS, 4), (HTTPCLIENT4, 4), (URLCONNECTION, 1)])


@CLIENTS
@pytest.mark.parametrize("tls", ["1.2", "1.3"])
def test_a_refusal_that_resets_late_bytes_is_a_failed_write(
    serve: Callable[..., Any],
    make_instance: Callable[..., Instance],
    slow_signing: None,
    client: str,
    connections: int,
    tls: str,
) -> None:
    """The certificate is refused while Java signs, and the socket closed: both Apache clients try it four times."""
    with serve(tls_max=tls, late_bytes="reset") as provider:
        instance = make_instance(provider.port, EXPIRED)
        exchange = call(instance, client)
        for _ in range(SYSTEMS_CHANCES):
            exchange = exchange if told(exchange) != ALERT else call(instance, client)
        assert {visit.reason for visit in provider.visits} == {"expired"}
    assert told(exchange) in (PIPE, RESET)
    assert len(exchange.attempts) == connections


@pytest.mark.parametrize("client", [COMMONS, HTTPCLIENT4, URLCONNECTION])
@pytest.mark.parametrize("tls", ["1.2", "1.3"])
def test_a_refusal_that_waits_for_late_bytes_is_read(
    serve: Callable[..., Any],
    make_instance: Callable[..., Instance],
    slow_signing: None,
    client: str,
    tls: str,
) -> None:
    """The same provider, polite: the flight goes out whole, then the alert is read."""
    with serve(tls_max=tls, late_bytes="read") as provider:
        exchange = call(make_instance(provider.port, EXPIRED), client)
    assert told(exchange) == ALERT


def test_a_factory_that_shakes_hands_itself_reads_the_alert(
    serve: Callable[..., Any], make_instance: Callable[..., Instance], slow_signing: None
) -> None:
    """TLS 1.3 before TCP_NODELAY: the flight leaves in one go, so no write fails, and the alert is read (measured)."""
    with serve(tls_max="1.3", late_bytes="reset") as provider:
        exchange = call(make_instance(provider.port, EXPIRED), TELEMETRY)
    assert told(exchange) == ALERT


def resetting(
    pki: Pki, folder: Path, tls: ssl.TLSVersion, *, behind: int, asks: bool = False
) -> Callable[[socket.socket], None]:
    """An OpenSSL server that says its flight, reads so many octets of what follows, and resets.

    `asks`: for a certificate.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = context.maximum_version = tls
    chain = folder / "provider.pem"
    chain.touch(0o600)
    chain.write_text(pki["provider"].pem(None) + pki["provider"].key_pem)
    context.load_cert_chain(chain)
    context.verify_mode = ssl.CERT_OPTIONAL if asks else ssl.CERT_NONE

    def handler(connection: socket.socket) -> None:
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        server = context.wrap_bio(incoming, outgoing, server_side=True)
        while not outgoing.pending:
            incoming.write(connection.recv(65536))
            with contextlib.suppress(ssl.SSLWantReadError):
                server.do_handshake()
        connection.sendall(outgoing.read())
        left = behind
        while left:
            left -= len(connection.recv(left))
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()

    return handler


@pytest.mark.parametrize(
    ("java", "words"),
    [
        ("8", "Connection reset"),
        ("8u504", "Connection reset"),
        ("11", "Connection reset by peer (Write failed)"),
        ("17", "Connection reset by peer"),
        ("21", "Connection reset by peer"),
    ],
)
def test_a_reset_while_java_still_writes(
    peer: Callable[..., Any],
    make_instance: Callable[..., Instance],
    monkeypatch: pytest.MonkeyPatch,
    pki: Pki,
    tmp_path: Path,
    java: str,
    words: str,
) -> None:
    """The reset meets a write: each Java has its own text (8u252, 8u504, which wraps it, 11.0.13, 17.0.15, 21.0.8)."""
    monkeypatch.setattr(flight, "CHECKING_MS", PATIENCE_MS)
    tls = ssl.TLSVersion.TLSv1_2 if java == "8" else ssl.TLSVersion.TLSv1_3
    with peer(resetting(pki, tmp_path, tls, behind=6)) as listening:
        exchange = call(make_instance(listening.port), URLCONNECTION, java)
    assert exchange.failure is not None
    *around, inner = [f"{link.class_name}: {link.message}" for link in exchange.failure.java]
    assert inner == f"{SOCKET}: {words}"
    assert around == (["javax.net.ssl.SSLException: readHandshakeRecord"] if java == "8u504" else [])


def test_nobody_says_goodbye_behind_a_failed_write(
    peer: Callable[..., Any],
    serve: Callable[..., Any],
    make_instance: Callable[..., Instance],
    monkeypatch: pytest.MonkeyPatch,
    pki: Pki,
    tmp_path: Path,
) -> None:
    """TLS 1.3: the last flight meets a reset, and no close_notify is told; the twin, which is answered, tells one."""
    with serve(tls_max="1.3") as provider:
        answered = call(make_instance(provider.port), HTTPCLIENT4)
    monkeypatch.setattr(flight, "CHECKING_MS", PATIENCE_MS)
    with peer(resetting(pki, tmp_path, ssl.TLSVersion.TLSv1_3, behind=6)) as listening:
        broken = call(make_instance(listening.port), URLCONNECTION)
    assert told(broken) == RESET
    assert [bool(one.transcript.of(Alert, Direction.SENT)) for one in (answered, broken)] == [True, False]


@pytest.mark.parametrize(("pause", "heard"), [("CHECKING_MS", False), ("SIGNING_MS", True)])
def test_what_never_left_is_not_told_as_sent(
    peer: Callable[..., Any],
    make_instance: Callable[..., Instance],
    monkeypatch: pytest.MonkeyPatch,
    pki: Pki,
    tmp_path: Path,
    pause: str,
    heard: bool,
) -> None:
    """TLS 1.3: a reset before the Certificate leaves is no verdict on it; behind it, it may be one."""
    monkeypatch.setattr(flight, pause, PATIENCE_MS)
    behind = 6 if pause == "CHECKING_MS" else 1000
    with peer(resetting(pki, tmp_path, ssl.TLSVersion.TLSv1_3, behind=behind, asks=True)) as listening:
        instance = make_instance(listening.port)
        exchange = call(instance, URLCONNECTION)
    assert told(exchange) in (PIPE, RESET)
    assert [entry.message.name for entry in exchange.transcript.entries if entry.direction is Direction.SENT] == [
        "client_hello",
        "change_cipher_spec",
        *(["certificate"] if heard else []),
    ]
    assert exchange.key_choice is not None
    assert (exchange.key_choice.alias, exchange.key_choice.sent) == ("acme", heard)
    (finding,) = diagnose(exchange, instance)
    assert finding.rule == "connection-reset"
    assert any("refuses the client certificate" in line for line in finding.evidence) == heard


@pytest.mark.parametrize(("client", "connects"), [(COMMONS, False), (HTTPCLIENT4, True), (URLCONNECTION, False)])
def test_who_connects_before_the_tls_socket_is_made(
    peer: Callable[..., Any], make_instance: Callable[..., Instance], client: str, connects: bool
) -> None:
    """Java 8 knows no TLS 1.3: HttpClient 4.5 finds out on a connection, the others before (measured on 8u252)."""
    connected = threading.Event()
    with peer(lambda _: connected.set()) as listening:
        instance = make_instance(listening.port).with_quirk("tls_versions", ["TLSv1.3"])
        exchange = call(instance, client, "8")
        assert connected.wait(PATIENCE_MS / 1000 if connects else 0) == connects
    assert told(exchange) == "java.lang.IllegalArgumentException: TLSv1.3"


@pytest.mark.parametrize("client", [COMMONS, HTTPCLIENT4, URLCONNECTION])
def test_the_tunnel_is_there_before_the_tls_socket(
    peer: Callable[..., Any], make_instance: Callable[..., Instance], client: str
) -> None:
    """The same through a proxy: each has asked it for the tunnel by then (measured on 8u252)."""
    asked: list[bytes] = []

    def proxy(connection: socket.socket) -> None:
        asked.append(connection.recv(4096))
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        asked.append(connection.recv(4096))

    with peer(proxy) as listening:
        instance = make_instance().with_property("glide.http.proxy_host", "127.0.0.1")
        instance = instance.with_property("glide.http.proxy_port", str(listening.port))
        exchange = call(instance.with_quirk("tls_versions", ["TLSv1.3"]), client, "8")
    request, behind = asked
    assert request.startswith(b"CONNECT ")
    assert behind == b""
    assert told(exchange) == "java.lang.IllegalArgumentException: TLSv1.3"
    assert exchange.failure is not None
    assert str(exchange.failure.stage) == "handshake"
