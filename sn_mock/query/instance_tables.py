"""`InstanceTables`: the engine's view of an Instance: modelled records and rows of any other table, read and written.

Values are texts: booleans `true` and `false`, references sys_ids, lists joined by commas. Passwords never leave the
instance: reading one gives an empty text, writing one sets it. Nothing is saved here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain
from typing import Any, Protocol

from guarded.regex import regex
from guarded.text import well_formed
from sn_mock.failure import MockUsageError
from sn_mock.instance import TABLES, Instance, Record, Secret
from sn_mock.instance.schema import STAMPS, FieldSpec, Kind, fields_of, new_sys_id
from sn_mock.query.calendar import FORMAT
from sn_mock.query.columns import SYSTEM_COLUMNS, Column
from sn_mock.query.dictionary import DICTIONARY_TABLES, Dictionary
from sn_mock.query.display import TRUE
from sn_mock.query.source import Row
from sn_mock.query.well_known import FIRST_NUMBER, PREFIXES

ADMIN = "6816f79cc0a8016401c5a33be04be441"
"""The sys_id of the user `admin` in the base system."""
_COUNT = regex(r"[0-9]{1,18}")
_TABLE = regex(r"[a-zA-Z][a-zA-Z0-9_]{0,79}")


class HoldsInstance(Protocol):
    """Whatever has the instance as it is now; a write puts another one there."""

    instance: Instance


class InstanceTables:
    """Every table of an instance. `holder.instance` changes with each write to a modelled one."""

    def __init__(
        self, holder: HoldsInstance, *, user: str = "system", clock: Callable[[], datetime] | None = None
    ) -> None:
        self._holder = holder
        self.user = user
        """Who writes: the name in the system fields."""
        self._now = clock or (lambda: datetime.now(UTC))
        self._dictionary = Dictionary(
            self._plain, lambda: tuple(self._holder.instance.rows.version(table) for table in DICTIONARY_TABLES)
        )
        self._columns: dict[str, Mapping[str, Column]] = {}
        self._born = self._birth()

    def _birth(self) -> str:
        """When rows without stamps were made: at the last change of `instance.toml`, else now (ASSUMED)."""
        folder = self._holder.instance.folder
        try:
            seconds = (folder / "instance.toml").stat().st_mtime if folder else None
        except OSError:
            seconds = None
        made = datetime.fromtimestamp(seconds, UTC) if seconds is not None else self._now()
        return min(made, self._now()).strftime(FORMAT)

    # Reading

    def exists(self, table: str) -> bool:
        """Somebody knows the table: it is modelled, described, or has rows."""
        return table in TABLES or self._dictionary.describes(table) or self._holder.instance.rows.has_rows(table)

    def columns(self, table: str) -> Mapping[str, Column]:
        """See `Tables`."""
        if table in TABLES:
            return self._modelled(table)
        return self._dictionary.columns(table)

    def is_open(self, table: str) -> bool:
        """See `Tables`."""
        return table not in TABLES and not self._dictionary.is_whole(table)

    def rows(self, table: str) -> Iterable[Row]:
        """See `Tables`; a table that others extend has their rows, too."""
        others = (_of_class(row, name, table) for name in self._dictionary.extensions(table) for row in self._own(name))
        return chain(self._own(table), others)

    def _own(self, table: str) -> Iterable[Row]:
        """The rows of one table: its records, and what stands beside them in `rows/`."""
        plain = self._plain(table).values()
        if table not in TABLES:
            return plain
        return chain((self._stamped(record) for record in self._holder.instance.table(table)), plain)

    def row(self, table: str, sys_id: str) -> Row | None:
        """See `Tables`."""
        for name in (table, *self._dictionary.extensions(table)):
            record = self._record(name, sys_id) if name in TABLES else None
            found = self._stamped(record) if record else self._plain(name).get(sys_id)
            if found is not None:
                return _of_class(found, name, table)
        return None

    def display_column(self, table: str) -> str:
        """See `Tables`."""
        return TABLES[table].display if table in TABLES else self._dictionary.display_column(table)

    def ancestors(self, table: str) -> tuple[str, ...]:
        """See `Tables`."""
        return self._dictionary.ancestors(table)

    def extensions(self, table: str) -> tuple[str, ...]:
        """The tables that extend this one, directly or not."""
        return self._dictionary.extensions(table)

    def label(self, table: str) -> str:
        """The table's label."""
        return self._dictionary.label(table)

    # Writing

    def insert(self, table: str, values: Mapping[str, str]) -> Row:
        """Add a row with the table's defaults and the system fields; returns it as it is then."""
        values = _well_formed(values)
        sys_id = values.get("sys_id") or new_sys_id()
        now = self._now().strftime(FORMAT)
        stamps = {
            "sys_created_on": now,
            "sys_created_by": self.user,
            "sys_updated_on": now,
            "sys_updated_by": self.user,
            "sys_mod_count": "0",
        }
        if table in TABLES:
            record_class = TABLES[table]
            typed = _typed_values(record_class, values, {})
            self._holder.instance = self._holder.instance.with_record(record_class(**typed, sys_id=sys_id, **stamps))
        else:
            self._check(table)
            defaults = {c.name: c.default for c in self._dictionary.columns(table).values() if c.default}
            defaults |= self._numbered(table, values)
            filled = {name: text for name, text in values.items() if text or name not in defaults}
            self._holder.instance.rows.put(table, {**defaults, **filled, **stamps, "sys_id": sys_id})
        found = self.row(table, sys_id)
        assert found is not None
        return found

    def _numbered(self, table: str, values: Mapping[str, str]) -> dict[str, str]:
        """The next number of a table that has numbers, and the class of a table that is extended."""
        given: dict[str, str] = {}
        if len(self._dictionary.ancestors(table)) > 1 and not values.get("sys_class_name"):
            given["sys_class_name"] = table
        prefix = PREFIXES.get(table)
        if prefix and not values.get("number"):
            highest = self._holder.instance.rows.highest
            if table not in highest:
                taken = (row.get("number", "") for row in self._plain(table).values())
                highest[table] = max(FIRST_NUMBER - 1, *(_counted(text.removeprefix(prefix)) for text in taken), 0)
            highest[table] += 1
            given["number"] = f"{prefix}{highest[table]:07}"
        return given

    def update(self, table: str, values: Mapping[str, str], *, stamp: bool = True) -> Row:
        """Change the row of this sys_id; fields left out stay. Raises `MockUsageError` where there is none."""
        values = _well_formed(values)
        sys_id = values["sys_id"]
        before = self.row(table, sys_id)
        if before is None:
            raise MockUsageError(f"{table} has no row {sys_id}")
        changed = {name: text for name, text in values.items() if text != before.get(name, "") and name not in STAMPS}
        if not changed:
            return before
        stamps = {
            "sys_updated_on": self._now().strftime(FORMAT),
            "sys_updated_by": self.user,
            "sys_mod_count": str(_counted(before.get("sys_mod_count") or "") + 1),
        }
        home = self._home(table, sys_id)
        record = self._record(home, sys_id)
        if record is not None:
            typed = _typed_values(type(record), values, before)
            self._holder.instance = self._holder.instance.replace(record, **typed, **(stamps if stamp else {}))
        else:
            stored = {**self._plain(home)[sys_id], **changed, **(stamps if stamp else {})}
            self._holder.instance.rows.put(home, stored)
        found = self.row(table, sys_id)
        assert found is not None
        return found

    def remove(self, table: str, sys_id: str) -> bool:
        """Delete a row; False where there is none."""
        home = self._home(table, sys_id)
        record = self._record(home, sys_id)
        if record is None:
            return self._holder.instance.rows.remove(home, sys_id)
        self._holder.instance = self._holder.instance.without(record)
        return True

    def _home(self, table: str, sys_id: str) -> str:
        """The table that holds the row: this one, or one that extends it."""
        names = (table, *self._dictionary.extensions(table))
        return next((name for name in names if self._record(name, sys_id) or sys_id in self._plain(name)), table)

    # Inside

    def _plain(self, table: str) -> Mapping[str, Row]:
        return self._holder.instance.rows.table(table)

    def _check(self, table: str) -> None:
        if not _TABLE.fullmatch(table):
            raise MockUsageError(f"'{table}' cannot be the name of a table")

    def _record(self, table: str, sys_id: str) -> Record | None:
        if table not in TABLES:
            return None
        return next((record for record in self._holder.instance.table(table) if record.sys_id == sys_id), None)

    def _modelled(self, table: str) -> Mapping[str, Column]:
        if table not in self._columns:
            columns = {spec.name: _column(spec) for spec in fields_of(TABLES[table]).values()}
            self._columns[table] = {**SYSTEM_COLUMNS, **columns}
        known, added = self._columns[table], self._dictionary.described(table)
        return {**added, **known} if added else known

    def _stamped(self, record: Record) -> Row:
        row = {"sys_id": record.sys_id}
        for spec in fields_of(type(record)).values():
            row[spec.name] = _text(getattr(record, spec.name))
        born = {
            "sys_created_on": self._born,
            "sys_created_by": "admin",
            "sys_updated_on": record.sys_created_on or self._born,
            "sys_updated_by": record.sys_created_by or "admin",
            "sys_mod_count": "0",
        }
        return {**row, **born, **record.stamps}


