"""The WSDL and every schema it pulls in, as parsed documents; nothing is ever fetched over a network.

Relative references are read from disk next to the document that names them. A few standard namespaces (SOAP encoding,
WS-Addressing, xml:, xmlmime) have stand-ins in the package: our own, permissive declarations, so that documents which
import the originals by URL can be used offline.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lxml import etree

from guarded import files
from provider_stub.policy import sources as pem
from provider_stub.policy.sources import Source

XSD = "http://www.w3.org/2001/XMLSchema"
WSDL = "http://schemas.xmlsoap.org/wsdl/"

STAND_INS: Mapping[str, str] = {
    "http://schemas.xmlsoap.org/soap/encoding/": "soap-encoding.xsd",
    "http://schemas.xmlsoap.org/ws/2004/08/addressing": "wsa-2004-08.xsd",
    "http://www.w3.org/2005/08/addressing": "wsa-2005-08.xsd",
    "http://www.w3.org/XML/1998/namespace": "xml.xsd",
    "http://www.w3.org/2005/05/xmlmime": "xmlmime.xsd",
}
SCHEMAS = Path(__file__).with_name("schemas")
_MAX_DOCUMENTS = 500


class WsdlError(ValueError):
    """The WSDL (or a schema it needs) cannot be used; the message names document and place."""


def parser() -> etree.XMLParser:
    """A parser that resolves no entities, loads no DTD and asks no network."""
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, dtd_validation=False
    )


@dataclass(slots=True)
class Document:
    """One parsed file."""

    name: str
    """Where it came from, for messages and as key."""
    root: etree._Element
    number: int
    """Its place in the set: `?wsdl=3` and `?xsd=3` serve it."""


@dataclass(slots=True)
class Documents:
    """A WSDL with all it imports."""

    found: dict[str, Document] = field(default_factory=dict)
    schemas: list[tuple[Document, etree._Element]] = field(default_factory=list)
    """Every `xs:schema`, inline or a file of its own, with the document it stands in."""
    references: dict[tuple[int, str], Document] = field(default_factory=dict)
    """(number of the naming document, location as written) -> the document it means."""
    notes: list[str] = field(default_factory=list)
    """What could not be had, in words."""
    root: Path | None = None
    """What it refers to lies below; None for one given in memory."""

    @property
    def main(self) -> Document:
        """The WSDL itself."""
        return next(iter(self.found.values()))

    def definitions(self) -> list[Document]:
        """All WSDL documents, the main one first."""
        return [document for document in self.found.values() if document.root.tag == f"{{{WSDL}}}definitions"]


def load(source: Source, within: Source | None = None) -> Documents:
    """Read a WSDL and what it imports from below `within` (default: its own folder).

    Raises:
        WsdlError: the WSDL itself, or a file it names, is missing or no XML.
    """
    try:
        data = pem.content(source)
    except OSError as error:
        raise WsdlError(f"cannot read {source!s}: {error.strerror}") from None
    in_memory = isinstance(source, bytes) or "\n" in str(source)
    folder = None if in_memory else Path(str(source)).parent
    root = folder if within is None else Path(str(within))
    documents = Documents(root=None if root is None else root.resolve())
    main = _parse(documents, "the given WSDL" if in_memory else Path(str(source)).name, data)
    if main.root.tag != f"{{{WSDL}}}definitions":
        if main.root.tag == "{http://www.w3.org/ns/wsdl}description":
            raise WsdlError(f"{main.name}: is WSDL 2.0; only WSDL 1.1 is supported")
        raise WsdlError(f"{main.name}: is no WSDL 1.1 document (its root is {etree.QName(main.root).localname})")
    _follow(documents, main, folder)
    return documents


def _parse(documents: Documents, name: str, data: bytes) -> Document:
    try:
        root = etree.fromstring(data, parser())
    except etree.XMLSyntaxError as error:
        raise WsdlError(f"{name}: is not XML: {error.msg}") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise WsdlError(f"{name}: has a document type declaration, which is not accepted")
    document = Document(name, root, len(documents.found))
    documents.found[name] = document
    if len(documents.found) > _MAX_DOCUMENTS:
        raise WsdlError(f"{name}: more than {_MAX_DOCUMENTS} documents")
    return document


def _follow(documents: Documents, document: Document, folder: Path | None) -> None:
    schema_tag = f"{{{XSD}}}schema"
    schemas = [document.root] if document.root.tag == schema_tag else list(document.root.iter(schema_tag))
    documents.schemas += [(document, schema) for schema in schemas]
    for node in document.root.iter(f"{{{WSDL}}}import"):
        _reference(documents, document, folder, node.get("location"), None)
    for schema in schemas:
        for kind in ("import", "include", "redefine"):
            for node in schema.iterchildren(f"{{{XSD}}}{kind}"):
                namespace = node.get("namespace") if kind == "import" else schema.get("targetNamespace")
                _reference(documents, document, folder, node.get("schemaLocation"), namespace)


def _reference(
    documents: Documents, origin: Document, folder: Path | None, location: str | None, namespace: str | None
) -> None:
    key = (origin.number, location or f"namespace {namespace}")
    if key in documents.references:
        return
    inline = {schema.get("targetNamespace") for document, schema in documents.schemas if document is origin}
    if (
        namespace is not None
        and namespace in STAND_INS
        and namespace not in inline
        and (location is None or _is_remote(location))
    ):
        documents.references[key] = _stand_in(documents, namespace)
        return
    if location is None:
        return
    if _is_remote(location):
        documents.notes.append(f"{origin.name}: {location} is not fetched; save it next to the WSDL and refer to it")
        return
    if folder is None:
        documents.notes.append(f"{origin.name}: {location} cannot be found for a WSDL given in memory")
        return
    path = folder / unquote(urlsplit(location).path)
    name = str(path)
    try:
        resolved = path.resolve()
        if documents.root is not None and not resolved.is_relative_to(documents.root):
            raise WsdlError(
                f"{origin.name}: {location} is not below {documents.root}; next step: where that is right, name the "
                "folder of both in wsdl_within"
            )
        name = str(resolved)
        target = documents.found.get(name) or _match_main(documents, path)
        if target is None:
            target = _parse(documents, name, files.read(path))
            documents.references[key] = target
            _follow(documents, target, path.parent)
        documents.references[key] = target
    except (OSError, ValueError) as error:
        if isinstance(error, WsdlError):
            raise
        why = getattr(error, "strerror", None) or str(error)
        raise WsdlError(f"{origin.name}: cannot read {location}: {why}") from None


def _match_main(documents: Documents, path: Path) -> Document | None:
    """The main document has a short name; a schema may refer back to it."""
    return documents.main if documents.main.name == path.name and not documents.references else None


def _is_remote(location: str) -> bool:
    return urlsplit(location).scheme in ("http", "https", "ftp", "urn")


def _stand_in(documents: Documents, namespace: str) -> Document:
    file = STAND_INS[namespace]
    known = documents.found.get(file)
    if known is not None:
        return known
    data = SCHEMAS.joinpath(file).read_bytes()
    document = _parse(documents, file, data)
    documents.schemas.append((document, document.root))
    return document
