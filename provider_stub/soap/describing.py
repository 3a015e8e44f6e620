"""`?wsdl`: a service's documents as they are served, with addresses and imports that lead back here."""

from __future__ import annotations

import copy

from lxml import etree

from soap_contract import addresses
from soap_contract.description import ADDRESSES, SOAP_BINDINGS
from soap_contract.documents import Document, Documents, refers_to
from soap_contract.well_known import STAND_INS, WSDL, XSD

_REFERENCES = (
    (f"{{{WSDL}}}import", "location", "wsdl"),
    (f"{{{XSD}}}import", "schemaLocation", "xsd"),
    (f"{{{XSD}}}include", "schemaLocation", "xsd"),
    (f"{{{XSD}}}redefine", "schemaLocation", "xsd"),
)


def served(documents: Documents, number: int, base: str, path: str) -> bytes | None:
    """Document `number` for a client that came to `base` (scheme, host, port) and `path`; None where there is none.

    Every port keeps its own path. An import without a location, of a namespace that has a stand-in here, gets one: a
    client offline finds it.
    """
    document = next((each for each in documents.found.values() if each.number == number), None)
    if document is None:
        return None
    root = copy.deepcopy(document.root)
    for namespace in ADDRESSES:
        for node in root.iter(f"{{{namespace}}}address"):
            node.set("location", f"{base}{addresses.read(node.get('location', '')).path}")
    for tag, attribute, kind in _REFERENCES:
        for node in root.iter(tag):
            target = _target(documents, document, node, attribute)
            if target is not None:
                # The WSDL itself has one address: a client that came by it must not read it twice.
                query = f"{kind}={target.number}" if target.number else "wsdl"
                node.set(attribute, f"{base}{path}?{query}")
            elif node.get(attribute) in documents.missing and kind == "xsd":
                del node.attrib[attribute]  # it is not here, and the client would look for it elsewhere
    if number == 0 and not any(each.root.find(f"{{{WSDL}}}service") is not None for each in documents.definitions()):
        _add_service(root, f"{base}{path}")
    for schema in root.iter(f"{{{XSD}}}schema"):
        _import_what_is_forgotten(documents, schema, f"{base}{path}")
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def _add_service(root: etree._Element, address: str) -> None:
    """A standard's WSDL has bindings and no service; a client needs one to call."""
    service = etree.SubElement(root, f"{{{WSDL}}}service", name=root.get("name") or "Service")
    for binding in root.iterchildren(f"{{{WSDL}}}binding"):
        for namespace in SOAP_BINDINGS:
            if binding.find(f"{{{namespace}}}binding") is not None:
                name = binding.get("name", "")
                port = etree.SubElement(
                    service, f"{{{WSDL}}}port", name=name, nsmap={"svc": root.get("targetNamespace", "")}
                )
                port.set("binding", f"svc:{name}")
                etree.SubElement(port, f"{{{namespace}}}address", location=address)


def _import_what_is_forgotten(documents: Documents, schema: etree._Element, address: str) -> None:
    """A schema that uses a well-known namespace without importing it sends some clients to the internet."""
    has = {schema.get("targetNamespace"), *(node.get("namespace") for node in schema.iterchildren(f"{{{XSD}}}import"))}
    for namespace in STAND_INS:
        document = documents.found.get(f"stand-in {namespace}")
        if document is not None and namespace not in has and refers_to(schema, namespace):
            node = etree.Element(f"{{{XSD}}}import", namespace=namespace)
            node.set("schemaLocation", f"{address}?xsd={document.number}")
            schema.insert(0, node)


def _target(documents: Documents, document: Document, node: etree._Element, attribute: str) -> Document | None:
    location = node.get(attribute)
    return documents.references.get((document.number, location or f"namespace {node.get('namespace')}"))
