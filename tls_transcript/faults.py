"""Where a callback leaves the exception that it must not raise: nothing may be thrown through OpenSSL."""

from __future__ import annotations

import logging

_log = logging.getLogger(__name__)


class FaultSlot:
    """The first exception of the callbacks that share it, kept for whoever drives the connection.

    The driver must look after each step (`do_handshake`, `read`, `write`, `unwrap`) and before it believes anything
    that OpenSSL or the callbacks say about that step: `if slot.error: raise … from slot.take()`.
    """

    __slots__ = ("__weakref__", "error")

    def __init__(self) -> None:
        self.error: BaseException | None = None
        """None as long as no callback has failed."""

    def keep(self, callback: str, error: BaseException) -> None:
        """Remember what `callback` (named in the log, with the traceback) would have raised."""
        if self.error is None:
            self.error = error
            _log.error("%s failed: %s: %s", callback, type(error).__name__, error, exc_info=error)

    def check(self) -> None:
        """Raise the exception, where there is one; the slot is empty afterwards."""
        error = self.take()
        if error is not None:
            raise error

    def take(self) -> BaseException | None:
        """The exception, or None; the slot is empty afterwards."""
        error, self.error = self.error, None
        return error
