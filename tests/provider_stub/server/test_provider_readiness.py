"""Sockets are watched alike by our epoll and by the event loop's own readers."""

from __future__ import annotations

import asyncio
import select
import socket
from collections.abc import Callable

import pytest

from provider_stub import Provider
from provider_stub.server import hub
from provider_stub.server.readiness import ROUNDS, Epoll, LoopReaders, readiness

WAYS = [pytest.param(LoopReaders, id="loop"), pytest.param(Epoll, id="epoll")]
if not hasattr(select, "epoll"):
    WAYS.pop()


@pytest.mark.parametrize("way", WAYS)
def test_a_provider_serves_either_way(pki, monkeypatch, way):
    """Handshake, request, refusal and end are the same stories."""
    monkeypatch.setattr(hub, "readiness", way)
    with Provider(pki.policy()) as provider:
        for who in ("client", "stranger"):
            with (
                socket.create_connection(("127.0.0.1", provider.port), 20) as raw,
                pki.client_context(who, "1.2").wrap_socket(
                    raw, do_handshake_on_connect=False, server_hostname="localhost"
                ) as tls,
            ):
                try:
                    tls.do_handshake()
                    tls.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                    assert tls.recv(9) == b"HTTP/1.1 "
                except OSError:
                    assert who == "stranger"
        first, second = provider.wait_for_visits(2)
    assert [str(first.verdict), first.request_count] == ["accepted", 1]
    assert [str(second.verdict), second.alert_sent] == ["refused", "unknown_ca"]


@pytest.mark.parametrize("way", WAYS)
def test_who_is_forgotten_is_not_called(way):
    """Also where somebody earlier in the same turn made the provider forget him."""
    told: list[str] = []

    async def run() -> None:
        watched = way(asyncio.get_running_loop())
        pairs = [socket.socketpair() for _ in range(2)]
        ours = [pair[0] for pair in pairs]

        def readable(number: int) -> Callable[[], None]:
            def call() -> None:
                told.append(f"{number}")
                for one in ours:
                    watched.forget(one.fileno())

            return call

        for number, (own, other) in enumerate(pairs):
            other.send(b"x")
            watched.watch(own.fileno(), readable(number))
        await asyncio.sleep(0.05)
        watched.close()
        for pair in pairs:
            for one in pair:
                one.close()

    asyncio.run(run())
    assert len(told) == 1


@pytest.mark.skipif(not hasattr(select, "epoll"), reason="this system has no epoll")
def test_a_flood_leaves_the_loop_its_turns():
    """A socket that is always readable is served `ROUNDS` times, then the loop's other work is done."""

    async def run() -> int:
        watched = readiness(asyncio.get_running_loop())
        own, other = socket.socketpair()
        other.send(b"x")  # never read
        calls = 0

        def count() -> None:
            nonlocal calls
            calls += 1

        watched.watch(own.fileno(), count)
        turn = asyncio.Event()
        asyncio.get_running_loop().call_soon(lambda: asyncio.get_running_loop().call_soon(turn.set))
        await turn.wait()
        watched.forget(own.fileno())
        watched.close()
        own.close()
        other.close()
        return calls

    assert 0 < asyncio.run(run()) <= 4 * ROUNDS
