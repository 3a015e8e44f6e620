"""The provider: an HTTPS service that demands client certificates, and keeps a journal of who came.

The nouns, in the order of the flow:

    ProviderPolicy   what is demanded and how it is answered; one frozen value, from TOML or Python
    Material         a checked policy with the content of its files
    Provider         listens; its event loop runs in one background thread
    Hub, Connection  accepted sockets; deadlines, delays, faults, lingering close
    TlsSession       one handshake without its socket: OpenSSL's verdict, then the policy's own rules
    Cause            why somebody was refused;  Personality: how that looks to the client, by provider stack
    Service          answers requests, from any WSDL
    Visit            the record of one connection, refused handshakes included;  Journal: all of them
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from provider_stub.faults import InternalError
    from provider_stub.journal.visit import Verdict, Visit, VisitRequest
    from provider_stub.policies import ProviderPolicy
    from provider_stub.policy.problems import PolicyError, PolicyProblem
    from provider_stub.provider import PortTakenError, Provider

_HOMES = {
    "InternalError": "provider_stub.faults",
    "PolicyError": "provider_stub.policy.problems",
    "PolicyProblem": "provider_stub.policy.problems",
    "PortTakenError": "provider_stub.provider",
    "Provider": "provider_stub.provider",
    "ProviderPolicy": "provider_stub.policies",
    "Verdict": "provider_stub.journal.visit",
    "Visit": "provider_stub.journal.visit",
    "VisitRequest": "provider_stub.journal.visit",
}

__all__ = [
    "InternalError",
    "PolicyError",
    "PolicyProblem",
    "PortTakenError",
    "Provider",
    "ProviderPolicy",
    "Verdict",
    "Visit",
    "VisitRequest",
]


def __getattr__(name: str) -> Any:
    """Exports are loaded on first use: the command line starts without asyncio and ssl."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(home), name)
    globals()[name] = value
    return value
