"""Sample elements from a schema: what a response looks like when nobody has written one.

Optional elements are given once, except where a type would contain itself; of a choice the first branch is taken.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from provider_stub.soap.documents import XSD, WsdlError
from provider_stub.soap.schema import Schemas, xsd
from provider_stub.soap.values import BUILT_IN, for_facets
from provider_stub.soap.wsdl import qname

_MAX_DEPTH = 12
_MAX_ELEMENTS = 2000
_XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_XSI_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"


class Sampler:
    """Makes sample elements from one set of schemas."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas
        self._path: list[etree._Element] = []
        self._left = _MAX_ELEMENTS
        self._prefixes: list[str] = []

    def element(self, name: str) -> etree._Element:
        """A sample of the global element `{namespace}name`; empty where no schema declares it."""
        declaration = self._schemas.find("element", name)
        made = self._root(name)
        if declaration is not None:
            self._fill_declared(made, declaration)
        return self._tidy(made)

    def typed(self, name: str, type_name: str) -> etree._Element:
        """A sample element `name` of a global or built-in type."""
        made = self._root(name)
        self._fill_named_type(made, type_name)
        return self._tidy(made)

    def _root(self, name: str) -> etree._Element:
        """A fresh element that declares a prefix for every namespace of the schemas (for `xsi:type`)."""
        self._left = _MAX_ELEMENTS
        self._prefixes.clear()
        known = dict.fromkeys(namespace for namespace in self._schemas.namespaces.values() if namespace)
        return etree.Element(name, nsmap={f"n{index}": namespace for index, namespace in enumerate(known)})

    def _tidy(self, made: etree._Element) -> etree._Element:
        etree.cleanup_namespaces(made, keep_ns_prefixes=self._prefixes)
        return made

    def _fill_declared(self, made: etree._Element, declaration: etree._Element) -> None:
        fixed = declaration.get("fixed") or declaration.get("default")
        if fixed is not None:
            made.text = fixed
            return
        type_text = declaration.get("type")
        if type_text:
            self._fill_named_type(made, qname(declaration, type_text))
            return
        for kind, fill in (("complexType", self._fill_complex), ("simpleType", self._fill_simple)):
            inline = declaration.find(xsd(kind))
            if inline is not None:
                fill(made, inline)
                return
        head = declaration.get("substitutionGroup")
        other = self._schemas.find("element", qname(declaration, head)) if head else None
        if other is not None:
            self._fill_declared(made, other)

    def _fill_named_type(self, made: etree._Element, name: str) -> None:
        if etree.QName(name).namespace == XSD:
            made.text = BUILT_IN.get(etree.QName(name).localname, "sample") or None
            return
        complex_type = self._schemas.find("complexType", name)
        simple_type = self._schemas.find("simpleType", name)
        if complex_type is not None:
            if complex_type.get("abstract") == "true":
                concrete = self._concrete(made, name)
                complex_type = complex_type if concrete is None else concrete
            self._fill_complex(made, complex_type)
        elif simple_type is not None:
            self._fill_simple(made, simple_type)

    def _concrete(self, made: etree._Element, base: str) -> etree._Element | None:
        """A type that extends an abstract one, named in `xsi:type`."""
        for name, node in self._schemas.components["complexType"].items():
            for derived in node.iter(xsd("extension"), xsd("restriction")):
                if node.get("abstract") != "true" and qname(derived, derived.get("base", "")) == base:
                    type_name = etree.QName(name)
                    prefix = next((p for p, uri in made.nsmap.items() if p and uri == type_name.namespace), None)
                    if prefix is not None:
                        self._prefixes.append(prefix)
                    made.set(_XSI_TYPE, f"{prefix}:{type_name.localname}" if prefix else type_name.localname)
                    return node
        return None

    # Simple types

    def _fill_simple(self, made: etree._Element, node: etree._Element) -> None:
        made.text = self._simple_value(node)

    def _simple_value(self, node: etree._Element) -> str:
        facets: dict[str, list[str]] = {}
        seen = 0
        current: etree._Element | None = node
        while current is not None and seen < _MAX_DEPTH:
            seen += 1
            union, sequence = current.find(xsd("union")), current.find(xsd("list"))
            if union is not None:
                return self._union_value(union)
            if sequence is not None:
                item = sequence.get("itemType")
                inline = sequence.find(xsd("simpleType"))
                return self._type_value(qname(sequence, item)) if item else self._inline_value(inline)
            restriction = current.find(xsd("restriction")) if current.tag == xsd("simpleType") else current
            if restriction is None:
                return "sample"
            for facet in restriction:
                if isinstance(facet.tag, str):
                    facets.setdefault(etree.QName(facet).localname, []).append(facet.get("value", ""))
            base = restriction.get("base")
            if base is None:
                current = restriction.find(xsd("simpleType"))
                continue
            name = qname(restriction, base)
            if etree.QName(name).namespace == XSD:
                return for_facets(etree.QName(name).localname, facets)
            current = self._schemas.find("simpleType", name)
        return for_facets("string", facets)

    def _union_value(self, union: etree._Element) -> str:
        members = union.get("memberTypes", "").split()
        return (
            self._type_value(qname(union, members[0])) if members else self._inline_value(union.find(xsd("simpleType")))
        )

    def _inline_value(self, node: etree._Element | None) -> str:
        return "sample" if node is None else self._simple_value(node)

    def _type_value(self, name: str) -> str:
        if etree.QName(name).namespace == XSD:
            return BUILT_IN.get(etree.QName(name).localname, "sample")
        return self._inline_value(self._schemas.find("simpleType", name))

    # Complex types

    def _fill_complex(self, made: etree._Element, node: etree._Element) -> None:
        if node in self._path or len(self._path) >= _MAX_DEPTH:
            return
        self._path.append(node)
        try:
            for content in node.iterchildren(xsd("simpleContent"), xsd("complexContent")):
                for derived in content.iterchildren(xsd("extension"), xsd("restriction")):
                    self._derived(made, derived, simple=content.tag == xsd("simpleContent"))
            self._particles(made, node)
            self._attributes(made, node)
        finally:
            self._path.pop()

    def _derived(self, made: etree._Element, node: etree._Element, *, simple: bool) -> None:
        base = qname(node, node.get("base", ""))
        facets = [child for child in node if isinstance(child.tag, str) and child.get("value") is not None]
        if simple and node.tag == xsd("restriction") and facets:
            made.text = self._simple_value(node)
        elif simple or node.tag == xsd("extension"):
            self._fill_named_type(made, base)
        self._particles(made, node)
        self._attributes(made, node)

    def _particles(self, made: etree._Element, node: etree._Element) -> None:
        for child in node:
            self._particle(made, child)

    def _particle(self, made: etree._Element, node: etree._Element) -> None:
        if node.tag in (xsd("sequence"), xsd("all")):
            if self._wanted(node):
                self._particles(made, node)
        elif node.tag == xsd("choice"):
            self._choice(made, node)
        elif node.tag == xsd("group"):
            group = self._schemas.find("group", qname(node, node.get("ref", "")))
            if group is not None and self._wanted(node):
                self._particles(made, group)
        elif node.tag == xsd("element"):
            self._child(made, node)
        elif node.tag == xsd("any") and node.get("minOccurs", "1") != "0":
            etree.SubElement(made, "{urn:example:any}any" if "other" in node.get("namespace", "##any") else "any")

    def _choice(self, made: etree._Element, node: etree._Element) -> None:
        branches = [child for child in node if isinstance(child.tag, str) and child.tag != xsd("annotation")]
        if not branches or not self._wanted(node):
            return
        simplest = next((b for b in branches if b.tag == xsd("element") and not self._recursive(b)), branches[0])
        if simplest.tag == xsd("element"):
            self._child(made, simplest, always=True)
        else:
            self._particle(made, simplest)

    def _wanted(self, node: etree._Element) -> bool:
        return node.get("maxOccurs") != "0"

    def _child(self, made: etree._Element, node: etree._Element, *, always: bool = False) -> None:
        least = int(node.get("minOccurs", "1"))
        if node.get("maxOccurs") == "0" or (least == 0 and not always and self._recursive(node)):
            return
        if least == 0 and (self._left <= 0 or len(self._path) >= _MAX_DEPTH - 2):
            return
        for _ in range(max(least, 1)):
            self._left -= 1
            reference = node.get("ref")
            if reference:
                name = qname(node, reference)
                declaration = self._schemas.find("element", name)
                child = etree.SubElement(made, name)
                if declaration is not None:
                    self._fill_declared(child, self._substitute(child, name, declaration))
            else:
                child = etree.SubElement(made, self._local_name(node))
                self._fill_declared(child, node)
            if not len(child) and not child.text and node.get("nillable") == "true":
                child.set(_XSI_NIL, "true")

    def _substitute(self, child: etree._Element, name: str, declaration: etree._Element) -> etree._Element:
        """A concrete member of the substitution group of an abstract element."""
        if declaration.get("abstract") != "true":
            return declaration
        for other, node in self._schemas.components["element"].items():
            head = node.get("substitutionGroup")
            if head and qname(node, head) == name and node.get("abstract") != "true":
                child.tag = other
                return node
        return declaration

    def _recursive(self, node: etree._Element) -> bool:
        """Whether the element's type is being sampled already."""
        target = node
        if node.get("ref"):
            declared = self._schemas.find("element", qname(node, node.get("ref", "")))
            target = node if declared is None else declared
        name = target.get("type")
        kind = self._schemas.find("complexType", qname(target, name)) if name else target.find(xsd("complexType"))
        return kind is not None and kind in self._path

    def _local_name(self, node: etree._Element) -> str:
        root = next((n for n in node.iterancestors() if n.tag == xsd("schema")), None)
        default = "unqualified" if root is None else root.get("elementFormDefault", "unqualified")
        namespace = self._schemas.namespace_of(node)
        qualified = node.get("form", default) == "qualified" and namespace
        name = node.get("name", "").strip()
        return f"{{{namespace}}}{name}" if qualified else name

    def _attributes(self, made: etree._Element, node: etree._Element) -> None:
        for name, value in self._attribute_values(node):
            made.set(name, value)

    def _attribute_values(self, node: etree._Element) -> Iterator[tuple[str, str]]:
        for child in node:
            if child.tag == xsd("attributeGroup"):
                group = self._schemas.find("attributeGroup", qname(child, child.get("ref", "")))
                if group is not None:
                    yield from self._attribute_values(group)
            elif child.tag == xsd("attribute") and child.get("use") == "required":
                yield self._attribute(child)

    def _attribute(self, node: etree._Element) -> tuple[str, str]:
        reference = node.get("ref")
        name = node.get("name", "")
        if reference:
            name = qname(node, reference)
            declared = self._schemas.find("attribute", name)
            node = node if declared is None else declared
        elif node.get("form") == "qualified":
            name = f"{{{self._schemas.namespace_of(node)}}}{name}"
        given = node.get("fixed") or node.get("default")
        if given is not None:
            return name, given
        try:
            kind = node.get("type")
            return name, self._type_value(qname(node, kind)) if kind else self._inline_value(
                node.find(xsd("simpleType"))
            )
        except WsdlError:
            return name, "sample"
