"""One process at a time: an advisory lock on a file, given back when its holder ends, however it ends."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from guarded import clock

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

_POLL = 0.02


class LockedError(OSError):
    """Somebody else holds the lock and has not given it back in time."""


@contextmanager
def lock(path: Path, *, seconds: float) -> Iterator[None]:
    """Hold the lock on `path` (made with mode 0600 if need be); where there are no such locks, nothing is held.

    Raises:
        LockedError: it was not to be had within `seconds`.
        OSError: the file cannot be made.
    """
    if fcntl is None:
        yield
        return
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        _take(descriptor, path, seconds)
        yield
    finally:
        os.close(descriptor)


def _take(descriptor: int, path: Path, seconds: float) -> None:
    end = clock.monotonic() + seconds
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if clock.monotonic() >= end:
                raise LockedError(f"{path} is held by another process for more than {seconds:.0f} s") from None
        time.sleep(_POLL)
