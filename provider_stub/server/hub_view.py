"""What connections see of their hub."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Protocol

from provider_stub.http.messages import Response
from provider_stub.http.reader import HeadMemory
from provider_stub.http.service import Service
from provider_stub.journal.store import Journal
from provider_stub.journal.story import Story
from provider_stub.policy.material import Material
from provider_stub.server.readiness import Readiness
from provider_stub.tls.session import TlsServer

if TYPE_CHECKING:
    from captures.recorder import Tap


class HubView(Protocol):
    """The hub's part in a connection's life."""

    loop: asyncio.AbstractEventLoop
    ready: Readiness
    material: Material
    tls: TlsServer | None
    service: Service
    journal: Journal
    heads: HeadMemory
    base_url: str
    name: str

    def failed(self, where: str, error: BaseException) -> None:
        """Something of ours went wrong."""
        ...

    def gone(self, number: int, tell: Callable[[], Story]) -> None:
        """A connection has ended; `tell` gives its story."""
        ...

    def tap(self, sock: socket.SocketType, peer: tuple[str, int]) -> Tap | None:
        """Who records a connection that was just accepted; None: nobody."""
        ...

    def later(self, seconds: float, callback: Callable[[], Any]) -> None:
        """Call back after a while, unless the hub is closed before."""
        ...

    def spawn(
        self, answer: Awaitable[Response], then: Callable[[Response], Any], failed: Callable[[BaseException], None]
    ) -> None:
        """Wait for a response without blocking the loop."""
        ...
