"""GlideAggregate's arithmetic: groups of rows, and COUNT, SUM, MIN, MAX, AVG, STDDEV over their fields."""

from __future__ import annotations

import math
from collections.abc import Sequence

from guarded.values import dataclass
from sn_mock.query.display import walk
from sn_mock.query.source import Row, Tables

FUNCTIONS = ("COUNT", "SUM", "MIN", "MAX", "AVG", "STDDEV", "COUNT(DISTINCT")
_EMPTY = ""


@dataclass(frozen=True, slots=True)
class Aggregate:
    """One figure that is asked for."""

    function: str
    """One of FUNCTIONS."""
    field: str = ""
    """Empty for COUNT of rows."""

    @property
    def key(self) -> str:
        """As `getAggregate(function, field)` asks for it."""
        return f"{self.function}:{self.field}"


@dataclass(frozen=True, slots=True)
class Group:
    """One row of the answer."""

    values: dict[str, str]
    """The fields that were grouped by."""
    first: Row
    """The group's first row; empty where nothing was found."""
    figures: dict[str, str]
    """Aggregate.key → figure; empty where the field had no value."""


def aggregate(
    tables: Tables, table: str, rows: Sequence[Row], by: Sequence[str], wanted: Sequence[Aggregate]
) -> list[Group]:
    """The figures for each combination of the grouped fields, in the order of their first rows.

    Without grouping there is one group, of all rows, even where there are none.
    """
    groups: dict[tuple[str, ...], list[Row]] = {} if by else {(): []}
    for row in rows:
        groups.setdefault(tuple(walk(tables, table, row, path).value for path in by), []).append(row)
    return [
        Group(
            dict(zip(by, values, strict=True)),
            members[0] if members else {},
            {one.key: _figure(tables, table, members, one) for one in wanted},
        )
        for values, members in groups.items()
    ]


def _figure(tables: Tables, table: str, rows: Sequence[Row], wanted: Aggregate) -> str:
    if wanted.function == "COUNT" and not wanted.field:
        return str(len(rows))
    values = [text for row in rows if (text := walk(tables, table, row, wanted.field).value)]
    if wanted.function == "COUNT":
        return str(len(values))
    if wanted.function == "COUNT(DISTINCT":
        return str(len(set(values)))
    numbers = _numbers(values)
    if not values:
        return _EMPTY
    if wanted.function in ("MIN", "MAX"):
        pick = min if wanted.function == "MIN" else max
        return _number(pick(numbers)) if numbers is not None else pick(values)
    if numbers is None:
        return _EMPTY
    total = math.fsum(numbers)
    if wanted.function == "SUM":
        return _number(total)
    mean = total / len(numbers)
    if wanted.function == "AVG":
        return _number(mean)
    spread = math.fsum((number - mean) ** 2 for number in numbers) / len(numbers)
    return _number(math.sqrt(spread))


def _numbers(values: Sequence[str]) -> list[float] | None:
    try:
        numbers = [float(value) for value in values]
    except ValueError:
        return None
    return numbers if all(map(math.isfinite, numbers)) else None


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else f"{value:.4f}".rstrip("0").rstrip(".")
