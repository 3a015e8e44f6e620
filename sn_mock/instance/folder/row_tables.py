"""`RowTables`: the rows of tables that are not modelled, read from the instance folder when first asked for."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from sn_mock.failure import MockUsageError
from sn_mock.instance.folder.packed_rows import PackedRows, Row
from sn_mock.instance.folder.row_files import (
    DELETED,
    append_rows,
    file_of,
    is_wasteful,
    read_rows,
    stored_text,
    table_names,
    write_rows,
)
from sn_mock.instance.schema import derived_sys_id

_LOOK_AGAIN = 500
"""So many rows are appended to a table's file before it is looked at whether it wants to be written anew."""


class RowTables:
    """Tables of rows, each a mapping of texts with a `sys_id`. Changes stay in memory until `save`.

    With `through` every change is in the folder's file before it is in memory: a row that the disk refuses is not
    there. `base` are rows that are there without standing in any file, until somebody changes or removes them.
    """

    def __init__(
        self,
        folder: Path | None = None,
        tables: Mapping[str, Iterable[Mapping[str, Any]]] | None = None,
        *,
        through: bool = False,
        base: Mapping[str, Mapping[str, Row]] | None = None,
    ) -> None:
        self._folder = folder
        self._through = folder if through else None
        self._base = base or {}
        self._appended: dict[str, int] = {}
        self._broken: dict[str, str] = {}
        self._parent: RowTables | None = None
        self._tables: dict[str, PackedRows] = {}
        self._changed: dict[str, dict[str, None]] = {}
        self._counts: dict[str, int] = {}
        self._reading: dict[str, threading.Lock] = {}
        self.highest: dict[str, int] = {}
        """The highest number that was given out, by table, as far as somebody asked."""
        for table, rows in (tables or {}).items():
            for number, row in enumerate(rows, start=1):
                self.put(table, {"sys_id": derived_sys_id(table, "row", str(number)), **row})

    def __copy__(self) -> RowTables:
        return self.branch()

    def branch(self) -> RowTables:
        """Tables that begin as these are, and change on their own."""
        child = RowTables(self._folder)
        child._parent = self
        child.highest = dict(self.highest)
        child._changed = {table: dict(changed) for table, changed in self._changed.items()}
        return child

    def names(self) -> tuple[str, ...]:
        """The tables that have, or had, rows."""
        known = {name for name, rows in self._tables.items() if rows or name in self._counts} | set(self._base)
        known |= (
            set(self._parent.names()) if self._parent else set(table_names(self._folder)) if self._folder else set()
        )
        return tuple(sorted(known))

    def has_rows(self, name: str) -> bool:
        """Some row is there. Nothing is remembered of a table without a file: strangers may ask for any name."""
        if name not in self._tables:
            if self._parent is not None:
                return self._parent.has_rows(name)
            path = file_of(self._folder, name) if self._folder is not None else None
            if name not in self._base and (path is None or not path.exists()):
                return False
        return bool(self._table(name))

    def table(self, name: str) -> Mapping[str, Row]:
        """The rows of a table by sys_id, oldest first; none for a table that nobody wrote to."""
        return self._table(name)

    def _table(self, name: str) -> PackedRows:
        if name not in self._tables:
            if self._parent is not None:
                self._tables[name] = self._parent._table(name).copy()
            elif self._folder is not None:
                self.take_in(name)
            else:
                self._tables[name] = PackedRows()
        return self._tables[name]

    def _read(self, folder: Path, name: str) -> PackedRows:
        return read_rows(folder, name, self._base.get(name))

    def take_in(self, name: str, *, before: Callable[[], None] | None = None) -> None:
        """Read a table from the folder, unless that is done; who comes meanwhile waits, for two copies need twice the
        memory. `before` is called when it is about to be taken in. Raises `MockUsageError`."""
        with self._reading.setdefault(name, threading.Lock()):
            if name not in self._tables and self._folder is not None:
                rows = self._read(self._folder, name)
                if before is not None:
                    before()
                self._tables[name] = rows

    def loaded(self) -> tuple[str, ...]:
        """The tables that have been read from the folder."""
        return tuple(self._tables)

    def reread(self, name: str) -> None:
        """Take a table from its file again, which somebody else has changed.

        Raises `MockUsageError` where it cannot be read; the old rows stay then, and nothing is written to the file.
        """
        if self._folder is None or name not in self._tables:
            return
        self._broken.pop(name, None)
        self.highest.pop(name, None)
        try:
            self._tables[name] = self._read(self._folder, name)
        except MockUsageError as error:
            self._broken[name] = str(error)
            raise

    def version(self, table: str) -> tuple[int, int]:
        """Another value whenever the table has changed."""
        return id(self._table(table)), self._counts.get(table, 0)

    def put(self, table: str, row: Mapping[str, Any]) -> None:
        """Insert a row, or replace the one with its sys_id."""
        stored = {name: stored_text(value) for name, value in row.items()}
        rows = self._table(table)
        if self._through is not None:
            self._append(self._through, table, stored)
        rows[stored["sys_id"]] = stored
        self._note(table, stored["sys_id"])

    def remove(self, table: str, sys_id: str) -> bool:
        """Delete a row; False where there is none."""
        rows = self._table(table)
        if sys_id not in rows:
            return False
        if self._through is not None:
            self._append(self._through, table, {"sys_id": sys_id, DELETED: True})
        del rows[sys_id]
        self._note(table, sys_id)
        return True

    def _append(self, folder: Path, table: str, line: Mapping[str, Any]) -> None:
        """Put a change into the file; now and then, first, write one anew that is full of dead lines."""
        if table in self._broken:
            raise MockUsageError(self._broken[table])
        rows = self._table(table)
        self._appended[table] = self._appended.get(table, 0) + 1
        if self._appended[table] % _LOOK_AGAIN == 0 and is_wasteful(folder, table, len(rows)):
            gone = ({"sys_id": key, DELETED: True} for key in self._base.get(table, ()) if key not in rows)
            write_rows(folder, table, (*rows.values(), *gone))
        append_rows(folder, table, (line,))

    def _note(self, table: str, sys_id: str) -> None:
        if self._through is None:
            self._changed.setdefault(table, {})[sys_id] = None
        self._counts[table] = self._counts.get(table, 0) + 1

    def save(self, folder: Path) -> None:
        """Write what changed into the folder's `rows/`; all of it where the rows came from another folder."""
        home = self._folder is not None and folder.resolve() == self._folder.resolve()
        for table in self.names() if not home else tuple(self._changed):
            rows = self._table(table)
            if not home:
                if rows:
                    write_rows(folder, table, rows.values())
            elif is_wasteful(folder, table, len(rows)):
                write_rows(folder, table, rows.values())
            else:
                changed = self._changed[table]
                append_rows(folder, table, (rows.get(key) or {"sys_id": key, DELETED: True} for key in changed))
        self._folder = folder
        self._changed.clear()
