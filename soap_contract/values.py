"""Sample values for simple types: the shortest text that satisfies the facets."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping

BUILT_IN: Mapping[str, str] = {
    "anyType": "",
    "anySimpleType": "sample",
    "anyURI": "urn:example:sample",
    "base64Binary": "c2FtcGxl",
    "boolean": "true",
    "byte": "1",
    "date": "2030-01-31",
    "dateTime": "2030-01-31T12:00:00Z",
    "decimal": "1.5",
    "double": "1.5",
    "duration": "P1D",
    "float": "1.5",
    "gDay": "---31",
    "gMonth": "--01",
    "gMonthDay": "--01-31",
    "gYear": "2030",
    "gYearMonth": "2030-01",
    "hexBinary": "73616d706c65",
    "ENTITIES": "sample",
    "ENTITY": "sample",
    "ID": "sample",
    "IDREF": "sample",
    "IDREFS": "sample",
    "int": "1",
    "integer": "1",
    "language": "en",
    "long": "1",
    "Name": "sample",
    "NCName": "sample",
    "negativeInteger": "-1",
    "NMTOKEN": "sample",
    "NMTOKENS": "sample",
    "nonNegativeInteger": "1",
    "nonPositiveInteger": "-1",
    "normalizedString": "sample",
    "NOTATION": "sample",
    "positiveInteger": "1",
    "QName": "sample",
    "short": "1",
    "string": "sample",
    "time": "12:00:00Z",
    "token": "sample",
    "unsignedByte": "1",
    "unsignedInt": "1",
    "unsignedLong": "1",
    "unsignedShort": "1",
}
"""Built-in type of XML Schema -> a valid value."""

_NUMBERS = frozenset(
    name for name, value in BUILT_IN.items() if re.fullmatch(r"-?1(\.5)?", value) and name not in ("string",)
)
_CLASSES = {"d": "0", "D": "a", "w": "a", "W": "-", "s": " ", "S": "a", "i": "a", "c": "a", "n": "\n", "t": "\t"}
_LETTERS = {"L": "a", "Lu": "A", "Ll": "a", "N": "0", "Nd": "0", "P": "-", "Z": " ", "S": "+"}


def for_facets(built_in: str, facets: Mapping[str, list[str]]) -> str:
    """A value of `built_in` under these facets (facet name -> its values, outermost restriction first)."""
    if facets.get("enumeration"):
        return facets["enumeration"][0]
    limit = next((facets[name][0] for name in ("minInclusive", "maxInclusive") if facets.get(name)), None)
    if facets.get("pattern") and (limit is None or built_in in _NUMBERS):
        return _long_enough(facets["pattern"][0], _lengths(facets)[0])
    value = BUILT_IN.get(built_in, "sample")
    if built_in in _NUMBERS:
        return _number(value, facets)
    if limit is not None:  # of dates and times; it fits their pattern as a rule
        return limit
    return _sized(value, facets, pad=True) if built_in not in _OCTETS else _octets(built_in, value, facets)


_OCTETS = ("base64Binary", "hexBinary")


def _octets(built_in: str, value: str, facets: Mapping[str, list[str]]) -> str:
    """Binary data; its length counts octets (XML Schema part 2, section 4.3.1)."""
    least, most = _lengths(facets)
    octets = b"sample"[:most].ljust(least, b"x")
    return (
        value
        if octets == b"sample"
        else binascii.hexlify(octets).decode()
        if built_in == "hexBinary"
        else base64.b64encode(octets).decode()
    )


def _lengths(facets: Mapping[str, list[str]]) -> tuple[int, int]:
    exact = facets.get("length", [None])[0]
    return int(exact or facets.get("minLength", ["0"])[0]), int(exact or facets.get("maxLength", ["1000000"])[0])


def _number(value: str, facets: Mapping[str, list[str]]) -> str:
    if facets.get("fractionDigits", [""])[0] == "0":
        value = value.partition(".")[0]
    limits = {name: float(values[0]) for name, values in facets.items() if name.startswith(("min", "max")) and values}
    number = float(value)
    low = limits.get("minInclusive", limits.get("minExclusive", number - 1) + 1)
    high = limits.get("maxInclusive", limits.get("maxExclusive", number + 1) - 1)
    if number < low:
        return facets["minInclusive"][0] if "minInclusive" in facets else _plain(low)
    if number > high:
        return facets["maxInclusive"][0] if "maxInclusive" in facets else _plain(high)
    return value


def _plain(number: float) -> str:
    return str(int(number)) if number == int(number) else str(number)


def _sized(value: str, facets: Mapping[str, list[str]], *, pad: bool) -> str:
    shortest, longest = _lengths(facets)
    if len(value) > longest and pad:
        value = value[:longest]
    if len(value) < shortest and pad:
        value = (value or "x") + "x" * (shortest - len(value or "x"))
    return value


_MAX_DRAWN_OUT = 200


def _long_enough(pattern: str, shortest: int) -> str:
    """A text of the pattern with at least so many characters; its open ends are drawn out where that helps."""
    text = from_pattern(pattern)
    for repeats in range(1, min(shortest, _MAX_DRAWN_OUT) + 1):
        if len(text) >= shortest:
            break
        text = from_pattern(pattern, repeats)
    return text


def from_pattern(pattern: str, repeats: int = 0) -> str:
    """A short text that matches an XML Schema pattern; best effort for exotic ones.

    What may stand any number of times (`*`, `+`, `{2,}`, and up to its maximum `{0,9}`) stands `repeats` times or as
    often as it must.
    """
    return _alternatives(pattern, 0, repeats)[0]


def _alternatives(pattern: str, at: int, repeats: int) -> tuple[str, int]:
    """The first branch; skips the others up to `)` or the end."""
    chosen, at = _branch(pattern, at, repeats)
    while at < len(pattern) and pattern[at] == "|":
        other, at = _branch(pattern, at + 1, repeats)
        chosen = chosen or other
    return chosen, at


def _branch(pattern: str, at: int, repeats: int) -> tuple[str, int]:
    found = []
    while at < len(pattern) and pattern[at] not in "|)":
        atom, at = _atom(pattern, at, repeats)
        count, at = _quantity(pattern, at, repeats)
        found.append(atom * count)
    return "".join(found), at


def _atom(pattern: str, at: int, repeats: int) -> tuple[str, int]:
    char = pattern[at]
    if char == "(":
        text, at = _alternatives(pattern, at + 1, repeats)
        return text, at + 1
    if char == "[":
        return _set(pattern, at + 1)
    if char == "\\":
        return _escape(pattern, at + 1)
    return ("a" if char == "." else char), at + 1


def _escape(pattern: str, at: int) -> tuple[str, int]:
    char = pattern[at] if at < len(pattern) else ""
    if char == "p" and pattern[at + 1 : at + 2] == "{":
        end = pattern.find("}", at)
        name = pattern[at + 2 : end]
        return _LETTERS.get(name, _LETTERS.get(name[:1], "a")), end + 1
    return _CLASSES.get(char, char), at + 1


def _set(pattern: str, at: int) -> tuple[str, int]:
    negative = pattern[at : at + 1] == "^"
    at += negative
    members, first = [], None
    while at < len(pattern) and (pattern[at] != "]" or first is None):
        if pattern[at] == "\\":
            char, at = _escape(pattern, at + 1)
        elif pattern[at] == "-" and pattern[at + 1 : at + 2] == "[":
            end = pattern.find("]", at)
            at = end + 1
            continue
        else:
            char, at = pattern[at], at + 1
        first = first or char
        members.append(char)
    if negative:
        first = next((char for char in "a0A- xyz" if char not in members), "a")
    return first or "", at + 1


def _quantity(pattern: str, at: int, repeats: int) -> tuple[int, int]:
    if at >= len(pattern):
        return 1, at
    if pattern[at] == "*":
        return repeats, at + 1
    if pattern[at] == "?":
        return min(repeats, 1), at + 1
    if pattern[at] == "+":
        return max(1, repeats), at + 1
    if pattern[at] == "{":
        end = pattern.find("}", at)
        low, comma, high = pattern[at + 1 : end].partition(",")
        least = int(low or 0)
        if not comma:
            return least, end + 1
        wanted = max(repeats, least or (1 if high not in ("", "0") else 0))
        return min(wanted, int(high)) if high else wanted, end + 1
    return 1, at
