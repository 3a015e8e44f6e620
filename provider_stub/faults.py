"""Faults of our own: kept where the library's user looks, never turned into a verdict about a client."""

from __future__ import annotations

import logging
import threading

_log = logging.getLogger(__name__)


class InternalError(Exception):
    """A fault of provider_stub (or of a `Service` that was given to it). `original` is the first that went wrong."""

    def __init__(self, where: str, original: BaseException, count: int = 1) -> None:
        more = f"; {count - 1} more in the log" if count > 1 else ""
        super().__init__(f"provider_stub: {type(original).__name__}: {original} (in {where}{more})")
        self.original = original


class Faults:
    """What went wrong in one provider since somebody last looked. Any thread may write and read."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._first: tuple[str, BaseException] | None = None
        self._untold = 0
        self.count = 0
        """How many there were since the start."""
        self.last: str | None = None
        """The latest one in words."""

    def note(self, where: str, error: BaseException) -> None:
        """Log `error` with its traceback and keep it."""
        self.last = f"{type(error).__name__}: {error} (in {where})"
        _log.error("internal error: %s", self.last, exc_info=error)
        with self._lock:
            self.count += 1
            self._untold += 1
            self._first = self._first or (where, error)

    def check(self) -> None:
        """Raise InternalError for what was noted since the last look; nothing where there was nothing."""
        with self._lock:
            first, count = self._first, self._untold
            self._first, self._untold = None, 0
        if first is not None:
            raise InternalError(*first, count) from first[1]
