"""The visits of one provider: in memory up to a bound, and as JSON lines on disk without one.

The loop thread writes; any thread may read. A visit is listed from the moment its verdict is known, still marked
`open`; on disk it gets one line when its connection has ended. Where many end at once, their lines are written
together: that is several times cheaper than one by one, because each of them would find the caches cold.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable

from guarded import clock
from guarded.values import dataclass
from provider_stub.journal.lines import JsonLines, line
from provider_stub.journal.story import Story
from provider_stub.journal.visit import ACCEPTED, OPEN, Told, Verdict, Visit

MEMORY_BYTES = 64 * 1024 * 1024
"""Requests and answers of ended visits that are kept in memory; the oldest visits go first."""
TOGETHER_SECONDS = 0.05
"""A line is written at once, unless another one was within this time before: then it waits for the rest of it."""
TOGETHER = 64
"""Lines that wait at most."""
_log = logging.getLogger(__name__)

Later = Callable[[float, Callable[[], object]], None]
"""Calls back after so many seconds, in the thread that writes."""


@dataclass(slots=True)
class Counters:
    """What happened since the start; never bounded, never reset by `clear()`."""

    connections: int = 0
    accepted: int = 0
    refused: int = 0
    other: int = 0
    """Connections that ended without acceptance or refusal by us."""
    requests: int = 0
    internal_errors: int = 0
    """Faults of provider_stub itself, see `Provider.check`."""
    unwritten: int = 0
    """Visits that are not in the journal file, because the disk did not take them."""


class Journal:
    """Keeps the last `keep` ended visits (fewer where their bodies are large), and all that are open."""

    def __init__(self, *, keep: int, lines: JsonLines | None = None, memory_bytes: int = MEMORY_BYTES) -> None:
        self.counters = Counters()
        self._keep, self._memory_bytes = keep, memory_bytes
        self._ended: deque[Story] = deque()
        self._kept_bytes = 0
        self._unwritten: str | None = None
        self._open: dict[int, Callable[[], Story]] = {}
        self._hidden: set[int] = set()
        self._lines = lines
        self._waiting: deque[Story] = deque()
        self._writing = threading.Lock()
        self._written_at = -TOGETHER_SECONDS
        self._timed = False
        self.later: Later | None = None
        """How lines can wait for others; None: each is written at once."""
        self._lock = threading.RLock()
        self._changed = threading.Condition(self._lock)
        """Told for `waiters`; the lock alone is taken with fewer calls."""
        self.waiters = 0

    def opened(self, number: int, so_far: Callable[[], Story]) -> None:
        """A connection has been accepted; `so_far` tells its story."""
        self.counters.connections += 1
        self._open[number] = so_far

    def progressed(self) -> None:
        """An open visit has something new to show."""
        if self.waiters:
            with self._changed:
                self._changed.notify_all()

    def ended(self, number: int, story: Story) -> None:
        """A connection is over."""
        if self._lines is not None:
            self._waiting.append(story)  # first: who finds it open no more must find its line after a `flush`
        with self._lock:
            self._open.pop(number, None)
            if number in self._hidden:
                self._hidden.discard(number)
            else:
                self._remember(story)
            if self.waiters:
                self._changed.notify_all()
        counters = self.counters
        if story.verdict is ACCEPTED:
            counters.accepted += 1
        elif story.verdict is Verdict.REFUSED:
            counters.refused += 1
        elif story.verdict is not Verdict.INTERNAL_ERROR:
            counters.other += 1
        counters.requests += story.request_count
        if self._lines is not None:
            self._soon()

    def lost(self, number: int) -> None:
        """A connection is over, and a fault of ours keeps its story from being told."""
        with self._changed:
            self._open.pop(number, None)
            self._hidden.discard(number)
            self._changed.notify_all()

    def _remember(self, story: Story) -> None:
        self._ended.append(story)
        self._kept_bytes += story.weight
        while len(self._ended) > self._keep or (self._kept_bytes > self._memory_bytes and len(self._ended) > 1):
            self._kept_bytes -= self._ended.popleft().weight

    def _soon(self) -> None:
        """Write, or have it done when the time has come."""
        wait = self._written_at + TOGETHER_SECONDS - clock.monotonic()
        if self.later is None or wait <= 0 or len(self._waiting) >= TOGETHER:
            self.flush()
        elif not self._timed:
            self._timed = True
            self.later(wait, self._in_time)

    def _in_time(self) -> None:
        self._timed = False
        self.flush()

    def flush(self) -> None:
        """Write the lines that wait, in their order; also those that another thread is writing are there afterwards.

        A visit that cannot be told is skipped, and its fault raised when the others are written.
        """
        if self._lines is None:
            return
        with self._writing:
            self._flush(self._lines)

    def _flush(self, lines: JsonLines) -> None:
        told: list[bytes] = []
        known = Told()
        try:
            while self._waiting:
                told.append(line(self._waiting.popleft().once(), known))
        finally:
            if len(told) < 2 or not lines.append_together(told):
                for each in told:
                    self._append(lines, each)
            self._written_at = clock.monotonic()
            if self._waiting:  # behind one that cannot be told
                self._flush(lines)

    def _append(self, lines: JsonLines, one: bytes) -> None:
        """A full disk costs the line, not the service; it is said once, until a line gets through again."""
        try:
            lines.append(one)
        except OSError as error:
            self.counters.unwritten += 1
            if self._unwritten is None:
                _log.warning("the journal cannot be written: %s; the provider goes on without", error.strerror)
            self._unwritten = error.strerror or str(error)
        else:
            self._unwritten = None

    def problems(self) -> list[str]:
        """What does not work at the moment, in lines."""
        if self._unwritten is None:
            return []
        return [
            f"the journal cannot be written: {self._unwritten}; visits that are not in it: {self.counters.unwritten}"
        ]

    def visits(self) -> tuple[Visit, ...]:
        """Ended visits and those still open with a verdict, in the order the connections came."""
        with self._changed:
            found = list(self._ended)
            for number, so_far in tuple(self._open.items()):
                if number in self._hidden:
                    continue
                story = so_far()
                if story.verdict is not OPEN:
                    found.append(story)
        return tuple(sorted([story.visit for story in found], key=lambda visit: visit.started))

    def wait_for(self, count: int, timeout: float) -> tuple[Visit, ...]:
        """The visits as soon as there are `count` of them; after `timeout` seconds those that there are."""
        deadline = clock.monotonic() + timeout
        self.waiters += 1
        try:
            while True:
                found = self.visits()
                left = deadline - clock.monotonic()
                if len(found) >= count or left <= 0:
                    return found
                with self._changed:
                    self._changed.wait(min(left, 0.05))
        finally:
            self.waiters -= 1

    def clear(self) -> None:
        """Forget all visits so far, also those still open; the file on disk and the counters stay."""
        with self._changed:
            self._ended.clear()
            self._kept_bytes = 0
            self._hidden.update(self._open)

    def close(self) -> None:
        """Write what waits, and close the file on disk."""
        if self._lines is not None:
            try:
                self.flush()
            finally:
                self._lines.close()
