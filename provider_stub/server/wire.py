"""A non-blocking socket in an event loop: sends in order, remembers what could not be sent yet, ends politely."""

from __future__ import annotations

import contextlib
import socket
import struct
from collections.abc import Callable
from typing import TYPE_CHECKING

from provider_stub.server.readiness import RECEIVE

if TYPE_CHECKING:
    from captures.recorder import Tap
    from provider_stub.server.readiness import Readiness

_OURS, _THEIRS = 0, 1
"""The two ends of a connection, as a recorder counts them."""


class Wire:
    """One accepted socket. `failed` is called once when sending turns out impossible, `sent` whenever nothing waits."""

    __slots__ = (
        "_failed",
        "_loop",
        "_readable",
        "_readiness",
        "_sent",
        "_shut_when_sent",
        "_socket",
        "_tap",
        "_writing",
        "closed",
        "reading",
        "unsent",
    )

    def __init__(
        self,
        readiness: Readiness,
        sock: socket.SocketType,
        failed: Callable[[], None],
        sent: Callable[[], None],
        tap: Tap | None = None,
    ) -> None:
        self._tap = tap
        self._loop, self._readiness = readiness.loop, readiness
        self._socket, self._failed, self._sent = sock, failed, sent
        self._readable: Callable[[], None] = _ignore
        self.reading = False
        """What arrives is listened to."""
        self.unsent = bytearray()
        """What the client has not taken yet: `waiting` octets."""
        self._writing = False
        self._shut_when_sent = False
        self.closed = False

    def listen(self, readable: Callable[[], None]) -> None:
        """Call `readable` whenever something (or the end) has arrived."""
        self._readable, self.reading = readable, True
        self._readiness.watch(self._socket.fileno(), readable)

    def pause(self) -> None:
        """Leave what arrives to the kernel: its window closes, and the client has to wait."""
        if self.reading:
            self.reading = False
            self._readiness.forget(self._socket.fileno())

    def resume(self) -> None:
        """Go on listening."""
        if not self.reading and not self.closed:
            self.reading = True
            self._readiness.watch(self._socket.fileno(), self._readable)

    def receive(self) -> bytes | None:
        """What has arrived; b"" at the end; None where there was nothing. Raises OSError where the client is gone."""
        room = self._readiness.room
        try:
            data = bytes(room[: self._socket.recv_into(room)])
        except (BlockingIOError, InterruptedError):
            return None
        except OSError:
            self._tell_gone()
            raise
        if self._tap:
            self._tap.received(data)
        return data

    def _tell_gone(self) -> None:
        """Whoever records the connection learns that the client has broken it off."""
        if self._tap:
            self._tap.reset(_THEIRS)

    def ended(self) -> bool:
        """Whether the client has closed its side already and nothing unread is left."""
        try:
            one = self._socket.recv(1)
            if self._tap:
                self._tap.received(one)
            return one == b""
        except (BlockingIOError, InterruptedError):
            return False
        except OSError:
            return True

    @property
    def waiting(self) -> int:
        """Bytes that the client has not taken yet."""
        return len(self.unsent)

    def put(self, data: bytes) -> None:
        """Send, now or as soon as the client takes it."""
        if self.closed or not data:
            return
        if not self.unsent:
            try:
                sent = self._socket.send(data)
            except (BlockingIOError, InterruptedError):
                sent = 0
            except OSError:
                self._tell_gone()
                self._failed()
                return
            if self._tap:
                self._tap.sent(data[:sent])
            if sent == len(data):
                return
            data = data[sent:]
        self.unsent += data
        if not self._writing:
            self._writing = True
            self._loop.add_writer(self._socket.fileno(), self._writable)

    def _writable(self) -> None:
        try:
            sent = self._socket.send(self.unsent)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            self._tell_gone()
            self._failed()
            return
        if self._tap:
            self._tap.sent(self.unsent[:sent])
        del self.unsent[:sent]
        if self.unsent:
            return
        self._writing = False
        self._loop.remove_writer(self._socket.fileno())
        if self._shut_when_sent:
            self._shut()
        self._sent()

    def acknowledge(self) -> None:
        """Acknowledge now what was received.

        Nothing is sent after a handshake without tickets, so the kernel would delay its ACK for some 40 ms, and a
        client without TCP_NODELAY holds its request back until the ACK has come.
        """
        if hasattr(socket, "TCP_QUICKACK"):
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)

    def shut(self) -> None:
        """Send FIN after the last byte; the client may go on talking."""
        if self.unsent:
            self._shut_when_sent = True
        else:
            self._shut()

    def _shut(self) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)
            if self._tap:
                self._tap.finished(_OURS)

    def close(self, *, reset: bool = False) -> None:
        """Give the socket back; with `reset` the client gets RST."""
        self.closed = True
        try:
            if self.reading:
                self.reading = False
                self._readiness.forget(self._socket.fileno())
            self._failed = self._sent = self._readable = _ignore  # the owner's methods: a reference cycle otherwise
            if self._writing:
                self._loop.remove_writer(self._socket.fileno())
            if self._tap:
                self._tap.closed(reset=reset, unread=self._unread())
            if reset:
                self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        finally:
            self._socket.close()

    def _unread(self) -> bytes:
        """What has arrived and nobody has read: it was on the wire, and it makes the system answer with RST."""
        try:
            return self._socket.recv(RECEIVE, socket.MSG_PEEK)
        except OSError:
            return b""


def _ignore() -> None:
    """What a closed wire still calls."""
