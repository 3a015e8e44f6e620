"""The services a policy can name. lxml is imported only when a WSDL is really read."""

from __future__ import annotations

from collections.abc import Awaitable

from provider_stub.http.messages import Request, Response
from provider_stub.http.service import Caller, Service
from provider_stub.policy.model import Policy

TICKETS_PATH = "/tickets"


class TicketDesk:
    """The default service; its WSDL is read with the first request, so that a provider starts fast."""

    path = TICKETS_PATH

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._service: Service | None = None

    def answer(self, request: Request, caller: Caller) -> Response | Awaitable[Response]:
        """The response to one HTTP request."""
        if self._service is None:
            self._service = read_service(self._policy)[0]
        return self._service.answer(request, caller)


class FixedStatus:
    """Every request gets the same status (`http_status`), with or without a fault."""

    def __init__(self, status: int, *, fault: bool, path: str) -> None:
        self.path = path
        self._status, self._fault = status, fault

    def answer(self, request: Request, caller: Caller) -> Response:
        """The response to one HTTP request."""
        if not self._fault:
            headers = (("WWW-Authenticate", 'Basic realm="provider"'),) if self._status == 401 else ()
            return Response(self._status, headers=headers)
        from provider_stub.soap.envelope import fault_response

        version = "1.2" if "soap+xml" in (request.header("Content-Type") or "") else "1.1"
        return fault_response("Server", "The service refuses this request.", version=version, status=self._status)


def read_service(policy: Policy) -> tuple[Service, list[tuple[str, str]]]:
    """The SOAP service of a policy, and what is wrong with its canned responses as (key, message).

    Raises:
        WsdlError: the WSDL cannot be used.
    """
    from provider_stub.soap import responses, tickets
    from provider_stub.soap.reading import read_contract
    from provider_stub.soap.service import SoapService

    source = tickets.wsdl() if policy.wsdl is None else policy.wsdl
    contract, checking = read_contract(source, policy.wsdl_within)
    operations = tuple(operation.name for operation in contract.operations)
    canned, wrong = ((), []) if policy.responses is None else responses.read(policy.responses, operations)
    service = SoapService(
        contract,
        checking,
        canned=canned,
        handlers=tickets.HANDLERS if policy.wsdl is None else None,
        validate=policy.validate_requests,
    )
    return service, [("responses", message) for message in wrong]


def problems(policy: Policy) -> list[tuple[str, str]]:
    """What is wrong with the policy's WSDL and responses, as (key, message)."""
    if policy.wsdl is None and policy.responses is None:
        return []
    from provider_stub.soap import responses
    from soap_contract.documents import WsdlError

    try:
        return read_service(policy)[1]
    except WsdlError as error:
        wrong = [] if policy.responses is None else responses.read(policy.responses, None)[1]
        return [("wsdl", str(error)), *(("responses", message) for message in wrong)]
