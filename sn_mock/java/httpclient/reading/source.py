"""Octets as they arrive, read line by line or by the number. Linear, and bounded where an answer has no end."""

from __future__ import annotations

from collections.abc import Callable

from sn_mock.java.httpclient.reading.values import ThrownError

LARGEST_LINE = 1 << 20
"""Octets of one line, and of all lines of a head together; Java's own limit is its memory."""


class TooLongError(Exception):
    """A line, or a head, has no end in sight."""


class AnswerSource:
    """Reads from `more`, which gives some octets, b"" at the end of the stream, or raises ThrownError."""

    def __init__(self, more: Callable[[], bytes]) -> None:
        self._more = more
        self._buffer = bytearray()
        self._at = 0
        self._ended = False
        self._trouble: ThrownError | None = None
        self._lines = 0

    @property
    def waiting(self) -> int:
        """Octets that have arrived and were not read."""
        return len(self._buffer) - self._at

    def fill(self) -> bool:
        """Take in more; False at the end of the stream. A stream that broke stays broken."""
        if self._trouble is not None:
            raise self._trouble
        if self._ended:
            return False
        if self._at:
            del self._buffer[: self._at]
            self._at = 0
        try:
            received = self._more()
        except ThrownError as trouble:
            self._trouble = trouble
            raise
        self._ended = not received
        self._buffer += received
        return bool(received)

    def line(self, most: int = LARGEST_LINE) -> bytes:
        """Up to and with the next line feed, or what is left at the end of the stream; b"" where nothing is.

        At most so many octets: then the line feed is missing.
        """
        searched = self._at
        while (end := self._buffer.find(b"\n", searched, self._at + most)) < 0:
            if self.waiting >= most:
                return self.read(most)
            if self._lines + self.waiting > LARGEST_LINE:
                raise TooLongError
            unread = self.waiting
            if not self.fill():
                return self.read(unread)
            searched = self._at + unread
        self._lines += end + 1 - self._at
        if self._lines > LARGEST_LINE:
            raise TooLongError
        return self.read(end + 1 - self._at)

    def read(self, most: int) -> bytes:
        """Some octets, at most so many; b"" at the end of the stream."""
        if not self.waiting and (most <= 0 or not self.fill()):
            return b""
        piece = bytes(self._buffer[self._at : self._at + most])
        self._at += len(piece)
        return piece

    def octet(self) -> int:
        """The next octet, -1 at the end of the stream."""
        if not self.waiting and not self.fill():
            return -1
        self._at += 1
        return self._buffer[self._at - 1]

    def peek(self, count: int) -> bytes:
        """The next octets without reading them; fewer at the end of the stream."""
        while self.waiting < count and self.fill():
            continue
        return bytes(self._buffer[self._at : self._at + count])
