"""The operators of filters and encoded queries, as one table.

Docs: "Operators available for filters and queries" (r_OpAvailableFiltersQueries); the spellings NOTLIKE, CONTAINS and
`DOES NOT CONTAIN` are those of base-system queries and of the condition builder. Texts compare without regard to case
(ASSUMED: no page says so; the platform's database does).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto


class Family(Enum):
    """What an operator needs to be judged."""

    TEXT = auto()
    """The field's value and the condition's value."""
    FIELD = auto()
    """The value is the name of another field of the row."""
    MOMENT = auto()
    """The value is a date, a range, or a relative date."""
    CLASS = auto()
    """The value is a table, and the field a class name."""
    CHANGE = auto()
    """What changed in an update: only conditions of business rules and flows; met by no row of a query."""
    ALWAYS = auto()
    """No test at all."""
    DYNAMIC = auto()
    """The value names a dynamic filter option."""


@dataclass(frozen=True, slots=True)
class Operator:
    """One operator."""

    family: Family
    needs_value: bool = True
    test: Callable[[str, str], bool] | None = None
    """For TEXT and FIELD: have, want → met. Both in lower case."""


def ordered(have: str, want: str) -> int:
    """-1, 0 or 1: as numbers where both are numbers, else as texts."""
    one, other = (float(text) if _NUMBER.fullmatch(text) else None for text in (have, want))
    if one is not None and other is not None:
        return (one > other) - (one < other)
    return (have > want) - (have < want)


_NUMBER = re.compile(r"-?\d{1,300}(\.\d{1,300})?")


def _text(test: Callable[[str, str], bool]) -> Operator:
    return Operator(Family.TEXT, test=test)


def _field(test: Callable[[str, str], bool]) -> Operator:
    return Operator(Family.FIELD, test=test)


def _listed(have: str, want: str) -> bool:
    return have in (part.strip() for part in want.split(","))


def _between(have: str, want: str) -> bool:
    low, at, high = want.partition("@")
    return bool(at) and have != "" and ordered(have, low) >= 0 and ordered(have, high) <= 0


def _pattern(have: str, want: str) -> bool:
    """MATCH_PAT: `*` stands for anything (the only wildcard its page names)."""
    return re.fullmatch(".*".join(map(re.escape, want.split("*"))), have, re.DOTALL) is not None


def _contains(have: str, want: str) -> bool:
    return want in have


def _lacks(have: str, want: str) -> bool:
    return want not in have


_ENDS = _text(lambda have, want: have.endswith(want))

OPERATORS: Mapping[str, Operator] = {
    "=": _text(lambda have, want: have == want),
    "!=": _text(lambda have, want: have != want),
    "<>": _text(lambda have, want: have != want),
    ">": _text(lambda have, want: have != "" and ordered(have, want) > 0),
    ">=": _text(lambda have, want: have != "" and ordered(have, want) >= 0),
    "<": _text(lambda have, want: have != "" and ordered(have, want) < 0),
    "<=": _text(lambda have, want: have != "" and ordered(have, want) <= 0),
    "IN": _text(_listed),
    "NOT IN": _text(lambda have, want: not _listed(have, want)),
    "STARTSWITH": _text(lambda have, want: have.startswith(want)),
    "NOT STARTSWITH": _text(lambda have, want: not have.startswith(want)),
    "ENDSWITH": _ENDS,
    "%": _ENDS,
    "LIKE": _text(_contains),
    "CONTAINS": _text(_contains),
    "*": _text(_contains),
    "NOT LIKE": _text(_lacks),
    "NOTLIKE": _text(_lacks),
    "NOT CONTAINS": _text(_lacks),
    "DOES NOT CONTAIN": _text(_lacks),
    "!*": _text(_lacks),
    "MATCH_PAT": _text(_pattern),
    "ISEMPTY": Operator(Family.TEXT, False, lambda have, want: have == ""),
    "ISNOTEMPTY": Operator(Family.TEXT, False, lambda have, want: have != ""),
    "EMPTYSTRING": Operator(Family.TEXT, False, lambda have, want: have == ""),
    "ANYTHING": Operator(Family.ALWAYS, False),
    "BETWEEN": _text(_between),
    "SAMEAS": _field(lambda have, want: have == want),
    "NSAMEAS": _field(lambda have, want: have != want),
    "GT_FIELD": _field(lambda have, want: have != "" and ordered(have, want) > 0),
    "LT_FIELD": _field(lambda have, want: have != "" and ordered(have, want) < 0),
    "GT_OR_EQUALS_FIELD": _field(lambda have, want: have != "" and ordered(have, want) >= 0),
    "LT_OR_EQUALS_FIELD": _field(lambda have, want: have != "" and ordered(have, want) <= 0),
    "ON": Operator(Family.MOMENT),
    "NOTON": Operator(Family.MOMENT),
    "DATEPART": Operator(Family.MOMENT),
    "RELATIVEGT": Operator(Family.MOMENT),
    "RELATIVEGE": Operator(Family.MOMENT),
    "RELATIVELT": Operator(Family.MOMENT),
    "RELATIVELE": Operator(Family.MOMENT),
    "RELATIVEEE": Operator(Family.MOMENT),
    "MORETHAN": Operator(Family.MOMENT),
    "LESSTHAN": Operator(Family.MOMENT),
    "INSTANCEOF": Operator(Family.CLASS),
    "DYNAMIC": Operator(Family.DYNAMIC),
    "VALCHANGES": Operator(Family.CHANGE, False),
    "CHANGESFROM": Operator(Family.CHANGE),
    "CHANGESTO": Operator(Family.CHANGE),
}
"""Spelling → operator."""

LONGEST_FIRST: tuple[str, ...] = tuple(sorted(OPERATORS, key=len, reverse=True))

_ALIASES: Mapping[str, str] = {
    "==": "=",
    "NOTIN": "NOT IN",
    "IS EMPTY": "ISEMPTY",
    "DOES NOT CONTAINS": "DOES NOT CONTAIN",
}


def operator_named(text: str) -> str | None:
    """The operator a script gives to `addQuery`, in any case; None where there is none of that name."""
    name = " ".join(text.upper().split())
    name = _ALIASES.get(name, name)
    return name if name in OPERATORS else None
