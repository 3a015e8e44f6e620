"""Octets as they arrive, read line by line or by the number. Linear, and bounded where an answer has no end."""

from __future__ import annotations

from collections.abc import Callable

from sn_mock.java.httpclient.reading.values import ThrownError

LARGEST_LINE = 1 << 20
"""Octets of one line, and of all lines of a head together; Java's own limit is its memory."""
LARGEST_FRAMING = 16 << 20
"""Octets of all that stands round the chunks of a body, the lines behind them included."""


class TooLongError(Exception):
    """A line, a head, or what stands round chunks has no end in sight."""


class AnswerSource:
    """Reads from `more`, which gives some octets, b"" at the end of the stream, or raises ThrownError.

    What is read by the line or octet by octet has no announced length, so it is counted: more than is allowed raises
    TooLongError. `left` was received before, behind another answer.
    """

    def __init__(self, more: Callable[[], bytes], left: bytes = b"") -> None:
        self._more = more
        self._buffer = bytearray(left)
        self._at = 0
        self._ended = False
        self._trouble: ThrownError | None = None
        self._counted = 0
        self._allowed = LARGEST_LINE

    def begin_body(self) -> None:
        """Count anew: the head is over."""
        self._counted = 0
        self._allowed = LARGEST_FRAMING

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

    def line(self, most: int | None = None) -> bytes:
        """Up to and with the next line feed, or what is left at the end of the stream; b"" where nothing is.

        At most so many octets, where a number is given: then the line feed is missing.
        """
        searched = self._at
        while (end := self._buffer.find(b"\n", searched, self._at + (most or LARGEST_LINE))) < 0:
            unread = self.waiting
            if most is not None and unread >= most:
                return self._counting(most)
            if unread >= LARGEST_LINE:
                raise TooLongError
            if not self.fill():
                return self._counting(unread)
            searched = self._at + unread
        return self._counting(end + 1 - self._at)

    def _counting(self, octets: int) -> bytes:
        self._counted += octets
        if self._counted > self._allowed:
            raise TooLongError
        return self.read(octets)

    def octet(self) -> int:
        """The next octet, -1 at the end of the stream."""
        if self._at == len(self._buffer) and not self.fill():
            return -1
        self._counted += 1
        if self._counted > self._allowed:
            raise TooLongError
        at = self._at
        self._at = at + 1
        return self._buffer[at]

    def read(self, most: int) -> bytes:
        """Some octets, at most so many; b"" at the end of the stream."""
        if not self.waiting and (most <= 0 or not self.fill()):
            return b""
        piece = bytes(self._buffer[self._at : self._at + most])
        self._at += len(piece)
        return piece

    def left(self) -> bytes:
        """What has arrived and was not read, without reading it."""
        return bytes(self._buffer[self._at :])

    def peek(self, count: int) -> bytes:
        """The next octets without reading them; fewer at the end of the stream."""
        while self.waiting < count and self.fill():
            continue
        return bytes(self._buffer[self._at : self._at + count])