def _counted(text: str) -> int:
    """The count that a text is; 0 where an editor has written something else there."""
    return int(text) if _COUNT.fullmatch(text) else 0


def _of_class(row: Row, name: str, table: str) -> Row:
    """The row of a table that was asked for through another one, which it extends: it says where it belongs."""
    return row if name == table or row.get("sys_class_name") else {**row, "sys_class_name": name}


def _well_formed(values: Mapping[str, str]) -> Mapping[str, str]:
    """The values without halves of surrogate pairs, which no file can hold; two that belong together become one."""
    return {name: text if text.isascii() else well_formed(text) for name, text in values.items()}


def _column(spec: FieldSpec) -> Column:
    kind = "string" if spec.kind is Kind.CHOICE else str(spec.kind)
    labels = {choice: spec.labels.get(choice, choice) for choice in spec.choices if choice}
    plain = Column(spec.name, kind, reference=spec.table or "", choices=labels, mandatory=spec.mandatory)
    return replace(plain, default=_text(spec.default) if spec.default not in (None, (), "") else "")


def _text(value: Any) -> str:
    if value is None or isinstance(value, Secret):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return ",".join(value) if isinstance(value, tuple) else str(value)


def _typed_values(record_class: type[Record], row: Mapping[str, str], before: Mapping[str, str]) -> dict[str, Any]:
    """The fields that changed, typed; unknown fields are ignored, as GlideRecord does."""
    specs = fields_of(record_class)
    return {
        name: _typed(specs[name], text)
        for name, text in row.items()
        if name in specs and (not before or text != before.get(name, ""))
    }


def _typed(spec: FieldSpec, text: str) -> Any:
    if spec.kind is Kind.BOOLEAN:
        return text.lower() in TRUE
    if spec.kind is Kind.INTEGER:
        return int(text) if re.fullmatch(r"-?\d{1,18}", text) else spec.default
    if spec.kind is Kind.PASSWORD2:
        return Secret(text) if text else None
    if spec.kind is Kind.GLIDE_LIST:
        return tuple(part for part in text.split(",") if part)
    return text
