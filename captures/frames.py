"""A frame of a capture, and the account of what a reader could not use."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

_MOST_KINDS = 40
"""Different sentences of what was left out; of more there is a count."""


class CaptureError(Exception):
    """The octets are no capture file, or one that nobody can go on reading; the message says where and why."""


class Frame(NamedTuple):
    """One frame as it was captured."""

    time: int
    """Nanoseconds since 1970; 0 where the file tells no time (a simple packet block)."""
    link: int
    """The link type (https://www.tcpdump.org/linktypes.html)."""
    data: bytes
    """The octets that were kept."""
    length: int
    """How many there were on the wire."""


class Shortfalls:
    """What was not read or not judged, each kind with its count."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._others = 0

    def add(self, what: str, count: int = 1) -> None:
        """Note it; `{n}` in the sentence stands for how often it happened."""
        if what in self._counts or len(self._counts) < _MOST_KINDS:
            self._counts[what] += count
        else:
            self._others += count

    def sentences(self) -> tuple[str, ...]:
        """A sentence for each kind, in the order of their first time."""
        told = [what.replace("{n}", f"{count:,}") for what, count in self._counts.items()]
        return (*told, *([f"{self._others:,} other things were left out"] if self._others else []))
