"""What goes with a row: its attachments, the rows that cannot be without it, and references to it.

On the platform a reference field's cascade rule says so. sn-mock has one rule for all (ASSUMED): a mandatory reference
takes its row along, any other is cleared. Without it the folder would have references that lead nowhere.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sn_mock.instance import TABLES, Instance, Record
from sn_mock.instance.references import references
from sn_mock.instance.schema import Kind


def without_row(instance: Instance, table: str, sys_id: str) -> Instance:
    """The instance without a row of any table; a row of one that is not modelled is not its to remove."""
    files = tuple(file for file in instance.attachments if (file.table_name, file.table_sys_id) == (table, sys_id))
    for file in files:
        instance = instance.without(file)
    if table not in TABLES:
        return instance
    removed = next((record for record in instance.table(table) if record.sys_id == sys_id), None)
    if removed is None:
        return instance
    for record in list(instance.records()):
        dependent, changes = _changes(record, table, sys_id)
        if dependent:
            instance = without_row(instance, record.table, record.sys_id)
        elif changes:
            instance = instance.with_record(replace(record, **changes))
    return instance.without(removed)


def _changes(record: Record, table: str, sys_id: str) -> tuple[bool, dict[str, Any]]:
    """Whether the record goes, too; else the fields that are cleared."""
    changes: dict[str, Any] = {}
    for spec, named in references(record):
        if spec.table != table or sys_id not in named:
            continue
        if spec.mandatory:
            return True, {}
        changes[spec.name] = (
            tuple(name for name in named if name != sys_id) if spec.kind is Kind.GLIDE_LIST else spec.default
        )
    return False, changes
