"""Saving an instance as a folder that loads back equal.

Rows are written table by table with the fields that differ from their defaults; references by name where the name is
unambiguous; attachments as files. Passwords that came from the environment go back as `env:NAME`.
"""

from __future__ import annotations

import tempfile
import tomllib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

from guarded import toml
from guarded.regex import regex
from sn_mock.failure import MockUsageError
from sn_mock.instance import stand_ins
from sn_mock.instance.folder.atomic_writer import write_atomically
from sn_mock.instance.folder.toml_folder import INSTANCE_FILE, load_folder
from sn_mock.instance.folder.toml_keeping import NotKeptError, Written, edited
from sn_mock.instance.records import SysAttachment, SysCertificate
from sn_mock.instance.references import ReferenceIndex
from sn_mock.instance.releases import Release
from sn_mock.instance.schema import FieldSpec, Kind, Record, fields_of
from sn_mock.instance.tables import TABLES
from sn_mock.secret import Secret

FILE_PREFIX = "file:"
_IN_MEMORY = 8 << 20
"""A larger text waits in a temporary file."""
_UNSAFE = regex(r"[^A-Za-z0-9._-]+")


class Saved(Protocol):
    """What an instance must offer to be written."""

    @property
    def name(self) -> str:
        """The instance's name."""

    @property
    def release(self) -> Release:
        """Its release."""

    @property
    def quirks(self) -> Mapping[str, Any]:
        """The release facts overridden for it."""

    @property
    def attachments(self) -> tuple[SysAttachment, ...]:
        """Its files."""

    def table(self, name: str) -> tuple[Record, ...]:
        """The rows of one table."""

    def references(self) -> ReferenceIndex:
        """The index over its tables."""


def save_folder(instance: Saved, folder: Path, beside: Mapping[str, bytes] | None = None) -> tuple[str, ...]:
    """Write the folder, and the files `beside` it (path → content): all of it or nothing. Files that are there stay.

    A file that is there is edited: its comments, its `file:` and `env:` references stay. Where that cannot be done it
    is written anew, with the old one beside it, and a note returned that says so. Raises `MockUsageError` where the
    disk refuses, and for a file so large that it would not be read again.
    """
    if (folder / INSTANCE_FILE).is_file():
        files, notes = _beside_what_is_there(instance, folder)
        _refuse_what_is_not_read(folder, len(files[INSTANCE_FILE]))
        write_atomically(folder, {**(beside or {}), **files})
        return notes
    writer = _Writer(instance)
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as text:
        for line in writer.lines():
            text.write(f"{line}\n".encode())
        _refuse_what_is_not_read(folder, text.tell())
        text.seek(0)
        write_atomically(folder, {**(beside or {}), INSTANCE_FILE: text, **writer.files})
    return ()


def _refuse_what_is_not_read(folder: Path, size: int) -> None:
    if size > toml.MAX_BYTES:
        raise MockUsageError(
            f"{folder / INSTANCE_FILE} would have {size} bytes, and {toml.MAX_BYTES} is the most that is read; nothing "
            "was written; next step: fewer rows of the tables that stand in this file"
        )


def _beside_what_is_there(instance: Saved, folder: Path) -> tuple[dict[str, bytes], tuple[str, ...]]:
    old = (folder / INSTANCE_FILE).read_bytes()
    try:
        text = old.decode("utf-8-sig")
        before = load_folder(folder, type(instance), require_secrets=False)
        explicit = len(tomllib.loads(text).get("sys_attachment", ()))
        long_form = {file.sys_id for file in before.attachments[:explicit]}
        taken = {found.relative_to(folder).as_posix() for found in (folder / "attachments").rglob("*")}
        kept = edited(text, _written(before, long_form), _written(instance, long_form), taken)
    except (NotKeptError, MockUsageError, UnicodeDecodeError) as error:
        why = str(error) if isinstance(error, NotKeptError) else "it could not be read"
        note = (
            f"{INSTANCE_FILE} was written anew ({why}): comments and file: references were not kept; the old file is "
            f"{INSTANCE_FILE}.bak"
        )
        return {**_files(instance), f"{INSTANCE_FILE}.bak": old}, (note,)
    return {**kept.files, INSTANCE_FILE: kept.text.encode()}, ()


