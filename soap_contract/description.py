"""WSDL 1.1 as values: ports, the operations they offer over SOAP and HTTP, and their messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace

from lxml import etree

from guarded.values import dataclass
from soap_contract import addresses
from soap_contract.addresses import Address
from soap_contract.documents import Documents, WsdlError
from soap_contract.well_known import WSDL

SOAP_BINDINGS: Mapping[str, str] = {
    "http://schemas.xmlsoap.org/wsdl/soap/": "1.1",
    "http://schemas.xmlsoap.org/wsdl/soap12/": "1.2",
}
"""Namespace of the binding's extension elements -> SOAP version."""
ADDRESSES = (*SOAP_BINDINGS, "http://schemas.xmlsoap.org/wsdl/http/")
"""Namespaces of `address`; a port with a SOAP binding is also written with that of the HTTP binding."""
_OTHER_TRANSPORTS = ("jms", "smtp", "mail", "tcp", "msmq", "pipe", "corba", "local")
"""Words in the URI of a transport that is not HTTP."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a message: an element (document style) or a type (rpc style); QNames as `{namespace}name`."""

    name: str
    element: str | None
    type: str | None


@dataclass(frozen=True, slots=True)
class Message:
    """What stands in the body, and what the binding puts into the header."""

    parts: tuple[Part, ...]
    wrapper: str | None
    """rpc style: the element around the parts."""
    encoded: bool = False
    """`use="encoded"`: not checked against the schema."""
    headers: tuple[Part, ...] = ()

    @property
    def root(self) -> str | None:
        """The QName of the body's first child; None for an empty body, or one whose parts are types."""
        return self.wrapper or next((part.element for part in self.parts if part.element), None)


@dataclass(frozen=True, slots=True)
class Operation:
    """One SOAP operation."""

    name: str
    """The WSDL's; with the input's or the port's name behind it where another operation has the name already."""
    soap_action: str
    versions: frozenset[str]
    """SOAP versions of the bindings that offer it."""
    input: Message
    output: Message | None
    """None: one-way."""
    port: str = ""
    """The first port that offers it."""
    address: Address = field(default_factory=lambda: addresses.read(""))
    """That port's."""
    paths: tuple[str, ...] = ("/",)
    """Of every port that offers it."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A part of the WSDL that is not used."""

    what: str
    why: str

    def __str__(self) -> str:
        return f"{self.what} is left out: {self.why}"


@dataclass(frozen=True, slots=True)
class ServiceDescription:
    """What a WSDL offers over SOAP."""

    name: str
    operations: tuple[Operation, ...]
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """Of the first operation's address."""
        return self.operations[0].paths[0] if self.operations else "/"

    @property
    def paths(self) -> tuple[str, ...]:
        """Of all ports, each once."""
        return tuple(dict.fromkeys(path for operation in self.operations for path in operation.paths))


@dataclass(frozen=True, slots=True)
class _Port:
    service: str
    name: str
    binding: etree._Element
    version: str
    address: Address


def _tag(name: str) -> str:
    return f"{{{WSDL}}}{name}"


def qname(node: etree._Element, text: str) -> str:
    """`prefix:local` in the scope of `node`, as `{namespace}local`."""
    prefix, colon, local = text.strip().partition(":")
    if not colon:
        prefix, local = "", prefix
    if prefix == "xml":
        return f"{{http://www.w3.org/XML/1998/namespace}}{local}"
    namespace = node.nsmap.get(prefix or None)
    if namespace is None and prefix:
        raise WsdlError(f"line {node.sourceline}: undeclared prefix {prefix!r} in {text!r}")
    return f"{{{namespace}}}{local}" if namespace else local


