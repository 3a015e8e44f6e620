"""Recording: the octets of sockets, and the keys that open them, as a pcapng file for Wireshark.

    Recorder(path) -> tap(…) -> Tap.sent / received / finished / … -> frames on disk

A frame is written one step late: TLS tells its secrets while it reads what has just arrived, and whoever reads a
capture in one pass needs the keys before the octets. What cannot be written (a full disk) costs the capture and never
the call; `trouble` says it.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable
from dataclasses import field
from pathlib import Path

from guarded.values import dataclass

from . import writing
from .synthetic import Address, Conversation

OURS, THEIRS = 0, 1
_PRIVATE = 0o600


def append_key_log(path: str | os.PathLike[str], lines: bytes) -> str | None:
    """Add lines to a key log file, which is made for its owner only; why that was not possible, else None."""
    try:
        how = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0)
        descriptor = os.open(path, how, _PRIVATE)  # a FIFO that nobody reads is an error, not a call that never ends
        with os.fdopen(descriptor, "wb", buffering=0) as file:
            os.set_blocking(descriptor, True)
            file.write(lines)
    except (OSError, ValueError) as error:
        return f"the key log {os.fspath(path)} cannot be written: {getattr(error, 'strerror', None) or error}"
    return None


@dataclass(eq=False)
class Recorder:
    """One capture file, one key log file, or both; for any number of connections and threads.

    `path` is made anew, for its owner only; with `join` an existing capture is continued, as another process began it.
    Raises OSError where that is not possible.
    """

    path: Path | None = None
    key_log: str | None = None
    """The file that SSLKEYLOGFILE names."""
    application: str = "sn-mock"
    join: bool = False
    comment: str = ""
    """Said of each connection, on its first frame."""
    trouble: str | None = field(default=None, init=False)
    """Why the file is not whole; None while it is."""
    connections: int = field(default=0, init=False)
    keys: bool = field(default=False, init=False)
    """Keys were told."""
    _descriptor: int | None = field(default=None, init=False, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    def __post_init__(self) -> None:
        if self.path is None:
            return
        how = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_CLOEXEC", 0)
        self._descriptor = os.open(self.path, how | (0 if self.join else os.O_TRUNC), _PRIVATE)
        try:
            if hasattr(os, "fchmod"):
                with contextlib.suppress(PermissionError):  # a device, or somebody else's file that we may write to
                    os.fchmod(self._descriptor, _PRIVATE)
            if not self.join:
                os.write(self._descriptor, writing.file_header(self.application))
        except OSError:
            self.close()
            raise

    def tap(self, ours: Address, theirs: Address, keys: Callable[[], bytes] = bytes) -> Tap:
        """The record of one connection; `keys` gives the key log lines that are new since it was asked last."""
        with self._lock:
            self.connections += 1
            return Tap(self, Conversation(ours, theirs, self.connections), keys)

    def write(self, blocks: bytes) -> None:
        """Append whole blocks."""
        with self._lock:
            if self._descriptor is None or self.trouble is not None or not blocks:
                return
            try:
                rest = memoryview(blocks)
                while rest:  # in one step, but for a full disk
                    rest = rest[os.write(self._descriptor, rest) :]
            except OSError as error:
                self.trouble = f"the capture {self.path} is not whole: {error.strerror}"

    def tell_keys(self, lines: bytes) -> None:
        """New lines of a key log."""
        if not lines:
            return
        self.keys = True
        if self._descriptor is not None:
            self.write(writing.secrets(lines))
        if self.key_log and (trouble := append_key_log(self.key_log, lines)):
            self.trouble = self.trouble or trouble

    @property
    def told(self) -> str:
        """What stands in the file, in a few words."""
        plural = "connection" if self.connections == 1 else "connections"
        return f"{self.connections} {plural}, {'with' if self.keys else 'without'} keys"

    @property
    def captures(self) -> bool:
        """Whether frames are wanted, not keys alone."""
        return self._descriptor is not None

    def close(self) -> None:
        """Give the file back. Twice is harmless."""
        with self._lock:
            if self._descriptor is not None:
                os.close(self._descriptor)
                self._descriptor = None


class Tap:
    """The record of one connection, at our end of it."""

    def __init__(self, recorder: Recorder, conversation: Conversation, keys: Callable[[], bytes]) -> None:
        self._recorder, self._conversation = recorder, conversation
        self.keys = keys
        """Gives the lines that are new."""
        self._waiting: list[tuple[int, bytes, str]] = []
        self._done = [False, False]
        self._closed = False

    def _add(self, *frames: bytes, comment: str = "") -> None:
        """Frames of this moment; those before them are written."""
        self.flush()
        if self._recorder.captures:
            now = time.time_ns()
            self._waiting += [(now, frame, "" if number else comment) for number, frame in enumerate(frames)]

    def flush(self) -> None:
        """Write what waits, its keys first."""
        self._recorder.tell_keys(self.keys())
        if self._waiting:
            self._recorder.write(b"".join(writing.packet(*one) for one in self._waiting))
            self._waiting.clear()

    def connecting(self) -> None:
        """We ask for the connection."""
        self._add(self._conversation.syn(OURS), comment=self._recorder.comment)

    def connected(self) -> None:
        """The other end has agreed."""
        self._add(self._conversation.syn_ack(THEIRS), self._conversation.ack(OURS))

    def failed(self, *, refused: bool) -> None:
        """The connection did not come about: the other end does not want it, or nothing is known of that end."""
        if refused:
            self._reset(THEIRS)
        self.flush()

    def accepted(self) -> None:
        """The other end has asked for the connection, and the system has agreed."""
        said = self._conversation
        self._add(said.syn(THEIRS), said.syn_ack(OURS), said.ack(THEIRS), comment=self._recorder.comment)

    def sent(self, data: bytes | bytearray | memoryview) -> None:
        """Octets went out."""
        if data and not self._done[OURS]:
            self._add(*self._conversation.payload(OURS, bytes(data)), self._conversation.ack(THEIRS))

    def received(self, data: bytes) -> None:
        """Octets came in; none: the other end sends no more."""
        if not data:
            self.finished(THEIRS)
        elif not self._done[THEIRS]:
            self._add(*self._conversation.payload(THEIRS, data), self._conversation.ack(OURS))

    def finished(self, by: int) -> None:
        """One end sends no more (FIN)."""
        if not self._done[by]:
            self._done[by] = True
            self._add(self._conversation.fin(by), self._conversation.ack(1 - by))

    def reset(self, by: int) -> None:
        """One end has broken off (RST)."""
        if not all(self._done):
            self._reset(by)

    def _reset(self, by: int) -> None:
        self._done = [True, True]
        self._add(self._conversation.rst(by))

    def closed(self, *, reset: bool = False, unread: bytes = b"") -> None:
        """Our end is given back: with RST where that is wanted, or where octets were left unread."""
        if self._closed:
            return
        self._closed = True
        if unread:
            self.received(unread)
        if reset or unread:
            self.reset(OURS)
        else:
            self.finished(OURS)
        self.flush()
