"""What a JSON document of somebody else has to look like before it is read: a table per document, one walk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from guarded.values import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """A value without places inside it."""

    types: tuple[type, ...]
    name: str


TEXT = Kind((str,), "text")
NUMBER = Kind((int,), "number")
FLAG = Kind((bool, int), "true or false")
ANYTHING = Kind((object,), "value")

Shape = Kind | Mapping[str, "Shape"] | tuple["Shape"]
"""A value; an object with these keys (`?` at a key's end: it may be missing, or null); a list of one shape."""


def misfit(document: Any, shape: Shape) -> str | None:
    """The first place where a document has another shape, as `key_choice.sent is missing`; None where it fits."""
    return next(_misfits("", document, shape), None)


def _misfits(place: str, value: Any, shape: Shape) -> Iterator[str]:
    shown = place or "it"
    if isinstance(shape, Kind):
        if not isinstance(value, shape.types):
            yield f"{shown} is no {shape.name}"
    elif isinstance(shape, tuple):
        if not isinstance(value, list):
            yield f"{shown} is no list"
            return
        for number, item in enumerate(value):
            yield from _misfits(f"{place}[{number}]", item, shape[0])
    elif not isinstance(value, Mapping):
        yield f"{shown} is no object"
    else:
        for key, inner in shape.items():
            name = key.removesuffix("?")
            inside = f"{place}.{name}" if place else name
            if name != key and value.get(name) is None:
                continue
            if name in value:
                yield from _misfits(inside, value[name], inner)
            else:
                yield f"{inside} is missing"
