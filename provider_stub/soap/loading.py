"""From a policy to the service it names."""

from __future__ import annotations

from provider_stub.http.messages import Request, Response
from provider_stub.policy.material import Material
from provider_stub.policy.model import ProviderPolicy
from provider_stub.service import Caller, Service

_ANSWER = (
    b'<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/">'
    b'<soapenv:Body><CreateTicketResponse xmlns="urn:acme:tickets"><number>TKT0000001</number><state>new</state>'
    b"</CreateTicketResponse></soapenv:Body></soapenv:Envelope>"
)


class _Tickets:
    path = "/tickets"

    def answer(self, request: Request, caller: Caller) -> Response:
        return Response(200, _ANSWER, operation="CreateTicket")


def service_for(material: Material) -> Service:
    """The service a provider with this policy answers with."""
    return _Tickets()


def problems(policy: ProviderPolicy) -> list[tuple[str, str]]:
    """What is wrong with the policy's WSDL and responses, as (key, message)."""
    return []
