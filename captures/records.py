"""TLS records out of one direction's octets (RFC 8446 section 5, RFC 5246 section 6.2), cheaply where nobody looks in.

A record is put together only when the dialogue wants it; of all others the header is read and the body passed over,
so that a long download costs next to nothing and never stands in memory.
"""

from __future__ import annotations

from enum import Enum
from typing import Protocol

CHANGE_CIPHER_SPEC, ALERT, HANDSHAKE, APPLICATION_DATA = 20, 21, 22, 23
_HEADER = 5
_LARGEST = 18_432
"""Octets of a record's body (RFC 5246 section 6.2.3: 2^14 + 2048)."""
_CLIENT_HELLO, _SERVER_HELLO = 1, 2
_KEPT_PRELUDE = 8_192
"""Octets that are kept of what stands before TLS, or in its place."""


class Listener(Protocol):
    """Who is told of records."""

    def wants(self, side: int, kind: int, length: int) -> bool:
        """Whether this record's body is needed."""

    def record(self, side: int, kind: int, body: bytes, time: int) -> None:
        """A whole record."""

    def passed(self, side: int, kind: int, length: int, time: int) -> None:
        """A record that was not wanted, or of which octets are missing."""

    def lost(self, side: int, count: int) -> None:
        """Where records begin is not known any more; `count` octets were not captured (0: they are no records)."""


class _State(Enum):
    BEFORE = "nothing of TLS yet"
    RECORDS = "at the header of a record, or behind it"
    LOST = "somewhere within records"
    OTHER = "no TLS"


class RecordReader:
    """One direction of a connection: octets in, records out."""

    __slots__ = ("_listener", "_need", "_side", "_skip", "_state", "_waiting", "began", "prelude")

    def __init__(self, listener: Listener, side: int) -> None:
        self._listener, self._side = listener, side
        self._state = _State.BEFORE
        self._waiting = bytearray()
        self._need = _HEADER
        self._skip = 0
        self.prelude = bytearray()
        """What came before TLS began; all that came, where it never did."""
        self.began = False
        """TLS records were seen."""

    @property
    def held(self) -> int:
        """Octets in memory."""
        return len(self._waiting) + len(self.prelude)

    def feed(self, data: bytes, time: int) -> None:
        """The next octets of the direction."""
        if self._skip:
            if self._skip >= len(data):
                self._skip -= len(data)
                return
            data, self._skip = data[self._skip :], 0
        if self._state is _State.RECORDS:
            self._records(data, time)
        elif self._state is _State.BEFORE:
            self._before(data, time)
        elif self._state is _State.LOST and _is_record(data):
            self._state = _State.RECORDS
            self.began = True
            self._records(data, time)

    def begin_late(self) -> None:
        """The capture begins in mid-connection: the first octets may be anything."""
        self._state = _State.LOST

    def miss(self, count: int, time: int) -> None:
        """So many octets were not captured."""
        if self._skip >= count:
            self._skip -= count
            return
        count -= self._skip
        self._skip = 0
        if self._state is _State.RECORDS and len(self._waiting) >= _HEADER:
            kind, rest = self._waiting[0], self._need - len(self._waiting)
            if count <= rest:
                self._listener.passed(self._side, kind, self._need - _HEADER, time)
                self._skip = rest - count
                self._waiting.clear()
                self._need = _HEADER
                return
        if self._state is not _State.OTHER:
            self._lose(count)

    def _lose(self, count: int) -> None:
        self._state = _State.LOST
        self._waiting.clear()
        self._need = _HEADER
        self._listener.lost(self._side, count)

    def _before(self, data: bytes, time: int) -> None:
        """TLS may begin with any segment: behind CONNECT, behind STARTTLS, or at once."""
        if self.prelude and _opens(data):
            self._open(data, time)
            return
        self.prelude += data[: _KEPT_PRELUDE - len(self.prelude)]
        if _opens(self.prelude) and len(self.prelude) < _KEPT_PRELUDE:  # a first segment of a few octets
            data, self.prelude = bytes(self.prelude), bytearray()
            self._open(data, time)
        elif _opens(self.prelude):
            self.prelude.clear()
            self._open(data, time)
        elif len(self.prelude) >= _KEPT_PRELUDE:
            self._state = _State.OTHER

    def _open(self, data: bytes, time: int) -> None:
        self._state, self.began = _State.RECORDS, True
        self._records(data, time)

    def _records(self, data: bytes, time: int) -> None:
        if self._waiting:
            self._waiting += data
            if len(self._waiting) < self._need:
                return
            data = bytes(self._waiting)
            self._waiting.clear()
        at, end, listener, side = 0, len(data), self._listener, self._side
        while end - at >= _HEADER:
            kind, length = data[at], data[at + 3] << 8 | data[at + 4]
            if not (CHANGE_CIPHER_SPEC <= kind <= 24 and data[at + 1] == 3 and length <= _LARGEST):
                self._lose(0)
                return
            stop = at + _HEADER + length
            if not listener.wants(side, kind, length):
                listener.passed(side, kind, length, time)
                if stop > end:
                    self._skip, self._need = stop - end, _HEADER
                    return
            elif stop > end:
                self._waiting += data[at:]
                self._need = _HEADER + length
                return
            else:
                listener.record(side, kind, data[at + _HEADER : stop], time)
            at = stop
        self._waiting += data[at:]
        self._need = _HEADER


def _is_record(data: bytes) -> bool:
    """Whether octets look like the beginning of a record, wherever in a connection."""
    return (
        len(data) >= _HEADER
        and CHANGE_CIPHER_SPEC <= data[0] <= APPLICATION_DATA
        and data[1] == 3
        and data[2] <= 4
        and 0 < (data[3] << 8 | data[4]) <= _LARGEST
    )


def _opens(data: bytes | bytearray) -> bool:
    """Whether TLS begins here: a hello of either side, or an alert in clear."""
    if len(data) <= _HEADER or data[1] != 3 or data[2] > 4:
        return False
    if data[0] == HANDSHAKE:
        return data[5] in (_CLIENT_HELLO, _SERVER_HELLO)
    return data[0] == ALERT and data[3:5] == b"\x00\x02"
