"""Sample envelopes with `${variable}` placeholders, one for every operation's input."""

from __future__ import annotations

from lxml import etree

from guarded.values import dataclass
from soap_contract.components import Schemas
from soap_contract.description import Message
from soap_contract.names import parted
from soap_contract.needs import Needs
from soap_contract.prefixes import declared
from soap_contract.well_known import XSD
from soap_contract.writing import Writer

MAX_ELEMENTS = 5_000
"""In one envelope, optional elements included."""
MAX_IN_ALL = 200_000
"""Written for the envelopes of one WSDL, trials included; where that is not enough, each is kept to `FEW_ELEMENTS`."""
FEW_ELEMENTS = 250
_DEPTHS = (1, 2, 3, 5, 8, 12, 60)
"""How many types may lie inside each other; an envelope that becomes too large is cut at the same depth everywhere."""


@dataclass(frozen=True, slots=True)
class Sample:
    """An envelope and its variables."""

    envelope: str
    variables: tuple[str, ...]
    """In document order."""
    remarks: tuple[str, ...] = ()
    """What the sample cannot show."""
    elements: int = 0
    """How many were written to find it."""


def sample_envelope(
    schemas: Schemas, needs: Needs, message: Message, soap_namespace: str, most_elements: int = MAX_ELEMENTS
) -> Sample:
    """The sample for an operation's input; optional elements only as deep as `most_elements` allow.

    Raises `WsdlError` for a schema that contradicts itself.
    """
    sample, written = None, 0
    for depth in _DEPTHS:
        writer = Placeholders(schemas, needs, most_elements, depth, may_give_up=sample is not None)
        try:
            sample = writer, _envelope(writer, message, soap_namespace)
        except _TooLargeError:
            written += writer.count
            break
        written += writer.count
        if not writer.is_cut:
            break
    assert sample is not None
    writer, envelope = sample
    if writer.is_cut:
        writer.remark(f"optional elements that lie deep are left away: all would be more than {most_elements}")
    return Sample(_pretty(envelope, soap_namespace), tuple(writer.variables), tuple(writer.remarks), written)


def _envelope(writer: Placeholders, message: Message, soap_namespace: str) -> etree._Element:
    schemas, needs = writer.schemas, writer.needs
    envelope = etree.Element(etree.QName(soap_namespace, "Envelope"))
    header = etree.SubElement(envelope, etree.QName(soap_namespace, "Header"))
    for part in message.headers:
        if part.element is not None:
            lacking = needs.lacking(("element", part.element))
            if lacking is None and schemas.find("element", part.element) is not None:
                header.append(writer.element(part.element))
            else:
                writer.remark(f"the header {part.name} is not shown: {lacking or 'its element is not defined'}")
    body = etree.SubElement(envelope, etree.QName(soap_namespace, "Body"))
    body.extend(_body(writer, message))
    return envelope


def _body(writer: Placeholders, message: Message) -> list[etree._Element]:
    if message.wrapper is not None:
        root = etree.Element(message.wrapper)
        for part in message.parts:
            if part.element is not None:
                root.append(writer.element(part.element))
            elif part.type is not None:
                root.append(writer.typed(part.name, part.type))
        return [root]
    elements = [writer.element(part.element) for part in message.parts if part.element is not None]
    if not elements and message.parts and message.parts[0].type is not None:
        return list(writer.typed("content", message.parts[0].type))
    return elements


class _TooLargeError(Exception):
    """There are more elements than wanted; a smaller sample is at hand."""


class Placeholders(Writer):
    """Writes a variable for every text, named after its element."""

    def __init__(
        self, schemas: Schemas, needs: Needs, most_elements: int, deepest: int, *, may_give_up: bool = False
    ) -> None:
        super().__init__(schemas, needs)
        self.most_elements, self.deepest = most_elements, deepest
        self._may_give_up = may_give_up
        self.is_cut = False
        """Whether an optional element was left away for its depth or for the size of the whole."""
        self.variables: dict[str, None] = {}
        self.remarks: dict[str, None] = {}

    def remark(self, text: str) -> None:
        """Say something about the sample, once."""
        self.remarks[text] = None

    def text(self, made: etree._Element, declaration: etree._Element | None, type_name: str | None) -> None:
        """A variable; an element of any type takes one, too."""
        made.text = self._variable()

    def attribute_value(self, name: str, declaration: etree._Element) -> str:
        """A variable."""
        return self._variable(parted(name)[1])

    def finished(self, made: etree._Element, declaration: etree._Element) -> None:
        """Nothing more to do, unless it has become too large."""
        if self._may_give_up and self.is_full:
            raise _TooLargeError

    def wildcard(self, made: etree._Element, node: etree._Element) -> None:
        """A comment where the message may have any element."""
        what = " an xs:schema " if node.get("namespace") == XSD else " any element "
        made.append(etree.Comment(what))
        if node.get("minOccurs", "1") != "0":
            self.remark(f"in {self._place()} the WSDL wants an element that it does not describe: write it")

    def repeats(self, made: etree._Element) -> None:
        """A comment where the type would begin again."""
        made.append(etree.Comment(" the type repeats itself from here "))

    def chosen(self, branch: etree._Element) -> None:
        """Remarked: the first branch is shown."""
        self.remark(f"of the choice in {self._place()} the first branch is shown")

    def stands_for(self, base: str, concrete: str) -> None:
        """Remarked: one of several is shown."""
        self.remark(f"{_local(base)} in {self._place()} is abstract; {_local(concrete)} is shown for it")

    def not_shown(self, node: etree._Element, why: str) -> None:
        """Remarked: what is missing, or that there is more."""
        if why:
            name = _local(node.get("name") or node.get("ref") or "an element").rpartition(":")[2]
            self.remark(f"{name} in {self._place()} is not shown: {why}")
        else:
            self.is_cut = True

    def _place(self) -> str:
        return "/".join(self.path)

    def _variable(self, attribute: str = "") -> str:
        """A placeholder named after the element, with its ancestors' names where that name is taken."""
        path = [*self.path, attribute] if attribute else self.path
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


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _pretty(envelope: etree._Element, soap_namespace: str) -> str:
    """The envelope as text: short prefixes, declared once at the root, indented."""
    root = declared(envelope, {"soapenv": soap_namespace})
    etree.indent(root, space="  ")
    return etree.tostring(root, encoding="unicode") + "\n"
