"""The pages of tables and of system properties: what an instance folder may hold, and what it means."""

from __future__ import annotations

from inspect import cleandoc

from docs.printing.markdown import NOTICE, code, table
from sn_mock.instance import RELEASES, SYSTEM_PROPERTIES, TABLES, Record, SysAttachment
from sn_mock.instance.schema import FieldSpec, Kind, fields_of


def tables_page() -> str:
    """Every table of an instance folder with its fields."""
    sections = "\n".join(
        _section(record_class) for record_class in TABLES.values() if record_class is not SysAttachment
    )
    return (
        f"# Tables and fields\n\n{NOTICE}\n"
        "What `instance.toml` may hold. Names are ServiceNow's. Each row may also carry a `sys_id`; without one it is\n"
        "derived from the table and the naming fields, and stays the same across runs. `sys_created_on`,\n"
        "`sys_created_by`, `sys_updated_on`, `sys_updated_by` and `sys_mod_count` may be given. A reference is a\n"
        "name or a sys_id. A row of `sys_certificate` may name its file as `attachment`, and as `attachment_name` the\n"
        f"file name the instance sees. Rows of every other table stand in `rows/<table>.jsonl`.\n\n{sections}"
    )


def _section(record_class: type[Record]) -> str:
    rows = [(code(spec.name), _kind(spec), _default(spec)) for spec in fields_of(record_class).values()]
    summary = cleandoc(record_class.__doc__ or "")
    return f"## {record_class.table}\n\n{summary}\n\n{table(('field', 'holds', 'default'), rows)}"


def _kind(spec: FieldSpec) -> str:
    if spec.choices:
        words = "one of " + ", ".join(code(choice) for choice in spec.choices if choice)
    elif spec.table:
        words = f"{'rows' if spec.kind is Kind.GLIDE_LIST else 'a row'} of {code(spec.table)}"
    else:
        words = _WORDS.get(spec.kind, str(spec.kind))
    if spec.port:
        words = "a TCP port"
    if spec.from_file:
        words += ", or `file:path`"
    return words + (" (must be given)" if spec.mandatory else "")


_WORDS = {
    Kind.STRING: "text",
    Kind.BOOLEAN: "true or false",
    Kind.INTEGER: "a whole number",
    Kind.PASSWORD2: "a password: the text, or `env:NAME`",
    Kind.GLIDE_DATE_TIME: "UTC, `YYYY-MM-DD HH:MM:SS`",
}


def _default(spec: FieldSpec) -> str:
    if spec.default in ("", None, ()):
        return ""
    return code(str(spec.default).lower() if isinstance(spec.default, bool) else spec.default)


def properties_page() -> str:
    """Every system property that outbound calls obey, with its default by release."""
    rows = [
        (code(known.name), known.meaning, value, release, evidence, source)
        for known in SYSTEM_PROPERTIES.values()
        for release, value, evidence, source in _defaults(known.name)
    ]
    return (
        f"# System properties\n\n{NOTICE}\n"
        "The properties that outbound calls obey here. Without a row in `sys_properties` an instance has its\n"
        "release's default; the default holds from the named release on.\n\n"
        + table(("property", "meaning", "default", "from", "evidence", "source"), rows)
    )


def _defaults(name: str) -> list[tuple[str, str, str, str]]:
    rows, before = [], None
    for release in RELEASES.values():
        default = SYSTEM_PROPERTIES[name].default(release)
        if default is not None and default != before:
            value = "none" if default.value is None else code(default.value or '""')
            rows.append((release.label, value, str(default.evidence), default.source))
        before = default
    return rows
