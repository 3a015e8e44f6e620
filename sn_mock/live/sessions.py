"""Sessions of a live instance: the cookie that stands for somebody who came in by other means before.

KB0657578: cookies of an answer, sent again, go on with its session. KB0565021: since Geneva a cookie alone does not
authenticate a REST request; it takes the session's token in `X-UserToken`, too. Sessions live in memory.
"""

from __future__ import annotations

import hmac
import secrets
import threading
from collections import OrderedDict
from dataclasses import field

from guarded import clock
from guarded.values import dataclass

COOKIE = "JSESSIONID"
IDLE_SECONDS = 30 * 60
"""A session that is not used ends (docs: `glide.ui.session_timeout`, 30 minutes)."""
MOST_SESSIONS = 1000
"""The one that was used least recently goes first: a client that keeps no cookies begins one with every request."""


@dataclass(slots=True)
class UserSession:
    """One session."""

    user: str
    """The user name."""
    id: str = field(default_factory=lambda: secrets.token_hex(16).upper(), repr=False)
    token: str = field(default_factory=lambda: secrets.token_hex(36), repr=False)
    """What pages call `g_ck`: 72 characters (REPORTED: public code)."""
    used: float = field(default_factory=clock.monotonic)

    def is_token(self, given: str) -> bool:
        """Whether that is the session's token."""
        return hmac.compare_digest(given.encode(), self.token.encode())

    @property
    def cookie(self) -> tuple[str, str]:
        """The header that gives the session to a client."""
        return "Set-Cookie", f"{COOKIE}={self.id}; Path=/; Secure; HttpOnly; SameSite=Lax"


class Sessions:
    """The sessions of one instance. Any thread may ask."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, UserSession] = OrderedDict()
        self._lock = threading.Lock()

    def begin(self, user: str) -> UserSession:
        """A session of somebody who has been let in."""
        made = UserSession(user)
        with self._lock:
            self._known[made.id] = made
            while len(self._known) > MOST_SESSIONS:
                self._known.popitem(last=False)
        return made

    def of(self, cookies: str) -> UserSession | None:
        """The session that a Cookie header names; None where it names none that lives."""
        name = _session_id(cookies)
        now = clock.monotonic()
        with self._lock:
            found = self._known.get(name)
            if found is None:
                return None
            if found.used + IDLE_SECONDS < now:
                del self._known[name]
                return None
            found.used = now
            self._known.move_to_end(name)
            return found


def _session_id(cookies: str) -> str:
    """The id of a Cookie header; whatever stands beside it does not matter."""
    pairs = (part.strip().partition("=") for part in cookies.split(";"))
    return next((value for name, _, value in pairs if name == COOKIE), "")
