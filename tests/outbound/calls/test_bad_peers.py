"""Peers that are silent, rude or something else altogether: Java's words, the right number of connections, no hang."""

from __future__ import annotations

import contextlib
import errno
import random
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sn_mock.exchange import Exchange
from sn_mock.failure import JavaException
from sn_mock.instance import Instance
from sn_mock.java.net import network
from sn_mock.lab.pki import Pki
from sn_mock.outbound.messages.soap_message import SOAPMessageV2

HC3, HC4, URL = "commons-httpclient-3.1", "httpclient-4.5", "urlconnection"
TELEMETRY = "commons-httpclient-3.1+telemetry"
SSL = "javax.net.ssl."
EOF_CHAIN = (
    JavaException(f"{SSL}SSLHandshakeException", "Remote host terminated the handshake"),
    JavaException("java.io.EOFException", "SSL peer shut down incorrectly"),
)
IS_CLOSED = (JavaException("java.net.SocketException", "Socket is closed"),)


def call(instance: Instance, client: str = HC3, timeout_ms: int = 3000) -> Exchange:
    """Place AcmeTickets.CreateTicket with that HTTP library."""
    instance = instance.with_quirk("http_client", client).with_property("glide.http.timeout", str(timeout_ms))
    exchange = SOAPMessageV2("AcmeTickets", "CreateTicket", instance=instance).execute().exchange
    assert exchange is not None
    return exchange


def drain(connection: socket.socket) -> None:
    """Half-close, then read until the client hangs up."""
    connection.shutdown(socket.SHUT_WR)
    while connection.recv(65536):
        continue


