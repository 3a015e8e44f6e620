"""One `[[table]]` row of an instance file into a record: every value checked against the table's schema."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import PurePosixPath
from typing import Any

from guarded.regex import regex
from sn_mock.instance.folder.folder_files import FolderFileError, FolderFiles
from sn_mock.instance.folder.slips import certificate_slip, typed_as_text
from sn_mock.instance.labels import choice_value, field_named
from sn_mock.instance.problems import did_you_mean
from sn_mock.instance.records import SysAttachment, SysCertificate
from sn_mock.instance.schema import STAMPS, FieldSpec, Kind, Record, fields_of
from sn_mock.instance.stand_ins import StandIn, StandInError, read_stand_ins
from sn_mock.instance.tables import TABLES
from sn_mock.secret import Secret

FILE_PREFIX = "file:"
_SYS_ID = regex(r"[0-9a-f]{32}")
_WORDS = {
    Kind.STRING: "a text",
    Kind.BOOLEAN: "true or false",
    Kind.INTEGER: "a whole number",
    Kind.CHOICE: "a text",
    Kind.REFERENCE: "a text, the name or sys_id of a row",
    Kind.PASSWORD2: "a text, the password or env:NAME",
    Kind.GLIDE_LIST: "a list of texts",
    Kind.GLIDE_DATE_TIME: "a UTC date and time, YYYY-MM-DD HH:MM:SS",
}

Complain = Callable[[str, str], None]


class UnusableValueError(Exception):
    """A value that cannot be read; the message says why."""


class RowReader:
    """Reads rows; complains about what it cannot read, and collects the attachments it comes across."""

    def __init__(self, files: FolderFiles, complain: Complain, *, require_secrets: bool) -> None:
        self._files = files
        self._complain = complain
        self._require_secrets = require_secrets
        self.attachments: list[tuple[str, SysAttachment]] = []

    def read(self, table: str, number: int, row: dict[str, Any]) -> tuple[str, Record] | None:
        """The row's label and record; None when it cannot be built, which has been complained about."""
        record_class = TABLES[table]
        label = f"{table}[{number}]"
        if isinstance(name := row.get(record_class.display), str):
            label += f' "{name}"'
        specs = fields_of(record_class)
        extra = ("file",) if record_class is SysAttachment else ("attachment", "attachment_name")
        if record_class is SysCertificate:
            extra = (*extra, "stand_in")
        for key in row:
            if key not in specs and key not in extra and key not in ("sys_id", *STAMPS):
                self._complain(f"{label}.{key}", f"unknown field{_meant(key, [*specs, 'sys_id', *extra])}")
        values = self._values(label, specs, row, secrets=self._require_secrets and "stand_in" not in row)
        sys_id = row.get("sys_id", "")
        if sys_id and not (isinstance(sys_id, str) and _SYS_ID.fullmatch(sys_id)):
            self._complain(f"{label}.sys_id", "must be 32 lower-case hex digits; leave it out to have one derived")
            sys_id = ""
        if record_class is SysAttachment:
            return self._attachment_row(label, sys_id, values, row)
        if any(not values.get(spec.name) for spec in specs.values() if spec.mandatory):
            return None
        if "stand_in" in row:
            values["stand_in"] = self._stand_in(label, row)
        record = record_class(sys_id=sys_id, **values)
        self._short_attachment(label, record, row)
        return label, record

    def _values(self, label: str, specs: dict[str, FieldSpec], row: dict[str, Any], *, secrets: bool) -> dict[str, Any]:
        values: dict[str, Any] = {name: self._stamp(label, name, row[name]) for name in STAMPS if name in row}
        for name, spec in specs.items():
            if name in row:
                try:
                    values[name] = self._value(spec, row[name], secrets=secrets)
                except (UnusableValueError, FolderFileError) as error:
                    self._complain(f"{label}.{name}", str(error))
            if spec.mandatory and not row.get(name) and not (name == "file_name" and "file" in row):
                self._complain(f"{label}.{name}", f"is missing; it must be {_WORDS[spec.kind]}")
        wsdl = values.get("wsdl", "")
        if wsdl.startswith(FILE_PREFIX) and not values.get("wsdl_xml"):
            try:
                values["wsdl_xml"] = self._files.text(wsdl.removeprefix(FILE_PREFIX))
            except FolderFileError as error:
                self._complain(f"{label}.wsdl", str(error))
        return values

    def _stamp(self, label: str, name: str, value: Any) -> str:
        """One of the system fields, which are texts."""
        if name.endswith("_on"):
            try:
                return _date_time(value if isinstance(value, date | str) else str(value))
            except UnusableValueError as error:
                self._complain(f"{label}.{name}", str(error))
                return ""
        if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
            return str(value)
        self._complain(f"{label}.{name}", f"must be a text, not {_toml_word(value)}")
        return ""

    def _value(self, spec: FieldSpec, value: Any, *, secrets: bool) -> Any:
        match spec.kind:
            case Kind.BOOLEAN if isinstance(value, bool):
                return value
            case Kind.INTEGER if isinstance(value, int) and not isinstance(value, bool):
                if spec.port and not 1 <= value <= 65535:
                    raise UnusableValueError(f"{value} is no TCP port; it must be 1 to 65535")
                return value
            case Kind.GLIDE_LIST if isinstance(value, list) and all(isinstance(item, str) for item in value):
                return tuple(value)
            case Kind.GLIDE_LIST if isinstance(value, str):
                return tuple(item.strip() for item in value.split(",") if item.strip())
            case Kind.GLIDE_DATE_TIME if isinstance(value, date | str):
                return _date_time(value)
            case Kind.CHOICE if isinstance(value, str):
                labelled = choice_value(spec.name, value)
                if labelled in spec.choices:
                    return labelled
                if value not in spec.choices:
                    raise UnusableValueError(
                        f"'{value}' is none of its values{did_you_mean(value, filter(None, spec.choices))}"
                    )
                return value
            case Kind.PASSWORD2 if isinstance(value, str):
                return self._secret(value, needed=secrets)
            case Kind.STRING if isinstance(value, str):
                if spec.from_file and value.startswith(FILE_PREFIX):
                    return self._text(spec, value.removeprefix(FILE_PREFIX))
                return value
            case Kind.REFERENCE if isinstance(value, str):
                return value
        if spec.kind is Kind.PASSWORD2:
            raise UnusableValueError(f"must be {_WORDS[spec.kind]}, in quotes")
        wanted = {Kind.INTEGER: int, Kind.BOOLEAN: bool}.get(spec.kind, str)
        raise UnusableValueError(f"must be {_WORDS[spec.kind]}, not {_toml_word(value)}{typed_as_text(value, wanted)}")

    def _text(self, spec: FieldSpec, file: str) -> str:
        """The text of a file; of a certificate that is no PEM text, what it is and how it becomes one."""
        if spec.name == "pem_certificate" and (slip := certificate_slip(self._files.data(file))):
            raise UnusableValueError(f"'{file}' {slip.replace('FILE', file)}")
        return self._files.text(file)

    def _secret(self, value: str, *, needed: bool) -> Secret | None:
        if not value:
            return None
        secret = Secret.parse(value)
        if secret.environment == "":
            raise UnusableValueError("env: must be followed by the name of an environment variable")
        if not secret.is_set and needed:
            raise UnusableValueError(
                f"environment variable {secret.environment} is not set; "
                f"next step: export {secret.environment}=<the password>"
            )
        return secret

    def _attachment_row(
        self, label: str, sys_id: str, values: dict[str, Any], row: dict[str, Any]
    ) -> tuple[str, Record] | None:
        file = row.get("file")
        if not isinstance(file, str):
            self._complain(f"{label}.file", "is missing; it must be the path of the file in the instance folder")
            return None
        values.setdefault("file_name", PurePosixPath(file).name)
        try:
            data = self._files.data(file)
        except FolderFileError as error:
            self._complain(f"{label}.file", str(error))
            return None
        if not values.get("table_name") or not values.get("table_sys_id"):
            return None
        return label, SysAttachment(sys_id=sys_id, data=data, **values)

    def _stand_in(self, label: str, row: dict[str, Any]) -> tuple[StandIn, ...]:
        """What is known of a keystore that nobody has; () where that cannot be read, and was complained about."""
        try:
            if "attachment" in row:
                raise StandInError("stands beside attachment, the real file; leave one of the two out")
            if row.get("type") not in ("key_store", "pkcs12_key_store"):
                meant = choice_value("type", str(row.get("type", ""))) or "key_store"
                if meant == "trust_store":
                    raise StandInError('is for keystores; set type = "key_store" or "pkcs12_key_store"')
                raise StandInError(f'is for keystores; set type = "{meant}"')
            return read_stand_ins(row["stand_in"], self._files.data)
        except (StandInError, FolderFileError) as error:
            self._complain(f"{label}.stand_in", str(error))
            return ()

    def _short_attachment(self, label: str, record: Record, row: dict[str, Any]) -> None:
        file, name = row.get("attachment"), row.get("attachment_name")
        if name is not None and (not isinstance(name, str) or not name):
            self._complain(f"{label}.attachment_name", "must be a text, the file name the instance sees")
            return
        if file is None:
            if name is not None:
                self._complain(f"{label}.attachment_name", "is given without attachment, the path of the file")
            return
        if not isinstance(file, str):
            self._complain(f"{label}.attachment", "must be a text, the path of the file in the instance folder")
            return
        try:
            data = self._files.data(file)
        except FolderFileError as error:
            self._complain(f"{label}.attachment", str(error))
            return
        self.attachments.append(
            (
                f"{label}.attachment",
                SysAttachment(
                    file_name=name or PurePosixPath(file).name,
                    table_name=record.table,
                    table_sys_id=record.sys_id,
                    data=data,
                ),
            )
        )


def _meant(key: str, known: list[str]) -> str:
    """`; did you mean 'default_port'?` for a form's label, else for the nearest field."""
    named = field_named(key, known)
    return f"; did you mean {named if named and ' ' in named else repr(named)}?" if named else did_you_mean(key, known)


def _date_time(value: date | str) -> str:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.strftime("%Y-%m-%d 00:00:00")
    if value:
        try:
            datetime.strptime(value, "%Y-%m-%d %H:%M:%S")
        except ValueError:
            raise UnusableValueError(f"'{value}' is not {_WORDS[Kind.GLIDE_DATE_TIME]}") from None
    return value


def _toml_word(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f"the text '{value}'"
    if isinstance(value, int | float):
        return f"the number {value}"
    return "a list" if isinstance(value, list) else "a table" if isinstance(value, dict) else "a date"
