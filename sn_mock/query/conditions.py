"""`Query` and `Condition`: a query as a value."""

from __future__ import annotations

from collections.abc import Sequence

from guarded.values import dataclass


@dataclass(frozen=True, slots=True)
class Condition:
    """One test of a row."""

    field: str
    """A column, or a dot-walked path."""
    operator: str
    """As `operators.OPERATORS` spells it."""
    value: str = ""


Alternatives = tuple[Condition, ...]
"""Conditions joined by OR."""


@dataclass(frozen=True, slots=True)
class Query:
    """Which rows, and in which order."""

    groups: tuple[tuple[Alternatives, ...], ...] = ()
    """Groups joined by NQ (or); in each, alternatives that must all be met. No group: every row."""
    order: tuple[tuple[str, bool], ...] = ()
    """Field, and whether descending."""
    group_by: tuple[str, ...] = ()
    invalid: tuple[str, ...] = ()
    """The parts that were not understood, as they stood."""

    def and_also(self, other: Query) -> Query:
        """Both queries: every group of one with every group of the other."""
        groups = (
            tuple((*mine, *theirs) for mine in self.groups for theirs in other.groups)
            if self.groups and other.groups
            else self.groups or other.groups
        )
        return Query(
            groups,
            self.order + other.order,
            self.group_by + other.group_by,
            self.invalid + other.invalid,
        )


@dataclass(frozen=True, slots=True)
class Window:
    """Which of the rows found are wanted."""

    first: int = 0
    last: int | None = None
    """The row after the last one."""

    @classmethod
    def of(cls, limit: int | None, window: Sequence[int] | None) -> Window:
        """`setLimit` and `chooseWindow`; a limit counts from the window's first row."""
        first, last = (window[0], window[1]) if window else (0, None)
        if limit is not None:
            last = first + limit if last is None else min(last, first + limit)
        return cls(max(0, first), last)


NOTHING: Query = Query()
"""Every row."""

__all__ = ["NOTHING", "Alternatives", "Condition", "Query", "Window"]
