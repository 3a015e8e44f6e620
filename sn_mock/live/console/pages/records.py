"""The form of a record: `/<table>.do?sys_id=…`, as the platform addresses it. Saving writes the folder."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from guarded.values import dataclass
from sn_mock.failure import MockUsageError
from sn_mock.instance import TABLES, Instance, Record, SysCertificate
from sn_mock.instance.schema import Kind, fields_of
from sn_mock.live import attachments
from sn_mock.live.console.asked import Answer, Asked, NotThereError, Page, Seen
from sn_mock.live.console.desk.attaching import attach_instead
from sn_mock.live.console.desk.desk import Desk
from sn_mock.live.console.rows.cells import RECORDED, Cell, Head, cells, heads, list_url, plural, record_url, singular
from sn_mock.live.console.rows.forms import Form, modelled_form, row_form
from sn_mock.live.console.rows.labels import CALLED, label_of
from sn_mock.live.console.rows.saving import WrongInputError, consequences, saved
from sn_mock.live.console.rows.stores import HOLDERS, opened
from sn_mock.live.console.rows.variables import variables_of
from sn_mock.live.outbound import LOG
from sn_mock.outbound.credentials.validation import StoreValidation, validate_stores
from sn_mock.query import InstanceTables

_RELATED_SHOWN = 50
TESTED = frozenset({"sys_soap_message_function", "sys_rest_message_fn"})


@dataclass(frozen=True, slots=True)
class Related:
    """Records of another table that name this one."""

    table: str
    title: str
    columns: tuple[Head, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: int
    all: str
    new: str
    """Address of a new record that names this one; empty where there is none."""


def record_page(desk: Desk, asked: Asked) -> Answer:
    """The form."""
    table, sys_id = asked.path["table"], asked.query.get("sys_id", "-1")
    if table == LOG and desk.placed.call(sys_id) is not None:
        return Seen(f"/calls/{sys_id}")
    with desk.live.folder.open() as tables:
        if table not in TABLES:
            return _plain(tables, table, sys_id)
        instance = desk.live.folder.instance
        record = _record(instance, table, sys_id)
        form = modelled_form(instance, tables, table, record, None if record else _preset(asked, table))
        return Page("record.html", _values(desk, tables, instance, record, form, asked))


def save_record(desk: Desk, asked: Asked) -> Answer:
    """Save, attach, detach or delete: what the button says."""
    table, sys_id = asked.path["table"], asked.query.get("sys_id", "-1")
    if table not in TABLES:
        return _save_plain(desk, asked, table, sys_id)
    if table == "sys_attachment" and asked.form.get("do") != "delete":
        raise MockUsageError("an attachment is changed on the record that it belongs to")
    action = _ACTIONS.get(asked.form.get("do", "save"), _save)
    return action(desk, asked, table, sys_id)


def _save(desk: Desk, asked: Asked, table: str, sys_id: str) -> Answer:
    made: list[Record] = []

    def step(instance: Instance) -> Instance:
        _record(instance, table, sys_id)
        changed, record = saved(instance, table, sys_id, asked.form)
        if record.table == "sys_certificate":
            changed = attachments.with_attributes(changed, table, record.sys_id)
        made.append(record)
        return changed

    try:
        desk.live.folder.change(step)
    except WrongInputError as error:
        with desk.live.folder.open() as tables:
            instance = desk.live.folder.instance
            record = _record(instance, table, sys_id)
            form = modelled_form(instance, tables, table, record, error.typed, error.errors)
            return Page("record.html", _values(desk, tables, instance, record, form, asked), 422)
    name = CALLED[table].one if table in CALLED else table
    verb = "made" if sys_id == "-1" else "saved"
    place = record_url(table, made[-1].sys_id)
    return Seen(place, (f"{name} {made[-1].display_value} {verb}", *desk.live.folder.notes))


def _attach(desk: Desk, asked: Asked, table: str, sys_id: str) -> Answer:
    record = _record(desk.live.folder.instance, table, sys_id)
    file = asked.files.get("file")
    if record is None or file is None or not file.name:
        raise MockUsageError("no file came; choose one, or drop it onto the record")
    before = attach_instead(desk.live.folder, record, file.name, file.data)
    instead = f", instead of {', '.join(old.file_name for old in before)}" if before else ""
    return Seen(record_url(table, sys_id), (f"{file.name} ({len(file.data):,} bytes) is attached{instead}",))


def _detach(desk: Desk, asked: Asked, table: str, sys_id: str) -> Answer:
    attachments.detach(desk.live.folder, asked.form.get("attachment", ""))
    return Seen(record_url(table, sys_id), ("the attachment is deleted",))


def _delete(desk: Desk, asked: Asked, table: str, sys_id: str) -> Answer:
    del asked
    if not desk.live.folder.delete(table, sys_id):
        raise NotThereError(f"{table} has no row {sys_id}")
    return Seen(list_url(table), ("the record is deleted", *desk.live.folder.notes))


_ACTIONS = {"attach": _attach, "detach": _detach, "delete": _delete}


def _record(instance: Instance, table: str, sys_id: str) -> Record | None:
    """The record; None for a new one."""
    if sys_id == "-1":
        return None
    found = instance.get(table, sys_id)
    if found is None:
        raise NotThereError(f"{table} has no row {sys_id}")
    return found


def _preset(asked: Asked, table: str) -> Mapping[str, str]:
    """Fields that the address fills in: `sysparm_query=soap_message=<sys_id>`."""
    pairs = (term.partition("=") for term in asked.query.get("sysparm_query", "").split("^"))
    known = fields_of(TABLES[table])
    return {name: value for name, equals, value in pairs if equals and name in known}


def _values(
    desk: Desk, tables: InstanceTables, instance: Instance, record: Record | None, form: Form, asked: Asked
) -> dict[str, Any]:
    table = form.table
    gone, cleared = consequences(instance, record) if record else ((), ())
    validated: tuple[StoreValidation, ...] = ()
    problem = ""
    if record is not None and asked.query.get("related") == "validate" and table == "sys_certificate":
        try:
            validated = validate_stores(instance, datetime.now(UTC), record.sys_id)
        except MockUsageError as error:
            problem = str(error)
    return {
        "form": form,
        "one": singular(tables, table),
        "many": plural(tables, table),
        "module": CALLED[table].module if table in CALLED else (),
        "wsdl": record is not None and table == "sys_soap_message",
        "testable": record is not None and table in TESTED,
        "variables": variables_of(instance, record) if record else (),
        "store": opened(instance, record) if isinstance(record, HOLDERS) else None,
        "validated": validated,
        "problem": problem,
        "validates": isinstance(record, SysCertificate),
        "has_keystore": isinstance(record, SysCertificate) and record.is_keystore,
        "findings": desk.checks.now().about(table, record.sys_id) if record else (),
        "related": tuple(_related(tables, instance, record)) if record else (),
        "goes_too": gone,
        "cleared": cleared,
        "editable": table != "sys_attachment",
    }


def _related(tables: InstanceTables, instance: Instance, record: Record) -> list[Related]:
    """The related lists: every table of ours that refers to this record."""
    found = []
    for table, record_class in TABLES.items():
        specs = [
            spec
            for spec in fields_of(record_class).values()
            if spec.kind is Kind.REFERENCE and spec.table == record.table
        ]
        columns_of = tables.columns(table)
        for spec in specs:
            label = label_of(table, columns_of[spec.name])
            rows = [row for row in instance.table(table) if getattr(row, spec.name) == record.sys_id]
            if not rows and not spec.mandatory:
                continue
            shown = [tables.row(table, row.sys_id) or {} for row in rows[:_RELATED_SHOWN]]
            columns = tuple(head for head in heads(tables, table, shown) if head.name != spec.name)
            found.append(
                Related(
                    table=table,
                    title=plural(tables, table) + ("" if spec.mandatory else f", {label}"),
                    columns=columns,
                    rows=tuple(cells(tables, table, row, columns) for row in shown),
                    total=len(rows),
                    all=list_url(table, f"{spec.name}={record.sys_id}"),
                    new=record_url(table, "-1", sysparm_query=f"{spec.name}={record.sys_id}") if spec.mandatory else "",
                )
            )
    return found


def _plain(tables: InstanceTables, table: str, sys_id: str) -> Page:
    form = _row_form(tables, table, sys_id)
    values = {
        "form": form,
        "one": singular(tables, table),
        "many": plural(tables, table),
        "editable": table not in RECORDED,
    }
    return Page("row.html", values)


def _row_form(tables: InstanceTables, table: str, sys_id: str) -> Form:
    if sys_id == "-1" and tables.exists(table):
        return row_form(tables, table, {})
    row = tables.row(table, sys_id) if tables.exists(table) else None
    if row is None:
        raise NotThereError(f"{table} has no row {sys_id}")
    return row_form(tables, table, row)


def _save_plain(desk: Desk, asked: Asked, table: str, sys_id: str) -> Answer:
    if table in RECORDED:
        raise MockUsageError(f"{table} is filled by the calls alone")
    if asked.form.get("do") == "delete":
        return _delete(desk, asked, table, sys_id)
    with desk.live.folder.open() as tables:
        form = _row_form(tables, table, sys_id)
        changes = {}
        for field in form.fields:
            text = asked.form.get(field.name, "").replace("\r\n", "\n")
            if field.kind == "check":
                text = "true" if text == "true" else "false"
            same = text == field.value or (field.kind == "check" and not field.value and text == "false")
            if f"has:{field.name}" in asked.form and not same and (text or field.kind != "secret"):
                changes[field.name] = text
        if form.is_new:
            made = tables.insert(table, changes)
            return Seen(record_url(table, made["sys_id"]), (f"a row of {table} made",))
        if changes:
            tables.update(table, {**changes, "sys_id": sys_id})
    return Seen(record_url(table, sys_id), (f"{form.title} saved" if changes else "nothing was changed",))