def saying(words: bytes) -> Callable[[socket.socket], None]:
    """Wait for the ClientHello, answer with these bytes, end."""

    def handler(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(words)
        drain(connection)

    return handler


def reset(connection: socket.socket) -> None:
    """Read the ClientHello, then answer with RST."""
    connection.recv(65536)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


@pytest.mark.parametrize(
    ("words", "chain"),
    [
        (
            b"HTTP/1.1 400 Bad Request\r\n\r\n",
            JavaException(f"{SSL}SSLException", "Unsupported or unrecognized SSL message"),
        ),
        (b"\x00\xff" * 20, JavaException(f"{SSL}SSLException", "Unsupported or unrecognized SSL message")),
        (
            b"\x16\x03\x03\xff\xff" + b"x" * 50,
            JavaException(f"{SSL}SSLProtocolException", "Bad input record size, TLSCiphertext.length = 65535"),
        ),
        (
            b"\x16\x03\x03\x00\x04\xff\x00\x00\x00",
            JavaException(f"{SSL}SSLProtocolException", "Unknown handshake type size, Handshake.msg_type = 255"),
        ),
    ],
    ids=["plain http", "garbage", "oversized record", "unknown message"],
)
@pytest.mark.parametrize(("client", "connections"), [(HC3, 4), (HC4, 1), (URL, 1)])
def test_not_tls(
    peer: Callable[..., Any],
    make_instance: Callable[..., Instance],
    words: bytes,
    chain: JavaException,
    client: str,
    connections: int,
) -> None:
    """Plain HTTP or garbage on the TLS port; commons-httpclient tries it four times."""
    with peer(saying(words)) as listening:
        exchange = call(make_instance(listening.port), client)
        assert listening.accepted == len(exchange.attempts) == connections
    assert exchange.failure is not None
    assert exchange.failure.java == (chain,)


@pytest.mark.parametrize(("client", "connections"), [(HC3, 1), (HC4, 1), (URL, 1)])
def test_end_of_stream_in_the_handshake(
    peer: Callable[..., Any], make_instance: Callable[..., Instance], client: str, connections: int
) -> None:
    """A FIN instead of a ServerHello."""
    with peer(drain) as listening:
        exchange = call(make_instance(listening.port), client)
        assert listening.accepted == connections
    assert exchange.failure is not None
    assert (exchange.failure.cause, exchange.failure.java) == ("handshake-closed", EOF_CHAIN)


@pytest.mark.parametrize(("client", "connections"), [(HC3, 4), (HC4, 4), (URL, 1)])
def test_reset_in_the_handshake(
    peer: Callable[..., Any], make_instance: Callable[..., Instance], client: str, connections: int
) -> None:
    """A RST instead of a ServerHello is retried by both Apache clients."""
    with peer(reset) as listening:
        exchange = call(make_instance(listening.port), client)
        assert listening.accepted == connections
    assert exchange.failure is not None
    assert exchange.failure.java == (JavaException("java.net.SocketException", "Connection reset"),)


def test_a_connection_that_is_reset_at_once_was_not_refused(
    make_instance: Callable[..., Instance], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody listens and resets before we look: that is a reset, as when it comes a moment later, and no refusal."""

    def reset_already(*_: object) -> None:
        raise ConnectionResetError(errno.ECONNRESET, "Connection reset by peer")

    monkeypatch.setattr(network, "_complete", reset_already)
    exchange = call(make_instance(1), HC3)
    assert exchange.failure is not None
    assert exchange.failure.cause == "connection-reset"
    assert exchange.failure.java == (JavaException("java.net.SocketException", "Connection reset"),)


def test_telemetry_hides_what_happened(peer: Callable[..., Any], make_instance: Callable[..., Instance]) -> None:
    """A factory that looks at the provider's certificates turns failed handshakes into `Socket is closed`, 4 times."""
    with peer(drain) as listening:
        exchange = call(make_instance(listening.port), TELEMETRY)
        assert listening.accepted == 4
    assert exchange.failure is not None
    assert exchange.failure.java == IS_CLOSED
    assert sum("peer not authenticated" in line for line in exchange.log) == 4


def test_fatal_alert_instead_of_a_hello(peer: Callable[..., Any], make_instance: Callable[..., Instance]) -> None:
    """The alert's name is the message; handshake alerts are not retried."""
    with peer(saying(bytes((21, 3, 3, 0, 2, 2, 40)))) as listening:
        exchange = call(make_instance(listening.port))
        assert listening.accepted == 1
    assert exchange.failure is not None
    assert exchange.failure.java == (
        JavaException(f"{SSL}SSLHandshakeException", "Received fatal alert: handshake_failure"),
    )


def test_silent_in_the_handshake(peer: Callable[..., Any], make_instance: Callable[..., Instance]) -> None:
    """The socket timeout ends it; the script sees error code 1."""
    released = threading.Event()
    with peer(lambda connection: bool(released.wait(5)) and None) as listening:
        exchange = call(make_instance(listening.port), timeout_ms=100)
        released.set()
    assert exchange.failure is not None
    assert exchange.failure.java == (JavaException("java.net.SocketTimeoutException", "Read timed out"),)
    assert exchange.response.error_code == 1
    assert len(exchange.attempts) == 1


def test_telemetry_waits_without_limit(peer: Callable[..., Any], make_instance: Callable[..., Instance]) -> None:
    """That factory sets the socket timeout too late and hangs; we give up, and say that the instance would not."""
    released = threading.Event()
    with peer(lambda connection: bool(released.wait(5)) and None) as listening:
        exchange = call(make_instance(listening.port), TELEMETRY, timeout_ms=100)
        released.set()
    assert exchange.failure is not None
    assert (exchange.failure.cause, exchange.failure.java) == ("handshake-hangs", ())
    assert any("without limit" in line for line in exchange.log)


def test_drip_feeding_does_not_keep_a_call_alive(
    peer: Callable[..., Any], make_instance: Callable[..., Instance]
) -> None:
    """A peer that sends one byte now and then cannot stretch the handshake without end."""
    released = threading.Event()

    def drip(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"\x16\x03\x03\x40\x00")
        while not released.wait(0.05):
            connection.sendall(b"\x02")

    with peer(drip) as listening:
        exchange = call(make_instance(listening.port), timeout_ms=150)
        released.set()
    assert exchange.failure is not None
    assert exchange.failure.cause == "handshake-timeout"


@pytest.mark.parametrize("tls", ["1.2", "1.3"])
@pytest.mark.parametrize("seed", range(12))
def test_damaged_server_flights(
    peer: Callable[..., Any], make_instance: Callable[..., Instance], pki: Pki, tmp_path: Path, tls: str, seed: int
) -> None:
    """Whatever a byte flip or a cut makes of a provider's first flight: a failure in Java's words, no exception."""
    chance = random.Random(f"{tls} {seed}")
    provider = pki["provider"]
    files = tmp_path / "chain.pem", tmp_path / "key.pem"
    for path, text in zip(files, (provider.pem(None), provider.key_pem), strict=True):
        path.touch(0o600)
        path.write_text(text)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*files)
    context.maximum_version = ssl.TLSVersion.TLSv1_2 if tls == "1.2" else ssl.TLSVersion.TLSv1_3

    def handler(connection: socket.socket) -> None:
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        server = context.wrap_bio(incoming, outgoing, server_side=True)
        incoming.write(connection.recv(65536))
        with contextlib.suppress(ssl.SSLWantReadError):
            server.do_handshake()
        flight = bytearray(outgoing.read())
        if chance.random() < 0.3:
            del flight[chance.randrange(len(flight)) :]
        else:
            flight[chance.randrange(len(flight))] ^= 1 << chance.randrange(8)
        connection.sendall(flight)
        drain(connection)

    with peer(handler) as listening:
        exchange = call(make_instance(listening.port), HC4)
    assert exchange.failure is not None
    assert exchange.failure.java
    assert exchange.response.status_code == 0


def _records(flight: bytes) -> list[bytes]:
    found = []
    while flight:
        end = 5 + int.from_bytes(flight[3:5], "big")
        found.append(flight[:end])
        flight = flight[end:]
    return found


def _last_byte_flipped(record: bytes) -> bytes:
    return record[:-1] + bytes((record[-1] ^ 1,))


def _twice(records: list[bytes], handshake_type: int) -> list[bytes]:
    return [copy for one in records for copy in [one] * (2 if one[5] == handshake_type else 1)]


@pytest.mark.parametrize(
    ("tls", "change", "told"),
    [
        ("1.2", lambda records: _twice(records, 11), ["Unexpected handshake message: certificate"]),
        ("1.2", lambda records: _twice(records, 14), ["Unexpected handshake message: server_hello_done"]),
        ("1.2", lambda records: records[1:], ["Unexpected handshake message: certificate"]),
        (
            "1.2",
            lambda records: [_last_byte_flipped(one) if one[5] == 12 else one for one in records],
            ["Invalid ECDH ServerKeyExchange signature"],
        ),
        (
            "1.2",
            lambda records: [records[0][:9] + b"\x03\x09" + records[0][11:], *records[1:]],
            ["Unsupported protocol version: (D)TLS-3.9"],
        ),
        (
            "1.2",
            lambda records: [records[0][:9] + b"\x03\x99" + records[0][11:], *records[1:]],
            ["Unsupported protocol version: (D)TLS-3.-103"],
        ),
        (
            "1.2",
            lambda records: [records[0][:9] + b"\x03\x01" + records[0][11:], *records[1:]],
            ["The server selected protocol version TLS10 is not accepted by client preferences [TLS13, TLS12]"],
        ),
        (
            "1.2",
            lambda records: [one for one in records if one[5] != 12],
            ["No ECDHE credentials negotiated for client key exchange"],
        ),
        ("1.3", lambda records: [*records[:2], *map(_last_byte_flipped, records[2:])], ["Tag mismatch!"] * 2),
        (
            "1.3",
            lambda records: [*records[:2], b"\x17\x03\x03\0\5short"],
            [
                "Insufficient buffer remaining for AEAD cipher fragment (5). Needs to be more than tag size (16)",
            ]
            * 2,
        ),
    ],
)
def test_a_flight_that_makes_no_sense_in_java_words(
    peer: Callable[..., Any],
    make_instance: Callable[..., Instance],
    pki: Pki,
    tmp_path: Path,
    tls: str,
    change: Callable[[list[bytes]], list[bytes]],
    told: list[str],
) -> None:
    """What JDK 17 says."""
    provider = pki["provider"]
    files = tmp_path / "chain.pem", tmp_path / "key.pem"
    for path, text in zip(files, (provider.pem(None), provider.key_pem), strict=True):
        path.touch(0o600)
        path.write_text(text)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*files)
    context.maximum_version = ssl.TLSVersion.TLSv1_2 if tls == "1.2" else ssl.TLSVersion.TLSv1_3

    def handler(connection: socket.socket) -> None:
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        server = context.wrap_bio(incoming, outgoing, server_side=True)
        incoming.write(connection.recv(65536))
        with contextlib.suppress(ssl.SSLWantReadError):
            server.do_handshake()
        connection.sendall(b"".join(change(_records(outgoing.read()))))
        drain(connection)

    instance = make_instance(0).with_quirk("java", 17).with_quirk("tls_versions", ("TLSv1.2", "TLSv1.3"))
    with peer(handler) as listening:
        function = instance.soap_functions[0]
        there = f"https://localhost:{listening.port}/tickets"
        exchange = call(instance.replace(function, soap_endpoint=there), HC4)
    assert exchange.failure is not None
    assert [one.message for one in exchange.failure.java] == told


