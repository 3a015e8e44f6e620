"""A non-blocking TCP socket with deadlines: every wait ends, and every way of breaking has its own event.

Java's clients tell a reset that is noticed while writing from one noticed while reading, so this module does too.
"""

from __future__ import annotations

import contextlib
import errno
import select
import socket
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING

from guarded import clock
from sn_mock.java.exceptions.java_texts import Event

if TYPE_CHECKING:
    from captures.recorder import Tap

CHUNK = 65536
OURS, THEIRS = 0, 1
"""The two ends of a connection, as a recorder counts them."""
PATIENCE = 4
"""A peer that keeps a read alive byte by byte may stretch a timeout to this multiple of itself, not further."""
_RESETS = {errno.ECONNRESET, errno.ECONNABORTED}


class WireError(Exception):
    """The connection broke; `event` says how. Caught inside `sn_mock.outbound`, never seen by a user."""

    def __init__(self, event: Event, detail: str = "", *, after_request: bool = False) -> None:
        super().__init__(event, detail)
        self.event = event
        self.detail = detail
        self.after_request = after_request
        """Java has written the request by then, though we have not."""


class TimedOutError(Exception):
    """A deadline passed; who waited knows which Java text that is."""


class Deadline:
    """A moment on the monotonic clock."""

    def __init__(self, milliseconds: float) -> None:
        self._end = clock.monotonic() + milliseconds / 1000

    def left_ms(self) -> int:
        """Milliseconds until then, rounded up; 0 when it has passed."""
        return max(0, -int(-(self._end - clock.monotonic()) * 1000 // 1))


class Cancellation:
    """Ends a call from another thread: its connection is shut down and no new one is made."""

    def __init__(self) -> None:
        self.cancelled = False
        self._wire: Wire | None = None

    def watch(self, wire: Wire) -> None:
        """The call uses this connection now."""
        self._wire = wire
        if self.cancelled:
            wire.shut_down()

    def cancel(self) -> None:
        """End the call; whoever waits in it wakes up at once."""
        self.cancelled = True
        if self._wire is not None:
            self._wire.shut_down()


class Wire:
    """One TCP connection. Owns the socket: close it, or use it in a `with` statement."""

    def __init__(self, connected: socket.socket, tap: Tap | None = None) -> None:
        self._tap = tap
        connected.setblocking(False)
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket = connected
        self._poll = select.poll()
        self._poll.register(connected, 0)
        self.local_port: int = connected.getsockname()[1]

    def wait(self, deadline: Deadline, *, writing: bool = False) -> tuple[bool, bool]:
        """Wait until bytes can be read, or (when `writing`) sent; returns both answers, or raises TimedOutError."""
        self._poll.modify(self._socket, select.POLLIN | (select.POLLOUT if writing else 0))
        ready = self._poll.poll(deadline.left_ms())
        if not ready:
            raise TimedOutError
        events = ready[0][1]
        broken = events & (select.POLLERR | select.POLLHUP | select.POLLNVAL)
        return bool(broken or events & select.POLLIN), bool(writing and events & (select.POLLOUT | select.POLLERR))

    def readable(self) -> bool:
        """Is there anything to read (or an end of stream, or an error) right now?"""
        self._poll.modify(self._socket, select.POLLIN)
        return bool(self._poll.poll(0))

    def reset(self) -> bool:
        """Has the peer thrown the connection away?"""
        self._poll.modify(self._socket, 0)
        return bool(self._poll.poll(0))

    def rest(self, milliseconds: int) -> None:
        """Let so much time go by, unless the connection breaks meanwhile; nothing is read."""
        if milliseconds:
            self._poll.modify(self._socket, 0)
            self._poll.poll(milliseconds)

    def receive(self) -> bytes | None:
        """What has arrived: b"" at the end of the stream, None if there is nothing yet. Raises WireError on a reset."""
        try:
            data = self._socket.recv(CHUNK)
        except BlockingIOError:
            return None
        except OSError as error:
            if self._tap:
                self._tap.reset(THEIRS)
            raise WireError(Event.RESET, error.strerror or "") from None
        if self._tap:
            self._tap.received(data)
        return data

    def send(self, data: bytes | memoryview) -> int:
        """Send what fits now and say how much that was. Raises WireError when the peer is gone."""
        try:
            sent = self._socket.send(data)
        except BlockingIOError:
            return 0
        except OSError as error:
            if self._tap:
                self._tap.reset(THEIRS)
            event = Event.RESET_ON_WRITE if error.errno in _RESETS else Event.BROKEN_PIPE
            raise WireError(event, error.strerror or "") from None
        if self._tap:
            self._tap.sent(data[:sent])
        return sent

    def send_all(self, data: bytes, deadline: Deadline) -> None:
        """Send everything, or raise WireError or TimedOutError."""
        rest = memoryview(data)
        while rest:
            self.wait(deadline, writing=True)
            rest = rest[self.send(rest) :]

    def finish(self) -> None:
        """Tell the peer that nothing more comes (FIN)."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)
            if self._tap:
                self._tap.finished(OURS)

    def shut_down(self) -> None:
        """End both directions; a wait in another thread returns."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Give the socket back."""
        if self._tap:
            self._tap.closed(unread=self._unread())
        self._socket.close()

    def _unread(self) -> bytes:
        """What has arrived and nobody has read: it was on the wire, and it makes the system answer with RST."""
        try:
            return self._socket.recv(CHUNK, socket.MSG_PEEK)
        except OSError:
            return b""

    def know_keys(self, fresh: Callable[[], bytes]) -> None:
        """Whoever records the connection gets its keys from here: the key log lines since the last question."""
        if self._tap:
            self._tap.keys = fresh

    @property
    def recorded(self) -> bool:
        """Somebody records the connection."""
        return self._tap is not None

    def __enter__(self) -> Wire:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
