"""What a provider made for somebody's folder answers with: the WSDL's service at any path, or just yes."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from dataclasses import replace

from provider_stub.http.messages import Request, Response
from provider_stub.http.service import Caller, Service

_EMPTY = (
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body/></soapenv:Envelope>'
)


class Switchboard:
    """The services behind one host: each answers at the paths of its records, which need not be where its WSDL says."""

    def __init__(self, services: Mapping[str, Service], otherwise: Service) -> None:
        self._services = services
        self._otherwise = next(iter(services.values()), otherwise)

    def answer(self, request: Request, caller: Caller) -> Response | Awaitable[Response]:
        """The answer of the service at that path; of the first one where no record leads there."""
        called, mark, query = request.target.partition("?")
        service = self._services.get(called, self._otherwise)
        path = getattr(service, "path", None)
        if path is None:
            return service.answer(request, caller)
        asks_for_wsdl = request.method != "POST" and mark
        return service.answer(replace(request, target=f"{path}?{query}" if asks_for_wsdl else path), caller)


class Yes:
    """Where nothing says what the service answers: an empty SOAP body, or an empty JSON object."""

    def __init__(self, *, soap: bool) -> None:
        self._soap = soap

    def answer(self, request: Request, caller: Caller) -> Response:
        """HTTP 200."""
        del request, caller
        return Response(200, _EMPTY.encode()) if self._soap else Response(200, b"{}", "application/json")
