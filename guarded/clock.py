"""A clock for deadlines that nobody stops: not a moved wall clock, and not a test that freezes time.

freezegun and its like put a standing clock in the place of every `time.monotonic` that a module holds. A test that
freezes the date means certificates, not the timeouts of its provider.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

_CLOCK = getattr(time, "CLOCK_MONOTONIC", None)

monotonic: Callable[[], float] = partial(time.monotonic) if _CLOCK is None else partial(time.clock_gettime, _CLOCK)
"""Seconds since some moment; never stands still, never goes back. Not the function itself, so it is not replaced."""
