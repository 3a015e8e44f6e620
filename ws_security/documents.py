"""Reading an envelope that strangers wrote: bounded, without DTD, entities or network."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from guarded.values import dataclass
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
    identified: Mapping[str, tuple[etree._Element, ...]]
    """Id to the elements that have it; only one may have an Id that a signature refers to."""

    @property
    def body(self) -> etree._Element | None:
        """The Body of the envelope: its child, and no other element of that name."""
        return self.root.find(f"{{{self.soap}}}Body")

    def children(self, tag: str) -> list[etree._Element]:
        """The children of the Security header with that tag."""
        return [] if self.security is None else self.security.findall(tag)

    def by_id(self, reference: str) -> tuple[etree._Element, ...]:
        """Every element whose `wsu:Id` or `Id` is what `#…` refers to."""
        return self.identified.get(reference.removeprefix("#"), ())

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
    security = found[0] if found else None
    if security is not None and any(count > MAX_HEADER_ELEMENTS for count, _ in enumerate(security.iter())):
        return _invalid(Cause.TOO_MUCH, f"the Security header has more than {MAX_HEADER_ELEMENTS} elements")
    return Document(root, name.namespace, security, {} if security is None else _identified(root))


def _actor(header: etree._Element, soap: str) -> str:
    return header.get(f"{{{soap}}}actor", "") or header.get(f"{{{soap}}}role", "")


def _identified(root: etree._Element) -> Mapping[str, tuple[etree._Element, ...]]:
    found: dict[str, tuple[etree._Element, ...]] = {}
    for element in root.iter(etree.Element):
        for value in {element.get(names.ID), element.get("Id")} - {None}:
            found[str(value)] = (*found.get(str(value), ())[:1], element)
    return found


def _invalid(cause: Cause, detail: str) -> Refusal:
    return refusal(cause, Code.INVALID_SECURITY, detail=detail)