def test_nothing_listens(make_instance: Callable[..., Instance]) -> None:
    """Four attempts with commons-httpclient, as its retry handler wants."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    exchange = call(make_instance(port))
    assert exchange.failure is not None
    assert exchange.failure.java == (JavaException("java.net.ConnectException", "Connection refused"),)
    assert len(exchange.attempts) == 4


def test_full_backlog(make_instance: Callable[..., Instance]) -> None:
    """A peer that accepts nothing: the connect timeout, once."""
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(full.getsockname())
        time.sleep(0.05)
        instance = make_instance(full.getsockname()[1]).with_property("glide.http.connection_timeout", "100")
        exchange = call(instance)
        for filler in fillers:
            filler.close()
    assert exchange.failure is not None
    assert exchange.failure.cause == "connect-timeout"
    assert exchange.failure.java[0].message == "Connect timed out"
    assert len(exchange.attempts) == 1


@pytest.mark.parametrize("tls", ["1.2", "1.3"])
@pytest.mark.parametrize(
    ("fault", "client", "class_name", "connections"),
    [
        ("close", HC3, "org.apache.commons.httpclient.NoHttpResponseException", 4),
        ("close", HC4, "org.apache.http.NoHttpResponseException", 1),
        ("close", URL, "java.net.SocketException", 2),
        ("reset", HC3, "java.net.SocketException", 1),
    ],
)
def test_no_answer_after_a_good_handshake(
    serve: Callable[..., Any],
    make_instance: Callable[..., Instance],
    tls: str,
    fault: str,
    client: str,
    class_name: str,
    connections: int,
) -> None:
    """FIN or RST instead of a response."""
    with serve(tls_max=tls, fault=f"request:{fault}") as provider:
        exchange = call(make_instance(provider.port), client)
    assert exchange.failure is not None
    assert exchange.failure.java[0].class_name == class_name
    assert len(exchange.attempts) == connections


def test_slow_answer(serve: Callable[..., Any], make_instance: Callable[..., Instance]) -> None:
    """The read timeout after a good handshake; the twin with patience gets its answer."""
    with serve(delay_ms=400) as provider:
        instance = make_instance(provider.port)
        hasty, patient = call(instance, timeout_ms=100), call(instance)
    assert hasty.failure is not None
    assert (str(hasty.failure.stage), hasty.failure.cause) == ("http", "read-timeout")
    assert patient.ok


def http_peer(answer: bytes) -> Callable[[socket.socket], None]:
    """Answer a plain HTTP request with these bytes."""

    def handler(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(answer)
        drain(connection)

    return handler


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "ok"),
        (b"HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok", "ok"),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "ok"),
        (b"garbage\r\nmore\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "ok"),
        (b"HTTP/1.0 200 OK\r\n\r\nuntil the end", "until the end"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", "ok"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort", "short"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", ""),
    ],
)
def test_answers_that_are_accepted(
    peer: Callable[..., Any], make_instance: Callable[..., Instance], answer: bytes, body: str
) -> None:
    """As lenient as commons-httpclient 3.1: lines before the status line, a missing reason, a short body (measured)."""
    with peer(http_peer(answer)) as listening:
        exchange = call_plainly(make_instance(), listening.port)
    assert exchange.failure is None
    assert (exchange.response.status_code, exchange.response.body) == (200, body)


@pytest.mark.parametrize(
    ("answer", "thrown"),
    [
        (b"", "org.apache.commons.httpclient.NoHttpResponseException: The server localhost failed to respond"),
        (
            b"ICY 200 OK\r\n\r\n",
            "org.apache.commons.httpclient.ProtocolException: "
            "The server localhost failed to respond with a valid HTTP response",
        ),
        (
            b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
            "org.apache.commons.httpclient.ProtocolException: Unable to parse header: no colon",
        ),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nok",
            "java.io.IOException: Bad chunk size: zz",
        ),
    ],
)
def test_answers_that_are_not(
    peer: Callable[..., Any], make_instance: Callable[..., Instance], answer: bytes, thrown: str
) -> None:
    """Its own words for the rest (measured)."""
    with peer(http_peer(answer)) as listening:
        exchange = call_plainly(make_instance(), listening.port)
    assert exchange.failure is not None
    assert str(exchange.failure.java[0]) == thrown


@pytest.mark.parametrize(
    ("chunks", "commons", "httpclient4", "urlconnection"),
    [
        (b"5\r\nhel", None, "Truncated chunk (expected size: 5; actual size: 3)", "Premature EOF"),
        (b"5\r\n", None, "Truncated chunk (expected size: 5; actual size: 0)", "Premature EOF"),
        (b"5\r\nhello", "CRLF expected at end of chunk: -1/-1", "CRLF expected at end of chunk", "Premature EOF"),
        (
            b"5\r\nhello\r\n",
            "chunked stream ended unexpectedly",
            "Premature end of chunk coded message body: closing chunk expected",
            "Premature EOF",
        ),
        (
            b"5\r\nhello\r\n3",
            "chunked stream ended unexpectedly",
            "Truncated chunk (expected size: 3; actual size: 0)",
            "Premature EOF",
        ),
        (b"", None, "Premature end of chunk coded message body: closing chunk expected", "Premature EOF"),
        (b"5\r\nhello\r\n0\r\n", None, None, "Premature EOF"),
        (b"zz\r\nok", "Bad chunk size: zz", "Bad chunk header: zz", "Bogus chunk size"),
        (b"5\r\nhello\r\n0\r\n\r\n", None, None, None),
    ],
)
def test_chunked_bodies_that_break_off(
    peer: Callable[..., Any],
    make_instance: Callable[..., Instance],
    chunks: bytes,
    commons: str | None,
    httpclient4: str | None,
    urlconnection: str | None,
) -> None:
    """Each HTTP client has its own words, or takes what has come; none of them asks again (measured on JDK 17)."""
    told = {"commons-httpclient-3.1": commons, HC4: httpclient4, "urlconnection": urlconnection}
    answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks
    for client, text in told.items():
        with peer(http_peer(answer)) as listening:
            exchange = call_plainly(make_instance(), listening.port, client)
            assert listening.accepted == 1
        assert (exchange.failure.java[0].message if exchange.failure else None) == text
        assert bool(exchange.failure) == bool(text)


def test_drip_fed_answer_comes_to_an_end(peer: Callable[..., Any], make_instance: Callable[..., Instance]) -> None:
    """A body that arrives byte by byte for ever is given up."""
    released = threading.Event()

    def drip(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
        while not released.wait(0.02):
            connection.sendall(b"x")

    with peer(drip) as listening:
        instance = make_instance()
        instance = instance.replace(instance.soap_messages[0], enable_mutual_auth=False)
        endpoint = f"http://localhost:{listening.port}/x"
        exchange = call(instance.replace(instance.soap_functions[0], soap_endpoint=endpoint), timeout_ms=150)
        released.set()
    assert exchange.failure is not None
    assert exchange.failure.cause == "read-timeout"


def test_proxy_credentials(peer: Callable[..., Any], make_instance: Callable[..., Instance]) -> None:
    """User and password of the properties go to the proxy, and are not shown."""
    asked: list[bytes] = []

    def proxy(connection: socket.socket) -> None:
        asked.append(connection.recv(65536))
        connection.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")

    with peer(proxy) as listening:
        instance = through(make_instance(), listening.port).with_property("glide.http.proxy_username", "alice")
        exchange = call(instance.with_property("glide.http.proxy_password", "open-sesame"))
    assert b"Proxy-Authorization: Basic YWxpY2U6b3Blbi1zZXNhbWU=" in asked[0]
    assert "open-sesame" not in repr(exchange)


def call_plainly(instance: Instance, port: int, client: str = HC3) -> Exchange:
    """Place the call over plain HTTP."""
    message = instance.replace(instance.soap_messages[0], enable_mutual_auth=False)
    return call(message.replace(message.soap_functions[0], soap_endpoint=f"http://localhost:{port}/x"), client)


def test_proxy_tunnel(
    peer: Callable[..., Any], serve: Callable[..., Any], make_instance: Callable[..., Instance]
) -> None:
    """CONNECT through the proxy of the properties; TLS is with the provider all the same."""
    asked: list[bytes] = []

    def proxy(connection: socket.socket) -> None:
        asked.append(connection.recv(65536))
        with socket.create_connection(("127.0.0.1", provider.port)) as onward:
            connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            pumping = threading.Thread(target=pump, args=(onward, connection))
            pumping.start()
            pump(connection, onward)
            pumping.join()

    with serve() as provider, peer(proxy) as listening:
        instance = through(make_instance(provider.port), listening.port)
        exchange = call(instance)
    assert exchange.ok
    assert asked[0].startswith(f"CONNECT localhost:{provider.port} HTTP/1.1\r\n".encode())


def test_proxy_declines(peer: Callable[..., Any], make_instance: Callable[..., Instance]) -> None:
    """The proxy's status is what the script sees; no handshake was begun."""
    with peer(http_peer(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")) as listening:
        exchange = call(through(make_instance(), listening.port))
    assert exchange.failure is not None
    assert (str(exchange.failure.stage), exchange.failure.cause) == ("connect", "proxy-refused")
    assert exchange.response.status_code == 407
    assert len(exchange.transcript) == 0


def through(instance: Instance, port: int) -> Instance:
    """The instance behind a proxy."""
    proxied = instance.with_property("glide.http.proxy_host", "127.0.0.1")
    return proxied.with_property("glide.http.proxy_port", str(port))


def pump(source: socket.socket, sink: socket.socket) -> None:
    """Copy until the source ends."""
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        return
