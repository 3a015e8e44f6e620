"""Namespace prefixes of a written element: declared once at its root, the names of types in them, too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree

from soap_contract.well_known import SOAP_ENCODING
from soap_contract.writing import XSI_TYPE

_XML = "http://www.w3.org/XML/1998/namespace"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_NAMES_OF_TYPES = (XSI_TYPE, f"{{{SOAP_ENCODING}}}arrayType")


def declared(root: etree._Element, given: Mapping[str, str]) -> etree._Element:
    """The element under a new root that declares `given` (prefix → namespace) and a prefix for every other namespace.

    Names of types that wait as `{namespace}local` get their prefix.
    """
    prefixes = dict(given)
    known = set(prefixes.values())
    for namespace in _namespaces(root):
        if namespace not in known:
            known.add(namespace)
            prefixes["xsi" if namespace == _XSI else f"ns{len(prefixes)}"] = namespace
    made = etree.Element(root.tag, nsmap={**prefixes})
    for name, text in root.attrib.items():
        made.set(name, text)
    made.text = root.text
    made.extend(root)
    of = {namespace: prefix for prefix, namespace in prefixes.items()}
    for node in made.iter(etree.Element):
        for attribute in _NAMES_OF_TYPES:
            waiting = node.get(attribute)
            if waiting is not None and waiting.startswith("{"):
                namespace, _, local = waiting[1:].partition("}")
                node.set(attribute, f"{of[namespace]}:{local}")
    return made


def _namespaces(root: etree._Element) -> Iterator[str]:
    for node in root.iter(etree.Element):
        names = [str(node.tag), *map(str, node.attrib)]
        names += [value for name in _NAMES_OF_TYPES if (value := node.get(name))]
        for name in names:
            namespace = name[1:].partition("}")[0] if name.startswith("{") else ""
            if namespace and namespace != _XML:
                yield namespace
