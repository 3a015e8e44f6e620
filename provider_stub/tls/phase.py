"""Where a TLS session stands, and a refusal with how it is told.

The phases are names of this module, too: before Python 3.12 a look-up in an Enum class costs what ten lines cost.
"""

from __future__ import annotations

from enum import Enum, auto

from guarded.values import dataclass
from provider_stub.refusals.causes import Cause
from provider_stub.refusals.outcomes import Outcome


class Phase(Enum):
    """Where a session stands."""

    HANDSHAKE = auto()
    OPEN = auto()
    ASKING = auto()
    """Open, and asked for the client's certificate after all."""
    REFUSED = auto()
    """We said no; `refusal` says why and what the client gets."""
    CLIENT_REFUSED = auto()
    """The client sent a fatal alert instead of going on."""
    BROKEN = auto()
    """The client broke the protocol after the handshake."""


HANDSHAKE, OPEN, ASKING, REFUSED, CLIENT_REFUSED, BROKEN = Phase


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refusal and how it is told."""

    cause: Cause
    outcome: Outcome | None
    """None: OpenSSL's own alert stands."""
    detail: str | None = None
    verify_code: int | None = None
