"""All connections of one listening socket in one event loop: accepting, deadlines, shutting down."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from guarded import clock
from provider_stub.faults import Faults
from provider_stub.http.messages import Response, text_response
from provider_stub.http.reader import HeadMemory
from provider_stub.http.service import BackEndError, Service
from provider_stub.journal.store import Journal
from provider_stub.journal.story import Story
from provider_stub.policy.material import Material
from provider_stub.server.accepting import accepting
from provider_stub.server.connection import Connection
from provider_stub.server.readiness import readiness
from provider_stub.tls.session import TlsServer

if TYPE_CHECKING:
    from captures.recorder import Recorder, Tap

SWEEP_SECONDS = 0.1
"""How often deadlines are looked at; only while there are connections."""
_ACCEPT_AT_ONCE = 64
_OUT_OF_DESCRIPTORS = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
_PAUSE_SECONDS = 0.05


class Hub:
    """Accepts on `listener` and owns what comes of it. Every method must be called in the loop's thread."""

    def __init__(
        self,
        listener: socket.socket,
        material: Material,
        tls: TlsServer | None,
        service: Service,
        journal: Journal,
        faults: Faults,
        *,
        base_url: str,
        name: str,
        recorder: Recorder | None = None,
    ) -> None:
        self.loop = asyncio.get_running_loop()
        self.ready = readiness(self.loop)
        self.material, self.tls, self.service, self.journal = material, tls, service, journal
        self.base_url, self.name = base_url, name
        self._faults, self._recorder = faults, recorder
        self.heads = HeadMemory()
        self._listener, self._take = listener, accepting(listener)
        self._connections: dict[int, Connection] = {}
        self._count = 0
        self._sweep: asyncio.TimerHandle | None = None
        self._resume: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._timers: set[asyncio.TimerHandle] = set()
        self._empty = asyncio.Event()
        self._empty.set()
        journal.later = self.later
        listener.setblocking(False)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # inherited by what it accepts
        self._listen()

    def change(self, material: Material, tls: TlsServer | None, service: Service) -> None:
        """New connections meet the new policy; those that are open keep the old one."""
        self.material, self.tls, self.service = material, tls, service
        self.heads = HeadMemory()

    # Accepting

    def _listen(self) -> None:
        self._resume = None
        self.ready.watch(self._listener.fileno(), self._accept)

    def _accept(self, at_once: int = 1) -> None:
        """One: whether there are more is not asked for, but told in the next round, and who is here is served first."""
        for _ in range(at_once):
            try:
                sock, address = self._take()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:
                if error.errno not in _OUT_OF_DESCRIPTORS:
                    raise
                self._make_room()
                return
            sock.setblocking(False)
            self._count += 1
            try:
                connection = Connection(self, self._count, sock, (address[0], address[1]))
            except Exception as error:  # nobody else would close the socket
                self.failed("accepting a connection", error)
                sock.close()
                continue
            if not self._connections:
                self._empty.clear()
            self._connections[self._count] = connection
            connection.safely(connection.start)
            if self._sweep is None:
                self._sweep = self.loop.call_later(SWEEP_SECONDS, self._look_at_deadlines)

    def _make_room(self) -> None:
        """No file descriptor is left: end a connection that waits for its next request, else wait a little.

        The clients in the backlog are not lost, they are only accepted later.
        """
        for connection in self._connections.values():
            if connection.idle:
                connection.safely(connection.drop)
                return
        self.ready.forget(self._listener.fileno())
        if self._resume is None:  # `close` accepts although it listens no more
            self._resume = self.loop.call_later(_PAUSE_SECONDS, self._listen)

    def _look_at_deadlines(self) -> None:
        now = clock.monotonic()
        for connection in list(self._connections.values()):
            if connection.deadline <= now:
                connection.safely(connection.overdue)
        self._sweep = self.loop.call_later(SWEEP_SECONDS, self._look_at_deadlines) if self._connections else None

    # For connections

    def failed(self, where: str, error: BaseException) -> None:
        """Something of ours went wrong."""
        self.journal.counters.internal_errors += 1
        self._faults.note(where, error)

    def gone(self, number: int, tell: Callable[[], Story]) -> None:
        """A connection has ended; `tell` gives its story."""
        self._connections.pop(number, None)
        if not self._connections:
            self._empty.set()
        known = False
        try:
            self.journal.ended(number, tell())
            known = True
        finally:
            if not known:
                self.journal.lost(number)

    def tap(self, sock: socket.SocketType, peer: tuple[str, int]) -> Tap | None:
        """Who records a connection that was just accepted; None: nobody."""
        if self._recorder is None:
            return None
        tap = self._recorder.tap(sock.getsockname()[:2], peer, bytes if self.tls is None else self.tls.fresh_keys)
        tap.accepted()
        return tap

    def later(self, seconds: float, callback: Callable[[], object]) -> None:
        """Call back after a while, unless the hub is closed before."""

        def run() -> None:
            self._timers.discard(handle)
            callback()

        handle = self.loop.call_later(seconds, run)
        self._timers.add(handle)

    def spawn(
        self, answer: Awaitable[Response], then: Callable[[Response], Any], failed: Callable[[BaseException], None]
    ) -> None:
        """Wait for a response without blocking the loop; what the network does to it becomes a 502."""

        async def wait() -> None:
            try:
                response = await answer
            except (OSError, BackEndError) as error:
                response = text_response(502, f"the back-end cannot be reached: {error}")
            except BaseException as error:  # see `Connection.safely`
                if task.cancelling():  # by `close`
                    raise
                failed(error)
                return
            then(response)

        task = self.loop.create_task(wait())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # Ending

    async def close(self, *, grace: float) -> None:
        """Accept no more, let answers under way be finished for up to `grace` seconds, then drop what is left."""
        self.ready.forget(self._listener.fileno())
        self._accept(_ACCEPT_AT_ONCE)  # who is in the backlog has connected already, and would be reset
        if self._resume is not None:
            self._resume.cancel()
        self._listener.close()
        for connection in list(self._connections.values()):
            connection.safely(connection.finish)
        if self._connections and grace > 0:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._empty.wait(), grace)
        for connection in list(self._connections.values()):
            connection.safely(connection.drop)
        if self._sweep is not None:
            self._sweep.cancel()
        for timer in self._timers:
            timer.cancel()
        for task in list(self._tasks):
            task.cancel()
        if self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)
