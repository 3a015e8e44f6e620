"""What was read of the same octets before: peers present the same certificates and names on each connection."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

T = TypeVar("T")

KEPT = 512
"""Results that each reader remembers."""
KEPT_OCTETS = 8 * 1024
"""Longer octets are read anew each time, so that all that one reader remembers stays below 4 MiB."""


def by_octets(read: Callable[[bytes], T]) -> Callable[[bytes], T]:
    """The same pure function of public octets, which answers out of its memory where it can.

    Whoever asks gets the same object as the one before: for results that nobody can change. What it raises is not kept.
    """
    remembered = lru_cache(maxsize=KEPT)(read)

    @wraps(read)
    def answer(octets: bytes) -> T:
        return remembered(octets) if len(octets) <= KEPT_OCTETS else read(octets)

    return answer
