"""XML documents of a script: parsed, and asked by XPath, in the engine's process, so that its time is the script's.

Imports nothing of sn-mock: the engine loads it by its file name. Entities are not expanded, nothing is fetched, and
depth is bounded. Without namespaces (the default of XMLDocument2) an element is named by its prefix, whatever that is
bound to.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

from guarded.regex import regex

MOST_CHARACTERS = 16 << 20
"""Of the documents that are kept for XPath; the oldest go first, and are told anew when they are asked again."""
MOST_DEPTH = 200
_NAME_TEST = regex(r"""('[^']*'|"[^"]*")|\b([A-Za-z_][\w.-]*):(?!:)(?=[A-Za-z_*])""")
_UNDECLARED = regex(r"</?([A-Za-z_][\w.-]*):|[\s]([A-Za-z_][\w.-]*):[A-Za-z_][\w.-]*\s*=")
_DECLARED = regex(r"xmlns:([A-Za-z_][\w.-]*)\s*=")
_SECTION = regex(r"<!--.*?-->|<\?.*?\?>|<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_BY_PREFIX = "urn:prefix:"


class Documents:
    """The documents that XPath can be asked of."""

    def __init__(self) -> None:
        self._documents: OrderedDict[int, tuple[Any, bool, int]] = OrderedDict()
        self._number = 0

    def answer(self, request: Mapping[str, Any]) -> Any:
        """`{"xml": text, "aware", "sections": …}` or `{"xpath": path, "number", "context": …}`; raises ValueError."""
        return self._xml(request) if "xml" in request else self._xpath(request)

    def _xml(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Parse a document: `{"root": tree, "number": …}` or `{"error": why}`."""
        from lxml import etree

        source = request["xml"].lstrip("\ufeff \t\r\n")
        parser = etree.XMLParser(
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        try:
            root = etree.fromstring(_declared(source, request["aware"]).encode("utf-8"), parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            return {"error": str(error) or "the document is empty"}
        tree = _tree(_with_sections(source, request["aware"], parser) if request.get("sections") else root, 0)
        if not request["aware"]:
            _by_prefix(root)
        self._number += 1
        self._documents[self._number] = (root, request["aware"], len(source))
        while len(self._documents) > 1 and sum(size for _, _, size in self._documents.values()) > MOST_CHARACTERS:
            self._documents.popitem(last=False)
        return {"root": tree, "number": self._number}

    def _xpath(self, request: Mapping[str, Any]) -> list[Any] | None:
        """Element numbers in document order, `[text]`, or `[name, value]` of attributes; None: it is gone."""
        from lxml import etree

        if request["number"] not in self._documents:
            return None
        root, aware, _ = self._documents[request["number"]]
        elements = list(root.iter(etree.Element))
        context = elements[request["context"]] if request["context"] >= 0 else root.getroottree()
        prefixes = {prefix: uri for element in elements for prefix, uri in element.nsmap.items() if prefix}
        path = request["xpath"]
        if not aware:
            prefixes = {found[2]: _BY_PREFIX + found[2] for found in _NAME_TEST.finditer(path) if found[2]}
        try:
            found = context.xpath(path, namespaces=prefixes, smart_strings=True)
        except (etree.XPathError, ValueError) as error:
            raise ValueError(f"XPath {path}: {error}") from None
        if not isinstance(found, list):
            return [[_plain(found)]]
        numbers = {element: number for number, element in enumerate(elements)}
        answer: list[Any] = []
        for one in found:
            if isinstance(one, str):
                name = getattr(one, "attrname", None)
                answer.append([etree.QName(name).localname, str(one)] if name else [str(one)])
            elif one in numbers:
                answer.append(numbers[one])
        return answer


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _with_sections(source: str, aware: bool, parser: Any) -> Any:
    """The document with its CDATA sections marked in their texts by two characters that no document has."""
    from lxml import etree

    def marked(found: re.Match[str]) -> str:
        return found[0] if found[1] is None else f"\ufdd0{escape(found[1])}\ufdd1"

    return etree.fromstring(_declared(_SECTION.sub(marked, source), aware).encode("utf-8"), parser)


def _declared(source: str, aware: bool) -> str:
    """Without namespaces a prefix needs no declaration, as in Java's parser; here it gets one."""
    if aware:
        return re.sub(r"^<\?xml[^>]*\?>", "", source)
    source = re.sub(r"^<\?xml[^>]*\?>", "", source).lstrip()
    used = {one or two for one, two in _UNDECLARED.findall(source)} - set(_DECLARED.findall(source)) - {"xml", "xmlns"}
    first = re.search(r"<[A-Za-z_][^\s/>]*", source)
    if not used or first is None:
        return source
    names = "".join(f' xmlns:{prefix}="{_BY_PREFIX}{prefix}"' for prefix in sorted(used))
    return source[: first.end()] + names + source[first.end() :]


def _tree(element: Any, depth: int) -> list[Any]:
    """[name, [[attribute, value]], [children]]: names as they stand in the text."""
    if depth > MOST_DEPTH:
        raise ValueError(f"the document is nested more than {MOST_DEPTH} deep")
    from lxml import etree

    attributes = [[_name(element, key), value] for key, value in element.attrib.items()]
    above = element.getparent()
    outer = dict(above.nsmap) if above is not None else {}
    for prefix, uri in element.nsmap.items():
        if outer.get(prefix) != uri and not uri.startswith(_BY_PREFIX):
            attributes.append([f"xmlns:{prefix}" if prefix else "xmlns", uri])
    children: list[Any] = []

    def add(text: str | None) -> None:
        if text and children and isinstance(children[-1], str):
            children[-1] += text
        elif text:
            children.append(text)

    add(element.text)
    for child in element:
        if child.tag is etree.Entity:
            add(child.text)
        else:
            children.append(_tree(child, depth + 1))
        add(child.tail)
    prefix = f"{element.prefix}:" if element.prefix else ""
    return [prefix + etree.QName(element).localname, attributes, children]


def _name(element: Any, key: str) -> str:
    if not key.startswith("{"):
        return key
    uri, _, local = key[1:].partition("}")
    if uri == "http://www.w3.org/XML/1998/namespace":
        return f"xml:{local}"
    prefix = next((name for name, known in element.nsmap.items() if known == uri and name), "")
    return f"{prefix}:{local}" if prefix else local


def _by_prefix(root: Any) -> None:
    """Name elements by their prefixes instead of their namespaces."""
    from lxml import etree

    for element in root.iter(etree.Element):
        local = etree.QName(element).localname
        element.tag = f"{{{_BY_PREFIX}{element.prefix}}}{local}" if element.prefix else local
