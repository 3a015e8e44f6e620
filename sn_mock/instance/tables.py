"""Every table that is modelled, and where an `Instance` holds its rows: what the record classes say of themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from sn_mock.instance import connection_records, inbound_records, oauth_records, records, ws_security_records
from sn_mock.instance.schema import Kind, Record, fields_of


def _record_classes() -> Iterator[type[Record]]:
    for module in (records, ws_security_records, oauth_records, connection_records, inbound_records):
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
    """As they are declared, each right after the tables it refers to that were not there yet; attachments come last."""
    known = {one.table: one for one in sorted(classes, key=lambda one: one is records.SysAttachment)}
    placed: set[str] = set()
    for one in known.values():
        yield from _after_its_targets(one, known, placed)


def _after_its_targets(
    record_class: type[Record], known: Mapping[str, type[Record]], placed: set[str]
) -> Iterator[type[Record]]:
    if record_class.table in placed:
        return
    placed.add(record_class.table)
    for table in _referred_to(record_class):
        if table in known:
            yield from _after_its_targets(known[table], known, placed)
    yield record_class


def _referred_to(record_class: type[Record]) -> Iterator[str]:
    for spec in fields_of(record_class).values():
        if spec.kind is Kind.REFERENCE:
            yield from (str(spec.table), *EXTENSIONS.get(str(spec.table), ()))


TABLES: Mapping[str, type[Record]] = MappingProxyType({one.table: one for one in _in_order(_record_classes())})
"""Every modelled table by its ServiceNow name, referenced tables before those that refer to them."""

TABLE_ATTRIBUTES: Mapping[str, str] = MappingProxyType({name: found.attribute for name, found in TABLES.items()})
"""The attribute of `Instance` that holds a table's rows."""
