"""Every table that is modelled, and where an `Instance` holds its rows: what the record classes say of themselves."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sn_mock.instance import inbound_records, records
from sn_mock.instance.schema import Record

_CLASSES = [
    found
    for found in (*vars(records).values(), *vars(inbound_records).values())
    if isinstance(found, type) and issubclass(found, Record) and found is not Record
]
_CLASSES.sort(key=lambda record_class: record_class is records.SysAttachment)  # the last: it belongs to any of them

TABLES: Mapping[str, type[Record]] = MappingProxyType({found.table: found for found in _CLASSES})
"""Every modelled table by its ServiceNow name, referenced tables before those that refer to them."""

TABLE_ATTRIBUTES: Mapping[str, str] = MappingProxyType({name: found.attribute for name, found in TABLES.items()})
"""The attribute of `Instance` that holds a table's rows."""
