"""What a connection is busy with."""

from __future__ import annotations

from enum import Enum, auto


class State(Enum):
    """What a connection is busy with."""

    TLS = auto()
    SERVING = auto()
    STALLED = auto()
    LINGERING = auto()
    CLOSED = auto()
