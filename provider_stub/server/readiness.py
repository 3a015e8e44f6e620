"""Which sockets have something to read: one epoll of ours inside the event loop, where the system has epoll.

The loop watches a single descriptor, our epoll, and we call who is ready without the loop's handles and contexts; what
became ready meanwhile is served in the same turn, for a few rounds, so that timers and writers get theirs. Elsewhere
every socket is watched by the loop itself.
"""

from __future__ import annotations

import asyncio
import select
from collections.abc import Callable
from typing import Protocol

ROUNDS = 8
"""Times that we look again before the loop gets its turn."""
_AT_ONCE = 256


class Readiness(Protocol):
    """Calls `readable` whenever something (or the end) has arrived, until it is told to forget the descriptor."""

    loop: asyncio.AbstractEventLoop
    """Inside of which it happens."""

    def watch(self, descriptor: int, readable: Callable[[], None]) -> None:
        """Begin; a descriptor is watched once."""
        ...

    def forget(self, descriptor: int) -> None:
        """Stop; before the descriptor is closed."""
        ...

    def close(self) -> None:
        """Give the epoll back."""
        ...


def readiness(loop: asyncio.AbstractEventLoop) -> Readiness:
    """What this system has."""
    return Epoll(loop) if hasattr(select, "epoll") else LoopReaders(loop)


class LoopReaders:
    """The loop's own readers."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop

    def watch(self, descriptor: int, readable: Callable[[], None]) -> None:
        """A reader of the loop's."""
        self.loop.add_reader(descriptor, readable)

    def forget(self, descriptor: int) -> None:
        """No longer."""
        self.loop.remove_reader(descriptor)

    def close(self) -> None:
        """Nothing of ours is open."""


class Epoll:
    """See the module's head."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop, self._epoll = loop, select.epoll()
        self._readable: dict[int, Callable[[], None]] = {}
        loop.add_reader(self._epoll.fileno(), self._serve)

    def watch(self, descriptor: int, readable: Callable[[], None]) -> None:
        """One more of our epoll's."""
        self._epoll.register(descriptor, select.EPOLLIN)
        self._readable[descriptor] = readable

    def forget(self, descriptor: int) -> None:
        """One less."""
        del self._readable[descriptor]
        self._epoll.unregister(descriptor)

    def close(self) -> None:
        """The loop forgets our epoll."""
        self.loop.remove_reader(self._epoll.fileno())
        self._epoll.close()

    def _serve(self) -> None:
        poll, readable = self._epoll.poll, self._readable
        for _ in range(ROUNDS):
            ready = poll(0, _AT_ONCE)
            for descriptor, _event in ready:
                call = readable.get(descriptor)
                if call is not None:  # one that was served before it in this round may have closed it
                    call()
            if not ready:
                return
