"""`KeystoreCache`: opened keystores that outlive a call, as the instance's socket factories keep them.

Documented is one consequence only: until Zurich an outbound call works on although the keystore's file was removed from
its record (PRB1878139; release fact `keystore_cache`). That a *replaced* file is noticed is ASSUMED: renewals by
replacing the attachment are the documented way.
"""

from __future__ import annotations

from guarded.values import dataclass
from sn_mock.java.keystore import UsableKey


@dataclass(frozen=True, slots=True)
class Opened:
    """One keystore row, open."""

    keys: tuple[UsableKey, ...]
    trusted: tuple[bytes, ...]
    """Its trusted certificates (DER)."""


class KeystoreCache:
    """What was opened last, by the `sys_id` of the row."""

    def __init__(self) -> None:
        self._opened: dict[str, Opened] = {}

    def remembered(self, sys_id: str) -> Opened | None:
        """The keystore as it was when its file was last seen; None where it never was."""
        return self._opened.get(sys_id)

    def remember(self, sys_id: str, opened: Opened) -> None:
        """Keep an opened keystore."""
        self._opened[sys_id] = opened
