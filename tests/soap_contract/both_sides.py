"""One WSDL for both sides: imported into an instance, and answered by the provider."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from lxml import etree

from provider_stub import ProviderPolicy
from provider_stub.http.messages import Request, Response
from provider_stub.http.service import Caller
from provider_stub.soap.loading import read_service
from provider_stub.soap.service import SoapService
from sn_mock.instance import SysSoapMessageFunction
from sn_mock.instance.wsdl.importer import import_wsdl
from sn_mock.instance.xml import ImportReport

CALLER = Caller("https://localhost:1234")


class BothSides:
    """What both sides made of one WSDL."""

    def __init__(self, path: Path, *, into: Path, within: Path | None = None) -> None:
        self.report: ImportReport = import_wsdl(path, into, within=within)
        service, _ = read_service(ProviderPolicy(wsdl=path, wsdl_within=within))
        assert isinstance(service, SoapService)
        self.service = service

    @property
    def functions(self) -> dict[str, SysSoapMessageFunction]:
        """The imported functions by name."""
        return {row.function_name: row for row in self.report.instance.soap_functions}

    def envelope(self, function: str, values: Mapping[str, str] | None = None) -> str:
        """The function's envelope with its variables filled: with `values`, else with a word."""
        return re.sub(
            r"\$\{(\w+)\}", lambda found: (values or {}).get(found[1], "word"), self.functions[function].envelope
        )

    def call(self, function: str, values: Mapping[str, str] | None = None, envelope: str | None = None) -> Response:
        """The provider's answer to the imported function, at the path of its endpoint."""
        row = self.functions[function]
        body = self.envelope(function, values) if envelope is None else envelope
        path = urlsplit(row.soap_endpoint).path or "/"
        headers = (("SOAPAction", f'"{row.soap_action}"'), ("Content-Type", "text/xml; charset=UTF-8"))
        response = self.service.answer(Request("POST", path, headers, body.encode()), CALLER)
        assert isinstance(response, Response)
        return response

    def answer(self, function: str, values: Mapping[str, str] | None = None) -> etree._Element:
        """The element in the body of the answer, which has to fit the schema."""
        response = self.call(function, values)
        assert response.status == 200, response.body.decode()
        content = etree.fromstring(response.body)[0][0]
        alone = etree.fromstring(etree.tostring(content, encoding="UTF-8"))
        (operation,) = (each for each in self.service.operations if each.name == function)
        assert operation.output is not None
        assert self.service.fits(operation.output, alone) is None
        return alone
