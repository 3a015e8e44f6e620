"""Loading an instance folder: `instance.toml` and its attachments, with every problem reported at once.

The format is the one `examples/` shows: `[instance]`, `[quirks]`, and one `[[table]]` per row with ServiceNow's field
names. Two keys are ours: `attachment` (a path; its name is what the instance sees) and `attachment_name`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from guarded import files, toml
from sn_mock.failure import MockUsageError
from sn_mock.instance import releases
from sn_mock.instance.folder.folder_files import FolderFiles
from sn_mock.instance.folder.row_tables import RowTables
from sn_mock.instance.folder.slips import encoding_slip, toml_slip
from sn_mock.instance.folder.toml_rows import RowReader
from sn_mock.instance.problems import InstanceErrors, InstanceProblem, did_you_mean
from sn_mock.instance.records import SysAttachment
from sn_mock.instance.references import ReferenceIndex, references
from sn_mock.instance.release_facts import FACTS
from sn_mock.instance.releases import NEWEST, Release
from sn_mock.instance.schema import Record
from sn_mock.instance.tables import TABLE_ATTRIBUTES, TABLES

INSTANCE_FILE = "instance.toml"
_UNIQUE_NAMES = {"sys_properties"}
Built = TypeVar("Built")

_GIVE_A_FOLDER = "next step: give an instance folder, or make one: sn-mock init DIR"


def load_folder(folder: Path, build: Callable[..., Built], *, require_secrets: bool = True) -> Built:
    """Read an instance folder and `build` the instance from its parts; raises `InstanceErrors`.

    With `require_secrets=False` passwords whose environment variable is missing stay unset instead of being a problem.
    """
    loader = _Loader(folder, require_secrets)
    content = loader.load()
    if loader.problems:
        raise InstanceErrors(loader.problems)
    return build(**content)


class _Loader:
    def __init__(self, folder: Path, require_secrets: bool) -> None:
        self.folder = folder
        self.file = str(folder / INSTANCE_FILE)
        self.problems: list[InstanceProblem] = []
        self.files = FolderFiles(folder)
        self.rows = RowReader(self.files, self.complain, require_secrets=require_secrets)

    def complain(self, key: str, message: str) -> None:
        self.problems.append(InstanceProblem(self.file, key, message))

    def load(self) -> dict[str, Any]:
        """The fields of an instance; worth nothing where there are problems."""
        document = self._document()
        known = ("instance", *TABLES, "quirks")
        for key in document:
            if key not in known:
                elsewhere = f"; rows of tables that are not known here belong in rows/{key}.jsonl"
                self.complain(key, f"unknown table{did_you_mean(key, known)}{elsewhere}")
        name, release = self._header(document)
        quirks = self._quirks(document)
        tables = {table: self._table(table, document.get(table, [])) for table in TABLES}
        tables["sys_attachment"] += [(label, file) for label, file in self.rows.attachments]
        self._check_duplicates(tables)
        rows = {table: [record for _, record in labelled] for table, labelled in tables.items()}
        index = ReferenceIndex(rows)
        self._check_references(tables, index)
        rows["sys_attachment"] = [self._attached(label, row, index) for label, row in tables["sys_attachment"]]
        content = {TABLE_ATTRIBUTES[table]: tuple(records) for table, records in rows.items()}
        return {
            "name": name,
            "release": release,
            "quirks": quirks,
            "folder": self.folder,
            "rows": RowTables(self.folder),
            **content,
        }

    def _document(self) -> dict[str, Any]:
        path = self.folder / INSTANCE_FILE
        try:
            data = files.read(path, toml.MAX_BYTES)
            return toml.parse(data)
        except FileNotFoundError:
            where = "there is no such folder" if not self.folder.exists() else f"the folder has no {INSTANCE_FILE}"
            self.complain("", f"{where}; {_GIVE_A_FOLDER}")
        except NotADirectoryError:
            self.complain("", f"{self.folder.name} is a file, no folder; {_GIVE_A_FOLDER}")
        except OSError as error:
            self.complain("", f"cannot be read: {error.strerror}; next step: see who may read it: ls -ld {path}")
        except toml.TomlError as error:
            slip = toml_slip(data.decode("utf-8-sig", "replace"), error.where) if "line" in error.where else ""
            what = error.what.replace("is not UTF-8", encoding_slip(data))
            self.complain(error.where, f"{what}{slip}")
        raise InstanceErrors(self.problems)

    def _header(self, document: dict[str, Any]) -> tuple[str, Release]:
        header = document.get("instance")
        if not isinstance(header, dict):
            self.complain("instance", 'is missing; next step: begin with [instance], name = "…" and release = "…"')
            return "", NEWEST
        for key in header:
            if key not in {"name", "release"}:
                self.complain(f"instance.{key}", f"unknown key{did_you_mean(key, ('name', 'release'))}")
        name = header.get("name", self.folder.resolve().name)
        if not isinstance(name, str) or not name:
            self.complain("instance.name", "must be a text, the instance's name")
            name = ""
        release_name = header.get("release")
        if not isinstance(release_name, str):
            self.complain("instance.release", f'must be a release name, e.g. release = "{NEWEST.name}"')
            return name, NEWEST
        try:
            return name, releases.release(release_name)
        except MockUsageError as error:
            self.complain("instance.release", str(error))
            return name, NEWEST

    def _quirks(self, document: dict[str, Any]) -> dict[str, Any]:
        quirks = document.get("quirks", {})
        if not isinstance(quirks, dict):
            self.complain("quirks", "must be a table: write [quirks], then fact = value")
            return {}
        for name, value in quirks.items():
            if name not in FACTS:
                self.complain(f"quirks.{name}", f"is no release fact{did_you_mean(name, FACTS)}")
            elif complaint := FACTS[name].problem(value):
                self.complain(f"quirks.{name}", complaint)
        return quirks

    def _table(self, table: str, rows: Any) -> list[tuple[str, Record]]:
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            self.complain(table, f"must be written as [[{table}]], once for every row")
            return []
        read = (self.rows.read(table, number, row) for number, row in enumerate(rows, start=1))
        return [labelled for labelled in read if labelled is not None]

    def _check_duplicates(self, tables: dict[str, list[tuple[str, Record]]]) -> None:
        for table, labelled in tables.items():
            seen: dict[str, str] = {}
            names: dict[str, str] = {}
            for label, record in labelled:
                if record.sys_id in seen:
                    self.complain(
                        label,
                        f"is the same row as {seen[record.sys_id]} (sys_id {record.sys_id}); next step: give it "
                        f"another {record.display}, or a sys_id of its own",
                    )
                elif table in _UNIQUE_NAMES and record.display_value in names:
                    self.complain(label, f"{record.display} is already used by {names[record.display_value]}")
                seen.setdefault(record.sys_id, label)
                names.setdefault(record.display_value, label)

    def _check_references(self, tables: dict[str, list[tuple[str, Record]]], index: ReferenceIndex) -> None:
        for labelled in tables.values():
            for label, record in labelled:
                for spec, refs in references(record):
                    if spec.table in tables:
                        for ref in refs:
                            self._check_reference(f"{label}.{spec.name}", spec.table, ref, index)

    def _check_reference(self, key: str, table: str, ref: str, index: ReferenceIndex) -> None:
        found = index.find(table, ref)
        if not found:
            hint = did_you_mean(ref, index.names(table)) or f"; next step: add a [[{table}]]"
            self.complain(key, f"no {table} is called '{ref}' or has it as sys_id{hint}")
        elif len(found) > 1:
            ids = ", ".join(row.sys_id for row in found)
            self.complain(key, f"'{ref}' can mean {len(found)} rows of {table}; next step: give the sys_id ({ids})")

    def _attached(self, label: str, row: Record, index: ReferenceIndex) -> Record:
        """An attachment with the row it belongs to as sys_id."""
        assert isinstance(row, SysAttachment)
        if not index.knows(row.table_name):
            return row
        self._check_reference(f"{label}.table_sys_id", row.table_name, row.table_sys_id, index)
        owner = index.resolve(row.table_name, row.table_sys_id)
        if owner == row.table_sys_id:
            return row
        return SysAttachment(
            sys_id=row.sys_id,
            file_name=row.file_name,
            content_type=row.content_type,
            table_name=row.table_name,
            table_sys_id=owner,
            data=row.data,
        )
