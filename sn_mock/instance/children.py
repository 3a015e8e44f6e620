"""Rows that belong to a row, found by name without looking through all: a folder may have hundreds of functions."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TypeVar, cast

from sn_mock.instance.schema import Record

R = TypeVar("R", bound=Record)


class _Table:
    """The rows of one table, which are the same as long as they are the same tuple."""

    __slots__ = ("rows",)

    def __init__(self, rows: tuple[Record, ...]) -> None:
        self.rows = rows

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Table) and other.rows is self.rows

    def __hash__(self) -> int:
        return id(self.rows)


@lru_cache(maxsize=4)
def _children(table: _Table, parent_field: str) -> Mapping[tuple[str, str], Record]:
    """Rows by their parent's sys_id and their own name or sys_id; of several the first."""
    found: dict[tuple[str, str], Record] = {}
    for row in table.rows:
        parent = getattr(row, parent_field)
        found.setdefault((parent, row.display_value), row)
        found.setdefault((parent, row.sys_id), row)
    return found


def child(rows: tuple[R, ...], parent_field: str, parent: Record | None, name: str) -> R | None:
    """The first row of that parent with that name or sys_id; None where there is none, or no parent."""
    if parent is None:
        return None
    return cast("R | None", _children(_Table(rows), parent_field).get((parent.sys_id, name)))
