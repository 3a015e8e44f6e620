"""Values that have to differ: `xs:unique` and `xs:key` of an element's declaration (XSD 1.0 part 1, 3.11)."""

from __future__ import annotations

import string
from collections.abc import Iterator

from lxml import etree

from soap_contract.tidying import xsd

_ALPHABETS = (string.digits, string.ascii_lowercase, string.ascii_uppercase)
_KEYS = (xsd("unique"), xsd("key"))
_MOST_TRIES = 1000


def make_distinct(made: etree._Element, declaration: etree._Element) -> None:
    """Change values of a sample until its declaration's keys are unique.

    A value is counted up like an odometer, digits as digits and letters as letters, so that it keeps its pattern.
    """
    for constraint in declaration.iterchildren(*_KEYS):
        prefixes = {prefix: uri for prefix, uri in constraint.nsmap.items() if prefix}
        selector = constraint.find(xsd("selector"))
        fields = [field.get("xpath", "") for field in constraint.iterchildren(xsd("field"))]
        if selector is None or not fields:
            continue
        try:
            nodes = _found(made, selector.get("xpath", ""), prefixes)
            _distinguish([node for node in nodes if isinstance(node, etree._Element)], fields, prefixes)
        except etree.XPathError:
            continue


def _found(node: etree._Element, path: str, prefixes: dict[str, str]) -> list[etree._Element | str]:
    found = node.xpath(path, namespaces=prefixes)
    return [one for one in found if isinstance(one, (etree._Element, str))] if isinstance(found, list) else []


def _distinguish(nodes: list[etree._Element], fields: list[str], prefixes: dict[str, str]) -> None:
    seen: set[tuple[str, ...]] = set()
    for node in nodes:
        found = [_found(node, field, prefixes) for field in fields]
        if not all(found):
            continue
        values = [_value(one[0]) for one in found]
        for number, one in enumerate(found):
            for value in _others(values[number]):
                if tuple(values) not in seen:
                    break
                values[number] = value
                _set(one[0], value)
        seen.add(tuple(values))


def _value(target: etree._Element | str) -> str:
    return str(target) if isinstance(target, str) else target.text or ""


def _set(target: etree._Element | str, value: str) -> None:
    if isinstance(target, str):
        owner, name = target.getparent(), target.attrname  # type: ignore[attr-defined]
        owner.set(name, value)
    else:
        target.text = value


def _others(value: str) -> Iterator[str]:
    """The values after this one."""
    letters = list(value)
    for _ in range(_MOST_TRIES):
        for at in range(len(letters) - 1, -1, -1):
            alphabet = next((each for each in _ALPHABETS if letters[at] in each), None)
            if alphabet is None:
                continue
            following = (alphabet.index(letters[at]) + 1) % len(alphabet)
            letters[at] = alphabet[following]
            if following:
                break
        else:
            return
        yield "".join(letters)
