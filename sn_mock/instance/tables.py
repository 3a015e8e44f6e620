"""Every table that is modelled, and where an `Instance` holds its rows: what the record classes say of themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from sn_mock.instance import records, ws_security_records
from sn_mock.instance.schema import Kind, Record, fields_of


def _record_classes() -> Iterator[type[Record]]:
    for module in (records, ws_security_records):
        for found in vars(module).values():
            if isinstance(found, type) and issubclass(found, Record) and found.__module__ == module.__name__:
                yield found


def _in_order(classes: Iterable[type[Record]]) -> Iterator[type[Record]]:
    """Referenced tables before those that refer to them, else as they are declared."""
    waiting = list(classes)
    while waiting:
        tables = {one.table for one in waiting}
        ready = next(one for one in waiting if not _refers_to(one) & tables - {one.table})
        waiting.remove(ready)
        yield ready


def _refers_to(record_class: type[Record]) -> set[str]:
    return {str(spec.table) for spec in fields_of(record_class).values() if spec.kind is Kind.REFERENCE}


TABLES: Mapping[str, type[Record]] = MappingProxyType({one.table: one for one in _in_order(_record_classes())})
"""Every modelled table by its ServiceNow name, referenced tables before those that refer to them."""

TABLE_ATTRIBUTES: Mapping[str, str] = MappingProxyType({name: found.attribute for name, found in TABLES.items()})
"""The attribute of `Instance` that holds a table's rows."""
