"""The form of a record: its fields with labels, kinds and values. Passwords are never among the values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace

from guarded.text import visible
from guarded.values import dataclass
from sn_mock.instance import TABLES, Instance, Record, Secret
from sn_mock.instance.schema import STAMPS, FieldSpec, Kind, fields_of
from sn_mock.live.console.rows.cells import record_url, without_secrets
from sn_mock.live.console.rows.labels import CALLED, label_of
from sn_mock.query import Column, InstanceTables, Row
from sn_mock.query.columns import SYSTEM_COLUMNS

_DATES = frozenset({"issuer", "subject", "serial_number", "valid_from", "expires", "expires_in_days"})
FILLED_BY_THE_PLATFORM: Mapping[str, frozenset[str]] = {
    "sys_certificate": _DATES,
    "sys_ca_certificate": _DATES,
    "sys_user_certificate": _DATES,
    "sys_rest_message_fn": frozenset({"qualified_name"}),
}
"""Fields that a form shows and nobody types (docs, t_UploadACertificateToAnInstance, set-up-mutual-auth)."""
_OPTIONS = 300
_LONG = 60
_AREAS = frozenset({"description", "choices"})
"""Texts of several lines, beside those that may stand in a file."""
_PASSWORD = frozenset({"password", "password2"})


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form."""

    name: str
    label: str
    kind: str
    """`text`, `area`, `check`, `select`, `secret`, or `shown` for what nobody types."""
    value: str = ""
    options: tuple[tuple[str, str], ...] = ()
    """Of a `select`: stored value and what is shown."""
    href: str = ""
    """The record that a reference names."""
    mandatory: bool = False
    wide: bool = False
    note: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """A record as a form."""

    table: str
    sys_id: str
    """`-1`: it is not there yet."""
    title: str
    fields: tuple[Field, ...]
    stamps: tuple[tuple[str, str], ...] = ()
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_new(self) -> bool:
        """It is not there yet."""
        return self.sys_id == "-1"


def modelled_form(
    instance: Instance,
    tables: InstanceTables,
    table: str,
    record: Record | None,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> Form:
    """The form of one of our records; `typed` are values that were posted, or preset, and `errors` what is wrong."""
    columns = tables.columns(table)
    fields = []
    for spec in fields_of(TABLES[table]).values():
        shown = _of_spec(instance, table, spec, columns[spec.name], record, typed or {})
        fields.append(_with_error(shown, (errors or {}).get(spec.name, "")))
    fields.sort(key=lambda one: one.kind == "shown")
    return Form(
        table,
        record.sys_id if record else "-1",
        record.display_value if record else "",
        tuple(fields),
        _stamps(tables.row(table, record.sys_id) or {}) if record else (),
        errors or {},
    )


def _with_error(one: Field, error: str) -> Field:
    return replace(one, error=error) if error else one


def _of_spec(
    instance: Instance,
    table: str,
    spec: FieldSpec,
    column: Column,
    record: Record | None,
    typed: Mapping[str, str],
) -> Field:
    label = label_of(table, column)
    wide = table in CALLED and spec.name in CALLED[table].wide
    current = getattr(record, spec.name) if record else spec.default
    if spec.kind is Kind.PASSWORD2:
        return Field(spec.name, label, "secret", note=_about_secret(current))
    value = typed.get(spec.name, stored_text(current))
    if spec.name in FILLED_BY_THE_PLATFORM.get(table, ()):
        if spec.name == "expires_in_days" and not getattr(record, "expires", ""):
            value = ""  # 0 would mean today
        return Field(spec.name, label, "shown", value)
    if spec.kind is Kind.BOOLEAN:
        return Field(spec.name, label, "check", value)
    if spec.kind is Kind.CHOICE:
        choices = dict.fromkeys(spec.choices)
        options = tuple((choice, spec.labels.get(choice, choice) or "-- None --") for choice in choices)
        return Field(spec.name, label, "select", value, options)
    if spec.kind is Kind.REFERENCE:
        return _reference(instance, spec, label, value)
    area = spec.from_file or spec.name in _AREAS or "\n" in value
    note = "separated by commas" if spec.kind is Kind.GLIDE_LIST else ""
    return Field(
        spec.name, label, "area" if area else "text", value, mandatory=spec.mandatory, wide=wide or area, note=note
    )


def _reference(instance: Instance, spec: FieldSpec, label: str, value: str) -> Field:
    table = spec.table or ""
    rows = instance.table(table) if table in TABLES else ()
    row = instance.get(table, value) if value and table in TABLES else None
    sys_id = row.sys_id if row else value
    href = record_url(table, sys_id) if sys_id else ""
    if table not in TABLES or len(rows) > _OPTIONS:
        return Field(spec.name, label, "text", value, href=href, mandatory=spec.mandatory, note=f"sys_id of a {table}")
    options = [("", "-- None --"), *((one.sys_id, one.display_value) for one in rows)]
    if sys_id and sys_id not in dict(options):  # a row of a table that extends this one, or none
        options.append((sys_id, row.display_value if row else f"{sys_id} (no such record)"))
    return Field(spec.name, label, "select", sys_id, tuple(options), href, spec.mandatory)


def _about_secret(current: object) -> str:
    if not isinstance(current, Secret):
        return "none is set"
    if current.environment is None:
        return "one is set; leave this empty to keep it"
    state = "" if current.is_set else ", which is not set where sn-mock runs"
    return f"env:{current.environment}{state}; leave this empty to keep it"


def stored_text(value: object) -> str:
    """A field's value as a form holds it."""
    if value is None or isinstance(value, Secret):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    return visible(str(value))


def row_form(tables: InstanceTables, table: str, row: Row) -> Form:
    """The form of a row of any other table: what it has, and what is known of the table. Without sys_id: a new one."""
    columns = tables.columns(table)
    like = row if row.get("sys_id") else next(iter(tables.rows(table)), {})
    names = [name for name in dict.fromkeys((*like, *columns)) if name not in SYSTEM_COLUMNS]
    fields = []
    for name in names:
        column = columns.get(name) or Column(name)
        value = visible(without_secrets(table, row.get(name) or ""))
        href = record_url(column.reference, value) if column.reference and column.type == "reference" and value else ""
        label = label_of(table, column)
        if column.type in _PASSWORD:
            fields.append(Field(name, label, "secret", note="leave this empty to keep what is set"))
        elif column.choices:
            known = [("", "-- None --"), *column.choices.items()]
            if value and value not in column.choices:
                known.append((value, value))
            fields.append(Field(name, label, "select", value, tuple(known)))
        elif column.is_boolean:
            fields.append(Field(name, label, "check", value))
        else:
            long = len(value) > _LONG or "\n" in value
            fields.append(Field(name, label, "area" if long else "text", value, href=href, wide=long))
    display = tables.display_column(table)
    sys_id = row.get("sys_id") or "-1"
    return Form(table, sys_id, row.get(display) or sys_id, tuple(fields), _stamps(row))


def _stamps(row: Row) -> tuple[tuple[str, str], ...]:
    named = [(SYSTEM_COLUMNS[name].label, row.get(name) or "") for name in STAMPS]
    return tuple(pair for pair in (*named, ("Sys ID", row.get("sys_id") or "")) if pair[1])
