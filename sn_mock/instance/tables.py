"""Every table that is modelled, and where an `Instance` holds its rows: what the record classes say of themselves."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sn_mock.instance import records
from sn_mock.instance.schema import Record

TABLES: Mapping[str, type[Record]] = MappingProxyType(
    {
        record_class.table: record_class
        for record_class in vars(records).values()
        if isinstance(record_class, type) and issubclass(record_class, Record) and record_class is not Record
    }
)
"""Every modelled table by its ServiceNow name, referenced tables before those that refer to them."""

TABLE_ATTRIBUTES: Mapping[str, str] = MappingProxyType({name: found.attribute for name, found in TABLES.items()})
"""The attribute of `Instance` that holds a table's rows."""
