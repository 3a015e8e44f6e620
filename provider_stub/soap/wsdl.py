"""WSDL 1.1 as values: the SOAP operations of the first service, with their messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from lxml import etree

from provider_stub.soap.documents import WSDL, Documents, WsdlError

SOAP_BINDINGS: Mapping[str, str] = {
    "http://schemas.xmlsoap.org/wsdl/soap/": "1.1",
    "http://schemas.xmlsoap.org/wsdl/soap12/": "1.2",
}
"""Namespace of the binding's extension elements -> SOAP version."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a message: an element (document style) or a type (rpc style); QNames as `{namespace}name`."""

    name: str
    element: str | None
    type: str | None


@dataclass(frozen=True, slots=True)
class Message:
    """What stands in the body."""

    parts: tuple[Part, ...]
    wrapper: str | None
    """rpc style: the element around the parts."""
    encoded: bool = False
    """`use="encoded"`: not checked against the schema."""

    @property
    def root(self) -> str | None:
        """The QName of the body's first child; None for an empty body."""
        return self.wrapper or next((part.element for part in self.parts if part.element), None)


@dataclass(frozen=True, slots=True)
class Operation:
    """One SOAP operation."""

    name: str
    soap_action: str
    versions: frozenset[str]
    """SOAP versions of the bindings that offer it."""
    input: Message
    output: Message | None
    """None: one-way."""


@dataclass(frozen=True, slots=True)
class ServiceDescription:
    """What a WSDL offers over SOAP."""

    name: str
    path: str
    """Of the first SOAP port's address."""
    operations: tuple[Operation, ...]
    notes: tuple[str, ...] = field(default=())
    """What was left out, and why."""


def _tag(name: str) -> str:
    return f"{{{WSDL}}}{name}"


def qname(node: etree._Element, text: str) -> str:
    """`prefix:local` in the scope of `node`, as `{namespace}local`."""
    prefix, colon, local = text.partition(":")
    if not colon:
        prefix, local = "", prefix
    namespace = node.nsmap.get(prefix or None)
    if namespace is None and prefix:
        raise WsdlError(f"line {node.sourceline}: undeclared prefix {prefix!r} in {text!r}")
    return f"{{{namespace}}}{local}" if namespace else local


class _Reader:
    def __init__(self, documents: Documents) -> None:
        self.documents = documents
        self.notes = list(documents.notes)
        self.messages = self._named("message")
        self.port_types = self._named("portType")
        self.bindings = self._named("binding")

    def _named(self, kind: str) -> dict[str, etree._Element]:
        found = {}
        for document in self.documents.definitions():
            namespace = document.root.get("targetNamespace", "")
            for node in document.root.iterchildren(_tag(kind)):
                name = node.get("name", "")
                found[f"{{{namespace}}}{name}" if namespace else name] = node
        return found

    def _find(self, table: Mapping[str, etree._Element], node: etree._Element, attribute: str) -> etree._Element:
        name = qname(node, node.get(attribute, ""))
        if name in table:
            return table[name]
        local = etree.QName(name).localname
        same = [found for known, found in table.items() if etree.QName(known).localname == local]
        if len(same) == 1:  # a frequent slip: the right name with the wrong prefix
            return same[0]
        raise WsdlError(f"line {node.sourceline}: {attribute} {name} is not defined")

    def ports(self) -> list[tuple[str, etree._Element, str, str]]:
        """(service name, binding, SOAP version, address) of every SOAP port."""
        found = []
        for document in self.documents.definitions():
            for service in document.root.iterchildren(_tag("service")):
                for port in service.iterchildren(_tag("port")):
                    for namespace, version in SOAP_BINDINGS.items():
                        address = port.find(f"{{{namespace}}}address")
                        if address is not None:
                            binding = self._find(self.bindings, port, "binding")
                            found.append((service.get("name", ""), binding, version, address.get("location", "")))
        if not found:
            for binding in self.bindings.values():
                for namespace, version in SOAP_BINDINGS.items():
                    if binding.find(f"{{{namespace}}}binding") is not None:
                        found.append((binding.get("name", ""), binding, version, ""))
        return found

    def operations(self, binding: etree._Element, version: str) -> list[Operation]:
        """The operations of one binding; what cannot be read becomes a note."""
        namespace = next(ns for ns, known in SOAP_BINDINGS.items() if known == version)
        head = binding.find(f"{{{namespace}}}binding")
        style = "document" if head is None else head.get("style", "document")
        port_type = self._find(self.port_types, binding, "type")
        found = []
        for node in binding.iterchildren(_tag("operation")):
            name = node.get("name", "")
            try:
                found.append(self._operation(node, name, version, namespace, style, port_type))
            except WsdlError as error:
                self.notes.append(f"operation {name} is left out: {error}")
        return found

    def _operation(
        self, node: etree._Element, name: str, version: str, namespace: str, style: str, port_type: etree._Element
    ) -> Operation:
        extension = node.find(f"{{{namespace}}}operation")
        own_style = style if extension is None else extension.get("style", style)
        action = "" if extension is None else extension.get("soapAction", "")
        abstract = next((o for o in port_type.iterchildren(_tag("operation")) if o.get("name") == name), None)
        if abstract is None:
            raise WsdlError(f"portType {port_type.get('name')} has no such operation")
        sides: dict[str, Message | None] = {}
        for side, suffix in (("input", ""), ("output", "Response")):
            shape = abstract.find(_tag(side))
            binding_side = node.find(_tag(side))
            if shape is None:
                sides[side] = None
                continue
            body = None if binding_side is None else binding_side.find(f".//{{{namespace}}}body")
            wrapper = None
            if own_style == "rpc":
                target = "" if body is None else body.get("namespace", "")
                wrapper = f"{{{target}}}{name}{suffix}" if target else f"{name}{suffix}"
            sides[side] = self._message(shape, body, wrapper)
        given = sides["input"]
        if given is None:
            raise WsdlError("it has no input (notification)")
        return Operation(name, action, frozenset((version,)), given, sides["output"])

    def _message(self, shape: etree._Element, body: etree._Element | None, wrapper: str | None) -> Message:
        node = self._find(self.messages, shape, "message")
        wanted = None if body is None or body.get("parts") is None else body.get("parts", "").split()
        parts = []
        for part in node.iterchildren(_tag("part")):
            name = part.get("name", "")
            if wanted is not None and name not in wanted:
                continue
            element, kind = part.get("element"), part.get("type")
            parts.append(Part(name, qname(part, element) if element else None, qname(part, kind) if kind else None))
        encoded = body is not None and body.get("use") == "encoded"
        return Message(tuple(parts), wrapper, encoded)


def describe(documents: Documents) -> ServiceDescription:
    """The SOAP side of a WSDL.

    Raises:
        WsdlError: it has no SOAP operation at all, or refers to what it does not define.
    """
    reader = _Reader(documents)
    ports = reader.ports()
    if not ports:
        raise WsdlError(f"{documents.main.name}: has no SOAP 1.1 or 1.2 binding")
    merged: dict[tuple[str, str | None], Operation] = {}
    for _, binding, version, _ in ports:
        for operation in reader.operations(binding, version):
            key = (operation.name, operation.input.root)
            known = merged.get(key)
            versions = operation.versions if known is None else known.versions | operation.versions
            base = known or operation
            merged[key] = Operation(base.name, base.soap_action, versions, base.input, base.output)
    if not merged:
        raise WsdlError("; ".join([f"{documents.main.name}: has no usable operation", *reader.notes]))
    name, _, _, address = ports[0]
    return ServiceDescription(name, urlsplit(address).path or "/", tuple(merged.values()), tuple(reader.notes))
