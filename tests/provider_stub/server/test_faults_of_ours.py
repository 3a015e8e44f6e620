"""A fault of ours ends its connection, whatever part of the provider it is in: nobody is left waiting."""

from __future__ import annotations

import asyncio
import socket
import ssl
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest

from provider_stub import InternalError, Provider
from provider_stub.http.messages import Request, Response
from provider_stub.http.service import Caller
from provider_stub.journal.store import Journal
from provider_stub.server.conversation import Conversation
from provider_stub.server.wire import Wire
from provider_stub.tls.session import TlsSession

REQUEST = b"POST /tickets HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


def _fails(*_: object, **__: object) -> None:
    raise RuntimeError("a fault of ours")


def _ends(port: int, context: ssl.SSLContext) -> bool:
    """Whether the connection is ended by the provider, long before the client's patience and any time limit end."""
    try:
        with (
            socket.create_connection(("127.0.0.1", port), 5) as raw,
            context.wrap_socket(raw, server_hostname="localhost") as tls,
        ):
            tls.sendall(REQUEST)
            while tls.recv(65536):
                pass
    except TimeoutError:
        return False
    except OSError:
        return True
    return True


@pytest.mark.parametrize("version", ["1.2", "1.3"])
@pytest.mark.parametrize(
    ("owner", "name"),
    [
        (TlsSession, "advance"),
        (TlsSession, "read"),
        (TlsSession, "write"),
        (TlsSession, "take"),
        (TlsSession, "withhold"),
        (Conversation, "receive"),
        (Conversation, "noted"),
        (Conversation, "hang_up"),
        (Journal, "progressed"),
        (Journal, "ended"),
        (Wire, "put"),
        (Wire, "resume"),
        (Wire, "shut"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.__name__,
)
def test_nobody_is_left_waiting(pki, place, monkeypatch, version, owner, name):
    """Whatever fails, the client's connection ends, the fault is told, no visit stays open, and others are served."""
    provider = Provider(pki.policy(idle_timeout=60, request_timeout=60, handshake_timeout=60))
    provider.start()
    try:
        with monkeypatch.context() as broken:
            broken.setattr(owner, name, _fails)
            if name == "withhold":  # it is called where something else has failed already
                broken.setattr(TlsSession, "advance", _fails)
            assert _ends(provider.port, pki.client_context("client", version))
            deadline = time.monotonic() + 10
            while not provider.counters.internal_errors and time.monotonic() < deadline:
                time.sleep(0.01)
        while provider.open_visits() and time.monotonic() < deadline:
            time.sleep(0.01)
        assert provider.counters.internal_errors
        assert provider.open_visits() == []
        assert place(provider, pki.client_context("client", version)).status == 200
    finally:
        with pytest.raises(InternalError):
            provider.stop()


def _raise(error: BaseException) -> None:
    raise error


class _Service:
    """Fails as told, and answers what is not told to fail."""

    path = "/tickets"

    def __init__(self, failing: Callable[[], object], *, later: bool) -> None:
        self._failing, self._later = failing, later

    def answer(self, request: Request, caller: Caller) -> Any:
        if request.method != "POST":
            return Response(200, b"well")
        return self._fail_later() if self._later else self._failing()

    async def _fail_later(self) -> Any:
        await asyncio.sleep(0)
        return self._failing()


@pytest.mark.parametrize("later", [False, True], ids=["at-once", "later"])
@pytest.mark.parametrize(
    "failing",
    [lambda: pytest.fail("as a test does"), lambda: sys.exit(3), lambda: _raise(asyncio.CancelledError("its own"))],
    ids=["test-failure", "exit", "cancelled"],
)
def test_what_is_no_exception_ends_one_connection_only(pki, place, failing, later):
    """A service fails as tests fail, wants to exit, or was cancelled: its client is let go, and others are served."""
    provider = Provider(pki.policy(idle_timeout=60, request_timeout=60), service=_Service(failing, later=later))
    provider.start()
    try:
        assert _ends(provider.port, pki.client_context())
        assert place(provider, pki.client_context(), method="GET").status == 200
    finally:
        with pytest.raises(InternalError):
            provider.stop()
    assert [str(visit.verdict) for visit in provider.visits] == ["accepted", "accepted"]
    assert provider.visits[0].reason == "internal-error"