def _written(instance: Saved, long_form: Collection[str]) -> Written:
    """The instance as it is written, to be compared with another state of it."""
    writer = _Writer(instance, long_form)
    document = tomllib.loads("\n".join(writer.lines()))
    return Written(document, writer.sys_ids, writer.files)


def instance_toml(instance: Saved) -> str:
    """The text of `instance.toml` that `save_folder` writes."""
    return _files(instance)[INSTANCE_FILE].decode()


def _files(instance: Saved) -> dict[str, bytes]:
    writer = _Writer(instance)
    text = "".join(f"{line}\n" for line in writer.lines())
    return {INSTANCE_FILE: text.encode(), **writer.files}


class _Writer:
    def __init__(self, instance: Saved, long_form: Collection[str] = ()) -> None:
        """`long_form` are the attachments (sys_ids) that keep a block of their own."""
        self.instance = instance
        self.sys_ids: dict[str, list[str]] = {}
        self.index: ReferenceIndex = instance.references()
        self.files: dict[str, bytes] = {}
        self._taken: set[str] = set()
        self._numbers: dict[str, int] = {}
        self._short: dict[str, SysAttachment] = {}
        for file in instance.attachments:
            if file.sys_id not in long_form and self._fits_short_form(file):
                self._short[file.table_sys_id] = file

    def lines(self) -> Iterator[str]:
        yield "[instance]"
        yield f"name = {toml_text(self.instance.name)}"
        yield f"release = {toml_text(self.instance.release.name)}"
        if self.instance.quirks:
            yield ""
            yield "[quirks]"
            for name, value in self.instance.quirks.items():
                yield f"{name} = {toml_value(value)}"
        for table in TABLES:
            for record in self.instance.table(table):
                if self._short.get(getattr(record, "table_sys_id", "")) is not record:
                    yield ""
                    yield f"[[{table}]]"
                    self.sys_ids.setdefault(table, []).append(record.sys_id)
                    yield from self._row(record)

    def _row(self, record: Record) -> Iterator[str]:
        written = {}
        for spec in fields_of(type(record)).values():
            value = getattr(record, spec.name)
            if value and spec.kept_in:
                written[spec.name] = self._text_file(spec, record, value)
            elif value != spec.default or spec.mandatory:
                written[spec.name] = self._written(spec, value)
        if str(written.get("wsdl", "")).startswith(FILE_PREFIX):
            path = written["wsdl"].removeprefix(FILE_PREFIX)
            self.files[path] = str(written.pop("wsdl_xml", "")).encode()
            self._taken.add(path.lower())
        if not self._spell_key(record, written):
            yield f"sys_id = {toml_text(record.sys_id)}"
        for name, value in written.items():
            yield f"{name} = {toml_value(value)}"
        if isinstance(record, SysCertificate) and record.stand_in:
            yield f"stand_in = {toml_value(stand_ins.written(record.stand_in))}"
            self.files.update(
                {entry.certificate_file: entry.certificate for entry in record.stand_in if entry.certificate}
            )
        for name, value in record.stamps.items():
            yield f"{name} = {toml_value(value)}"
        file = record if isinstance(record, SysAttachment) else self._short.get(record.sys_id)
        if file is not None:
            path = self._path(file)
            yield f"{'file' if file is record else 'attachment'} = {toml_text(path)}"
            if file is not record and path.rpartition("/")[2] != file.file_name:
                yield f"attachment_name = {toml_text(file.file_name)}"

    def _written(self, spec: FieldSpec, value: Any) -> Any:
        if spec.kind is Kind.REFERENCE and self.index.knows(spec.table):
            return self._reference(str(spec.table), value)
        if spec.kind is Kind.GLIDE_LIST and self.index.knows(spec.table):
            return tuple(self._reference(str(spec.table), item) for item in value)
        if isinstance(value, Secret):
            return f"env:{value.environment}" if value.environment is not None else value.reveal()
        if spec.from_file and value.startswith(FILE_PREFIX):
            path = self._free_path(f"{spec.name}.txt")
            self.files[path] = value.encode()
            return f"{FILE_PREFIX}{path}"
        return value

    def _spell_key(self, record: Record, written: dict[str, Any]) -> bool:
        """Spell the naming fields so that the loader derives the row's sys_id from them; False when none does."""
        first, *rest = record.key
        specs = fields_of(type(record))
        spec = specs[first]
        names = [written.get(first, spec.default)]
        if spec.kind is Kind.REFERENCE and self.index.knows(spec.table):
            names = self._spellings(str(spec.table), getattr(record, first))
        for name in names:
            key = {first: name, **{other: written.get(other, specs[other].default) for other in rest}}
            if all(key.values()) and type(record)(**key).sys_id == record.sys_id:
                if first in written:
                    written[first] = name
                return True
        return False

    def _reference(self, table: str, sys_id: str) -> str:
        return self._spellings(table, sys_id)[0]

    def _spellings(self, table: str, sys_id: str) -> list[str]:
        """What leads back to a row: its display value, `parent.name`, and always its sys_id."""
        names = (name for row in self.index.find(table, sys_id) for name in self.index.spellings(row))
        return [name for name in names if [row.sys_id for row in self.index.find(table, name)] == [sys_id]] + [sys_id]

    def _fits_short_form(self, file: SysAttachment) -> bool:
        """True for the only file of a modelled row, when the loader would derive the sys_id it has."""
        if file.table_name not in TABLES or file.table_sys_id in self._short or file.content_type:
            return False
        derived = SysAttachment(
            file_name=file.file_name, table_name=file.table_name, table_sys_id=file.table_sys_id
        ).sys_id
        owner = self.index.find(file.table_name, file.table_sys_id)
        return bool(owner) and file.sys_id == derived

    def _path(self, file: SysAttachment) -> str:
        path = self._free_path(file.file_name)
        self.files[path] = file.data
        return path

    def _text_file(self, spec: FieldSpec, record: Record, text: str) -> str:
        path = self._free_path(f"{record.display_value}.js", spec.kept_in)
        self.files[path] = text.encode()
        return f"{FILE_PREFIX}{path}"

    def _free_path(self, file_name: str, folder: str = "attachments") -> str:
        """A path of its own below a folder, close to the name and harmless on every file system."""
        name = _UNSAFE.sub("_", file_name)[-100:].lstrip(".") or "file"
        path, key = f"{folder}/{name}", f"{folder}/{name}".lower()
        while path.lower() in self._taken:
            self._numbers[key] = number = self._numbers.get(key, 1) + 1
            path = f"{folder}/{number}-{name}"
        self._taken.add(path.lower())
        return path


def toml_value(value: Any) -> str:
    """A Python value as TOML."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key} = {toml_value(item)}' for key, item in value.items())}}}"
    if isinstance(value, tuple | list):
        return f"[{', '.join(toml_value(item) for item in value)}]"
    return toml_text(value)


_LITERAL = regex(r"[^\x00-\x08\x0b-\x1f\x7f]*")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\t": "\\t", "\r": "\\r", "\f": "\\f", "\b": "\\b"}


def toml_text(text: str) -> str:
    """A text as a TOML string: a literal one where that reads better, multi-line where it has line breaks."""
    if ('"' in text or "\\" in text) and _LITERAL.fullmatch(text):
        if "\n" in text and "'''" not in text and not text.endswith("'"):
            return f"'''\n{text}'''"
        if "\n" not in text and "'" not in text:
            return f"'{text}'"
    escaped = text.translate(_ESCAPED)
    return f'"""\n{escaped}"""' if "\n" in text else f'"{escaped}"'


_ESCAPED = {code: f"\\u{code:04X}" for code in (*range(0x20), 0x7F) if code != ord("\n")}
_ESCAPED |= {ord(letter): escape for letter, escape in _ESCAPES.items()}
