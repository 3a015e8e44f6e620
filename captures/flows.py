"""The TCP connections of a capture, told apart while its frames go by, within a bounded memory.

A connection is known by its addresses and ports, and ends with RST, with FIN of both sides, or where the same ports
greet anew; a little later, as frames may come in another order than they were sent, its story is told and forgotten.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from guarded.values import dataclass

from .dialogue import Dialogue
from .frames import Shortfalls
from .key_log import KeyLog
from .links import Segment, reversed_key
from .streams import Stream

_FIN, _SYN, _RST, _ACK = 1, 2, 4, 16
_MOST_OPEN = 20_000
"""Connections that are followed at a time; of more, the eldest is told as far as it went."""
_MOST_HELD_BYTES = 48 * 1024 * 1024
"""Octets that wait for earlier ones, or for the end of a record or message, in all connections together."""
_LINGER_FRAMES = 4_000
"""Frames after its end in which a connection may still get what came out of order."""
_MOST_EARLY = 64
"""Segments of a connection that answer what was not captured yet; then it is taken for lost."""
_MODULUS = 1 << 32
_NO_SEQUENCE = -1


@dataclass(frozen=True, slots=True)
class Ending:
    """One side's FIN or RST."""

    time: int
    side: int
    kind: str
    """`fin` or `rst`."""


class Flow:
    """One connection while its frames go by. Side 0 sent the first segment that was captured."""

    __slots__ = (
        "_early",
        "_fins",
        "_isn",
        "_patient",
        "accepted",
        "began",
        "client",
        "closing",
        "dialogue",
        "endings",
        "held",
        "key",
        "last",
        "segments",
        "streams",
        "syns",
        "told",
    )  # fmt: skip

    def __init__(self, key: bytes, time: int, keys: KeyLog) -> None:
        self.key = key
        self.began = self.last = time
        self.dialogue = Dialogue(keys)
        self.streams = tuple(Stream(side.reader) for side in self.dialogue.sides)
        self.client: int | None = None
        """The side that opened the connection, where the capture shows it."""
        self.syns = 0
        self.accepted = False
        """A SYN with ACK was seen."""
        self.segments = 0
        self.endings: list[Ending] = []
        self.closing = False
        self.told = False
        self.held = 0
        self._fins = [False, False]
        self._patient = True
        self._early: list[tuple[int, Segment]] = []
        self._isn = _NO_SEQUENCE

    def begins_anew(self, segment: Segment) -> bool:
        """Whether this SYN opens another connection between the same ports."""
        return segment.seq != self._isn and (self.closing or self.streams[0].octets + self.streams[1].octets > 0)

    def take(self, side: int, segment: Segment) -> None:
        """One more segment of that side."""
        self.segments += 1
        self.last = max(self.last, segment.time)
        flags = segment.flags
        if flags & (_SYN | _RST | _FIN):
            self._flags(side, segment)
        if segment.data or segment.missing:
            if self._patient and self._premature(side, segment):
                self._early.append((side, segment))
                if len(self._early) > _MOST_EARLY:
                    self._give_up()
                return
            self._hand_on(side, segment)
        if self._early and flags & (_SYN | _FIN) | len(segment.data):
            self._try_early()

    def _premature(self, side: int, segment: Segment) -> bool:
        """Whether it answers what the capture has yet to show: frames of both directions may overtake each other."""
        mine, theirs = self.streams[side], self.streams[1 - side]
        answers = bool(segment.flags & _ACK)
        if mine.next is None or (answers and theirs.next is None):
            return self.syns > 0 or self.accepted  # the SYN of the other side is still to come
        if theirs.next is None or not answers:
            return False
        ahead = (segment.ack - theirs.next - self._fins[1 - side]) % _MODULUS
        return 0 < ahead < _MODULUS // 2

    def _hand_on(self, side: int, segment: Segment) -> None:
        stream = self.streams[side]
        if stream.next is None:
            self.dialogue.sides[side].reader.begin_late()
        seq = (segment.seq + 1) % _MODULUS if segment.flags & _SYN else segment.seq
        stream.take(seq, segment.data, segment.missing, segment.time)

    def _try_early(self) -> None:
        """Hand on what is premature no longer, as long as one makes room for another."""
        moved = True
        while moved:
            waiting, self._early = self._early, []
            for side, segment in waiting:
                if self._premature(side, segment):
                    self._early.append((side, segment))
                else:
                    self._hand_on(side, segment)
            moved = len(self._early) < len(waiting) and bool(self._early)

    def _flags(self, side: int, segment: Segment) -> None:
        flags = segment.flags
        if flags & _SYN:
            self.streams[side].begin(segment.seq)
            if flags & _ACK:
                self.client, self.accepted = 1 - side, True
            else:
                self.client, self._isn = side, segment.seq
                self.syns += 1
        if flags & _RST and not any(end.kind == "rst" for end in self.endings):
            self.endings.append(Ending(segment.time, side, "rst"))
            self.closing = True
        if flags & _FIN and not self._fins[side]:
            self.endings.append(Ending(segment.time, side, "fin"))
            self._fins[side] = True
            self.closing = self.closing or all(self._fins)

    def _give_up(self) -> None:
        """What was waited for is lost."""
        self._patient = False
        waiting, self._early = self._early, []
        for side, segment in waiting:
            self._hand_on(side, segment)

    @property
    def held_now(self) -> int:
        """Octets in memory."""
        early = sum(len(segment.data) for _, segment in self._early)
        return self.dialogue.held + self.streams[0].held + self.streams[1].held + early

    def finish(self) -> None:
        """Nothing more comes of it."""
        self._give_up()
        for stream in self.streams:
            stream.finish()


