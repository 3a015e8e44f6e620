"""Writing out an element of a schema: its structure here, its texts by whoever derives from `Writer`.

Every element is written once, or as often as `minOccurs` asks; of a choice the first branch that comes to an end. An
optional element is left away where its type contains itself, where what it needs is not there, and where the whole
becomes too large.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterator

from lxml import etree

from soap_contract.components import Schemas
from soap_contract.documents import WsdlError
from soap_contract.needs import Needs
from soap_contract.shapes import Shape
from soap_contract.tidying import xsd
from soap_contract.well_known import SOAP_ENCODING, WSDL, XSD

XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
XSI_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_ARRAY = f"{{{SOAP_ENCODING}}}Array"
_ARRAY_TYPE = f"{{{SOAP_ENCODING}}}arrayType"
_MAX_ELEMENTS = 2_000
_MAX_DEPTH = 12
_MAX_REPEATS = 100
"""What `minOccurs` may ask for."""


class Writer(ABC):
    """Writes elements of one set of schemas. A name of a type in `xsi:type` waits as `{namespace}local` for a prefix:
    see `prefixes.declared`."""

    most_elements = _MAX_ELEMENTS
    """Optional elements are left away beyond this."""
    deepest = _MAX_DEPTH
    """Optional elements are left away below so many types."""

    def __init__(self, schemas: Schemas, needs: Needs) -> None:
        self.schemas, self.needs = schemas, needs
        self._shapes = needs.shapes
        self._open: list[etree._Element] = []
        self._bases: list[str] = []
        self.path: list[str] = []
        self.count = 0

    @property
    def is_full(self) -> bool:
        """Whether there was no room for further optional elements."""
        return self.count >= self.most_elements

    # What is written into the structure

    @abstractmethod
    def text(self, made: etree._Element, declaration: etree._Element | None, type_name: str | None) -> None:
        """Fill an element of a simple type, or of any type: declared inline (a simpleType, or a restriction of simple
        content) or by name."""

    @abstractmethod
    def attribute_value(self, name: str, declaration: etree._Element) -> str:
        """The value of a required attribute that has no fixed one."""

    def wildcard(self, made: etree._Element, node: etree._Element) -> None:  # noqa: B027 - nothing is a good answer
        """An `xs:any`."""

    def repeats(self, made: etree._Element) -> None:  # noqa: B027 - nothing is a good answer
        """A required element whose type is being written already."""

    def chosen(self, branch: etree._Element) -> None:  # noqa: B027 - nothing is a good answer
        """Of a choice with several branches this one was taken."""

    def stands_for(self, base: str, concrete: str) -> None:  # noqa: B027 - nothing is a good answer
        """For something abstract this type or element was taken."""

    def not_shown(self, node: etree._Element, why: str) -> None:  # noqa: B027 - nothing is a good answer
        """An optional element was left away; `why` is empty where that is a matter of size."""

    def finished(self, made: etree._Element, declaration: etree._Element) -> None:  # noqa: B027 - nothing is a good answer
        """An element with its contents."""

    # Entry points

    def element(self, name: str) -> etree._Element:
        """The global element `{namespace}name`; empty where no schema declares it."""
        made = etree.Element(name)
        declaration = self.schemas.find("element", name)
        if declaration is not None:
            declaration = self._substitute(made, name, declaration)
            self._inside(made, declaration)
        return made

    def typed(self, name: str, type_name: str) -> etree._Element:
        """An element `name` of a global or built-in type."""
        made = etree.Element(name)
        self.path.append(etree.QName(made).localname)
        self._named_type(made, type_name)
        self.path.pop()
        return made

    # Elements

    def _inside(self, made: etree._Element, declaration: etree._Element) -> None:
        self.count += 1
        self.path.append(etree.QName(made).localname)
        self._declared(made, declaration)
        self.finished(made, declaration)
        self.path.pop()

    def _declared(self, made: etree._Element, declaration: etree._Element) -> None:
        fixed = declaration.get("fixed")
        if fixed is not None:
            made.text = fixed
            return
        shape = self._shapes.of(declaration)
        if shape.type_name is not None:
            self._named_type(made, shape.type_name, declaration)
        elif shape.type_node is not None:
            self._complex(made, shape.type_node)
        else:
            self._without_type(made, declaration)

    def _without_type(self, made: etree._Element, declaration: etree._Element) -> None:
        simple = declaration.find(xsd("simpleType"))
        if simple is not None:
            self.text(made, simple, None)
            return
        head = declaration.get("substitutionGroup")
        other = self.schemas.find("element", self.schemas.name_in(declaration, head)) if head else None
        if other is not None and other is not declaration:
            self._declared(made, other)
        else:
            self.text(made, declaration, f"{{{XSD}}}anyType")

    def _named_type(self, made: etree._Element, name: str, declaration: etree._Element | None = None) -> None:
        complex_type = self.schemas.find("complexType", name)
        if complex_type is None:
            self.text(made, declaration, name)
            return
        if complex_type.get("abstract") == "true":
            concrete = self._concrete(name)
            if concrete is not None:
                made.set(XSI_TYPE, concrete)
                self.stands_for(name, concrete)
                complex_type = self.schemas.components["complexType"][concrete]
        self._complex(made, complex_type)

    def _concrete(self, base: str) -> str | None:
        """The nearest type that extends an abstract one and is not abstract itself; rather one that is not open."""
        found: list[str] = []
        waiting, seen = deque([base]), {base}
        while waiting:
            for name in self.schemas.derived_from(waiting.popleft()):
                if name in seen:
                    continue
                seen.add(name)
                waiting.append(name)
                node = self.schemas.components["complexType"][name]
                if node.get("abstract") != "true" and self.needs.lacking(("complexType", name)) is None:
                    if node not in self._open:
                        return name
                    found.append(name)
        return next(iter(found), None)

    def _substitute(self, made: etree._Element, name: str, declaration: etree._Element) -> etree._Element:
        """For an abstract element a member of its substitution group that is not abstract."""
        if declaration.get("abstract") != "true":
            return declaration
        waiting, seen = deque([name]), {name}
        while waiting:
            for member in self.schemas.members_of(waiting.popleft()):
                node = self.schemas.components["element"][member]
                if node.get("abstract") != "true" and self.needs.lacking(("element", member)) is None:
                    made.tag = member
                    self.stands_for(name, member)
                    return node
                if member not in seen:
                    seen.add(member)
                    waiting.append(member)
        return declaration

    # Complex types

    def _complex(self, made: etree._Element, node: etree._Element) -> None:
        if node in self._open:
            self.repeats(made)
            return
        self._open.append(node)
        bases, self._bases = self._bases, []
        try:
            self._contents(made, node)
        finally:
            self._open.pop()
            self._bases = bases

    def _contents(self, made: etree._Element, node: etree._Element) -> None:
        for content in node.iterchildren(xsd("simpleContent"), xsd("complexContent")):
            for derived in content.iterchildren(xsd("extension"), xsd("restriction")):
                self._derived(made, derived, simple=content.tag == xsd("simpleContent"))
        self._particles(made, node)
        self._attributes(made, node)
        if node.get("mixed") == "true" and not len(made) and not self._shapes.of(node).children:
            self.text(made, None, f"{{{XSD}}}string")

    def _derived(self, made: etree._Element, node: etree._Element, *, simple: bool) -> None:
        base = self.schemas.name_in(node, node.get("base", ""))
        if base == _ARRAY:
            self._array(made, node)
            return
        if simple and node.tag == xsd("restriction"):
            self.text(made, node, None)
            self._inherited_attributes(made, base)
        elif node.tag == xsd("extension"):
            self._base(made, base)
        else:
            self._inherited_attributes(made, base)
        self._particles(made, node)
        self._attributes(made, node)

    def _base(self, made: etree._Element, name: str) -> None:
        """The base's own content. That it is abstract, or being written further out, says nothing about the type that
        extends it."""
        complex_type = self.schemas.find("complexType", name)
        if complex_type is None:
            if name != f"{{{XSD}}}anyType":
                self.text(made, None, name)
        elif name not in self._bases:  # a type that extends itself is no type
            self._bases.append(name)
            self._contents(made, complex_type)
            self._bases.pop()

    def _array(self, made: etree._Element, node: etree._Element) -> None:
        """SOAP 1.1 section 5.4.2: an array with one item, of the type that `wsdl:arrayType` names."""
        for attribute in node.iterchildren(xsd("attribute")):
            written = attribute.get(f"{{{WSDL}}}arrayType")
            if written:
                item_type = self.schemas.name_in(attribute, written.partition("[")[0])
                made.set(_ARRAY_TYPE, f"{item_type}[1]")
                item = etree.SubElement(made, "item")
                self.path.append("item")
                self._named_type(item, item_type)
                self.path.pop()
                return
        self._particles(made, node)

    # Particles

    def _particles(self, made: etree._Element, node: etree._Element) -> None:
        for child in self._shapes.of(node).children:
            self._particle(made, child, self._shapes.of(child))

    def _particle(self, made: etree._Element, node: etree._Element, shape: Shape) -> None:
        if shape.never:
            return
        if shape.kind == "element":
            self._child(made, node, shape)
        elif shape.kind in ("sequence", "all"):
            for _ in range(_times(shape)):
                self._particles(made, node)
        elif shape.kind == "choice":
            for _ in range(_times(shape)):
                self._choice(made, node, shape)
        elif shape.kind == "group":
            group = self.schemas.find("group", self.schemas.name_in(node, node.get("ref", "")))
            if group is not None and group not in self._open:
                self._open.append(group)
                for _ in range(_times(shape)):
                    self._particles(made, group)
                self._open.pop()
        elif shape.kind == "any":
            self.wildcard(made, node)

    def _choice(self, made: etree._Element, node: etree._Element, shape: Shape) -> None:
        branches = [child for child in shape.children if not self._shapes.of(child).never]
        if not branches:
            return
        usable = [branch for branch in branches if self.needs.lacking_in(branch) is None] or branches
        first = next((branch for branch in usable if self._ends(branch)), usable[0])
        if len(branches) > 1:
            self.chosen(first)
        branch_shape = self._shapes.of(first)
        if branch_shape.kind == "element":
            self._child(made, first, branch_shape, always=True)
        else:
            self._particle(made, first, branch_shape)

    def _ends(self, branch: etree._Element) -> bool:
        """Whether the branch does not begin what is being written already."""
        return self._shapes.of(branch).type_node not in self._open

    def _child(self, made: etree._Element, node: etree._Element, shape: Shape, *, always: bool = False) -> None:
        if shape.least == 0 and not always:
            if shape.type_node is not None and shape.type_node in self._open:
                return
            lacking = self.needs.lacking_in(node)
            if lacking is not None:
                self.not_shown(node, lacking)
                return
            if self.count >= self.most_elements or len(self._open) >= self.deepest:
                self.not_shown(node, "")
                return
        for _ in range(_times(shape)):
            child = etree.SubElement(made, shape.name)
            if shape.declaration is not None:
                self._inside(child, self._substitute(child, shape.name, shape.declaration))

    # Attributes

    def _attributes(self, made: etree._Element, node: etree._Element) -> None:
        for child in self._required(node):
            reference = child.get("ref")
            name = self.schemas.name_in(child, reference) if reference else self._attribute_name(child)
            declared = self.schemas.find("attribute", name) if reference else child
            fixed = child.get("fixed") or (None if declared is None else declared.get("fixed"))
            try:
                made.set(name, fixed or self.attribute_value(name, child if declared is None else declared))
            except WsdlError:
                continue

    def _required(self, node: etree._Element) -> Iterator[etree._Element]:
        for child in node:
            if child.tag == xsd("attributeGroup"):
                group = self.schemas.find("attributeGroup", self.schemas.name_in(child, child.get("ref", "")))
                if group is not None and group is not node:
                    yield from self._required(group)
            elif child.tag == xsd("attribute") and child.get("use") == "required":
                yield child

    def _inherited_attributes(self, made: etree._Element, base: str) -> None:
        """What a restriction does not mention stays as in its base (XML Schema 1.0 part 1, section 3.4.2)."""
        seen: set[str] = set()
        while base not in seen:
            seen.add(base)
            node = self.schemas.find("complexType", base)
            if node is None:
                return
            self._attributes(made, node)
            for derived in node.iter(xsd("extension"), xsd("restriction")):
                if derived.get("base") and derived.getparent() is not None:
                    self._attributes(made, derived)
                    base = self.schemas.name_in(derived, derived.get("base", ""))
                    break

    def _attribute_name(self, node: etree._Element) -> str:
        default = self.schemas.root_of(node).get("attributeFormDefault", "unqualified")
        name, namespace = node.get("name", ""), self.schemas.namespace_of(node)
        return f"{{{namespace}}}{name}" if node.get("form", default) == "qualified" and namespace else name


def _times(shape: Shape) -> int:
    return max(1, min(shape.least, _MAX_REPEATS))
