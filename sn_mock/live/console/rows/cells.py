"""Rows as people see them: display values, and where a reference leads."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

from guarded import secrets
from guarded.values import dataclass
from sn_mock.instance import TABLES
from sn_mock.live.console.rows.labels import CALLED, label_of
from sn_mock.live.outbound import LOG, TEST
from sn_mock.query import Column, InstanceTables, Row, display_value
from sn_mock.query.columns import SYSTEM_COLUMNS

RECORDED = frozenset({LOG, TEST})
"""Tables that calls fill: nobody edits them, and what is called a secret in their texts is not shown."""
_COLUMNS = 6
_LONGEST = 120
_TELLING = ("number", "name", "u_name", "short_description", "state", "priority", "active", "value", "description")
"""Fields that a list of an unknown table shows first."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One field of one row in a list."""

    text: str
    href: str = ""
    kind: str = ""
    """`yes` and `no` for booleans; empty for a text."""


@dataclass(frozen=True, slots=True)
class Head:
    """One column of a list."""

    name: str
    label: str


def record_url(table: str, sys_id: str, **more: str) -> str:
    """The form of a record, at the platform's own address."""
    query = "".join(f"&{name}={quote(value, safe='')}" for name, value in more.items())
    return f"/{table}.do?sys_id={quote(sys_id, safe='')}{query}"


def list_url(table: str, query: str = "", first: int = 1) -> str:
    """The list of a table, at the platform's own address."""
    parts = []
    if query:
        parts.append(f"sysparm_query={quote(query, safe='=@')}")
    if first > 1:
        parts.append(f"sysparm_first_row={first}")
    return f"/{table}_list.do" + (f"?{'&'.join(parts)}" if parts else "")


def plural(tables: InstanceTables, table: str) -> str:
    """The title of a table's list."""
    return CALLED[table].plural if table in CALLED else tables.label(table)


def singular(tables: InstanceTables, table: str) -> str:
    """The title of a table's form."""
    return CALLED[table].one if table in CALLED else tables.label(table)


def heads(tables: InstanceTables, table: str, rows: Iterable[Row]) -> tuple[Head, ...]:
    """The columns of a list: those of the layout, else those that tell most and that some row has."""
    columns = tables.columns(table)
    if table in CALLED:
        names = list(CALLED[table].listed)
    elif table in TABLES:
        names = [name for name in columns if name not in SYSTEM_COLUMNS][:_COLUMNS]
    else:
        filled = dict.fromkeys(name for row in rows for name, value in row.items() if value)
        plain = [name for name in filled if name not in SYSTEM_COLUMNS]
        telling = [name for name in _TELLING if name in filled]
        names = list(dict.fromkeys((*telling, *plain)))[:_COLUMNS] or ["sys_id"]
    return tuple(Head(name, label_of(table, columns.get(name) or Column(name))) for name in names)


def cells(tables: InstanceTables, table: str, row: Row, columns: Iterable[Head]) -> tuple[Cell, ...]:
    """One line of a list; its first cell leads to the record, a reference to what it names."""
    found = []
    for number, head in enumerate(columns):
        text = without_secrets(table, display_value(tables, table, row, head.name))
        if head.name == "expires_in_days" and not row.get("expires"):
            text = ""  # 0 would mean today
        column = tables.columns(table).get(head.name)
        value = row.get(head.name) or ""
        href, kind = "", ""
        if number == 0:
            href, text = record_url(table, row["sys_id"]), text or "(empty)"
        elif column is not None and column.reference and value and column.type == "reference":
            href = record_url(column.reference, value)
        elif column is not None and column.is_boolean:
            kind = "yes" if text == "true" else "no"
        found.append(Cell(shortened(text), href, kind))
    return tuple(found)


def without_secrets(table: str, text: str) -> str:
    """The text as it may be shown."""
    return secrets.body(text) if table in RECORDED else text


def shortened(text: str) -> str:
    """The beginning of a long text, on one line."""
    line = " ".join(text[: 4 * _LONGEST].split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
