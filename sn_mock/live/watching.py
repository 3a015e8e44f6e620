"""`Watch`: has somebody else changed the folder since we last looked?"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from sn_mock.instance.folder.row_files import ROWS_FOLDER, file_of

_Stamp = tuple[int, int, int]
MOST_FILES = 5_000
"""So many files of a folder are watched; more than any instance has records for."""


class Watch:
    """The times and sizes of a folder's files: `rows/` file by file, all others together."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: dict[str, _Stamp] = {}
        self._rows: dict[str, _Stamp | None] = {}

    def look(self) -> None:
        """Remember the files as they are now."""
        self._seen = self._stamps()

    def changed(self) -> bool:
        """Some file outside `rows/` is another one now."""
        return self._stamps() != self._seen

    def know(self, table: str, stamp: _Stamp | None) -> None:
        """A table was read when its file was so."""
        self._rows[table] = stamp

    def look_at_rows(self, tables: Iterable[str]) -> None:
        """Remember these tables' files as they are now."""
        for table in tables:
            self._rows[table] = self.stamp(table)

    def changed_rows(self, tables: Iterable[str]) -> tuple[str, ...]:
        """Those of the tables whose file is another one now; from here on it is the one that is known."""
        found = []
        for table in tables:
            now = self.stamp(table)
            if self._rows.setdefault(table, now) != now:
                found.append(table)
                self._rows[table] = now
        return tuple(found)

    def stamp(self, table: str) -> _Stamp | None:
        """A table's file as it is now; None where there is none."""
        path = file_of(self._folder, table)
        try:
            return None if path is None else _stamp(path.stat())
        except OSError:
            return None

    def _stamps(self) -> dict[str, _Stamp]:
        found: dict[str, _Stamp] = {}
        left = [str(self._folder)]
        while left and len(found) < MOST_FILES:
            try:
                entries = list(os.scandir(left.pop()))
            except OSError:
                continue
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                try:
                    if entry.is_dir(follow_symlinks=False):
                        if entry.name != ROWS_FOLDER:
                            left.append(entry.path)
                    else:
                        found[entry.path] = _stamp(entry.stat())
                except OSError:
                    found[entry.path] = (0, 0, 0)
        return found


def _stamp(found: os.stat_result) -> _Stamp:
    return found.st_mtime_ns, found.st_size, found.st_ino
