"""What was typed into a form, into the folder: each value checked as the folder's loader would check it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from guarded.regex import regex
from sn_mock.failure import MockUsageError
from sn_mock.instance import TABLES, Instance, Record, Secret
from sn_mock.instance.schema import FieldSpec, Kind, fields_of, new_sys_id
from sn_mock.live.console.rows.forms import FILLED_BY_THE_PLATFORM, stored_text
from sn_mock.live.removing import without_row
from sn_mock.query.calendar import FORMAT

USER = "admin"
_WHOLE = regex(r"-?\d{1,15}")
_UNIQUE = frozenset({"sys_properties"})
_TRUE = "true"


class WrongInputError(MockUsageError):
    """Some of what was typed cannot be stored; `errors` says it field by field, `typed` is what was typed."""

    def __init__(self, errors: Mapping[str, str], typed: Mapping[str, str]) -> None:
        super().__init__("; ".join(errors.values()))
        self.errors, self.typed = errors, typed


def saved(instance: Instance, table: str, sys_id: str, posted: Mapping[str, str]) -> tuple[Instance, Record]:
    """The instance with the record changed or (sys_id `-1`) made, and the record. Raises `WrongInputError`."""
    record_class = TABLES[table]
    record = None if sys_id == "-1" else instance.get(table, sys_id)
    errors: dict[str, str] = {}
    changes: dict[str, Any] = {}
    for spec in fields_of(record_class).values():
        if spec.name in FILLED_BY_THE_PLATFORM.get(table, ()) or f"has:{spec.name}" not in posted:
            continue
        current = getattr(record, spec.name) if record else spec.default
        try:
            value = _value(spec, posted, current)
        except ValueError as error:
            errors[spec.name] = str(error)
            continue
        if value != current:
            changes[spec.name] = value
        if spec.mandatory and not value:
            errors[spec.name] = "must not be empty"
    name = changes.get(record_class.display, "")
    if table in _UNIQUE and name and any(row.display_value == name for row in instance.table(table)):
        errors[record_class.display] = f"there is a {name} already"
    if str(changes.get("wsdl", "")).startswith("file:"):
        errors["wsdl"] = "give the WSDL's URL, or upload the file with Generate sample SOAP messages"
    if errors:
        raise WrongInputError(errors, {spec: _posted_text(posted, spec) for spec in fields_of(record_class)})
    now = datetime.now(UTC).strftime(FORMAT)
    if record is None:
        made = record_class(**changes, sys_created_on=now, sys_created_by=USER)
        if instance.get(table, made.sys_id) is not None:
            made = replace(made, sys_id=new_sys_id())
        return instance.with_record(made), made
    if changes:
        updates = int(record.sys_mod_count) + 1 if record.sys_mod_count.isdigit() else 1
        stamps = {"sys_updated_on": now, "sys_updated_by": USER, "sys_mod_count": str(updates)}
        instance = instance.replace(record, **changes, **stamps)
    changed = instance.get(table, record.sys_id)
    assert changed is not None
    return instance, changed


def _posted_text(posted: Mapping[str, str], name: str) -> str:
    text = posted.get(name, "")
    return text if text or f"has:{name}" in posted else posted.get(name, "")


def _value(spec: FieldSpec, posted: Mapping[str, str], current: object) -> Any:
    """One field, typed; what a form shows and nobody touched stays what it is. Raises ValueError with the reason."""
    text = posted.get(spec.name, "").replace("\r\n", "\n")
    if spec.kind is Kind.PASSWORD2:
        if posted.get(f"clear:{spec.name}"):
            return None
        return Secret.parse(text) if text else current
    if spec.kind is Kind.BOOLEAN:
        return text == _TRUE
    if text == stored_text(current).replace("\r\n", "\n"):
        return current
    match spec.kind:
        case Kind.INTEGER if not text.strip() and spec.default is None:
            return None
        case Kind.INTEGER:
            if not _WHOLE.fullmatch(text.strip()):
                raise ValueError("must be a whole number")
            number = int(text)
            if spec.port and not 1 <= number <= 65535:
                raise ValueError("must be a TCP port, 1 to 65535")
            return number
        case Kind.CHOICE if text not in spec.choices:
            raise ValueError(f"is none of {', '.join(filter(None, spec.choices))}")
        case Kind.GLIDE_LIST:
            return tuple(part.strip() for part in text.split(",") if part.strip())
        case Kind.GLIDE_DATE_TIME if text:
            return _moment(text)
    return text


def _moment(text: str) -> str:
    try:
        return datetime.strptime(text, FORMAT).strftime(FORMAT)
    except ValueError:
        raise ValueError("must be a UTC date and time, YYYY-MM-DD HH:MM:SS") from None


def consequences(instance: Instance, record: Record) -> tuple[tuple[Record, ...], tuple[Record, ...]]:
    """What deleting a record does to others: those that go with it, and those whose reference to it is cleared."""
    left = {(row.table, row.sys_id): row for row in without_row(instance, record.table, record.sys_id).records()}
    others = [row for row in instance.records() if row is not record and row.table != "sys_attachment"]
    gone = tuple(row for row in others if (row.table, row.sys_id) not in left)
    cleared = tuple(row for row in others if left.get((row.table, row.sys_id), row) != row)
    return gone, cleared
