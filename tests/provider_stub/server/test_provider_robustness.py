"""Whatever a client does, the provider lives on, notes it, and leaves nothing behind."""

from __future__ import annotations

import contextlib
import gc
import os
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time
import types
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provider_stub import Provider, Verdict
from provider_stub.policies import load
from provider_stub.server.connection import Connection
from provider_stub.server.conversation import Conversation
from provider_stub.tls.phase import Phase
from provider_stub.tls.said import entries
from provider_stub.tls.session import TlsServer
from tls_transcript import Transcript


def _descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def connect(provider: Provider) -> socket.socket:
    """A TCP connection."""
    return socket.create_connection(("127.0.0.1", provider.port), 10)


def read_to_end(sock: socket.socket) -> bytes:
    """Everything until the provider closes."""
    data = b""
    with contextlib.suppress(OSError):
        while chunk := sock.recv(65536):
            data += chunk
    return data


@pytest.fixture
def provider(pki):
    """A provider with short patience."""
    policy = pki.policy(handshake_timeout=1.5, request_timeout=1.5, idle_timeout=2.5, max_body_bytes=1_000_000)
    with Provider(policy) as running:
        yield running


BROKEN = [
    (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", Verdict.NO_TLS, "plain-http"),
    (b"CONNECT x:443 HTTP/1.1\r\n\r\n", Verdict.NO_TLS, "plain-http"),
    (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", Verdict.NO_TLS, "not-tls"),
    (b"\x00" * 64, Verdict.NO_TLS, "not-tls"),
    (b"SSH-2.0-x\r\n", Verdict.NO_TLS, "not-tls"),
    (b"\x16\x03\x01\x00\x05\xff\xff\xff\xff\xff", Verdict.REFUSED, "tls-error"),
    (b"\x16\x03\x01\x7f\xff" + b"a" * 64, Verdict.REFUSED, "tls-error"),
    (b"\x16\x03\x01\x02\x00\x01\x00", Verdict.ABORTED, "handshake-timeout"),
    (b"", Verdict.NO_TLS, "silent"),
]


@pytest.mark.parametrize(("data", "verdict", "reason"), BROKEN)
def test_what_is_no_handshake_is_a_visit(provider, pki, place, data, verdict, reason):
    """Garbage, plain HTTP, half a record, silence: closed in time, noted, and the next client is served."""
    with connect(provider) as sock:
        sock.sendall(data)
        answer = read_to_end(sock)
    assert not answer.startswith(b"HTTP")
    (visit,) = provider.wait_for_visits(1)
    assert (visit.verdict, visit.reason) == (verdict, reason)
    assert place(provider, pki.client_context()).status == 200


def test_a_client_that_leaves_at_once(provider):
    """Connecting and closing, or resetting, is a visit, too."""
    connect(provider).close()
    with connect(provider) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    visits = provider.wait_for_visits(2)
    assert [visit.verdict for visit in visits] == [Verdict.NO_TLS, Verdict.NO_TLS]
    assert [visit.peer[0] for visit in visits] == ["127.0.0.1", "127.0.0.1"]


def _tls(provider: Provider, pki) -> ssl.SSLSocket:
    return pki.client_context().wrap_socket(connect(provider), server_hostname="localhost")


@pytest.mark.parametrize(
    ("start", "status"),
    [
        (b"POST /tickets HTTP/1.1\r\nHost: x\r\n", 408),
        (b"POST /tickets HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc", 408),
        (b"POST /tickets HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc", 408),
        (b"POST /tickets HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 70_000, 431),
        (b"POST /tickets HTTP/1.1\r\nHost: x\r\nContent-Length: 1000001\r\n\r\n", 413),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
        (b"NONSENSE\r\n\r\n", 400),
    ],
)
def test_slow_or_excessive_requests_get_a_clear_answer(provider, pki, start, status):
    """Slow-loris in headers and body, too long headers and bodies, HTTP/2: a 4xx (or 505) and the end."""
    with _tls(provider, pki) as tls:
        tls.sendall(start)
        answer = read_to_end(tls)
    assert answer.startswith(f"HTTP/1.1 {status} ".encode())
    (visit,) = provider.wait_for_visits(1)
    assert visit.verdict is Verdict.ACCEPTED
    assert visit.requests[-1].status == status
    if status == 408:
        part = b"body" if b"\r\n\r\n" in start else b"headers"
        assert b"the " + part + b" took too long" in answer


class Clock:
    """A conversation's line that only counts how often the client's deadline was set anew."""

    serving = True
    congested = False

    def __init__(self):
        self.set = 0

    def set_deadline(self, seconds):
        """The client has this long for its next step."""
        self.set += 1


@pytest.mark.parametrize("framing", [b"Content-Length: 10\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\na\r\n"])
def test_the_body_gets_a_deadline_of_its_own(pki, framing):
    """Headers begin one, their end begins the body's, and no later byte begins another."""
    line = Clock()
    hub = types.SimpleNamespace(heads=None, base_url="")
    talk = Conversation(hub, line, load(pki.policy()), None, ("127.0.0.1", 1))
    counts = []
    for piece in (b"POST /tickets HTTP/1.1\r\n", b"Host: x\r\n", framing, b"abc", b"def"):
        talk.receive(piece)
        counts.append(line.set)
    assert counts == [1, 1, 2, 2, 2]


def test_a_drip_does_not_extend_the_deadline(provider, pki):
    """A byte now and then does not keep a connection open for ever."""
    with _tls(provider, pki) as tls:
        begun = time.monotonic()
        tls.settimeout(0.05)
        answer = b""
        while time.monotonic() - begun < 15 and not answer:
            with contextlib.suppress(OSError):
                tls.send(b"G" if begun else b"")
            with contextlib.suppress(TimeoutError):
                answer = tls.recv(100)
    assert answer.startswith(b"HTTP/1.1 4")


def test_large_body_and_pipelining(provider, pki, envelope):
    """A body of many records and two requests in one write are both served in order."""
    big = envelope(f"<t:GetTicket><t:number>TKT{'1' * 500_000}</t:number></t:GetTicket>")
    head = "POST /tickets HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n{}\r\n"
    with _tls(provider, pki) as tls:
        tls.settimeout(10)
        tls.sendall(
            head.format(len(big), "").encode() + big + head.format(len(big), "Connection: close\r\n").encode() + big
        )
        answers = read_to_end(tls)
    assert answers.count(b"HTTP/1.1 200 OK") == 2
    (visit,) = provider.wait_for_visits(1)
    assert [(r.status, r.body_bytes) for r in visit.requests] == [(200, len(big))] * 2
    assert all(len(request.body) <= 65536 for request in visit.requests)


def test_renegotiation_is_refused(provider, pki):
    """TLS 1.2 renegotiation by the client does not get through."""
    import shutil
    import subprocess

    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed")
    command = [
        openssl,
        "s_client",
        "-connect",
        f"127.0.0.1:{provider.port}",
        "-tls1_2",
        "-cert",
        str(pki.path("client")),
    ]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as client:
        output, _ = client.communicate(b"R\n", timeout=20)
    assert b"no renegotiation" in output
    assert provider.wait_for_visits(1)[0].request_count == 0


def test_resets_at_every_stage(provider, pki, place):
    """RST after the ClientHello, in the middle of a request, during the answer: noted, and life goes on."""

    def reset(sock: socket.socket) -> None:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        sock.close()

    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    with contextlib.suppress(ssl.SSLWantReadError):
        pki.client_context().wrap_bio(incoming, outgoing, server_hostname="localhost").do_handshake()
    raw = connect(provider)
    raw.sendall(outgoing.read())
    raw.recv(100)
    reset(raw)
    for data in (b"POST /tickets HTTP/1.1\r\nHost: x\r\nContent-Le", b"GET /tickets?wsdl HTTP/1.1\r\nHost: x\r\n\r\n"):
        tls = _tls(provider, pki)
        tls.sendall(data)
        reset(tls)
    assert place(provider, pki.client_context()).status == 200
    assert len(provider.wait_for_visits(4)) == 4


def test_many_idle_and_many_at_once(pki, place):
    """Hundreds of silent connections do not keep 60 concurrent callers from being served; nothing is lost or left."""
    threads, descriptors = threading.active_count(), _descriptors()
    with Provider(pki.policy()) as provider:
        idle = [connect(provider) for _ in range(300)]
        results: list[int | None] = []
        callers = [
            threading.Thread(target=lambda: results.append(place(provider, pki.client_context(), timeout=30).status))
            for _ in range(60)
        ]
        for caller in callers:
            caller.start()
        for caller in callers:
            caller.join()
        assert results == [200] * 60
        for sock in idle:
            sock.close()
        visits = provider.wait_for_visits(360)
        assert len({visit.id for visit in visits}) == 360
        assert sorted({str(visit.verdict) for visit in visits}) == ["accepted", "no-tls"]
    assert provider.counters.connections == 360
    assert (threading.active_count(), _descriptors()) == (threads, descriptors)


SCARCE = """
import resource, socket, sys, pathlib
from provider_stub import Provider, ProviderPolicy
folder = pathlib.Path(sys.argv[1])
policy = ProviderPolicy(trust=(folder / "root.pem",), server_certificate=folder / "server.pem", handshake_timeout=30)
with Provider(policy) as provider:
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    print(provider.port, flush=True)
    sys.stdin.readline()
"""


def _scarce(pki) -> subprocess.Popen[bytes]:
    """A provider that has few descriptors; it tells its port, and ends with the next line."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", SCARCE, str(pki.folder)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)


def test_stopping_without_a_descriptor_left(pki):
    """Who is told to stop while it listens no more, for want of descriptors, stops like any other."""
    with _scarce(pki) as process:
        port = int(process.stdout.readline())
        crowd = [socket.create_connection(("127.0.0.1", port), 10) for _ in range(80)]
        process.communicate(b"\n", timeout=20)
        for sock in crowd:
            sock.close()
    assert process.returncode == 0


def test_no_descriptor_left(pki):
    """When file descriptors run out, clients wait in the backlog; they are served once some are free again."""
    with _scarce(pki) as process:
        port = int(process.stdout.readline())
        idle = [socket.create_connection(("127.0.0.1", port), 10) for _ in range(80)]
        late = socket.create_connection(("127.0.0.1", port), 10)
        for sock in idle:
            sock.close()
        with pki.client_context().wrap_socket(late, server_hostname="localhost") as tls:
            tls.sendall(b"GET /tickets HTTP/1.1\r\nHost: x\r\n\r\n")
            assert tls.recv(100).startswith(b"HTTP/1.1 405")
        process.communicate(b"\n", timeout=20)
    assert process.returncode == 0


def test_stopping_closes_everything(pki):
    """stop() ends idle and silent connections, journals them, and can be called twice."""
    threads, descriptors = threading.active_count(), _descriptors()
    provider = Provider(pki.policy())
    provider.start()
    with connect(provider), _tls(provider, pki) as kept:
        kept.sendall(b"GET /tickets HTTP/1.1\r\nHost: x\r\n\r\n")
        assert kept.recv(1000).startswith(b"HTTP/1.1 405")
        provider.stop()
        provider.stop()
        assert kept.recv(1000) == b""
    assert len(provider.visits) == 2
    assert (threading.active_count(), _descriptors()) == (threads, descriptors)
    with pytest.raises(ConnectionRefusedError):
        connect(provider)


@pytest.fixture(scope="module")
def tls_server(pki):
    """TLS without sockets."""
    return TlsServer(load(pki.policy(personality="jsse")))


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_no_bytes_break_a_handshake(tls_server, pki, data):
    """A real ClientHello with any bytes changed, cut or added ends in a phase, never in an exception."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    with contextlib.suppress(ssl.SSLWantReadError):
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).wrap_bio(incoming, outgoing, server_hostname="localhost").do_handshake()
    hello = bytearray(outgoing.read())
    for _ in range(data.draw(st.integers(0, 4))):
        hello[data.draw(st.integers(0, len(hello) - 1))] = data.draw(st.integers(0, 255))
    session = tls_server.session()
    stream = bytes(hello[: data.draw(st.integers(1, len(hello)))]) + data.draw(st.binary(max_size=30))
    for step in (stream[: len(stream) // 2], stream[len(stream) // 2 :]):
        if session.phase is Phase.HANDSHAKE and step:
            session.feed(step)
            session.advance()
            session.take()
    assert session.phase in (Phase.HANDSHAKE, Phase.REFUSED, Phase.CLIENT_REFUSED)
    assert isinstance(Transcript(tuple(entries(session.told()[0]))).to_json(), list)


def _connections() -> int:
    return sum(isinstance(thing, Connection) for thing in gc.get_objects())


def test_ended_connections_leave_nothing_to_the_garbage_collector(provider, pki, place):
    """Given ended connections and no garbage collection; their TLS state went with the last reference to it."""
    gc.collect()
    gc.disable()
    try:
        for name in ("client", "stranger", None):
            place(provider, pki.client_context(name))
        assert len(provider.wait_for_visits(3)) == 3
        deadline = time.monotonic() + 10
        while _connections() and time.monotonic() < deadline:
            time.sleep(0.02)
        assert _connections() == 0
    finally:
        gc.enable()
