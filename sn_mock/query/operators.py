"""The operators of filters and encoded queries, as one table.

Docs: "Operators available for filters and queries" (r_OpAvailableFiltersQueries); the spellings NOTLIKE, CONTAINS and
`DOES NOT CONTAIN` are those of base-system queries and of the condition builder. Texts compare without regard to case
(ASSUMED: no page says so; the platform's database does).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum, auto

from guarded.regex import regex
from guarded.values import dataclass


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
    says: str
    """What the field is or does when it is met; for the documentation."""
    needs_value: bool = True
    test: Callable[[str, str], bool] | None = None
    """For TEXT and FIELD: have, want → met. Both in lower case."""


def ordered(have: str, want: str) -> int:
    """-1, 0 or 1: as numbers where both are numbers, else as texts."""
    one, other = number(have), number(want)
    if one is not None and other is not None:
        return (one > other) - (one < other)
    return (have > want) - (have < want)


def number(text: str) -> float | None:
    """The number that a text is; None where it is none, as `nan`, `inf` and `1_000` are not."""
    return float(text) if _NUMBER.fullmatch(text) else None


_NUMBER = regex(r"-?\d{1,300}(\.\d{1,300})?")


def _text(says: str, test: Callable[[str, str], bool]) -> Operator:
    return Operator(Family.TEXT, says, test=test)


def _field(says: str, test: Callable[[str, str], bool]) -> Operator:
    return Operator(Family.FIELD, says, test=test)


def _empty(says: str, test: Callable[[str, str], bool]) -> Operator:
    return Operator(Family.TEXT, says, False, test)


def _moment(says: str) -> Operator:
    return Operator(Family.MOMENT, says)


def _relative(says: str) -> Operator:
    return _moment(f"{says} the relative date, as in `@hour@ago@3` or `@dayofweek@ahead@1`")


def _listed(have: str, want: str) -> bool:
    return have in (part.strip() for part in want.split(","))


def _between(have: str, want: str) -> bool:
    low, at, high = want.partition("@")
    return bool(at) and have != "" and ordered(have, low) >= 0 and ordered(have, high) <= 0


def _pattern(have: str, want: str) -> bool:
    """MATCH_PAT: `*` stands for anything (the only wildcard its page names). Linear: each piece is found once."""
    first, *middle = want.split("*")
    if not middle:
        return have == want
    *middle, last = middle
    position, end = len(first), len(have) - len(last)
    if not have.startswith(first) or not have.endswith(last) or position > end:
        return False
    for piece in middle:
        found = have.find(piece, position, end)
        if found < 0:
            return False
        position = found + len(piece)
    return True


def _contains(have: str, want: str) -> bool:
    return want in have


def _lacks(have: str, want: str) -> bool:
    return want not in have


_ENDS = _text("ends with", lambda have, want: have.endswith(want))
_CONTAINS = _text("contains", _contains)
_LACKS = _text("does not contain", _lacks)
_DIFFERS = _text("is not; an empty field is not, too", lambda have, want: have != want)

OPERATORS: Mapping[str, Operator] = {
    "=": _text("is; `=NULL` is empty", lambda have, want: have == want),
    "!=": _DIFFERS,
    "<>": _DIFFERS,
    ">": _text(
        "is greater, or after; an empty field never is", lambda have, want: have != "" and ordered(have, want) > 0
    ),
    ">=": _text("is greater or equal, at or after", lambda have, want: have != "" and ordered(have, want) >= 0),
    "<": _text("is less, or before", lambda have, want: have != "" and ordered(have, want) < 0),
    "<=": _text("is less or equal, at or before", lambda have, want: have != "" and ordered(have, want) <= 0),
    "IN": _text("is one of a list with commas", _listed),
    "NOT IN": _text("is none of a list", lambda have, want: not _listed(have, want)),
    "STARTSWITH": _text("starts with", lambda have, want: have.startswith(want)),
    "NOT STARTSWITH": _text("does not start with", lambda have, want: not have.startswith(want)),
    "ENDSWITH": _ENDS,
    "%": _ENDS,
    "LIKE": _CONTAINS,
    "CONTAINS": _CONTAINS,
    "*": _CONTAINS,
    "NOT LIKE": _LACKS,
    "NOTLIKE": _LACKS,
    "NOT CONTAINS": _LACKS,
    "DOES NOT CONTAIN": _LACKS,
    "!*": _LACKS,
    "MATCH_PAT": _text("matches a pattern in which `*` is anything", _pattern),
    "ISEMPTY": _empty("is empty", lambda have, want: have == ""),
    "ISNOTEMPTY": _empty("is not empty", lambda have, want: have != ""),
    "EMPTYSTRING": _empty("is the empty text (here the same as empty)", lambda have, want: have == ""),
    "ANYTHING": Operator(Family.ALWAYS, "is anything, empty too", False),
    "BETWEEN": _text("lies between two values, `low@high`, both included", _between),
    "SAMEAS": _field("has the value of another field", lambda have, want: have == want),
    "NSAMEAS": _field("has another value than that field", lambda have, want: have != want),
    "GT_FIELD": _field("is greater than another field", lambda have, want: have != "" and ordered(have, want) > 0),
    "LT_FIELD": _field("is less than another field", lambda have, want: have != "" and ordered(have, want) < 0),
    "GT_OR_EQUALS_FIELD": _field(
        "is greater than another field, or equal", lambda have, want: have != "" and ordered(have, want) >= 0
    ),
    "LT_OR_EQUALS_FIELD": _field(
        "is less than another field, or equal", lambda have, want: have != "" and ordered(have, want) <= 0
    ),
    "ON": _moment("lies in a span, `Label@javascript:gs.beginningOfToday()@javascript:gs.endOfToday()`, or on a day"),
    "NOTON": _moment("is a date, and not in the span"),
    "DATEPART": _moment("has that part of a date, `Monday@javascript:gs.datePart('dayofweek','monday','EE')`"),
    "RELATIVEGT": _relative("is after"),
    "RELATIVEGE": _relative("is at or after"),
    "RELATIVELT": _relative("is before"),
    "RELATIVELE": _relative("is at or before"),
    "RELATIVEEE": _relative("lies in the same hour, day, month … as"),
    "MORETHAN": _moment("is further from another field than a time, `field@day@after@2`"),
    "LESSTHAN": _moment("is nearer to another field than a time"),
    "INSTANCEOF": Operator(Family.CLASS, "names that table, or one that extends it"),
    "DYNAMIC": Operator(Family.DYNAMIC, "is what a dynamic filter option says; known is *Me*"),
    "VALCHANGES": Operator(Family.CHANGE, "changes in an update; no row of a query meets it", False),
    "CHANGESFROM": Operator(Family.CHANGE, "changes from a value; no row of a query meets it"),
    "CHANGESTO": Operator(Family.CHANGE, "changes to a value; no row of a query meets it"),
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
