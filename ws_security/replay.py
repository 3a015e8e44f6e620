"""`Nonces`: which nonces of UsernameTokens were seen, for as long as a token with them could still be accepted."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta

MOST_NONCES = 10_000
"""Nonces that are remembered at one time; the oldest go first."""


class Nonces:
    """A replay cache (UsernameToken Profile 1.1 section 4)."""

    def __init__(self, window: timedelta = timedelta(minutes=5), most: int = MOST_NONCES) -> None:
        self._window, self._most = window, most
        self._seen: OrderedDict[str, datetime] = OrderedDict()

    def replayed(self, nonce: str, now: datetime) -> bool:
        """Whether that nonce was seen within the window; from now on it was."""
        while self._seen and next(iter(self._seen.values())) + self._window < now:
            self._seen.popitem(last=False)
        if nonce in self._seen:
            return True
        self._seen[nonce] = now
        while len(self._seen) > self._most:
            self._seen.popitem(last=False)
        return False
