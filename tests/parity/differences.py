"""A case whose two answers are not the same, field by field."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of one case."""

    case: str
    what: str
    ours: str
    java: str
    attachments: tuple[object, ...] = ()
    """What is needed to look at the case again: its keystore file, its request."""
    race: bool = False
    """Java itself answers so and otherwise, and ours is among it: told, and no difference."""

    def __str__(self) -> str:
        return f"{self.case}\n    {self.what}\n      sn-mock  {self.ours}\n      Java     {self.java}"


def compare(
    case: str, ours: Mapping[str, Any], java: Mapping[str, Any], *, attachments: tuple[object, ...] = ()
) -> Iterator[Difference]:
    """Every field in which the two answers differ; a field that one side lacks differs."""
    for what in dict.fromkeys([*ours, *java]):
        mine, theirs = ours.get(what, "(no such field)"), java.get(what, "(no such field)")
        if mine != theirs:
            yield Difference(case, what, text_of(mine), text_of(theirs), attachments)


def text_of(value: object) -> str:
    """A field's value as it is printed."""
    return json.dumps(value, ensure_ascii=False, default=str)
