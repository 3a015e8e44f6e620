"""A table is two things: its record, which names a field of `Instance`, and that field. Forgetting one is seen here."""

from __future__ import annotations

import dataclasses
import typing

from sn_mock.instance import TABLES, Instance
from sn_mock.instance.schema import Kind, Record, fields_of
from sn_mock.instance.tables import TABLE_ATTRIBUTES


def row_fields(instance_class: type) -> dict[str, type[Record]]:
    """The fields of an instance that hold rows: `tuple[SomeRecord, ...]`."""
    hints = typing.get_type_hints(instance_class)
    found = {}
    for field in dataclasses.fields(instance_class):
        row = (*typing.get_args(hints[field.name]), None)[0]
        if typing.get_origin(hints[field.name]) is tuple and isinstance(row, type) and issubclass(row, Record):
            found[field.name] = row
    return found


def test_every_table_has_its_field_and_every_field_its_table() -> None:
    """The record's `attribute` is a field of `Instance` that holds rows of just that class, and there are no others."""
    assert row_fields(Instance) == {row.attribute: row for row in TABLES.values()}
    assert list(TABLE_ATTRIBUTES) == list(TABLES)
    # and the judge itself: a field that no record names is found
    extended = dataclasses.make_dataclass(
        "Extended", [("more", tuple[Record, ...], ())], bases=(Instance,), frozen=True
    )
    assert row_fields(extended).keys() - set(TABLE_ATTRIBUTES.values()) == {"more"}


def test_referenced_tables_come_first() -> None:
    """Folders and exports are written in the order of `TABLES`: a row that is referred to stands before who refers."""
    seen: set[str] = set()
    for table, row in TABLES.items():
        for spec in fields_of(row).values():
            if spec.kind is Kind.REFERENCE and spec.table in TABLES:
                assert spec.table in seen | {table}, (table, spec.name)
        seen.add(table)
