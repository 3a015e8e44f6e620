"""`Token`: an access token as a session keeps it until it expires."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime

from guarded.values import dataclass
from sn_mock.secret import Secret


@dataclass(frozen=True, slots=True)
class Token:
    """What an OAuth provider has granted (RFC 6749 section 5.1)."""

    value: Secret = field(repr=False)
    expires: datetime
    scope: str = ""
    refresh: Secret | None = field(default=None, repr=False)
