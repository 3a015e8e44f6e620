"""Ids as WSS4J 1.5 makes them.

`Timestamp-1`, `Signature-2`, `id-3` are counted; tokens get 18 hexadecimal digits of the process, the milliseconds
since 1970 and a counter (`CertId-2D914AB929A6719E7F13068829874641`), as in the sample header of ServiceNow's
documentation ("WS-Security reference").
"""

from __future__ import annotations

import secrets
from dataclasses import field
from datetime import datetime

from guarded.values import dataclass


def _process() -> str:
    return secrets.token_hex(9).upper()


@dataclass
class Identifiers:
    """The ids of one message; both counters begin at 1."""

    created: datetime
    process: str = field(default_factory=_process)
    _counted: int = 0
    _secured: int = 0

    def counted(self, prefix: str) -> str:
        """`Signature-2`."""
        self._counted += 1
        return f"{prefix}-{self._counted}"

    def unique(self, prefix: str) -> str:
        """`KeyId-2D914AB929A6719E7F13068829875022`."""
        self._secured += 1
        return f"{prefix}-{self.process}{int(self.created.timestamp() * 1000)}{self._secured}"
