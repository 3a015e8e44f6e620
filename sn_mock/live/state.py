"""`LiveFolder`: an instance folder while it is served.

One lock; whoever holds it sees one state, and the folder holds the same: a write is in `instance.toml` or in
`rows/<table>.jsonl`, whole, before it is in memory. What somebody changes with an editor is seen by the next reader; a
folder that cannot be read any more leaves the last good state in force, and `problem` says why. Writes to its records
are refused as long as that lasts, for they would overwrite the editor's work.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from sn_mock.failure import MockUsageError
from sn_mock.instance import TABLES, Instance, RowTables
from sn_mock.instance.folder.atomic_writer import write_file_atomically
from sn_mock.instance.folder.toml_folder import INSTANCE_FILE
from sn_mock.live.removing import without_row
from sn_mock.live.tables import LiveTables
from sn_mock.live.watching import Watch
from sn_mock.query.source import Row

WARMED_BYTES = 64 << 20
"""Of the files in `rows/` that are read before anybody asks for them."""


class FolderUnreadableError(MockUsageError):
    """The folder cannot be read as it is now; nothing is written to it."""


class _Held:
    """What the tables hold on to while somebody has opened them: the state as it was seen then, and is written now."""

    def __init__(self, folder: LiveFolder) -> None:
        self._folder = folder

    @property
    def instance(self) -> Instance:
        return self._folder.seen

    @instance.setter
    def instance(self, changed: Instance) -> None:
        self._folder.instance = changed


class LiveFolder:
    """The state of a live instance. Every method may be called from any thread.

    `base` are rows that a new instance has (table -> sys_id -> row); they stand in no file until they are changed.
    """

    def __init__(self, path: Path, *, base: Mapping[str, Mapping[str, Row]] | None = None) -> None:
        self.path = path
        self._problems: dict[str, str] = {}
        self.notes: tuple[str, ...] = ()
        """What the last write could not keep of the file, such as comments; mostly nothing."""
        self.version = 0
        """Grows with every change, whoever made it."""
        self._lock = threading.RLock()
        self._watch = Watch(path)
        self._listeners: list[Callable[[Instance], None]] = []
        self._rows = RowTables(path, through=True, base=base)
        self._watch.look()
        self._current = replace(Instance.load(path, require_secrets=False), rows=self._rows)
        self._tables = LiveTables(_Held(self))

    @property
    def problem(self) -> str:
        """Why the folder cannot be read as it is now; empty while all is well."""
        return "\n".join(self._problems.values())

    def told_outside(self, error: MockUsageError) -> str:
        """What clients are told of an error: where the folder is, is nobody's business outside."""
        return str(error).replace(f"{self.path}{os.sep}", "")

    # Reading

    @property
    def instance(self) -> Instance:
        """The instance as it is now: a value that later changes leave alone, but for its `rows`."""
        with self._lock:
            self._refresh()
            return self._current

    @instance.setter
    def instance(self, changed: Instance) -> None:
        """Put another state there: saved, then in force. Raises `MockUsageError` where it cannot be saved."""
        with self._lock:
            if changed is self._current:
                return
            if "" in self._problems:
                raise FolderUnreadableError(f"{self._problems['']}; next step: mend the file, then write again")
            self.notes = self._saved(changed)
            self._watch.look()
            self._take(changed)

    @property
    def seen(self) -> Instance:
        """The instance as the last reader saw it; the folder is not looked at."""
        return self._current

    @contextmanager
    def open(self, user: str = "admin") -> Iterator[LiveTables]:
        """The tables, read and written in the name of `user`, with nobody else at them: keep it short."""
        with self._lock:
            self._refresh()
            self._tables.user = user
            try:
                yield self._tables
            finally:
                self._watch.look_at_rows(self._rows.loaded())

    def change(self, step: Callable[[Instance], Instance]) -> Instance:
        """Make another state of the present one, with nobody in between."""
        with self._lock:
            self._refresh()
            self.instance = step(self._current)
            return self._current

    def warm(self) -> None:
        """Read the tables of rows, as far as they are not very large, so that nobody has to wait for it later.

        The reading is done without the lock: meanwhile others are answered.
        """
        left = WARMED_BYTES
        for table in self._rows.names():
            stamp = self._watch.stamp(table)
            if stamp is None or stamp[1] > left:
                continue
            left -= stamp[1]
            with contextlib.suppress(MockUsageError):  # whoever asks for the table is told
                self._rows.take_in(table, before=partial(self._watch.know, table, stamp))

    def on_change(self, listener: Callable[[Instance], None]) -> None:
        """Have `listener` called with every new state of the modelled records; it must be quick."""
        self._listeners.append(listener)

    # One row at a time

    def insert(self, table: str, values: Mapping[str, str], *, user: str = "admin") -> Row:
        """Add a row, with the table's defaults; returns it as it is then."""
        with self.open(user) as tables:
            return tables.insert(table, values)

    def update(self, table: str, sys_id: str, values: Mapping[str, str], *, user: str = "admin") -> Row:
        """Change fields of a row; the others stay. Raises `MockUsageError` where there is no such row."""
        with self.open(user) as tables:
            return tables.update(table, {**values, "sys_id": sys_id})

    def delete(self, table: str, sys_id: str, *, user: str = "admin") -> bool:
        """Delete a row, and its attachments; False where there is none."""
        with self.open(user) as tables:
            if tables.row(table, sys_id) is None:
                return False
            self.instance = without_row(self._current, table, sys_id)
            return table in TABLES or tables.remove(table, sys_id)

    # Inside

    def _saved(self, changed: Instance) -> tuple[str, ...]:
        """Write the folder; one that could not be read again is put back, and its problems are raised."""
        file = self.path / INSTANCE_FILE
        before = file.read_bytes()
        notes = changed.save(self.path)
        try:
            Instance.load(self.path, require_secrets=False)
        except MockUsageError:
            write_file_atomically(file, before)
            raise
        return notes

    def _refresh(self) -> None:
        """See what others have changed in the folder."""
        if self._watch.changed():
            self._watch.look()
            self._problems.pop("", None)
            try:
                self._take(replace(Instance.load(self.path, require_secrets=False), rows=self._rows))
            except MockUsageError as error:
                self._problems[""] = str(error)
                self.version += 1
        for table in self._watch.changed_rows(self._rows.loaded()):
            self._problems.pop(table, None)
            try:
                self._rows.reread(table)
            except MockUsageError as error:
                self._problems[table] = str(error)
            self.version += 1

    def _take(self, instance: Instance) -> None:
        self._current = instance
        self._tables = self._tables.anew()
        self.version += 1
        for listener in self._listeners:
            listener(instance)
