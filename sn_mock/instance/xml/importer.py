"""`import_files`: exports into an instance folder, all of it or nothing, with an account of what did not come in."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

from guarded.regex import regex
from sn_mock.instance.folder.toml_folder import INSTANCE_FILE
from sn_mock.instance.instance import Instance
from sn_mock.instance.records import EccAgent, SysAttachment, SysProperty
from sn_mock.instance.references import ReferenceIndex, references
from sn_mock.instance.schema import STAMPS, Kind, Record, fields_of
from sn_mock.instance.tables import TABLE_ATTRIBUTES, TABLES
from sn_mock.instance.xml.attachment_spool import AttachmentSpool
from sn_mock.instance.xml.conversion import convert, is_sys_id, needed_passwords, password_reference, unknown_fields
from sn_mock.instance.xml.existing import existing_or_new
from sn_mock.instance.xml.report import ImportReport, LeftOut, PasswordNeeded
from sn_mock.instance.xml.row_spool import RowSpool, is_kept
from sn_mock.instance.xml.sources import XmlSource, sources
from sn_mock.instance.xml.xml_reader import ExportFileError, Handlers, NoExportError, RawRecord, read_export

_ATTACHMENT_TABLES = {"sys_attachment", "sys_attachment_doc"}
_PLATFORM_FIELDS = {"sys_id", "sys_scope", "sys_package", *STAMPS}
_FILE_FIELDS = {"compressed", "size_bytes", "hash"}
"""What conversion and attachments read besides the fields of their records."""
_WRAPPERS = {"sys_remote_update_set", "sys_update_set"}
_STAYS_HOME = {"sys_protocol_profile", "sys_certificate"}
"""Tables that are data, not customer updates: their rows do not travel in update sets."""


def import_files(paths: Sequence[Path | str], into: Path | str, *, release: str | None = None) -> ImportReport:
    """Read exports (files, folders, zips) and merge their rows into the instance folder `into`.

    A folder that does not exist yet is created, for `release` (the newest when not given). Rows are matched by sys_id.
    Raises `MockUsageError` for missing paths and for a folder that is there but broken.
    """
    folder = Path(into)
    instance = existing_or_new(folder, release)
    with AttachmentSpool(set(TABLES) - {"sys_attachment"}) as spool, RowSpool() as rows:
        importer = _Importer(instance, spool, rows)
        for source in sources([Path(path) for path in paths], importer.notes):
            importer.read(source)
        report = importer.finish(is_new=not (folder / INSTANCE_FILE).exists() and release is None)
        if report.written:
            report = dataclasses.replace(report, notes=(*report.notes, *report.instance.save(folder)))
            rows.write_into(folder)
    return report


class _Wanted(Collection[str]):
    """The tables whose rows are collected: the modelled ones, and those that are kept as plain rows."""

    def __contains__(self, table: object) -> bool:
        return table in TABLES or table in _ATTACHMENT_TABLES or (isinstance(table, str) and is_kept(table))

    def __iter__(self) -> Iterator[str]:
        return iter((*TABLES, *_ATTACHMENT_TABLES))

    def __len__(self) -> int:
        return len(TABLES) + len(_ATTACHMENT_TABLES)


class _Streamed(Collection[str]):
    """The tables whose rows go to a file, and not into memory."""

    def __contains__(self, table: object) -> bool:
        return table == "sys_attachment_doc" or (isinstance(table, str) and is_kept(table))

    def __iter__(self) -> Iterator[str]:
        return iter(("sys_attachment_doc",))

    def __len__(self) -> int:
        return 1


class _Importer:
    def __init__(self, instance: Instance, spool: AttachmentSpool, rows: RowSpool) -> None:
        self.instance = instance
        self.spool = spool
        self.row_spool = rows
        self.tables: dict[str, dict[str, Record]] = {
            table: {row.sys_id: row for row in instance.table(table)} for table in TABLES
        }
        self.files = 0
        self.passed_over: Counter[str] = Counter()
        self.fresh: dict[str, str] = {}
        self.property_ids = {row.display_value: row.sys_id for row in instance.properties}
        self.names: dict[str, dict[str, str]] = {}
        """Reference field → sys_id of the row → what the export calls the target."""
        self.deleted: Counter[str] = Counter()
        self.skipped: Counter[str] = Counter()
        self.skipped_fields: Counter[str] = Counter()
        self.left_out: list[LeftOut] = []
        self.notes: list[str] = []

    # Reading

    def read(self, source: XmlSource) -> None:
        """Read one file. Rows before a break come in; a file that is hostile or no export brings nothing."""
        taken = 0
        broken: list[LeftOut] = []
        skipped: Counter[str] = Counter()

        def take(raw: RawRecord) -> None:
            nonlocal taken
            taken += 1
            if raw.table in _ATTACHMENT_TABLES and not _removes(raw) and not self.spool.is_wanted(raw):
                self.spool.add(source.label, raw)
            elif raw.table not in TABLES and raw.table not in _ATTACHMENT_TABLES:
                if not self.row_spool.add(raw):
                    skipped.update([raw.table])
            else:
                self._apply(raw, source.label)

        def broken_payload(update: str, why: str) -> None:
            table = _table_of(update)
            if table is None or table in _Wanted():
                broken.append(LeftOut(source.label, f"customer update '{update}'", why))
            else:
                skipped.update([table])

        handlers = Handlers(
            wanted=_Wanted(),
            record=take,
            skipped=lambda table: skipped.update([table]),
            broken_payload=broken_payload,
            fields={table: {*fields_of(record), *_PLATFORM_FIELDS} for table, record in TABLES.items()}
            | {"sys_attachment": {*fields_of(TABLES["sys_attachment"]), *_PLATFORM_FIELDS, *_FILE_FIELDS}},
            streamed=_Streamed(),
        )
        try:
            with source.open() as stream:
                read_export(stream, handlers)
        except NoExportError as error:
            if not source.is_given:
                self.passed_over[error.kind] += 1
                return
            broken.append(LeftOut(source.label, "the file", str(error)))
        except ExportFileError as error:
            broken.append(LeftOut(source.label, "the rest of the file" if taken or skipped else "the file", str(error)))
        except OSError as error:
            broken.append(LeftOut(source.label, "the file", error.strerror or str(error)))
        self.files += 1
        self.left_out += broken
        self.skipped += skipped

    def _apply(self, raw: RawRecord, label: str) -> None:
        where = f"{label}, update '{raw.update}'" if raw.update else label

        def complain(what: str, why: str) -> None:
            self.left_out.append(LeftOut(where, what, why))

        if raw.table == "sys_attachment" and not _removes(raw):
            self.spool.add(where, raw)
        elif raw.table == "sys_attachment_doc":
            return
        elif raw.action == "delete_multiple":
            if not self._delete_multiple(raw):
                complain(raw.table, f"delete_multiple with the query '{raw.query}' is not carried out; delete by hand")
        elif raw.action == "DELETE":
            self._delete(raw.table, raw.text("sys_id").lower())
        elif conversion := convert(raw, complain):
            self.skipped_fields.update(f"{raw.table}.{name}" for name in unknown_fields(raw))
            record = self._keep_passwords(conversion.record)
            self._insert(record)
            self.fresh[record.sys_id] = where
            for name, shown in conversion.reference_names.items():
                self.names.setdefault(name, {})[record.sys_id] = shown

    def _insert(self, record: Record) -> None:
        rows = self.tables[record.table]
        if isinstance(record, SysProperty):
            replaced = self.property_ids.get(record.name)
            if replaced != record.sys_id:
                rows.pop(replaced or "", None)
            self.property_ids[record.name] = record.sys_id
        rows[record.sys_id] = record

    def _keep_passwords(self, record: Record) -> Record:
        """The record with the passwords that the folder already has for it."""
        known = self.tables[record.table].get(record.sys_id)
        if known is None:
            return record
        kept = {
            spec.name: getattr(known, spec.name)
            for spec in fields_of(type(record)).values()
            if spec.kind is Kind.PASSWORD2
        }
        return dataclasses.replace(record, **kept)

    def _delete_multiple(self, raw: RawRecord) -> bool:
        """Remove the rows an encoded query names; False for queries that are more than `field=value`, joined by `^`."""
        conditions = [condition.partition("=") for condition in raw.query.split("^")]
        known = {"sys_id", *fields_of(TABLES[raw.table])}
        if any(name not in known or not equals for name, equals, _ in conditions):
            return False
        for sys_id, record in list(self.tables[raw.table].items()):
            if all(getattr(record, name) == value for name, _, value in conditions):
                self._delete(raw.table, sys_id)
        return True

    def _delete(self, table: str, sys_id: str) -> None:
        if table == "sys_attachment":
            self.spool.forget(sys_id)
        if self.tables.get(table, {}).pop(sys_id, None) is not None:
            self.deleted[table] += 1
        files = self.tables["sys_attachment"]
        for file in [row for row in files.values() if isinstance(row, SysAttachment) and row.table_sys_id == sys_id]:
            del files[file.sys_id]

    # Finishing

    def finish(self, *, is_new: bool) -> ImportReport:
        """Rebuild attachments, settle references and passwords, and build the instance."""
        self._settle_references()
        self._attach()
        passwords = self._settle_passwords()
        imported = Counter(table for table, rows in self.tables.items() for sys_id in rows if sys_id in self.fresh)
        self._remark(is_new and bool(imported))
        content: dict[str, Any] = {TABLE_ATTRIBUTES[table]: tuple(rows.values()) for table, rows in self.tables.items()}
        for wrapper in _WRAPPERS:
            self.skipped.pop(wrapper, None)
        if self.spool.foreign:
            self.skipped["sys_attachment"] += self.spool.foreign
        return ImportReport(
            instance=dataclasses.replace(self.instance, **content),
            files=self.files,
            passed_over=dict(sorted(self.passed_over.items())),
            imported={table: imported[table] for table in TABLES if imported[table]},
            rows=dict(sorted(self.row_spool.kept.items())),
            deleted=dict(sorted((self.deleted + self.row_spool.deleted).items())),
            skipped=dict(sorted(self.skipped.items())),
            skipped_fields=dict(sorted(self.skipped_fields.items())),
            left_out=tuple(self.left_out),
            passwords=passwords,
            notes=tuple(self.notes),
            written=bool(imported or self.deleted or self.row_spool.kept or self.row_spool.deleted),
        )

    def _settle_references(self) -> None:
        """Empty references to rows that did not come along; leave out rows whose parent is missing."""
        self._add_mid_servers()
        for table in TABLES:
            index = ReferenceIndex({name: rows.values() for name, rows in self.tables.items()})
            for record in list(self.tables[table].values()):
                self._settle(record, index)

    def _add_mid_servers(self) -> None:
        """A MID Server is no more than its name here, and the reference tells it."""
        for rows in list(self.tables.values()):
            for record in rows.values():
                for spec, refs in references(record):
                    shown = self.names.get(spec.name, {}).get(record.sys_id) or ""
                    names = shown.split(", ") if spec.kind is Kind.GLIDE_LIST else [shown]
                    if spec.table != "ecc_agent" or len(names) != len(refs):
                        continue  # of a list whose names cannot be told apart
                    for sys_id, name in zip(refs, names, strict=True):
                        if name and is_sys_id(sys_id) and sys_id not in self.tables["ecc_agent"]:
                            self.tables["ecc_agent"][sys_id] = EccAgent(sys_id=sys_id, name=name)

    def _settle(self, record: Record, index: ReferenceIndex) -> None:
        changes: dict[str, Any] = {}
        for spec, refs in references(record):
            if not index.knows(spec.table):
                continue
            gone = [ref for ref in refs if len(index.find(str(spec.table), ref)) != 1]
            if not gone:
                continue
            shown = self.names.get(spec.name, {}).get(record.sys_id, "")
            single = spec.kind is Kind.REFERENCE
            namesakes = index.find(spec.table, shown) if single and spec.table in _STAYS_HOME else ()
            if len(namesakes) == 1:
                changes[spec.name] = namesakes[0].sys_id
                self.notes.append(
                    f"{record.table} '{record.display_value}'.{spec.name}: {spec.table} {gone[0]} did not come along; "
                    f"'{shown}' of this folder is taken (an instance looks for that sys_id, not for the name)"
                )
                continue
            named = f" '{shown}'" if shown else ""
            lost = "fits more than one row" if index.find(str(spec.table), gone[0]) else "is not in these files"
            why = f"{spec.table}{named} ({', '.join(gone)}) {lost}"
            if spec.table in _STAYS_HOME:
                why += "; such rows do not travel in update sets: export them too and import all files together"
            where = self.fresh.get(record.sys_id, "")
            if spec.mandatory:
                self.left_out.append(LeftOut(where, f"{record.table} '{record.display_value}'", why))
                del self.tables[record.table][record.sys_id]
                return
            self.left_out.append(LeftOut(where, f"{record.table} '{record.display_value}'.{spec.name}", why))
            kept = tuple(ref for ref in refs if ref not in gone)
            changes[spec.name] = kept if spec.kind is Kind.GLIDE_LIST else ""
        if changes:
            self.tables[record.table][record.sys_id] = dataclasses.replace(record, **changes)

    def _attach(self) -> None:
        owners = {(table, sys_id) for table, rows in self.tables.items() for sys_id in rows}
        files = self.tables["sys_attachment"]
        for rebuilt in self.spool.rebuilt(owners):
            if isinstance(rebuilt, LeftOut):
                self.left_out.append(rebuilt)
            else:
                files[rebuilt.sys_id] = rebuilt
                self.fresh[rebuilt.sys_id] = ""

    def _settle_passwords(self) -> tuple[PasswordNeeded, ...]:
        secrets = [
            (record, spec.name, getattr(record, spec.name))
            for rows in self.tables.values()
            for record in rows.values()
            for spec in fields_of(type(record)).values()
            if spec.kind is Kind.PASSWORD2
        ]
        taken = {secret.environment for _, _, secret in secrets if secret and secret.environment}
        needed: list[PasswordNeeded] = []
        for rows in self.tables.values():
            for sys_id, record in list(rows.items()):
                if sys_id not in self.fresh:
                    continue
                for name in needed_passwords(record):
                    secret = password_reference(rows[sys_id], name, taken)
                    filled: dict[str, Any] = {name: secret}
                    rows[sys_id] = dataclasses.replace(rows[sys_id], **filled)
                    what = f"{record.table} '{record.display_value}'.{name}"
                    needed.append(PasswordNeeded(str(secret.environment), what))
        return tuple(needed)

    def _remark(self, release_unknown: bool) -> None:
        attached = {
            row.table_sys_id for row in self.tables["sys_attachment"].values() if isinstance(row, SysAttachment)
        }
        for record in self.tables["sys_certificate"].values():
            if getattr(record, "is_keystore", False) and record.sys_id in self.fresh and record.sys_id not in attached:
                self.notes.append(
                    f"sys_certificate '{record.display_value}' came without its keystore file; put the file under "
                    f'attachments/ and add attachment = "attachments/…" to the row'
                )
        if release_unknown:
            self.notes.append(
                f'exports do not name the release; it is set to "{self.instance.release.name}", correct it in '
                f"{INSTANCE_FILE}"
            )


_UPDATE_NAME = regex(r"([a-z][a-z0-9_]*)_[0-9a-f]{32}")


def _table_of(update: str) -> str | None:
    """The table of a customer update, by its name; None where the name does not tell."""
    found = _UPDATE_NAME.fullmatch(update)
    return found[1] if found else None


def _removes(raw: RawRecord) -> bool:
    return raw.action.upper() in {"DELETE", "DELETE_MULTIPLE"}
