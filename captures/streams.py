"""One direction of a TCP connection, put in order (RFC 9293): out of order, sent again, overlapping, not captured.

What arrives in order is handed on at once; what lies ahead waits, within limits. Octets that never came (the capture
lost them, or began later) are handed on as a number, so that the reader behind can say what it does not know.
"""

from __future__ import annotations

from typing import Protocol

_MODULUS = 1 << 32
_HALF = 1 << 31
_MOST_AHEAD = 256
"""Segments of one direction that wait for an earlier one; then the earlier one is taken for lost."""
_MOST_AHEAD_BYTES = 1 << 20


class Sink(Protocol):
    """Who reads a direction."""

    def feed(self, data: bytes, time: int) -> None:
        """The next octets."""

    def miss(self, count: int, time: int) -> None:
        """So many octets were not captured."""


class Stream:
    """One direction; see the module's head."""

    __slots__ = ("_ahead", "_sink", "again", "began_late", "held", "lost", "next", "octets", "reordered")

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._ahead: dict[int, tuple[bytes, int, int]] = {}
        self.next: int | None = None
        """The sequence number that comes next; None before the first segment."""
        self.began_late = False
        """The first segment was no SYN."""
        self.octets = self.again = self.reordered = self.lost = 0
        """Octets of payload in order; segments sent again; segments out of order; octets that never came."""
        self.held = 0
        """Octets that wait."""

    def begin(self, seq: int) -> None:
        """A SYN with this sequence number."""
        self.next = (seq + 1) % _MODULUS

    def take(self, seq: int, data: bytes, missing: int, time: int) -> None:
        """A segment's payload, and how many of its octets the snapshot length cut off."""
        expected = self.next
        if expected is None:
            self.next, self.began_late, expected = seq, True, seq
        if seq != expected:
            ahead = (seq - expected) % _MODULUS
            if ahead < _HALF:
                self._wait(seq, data, missing, time)
                return
            old = _MODULUS - ahead
            self.again += 1
            if len(data) + missing <= old:
                return
            missing -= max(0, old - len(data))
            data = data[old:]
        self._hand_on(data, missing, time)
        if self._ahead:
            self._drain()

    def _hand_on(self, data: bytes, missing: int, time: int) -> None:
        assert self.next is not None
        size = len(data) + missing
        self.next = (self.next + size) % _MODULUS
        self.octets += size
        if data:
            self._sink.feed(data, time)
        if missing:
            self._sink.miss(missing, time)

    def _wait(self, seq: int, data: bytes, missing: int, time: int) -> None:
        known = self._ahead.get(seq)
        if known is not None:
            self.again += 1
            if len(known[0]) >= len(data):
                return
            self.held -= len(known[0])
        else:
            self.reordered += 1
        self._ahead[seq] = (data, missing, time)
        self.held += len(data)
        if len(self._ahead) > _MOST_AHEAD or self.held > _MOST_AHEAD_BYTES:
            self._give_up()

    def _drain(self) -> None:
        """Hand on what waited for what has just come."""
        while self._ahead:
            first = min(self._ahead, key=self._distance)
            if self._distance(first) > 0:
                return
            data, missing, time = self._ahead.pop(first)
            self.held -= len(data)
            old = -self._distance(first)
            if len(data) + missing > old:
                self._hand_on(data[old:], missing - max(0, old - len(data)), time)

    def _distance(self, seq: int) -> int:
        """How far a sequence number lies ahead; negative: behind."""
        assert self.next is not None
        ahead = (seq - self.next) % _MODULUS
        return ahead if ahead < _HALF else ahead - _MODULUS

    def _give_up(self) -> None:
        """The octets before what waits will not come any more."""
        first = min(self._ahead, key=self._distance)
        gap = self._distance(first)
        if gap > 0:
            self.lost += gap
            self.next = first
            self._sink.miss(gap, self._ahead[first][2])
        self._drain()

    def finish(self) -> None:
        """Nothing more comes."""
        while self._ahead:
            self._give_up()
