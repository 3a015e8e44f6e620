"""`make_console`: the console of a live instance as an ASGI application.

Pages need the catalogue, the rules and the lab, which take most of a second to load. The instance is up before that:
they are loaded in a thread once the server runs, or by the first request.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING

from sn_mock.live.console.guard import LOOPBACK, App, Guard, Keys, Receive, Scope, Send
from sn_mock.live.console.rendering import OUTSIDE, Renderer

if TYPE_CHECKING:
    from sn_mock.live.console.application import Console
    from sn_mock.live.live_instance import LiveInstance


def make_console(live: LiveInstance, *, hosts: Iterable[str] = ()) -> App:
    """The console. `hosts` are further names that it may be reached under, where it listens on more than loopback.

    It starts a provider only where somebody presses the button; the application's end (ASGI lifespan) stops it.
    """
    keys = Keys(live.console_token)
    outside = Renderer({})

    def refused(_: int, sentence: str) -> bytes:
        return outside.page(OUTSIDE, {"said": sentence})

    return Guard(_Later(live, keys), keys, refused, (*LOOPBACK, *hosts))


class _Later:
    """The application, made once."""

    def __init__(self, live: LiveInstance, keys: Keys) -> None:
        self._live, self._keys = live, keys
        self._lock = threading.Lock()
        self._console: Console | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live_and_die(receive, send)
            return
        console = self._console
        if console is None:
            console = await asyncio.to_thread(self._made)
        await console.application(scope, receive, send)

    def _made(self) -> Console:
        from sn_mock.live.console.application import Console

        with self._lock:
            made = self._console = self._console or Console(self._live, self._keys)
            return made

    async def _live_and_die(self, receive: Receive, send: Send) -> None:
        """The two messages of ASGI's lifespan."""
        await receive()
        loading = asyncio.create_task(asyncio.to_thread(self._made))
        await send({"type": "lifespan.startup.complete"})
        await receive()
        console = await loading
        await asyncio.to_thread(console.close)
        await send({"type": "lifespan.shutdown.complete"})
