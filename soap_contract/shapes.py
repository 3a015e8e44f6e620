"""What a node of a schema says about what is written for it, worked out once: large services are written thousands of
times over the same types."""

from __future__ import annotations

from lxml import etree

from guarded.values import dataclass
from soap_contract.components import Schemas
from soap_contract.tidying import xsd

CONTENT = frozenset(
    xsd(name) for name in ("element", "group", "sequence", "choice", "all", "any", "simpleContent", "complexContent")
)
_COMPLEX, _ELEMENT = xsd("complexType"), xsd("element")


@dataclass(frozen=True, slots=True)
class Shape:
    """One node: an element, a model group, a type or a derivation."""

    kind: str
    """The tag without its namespace."""
    least: int
    """`minOccurs`."""
    never: bool
    """`maxOccurs="0"`."""
    children: tuple[etree._Element, ...]
    name: str
    """Elements: what is written, `{namespace}local`; the name of the global element for a reference."""
    declaration: etree._Element | None
    """Elements: where the type stands; None where a reference leads nowhere."""
    type_name: str | None
    """Of the declaration."""
    type_node: etree._Element | None
    """The declaration's complex type, named or inline."""


class Shapes:
    """The shapes of one set of schemas."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas
        self._known: dict[etree._Element, Shape] = {}

    def of(self, node: etree._Element) -> Shape:
        """The node's shape. Raises WsdlError for a name with an undeclared prefix."""
        known = self._known.get(node)
        if known is None:
            known = self._known[node] = self._made(node)
        return known

    def _made(self, node: etree._Element) -> Shape:
        name, declaration, type_name, type_node = "", None, None, None
        if node.tag == _ELEMENT:
            reference = node.get("ref")
            if reference:
                name = self._schemas.name_in(node, reference)
                declaration = self._schemas.find("element", name)
            else:
                name, declaration = self._local_name(node), node
            if declaration is not None:
                written = declaration.get("type")
                type_name = self._schemas.name_in(declaration, written) if written else None
                type_node = self._schemas.find("complexType", type_name) if type_name else declaration.find(_COMPLEX)
        return Shape(
            kind=str(node.tag).rpartition("}")[2],
            least=_number(node.get("minOccurs", "1")),
            never=node.get("maxOccurs") == "0",
            children=tuple(child for child in node if child.tag in CONTENT),
            name=name,
            declaration=declaration,
            type_name=type_name,
            type_node=type_node,
        )

    def _local_name(self, node: etree._Element) -> str:
        default = self._schemas.root_of(node).get("elementFormDefault", "unqualified")
        namespace = self._schemas.namespace_of(node)
        name = node.get("name", "")
        parent = node.getparent()
        is_global = parent is not None and parent.tag == xsd("schema")
        qualified = is_global or node.get("form", default) == "qualified"
        return f"{{{namespace}}}{name}" if qualified and namespace else name


def _number(text: str) -> int:
    plain = text.strip()
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 10 else 1
