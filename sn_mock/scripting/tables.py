"""GlideRecord's view of the instance's tables: rows as texts, conditions, changes. In memory; nothing is saved.

Values are texts, as GlideRecord gives them: booleans are 1 or 0 to `getValue`, references are sys_ids. Passwords never
leave the instance: reading one gives an empty text, writing one sets it. Texts compare without regard to case, as the
platform's database is known to (ASSUMED: no page of its documentation was found that says so).
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from sn_mock.failure import MockUsageError
from sn_mock.instance import TABLES, Secret
from sn_mock.instance.schema import FieldSpec, Kind, Record, fields_of
from sn_mock.outbound.messages.session import Session

Row = dict[str, str]

_OPERATORS: Mapping[str, Callable[[str, str], bool]] = {
    "=": lambda have, want: have.lower() == want.lower(),
    "!=": lambda have, want: have.lower() != want.lower(),
    ">": lambda have, want: _ordered(have, want) > 0,
    ">=": lambda have, want: _ordered(have, want) >= 0,
    "<": lambda have, want: _ordered(have, want) < 0,
    "<=": lambda have, want: _ordered(have, want) <= 0,
    "IN": lambda have, want: have.lower() in want.lower().split(","),
    "NOT IN": lambda have, want: have.lower() not in want.lower().split(","),
    "STARTSWITH": lambda have, want: have.lower().startswith(want.lower()),
    "ENDSWITH": lambda have, want: have.lower().endswith(want.lower()),
    "CONTAINS": lambda have, want: want.lower() in have.lower(),
    "LIKE": lambda have, want: want.lower() in have.lower(),
    "DOES NOT CONTAIN": lambda have, want: want.lower() not in have.lower(),
    "NOT LIKE": lambda have, want: want.lower() not in have.lower(),
    "ISEMPTY": lambda have, want: have == "",
    "ISNOTEMPTY": lambda have, want: have != "",
}
_ENCODED = re.compile(
    r"(?P<field>[A-Za-z_][A-Za-z0-9_.]*?)"
    r"(?P<operator>ISEMPTY|ISNOTEMPTY|STARTSWITH|ENDSWITH|NOT LIKE|NOT IN|LIKE|IN|!=|>=|<=|=|>|<)(?P<value>.*)",
    re.DOTALL,
)
_TRUE = frozenset({"true", "1", "yes"})


def _ordered(have: str, want: str) -> int:
    one, other = (float(text) if re.fullmatch(r"-?\d+(\.\d+)?", text) else None for text in (have, want))
    if one is not None and other is not None:
        return (one > other) - (one < other)
    return (have > want) - (have < want)


class ScriptTables:
    """The tables of one session's instance, as a script reads and changes them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def fields(self, table: str) -> dict[str, list[str]] | None:
        """The field names of a table; None where the instance has no such table (`isValid()` is false then)."""
        if table not in TABLES:
            return None
        specs = fields_of(TABLES[table])
        booleans = [name for name, spec in specs.items() if spec.kind is Kind.BOOLEAN]
        return {"all": ["sys_id", *specs], "booleans": booleans}

    def query(self, request: Mapping[str, Any]) -> list[Row]:
        """The rows that meet all conditions, in order."""
        table = request["query"]
        if table not in TABLES:
            return []
        rows = [_texts(record) for record in self._session.instance.table(table)]
        for alternatives in request["where"]:
            rows = [row for row in rows if any(self._meets(table, row, *condition) for condition in alternatives)]
        for encoded in request["encoded"]:
            rows = [row for row in rows if self._meets_encoded(table, row, encoded)]
        order = [*request["order"], *(term for encoded in request["encoded"] for term in _encoded_order(encoded))]
        for field, descending in reversed(order):
            rows.sort(key=lambda row: row.get(field, "").lower(), reverse=descending)
        limit = request["limit"]
        return rows if limit is None else rows[: int(limit)]

    def insert(self, table: str, row: Row) -> Row:
        """Add a row; fields left out get the table's defaults."""
        record_class = self._class(table)
        values = _values(record_class, row, {})
        record = record_class(**values, sys_id=row.get("sys_id") or uuid.uuid4().hex)
        self._session.instance = self._session.instance.with_record(record)
        return _texts(self._get(table, record.sys_id))

    def update(self, table: str, row: Row) -> Row:
        """Change a row."""
        record = self._get(table, row["sys_id"])
        changes = _values(type(record), row, _texts(record))
        self._session.instance = self._session.instance.replace(record, **changes)
        return _texts(self._get(table, record.sys_id))

    def remove(self, table: str, sys_id: str) -> bool:
        """Delete a row; False where there is none."""
        record = self._session.instance.get(table, sys_id) if table in TABLES else None
        if record is None:
            return False
        self._session.instance = self._session.instance.without(record)
        return True

    def reference(self, table: str, field: str, value: str) -> dict[str, str]:
        """The table and sys_id that a reference field points to."""
        spec = fields_of(self._class(table)).get(field)
        target = spec.table if spec and spec.table else table
        found = self._session.instance.get(target, value) if spec and spec.table in TABLES and value else None
        return {"table": target, "sys_id": found.sys_id if found else ""}

    def display(self, table: str, field: str | None, row: Row | None) -> str:
        """The display value of a field, or of the row."""
        record_class = self._class(table)
        values = row or {}
        if field is None:
            return values.get(record_class.display, "")
        value = values.get(field, "")
        spec = fields_of(record_class).get(field)
        if spec and spec.kind is Kind.REFERENCE and spec.table in TABLES and value:
            return self._session.instance.shown(str(spec.table), value)
        if spec and spec.kind is Kind.BOOLEAN:
            return "true" if value in _TRUE else "false"
        return value

    def undisplay(self, table: str, field: str, value: str | None) -> str:
        """The stored value for a display value: the sys_id where the field is a reference."""
        spec = fields_of(self._class(table)).get(field)
        if spec and spec.kind is Kind.REFERENCE and spec.table in TABLES and value:
            found = self._session.instance.get(str(spec.table), value)
            return found.sys_id if found else value
        return value or ""

    def _class(self, table: str) -> type[Record]:
        if table not in TABLES:
            raise MockUsageError(f"sn-mock has no table {table}; it knows {', '.join(TABLES)}")
        return TABLES[table]

    def _get(self, table: str, sys_id: str) -> Record:
        record = self._session.instance.get(table, sys_id)
        if record is None:
            raise MockUsageError(f"{table} has no row {sys_id}")
        return record

    def _meets(self, table: str, row: Row, field: str, operator: str, value: Any) -> bool:
        test = _OPERATORS.get(str(operator).strip().upper())
        if test is None:
            raise MockUsageError(f"GlideRecord: the operator {operator} is not simulated")
        have = self._dot_walked(table, row, str(field))
        if have is None:
            return True  # GlideRecord ignores conditions on fields that do not exist
        want = ",".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
        if have in ("1", "0") and want.lower() in ("true", "false"):
            want = "1" if want.lower() == "true" else "0"
        return test(have, want)

    def _dot_walked(self, table: str, row: Row, path: str) -> str | None:
        field, dot, rest = path.partition(".")
        if field not in row:
            return None
        if not dot:
            return row[field]
        target = self.reference(table, field, row[field])
        found = self._session.instance.get(target["table"], target["sys_id"]) if target["sys_id"] else None
        return self._dot_walked(target["table"], _texts(found), rest) if found else ""

    def _meets_encoded(self, table: str, row: Row, query: str) -> bool:
        groups = re.split(r"\^NQ", query)
        return any(self._meets_all(table, row, group) for group in groups)

    def _meets_all(self, table: str, row: Row, group: str) -> bool:
        for term in re.split(r"\^(?!OR)", group):
            if not term or term == "EQ" or term.startswith("ORDERBY"):
                continue
            if not any(self._meets_term(table, row, part) for part in term.split("^OR")):
                return False
        return True

    def _meets_term(self, table: str, row: Row, term: str) -> bool:
        match = _ENCODED.fullmatch(term)
        if match is None:
            raise MockUsageError(f"GlideRecord: the encoded query {term} is not simulated")
        return self._meets(table, row, match["field"], match["operator"], match["value"])


