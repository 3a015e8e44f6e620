"""One compiled schema for everything, and what of it could not be compiled.

libxml2 refuses a whole set of schemas for one fault in it. So a component that it complains of is replaced by one that
lets everything pass, and the rest is compiled again: only what uses that component is checked less, and says so.

libxml2 also loads only the first document of a namespace that it is told to import, and WSDLs often have several. So
every namespace gets one generated document with all its components, each on a line of its own: the line of a complaint
names the component.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import Any

from lxml import etree

from guarded.regex import regex
from guarded.values import dataclass
from soap_contract.components import KINDS, Key, Schemas, quoted, schema_text
from soap_contract.names import parted
from soap_contract.tidying import xsd
from soap_contract.well_known import XSD

_MAX_ROUNDS = 25
_INHERITED = ("elementFormDefault", "attributeFormDefault", "blockDefault", "finalDefault")
_LAX = '<xs:any namespace="##any" minOccurs="0" maxOccurs="unbounded" processContents="skip"/>'
_LAX_ATTRIBUTES = '<xs:anyAttribute namespace="##any" processContents="skip"/>'
_STUBS: Mapping[str, str] = {
    "element": '<xs:element name={name} type="xs:anyType" nillable="true"/>',
    "complexType": (
        f'<xs:complexType name={{name}} mixed="true"><xs:sequence>{_LAX}</xs:sequence>{_LAX_ATTRIBUTES}'
        "</xs:complexType>"
    ),
    "simpleType": '<xs:simpleType name={name}><xs:restriction base="xs:string"/></xs:simpleType>',
    "group": f"<xs:group name={{name}}><xs:sequence>{_LAX}</xs:sequence></xs:group>",
    "attributeGroup": f"<xs:attributeGroup name={{name}}>{_LAX_ATTRIBUTES}</xs:attributeGroup>",
    "attribute": "<xs:attribute name={name}/>",
}
"""Kind → a component of that kind that everything fits."""


@dataclass(slots=True)
class Validation:
    """The compiled schema, and the components in it that stand for ones which could not be compiled."""

    schema: etree.XMLSchema | None
    """None where there is none, or where libxml2 refuses it whatever is replaced."""
    replaced: dict[Key, str] = field(default_factory=dict)
    """Component → what libxml2 says of it."""
    problem: str = ""
    """Why there is no schema although there is something to compile."""


class _Memory(etree.Resolver):
    def __init__(self, texts: Mapping[str, bytes]) -> None:
        super().__init__()
        self._texts = texts

    def resolve(self, system_url: str, public_id: str, context: Any) -> Any:  # type: ignore[override]
        """The generated document of that name; nothing else exists."""
        return self.resolve_string(self._texts.get(system_url, b"<missing/>"), context, base_url=system_url)


def compiled(schemas: Schemas, missing: Iterable[Key] = ()) -> Validation:
    """Compile all components; `missing` ones are taken for such that everything fits."""
    if not schemas.roots:
        return Validation(None)
    files = _Files(schemas, missing)
    replaced: dict[Key, str] = {}
    problem = ""
    for _ in range(_MAX_ROUNDS):
        texts = files.texts(replaced)
        memory_parser = etree.XMLParser(no_network=True, resolve_entities=False, huge_tree=True)
        memory_parser.resolvers.add(_Memory(texts))
        try:
            return Validation(etree.XMLSchema(etree.fromstring(files.entry(), memory_parser)), replaced)
        except etree.XMLSchemaParseError as error:
            problem = _readable(str(error))
            before = len(replaced)
            for entry in error.error_log:
                key = files.component_at(entry.filename, entry.line)
                if key is not None:
                    replaced.setdefault(key, _readable(entry.message))
            if len(replaced) == before:
                break
    return Validation(None, {}, problem)


class _Files:
    """The generated documents, and which component stands on which of their lines."""

    def __init__(self, schemas: Schemas, missing: Iterable[Key]) -> None:
        self._namespaces = list(dict.fromkeys(schemas.namespaces[root] for root in schemas.roots))
        self._parts: list[tuple[str, str, list[tuple[Key, bytes]]]] = []
        for root in schemas.roots:
            namespace = schemas.namespaces[root]
            own = [
                ((kind, name), _line(node))
                for kind in KINDS
                for node in root.iterchildren(xsd(kind))
                if schemas.find(kind, name := _qualified(namespace, node.get("name", ""))) is node
            ]
            self._parts.append((namespace, _head(root), own))
        absent: dict[str, list[tuple[Key, bytes]]] = {}
        for kind, name in missing:
            real = "complexType" if kind == "type" else kind
            if real in KINDS and " at " not in name:
                namespace = parted(name)[0]
                absent.setdefault(namespace, []).append(((real, name), _stub((real, name))))
        for namespace, stubs in absent.items():
            if namespace == XSD:
                continue
            if namespace not in self._namespaces:
                self._namespaces.append(namespace)
            self._parts.append((namespace, f'<xs:schema xmlns:xs="{XSD}"{_target(namespace)}>', stubs))
        self._place = {namespace: f"mem:namespace-{number}.xsd" for number, namespace in enumerate(self._namespaces)}

    def entry(self) -> bytes:
        """The document that imports all; its namespace differs from theirs, so that one without can be imported."""
        return schema_text("urn:all-of-a-wsdl", self._imports(None))

    def texts(self, replaced: Mapping[Key, str]) -> dict[str, bytes]:
        """Every generated document by its name."""
        texts: dict[str, bytes] = {}
        includes: dict[str, list[str]] = {namespace: [] for namespace in self._namespaces}
        for number, (namespace, head, components) in enumerate(self._parts):
            name = f"mem:schema-{number}.xsd"
            includes[namespace].append(f'<xs:include schemaLocation="{name}"/>')
            lines = [head.encode() + "".join(self._imports(namespace)).encode()]
            lines += [_stub(key) if key in replaced else line for key, line in components]
            texts[name] = b"\n".join([*lines, b"</xs:schema>"])
        for namespace, place in self._place.items():
            texts[place] = schema_text(namespace, includes[namespace])
        return texts

    def _imports(self, own: str | None) -> list[str]:
        """Many WSDLs use namespaces that they forget to import, so every schema imports all the others."""
        return [
            f'<xs:import {f"namespace={quoted(namespace)} " if namespace else ""}schemaLocation="{place}"/>'
            for namespace, place in self._place.items()
            if namespace != own
        ]

    def component_at(self, file: str, line: int) -> Key | None:
        """The component that a complaint is about."""
        found = re.fullmatch(r"mem:schema-(\d+)\.xsd", file or "")
        if found is None:
            return None
        components = self._parts[int(found[1])][2]
        return components[line - 2][0] if 2 <= line < len(components) + 2 else None


def _head(root: etree._Element) -> str:
    """The start of a schema document; one without a namespace takes that of the document that includes it."""
    inherited = "".join(f" {name}={quoted(root.get(name, ''))}" for name in _INHERITED if root.get(name))
    return f'<xs:schema xmlns:xs="{XSD}"{_target(root.get("targetNamespace", ""))}{inherited}>'


def _target(namespace: str) -> str:
    return f" targetNamespace={quoted(namespace)}" if namespace else ""


def _qualified(namespace: str, name: str) -> str:
    return f"{{{namespace}}}{name}" if namespace else name


def _line(node: etree._Element) -> bytes:
    """A component on one line."""
    text = bytes(etree.tostring(node, encoding="UTF-8", with_tail=False, xml_declaration=False))
    return text.replace(b"\r", b" ").replace(b"\n", b" ")


def _stub(key: Key) -> bytes:
    kind, name = key
    text = _STUBS[kind].format(name=quoted(name.rpartition("}")[2]))
    return text.replace(" name=", f' xmlns:xs="{XSD}" name=', 1).encode()


_NAMESPACE = regex(r"\{[^}]*\}")


def _readable(message: str) -> str:
    """libxml2's words without the namespaces and without where its generated file has the fault."""
    return _NAMESPACE.sub("", message).strip()
