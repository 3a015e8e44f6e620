"""sn-mock: a ServiceNow instance's outbound mutual-TLS calls, made real on a laptop.

The nouns, in the order of one call:

- `Instance`: the records of one ServiceNow instance (keystores, protocol profiles, SOAP messages, properties).
- `Release`: what that instance's version does with them, every fact with its evidence.
- `SOAPMessageV2`, `RESTMessageV2`: the ServiceNow API. `execute()` places one call over real TLS.
- `RESTStep`, `SOAPStep`: the steps of IntegrationHub, which call through a Connection & Credential alias.
- `Exchange`: the record of that call, from the route to the response or to the `Failure`.
- `Failure`: at which stage it ended and why, in `JavaException`s as the instance would print them.
- `Finding`: one answer to "why", with the record or the certificate to change.
- `Lab`: an instance and a provider that fit each other; a `Scenario` breaks one thing in it and mends it again.

The flow is one way: Instance → Route → keystores → connect → handshake → HTTP → SOAP → Exchange → Findings.

The names are loaded when first used, so that `import sn_mock` and `sn-mock --help` stay quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sn_mock.exchange import Exchange, Finding
    from sn_mock.failure import Failure, InternalError, JavaException, MockUsageError
    from sn_mock.instance import Instance, InstanceErrors, Release
    from sn_mock.lab import Lab, Scenario
    from sn_mock.outbound.messages.rest_message import RESTMessageV2
    from sn_mock.outbound.messages.soap_message import SOAPMessageV2, UnknownMessageError, use
    from sn_mock.outbound.messages.soap_response import SOAPResponseV2
    from sn_mock.outbound.messages.zeep_transport import zeep_transport
    from sn_mock.outbound.steps.step import RESTStep, SOAPStep

__version__ = "0.1.0"

__all__ = [
    "Exchange",
    "Failure",
    "Finding",
    "Instance",
    "InstanceErrors",
    "InternalError",
    "JavaException",
    "Lab",
    "MockUsageError",
    "RESTMessageV2",
    "RESTStep",
    "Release",
    "SOAPMessageV2",
    "SOAPResponseV2",
    "SOAPStep",
    "Scenario",
    "UnknownMessageError",
    "__version__",
    "use",
    "zeep_transport",
]

_HOMES = {
    "Exchange": "sn_mock.exchange",
    "Failure": "sn_mock.failure",
    "Finding": "sn_mock.exchange",
    "Instance": "sn_mock.instance",
    "InstanceErrors": "sn_mock.instance",
    "InternalError": "sn_mock.failure",
    "JavaException": "sn_mock.failure",
    "Lab": "sn_mock.lab",
    "MockUsageError": "sn_mock.failure",
    "RESTMessageV2": "sn_mock.outbound.messages.rest_message",
    "RESTStep": "sn_mock.outbound.steps.step",
    "Release": "sn_mock.instance",
    "SOAPMessageV2": "sn_mock.outbound.messages.soap_message",
    "SOAPResponseV2": "sn_mock.outbound.messages.soap_response",
    "SOAPStep": "sn_mock.outbound.steps.step",
    "Scenario": "sn_mock.lab",
    "UnknownMessageError": "sn_mock.outbound.messages.soap_message",
    "use": "sn_mock.outbound.messages.soap_message",
    "zeep_transport": "sn_mock.outbound.messages.zeep_transport",
}
"""Where each public name lives (PEP 562)."""


def __getattr__(name: str) -> Any:
    """Load a public name from its module at first use."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The public names, loaded or not."""
    return sorted(__all__)
