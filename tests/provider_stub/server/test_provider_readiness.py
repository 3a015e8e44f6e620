"""Sockets are watched alike by our epoll and by the event loop's own readers."""

from __future__ import annotations

import asyncio
import select
import socket
from collections.abc import Callable, Coroutine
from typing import TypeVar

import pytest

from provider_stub import Provider
from provider_stub.server import hub
from provider_stub.server.readiness import LoopReaders, new_loop, readiness

T = TypeVar("T")
WAYS = [pytest.param(LoopReaders, id="loop"), pytest.param(readiness, id="epoll")]
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
        for pair in pairs:
            for one in pair:
                one.close()

    _run(run)
    assert len(told) == 1


@pytest.mark.parametrize("way", WAYS)
def test_who_is_not_watched_can_be_forgotten(way):
    """Before he is watched and twice afterwards; then he can be watched again."""
    told: list[str] = []

    async def run() -> None:
        watched = way(asyncio.get_running_loop())
        own, other = socket.socketpair()
        other.send(b"x")
        watched.forget(own.fileno())
        watched.watch(own.fileno(), lambda: told.append("too early"))
        watched.forget(own.fileno())
        watched.forget(own.fileno())
        watched.watch(own.fileno(), lambda: (told.append("called"), watched.forget(own.fileno())))
        await asyncio.sleep(0.02)
        own.close()
        other.close()

    _run(run)
    assert told == ["called"]


def _run(what: Callable[[], Coroutine[None, None, T]]) -> T:
    with asyncio.Runner(loop_factory=new_loop) as runner:
        return runner.run(what())


@pytest.mark.parametrize("way", WAYS)
def test_a_flood_leaves_the_loop_its_turns(way):
    """While a socket is always readable, timers, tasks and what the called one gives the loop to do get their turn."""
    seen: list[str] = []

    async def run() -> None:
        loop = asyncio.get_running_loop()
        watched = way(loop)
        own, other = socket.socketpair()
        other.send(b"x")  # never read

        def count() -> None:
            if not seen:
                loop.call_soon(seen.append, "asked for")
            seen.append("called")

        watched.watch(own.fileno(), count)
        for _ in range(3):
            await asyncio.sleep(0)
        await asyncio.sleep(0.01)
        await asyncio.get_running_loop().run_in_executor(None, seen.append, "from another thread")
        watched.forget(own.fileno())
        own.close()
        other.close()

    _run(run)
    assert seen.index("asked for") <= 5
    assert "from another thread" in seen


@pytest.mark.parametrize("way", WAYS)
def test_a_fault_of_one_who_is_called_is_the_loops(way):
    """It goes where the loop tells of faults, and others are called on."""
    told: list[object] = []

    async def run() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _loop, context: told.append(context["exception"]))
        watched = way(loop)
        pairs = [socket.socketpair() for _ in range(2)]

        def fail() -> None:
            watched.forget(pairs[0][0].fileno())
            raise ArithmeticError("a fault of ours")

        def succeed() -> None:
            watched.forget(pairs[1][0].fileno())
            told.append("called")

        for (own, other), call in zip(pairs, (fail, succeed), strict=True):
            other.send(b"x")
            watched.watch(own.fileno(), call)
        await asyncio.sleep(0.02)
        for pair in pairs:
            for one in pair:
                one.close()

    _run(run)
    assert sorted(map(repr, told)) == ["'called'", "ArithmeticError('a fault of ours')"]
