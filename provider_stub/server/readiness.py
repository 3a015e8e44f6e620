"""Which sockets have something to read, told without the event loop's handles and contexts where the system has epoll.

There the loop waits in a selector of ours: it serves our sockets by itself, one batch after the other, and the loop
gets its turn as soon as it has something to do: one of its own descriptors is ready, a timer is due, or what we called
has given it work. Elsewhere every socket is watched by the loop itself.
"""

from __future__ import annotations

import asyncio
import select
import selectors
from collections.abc import Callable
from contextvars import Context
from typing import Protocol, TypeVarTuple, Unpack

from guarded import clock

_Arguments = TypeVarTuple("_Arguments")
_AT_ONCE = 256
RECEIVE = 64 * 1024
"""Bytes that are taken from a socket at once."""


class Readiness(Protocol):
    """Calls `readable` whenever something (or the end) has arrived, until it is told to forget the descriptor."""

    loop: asyncio.AbstractEventLoop
    """Inside of which it happens."""
    room: memoryview
    """Where a socket's bytes are received; they are copied out of it at once."""

    def watch(self, descriptor: int, readable: Callable[[], None]) -> None:
        """Begin; a descriptor is watched once."""
        ...

    def forget(self, descriptor: int) -> None:
        """Stop; before the descriptor is closed. Who is not watched is forgotten already."""
        ...


def new_loop() -> asyncio.AbstractEventLoop:
    """A loop as `readiness` wants it, on a clock that nobody stops.

    It selects, because that is the only kind that tells of readable sockets on every system.
    """
    return _ServedLoop() if hasattr(select, "epoll") else _Loop()


def readiness(loop: asyncio.AbstractEventLoop) -> Readiness:
    """What watches sockets in this loop."""
    return loop.served if isinstance(loop, _ServedLoop) else LoopReaders(loop)


class LoopReaders:
    """The loop's own readers."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop, self.room = loop, memoryview(bytearray(RECEIVE))

    def watch(self, descriptor: int, readable: Callable[[], None]) -> None:
        """A reader of the loop's."""
        self.loop.add_reader(descriptor, readable)

    def forget(self, descriptor: int) -> None:
        """No longer."""
        self.loop.remove_reader(descriptor)


class _Loop(asyncio.SelectorEventLoop):
    def time(self) -> float:
        return clock.monotonic()


class _ServedLoop(_Loop):
    """See the module's head; `served` is its selector."""

    def __init__(self) -> None:
        self.served = Served(self)
        super().__init__(self.served)

    def call_soon(
        self,
        callback: Callable[[Unpack[_Arguments]], object],
        *args: *_Arguments,
        context: Context | None = None,
    ) -> asyncio.Handle:
        self.served.due = True
        return super().call_soon(callback, *args, context=context)

    def call_at(
        self,
        when: float,
        callback: Callable[[Unpack[_Arguments]], object],
        *args: *_Arguments,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        self.served.due = True
        return super().call_at(when, callback, *args, context=context)


class Served(selectors.DefaultSelector):
    """The selector of a loop, with an epoll around it that has our sockets, too."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self.loop, self.room = loop, memoryview(bytearray(RECEIVE))
        self.due = False
        """The loop was given work since it began to wait."""
        self._readable: dict[int, Callable[[], None]] = {}
        self._epoll = select.epoll()
        self._epoll.register(self.fileno(), select.EPOLLIN)

    def watch(self, descriptor: int, readable: Callable[[], None]) -> None:
        """One more of ours."""
        self._epoll.register(descriptor, select.EPOLLIN)
        self._readable[descriptor] = readable

    def forget(self, descriptor: int) -> None:
        """One less."""
        if self._readable.pop(descriptor, None) is not None:
            self._epoll.unregister(descriptor)

    def close(self) -> None:
        """Give both back."""
        self._epoll.close()
        super().close()

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """What is ready of the loop's own, after at most `timeout` seconds; ours are served meanwhile."""
        poll, readable = self._epoll.poll, self._readable
        until = None if timeout is None else clock.monotonic() + timeout
        self.due = False
        while True:
            ready = poll(timeout, _AT_ONCE)
            told = not ready
            for descriptor, _event in ready:
                call = readable.get(descriptor)
                if call is None:  # the loop's own, or one that was closed by who was served before it in this round
                    told = True
                    continue
                try:
                    call()
                except BaseException as error:  # the loop must live: nobody else would end connections and journal
                    self.loop.call_exception_handler({"message": "watching a socket", "exception": error})
            if until is not None:
                timeout = until - clock.monotonic()
                told = told or timeout <= 0
            if told or self.due:
                return super().select(0)
