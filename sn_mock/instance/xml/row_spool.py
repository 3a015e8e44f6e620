"""Rows of tables that are not modelled, on their way from an export into `rows/`: through temporary files, not memory.

Kept are the tables of the business and those of the platform's own that something here reads; the platform's other
configuration (`sys_ui_…`, `sys_hub_…`, `sp_…`) is counted and left behind.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from sn_mock.instance.folder.row_files import DELETED, TABLE_NAME, append_file, is_wasteful, read_rows, write_rows
from sn_mock.instance.tables import TABLES
from sn_mock.instance.xml.xml_reader import RawRecord

READ_HERE = frozenset(
    {
        *(
            "sys_user",
            "sys_user_group",
            "sys_user_grmember",
            "sys_user_has_role",
            "sys_user_role",
            "sys_user_preference",
        ),
        *("sys_dictionary", "sys_choice", "sys_db_object", "sys_documentation", "sys_ui_message", "sys_scope"),
        *("sys_script", "sysauto_script", "sys_alias", "sys_connection", "sys_ws_definition", "sys_ws_operation"),
        *("sysapproval_approver", "sys_journal_field", "sysevent", "sys_outbound_http_log"),
    }
)
_PLATFORM = ("sys", "sp_", "wf_", "ua_", "pa_", "atf_", "ml_", "v_", "chat_", "cmn_map_", "item_option", "metric_")
_FLUSH_BYTES = 1 << 18


def is_kept(table: str) -> bool:
    """The rows of this table are worth keeping."""
    if table in TABLES or not TABLE_NAME.fullmatch(table):
        return False
    return table in READ_HERE or not table.startswith(_PLATFORM)


class RowSpool:
    """Collects rows; `write_into` appends them to a folder's files."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="sn-mock-rows-"))
        self._pending: dict[str, list[bytes]] = {}
        self._pending_bytes: Counter[str] = Counter()
        self.kept: Counter[str] = Counter()
        """Rows inserted or updated, by table."""
        self.deleted: Counter[str] = Counter()
        """Rows removed by DELETE actions, by table."""

    def __enter__(self) -> RowSpool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def add(self, raw: RawRecord) -> bool:
        """Take a row; False where it has no sys_id or says what rows do not (delete_multiple)."""
        sys_id = raw.text("sys_id").lower()
        action = raw.action.upper()
        if not sys_id or action == "DELETE_MULTIPLE":
            return False
        if action == "DELETE":
            self.deleted[raw.table] += 1
            self._write(raw.table, {"sys_id": sys_id, DELETED: True})
        else:
            self.kept[raw.table] += 1
            self._write(raw.table, {name: found.text for name, found in raw.fields.items()} | {"sys_id": sys_id})
        return True

    def _write(self, table: str, row: Mapping[str, object]) -> None:
        line = json.dumps(row, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
        self._pending.setdefault(table, []).append(line)
        self._pending_bytes[table] += len(line)
        if self._pending_bytes[table] > _FLUSH_BYTES:
            self._flush(table)

    def _flush(self, table: str) -> None:
        with (self._folder / table).open("ab") as file:
            file.writelines(self._pending.pop(table, []))
        self._pending_bytes[table] = 0

    def write_into(self, folder: Path) -> None:
        """Append everything to the folder's `rows/`, table by table."""
        for table in {*self.kept, *self.deleted}:
            self._flush(table)
            append_file(folder, table, self._folder / table)
            lines = self.kept[table] + self.deleted[table]
            if is_wasteful(folder, table, lines):
                write_rows(folder, table, read_rows(folder, table).values())
