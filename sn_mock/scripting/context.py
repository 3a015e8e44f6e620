"""`Context`: what surrounds a script where it runs on the platform: a record, inputs, a request, a user."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import field
from typing import Any

from guarded.values import dataclass
from sn_mock.failure import MockUsageError
from sn_mock.instance.schema import new_sys_id
from sn_mock.query import InstanceTables
from sn_mock.query.source import Row

_JSON_PARTS = (
    *("inputs", "request", "parameters", "variables", "scratchpad", "activity", "workflow", "event", "email"),
    *("source", "target", "producer"),
)


@dataclass(frozen=True, slots=True)
class Context:
    """Everything is optional; what is not given is empty, and `current` is not defined without a record."""

    record: tuple[str, str] | None = None
    """Table, and sys_id or display value; an empty one means a record that is being inserted."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """What the update, or the insert, sets: `current` has it, `previous` has not."""
    operation: str = ""
    """`insert`, `update` or `delete`; empty: told by the record."""
    inputs: Mapping[str, Any] = field(default_factory=dict)
    """Of a flow's script step."""
    request: Mapping[str, Any] = field(default_factory=dict)
    """Of a scripted REST resource: body, headers, queryParams, pathParams, queryString, uri, method."""
    parameters: Mapping[str, Any] | None = None
    """Of an ajax request; with `sysparm_name` the processor that the script defines is called."""
    variables: Mapping[str, Any] = field(default_factory=dict)
    """Of a catalogue item: `current.variables`."""
    scratchpad: Mapping[str, Any] = field(default_factory=dict)
    """`workflow.scratchpad`."""
    activity: Mapping[str, Any] = field(default_factory=dict)
    workflow: Mapping[str, Any] = field(default_factory=dict)
    event: Mapping[str, Any] = field(default_factory=dict)
    email: Mapping[str, Any] = field(default_factory=dict)
    source: Mapping[str, Any] = field(default_factory=dict)
    """Of a transform: the staging row's fields."""
    target: Mapping[str, Any] = field(default_factory=dict)
    """Of a transform: the target's fields; `{"table": …, "row": {…}}` makes it a record of that table."""
    producer: Mapping[str, Any] = field(default_factory=dict)
    action: str = ""
    """Of a transform: `insert`, `update` or `ignore`."""
    scope: str = "global"
    """The application scope that the script belongs to."""
    user: str = ""
    """The user name it runs as; empty: the system user."""

    @classmethod
    def from_json(cls, document: Any, where: str) -> Context:
        """The context that a JSON document describes; raises `MockUsageError`, naming the key."""
        if not isinstance(document, dict):
            raise MockUsageError(f'{where}: must be a JSON object, such as {{"inputs": {{"name": "value"}}}}')
        known = [one.name for one in dataclasses.fields(cls)]
        for key, value in document.items():
            if key not in known:
                raise MockUsageError(f"{where}: unknown key '{key}'; known are: {', '.join(known)}")
            wanted = dict if key in (*_JSON_PARTS, "fields") else list if key == "record" else str
            if not isinstance(value, wanted) or (key == "record" and len(value) != 2):
                words = {dict: "an object", list: "a list of table and sys_id", str: "a text"}[wanted]
                raise MockUsageError(f"{where}: {key} must be {words}")
        values = dict(document)
        if "record" in values:
            values["record"] = (str(values["record"][0]), str(values["record"][1]))
        if "fields" in values:
            values["fields"] = {name: _text(value) for name, value in values["fields"].items()}
        return cls(**values)

    def for_engine(self, tables: InstanceTables) -> dict[str, Any]:
        """The context as the prelude reads it. Raises `MockUsageError` where the record is not there."""
        told: dict[str, Any] = {name: dict(getattr(self, name) or {}) for name in _JSON_PARTS}
        if self.parameters is None:
            del told["parameters"]
        told |= {"scope": self.scope, "action": self.action or None, "record": None}
        if self.record is not None:
            table, name = self.record
            before = find_row(tables, table, name) if name else None
            defaults = {c.name: c.default for c in tables.columns(table).values() if c.default}
            row = dict(before) if before is not None else {**defaults, "sys_id": new_sys_id()}
            told["record"] = {
                "table": table,
                "before": row,
                "row": {**row, **self.fields},
                "isNew": before is None,
                "operation": self.operation or None,
            }
        return told


def find_row(tables: InstanceTables, table: str, name: str) -> Row:
    """A row by its sys_id, or by the value it is shown by. Raises `MockUsageError`, saying where rows come from."""
    found = tables.row(table, name)
    if found is not None:
        return found
    display = tables.display_column(table)
    if display:
        named = [row for row in tables.rows(table) if row.get(display) == name]
        if len(named) == 1:
            return named[0]
        if len(named) > 1:
            raise MockUsageError(
                f"{len(named)} rows of {table} have the {display} '{name}'; next step: give the sys_id"
            )
    raise MockUsageError(
        f"{table} has no row '{name}'; next step: add it to rows/{table}.jsonl in the instance folder, one JSON object "
        f'a line, such as {{"sys_id": "{name if len(name) == 32 else "<32 hex digits>"}", "field": "value"}}'
    )


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
