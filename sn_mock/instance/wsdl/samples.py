"""Sample envelopes with `${variable}` placeholders, one for every operation's input.

The schema is walked and the XML written here, because zeep's own serialisation would turn a placeholder for a number or
a boolean into something else. Every element appears once, of a choice the first branch; required attributes appear too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lxml import etree

MAX_ELEMENTS = 5_000


@dataclass(frozen=True, slots=True)
class Sample:
    """An envelope and its variables."""

    envelope: str
    variables: tuple[str, ...]
    """In document order."""
    remarks: tuple[str, ...] = ()
    """What the sample cannot show."""


def sample_envelope(message: Any, soap_namespace: str) -> Sample:
    """The sample for a zeep `SoapMessage` (an operation's input)."""
    walk = _Walk()
    envelope = etree.Element(etree.QName(soap_namespace, "Envelope"))
    header = etree.SubElement(envelope, etree.QName(soap_namespace, "Header"))
    walk.content(header, message.header.type if message.header is not None else None)
    body = etree.SubElement(envelope, etree.QName(soap_namespace, "Body"))
    if message.body is not None:
        if message._is_body_wrapped:
            walk.content(body, message.body.type)
        else:
            walk.element(body, message.body)
    return Sample(_pretty(envelope, soap_namespace), tuple(walk.variables), tuple(walk.remarks))


class _Walk:
    """One walk over a schema; it names variables and ends recursion."""

    def __init__(self) -> None:
        self.variables: dict[str, None] = {}
        self.remarks: list[str] = []
        self._path: list[str] = []
        self._open_types: list[Any] = []
        self._count = 0

    def element(self, parent: etree._Element, element: Any) -> None:
        """An element of the schema, with its content."""
        if type(element).__name__ == "Any":
            parent.append(etree.Comment(" any element "))
            return
        repeats = any(element.type is open_type for open_type in self._open_types)
        if repeats and element.is_optional:
            return
        self._count += 1
        if self._count > MAX_ELEMENTS:
            if self._count == MAX_ELEMENTS + 1:
                self.remarks.append(f"the sample ends after {MAX_ELEMENTS} elements")
            return
        node = etree.SubElement(parent, etree.QName(element.qname))
        self._path.append(etree.QName(element.qname).localname)
        if repeats:
            node.append(etree.Comment(" the type repeats itself from here "))
        else:
            self._open_types.append(element.type)
            self.content(node, element.type)
            self._open_types.pop()
        self._path.pop()

    def content(self, node: etree._Element, xsd_type: Any) -> None:
        """What is inside an element of that type."""
        if xsd_type is None:
            return
        nested = getattr(xsd_type, "elements_nested", None)
        if nested is None:
            node.text = self._variable()
            return
        for _, attribute in xsd_type.attributes:
            if getattr(attribute, "required", False) and attribute.qname is not None:
                node.set(etree.QName(attribute.qname), self._variable(etree.QName(attribute.qname).localname))
        for _, particle in nested:
            self._particle(node, particle)

    def _particle(self, node: etree._Element, particle: Any) -> None:
        kind = type(particle).__name__
        if kind == "Choice":
            for first in list(particle)[:1]:
                self._particle(node, first)
            if len(particle) > 1:
                self.remarks.append(f"of the choice in {'/'.join(self._path)} the first branch is shown")
        elif kind == "Group":
            self._particle(node, particle.child)
        elif kind in {"Sequence", "All"}:
            for inner in particle:
                self._particle(node, inner)
        elif getattr(particle, "attr_name", "") == "_value_1" and kind == "Element":
            self.content(node, particle.type)
        else:
            self.element(node, particle)

    def _variable(self, attribute: str = "") -> str:
        """A placeholder named after the element, with its ancestors' names where that name is taken."""
        path = [*self._path, attribute] if attribute else self._path
        for depth in range(1, len(path) + 1):
            name = "_".join(path[-depth:])
            if name not in self.variables:
                break
        number = 1
        base = name
        while name in self.variables:
            number += 1
            name = f"{base}_{number}"
        self.variables[name] = None
        return f"${{{name}}}"


def _pretty(envelope: etree._Element, soap_namespace: str) -> str:
    """The envelope as text: short prefixes, declared once at the root, indented."""
    namespaces: dict[str, str] = {"soapenv": soap_namespace}
    for node in envelope.iter():
        names = [node.tag, *node.attrib] if isinstance(node.tag, str) else []
        for name in names:
            namespace = etree.QName(name).namespace
            if namespace and namespace not in namespaces.values() and namespace != _XML:
                namespaces[f"ns{len(namespaces)}"] = namespace
    root = etree.Element(envelope.tag, nsmap=namespaces)
    root.extend(envelope)
    etree.indent(root, space="  ")
    return etree.tostring(root, encoding="unicode") + "\n"


_XML = "http://www.w3.org/XML/1998/namespace"