class Flows:
    """All connections of a capture; `tell` gets each one when it has ended."""

    def __init__(self, keys: KeyLog, notes: Shortfalls, tell: Callable[[Flow], None]) -> None:
        self._keys, self._notes, self._tell = keys, notes, tell
        self._open: dict[bytes, tuple[Flow, int]] = {}
        self._closing: deque[tuple[int, Flow]] = deque()
        self._frames = 0
        self._held = 0
        self._strays = 0

    def take(self, segment: Segment) -> None:
        """The next segment of the capture."""
        self._frames += 1
        found = self._open.get(segment.key)
        flags = segment.flags
        if found is None or (flags & (_SYN | _ACK) == _SYN and found[0].begins_anew(segment)):
            if found is not None:
                self._end(found[0])
            if not (flags & _SYN or segment.data or segment.missing):
                self._strays += 1
                return
            found = self._begin(segment)
        flow, side = found
        closing = flow.closing
        flow.take(side, segment)
        if segment.data:
            held = flow.held_now
            self._held += held - flow.held
            flow.held = held
            if self._held > _MOST_HELD_BYTES:
                self._relieve()
        if flow.closing and not closing:
            self._closing.append((self._frames, flow))
        while self._closing and self._closing[0][0] + _LINGER_FRAMES < self._frames:
            self._end(self._closing.popleft()[1])

    def _begin(self, segment: Segment) -> tuple[Flow, int]:
        if len(self._open) >= 2 * _MOST_OPEN:
            self._notes.add("{n} connections were open when too many others began: they were followed no further")
            self._end(next(iter(self._open.values()))[0])
        flow = Flow(segment.key, segment.time, self._keys)
        self._open[segment.key] = (flow, 0)
        self._open[reversed_key(segment.key)] = (flow, 1)
        return flow, 0

    def _relieve(self) -> None:
        """Too much waits: what holds most is told as far as it went."""
        flows = (flow for flow, side in self._open.values() if side == 0)
        for flow in sorted(flows, key=lambda flow: -flow.held):
            if self._held < _MOST_HELD_BYTES * 3 // 4:
                return
            self._notes.add("{n} connections held too many octets out of order: they were followed no further")
            self._end(flow)

    def _end(self, flow: Flow) -> None:
        """Tell a connection, once."""
        for key in (flow.key, reversed_key(flow.key)):
            if self._open.get(key, (None, 0))[0] is flow:
                del self._open[key]
        if not flow.told:
            flow.told = True
            self._held -= flow.held
            flow.finish()
            self._tell(flow)

    def finish(self) -> None:
        """The capture has ended."""
        for flow in dict.fromkeys(flow for flow, _ in list(self._open.values())):
            self._end(flow)
        if self._strays:
            self._notes.add("{n} TCP segments without payload belong to connections that the file does not show",
                            self._strays)  # fmt: skip
