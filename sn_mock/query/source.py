"""`Tables`: where the engine gets columns and rows from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from sn_mock.query.columns import Column

Row = Mapping[str, str]
"""Field → stored value as a text; a field that is missing is empty. Booleans are `true` and `false`."""


class Tables(Protocol):
    """What the engine reads."""

    def columns(self, table: str) -> Mapping[str, Column]:
        """The known columns of a table, the system columns included."""

    def is_open(self, table: str) -> bool:
        """The table may have columns beyond the known ones: nobody described it wholly."""

    def rows(self, table: str) -> Iterable[Row]:
        """Its rows, oldest first."""

    def row(self, table: str, sys_id: str) -> Row | None:
        """One row."""

    def display_column(self, table: str) -> str:
        """The field that stands for a row where it is referred to."""

    def ancestors(self, table: str) -> tuple[str, ...]:
        """The table itself and the tables it extends, nearest first."""


def column_of(tables: Tables, table: str, name: str) -> Column | None:
    """The column; one of unknown type where the table may have it; None where it certainly has not."""
    found = tables.columns(table).get(name)
    if found is None and tables.is_open(table):
        return Column(name, "")
    return found
