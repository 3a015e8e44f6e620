"""Which row a reference means: its sys_id, its display value, or `parent.name` where that alone is not enough."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

from sn_mock.instance.schema import FieldSpec, Kind, Record, fields_of
from sn_mock.instance.tables import EXTENSIONS

R = TypeVar("R", bound=Record)
Tables = Mapping[str, Iterable[Record]]


class ReferenceIndex:
    """Answers references over a set of tables."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._by_id: dict[str, dict[str, Record]] = {}
        self._by_name: dict[str, dict[str, list[Record]]] = {}

    def knows(self, table: str | None) -> bool:
        """True when the table is modelled, so that a reference into it can be judged."""
        return table in self._tables

    def find(self, table: str, ref: str) -> tuple[Record, ...]:
        """The rows a reference can mean: the one with that sys_id, else every row of that name."""
        if not ref:
            return ()
        row = self._rows_by_id(table).get(ref)
        if row is not None:
            return (row,)
        return tuple(self._rows_by_name(table).get(ref, ()))

    def resolve(self, table: str, ref: str) -> str:
        """The sys_id a reference means; the reference itself when no row, or more than one, answers to it."""
        found = self.find(table, ref)
        return found[0].sys_id if len(found) == 1 else ref

    def names(self, table: str) -> tuple[str, ...]:
        """The display values of a table, for suggestions."""
        return tuple(row.display_value for row in self._rows(table))

    def spellings(self, row: Record) -> tuple[str, ...]:
        """The names that can be used to refer to a row, shortest first."""
        return (row.display_value, *self._qualified_names(row))

    def resolved(self, row: R) -> R:
        """The row with every reference as sys_id, as far as they can be resolved."""
        changes: dict[str, Any] = {}
        for spec, refs in references(row):
            if not self.knows(spec.table):
                continue
            sys_ids = tuple(self.resolve(str(spec.table), ref) for ref in refs)
            if sys_ids != refs:
                changes[spec.name] = sys_ids if spec.kind is Kind.GLIDE_LIST else sys_ids[0]
        return dataclasses.replace(row, **changes) if changes else row

    def _rows_by_id(self, table: str) -> dict[str, Record]:
        if table not in self._by_id:
            self._by_id[table] = {row.sys_id: row for row in self._rows(table)}
        return self._by_id[table]

    def _rows(self, table: str) -> Iterator[Record]:
        """The rows of a table and of those that extend it."""
        for name in (table, *EXTENSIONS.get(table, ())):
            yield from self._tables.get(name, ())

    def _rows_by_name(self, table: str) -> dict[str, list[Record]]:
        if table not in self._by_name:
            plain: dict[str, list[Record]] = {}
            qualified: dict[str, list[Record]] = {}
            for row in self._rows_by_id(table).values():
                plain.setdefault(row.display_value, []).append(row)
                for name in self._qualified_names(row):
                    qualified.setdefault(name, []).append(row)
            self._by_name[table] = {**qualified, **plain}
        return self._by_name[table]

    def _qualified_names(self, row: Record) -> tuple[str, ...]:
        scope = getattr(row, "sys_scope", None)
        if scope is not None:
            return (f"{scope}.{row.display_value}",)
        parent_spec = fields_of(type(row)).get(row.key[0])
        if parent_spec is None or parent_spec.kind is not Kind.REFERENCE or not self.knows(parent_spec.table):
            return ()
        parents = self.find(str(parent_spec.table), getattr(row, parent_spec.name))
        return tuple(f"{parent.display_value}.{row.display_value}" for parent in parents)


_REFERENCE_FIELDS: dict[type[Record], tuple[FieldSpec, ...]] = {}


def _reference_fields(record_class: type[Record]) -> tuple[FieldSpec, ...]:
    if record_class not in _REFERENCE_FIELDS:
        specs = fields_of(record_class).values()
        _REFERENCE_FIELDS[record_class] = tuple(spec for spec in specs if spec.table)
    return _REFERENCE_FIELDS[record_class]


def references(row: Record) -> Iterator[tuple[FieldSpec, tuple[str, ...]]]:
    """The reference and list fields of a row that are not empty, with the rows they name."""
    for spec in _reference_fields(type(row)):
        value: Any = getattr(row, spec.name)
        if value:
            yield spec, tuple(value) if spec.kind is Kind.GLIDE_LIST else (value,)
