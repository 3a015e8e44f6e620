"""Every table that is modelled, and where an `Instance` holds its rows: what the record classes say of themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from sn_mock.instance import connection_records, inbound_records, oauth_records, records
from sn_mock.instance.schema import Kind, Record, fields_of


def _record_classes() -> Iterator[type[Record]]:
    for module in (records, oauth_records, connection_records, inbound_records):
        for found in vars(module).values():
            if isinstance(found, type) and issubclass(found, Record) and found.__module__ == module.__name__:
                yield found


def _extensions(classes: Iterable[type[Record]]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for one in classes:
        if one.extends:
            found[one.extends] = (*found.get(one.extends, ()), one.table)
    return MappingProxyType(found)


EXTENSIONS: Mapping[str, tuple[str, ...]] = _extensions(_record_classes())
"""Table to the modelled tables that extend it: a reference into it may name their rows."""


def _in_order(classes: Iterable[type[Record]]) -> Iterator[type[Record]]:
    """Referenced tables before those that refer to them, else as they are declared; attachments come last."""
    waiting = sorted(classes, key=lambda one: one is records.SysAttachment)
    while waiting:
        tables = {one.table for one in waiting}
        ready = next(one for one in waiting if not _refers_to(one) & tables - {one.table})
        waiting.remove(ready)
        yield ready


def _refers_to(record_class: type[Record]) -> set[str]:
    named = {str(spec.table) for spec in fields_of(record_class).values() if spec.kind is Kind.REFERENCE}
    return named | {extension for table in named for extension in EXTENSIONS.get(table, ())}


TABLES: Mapping[str, type[Record]] = MappingProxyType({one.table: one for one in _in_order(_record_classes())})
"""Every modelled table by its ServiceNow name, referenced tables before those that refer to them."""

TABLE_ATTRIBUTES: Mapping[str, str] = MappingProxyType({name: found.attribute for name, found in TABLES.items()})
"""The attribute of `Instance` that holds a table's rows."""