def _encoded_order(query: str) -> list[tuple[str, bool]]:
    """The `ORDERBY` and `ORDERBYDESC` terms of an encoded query: field, and whether descending."""
    matches = (re.fullmatch("ORDERBY(DESC)?(.+)", term) for term in query.split("^"))
    return [(match[2], match[1] is not None) for match in matches if match]


def _texts(record: Record) -> Row:
    """A row as GlideRecord holds it."""
    row = {"sys_id": record.sys_id}
    for spec in fields_of(type(record)).values():
        row[spec.name] = _text(getattr(record, spec.name))
    return row


def _text(value: Any) -> str:
    if value is None or isinstance(value, Secret):
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    return ",".join(value) if isinstance(value, tuple) else str(value)


def _values(record_class: type[Record], row: Row, before: Row) -> dict[str, Any]:
    """The fields that changed, typed; unknown fields are ignored, as GlideRecord does."""
    specs = fields_of(record_class)
    return {
        name: _typed(specs[name], "" if text is None else str(text))
        for name, text in row.items()
        if name in specs and text != before.get(name)
    }


def _typed(spec: FieldSpec, text: str) -> Any:
    if spec.kind is Kind.BOOLEAN:
        return text.lower() in _TRUE
    if spec.kind is Kind.INTEGER:
        return int(text) if re.fullmatch(r"-?\d+", text) else spec.default
    if spec.kind is Kind.PASSWORD2:
        return Secret(text) if text else None
    if spec.kind is Kind.GLIDE_LIST:
        return tuple(part for part in text.split(",") if part)
    return text
