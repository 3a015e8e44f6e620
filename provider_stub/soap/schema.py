"""All schemas of a WSDL together: compiled for validation, and indexed by component for samples.

libxml2 loads only the first document of a namespace that it is told to import, and WSDLs often have several. So every
namespace gets one generated document that includes all the others, and each import is pointed at that one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from provider_stub.soap.documents import XSD, Documents
from provider_stub.soap.wsdl import Message, Operation

_KINDS = ("element", "complexType", "simpleType", "group", "attributeGroup", "attribute")


def xsd(name: str) -> str:
    """The tag of a schema element."""
    return f"{{{XSD}}}{name}"


@dataclass(slots=True)
class Schemas:
    """The compiled schema (None where libxml2 refuses it) and every global component by kind and QName."""

    validator: etree.XMLSchema | None
    components: Mapping[str, Mapping[str, etree._Element]]
    namespaces: Mapping[etree._Element, str]
    """Schema root -> its effective target namespace (an included document without one takes the includer's)."""
    notes: list[str] = field(default_factory=list)

    def find(self, kind: str, name: str) -> etree._Element | None:
        """A global component by kind (`element`, `complexType`, …) and `{namespace}name`."""
        return self.components[kind].get(name)

    def namespace_of(self, node: etree._Element) -> str:
        """The target namespace of the schema that `node` stands in."""
        root = node
        while root.tag != xsd("schema"):
            parent = root.getparent()
            if parent is None:
                return ""
            root = parent
        return self.namespaces.get(root, root.get("targetNamespace", ""))


def compile_schemas(documents: Documents, operations: Iterable[Operation]) -> Schemas:
    """Index and compile the schemas of `documents`, with wrapper elements for rpc operations."""
    roots = [schema for _, schema in documents.schemas]
    namespaces = _effective_namespaces(documents)
    for namespace, text in _wrappers(list(operations), roots).items():
        root = etree.fromstring(text)
        roots.append(root)
        namespaces[root] = namespace
    components: dict[str, dict[str, etree._Element]] = {kind: {} for kind in _KINDS}
    for root in roots:
        for kind in _KINDS:
            for node in root.iterchildren(xsd(kind)):
                name = node.get("name", "")
                components[kind].setdefault(f"{{{namespaces[root]}}}{name}" if namespaces[root] else name, node)
    notes: list[str] = []
    try:
        validator = _compile(roots, namespaces) if roots else None
    except etree.XMLSchemaParseError as error:
        validator = None
        notes.append(f"requests are not validated: {error}")
    return Schemas(validator, components, namespaces, notes)


def _effective_namespaces(documents: Documents) -> dict[etree._Element, str]:
    found = {schema: schema.get("targetNamespace", "") for _, schema in documents.schemas}
    for document, schema in documents.schemas:
        for node in schema.iterchildren(xsd("include")):
            target = documents.references.get((document.number, node.get("schemaLocation", "")))
            if target is not None and target.root in found and not target.root.get("targetNamespace"):
                found[target.root] = found[schema]
    return found


class _Memory(etree.Resolver):
    def __init__(self, texts: Mapping[str, bytes]) -> None:
        super().__init__()
        self._texts = texts

    def resolve(self, system_url: str, public_id: str, context: Any) -> Any:  # type: ignore[override]
        """The generated document of that name; nothing else exists."""
        return self.resolve_string(self._texts.get(system_url, b"<missing/>"), context)  # type: ignore[call-arg]


def _compile(roots: list[etree._Element], namespaces: Mapping[etree._Element, str]) -> etree.XMLSchema:
    order = list(dict.fromkeys(namespaces[root] for root in roots))
    place = {namespace: f"mem:namespace-{index}.xsd" for index, namespace in enumerate(order)}
    texts: dict[str, bytes] = {}
    includes: dict[str, list[str]] = {namespace: [] for namespace in order}
    for index, root in enumerate(roots):
        name = f"mem:schema-{index}.xsd"
        includes[namespaces[root]].append(name)
        texts[name] = etree.tostring(_rewired(root, place))
    for namespace, url in place.items():
        texts[url] = _schema(namespace, [f'<xs:include schemaLocation="{name}"/>' for name in includes[namespace]])
    imports = [
        f'<xs:import {f"namespace={_quoted(namespace)} " if namespace else ""}schemaLocation="{url}"/>'
        for namespace, url in place.items()
    ]
    memory_parser = etree.XMLParser(no_network=True, resolve_entities=False)
    memory_parser.resolvers.add(_Memory(texts))
    # The target namespace differs from all imported ones, or the one without a namespace could not be imported.
    return etree.XMLSchema(etree.fromstring(_schema("urn:provider-stub:all", imports), memory_parser))


def _rewired(root: etree._Element, place: Mapping[str, str]) -> etree._Element:
    """A copy with one import per other namespace, and without includes: the generated documents include everything."""
    changed = etree.fromstring(etree.tostring(root, with_tail=False))  # a deep copy would lose unused prefixes
    for node in list(changed.iterchildren(xsd("import"), xsd("include"))):
        changed.remove(node)
    # Many WSDLs use namespaces that they forget to import, so every schema imports all the others.
    own = root.get("targetNamespace", "")
    for position, (namespace, url) in enumerate(
        (namespace, url) for namespace, url in place.items() if namespace != own
    ):
        node = etree.Element(xsd("import"), schemaLocation=url)
        if namespace:
            node.set("namespace", namespace)
        changed.insert(position, node)
    return changed


def _quoted(text: str) -> str:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    return f'"{escaped}"'


def _schema(namespace: str, children: list[str]) -> bytes:
    target = f" targetNamespace={_quoted(namespace)}" if namespace else ""
    return f'<xs:schema xmlns:xs="{XSD}"{target}>{"".join(children)}</xs:schema>'.encode()


def _wrappers(operations: list[Operation], roots: list[etree._Element]) -> dict[str, bytes]:
    """Per namespace, a schema that declares the rpc wrapper elements which no schema declares."""
    declared = {
        f"{{{root.get('targetNamespace', '')}}}{node.get('name')}"
        for root in roots
        for node in root.iterchildren(xsd("element"))
    }
    elements: dict[str, list[str]] = {}
    imports: dict[str, set[str]] = {}
    for message in (side for operation in operations for side in (operation.input, operation.output)):
        if message is None or message.wrapper is None or message.encoded or message.wrapper in declared:
            continue
        declared.add(message.wrapper)
        name = etree.QName(message.wrapper)
        namespace = name.namespace or ""
        wanted = imports.setdefault(namespace, set())
        elements.setdefault(namespace, []).append(_wrapper(name.localname, message, wanted))
    found = {}
    for namespace, texts in elements.items():
        others = [f"<xs:import namespace={_quoted(other)}/>" for other in sorted(imports[namespace] - {namespace, XSD})]
        found[namespace] = _schema(namespace, [*others, *texts])
    return found


def _wrapper(local: str, message: Message, imports: set[str]) -> str:
    parts = []
    for index, part in enumerate(message.parts):
        name = etree.QName(part.type or part.element or "")
        imports.add(name.namespace or "")
        scope = f"xmlns:p{index}={_quoted(name.namespace)}" if name.namespace else ""
        reference = f"p{index}:{name.localname}" if name.namespace else name.localname
        kind = f'name={_quoted(part.name)} type="{reference}"' if part.type else f'ref="{reference}"'
        parts.append(f"<xs:element {scope} {kind}/>")
    content = f"<xs:sequence>{''.join(parts)}</xs:sequence>"
    return f"<xs:element name={_quoted(local)}><xs:complexType>{content}</xs:complexType></xs:element>"
