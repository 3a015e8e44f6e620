"""Every global component of a WSDL's schemas, by kind and name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field

from lxml import etree

from guarded.values import dataclass
from soap_contract.description import Message, Operation, qname
from soap_contract.documents import Documents, WsdlError
from soap_contract.names import parted
from soap_contract.tidying import tidied, xsd
from soap_contract.well_known import XSD

KINDS = ("element", "complexType", "simpleType", "group", "attributeGroup", "attribute")
Key = tuple[str, str]
"""(kind, `{namespace}name`) of a component."""


@dataclass(slots=True)
class Schemas:
    """The global components; of those that are declared twice the first."""

    components: Mapping[str, Mapping[str, etree._Element]]
    roots: tuple[etree._Element, ...]
    """The tidied schemas."""
    namespaces: Mapping[etree._Element, str]
    """Schema root -> its effective target namespace (an included document without one takes the includer's)."""
    undeclared_wrappers: frozenset[str] = frozenset()
    """rpc wrappers whose name a schema has already: what is in them cannot be checked."""
    notes: list[str] = field(default_factory=list)
    _derived: dict[str, list[str]] | None = None
    _members: dict[str, list[str]] | None = None

    def find(self, kind: str, name: str) -> etree._Element | None:
        """A global component by kind (`element`, `complexType`, …) and `{namespace}name`."""
        return self.components[kind].get(name)

    def type_key(self, name: str) -> Key | None:
        """The key of a type of the schemas; None for an absent one and for those of XML Schema itself."""
        return next(
            (kind_and_name for kind_and_name in _type_keys(name) if self.find(*kind_and_name) is not None), None
        )

    def root_of(self, node: etree._Element) -> etree._Element:
        """The `xs:schema` that `node` stands in."""
        root = node
        while root.tag != xsd("schema"):
            parent = root.getparent()
            if parent is None:
                break
            root = parent
        return root

    def namespace_of(self, node: etree._Element) -> str:
        """The target namespace of the schema that `node` stands in."""
        root = self.root_of(node)
        return self.namespaces.get(root, root.get("targetNamespace", ""))

    def name_in(self, node: etree._Element, text: str) -> str:
        """A reference in an attribute, as `{namespace}local`.

        A name without prefix and without default namespace, in a document that was included without a namespace of its
        own, means the includer's (XML Schema 1.0 part 1, section 4.2.1).
        """
        name = qname(node, text)
        if name.startswith("{"):
            return name
        root = self.root_of(node)
        own = "" if root.get("targetNamespace") else self.namespaces.get(root, "")
        return f"{{{own}}}{name}" if own else name

    def derived_from(self, base: str) -> list[str]:
        """The complex types that extend or restrict a type, in the order of the schemas."""
        if self._derived is None:
            self._derived = {}
            for name, node in self.components["complexType"].items():
                for derivation in _derivations(node):
                    for known in self._names(derivation, "base"):
                        self._derived.setdefault(known, []).append(name)
        return self._derived.get(base, [])

    def members_of(self, head: str) -> list[str]:
        """The elements that may stand for another one (its substitution group), in the order of the schemas."""
        if self._members is None:
            self._members = {}
            for name, node in self.components["element"].items():
                for known in self._names(node, "substitutionGroup"):
                    self._members.setdefault(known, []).append(name)
        return self._members.get(head, [])

    def _names(self, node: etree._Element, attribute: str) -> list[str]:
        text = node.get(attribute)
        try:
            return [self.name_in(node, text)] if text else []
        except WsdlError:
            return []


def _type_keys(name: str) -> tuple[Key, Key]:
    return ("complexType", name), ("simpleType", name)


def _derivations(node: etree._Element) -> Iterator[etree._Element]:
    for content in node.iterchildren(xsd("complexContent"), xsd("simpleContent")):
        yield from content.iterchildren(xsd("extension"), xsd("restriction"))


def index(documents: Documents, operations: Iterable[Operation]) -> Schemas:
    """The components of all schemas, with wrapper elements for rpc operations."""
    notes: list[str] = []
    effective = _effective_namespaces(documents)
    namespaces: dict[etree._Element, str] = {}
    for _, schema in documents.schemas:
        namespaces[tidied(schema, notes)] = effective[schema]
    wrappers, taken = _wrappers(list(operations), namespaces)
    for namespace, text in wrappers.items():
        namespaces[etree.fromstring(text)] = namespace
    components: dict[str, dict[str, etree._Element]] = {kind: {} for kind in KINDS}
    for root, namespace in namespaces.items():
        for kind in KINDS:
            for node in root.iterchildren(xsd(kind)):
                components[kind].setdefault(_qualified(namespace, node.get("name", "")), node)
    return Schemas(components, tuple(namespaces), namespaces, taken, list(dict.fromkeys(notes)))


def _qualified(namespace: str, name: str) -> str:
    return f"{{{namespace}}}{name}" if namespace else name


def _effective_namespaces(documents: Documents) -> dict[etree._Element, str]:
    found = {schema: schema.get("targetNamespace", "") for _, schema in documents.schemas}
    for document, schema in documents.schemas:
        for node in schema.iterchildren(xsd("include"), xsd("redefine")):
            target = documents.references.get((document.number, node.get("schemaLocation", "")))
            if target is not None and target.root in found and not target.root.get("targetNamespace"):
                found[target.root] = found[schema]
    return found


def _wrappers(
    operations: list[Operation], roots: Mapping[etree._Element, str]
) -> tuple[dict[str, bytes], frozenset[str]]:
    """Per namespace a schema with the rpc wrapper elements; and those whose name a schema has for something else."""
    declared = {
        _qualified(namespace, node.get("name", ""))
        for root, namespace in roots.items()
        for node in root.iterchildren(xsd("element"))
    }
    taken: set[str] = set()
    made: set[str] = set()
    elements: dict[str, list[str]] = {}
    for message in (side for operation in operations for side in (operation.input, operation.output)):
        if message is None or message.wrapper is None or message.encoded or message.wrapper in made:
            continue
        if message.wrapper in declared:
            taken.add(message.wrapper)
            continue
        made.add(message.wrapper)
        space, local = parted(message.wrapper)
        elements.setdefault(space, []).append(_wrapper(local, message))
    return {namespace: schema_text(namespace, texts) for namespace, texts in elements.items()}, frozenset(taken)


def _wrapper(local: str, message: Message) -> str:
    parts = []
    for index, part in enumerate(message.parts):
        if not (part.type or part.element):
            continue
        space, name = parted(part.type or part.element or "")
        scope = f"xmlns:p{index}={quoted(space)}" if space else ""
        reference = quoted(f"p{index}:{name}" if space else name)
        kind = f"name={quoted(part.name)} type={reference}" if part.type else f"ref={reference}"
        parts.append(f"<xs:element {scope} {kind}/>")
    content = f"<xs:sequence>{''.join(parts)}</xs:sequence>"
    return f"<xs:element name={quoted(local)}><xs:complexType>{content}</xs:complexType></xs:element>"


def quoted(text: str) -> str:
    """A text as an attribute's value, with its quotes."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    return f'"{escaped}"'


def schema_text(namespace: str, children: Iterable[str]) -> bytes:
    """A schema document around components."""
    target = f" targetNamespace={quoted(namespace)}" if namespace else ""
    return f'<xs:schema xmlns:xs="{XSD}"{target}>{"".join(children)}</xs:schema>'.encode()
