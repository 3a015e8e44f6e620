"""`Dictionary`: what is known of tables that are not modelled: well-known columns, and rows of the dictionary itself.

Rows of `sys_dictionary` (name, element, internal_type, reference, default_value, display …), `sys_choice` (name,
element, value, label) and `sys_db_object` (name, label, super_class) count where the instance has them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from sn_mock.query.columns import SYSTEM_COLUMNS, Column
from sn_mock.query.source import Row
from sn_mock.query.well_known import DISPLAY_NAMES, WELL_KNOWN

T = TypeVar("T")
DICTIONARY_TABLES = ("sys_dictionary", "sys_choice", "sys_db_object")
_DEEPEST = 20


class Dictionary:
    """Answers for one instance. `rows` gives a table's rows by sys_id, without extensions."""

    def __init__(self, rows: Callable[[str], Mapping[str, Row]], version: Callable[[], object]) -> None:
        self._rows = rows
        self._version = version
        self._read_at: object = None
        self._kept: dict[tuple[str, str], Any] = {}

    def _once(self, what: str, table: str, make: Callable[[str], T]) -> T:
        """What was found out about a table, until the dictionary's own rows change."""
        if (version := self._version()) != self._read_at:
            self._kept.clear()
            self._read_at = version
        key = (what, table)
        if key not in self._kept:
            self._kept[key] = make(table)
        found: T = self._kept[key]
        return found

    def describes(self, table: str) -> bool:
        """The base system has it, or dictionary rows are about it."""
        return table in WELL_KNOWN or table in self._objects() or bool(self.described(table))

    def is_whole(self, table: str) -> bool:
        """Dictionary rows describe every column: the table, and whatever it extends, has them."""
        return all(self.described(name) for name in self.ancestors(table))

    def described(self, table: str) -> Mapping[str, Column]:
        """The columns that `sys_dictionary` has for the table itself."""
        return self._once("described", table, self._described)

    def _described(self, table: str) -> Mapping[str, Column]:
        labels: dict[str, dict[str, str]] = {}
        for choice in self._rows("sys_choice").values():
            if choice.get("name") == table and choice.get("inactive") != "true":
                labels.setdefault(choice.get("element", ""), {})[choice.get("value", "")] = choice.get("label", "")
        return {
            name: _entry(entry, labels.get(name, {}))
            for entry in self._rows("sys_dictionary").values()
            if entry.get("name") == table and (name := entry.get("element", ""))
        } | {name: Column(name, "", choices=known) for name, known in labels.items() if name not in self._named(table)}

    def _named(self, table: str) -> set[str]:
        return {e.get("element", "") for e in self._rows("sys_dictionary").values() if e.get("name") == table}

    def columns(self, table: str) -> Mapping[str, Column]:
        """All known columns: the system's, those of what it extends, well-known and described ones."""
        return self._once("columns", table, self._columns)

    def _columns(self, table: str) -> Mapping[str, Column]:
        found = dict(SYSTEM_COLUMNS)
        for name in reversed(self.ancestors(table)):
            if name in WELL_KNOWN:
                found |= {column.name: column for column in WELL_KNOWN[name].columns}
            for column in self.described(name).values():
                known = found.get(column.name)
                if not column.type and known:  # only choices are known of it
                    column = replace(known, choices={**known.choices, **column.choices})
                found[column.name] = column
        return found

    def display_column(self, table: str) -> str:
        """The field that stands for a row."""
        return self._once("display", table, self._display_column) or self._guessed(table)

    def _display_column(self, table: str) -> str:
        for name in self.ancestors(table):
            for entry in self._rows("sys_dictionary").values():
                if entry.get("name") == name and entry.get("display") == "true":
                    return entry.get("element", "")
            if name in WELL_KNOWN:
                return WELL_KNOWN[name].display
        return ""

    def _guessed(self, table: str) -> str:
        first = next(iter(self._rows(table).values()), {})
        return next((name for name in DISPLAY_NAMES if name in first), "")

    def ancestors(self, table: str) -> tuple[str, ...]:
        """The table and what it extends, nearest first."""
        return self._once("ancestors", table, self._ancestors)

    def _ancestors(self, table: str) -> tuple[str, ...]:
        chain = [table]
        objects = self._objects()
        while len(chain) < _DEEPEST:
            name = chain[-1]
            parent = objects.get(name, {}).get("super_class", "")
            parent = self._rows("sys_db_object").get(parent, {}).get("name", parent)
            parent = parent or (WELL_KNOWN[name].extends if name in WELL_KNOWN else "")
            if not parent or parent in chain:
                break
            chain.append(parent)
        return tuple(chain)

    def extensions(self, table: str) -> tuple[str, ...]:
        """Every table that extends this one, directly or not."""
        return self._once("extensions", table, self._extensions)

    def _extensions(self, table: str) -> tuple[str, ...]:
        names = dict.fromkeys((*WELL_KNOWN, *self._objects()))
        return tuple(name for name in names if name != table and table in self.ancestors(name))

    def label(self, table: str) -> str:
        """The table's label; made from its name where none is known."""
        named = self._objects().get(table, {}).get("label", "") or (
            WELL_KNOWN[table].label if table in WELL_KNOWN else ""
        )
        return named or table.removeprefix("u_").replace("_", " ").title()

    def _objects(self) -> Mapping[str, Row]:
        return self._once("objects", "", self._all_objects)

    def _all_objects(self, _: str) -> Mapping[str, Row]:
        return {row["name"]: row for row in self._rows("sys_db_object").values() if row.get("name")}


def _entry(row: Row, labels: Mapping[str, str]) -> Column:
    length = row.get("max_length", "")
    return Column(
        row.get("element", ""),
        row.get("internal_type") or "string",
        row.get("column_label", ""),
        row.get("reference", ""),
        dict(labels),
        row.get("default_value", ""),
        row.get("mandatory") == "true",
        int(length) if length.isdigit() and len(length) < 9 else 40,
    )
