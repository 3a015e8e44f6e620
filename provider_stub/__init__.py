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

from provider_stub.journal.visit import Verdict, Visit, VisitRequest
from provider_stub.policy.model import ProviderPolicy
from provider_stub.policy.problems import PolicyError, PolicyProblem
from provider_stub.provider import PortTakenError, Provider

__all__ = [
    "PolicyError",
    "PolicyProblem",
    "PortTakenError",
    "Provider",
    "ProviderPolicy",
    "Verdict",
    "Visit",
    "VisitRequest",
]
