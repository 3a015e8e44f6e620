"""What a script asks of texts: encodings, digests, XML and XPath."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote_plus, unquote_plus

from sn_mock.failure import MockUsageError

Request = Mapping[str, Any]
MOST_DOCUMENTS = 50
MOST_DEPTH = 200
_MACS = {"hmacsha256": "sha256", "hmacsha1": "sha1", "hmacmd5": "md5", "hmacsha384": "sha384", "hmacsha512": "sha512"}
_NAME_TEST = re.compile(r"""('[^']*'|"[^"]*")|\b([A-Za-z_][\w.-]*):(?!:)(?=[A-Za-z_*])""")
_UNDECLARED = re.compile(r"</?([A-Za-z_][\w.-]*):|[\s]([A-Za-z_][\w.-]*):[A-Za-z_][\w.-]*\s*=")
_DECLARED = re.compile(r"xmlns:([A-Za-z_][\w.-]*)\s*=")
_BY_PREFIX = "urn:prefix:"


class TextServices:
    """Stateless but for the documents that XPath is asked of."""

    def __init__(self) -> None:
        self._documents: OrderedDict[int, Any] = OrderedDict()
        self._number = 0
        self.services: Mapping[str, Callable[[Request], Any]] = {
            "encode": lambda request: _encode(request["encode"], request["text"]),
            "decode": lambda request: _decode(request["decode"], request["text"]),
            "digest": _digest,
            "mac": _mac,
            "xml": self._xml,
            "xpath": self._xpath,
        }

    def _xml(self, request: Request) -> dict[str, Any]:
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
        tree = _tree(root, 0)
        if not request["aware"]:
            _by_prefix(root)
        self._number += 1
        self._documents[self._number] = (root, request["aware"])
        if len(self._documents) > MOST_DOCUMENTS:
            self._documents.popitem(last=False)
        return {"root": tree, "number": self._number}

    def _xpath(self, request: Request) -> list[Any]:
        """Element numbers in document order, `[text]`, or `[name, value]` of attributes."""
        from lxml import etree

        if request["number"] not in self._documents:
            raise MockUsageError(f"more than {MOST_DOCUMENTS} documents are in use at once")
        root, aware = self._documents[request["number"]]
        elements = list(root.iter(etree.Element))
        context = elements[request["context"]] if request["context"] >= 0 else root.getroottree()
        prefixes = {prefix: uri for element in elements for prefix, uri in element.nsmap.items() if prefix}
        path = request["xpath"]
        if not aware:
            prefixes = {found[2]: _BY_PREFIX + found[2] for found in _NAME_TEST.finditer(path) if found[2]}
        try:
            found = context.xpath(path, namespaces=prefixes, smart_strings=True)
        except (etree.XPathError, ValueError) as error:
            raise MockUsageError(f"XPath {path}: {error}") from None
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
        raise MockUsageError(f"the document is nested more than {MOST_DEPTH} deep")
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


def _encode(kind: str, text: str) -> str:
    if kind == "url":
        return quote_plus(text)  # java.net.URLEncoder: a blank is +
    return base64.b64encode(text.encode("utf-8", "replace")).decode()


def _decode(kind: str, text: str) -> str:
    if kind == "url":
        return unquote_plus(text)
    try:
        return base64.b64decode("".join(text.split()) + "=" * (-len("".join(text.split())) % 4)).decode(
            "utf-8", "replace"
        )
    except (binascii.Error, ValueError):
        return ""


def _digest(request: Request) -> str:
    digest = hashlib.new(request["digest"], request["text"].encode("utf-8", "replace"), usedforsecurity=False)
    return base64.b64encode(digest.digest()).decode() if request.get("base64") else digest.hexdigest()


def _mac(request: Request) -> str:
    """CertificateEncryption.generateMac: the key is base64, and so is the answer."""
    name = _MACS.get(re.sub("[^a-z0-9]", "", request["mac"].lower()))
    if name is None:
        raise MockUsageError(f"generateMac: the algorithm {request['mac']} is not simulated")
    try:
        key = base64.b64decode(request["key"], validate=True)
    except (binascii.Error, ValueError):
        raise MockUsageError("generateMac: the key is not base64") from None
    return base64.b64encode(hmac.digest(key, request["text"].encode("utf-8", "replace"), name)).decode()
