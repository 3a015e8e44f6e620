"""Canned responses: which answer for which request, from a TOML file.

[namespaces]
t = "urn:acme:tickets"

[[response]]                       # the first one that fits is taken
operation = "CreateTicket"
xpath = "//t:priority = '1'"       # on the whole request; true, a non-empty node set or string fits
subject = "CN=*,O=Initech"         # RFC 2253 subject of the client's certificate, * and ? allowed
status = 200
body = "file:created.xml"          # what stands in the SOAP body, or a whole envelope; or a fault:
# fault = { code = "Server", string = "Backlog is full", detail = "<limit>7</limit>" }
"""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from typing import Any

from lxml import etree

from guarded import files, toml
from guarded.values import dataclass
from provider_stub.http.messages import Response
from provider_stub.policy import sources as pem
from provider_stub.policy.sources import Source
from provider_stub.soap.envelope import CONTENT_TYPES, NAMESPACES, Envelope, fault_response, wrap
from soap_contract.documents import parser

_KEYS = ("operation", "xpath", "subject", "status", "body", "fault")


@dataclass(frozen=True, slots=True)
class Canned:
    """One prepared answer and the requests it is for; None in a condition means any."""

    operation: str | None = None
    xpath: str | None = None
    subject: str | None = None
    status: int | None = None
    body: bytes | None = field(default=None, repr=False)
    fault: Mapping[str, str] | None = None
    namespaces: Mapping[str, str] = field(default_factory=dict)

    def fits(self, operation: str, envelope: Envelope, subject: str) -> bool:
        """Whether this answer is for that request."""
        if self.operation is not None and self.operation != operation:
            return False
        if self.subject is not None and not fnmatch.fnmatchcase(subject, self.subject):
            return False
        if self.xpath is None:
            return True
        return bool(envelope.root.xpath(self.xpath, namespaces=dict(self.namespaces)))

    def response(self, operation: str, version: str) -> Response:
        """The answer on the wire."""
        if self.fault is not None:
            return fault_response(
                self.fault.get("code", "Server"),
                self.fault.get("string", "Fault"),
                version=version,
                detail=self.fault.get("detail"),
                operation=operation,
                status=self.status,
            )
        content = None if self.body is None else etree.fromstring(self.body, parser())
        if content is not None and etree.QName(content).namespace in NAMESPACES.values():
            data = bytes(etree.tostring(content, xml_declaration=True, encoding="UTF-8"))
        else:
            data = wrap([] if content is None else [content], version)
        return Response(self.status or 200, data, CONTENT_TYPES[version], operation=operation)


def read(source: Source, operations: tuple[str, ...] | None) -> tuple[tuple[Canned, ...], list[str]]:
    """The answers of a file and everything that is wrong with it; without `operations` any name of one will do."""
    try:
        document = toml.parse(pem.content(source))
    except OSError as error:
        return (), [f"cannot read {source!s}: {error.strerror}"]
    except ValueError as error:
        return (), [str(error)]
    folder = Path() if isinstance(source, bytes) or "\n" in str(source) else Path(str(source)).parent
    problems = [f"unknown key {key}" for key in document if key not in ("namespaces", "response")]
    namespaces = document.get("namespaces", {})
    if not isinstance(namespaces, dict) or not all(isinstance(uri, str) for uri in namespaces.values()):
        problems.append("namespaces must be a table of strings")
        namespaces = {}
    rows = document.get("response", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return (), [*problems, "response must be an array of tables: [[response]]"]
    found = []
    for index, row in enumerate(rows):
        canned, wrong = _row(row, namespaces, folder, operations)
        problems += [f"response[{index}]: {message}" for message in wrong]
        found.append(canned)
    return tuple(found), problems


def _row(
    row: dict[str, Any], namespaces: Mapping[str, str], folder: Path, operations: tuple[str, ...] | None
) -> tuple[Canned, list[str]]:
    problems = [f"unknown key {key}" for key in row if key not in _KEYS]
    texts: dict[str, str | None] = {}
    for key in ("operation", "xpath", "subject", "body"):
        value = row.get(key)
        if value is not None and not isinstance(value, str):
            problems.append(f"{key} must be a string")
            value = None
        texts[key] = value
    if operations is not None and texts["operation"] is not None and texts["operation"] not in operations:
        problems.append(f"unknown operation {texts['operation']!r}; the WSDL has {', '.join(operations)}")
    status, fault = row.get("status"), row.get("fault")
    if status is not None and (not isinstance(status, int) or not 200 <= status <= 599):
        problems.append("status must be from 200 to 599")
        status = None
    if fault is not None and not (isinstance(fault, dict) and all(isinstance(v, str) for v in fault.values())):
        problems.append("fault must be a table of strings: code, string, detail")
        fault = None
    problems += _bad_xpath(texts["xpath"], namespaces)
    body, wrong = _body(texts["body"], folder)
    canned = Canned(texts["operation"], texts["xpath"], texts["subject"], status, body, fault, dict(namespaces))
    return canned, problems + wrong


def _bad_xpath(text: str | None, namespaces: Mapping[str, str]) -> list[str]:
    if text is None:
        return []
    try:
        etree.XPath(text, namespaces=dict(namespaces))(etree.Element("probe"))
    except etree.XPathError as error:
        return [f"xpath {text!r}: {error}"]
    return []


def _body(text: str | None, folder: Path) -> tuple[bytes | None, list[str]]:
    if text is None:
        return None, []
    data = text.encode()
    if text.startswith("file:"):
        path = folder / text.removeprefix("file:")
        try:
            data = files.read(path)
        except OSError as error:
            return None, [f"body: cannot read {path}: {error.strerror}"]
    try:
        etree.fromstring(data, parser())
    except etree.XMLSyntaxError as error:
        return None, [f"body: is not XML: {error.msg}"]
    return data, []
