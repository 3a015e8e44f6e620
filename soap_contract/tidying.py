"""Schemas as they are worked with: a copy without what says nothing, and with what generators get wrong put right.

Nothing that decides about a message is changed, with two exceptions that the documentation names: the contents of
wildcards (`xs:any`) are checked only where they are declared, and a reference into XML Schema itself (a .NET DataSet's
`<xs:element ref="xs:schema"/>`) stands for any element of that namespace.
"""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from soap_contract.description import qname
from soap_contract.documents import WsdlError
from soap_contract.well_known import XSD

_PARTICLE = frozenset({"minOccurs", "maxOccurs"})
_ALLOWED: Mapping[str, frozenset[str]] = {
    "element": _PARTICLE
    | {
        "name",
        "ref",
        "type",
        "substitutionGroup",
        "default",
        "fixed",
        "nillable",
        "abstract",
        "final",
        "block",
        "form",
    },
    "complexType": frozenset({"name", "mixed", "abstract", "final", "block"}),
    "simpleType": frozenset({"name", "final"}),
    "group": _PARTICLE | {"name", "ref"},
    "attributeGroup": frozenset({"name", "ref"}),
    "attribute": frozenset({"name", "ref", "type", "use", "default", "fixed", "form"}),
    "sequence": _PARTICLE,
    "choice": _PARTICLE,
    "all": _PARTICLE,
    "any": _PARTICLE | {"namespace", "processContents"},
    "anyAttribute": frozenset({"namespace", "processContents"}),
    "complexContent": frozenset({"mixed"}),
    "simpleContent": frozenset(),
    "extension": frozenset({"base"}),
    "restriction": frozenset({"base"}),
}
"""XML Schema 1.0 part 1: the attributes that each element may have; others are taken off."""

_SAYS_NOTHING = frozenset(f"{{{XSD}}}{name}" for name in ("annotation", "import", "include"))


def xsd(name: str) -> str:
    """The tag of a schema element."""
    return f"{{{XSD}}}{name}"


def tidied(schema: etree._Element, notes: list[str]) -> etree._Element:
    """A copy of one `xs:schema`; what had to be passed over is added to `notes`."""
    copy = etree.fromstring(etree.tostring(schema, encoding="UTF-8", with_tail=False))
    where = schema.get("targetNamespace", "") or "the schema without a namespace"
    for node in list(copy.iter()):
        parent = node.getparent()
        if not isinstance(node.tag, str) or node.tag in _SAYS_NOTHING:
            if parent is not None and node.getroottree().getroot() is copy:
                parent.remove(node)
            continue
        name = node.tag.rpartition("}")[2]
        if parent is not None and node.get("name", "x").strip() == "":
            notes.append(f"{where}: an {name} without a name is passed over")
            parent.remove(node)
            continue
        _put_right(node, name)
    for node in list(copy.iterchildren(xsd("redefine"))):
        notes.append(f"{where}: xs:redefine is read as xs:include; what it changes is not used")
        copy.remove(node)
    return copy


def _put_right(node: etree._Element, name: str) -> None:
    allowed = _ALLOWED.get(name)
    if allowed is not None:
        for attribute in list(node.attrib):
            plain = str(attribute)
            if not plain.startswith("{") and plain not in allowed:
                del node.attrib[attribute]
    if "name" in node.attrib:
        node.set("name", node.get("name", "").strip())
    if name in ("any", "anyAttribute"):
        if node.get("processContents") != "skip":
            node.set("processContents", "lax")
    elif name == "element" and _is_of_xml_schema(node, node.get("ref")):
        least, most = node.get("minOccurs"), node.get("maxOccurs")
        node.tag = xsd("any")
        node.attrib.clear()
        node.set("namespace", XSD)
        node.set("processContents", "skip")
        for attribute, value in (("minOccurs", least), ("maxOccurs", most)):
            if value is not None:
                node.set(attribute, value)


def _is_of_xml_schema(node: etree._Element, reference: str | None) -> bool:
    if reference is None:
        return False
    try:
        return qname(node, reference).startswith(f"{{{XSD}}}")
    except WsdlError:
        return False
