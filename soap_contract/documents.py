"""The WSDL and every schema it pulls in, as parsed documents.

Relative references are read from disk below the WSDL's folder, or through `fetch` where the WSDL came from a URL. A
WSDL from disk never makes this module ask a network: what it names by URL is left out, and the documents say so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit, urlunsplit

from lxml import etree

from guarded import files
from guarded.values import dataclass
from soap_contract.well_known import BUILT_IN_NAMESPACES, STAND_INS, WSDL, XSD, stand_in

_MAX_DOCUMENTS = 500
_WSDL_2 = "{http://www.w3.org/ns/wsdl}description"
_LOCAL_SCHEMES = frozenset({"", "file"})

Fetch = Callable[[str], bytes]
"""Gives the bytes behind a URL; what it raises is handed on."""


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
    """For messages: the path as it was written, or the URL."""
    root: etree._Element
    number: int
    """Its place in the set: `?wsdl=3` and `?xsd=3` serve it."""
    data: bytes = field(repr=False)
    path: Path | None = None
    """Where it lies on this machine; None for what was fetched, given in memory or is a stand-in."""
    url: str | None = None


@dataclass(slots=True)
class Documents:
    """A WSDL with all it imports."""

    within: Path | None = None
    """What it refers to lies below this folder; None for a WSDL that came from elsewhere."""
    found: dict[str, Document] = field(default_factory=dict)
    schemas: list[tuple[Document, etree._Element]] = field(default_factory=list)
    """Every `xs:schema`, inline or a file of its own, with the document it stands in."""
    references: dict[tuple[int, str], Document] = field(default_factory=dict)
    """(number of the naming document, location as written or `namespace …`) -> the document it means."""
    missing: dict[str, str] = field(default_factory=dict)
    """Location -> why it could not be had, in words."""
    notes: list[str] = field(default_factory=list)
    """What else the reader should know."""

    @property
    def main(self) -> Document:
        """The WSDL itself."""
        return next(iter(self.found.values()))

    def definitions(self) -> list[Document]:
        """All WSDL documents, the main one first."""
        return [document for document in self.found.values() if document.root.tag == f"{{{WSDL}}}definitions"]


def load_file(path: Path, *, within: Path | None = None) -> Documents:
    """A WSDL from disk, with what it imports from below `within` (default: its own folder).

    Raises:
        WsdlError: the WSDL itself, or a file it names, is missing, no XML, or lies elsewhere.
    """
    try:
        data = files.read(path)
        place = path.resolve()
    except OSError as error:
        raise WsdlError(f"cannot read {path}: {error.strerror}") from None
    documents = Documents(within=(within or path.parent).resolve())
    return _Loader(documents, None).all(Document(path.name, _parsed(path.name, data), 0, data, path=place))


def load_bytes(data: bytes, name: str = "the given WSDL") -> Documents:
    """A WSDL that is given in memory; it can import only what is well known. Raises WsdlError."""
    return _Loader(Documents(), None).all(Document(name, _parsed(name, data), 0, data))


def load_url(url: str, fetch: Fetch, shown: str) -> Documents:
    """A WSDL from a URL, with what it imports through the same `fetch`; `shown` is the URL without its password.

    Raises:
        WsdlError: it, or what it names, is no XML, or it names a file of this machine.
    """
    data = fetch(url)
    return _Loader(Documents(), fetch).all(Document(shown, _parsed(shown, data), 0, data, url=url))


def _parsed(name: str, data: bytes) -> etree._Element:
    try:
        root = etree.fromstring(data, parser())
    except etree.XMLSyntaxError as error:
        raise WsdlError(f"{name}: is not XML: {error.msg}") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise WsdlError(f"{name}: has a document type declaration, which is not accepted")
    return root


class _Loader:
    """Follows references; one document after the other, so that no nesting of imports is too deep."""

    def __init__(self, documents: Documents, fetch: Fetch | None) -> None:
        self._documents, self._fetch = documents, fetch
        self._waiting: list[Document] = []

    def all(self, main: Document) -> Documents:
        if main.root.tag == _WSDL_2:
            raise WsdlError(f"{main.name}: is WSDL 2.0; only WSDL 1.1 is supported")
        if main.root.tag != f"{{{WSDL}}}definitions":
            raise WsdlError(f"{main.name}: is no WSDL 1.1 document (its root is {etree.QName(main.root).localname})")
        self._add(str(main.path or main.url or main.name), main)
        self._follow_all()
        for namespace in _used_but_absent(self._documents):
            self._stand_in(namespace)
        self._follow_all()
        return self._documents

    def _follow_all(self) -> None:
        while self._waiting:
            self._follow(self._waiting.pop(0))

    def _add(self, key: str, document: Document) -> Document:
        self._documents.found[key] = document
        if len(self._documents.found) > _MAX_DOCUMENTS:
            raise WsdlError(f"{document.name}: more than {_MAX_DOCUMENTS} documents")
        schema_tag = f"{{{XSD}}}schema"
        root = document.root
        schemas = [root] if root.tag == schema_tag else list(root.iter(schema_tag))
        self._documents.schemas += [(document, schema) for schema in schemas]
        self._waiting.append(document)
        return document

    def _follow(self, document: Document) -> None:
        for node in document.root.iter(f"{{{WSDL}}}import"):
            self._reference(document, node.get("location"), None)
        for schema in [schema for origin, schema in self._documents.schemas if origin is document]:
            for kind in ("import", "include", "redefine"):
                for node in schema.iterchildren(f"{{{XSD}}}{kind}"):
                    namespace = node.get("namespace") if kind == "import" else schema.get("targetNamespace")
                    self._reference(document, node.get("schemaLocation"), namespace)

    def _reference(self, origin: Document, location: str | None, namespace: str | None) -> None:
        key = (origin.number, location or f"namespace {namespace}")
        documents = self._documents
        if key in documents.references or namespace in BUILT_IN_NAMESPACES:
            return
        inline = {schema.get("targetNamespace") for document, schema in documents.schemas if document is origin}
        wants_stand_in = namespace in STAND_INS and namespace not in inline
        is_remote = location is not None and urlsplit(location).scheme not in _LOCAL_SCHEMES
        if wants_stand_in and namespace and (location is None or is_remote):
            documents.references[key] = self._stand_in(namespace)
            return
        if location is None or not location.strip():
            return
        try:
            target = self._target(origin, location.strip())
        except _AbsentError as error:
            if wants_stand_in and namespace:
                documents.references[key] = self._stand_in(namespace)
                return
            if error.is_fatal:
                raise WsdlError(str(error)) from None
            documents.missing.setdefault(location, str(error))
            return
        documents.references[key] = target

    def _target(self, origin: Document, location: str) -> Document:
        scheme = urlsplit(location).scheme
        if origin.url is not None:
            if scheme == "file":
                raise WsdlError(
                    f"{self._documents.main.name} imports {location}: what comes from a URL may not read files here; "
                    "next step: save the WSDL with its imports as files and give its path"
                )
            return self._fetched(_joined(origin.url, location))
        if scheme not in _LOCAL_SCHEMES:
            raise _AbsentError(
                f"{origin.name} imports {_shown(location)}, which is not fetched; next step: save it next to the WSDL "
                "and import it by a relative schemaLocation",
                is_fatal=False,
            )
        if origin.path is None:
            raise _AbsentError(f"{origin.name}: {location} cannot be found for a WSDL given in memory", is_fatal=False)
        return self._from_disk(origin, origin.path, location)

    def _from_disk(self, origin: Document, beside: Path, location: str) -> Document:
        try:
            path = (beside.parent / unquote(urlsplit(location).path)).resolve()
            within = self._documents.within
            if within is not None and not path.is_relative_to(within):
                raise WsdlError(
                    f"{origin.name}: {location} is not below {within}; next step: where that is right, name the "
                    "folder of both (import-wsdl: --within DIR; a policy: wsdl_within)"
                )
            known = self._documents.found.get(str(path))
            if known is not None:
                return known
            data = files.read(path)
        except (OSError, ValueError) as error:
            if isinstance(error, WsdlError):
                raise
            why = f": {getattr(error, 'strerror', None) or error}"
            if isinstance(error, FileNotFoundError):
                why = ", which does not exist; next step: put the file there"
            raise _AbsentError(f"{origin.name}: cannot read {location}{why}", is_fatal=True) from None
        return self._add(str(path), Document(location, _parsed(location, data), self._next(), data, path=path))

    def _fetched(self, url: str) -> Document:
        known = self._documents.found.get(url)
        if known is not None or self._fetch is None:
            return known or self._documents.main
        data = self._fetch(url)
        return self._add(url, Document(_shown(url), _parsed(_shown(url), data), self._next(), data, url=url))

    def _stand_in(self, namespace: str) -> Document:
        key = f"stand-in {namespace}"
        known = self._documents.found.get(key)
        if known is not None:
            return known
        data = stand_in(namespace)
        name = STAND_INS[namespace]
        return self._add(key, Document(name, _parsed(name, data), self._next(), data))

    def _next(self) -> int:
        return len(self._documents.found)


class _AbsentError(Exception):
    def __init__(self, message: str, *, is_fatal: bool) -> None:
        self.is_fatal = is_fatal
        super().__init__(message)


def _joined(base: str, location: str) -> str:
    """A reference relative to a URL; under a profile's scheme, too, which Python's `urljoin` does not know."""
    scheme = urlsplit(base).scheme
    joined = urljoin(urlunsplit(("https", *urlsplit(base)[1:])), location)
    return urlunsplit((scheme, *urlsplit(joined)[1:])) if urlsplit(joined).scheme == "https" else joined


def _shown(url: str) -> str:
    """The URL with its password hidden."""
    parts = urlsplit(url)
    user, at, host = parts.netloc.rpartition("@")
    name, colon, _ = user.partition(":")
    return urlunsplit(parts._replace(netloc=f"{name}{colon}{'*' * 8 if colon else ''}{at}{host}")) if at else url


def _used_but_absent(documents: Documents) -> list[str]:
    """Well-known namespaces that a schema or a message part uses without importing them (many generators forget it)."""
    have = {schema.get("targetNamespace") for _, schema in documents.schemas}
    return [
        namespace
        for namespace in STAND_INS
        if namespace not in have and any(_uses(document, namespace) for document in documents.found.values())
    ]


def _uses(document: Document, namespace: str) -> bool:
    is_named = namespace == _XML or namespace.encode() in document.data
    return is_named and refers_to(document.root, namespace)


def refers_to(root: etree._Element, namespace: str) -> bool:
    """Whether something below `root` names a component of that namespace."""
    for node in root.iter(etree.Element):
        for attribute in ("type", "ref", "base"):
            prefix, colon, _ = node.get(attribute, "").strip().partition(":")
            if colon and (prefix == "xml" if namespace == _XML else node.nsmap.get(prefix) == namespace):
                return True
    return False


_XML = "http://www.w3.org/XML/1998/namespace"
