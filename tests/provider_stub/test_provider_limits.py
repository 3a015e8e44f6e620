"""Nobody makes the provider work or hold more than its limits, whatever he sends, multiplies or does not read."""

from __future__ import annotations

import contextlib
import http.client
import shutil
import socket
import ssl
import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provider_stub import Provider, ProviderPolicy
from provider_stub.http.messages import Request
from provider_stub.http.reader import HttpError, HttpReader
from provider_stub.journal.store import Journal
from provider_stub.policy import sources as pem
from provider_stub.server.connection import HIGH_WATER
from provider_stub.server.conversation import KEPT_BYTES
from provider_stub.tls import said

HEAD = b"POST /tickets HTTP/1.1\r\nHost: x\r\n"
LIMIT = 64 * 1024


def reader(**limits: int) -> HttpReader:
    """A reader with the usual limits."""
    return HttpReader(**{"max_header_bytes": LIMIT, "max_body_bytes": 16 * 1024 * 1024, **limits})


def read_all(stream: bytes, step: int = 0, **limits: int) -> list[Request | int]:
    """The requests in a stream, cut into pieces of `step`; the status of an error comes last."""
    found: list[Request | int] = []
    parser = reader(**limits)
    for start in range(0, len(stream), step or max(1, len(stream))):
        parser.feed(stream[start : start + (step or len(stream))])
        try:
            while (request := parser.next()) is not None:
                found.append(request)
        except HttpError as error:
            return [*found, error.status]
    return found