class _Reader:
    def __init__(self, documents: Documents) -> None:
        self.documents = documents
        self.left_out: list[LeftOut] = []
        self.notes: list[str] = []
        self.messages = self._named("message")
        self.port_types = self._named("portType")
        self.bindings = self._named("binding")
        self._operations: dict[etree._Element, dict[str, list[etree._Element]]] = {}

    def _named(self, kind: str) -> dict[str, etree._Element]:
        found: dict[str, etree._Element] = {}
        for document in self.documents.definitions():
            namespace = document.root.get("targetNamespace", "")
            for node in document.root.iterchildren(_tag(kind)):
                name = node.get("name", "")
                found[f"{{{namespace}}}{name}" if namespace else name] = node
        return found

    def _find(self, table: Mapping[str, etree._Element], node: etree._Element, attribute: str) -> etree._Element:
        text = node.get(attribute)
        if not text:
            raise WsdlError(f"line {node.sourceline}: it names no {attribute}")
        name = qname(node, text)
        if name in table:
            return table[name]
        local = name.rpartition("}")[2]
        same = [found for known, found in table.items() if known.rpartition("}")[2] == local]
        if len(same) == 1:  # a frequent slip: the right name with the wrong prefix
            return same[0]
        raise WsdlError(f"line {node.sourceline}: {attribute} {name} is not defined")

    def ports(self) -> list[_Port]:
        """Every SOAP port with HTTP; where there is none, the SOAP bindings themselves."""
        found: list[_Port] = []
        has_soap = False
        for document in self.documents.definitions():
            for service in document.root.iterchildren(_tag("service")):
                for node in service.iterchildren(_tag("port")):
                    port = self._port(service.get("name", ""), node)
                    has_soap = has_soap or port is not None
                    if port is not None and self._is_http(port):
                        found.append(port)
        if not has_soap:
            found += self._ports_of_bindings()
        return sorted(found, key=lambda port: port.version)

    def _port(self, service: str, node: etree._Element) -> _Port | None:
        name = node.get("name", "")
        try:
            binding = self._find(self.bindings, node, "binding")
        except WsdlError as error:
            self.left_out.append(LeftOut(f"port {name}", str(error)))
            return None
        for namespace, version in SOAP_BINDINGS.items():
            if binding.find(f"{{{namespace}}}binding") is not None:
                places = (node.find(f"{{{other}}}address") for other in (namespace, *ADDRESSES))
                place = next((found for found in places if found is not None), None)
                location = "" if place is None else place.get("location", "")
                return _Port(service, name, binding, version, addresses.read(location))
        self.notes.append(f"port {name} is passed over: its binding is not SOAP")
        return None

    def _is_http(self, port: _Port) -> bool:
        head = port.binding.find(f"{{{_namespace(port.version)}}}binding")
        transport = "" if head is None else head.get("transport", "").lower()
        if "http" not in transport.rpartition("/")[2] and any(word in transport for word in _OTHER_TRANSPORTS):
            self.left_out.append(LeftOut(f"port {port.name}", f"its transport {transport} is not HTTP"))
            return False
        if not port.address.is_http:
            self.left_out.append(LeftOut(f"port {port.name}", f"its address {port.address.written} is not HTTP's"))
            return False
        return True

    def _ports_of_bindings(self) -> list[_Port]:
        found = []
        for binding in self.bindings.values():
            for namespace, version in SOAP_BINDINGS.items():
                if binding.find(f"{{{namespace}}}binding") is not None:
                    port = _Port("", binding.get("name", ""), binding, version, addresses.read(""))
                    if self._is_http(port):
                        found.append(port)
        return found

    def operations(self, port: _Port) -> list[tuple[str, Operation]]:
        """(name of the input, operation) of everything one port offers; what cannot be read is left out."""
        try:
            port_type = self._find(self.port_types, port.binding, "type")
        except WsdlError as error:
            self.left_out.append(LeftOut(f"port {port.name}", str(error)))
            return []
        namespace = _namespace(port.version)
        head = port.binding.find(f"{{{namespace}}}binding")
        style = "document" if head is None else head.get("style", "document")
        found = []
        for node in port.binding.iterchildren(_tag("operation")):
            name = node.get("name", "").strip()
            try:
                if not name:
                    raise WsdlError("it has no name")
                found.append(self._operation(node, name, port, style, port_type))
            except WsdlError as error:
                left = LeftOut(f"operation {name}".strip(), str(error))
                if left not in self.left_out:
                    self.left_out.append(left)
        return found

    def _operation(
        self, node: etree._Element, name: str, port: _Port, style: str, port_type: etree._Element
    ) -> tuple[str, Operation]:
        namespace = _namespace(port.version)
        extension = node.find(f"{{{namespace}}}operation")
        own_style = style if extension is None else extension.get("style", style)
        action = "" if extension is None else extension.get("soapAction", "")
        abstract = self._abstract(node, name, port_type)
        sides: dict[str, Message | None] = {}
        for side, suffix in (("input", ""), ("output", "Response")):
            shape = abstract.find(_tag(side))
            sides[side] = None
            if shape is not None:
                bound = node.find(_tag(side))
                sides[side] = self._message(shape, bound, namespace, f"{name}{suffix}" if own_style == "rpc" else None)
        given = sides["input"]
        if given is None:
            raise WsdlError("it has no input (notification)")
        found = abstract.find(_tag("input"))
        input_name = "" if found is None else found.get("name", "")
        return input_name, Operation(
            name=name,
            soap_action=action,
            versions=frozenset((port.version,)),
            input=given,
            output=sides["output"],
            port=port.name,
            address=port.address,
            paths=(port.address.path,),
        )

    def _abstract(self, node: etree._Element, name: str, port_type: etree._Element) -> etree._Element:
        """The portType's operation; of overloaded ones (WSDL 1.1 section 2.5) that whose input or output is named."""
        same = self._operations_named(port_type).get(name, [])
        if not same:
            raise WsdlError(f"portType {port_type.get('name')} has no such operation")
        wanted = _names_of(node)
        named = [each for each in same if any(_names_of(each).get(side) == word for side, word in wanted.items())]
        if len(same) > 1 and not named:  # nothing tells them apart: the order does
            binding = node.getparent()
            before = [] if binding is None else self._operations_named(binding)[name]
            return same[min(before.index(node), len(same) - 1)]
        return (named or same)[0]

    def _operations_named(self, parent: etree._Element) -> dict[str, list[etree._Element]]:
        """The operations of a portType or binding by their name."""
        if parent not in self._operations:
            found: dict[str, list[etree._Element]] = {}
            for node in parent.iterchildren(_tag("operation")):
                found.setdefault(node.get("name", "").strip(), []).append(node)
            self._operations[parent] = found
        return self._operations[parent]

    def _message(self, shape: etree._Element, bound: etree._Element | None, soap: str, rpc_name: str | None) -> Message:
        node = self._find(self.messages, shape, "message")
        body = None if bound is None else next(bound.iter(f"{{{soap}}}body"), None)
        wanted = None if body is None or body.get("parts") is None else body.get("parts", "").split()
        headers, taken = self._headers(bound, soap, node)
        parts = [
            self._part(part)
            for part in node.iterchildren(_tag("part"))
            if (part.get("name", "") in wanted if wanted is not None else part.get("name", "") not in taken)
        ]
        wrapper = None
        if rpc_name is not None:
            target = "" if body is None else body.get("namespace", "")
            wrapper = f"{{{target}}}{rpc_name}" if target else rpc_name
        encoded = body is not None and body.get("use") == "encoded"
        return Message(tuple(parts), wrapper, encoded, tuple(headers))

    def _headers(
        self, bound: etree._Element | None, soap: str, body_message: etree._Element
    ) -> tuple[list[Part], set[str]]:
        """The parts that the binding sends as SOAP headers, and those of the body's own message among them."""
        headers, taken = [], set()
        for header in () if bound is None else bound.iter(f"{{{soap}}}header"):
            try:
                message = self._find(self.messages, header, "message")
            except WsdlError:
                continue
            for part in message.iterchildren(_tag("part")):
                if part.get("name", "") == header.get("part", part.get("name", "")):
                    headers.append(self._part(part))
                    if message is body_message:
                        taken.add(part.get("name", ""))
        return headers, taken

    def _part(self, part: etree._Element) -> Part:
        element, kind = part.get("element"), part.get("type")
        return Part(
            part.get("name", ""),
            qname(part, element) if element else None,
            qname(part, kind) if kind else None,
        )


