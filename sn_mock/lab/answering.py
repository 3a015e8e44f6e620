"""What a provider made for somebody's folder answers with: the WSDL's service at any path, or just yes."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import replace

from provider_stub.http.messages import Request, Response
from provider_stub.http.service import Caller, Service

_EMPTY = (
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body/></soapenv:Envelope>'
)


class AnyPath:
    """A service that answers wherever the records' endpoint leads, which need not be where its WSDL says."""

    def __init__(self, inner: Service) -> None:
        self._inner = inner

    def answer(self, request: Request, caller: Caller) -> Response | Awaitable[Response]:
        """The inner service's answer."""
        path = getattr(self._inner, "path", None)
        if path is None:
            return self._inner.answer(request, caller)
        _, mark, query = request.target.partition("?")
        asks_for_wsdl = request.method != "POST" and mark
        return self._inner.answer(replace(request, target=f"{path}?{query}" if asks_for_wsdl else path), caller)


class Yes:
    """Where nothing says what the service answers: an empty SOAP body, or an empty JSON object."""

    def __init__(self, *, soap: bool) -> None:
        self._soap = soap

    def answer(self, request: Request, caller: Caller) -> Response:
        """HTTP 200."""
        del request, caller
        return Response(200, _EMPTY.encode()) if self._soap else Response(200, b"{}", "application/json")
