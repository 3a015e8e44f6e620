"""The two ways in which JSSE takes numbers and vectors out of a message, which fail differently."""

from __future__ import annotations

from sn_mock.java.jsse.reading.fault import INTERNAL_ERROR, SSL_EXCEPTION, Fault, FaultError

_SHORT = "Insufficient space in the buffer, may be cause by an unexpected end of handshake data."


class UnderflowError(Exception):
    """`java.nio.BufferUnderflowException`: `ByteBuffer.get` past the end."""


class Cursor:
    """A position in a message's body."""

    def __init__(self, octets: bytes) -> None:
        self._octets = octets
        self.at = 0

    @property
    def left(self) -> int:
        """Octets that were not read."""
        return len(self._octets) - self.at

    def take(self, count: int) -> bytes:
        """`ByteBuffer.get`."""
        if self.left < count:
            raise UnderflowError
        self.at += count
        return self._octets[self.at - count : self.at]

    def number(self, size: int) -> int:
        """`Record.getInt8`, `getInt16`, `getInt24`."""
        self._verify(size)
        return int.from_bytes(self.take(size), "big")

    def vector(self, size: int) -> bytes:
        """`Record.getBytes8`, `getBytes16`, `getBytes24`."""
        length = self.number(size)
        self._verify(length)
        return self.take(length)

    def _verify(self, count: int) -> None:
        if self.left < count:
            raise FaultError(Fault(INTERNAL_ERROR, _SHORT, java_class=SSL_EXCEPTION))
