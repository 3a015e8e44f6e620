"""Dot-walking and display values: what a field is, and what a form shows for it."""

from __future__ import annotations

from guarded.regex import regex
from sn_mock.query.columns import LISTS, Column
from sn_mock.query.source import Row, Tables, column_of

_SYS_ID = regex(r"[0-9a-f]{32}")
_DEEPEST = 20
TRUE = frozenset({"true", "1", "yes"})


class Walked:
    """Where a dot-walked path ends."""

    __slots__ = ("column", "exists", "row", "table", "value")

    def __init__(self, table: str, row: Row | None, column: Column | None, value: str, exists: bool) -> None:
        self.table = table
        self.row = row
        self.column = column
        self.value = value
        self.exists = exists
        """The path names columns that are there, or may be."""


def walk(tables: Tables, table: str, row: Row | None, path: str) -> Walked:
    """Follow `caller_id.location.name` from a row; an empty reference ends in an empty value."""
    steps = path.split(".")
    if len(steps) > _DEEPEST:
        return Walked(table, None, None, "", False)
    for number, step in enumerate(steps):
        column = column_of(tables, table, step)
        value = (row.get(step) or "") if row is not None else ""
        if column is None:
            return Walked(table, row, None, "", False)
        if number == len(steps) - 1:
            return Walked(table, row, column, value, True)
        if not column.reference:
            # Nobody says where it points: the path cannot be judged, and is empty.
            return Walked(table, None, column, "", column.type == "")
        table = column.reference
        row = tables.row(table, value) if value else None
    raise AssertionError("a path has at least one step")


def display_value(tables: Tables, table: str, row: Row | None, path: str | None) -> str:
    """What a form shows for a field, along a path; with None, for the row itself."""
    if path is None:
        name = tables.display_column(table)
        return display_value(tables, table, row, name) if row is not None and name else ""
    walked = walk(tables, table, row, path)
    if walked.column is None:
        return ""
    return shown(tables, walked.column, walked.value)


def shown(tables: Tables, column: Column, value: str) -> str:
    """The display value of one stored value: a reference's name, a choice's label, true or false."""
    if value in column.choices:
        return column.choices[value]
    if column.reference and value:
        if column.type in LISTS:
            return ", ".join(_named(tables, column.reference, part) for part in value.split(","))
        return _named(tables, column.reference, value)
    if column.is_boolean:
        return "true" if value.lower() in TRUE else "false"
    return value


def _named(tables: Tables, table: str, sys_id: str) -> str:
    row = tables.row(table, sys_id.strip())
    if row is None:
        return sys_id
    name = tables.display_column(table)
    return (row.get(name) or "") if name else sys_id


def stored_value(tables: Tables, table: str, field: str, text: str) -> str:
    """The stored value for a display value: a choice's value, the sys_id of the row of that name."""
    column = column_of(tables, table, field)
    if column is None or not text:
        return text
    for value, label in column.choices.items():
        if label.lower() == text.lower():
            return value
    if column.is_boolean:
        return "true" if text.lower() in TRUE else "false"
    if column.reference and not _SYS_ID.fullmatch(text):
        name = tables.display_column(column.reference)
        for row in tables.rows(column.reference):
            if name and (row.get(name) or "").lower() == text.lower():
                return row["sys_id"]
    return text
