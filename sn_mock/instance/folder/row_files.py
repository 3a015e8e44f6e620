"""`rows/<table>.jsonl`: the rows of one table, one JSON object a line, beside `instance.toml`.

A later line replaces an earlier one of the same sys_id; `{"sys_id": "…", "__deleted": true}` removes it. Changes are
appended as whole lines with one write, so that a reader sees all of a row or nothing; a last line that was cut off is
no row. When more lines are dead than alive the file is written anew.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from guarded.regex import regex
from sn_mock.failure import MockUsageError
from sn_mock.instance.folder.atomic_writer import write_file_atomically
from sn_mock.instance.folder.packed_rows import PackedRows
from sn_mock.instance.schema import derived_sys_id

ROWS_FOLDER = "rows"
DELETED = "__deleted"
TABLE_NAME = regex(r"[a-z][a-z0-9_]{0,79}")
MOST_LINE_BYTES = 32 << 20
"""A row that is longer is refused (the platform's largest text columns hold 16 million characters)."""
_FEW_LINES = 100
_PIECE = 1 << 20


def table_names(folder: Path) -> tuple[str, ...]:
    """The tables that the folder has rows of."""
    try:
        names = sorted(path.stem for path in (folder / ROWS_FOLDER).glob("*.jsonl"))
    except OSError:
        return ()
    return tuple(name for name in names if TABLE_NAME.fullmatch(name))


def read_rows(folder: Path, table: str, base: Mapping[str, Mapping[str, str]] | None = None) -> PackedRows:
    """The rows of a table by sys_id; those of `base` where the file says nothing of them.

    Raises `MockUsageError`, naming file and line.
    """
    path = _path(folder, table)
    rows = PackedRows()
    rows.update(base or {})
    if path is None or not path.exists():
        return rows
    if not path.is_file():
        raise MockUsageError(f"{path} is not a regular file; next step: put a file there")
    try:
        with path.open("rb") as file:
            for number, line in enumerate(iter(lambda: file.readline(MOST_LINE_BYTES + 1), b""), start=1):
                where = f"{path}, line {number}"
                if len(line) > MOST_LINE_BYTES:
                    raise MockUsageError(f"{where}: is longer than {MOST_LINE_BYTES} bytes; next step: remove the row")
                if not line.strip():
                    continue
                row = _row(line, where, complete=line.endswith(b"\n"))
                if row is not None:
                    _apply(rows, row, table, number)
    except OSError as error:
        raise MockUsageError(f"{path} cannot be read: {error.strerror}") from error
    return rows


def _apply(rows: PackedRows, row: dict[str, Any], table: str, number: int) -> None:
    sys_id = str(row.get("sys_id") or "") or derived_sys_id(table, "row", str(number))
    if row.get(DELETED) is True:
        rows.pop(sys_id, None)
        return
    kept = {name: value if type(value) is str else stored_text(value) for name, value in row.items()}
    rows[sys_id] = {**kept, "sys_id": sys_id}


def _row(line: bytes, where: str, *, complete: bool) -> dict[str, Any] | None:
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        if not complete:
            return None  # a write that was cut off
        reason = _reason(error)
        raise MockUsageError(f"{where}: is not JSON ({reason}); next step: one JSON object a line") from None
    if not isinstance(row, dict):
        raise MockUsageError(f'{where}: is no row; next step: write an object, such as {{"number": "INC1"}}')
    return row


def _reason(error: ValueError | RecursionError) -> str:
    match error:
        case json.JSONDecodeError():
            return error.msg
        case UnicodeDecodeError():
            return "is not UTF-8 text"
        case RecursionError():
            return "is nested too deeply"
    return "has a number of too many digits"


def stored_text(value: Any) -> str:
    """A value as the platform's database has it: a text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def file_of(folder: Path, table: str) -> Path | None:
    """The file of a table; None where no table can be called so."""
    return _path(folder, table)


def append_rows(folder: Path, table: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """Append changed rows (and removals) with one write."""
    _append(_writable(folder, table), [b"".join(_line(row) for row in rows)])


def append_file(folder: Path, table: str, lines: Path) -> None:
    """Append a file of rows, a large piece at a time."""
    path = _writable(folder, table)
    with lines.open("rb") as file:
        _append(path, iter(lambda: file.read(_PIECE), b""))


def _append(path: Path, pieces: Iterable[bytes]) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            start = _begin_a_line(descriptor)
            size = os.fstat(descriptor).st_size
            try:
                for piece in pieces:
                    data, start = start + piece, b""
                    while data:
                        data = data[os.write(descriptor, data) :]
            except OSError:  # a full disk takes a part of it
                os.ftruncate(descriptor, size)
                raise
        finally:
            os.close(descriptor)
    except OSError as error:
        raise MockUsageError(f"{path} cannot be written: {error.strerror}") from error


def _begin_a_line(descriptor: int) -> bytes:
    """What a new line has to begin with; a last line that was cut off in its middle is taken away."""
    size = os.fstat(descriptor).st_size
    start, tail = size, b""
    while start > 0 and b"\n" not in tail and len(tail) <= MOST_LINE_BYTES:
        start = max(0, start - _PIECE)
        tail = os.pread(descriptor, min(_PIECE, size - start - len(tail)), start) + tail
    last = tail.rpartition(b"\n")[2]
    if not last:
        return b""
    try:
        json.loads(last.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        os.ftruncate(descriptor, size - len(last))
        return b""
    return b"\n"


def write_rows(folder: Path, table: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write the table's file anew, as a whole."""
    path = _writable(folder, table)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise MockUsageError(f"{path.parent} cannot be written: {error.strerror}") from error
    write_file_atomically(path, b"".join(_line(row) for row in rows))


def is_wasteful(folder: Path, table: str, alive: int) -> bool:
    """More lines of the file are dead than alive."""
    path = _path(folder, table)
    if path is None or not path.exists():
        return False
    with path.open("rb") as file:
        lines = sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))
    return lines > 2 * alive + _FEW_LINES


def _line(row: Mapping[str, Any]) -> bytes:
    return json.dumps(dict(row), ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def _path(folder: Path, table: str) -> Path | None:
    return folder / ROWS_FOLDER / f"{table}.jsonl" if TABLE_NAME.fullmatch(table) else None


def _writable(folder: Path, table: str) -> Path:
    path = _path(folder, table)
    if path is None:
        raise MockUsageError(
            f"'{table}' cannot be the name of a table; next step: use lower-case letters, digits and _"
        )
    return path