HOSTILE = {
    "blanks": lambda n: HEAD + b"X:" + b" " * n + b"\x01\r\n\r\n",
    "tabs and blanks": lambda n: HEAD + b"X:" + b" \t" * (n // 2) + b"\x01\r\n\r\n",
    "colons": lambda n: HEAD + b"X" + b":" * n + b"\x7f\r\n\r\n",
    "many fields": lambda n: HEAD + b"a:b\r\n" * (n // 5) + b"\x01\r\n\r\n",
    "bare line feeds": lambda n: b"GET / HTTP/1.1\nHost: x\n" + b"a: b\n" * (n // 5) + b"\x01\n\n",
    "folded lines": lambda n: HEAD + b"X: a\r\n" + b" b\r\n" * (n // 4) + b"\r\n",
    "no line end": lambda n: b"G" * n,
    "carriage returns": lambda n: b"GET / HTTP/1.1\r\nX: " + b"\r" * n + b"\r\n\r\n",
    "a long target": lambda n: b"GET /" + b"/:@" * (n // 3) + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "lengths": lambda n: HEAD + b"Content-Length: " + b"1" * n + b"\r\n\r\n",
    "connection tokens": lambda n: HEAD + b"Connection: " + b"a," * (n // 2) + b"\r\n\r\n",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_head_costs_what_it_is_long(linear, kind):
    """However a head is built, twice the bytes are twice the work (a head of 60,000 blanks once took 15 seconds)."""
    linear(lambda size: read_all(HOSTILE[kind](size), max_header_bytes=1_000_000), 6_000)


@pytest.mark.parametrize("kind", ["blanks", "many fields", "no line end"])
def test_a_head_in_drips_costs_what_it_is_long(linear, kind):
    """The same where it comes a few bytes at a time."""
    linear(lambda size: read_all(HOSTILE[kind](size), 16, max_header_bytes=1_000_000), 4_000)


def test_a_body_of_tiny_chunks_costs_what_it_is_long(linear):
    """A body in chunks of one byte."""
    linear(lambda n: read_all(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\na\r\n" * n + b"0\r\n\r\n"), 300)


def test_pipelined_requests_cost_what_they_are(linear):
    """Thousands of requests in one piece."""
    linear(lambda n: read_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" * n), 400)


@pytest.mark.parametrize("step", [0, 1, 1000])
@pytest.mark.parametrize("fast", [True, False], ids=["fast lane", "h11"])
@pytest.mark.parametrize("over", [-1, 0, 1, 2, 2_000, 26_000, 66_000])
def test_the_header_limit_is_exact(step, fast, over):
    """64 KiB with request line and blank line, however they arrive: not one byte more, not one less."""
    start = HEAD + (b"" if fast else b"Connection: keep-alive\r\n") + b"X: "
    head = start + b"a" * (LIMIT + over - len(start) - 4) + b"\r\n\r\n"
    assert len(head) == LIMIT + over
    (only,) = read_all(head, step)
    assert only == 431 if over > 0 else isinstance(only, Request)


def test_the_body_limit_is_exact():
    """The last byte that is allowed is, with and without a length; the next one is 413 at once."""
    for size, good in ((1000, True), (1001, False)):
        body = b"a" * size
        whole = HEAD + b"Content-Length: %d\r\n\r\n" % size
        chunked = HEAD + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % size + body + b"\r\n0\r\n\r\n"
        (plain,) = read_all(whole + body, max_body_bytes=1000)
        (cut,) = read_all(chunked, max_body_bytes=1000)
        assert [isinstance(plain, Request), isinstance(cut, Request)] == [good, good]
        assert good or [plain, cut] == [413, 413]


@pytest.mark.parametrize("length", [b"0" * 30 + b"1", b"9" * 19, b"9" * 5000])
def test_absurd_lengths_are_answered(length):
    """A Content-Length of many digits is an answer with a 4xx, never an exception of Python's."""
    assert read_all(HEAD + b"Content-Length: " + length + b"\r\n\r\n")[-1] in (400, 413)


def test_both_framings_at_once_are_refused(pki):
    """Content-Length with Transfer-Encoding is request smuggling: 400, and the connection is closed (RFC 9112 6.1)."""
    smuggled = b"GET /tickets?wsdl HTTP/1.1\r\nHost: x\r\n\r\n"
    both = HEAD + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + smuggled
    with Provider(pki.policy()) as provider, tls(provider, pki) as sock:
        sock.sendall(both)
        answer = read_to_end(sock)
    assert answer.count(b"HTTP/1.1 ") == 1
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert [request.status for request in provider.visits[0].requests] == [400]


def tls(provider: Provider, pki, version: str | None = None) -> ssl.SSLSocket:
    """A TLS connection of the good client."""
    sock = socket.create_connection(("127.0.0.1", provider.port), 20)
    return pki.client_context(version=version).wrap_socket(sock, server_hostname="localhost")


def read_to_end(sock: socket.socket) -> bytes:
    """Everything until the provider closes."""
    data = bytearray()
    with contextlib.suppress(OSError):
        while chunk := sock.recv(65536):
            data += chunk
    return bytes(data)


@pytest.mark.parametrize(
    ("headers", "stays"), [(b"Connection: keep-alive\r\n", True), (b"", False), (b"Connection: close\r\n", False)]
)
def test_http_10_keeps_alive_who_asks(pki, headers, stays):
    """A client of HTTP/1.0 that asks is told that the connection stays open, and it does (ab -k, old proxies)."""
    request = b"GET /tickets?wsdl HTTP/1.0\r\nHost: x\r\n" + headers + b"\r\n"
    with Provider(pki.policy(idle_timeout=0.3)) as provider, tls(provider, pki) as sock:
        sock.sendall(request * 2)
        answer = read_to_end(sock)
    assert answer.count(b"HTTP/1.1 200 OK") == (2 if stays else 1)
    assert answer.count(b"Connection: keep-alive") == (2 if stays else 0)


# Back-pressure


def send_until_it_stops(sock: socket.socket, piece: bytes, most: int) -> int:
    """How much the provider takes before it stops reading (or `most`)."""
    sent = 0
    sock.settimeout(0.4)
    with contextlib.suppress(OSError):
        while sent < most:
            sent += sock.send(piece)
    return sent


def _kernel_room() -> int:
    """What two kernels' buffers on loopback may hold at most."""
    settings_of_tcp = Path("/proc/sys/net/ipv4")
    return sum(int((settings_of_tcp / name).read_text().split()[2]) for name in ("tcp_rmem", "tcp_wmem"))


def test_a_busy_provider_stops_reading():
    """Given an answer under way that takes long and a client that goes on sending: it has to wait, too."""
    policy = ProviderPolicy(plain_http=True, delay_ms=60_000, request_timeout=600)
    with Provider(policy) as provider, socket.create_connection(("127.0.0.1", provider.port)) as sock:
        sock.sendall(b"GET /tickets?wsdl HTTP/1.1\r\nHost: x\r\n\r\n")
        most = _kernel_room() + 8 * HIGH_WATER
        taken = send_until_it_stops(sock, b"x" * 65536, 2 * most)
        (connection,) = provider._hub._connections.values()
        assert connection._talk.waiting <= HIGH_WATER + 65536
        assert taken < most


@pytest.mark.parametrize("encrypted", [False, True])
def test_a_client_that_does_not_read_is_not_answered_for_ever(pki, encrypted):
    """Given pipelined requests and nobody who reads: at most the high-water mark and one answer are held for him."""
    policy = pki.policy(idle_timeout=600) if encrypted else ProviderPolicy(plain_http=True, idle_timeout=600)
    request = b"GET /tickets?wsdl HTTP/1.1\r\nHost: x\r\n\r\n"
    with Provider(policy) as provider:
        plain = socket.create_connection(("127.0.0.1", provider.port), 20)
        sock = tls(provider, pki) if encrypted else plain
        taken = 0
        for _ in range(50):  # on a busy machine a pause is not yet the end
            taken += send_until_it_stops(sock, request * 400, 60_000_000)
            connection = max(provider._hub._connections.values(), key=lambda one: one._wire.waiting)
            if connection._wire.waiting:
                break
        assert 0 < connection._wire.waiting < HIGH_WATER + 128 * 1024
        assert connection._talk.waiting <= HIGH_WATER + 65536
        assert taken < 60_000_000
        answered = connection._talk.count
        sock.settimeout(20)
        while connection._talk.count < 3 * answered:  # he reads at last, and is served again
            assert sock.recv(1 << 20)
        plain.close()
        sock.close()


def test_every_pipelined_request_is_answered_when_the_client_reads_late(pki):
    """Back-pressure loses nothing: 3,000 requests at once, then a reader."""
    request = b"GET /tickets?wsdl HTTP/1.1\r\nHost: x\r\n\r\n"
    policy = ProviderPolicy(plain_http=True, idle_timeout=5)
    with Provider(policy) as provider, socket.create_connection(("127.0.0.1", provider.port)) as sock:
        sock.sendall(request * 2_999 + request.replace(b"Host", b"Connection: close\r\nHost"))
        time.sleep(0.2)
        assert read_to_end(sock).count(b"HTTP/1.1 200 OK") == 3_000


def test_a_held_handshake_takes_no_flood(pki):
    """Given a delay before the handshake: what arrives meanwhile is bounded."""
    policy = pki.policy(delay_ms=60_000, delay_at="connect", handshake_timeout=600)
    with Provider(policy) as provider, socket.create_connection(("127.0.0.1", provider.port)) as sock:
        most = _kernel_room() + 8 * HIGH_WATER
        taken = send_until_it_stops(sock, b"\x16\x03\x01\x40\x00" + b"x" * 0x4000, 2 * most)
        (connection,) = provider._hub._connections.values()
        assert connection._tls.waiting <= HIGH_WATER + 65536
        assert taken < most


# What a visit keeps


def test_a_visit_keeps_a_bounded_story(pki):
    """Large bodies on one connection: the latest are kept, the older ones go, the count stays."""
    body = b"x" * 60_000
    with Provider(ProviderPolicy(plain_http=True)) as provider:
        connection = http.client.HTTPConnection("127.0.0.1", provider.port)
        for _ in range(40):
            connection.request("POST", "/tickets", body, {"Content-Type": "text/xml"})
            connection.getresponse().read()
        connection.close()
        (visit,) = provider.wait_for_visits(1)
    assert visit.request_count == 40
    assert 2 <= len(visit.requests) <= KEPT_BYTES // len(body)
    assert visit.requests[-1].body == body


def test_the_journal_in_memory_is_bounded(pki):
    """Visits with large bodies: the oldest are forgotten, the last one never."""
    with Provider(ProviderPolicy(plain_http=True)) as provider:
        provider._journal._memory_bytes = 100_000
        for _ in range(4):
            connection = http.client.HTTPConnection("127.0.0.1", provider.port)
            connection.request("POST", "/tickets", b"x" * 60_000)
            connection.getresponse().read()
            connection.close()
        provider.wait_for_visits(4, timeout=1)
        assert len(provider.visits) == 1
        assert provider.counters.connections == 4
    assert isinstance(provider._journal, Journal)


def test_a_transcript_of_post_handshake_messages_is_bounded(pki, monkeypatch):
    """A client that sends KeyUpdate after KeyUpdate fills no memory."""
    monkeypatch.setattr(said, "KEPT_MESSAGES", 20)
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed")
    with Provider(pki.policy()) as provider:
        command = [openssl, "s_client", "-connect", f"127.0.0.1:{provider.port}", "-tls1_3"]
        command += ["-cert", str(pki.path("client"))]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as client:
            for _ in range(40):
                client.stdin.write(b"K\n")
                client.stdin.flush()
                time.sleep(0.005)
            client.stdin.close()
        (visit,) = provider.wait_for_visits(1)
    assert 10 < len(visit.transcript) <= 40


# TLS answers by itself


@pytest.mark.parametrize("version", ["1.2", "1.3"])
def test_close_notify_is_answered_at_once(pki, version):
    """A client that waits for our close_notify (unwrap, gnutls_bye) has it long before the idle timeout."""
    with Provider(pki.policy(idle_timeout=600)) as provider, tls(provider, pki, version) as sock:
        sock.sendall(b"GET /tickets?wsdl HTTP/1.1\r\nHost: x\r\n\r\n")
        assert sock.recv(65536)
        sock.settimeout(10)
        sock.unwrap().close()
    assert provider.visits[0].requests[0].status == 200


def test_a_renegotiation_is_answered_at_once(pki):
    """no_renegotiation leaves when it is asked, not with the next answer."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed")
    with Provider(pki.policy(idle_timeout=600)) as provider:
        command = [openssl, "s_client", "-connect", f"127.0.0.1:{provider.port}", "-tls1_2"]
        command += ["-cert", str(pki.path("client"))]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        ) as client:
            client.stdin.write(b"R\n")
            client.stdin.flush()
            output = b""
            while b"no renegotiation" not in output:
                output += client.stdout.readline() or pytest.fail(f"the client ended: {output!r}")
            client.stdin.close()


def test_dhe_is_offered(pki):
    """A client that knows nothing but DHE is served, as by every OpenSSL server that was asked to."""
    with Provider(pki.policy(server_certificate=pki.path("rsa"))) as provider:
        context = pki.client_context(version="1.2")
        context.set_ciphers("DHE-RSA-AES256-GCM-SHA384")
        with socket.create_connection(("127.0.0.1", provider.port), 10) as raw:
            context.wrap_socket(raw, server_hostname="localhost").close()
        (visit,) = provider.wait_for_visits(1)
    assert visit.cipher == "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384"


# Other readers of strangers' bytes


@pytest.mark.parametrize(
    "build",
    [
        lambda n: b"-----BEGIN A-----\n" * n,
        lambda n: b"".join(b"-----BEGIN A%d-----\n" % number for number in range(n)),
        lambda n: b"-----BEGIN CERTIFICATE-----\n" + b"A" * 18 * n,
        lambda n: b"-----BEGIN " + b"A" * 18 * n,
        lambda n: b"-----BEGIN PRIVATE KEY-----\n" * n,
        lambda n: b"-" * 18 * n,
    ],
)
def test_pem_costs_what_it_is_long(linear, build):
    """Labels without an end, ends without a beginning."""
    linear(lambda n: (pem.blocks(build(n)), pem.private_keys(build(n))), 500)


def test_two_keys_and_headers_between_the_lines_are_read():
    """What OpenSSL writes into old encrypted keys (`DEK-Info: AES-256-CBC,…`) is part of its block."""
    inside = b"Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,AA\n\nQUJD\n"
    old = b"-----BEGIN RSA PRIVATE KEY-----\n" + inside + b"-----END RSA PRIVATE KEY-----\n"
    plain = b"-----BEGIN PRIVATE KEY-----\nQUJD\n-----END PRIVATE KEY-----\n"
    assert pem.private_keys(b"text\n" + old + plain) == [old, plain]
    assert pem.blocks(b"text" + plain) == [("PRIVATE KEY", b"ABC")]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                b"GET / HTTP/1.1",
                b"\r\n",
                b"\n",
                b"Host: x",
                b"a: b",
                b":",
                b" ",
                b"\0",
                b"Content-Length: 3",
                b"abc",
                b"Transfer-Encoding: chunked",
                b"3\r\nabc\r\n",
                b"0\r\n\r\n",
                b"\r\n\r\n",
                b"HTTP/1.0",
                b"Expect: 100-continue",
            ]
        )
        | st.binary(max_size=8),
        max_size=14,
    ),
    st.integers(0, 7),
)
def test_no_bytes_break_the_http_reader(pieces, step):
    """Any bytes, cut anywhere, are requests or one HTTP error, and the same ones however they are cut."""
    stream = b"".join(pieces)
    whole, cut = read_all(stream), read_all(stream, step)
    assert [getattr(one, "target", one) for one in whole if not isinstance(one, int)] == [
        getattr(one, "target", one) for one in cut if not isinstance(one, int)
    ][: len(whole)]
    assert all(400 <= one <= 505 for one in (*whole, *cut) if isinstance(one, int))
