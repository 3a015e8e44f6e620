"""What a connection is busy with.

The states are names of this module, too: before Python 3.12 a look-up in an Enum class costs what ten lines cost.
"""

from __future__ import annotations

from enum import Enum, auto


class State(Enum):
    """What a connection is busy with."""

    TLS = auto()
    SERVING = auto()
    STALLED = auto()
    LINGERING = auto()
    CLOSED = auto()


TLS, SERVING, STALLED, LINGERING, CLOSED = State