def _namespace(version: str) -> str:
    return next(namespace for namespace, known in SOAP_BINDINGS.items() if known == version)


def _names_of(operation: etree._Element) -> dict[str, str]:
    found = ((side, operation.find(_tag(side))) for side in ("input", "output"))
    return {side: node.get("name", "") for side, node in found if node is not None and node.get("name")}


def describe(documents: Documents) -> ServiceDescription:
    """The SOAP side of a WSDL; its operations once each, whichever ports offer them."""
    reader = _Reader(documents)
    ports = reader.ports()
    merged: dict[tuple[str, Message], Operation] = {}
    names: set[str] = set()
    for port in ports:
        for input_name, operation in reader.operations(port):
            key = (operation.name, operation.input)
            known = merged.get(key)
            if known is None:
                name = _free_name(operation, input_name, names)
                names.add(name)
                merged[key] = replace(operation, name=name)
            else:
                paths = dict.fromkeys((*known.paths, *operation.paths))
                merged[key] = replace(known, versions=known.versions | operation.versions, paths=tuple(paths))
    service = next((port.service for port in ports if port.service), "")
    name = service or documents.main.root.get("name", "") or next((port.name for port in ports), "")
    if ports and not service:
        reader.notes.append("the WSDL has no service; its bindings are taken, without an address")
    return ServiceDescription(name, tuple(merged.values()), tuple(reader.left_out), tuple(reader.notes))


def _free_name(operation: Operation, input_name: str, taken: set[str]) -> str:
    """The WSDL's name, or with what tells it apart from the operations of that name."""
    candidates = [operation.name]
    candidates += [f"{operation.name}_{word}" for word in (input_name, operation.port) if word]
    candidates += [f"{operation.name}_{number}" for number in range(2, len(taken) + 3)]
    return next(name for name in candidates if name not in taken)
