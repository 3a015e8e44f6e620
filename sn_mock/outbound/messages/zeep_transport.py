"""`zeep_transport`: let a zeep client send through an instance (zeep itself is loaded only then)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from sn_mock.instance import Instance
from sn_mock.outbound.calls.session import Where
from sn_mock.outbound.messages.session import session_for

if TYPE_CHECKING:
    from sn_mock.outbound.messages.zeep_adapter import InstanceTransport


def zeep_transport(instance: Instance | None = None, message: str = "", **where: Unpack[Where]) -> InstanceTransport:
    """A zeep `Transport` whose requests take the way of the instance's SOAP message `message`.

    The message's mutual authentication and basic authentication apply; the address is the one zeep calls. WSDLs and
    schemas are loaded the same way; `when`, `allow_remote` and `hosts` are as in `SOAPMessageV2`. `transport.exchange`
    is the last call's record. A call without an answer raises `zeep.exceptions.TransportError`, whose `exchange`
    attribute says why.
    """
    from sn_mock.outbound.messages.zeep_adapter import InstanceTransport

    return InstanceTransport(session_for(instance, **where), message)
