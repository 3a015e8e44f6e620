"""Values that have to differ, or to agree: `xs:unique`, `xs:key` and `xs:keyref` of a declaration (XSD 1.0, 3.11)."""

from __future__ import annotations

import itertools
import string
from collections.abc import Iterator, Sequence

from lxml import etree

from soap_contract.tidying import xsd

_ALPHABETS = (string.digits, string.ascii_lowercase, string.ascii_uppercase)
_KEYS = (xsd("unique"), xsd("key"))
_REFERENCE = xsd("keyref")
_MOST_TRIES = 1000
_LONGEST_NUMBER = 18
_Field = etree._Element | str
"""An element, or an attribute as XPath gives it."""


def is_constrained(declaration: etree._Element) -> bool:
    """Whether an element's declaration has a constraint of identity."""
    return next(declaration.iterchildren(*_KEYS, _REFERENCE), None) is not None


def make_distinct(constrained: Sequence[tuple[etree._Element, etree._Element]]) -> None:
    """Change values of a sample until all keys are unique; then what refers to a key gets the value of one.

    `constrained` are its elements with their declarations, inner ones first. A value is counted up like an odometer,
    digits as digits and letters as letters, so that it keeps its pattern; a number counts on.
    """
    for made, declaration in constrained:
        for constraint in declaration.iterchildren(*_KEYS):
            _distinguish(_rows(made, constraint))
    for made, declaration in constrained:
        keys = {key.get("name", ""): _rows(made, key) for key in declaration.iterchildren(*_KEYS)}
        for constraint in declaration.iterchildren(_REFERENCE):
            known = keys.get(constraint.get("refer", "").rpartition(":")[2], [])
            for fields, key in zip(_rows(made, constraint), itertools.cycle(known), strict=False):
                for field, target in zip(fields, key, strict=False):
                    _set(field, _value(target))


def _rows(made: etree._Element, constraint: etree._Element) -> list[list[_Field]]:
    """The fields of every node that the constraint selects; nodes that lack one are no rows."""
    prefixes = {prefix: uri for prefix, uri in constraint.nsmap.items() if prefix}
    selector = constraint.find(xsd("selector"))
    paths = [field.get("xpath", "") for field in constraint.iterchildren(xsd("field"))]
    if selector is None or not paths:
        return []
    try:
        nodes = [node for node in _found(made, selector.get("xpath", ""), prefixes) if isinstance(node, etree._Element)]
        rows = [[_found(node, path, prefixes) for path in paths] for node in nodes]
    except etree.XPathError:
        return []
    return [[found[0] for found in row] for row in rows if all(row)]


def _found(node: etree._Element, path: str, prefixes: dict[str, str]) -> list[_Field]:
    found = node.xpath(path, namespaces=prefixes)
    return [one for one in found if isinstance(one, (etree._Element, str))] if isinstance(found, list) else []


def _distinguish(rows: list[list[_Field]]) -> None:
    seen: set[tuple[str, ...]] = set()
    for fields in rows:
        values = [_value(field) for field in fields]
        for number, field in enumerate(fields):
            for value in _others(values[number]):
                if tuple(values) not in seen:
                    break
                values[number] = value
                _set(field, value)
        seen.add(tuple(values))


def _value(target: _Field) -> str:
    return str(target) if isinstance(target, str) else target.text or ""


def _set(target: _Field, value: str) -> None:
    if isinstance(target, str):
        owner, name = target.getparent(), target.attrname  # type: ignore[attr-defined]
        owner.set(name, value)
    else:
        target.text = value


def _others(value: str) -> Iterator[str]:
    """The values after this one; a number counts on."""
    if value.isdecimal() and len(value) <= _LONGEST_NUMBER:
        yield from (str(int(value) + more).zfill(len(value)) for more in range(1, _MOST_TRIES))
        return
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
