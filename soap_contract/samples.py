"""Sample elements: what a message looks like when nobody has written one."""

from __future__ import annotations

from lxml import etree

from soap_contract.components import Schemas
from soap_contract.description import Message
from soap_contract.documents import WsdlError
from soap_contract.identity import is_constrained, make_distinct
from soap_contract.names import parted
from soap_contract.needs import Needs
from soap_contract.prefixes import declared
from soap_contract.tidying import xsd
from soap_contract.values import BUILT_IN, for_facets
from soap_contract.well_known import XSD
from soap_contract.writing import XSI_NIL, Writer

_DIFFGRAM = "{urn:schemas-microsoft-com:xml-diffgram-v1}diffgram"
_MAX_STEPS = 30


def any_element(schemas: Schemas, made: etree._Element, node: etree._Element) -> str | None:
    """The name of an element for a required `xs:any` in `made`; None where none is required.

    It is what a .NET DataSet has there, else an element of no schema.
    """
    if node.get("minOccurs", "1") == "0":
        return None
    namespace = node.get("namespace", "##any")
    if namespace == XSD:
        return xsd("schema")
    if any(child.tag == xsd("schema") for child in made):
        return _DIFFGRAM
    if namespace in ("##any", "##local"):
        return "any"
    if namespace == "##other":
        return "{urn:example:any}any"
    first = namespace.split()[0]
    first = schemas.namespace_of(node) if first == "##targetNamespace" else first
    return "any" if first == "##local" else f"{{{first}}}any"


class Sampler(Writer):
    """Makes sample elements from one set of schemas."""

    def __init__(self, schemas: Schemas, needs: Needs) -> None:
        super().__init__(schemas, needs)
        self._ids = 0
        self._constrained: list[tuple[etree._Element, etree._Element]] = []

    def message(self, message: Message) -> list[etree._Element]:
        """What stands in the body: one element as a rule, none for an empty body."""
        self.count = 0
        try:
            self._constrained.clear()
            parts = self._parts(message)
            make_distinct(self._constrained)
            return [declared(made, {}) for made in parts]
        except (WsdlError, ValueError):  # a schema that contradicts itself: the bare element is better than no answer
            self.path.clear()
            self._open.clear()
            return [] if message.root is None else [etree.Element(message.root)]

    def _parts(self, message: Message) -> list[etree._Element]:
        if message.wrapper is None:
            made = [self.element(part.element) for part in message.parts if part.element is not None]
            if made or not message.parts:
                return made
            content = self.typed("content", message.parts[0].type or f"{{{XSD}}}string")
            return list(content)
        root = etree.Element(message.wrapper)
        for part in message.parts:
            if part.type is not None:
                root.append(self.typed(part.name, part.type))
            elif part.element is not None:
                root.append(self.element(part.element))
        return [root]

    # Writer

    def text(self, made: etree._Element, declaration: etree._Element | None, type_name: str | None) -> None:
        """A value of the type."""
        default = None if declaration is None else declaration.get("default")
        if default is not None:
            made.text = default
        elif type_name is not None:
            made.text = self._of_type(type_name) or None
        elif declaration is not None:
            made.text = self._of_simple(declaration)

    def attribute_value(self, name: str, declaration: etree._Element) -> str:
        """A value of the attribute's type."""
        given = declaration.get("default")
        if given is not None:
            return given
        kind = declaration.get("type")
        if kind:
            return self._of_type(self.schemas.name_in(declaration, kind))
        inline = declaration.find(xsd("simpleType"))
        return "sample" if inline is None else self._of_simple(inline)

    def wildcard(self, made: etree._Element, node: etree._Element) -> None:
        """A required `xs:any`: an element that it allows."""
        allowed = any_element(self.schemas, made, node)
        if allowed is not None:
            etree.SubElement(made, allowed)

    def finished(self, made: etree._Element, declaration: etree._Element) -> None:
        """An element that may be nil and is empty says so."""
        if not len(made) and not made.text and declaration.get("nillable") == "true":
            made.set(XSI_NIL, "true")
        if is_constrained(declaration):
            self._constrained.append((made, declaration))

    # Values

    def _of_type(self, name: str) -> str:
        namespace, _, local = name.rpartition("}")
        if namespace == f"{{{XSD}":
            return self._unique(local) if local == "ID" else BUILT_IN.get(local, "sample")
        node = self.schemas.find("simpleType", name)
        return "sample" if node is None else self._of_simple(node)

    def _unique(self, kind: str) -> str:
        self._ids += 1
        return BUILT_IN[kind] if self._ids == 1 else f"{BUILT_IN[kind]}{self._ids}"

    def _of_simple(self, node: etree._Element) -> str:
        """A value of a simpleType, or of a restriction of simple content, under all facets up to the built-in type."""
        facets: dict[str, list[str]] = {}
        current: etree._Element | None = node
        for _ in range(_MAX_STEPS):
            if current is None:
                break
            union, sequence = current.find(xsd("union")), current.find(xsd("list"))
            if union is not None:
                return facets["enumeration"][0] if facets.get("enumeration") else self._of_union(union)
            if sequence is not None:
                return self._of_list(sequence, facets)
            restriction = current if current.tag in _DERIVATIONS else current.find(xsd("restriction"))
            if restriction is None:
                return "sample"
            for facet in restriction:
                if facet.get("value") is not None:
                    facets.setdefault(etree.QName(facet).localname, []).append(facet.get("value", ""))
            inline = restriction.find(xsd("simpleType"))
            base = restriction.get("base")
            if inline is not None or base is None:
                current = inline
                continue
            name = self.schemas.name_in(restriction, base)
            if name.startswith(f"{{{XSD}}}"):
                built_in = parted(name)[1]
                return self._unique(built_in) if built_in == "ID" and not facets else for_facets(built_in, facets)
            current = self._base_of(name)
        return for_facets("string", facets)

    def _base_of(self, name: str) -> etree._Element | None:
        """The simpleType of that name, or the derivation in a complex type with simple content."""
        simple = self.schemas.find("simpleType", name)
        if simple is not None:
            return simple
        complex_type = self.schemas.find("complexType", name)
        content = None if complex_type is None else complex_type.find(xsd("simpleContent"))
        return None if content is None else next(content.iterchildren(*_DERIVATIONS), None)

    def _of_union(self, union: etree._Element) -> str:
        members = union.get("memberTypes", "").split()
        if members:
            return self._of_type(self.schemas.name_in(union, members[0]))
        inline = union.find(xsd("simpleType"))
        return "sample" if inline is None else self._of_simple(inline)

    def _of_list(self, sequence: etree._Element, facets: dict[str, list[str]]) -> str:
        item, inline = sequence.get("itemType"), sequence.find(xsd("simpleType"))
        if facets.get("enumeration"):
            return facets["enumeration"][0]
        value = "sample"
        if item:
            value = self._of_type(self.schemas.name_in(sequence, item))
        elif inline is not None:
            value = self._of_simple(inline)
        least = next((facets[name][0] for name in ("length", "minLength") if facets.get(name)), "1")
        return " ".join([value] * max(1, min(int(least), 100)))


_DERIVATIONS = (xsd("restriction"), xsd("extension"))
