"""SOAP 1.1 and 1.2 envelopes: reading one safely, writing one, and faults in both versions."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence

from lxml import etree

from guarded.regex import regex
from guarded.values import dataclass
from provider_stub.http.messages import Response
from soap_contract.documents import parser

NAMESPACES: Mapping[str, str] = {
    "1.1": "http://schemas.xmlsoap.org/soap/envelope/",
    "1.2": "http://www.w3.org/2003/05/soap-envelope",
}
CONTENT_TYPES: Mapping[str, str] = {
    "1.1": "text/xml; charset=utf-8",
    "1.2": "application/soap+xml; charset=utf-8",
}
_VERSIONS = {namespace: version for version, namespace in NAMESPACES.items()}
_DOCTYPE = regex(rb"\A(?:\xef\xbb\xbf)?\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*)*<!DOCTYPE", re.DOTALL)

# SOAP 1.1 section 4.4.1 and SOAP 1.2 part 1 section 5.4.6: who is at fault
_CODES = {"Client": "Sender", "Server": "Receiver", "VersionMismatch": "VersionMismatch"}


@dataclass(frozen=True, slots=True)
class Envelope:
    """A request's envelope."""

    version: str
    """`1.1` or `1.2`."""
    root: etree._Element
    body: etree._Element
    content: etree._Element | None
    """The first element in the body; None where the body is empty."""


class FaultError(Exception):
    """The request is answered with a fault."""

    def __init__(self, code: str, message: str, *, version: str = "1.1", detail: str | None = None) -> None:
        self.code, self.message, self.version, self.detail = code, message, version, detail
        super().__init__(message)

    def response(self, operation: str | None = None) -> Response:
        """The fault on the wire: HTTP 500, or 400 for a sender's fault in SOAP 1.2 (SOAP 1.2 part 2, 7.5.2.2)."""
        return fault_response(self.code, self.message, version=self.version, detail=self.detail, operation=operation)


def read(data: bytes) -> Envelope:
    """A request's envelope.

    Raises:
        FaultError: no XML, a document type declaration, no envelope, an unknown SOAP version, no body.
    """
    if not data:
        raise FaultError("Client", "The request has no body; a SOAP envelope is expected.")
    if _DOCTYPE.match(data):
        raise FaultError("Client", "A document type declaration (DTD) is not accepted in a SOAP message.")
    try:
        root = etree.fromstring(data, parser())
    except (etree.XMLSyntaxError, ValueError) as error:
        raise FaultError("Client", f"The request is not well-formed XML: {error}") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise FaultError("Client", "A document type declaration (DTD) is not accepted in a SOAP message.")
    name = etree.QName(root)
    version = _VERSIONS.get(name.namespace or "")
    if name.localname != "Envelope":
        raise FaultError("Client", f"The root element is {name.localname}; a SOAP Envelope is expected.")
    if version is None:
        raise FaultError("VersionMismatch", f"Unknown SOAP version: namespace {name.namespace or '(none)'}.")
    body = root.find(f"{{{name.namespace}}}Body")
    if body is None:
        raise FaultError("Client", "The envelope has no Body.", version=version)
    content = next((child for child in body if isinstance(child.tag, str)), None)
    return Envelope(version, root, body, content)


def wrap(content: Sequence[etree._Element], version: str) -> bytes:
    """An envelope around what stands in the body, as bytes."""
    namespace = NAMESPACES[version]
    root = etree.Element(f"{{{namespace}}}Envelope", nsmap={"soapenv": namespace})
    body = etree.SubElement(root, f"{{{namespace}}}Body")
    body.extend(content)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def fault_response(
    code: str,
    message: str,
    *,
    version: str,
    detail: str | None = None,
    operation: str | None = None,
    status: int | None = None,
) -> Response:
    """A SOAP fault; `code` is SOAP 1.1's word (Client, Server, VersionMismatch), `detail` XML or text."""
    namespace = NAMESPACES[version]
    fault = etree.Element(f"{{{namespace}}}Fault", nsmap={"soapenv": namespace})
    message = _printable(message)
    if version == "1.1":
        etree.SubElement(fault, "faultcode").text = f"soapenv:{code}"
        etree.SubElement(fault, "faultstring").text = message
        holder = "detail"
    else:
        value = etree.SubElement(etree.SubElement(fault, f"{{{namespace}}}Code"), f"{{{namespace}}}Value")
        value.text = f"soapenv:{_CODES.get(code, 'Receiver')}"
        text = etree.SubElement(etree.SubElement(fault, f"{{{namespace}}}Reason"), f"{{{namespace}}}Text")
        text.text = message
        text.set("{http://www.w3.org/XML/1998/namespace}lang", "en")
        holder = f"{{{namespace}}}Detail"
    if detail:
        _add_detail(etree.SubElement(fault, holder), detail)
    sender = version == "1.2" and code == "Client"
    return Response(
        status or (400 if sender else 500),
        wrap([fault], version),
        CONTENT_TYPES[version],
        operation=operation,
        fault=message,
    )


def security_fault(code: str, message: str, namespace: str, *, version: str) -> Response:
    """A fault with a code of WS-Security (its local name; "" for none), which SOAP 1.2 has as Subcode of Sender."""
    answer = fault_response("Client", message, version=version)
    if not code:
        return dataclasses.replace(answer, status=500)
    root = etree.fromstring(answer.body, parser())
    fault = next(root.iter(f"{{{NAMESPACES[version]}}}Fault"))
    named = etree.Element(fault.tag, nsmap={"wsse": namespace})
    named.extend(list(fault))
    if version == "1.1":
        next(named.iter("faultcode")).text = f"wsse:{code}"
    else:
        holder = next(named.iter(f"{{{NAMESPACES[version]}}}Code"))
        subcode = etree.SubElement(holder, f"{{{NAMESPACES[version]}}}Subcode")
        etree.SubElement(subcode, f"{{{NAMESPACES[version]}}}Value").text = f"wsse:{code}"
    return dataclasses.replace(answer, status=500, body=wrap([named], version))


def _add_detail(holder: etree._Element, detail: str) -> None:
    try:
        holder.append(etree.fromstring(detail.encode(), parser()))
    except etree.XMLSyntaxError:
        holder.text = _printable(detail)


def _printable(text: str) -> str:
    """Text without the characters that XML cannot hold."""
    return re.sub(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "?", text)
