"""A clock for deadlines that nobody stops: not a moved wall clock, and not a test that freezes time.

freezegun and its like put a standing clock in the place of every `time.monotonic` that a module holds. A test that
freezes the date means certificates, not the timeouts of its provider.
"""

from __future__ import annotations

import time

_CLOCK = getattr(time, "CLOCK_MONOTONIC", None)


class _Kept:
    """Not a module's attribute, so it is not replaced."""

    monotonic = staticmethod(time.monotonic)


def monotonic() -> float:
    """Seconds since some moment; never stands still, never goes back."""
    return _Kept.monotonic() if _CLOCK is None else time.clock_gettime(_CLOCK)
