"""Reading an envelope that strangers wrote: bounded, without DTD, entities or network."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from ws_security import names
from ws_security.refusals import Cause, Code, Refusal, refusal

MAX_BYTES = 4 * 1024 * 1024
"""Of a message with a Security header: every reference of a signature reads it once more."""
MAX_HEADER_ELEMENTS = 1000
"""Elements inside the Security header."""
MAX_REFERENCES = 30
"""References of one signature, as Apache Santuario's secure validation allows."""
MAX_TRANSFORMS = 5
"""Transforms of one reference, as Apache Santuario's secure validation allows."""


@dataclass(frozen=True, slots=True)
class Document:
    """An envelope, and its Security header if it has one."""

    root: etree._Element
    soap: str
    """Its SOAP namespace."""
    security: etree._Element | None

    @property
    def body(self) -> etree._Element | None:
        """The Body of the envelope: its child, and no other element of that name."""
        return self.root.find(f"{{{self.soap}}}Body")

    def children(self, tag: str) -> list[etree._Element]:
        """The children of the Security header with that tag."""
        return [] if self.security is None else self.security.findall(tag)

    def by_id(self, reference: str) -> list[etree._Element]:
        """Every element whose `wsu:Id` or `Id` is what `#…` refers to."""
        wanted = reference.removeprefix("#")
        return [element for element, found in _identified(self.root) if found == wanted]

    def path(self, element: etree._Element) -> str:
        """`Envelope/Header/Security/Timestamp`."""
        chain = [element, *element.iterancestors()]
        return "/".join(etree.QName(each).localname for each in reversed(chain))


def parser() -> etree.XMLParser:
    """lxml's own limits (depth 256, text of 10 MB) hold; nothing is fetched, no entity is expanded."""
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_blank_text=False
    )


def parse(data: bytes) -> etree._Element:
    """The root of well-formed XML without a document type.

    Raises:
        ValueError: it is something else; the message says what.
    """
    try:
        root = etree.fromstring(data, parser())
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ValueError(f"not well-formed XML: {error}") from None
    info = root.getroottree().docinfo
    if info.internalDTD is not None or info.externalDTD is not None or info.doctype:
        raise ValueError("it has a document type declaration, which SOAP does not allow")
    return root


def read(data: bytes) -> Document | Refusal:
    """The envelope with its one Security header for this receiver (without actor), or why it is not looked at."""
    if len(data) > MAX_BYTES:
        return _invalid(Cause.TOO_MUCH, f"the message has {len(data)} bytes; at most {MAX_BYTES} are verified")
    try:
        root = parse(data)
    except ValueError as error:
        return _invalid(Cause.NOT_READABLE, str(error))
    name = etree.QName(root)
    if name.localname != "Envelope" or name.namespace not in names.SOAP:
        return _invalid(Cause.NOT_READABLE, "it is no SOAP envelope")
    header = root.find(f"{{{name.namespace}}}Header")
    found = [] if header is None else [one for one in header.findall(names.SECURITY) if not _actor(one, name.namespace)]
    if len(found) > 1:
        return _invalid(Cause.SEVERAL_HEADERS, "two Security headers without an actor")
    if any(len(root.findall(f"{{{name.namespace}}}{part}")) > 1 for part in ("Header", "Body")):
        return _invalid(Cause.NOT_READABLE, "it has two Headers or two Bodies")
    document = Document(root, name.namespace, found[0] if found else None)
    return _bounded(document) or document


def _actor(header: etree._Element, soap: str) -> str:
    return header.get(f"{{{soap}}}actor", "") or header.get(f"{{{soap}}}role", "")


def _bounded(document: Document) -> Refusal | None:
    if document.security is None:
        return None
    for count, _ in enumerate(document.security.iter()):
        if count > MAX_HEADER_ELEMENTS:
            return _invalid(Cause.TOO_MUCH, f"the Security header has more than {MAX_HEADER_ELEMENTS} elements")
    seen: set[str] = set()
    for _, found in _identified(document.root):
        if found in seen:
            detail = f"two elements have the Id '{found[:80]}'"
            return refusal(Cause.DUPLICATE_ID, Code.FAILED_CHECK, detail=detail)
        seen.add(found)
    return None


def _identified(root: etree._Element) -> Iterator[tuple[etree._Element, str]]:
    """Every element that has an Id in the security or in no namespace, once for each."""
    for element in root.iter(etree.Element):
        own = {value for value in (element.get(names.ID), element.get("Id")) if value is not None}
        for value in own:
            yield element, value


def _invalid(cause: Cause, detail: str) -> Refusal:
    return refusal(cause, Code.INVALID_SECURITY, detail=detail)
