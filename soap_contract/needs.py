"""What each component refers to, and so what an operation cannot do without.

A reference *must* be followed where every message has what it stands for; it *may* be followed where the element is
optional, or a branch of a choice that need not be taken.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping

from lxml import etree

from soap_contract.components import KINDS, Key, Schemas
from soap_contract.description import Message
from soap_contract.documents import WsdlError
from soap_contract.names import parted
from soap_contract.shapes import Shapes
from soap_contract.tidying import xsd
from soap_contract.values import BUILT_IN
from soap_contract.well_known import XSD

_REF_KINDS = {"element": "element", "group": "group", "attributeGroup": "attributeGroup", "attribute": "attribute"}
_PARTICLES = frozenset(xsd(name) for name in ("element", "group", "sequence", "choice", "all"))


class Needs:
    """Who refers to whom, over all components of a set of schemas; built once, in one pass."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas
        self.shapes = Shapes(schemas)
        """What is written for each node; kept here because everybody who writes has the needs at hand."""
        self.missing: dict[Key, str] = {}
        """Names that something refers to and nothing declares -> what is wrong, in words."""
        self._lacks: Mapping[Key, Key] | None = None
        self._may: dict[Key, list[Key]] = {}
        self._must: dict[Key, list[Key]] = {}
        for kind in KINDS:
            for name, node in schemas.components[kind].items():
                key = (kind, name)
                for target, is_must in self._references(node):
                    self._may.setdefault(target, []).append(key)
                    if is_must:
                        self._must.setdefault(target, []).append(key)

    def tainted(self, causes: Iterable[Key], *, optional: bool) -> Mapping[Key, Key]:
        """Every component that leads to one of `causes` -> the nearest of them.

        With `optional` references count that need not be followed, too.
        """
        arrows = self._may if optional else self._must
        found = {cause: cause for cause in causes}
        waiting = deque(found)
        while waiting:
            key = waiting.popleft()
            for user in arrows.get(key, ()):
                if user not in found:
                    found[user] = found[key]
                    waiting.append(user)
        return found

    @property
    def lacks(self) -> Mapping[Key, Key]:
        """Every component that cannot do without something that is not defined -> what that is."""
        if self._lacks is None:
            self._lacks = self.tainted(list(self.missing), optional=False)
        return self._lacks

    def lacking(self, key: Key) -> str | None:
        """What a component cannot do without and nothing defines, in words; None where it has all."""
        cause = self.lacks.get(key)
        return None if cause is None else self.missing[cause]

    def lacking_in(self, node: etree._Element) -> str | None:
        """The same for one element, group or the like inside a component."""
        if not self.missing:
            return None
        inside: set[etree._Element] = set()
        for inner in node.iter():
            if inner is not node and _may_be_absent(inner, inside):
                inside.add(inner)
                continue
            for target in self._targets(inner):
                found = self.lacking(target)
                if found is not None:
                    return found
        return None

    def roots(self, message: Message | None) -> Iterator[Key]:
        """The components that a message's body begins with, the absent ones included."""
        for part in () if message is None else message.parts:
            if part.element is not None:
                yield self._declared("element", part.element)
            elif part.type is not None and not _is_built_in(part.type):
                yield self._schemas.type_key(part.type) or self._absent("type", part.type)

    def _declared(self, kind: str, name: str) -> Key:
        return (kind, name) if self._schemas.find(kind, name) is not None else self._absent(kind, name)

    def _absent(self, kind: str, name: str) -> Key:
        key = (kind, name)
        namespace, local = parted(name)
        where = f" ({namespace})" if namespace else ""
        self.missing.setdefault(key, f"{kind} {local}{where} is not defined")
        return key

    def _references(self, component: etree._Element) -> Iterator[tuple[Key, bool]]:
        optional: set[etree._Element] = set()
        for node in component.iter():
            if node is not component and _may_be_absent(node, optional):
                optional.add(node)
            for target in self._targets(node):
                yield target, node not in optional

    def _targets(self, node: etree._Element) -> Iterator[Key]:
        for attribute, text in node.attrib.items():
            for kind, word in _words(node, str(attribute), str(text)):
                try:
                    name = self._schemas.name_in(node, word)
                except WsdlError as error:
                    key = (kind, f"{word} at {error}")
                    self.missing[key] = str(error)
                    yield key
                    continue
                if kind != "type":
                    yield self._declared(kind, name)
                elif not _is_built_in(name):
                    yield self._schemas.type_key(name) or self._absent("type", name)


def _words(node: etree._Element, attribute: str, text: str) -> list[tuple[str, str]]:
    """The references in one attribute, as (kind, name as written)."""
    local = str(node.tag).rpartition("}")[2]
    if attribute in ("type", "base", "itemType"):
        return [("type", text)]
    if attribute == "memberTypes":
        return [("type", word) for word in text.split()]
    if attribute == "ref" and local in _REF_KINDS:
        return [(_REF_KINDS[local], text)]
    if attribute == "substitutionGroup":
        return [("element", text)]
    return []


def _is_built_in(name: str) -> bool:
    namespace, _, local = name.rpartition("}")
    return namespace == f"{{{XSD}" and local in BUILT_IN


def _may_be_absent(node: etree._Element, optional: set[etree._Element]) -> bool:
    """Whether a message may lack what `node` stands for; its parents have been judged before."""
    parent = node.getparent()
    if parent in optional:
        return True
    if node.tag in _PARTICLES:
        is_branch = parent is not None and parent.tag == xsd("choice") and len(parent) > 1
        return node.get("minOccurs") == "0" or node.get("maxOccurs") == "0" or is_branch
    return node.tag == xsd("attribute") and node.get("use") != "required"
