"""The JSON Schema (draft 2020-12) of `instance.toml`, printed from the tables: completion and typos in an editor."""

from __future__ import annotations

from typing import Any

from sn_mock.instance import labels
from sn_mock.instance.release_facts import FACTS
from sn_mock.instance.releases import RELEASES
from sn_mock.instance.schema import FieldSpec, Kind, fields_of
from sn_mock.instance.stand_ins import EXAMPLE
from sn_mock.instance.tables import TABLES

DRAFT = "https://json-schema.org/draft/2020-12/schema"
_TEXT = {"type": "string"}
_ATTACHMENT = {"type": "string", "description": "path of a file in the instance folder"}
_STAND_IN = {
    "description": f"a keystore that nobody has, forged from what is known of it: {EXAMPLE}, or file:public.pem",
    "anyOf": [{"type": "string", "pattern": "^file:"}, {"type": "object"}, {"type": "array"}],
}


def instance_schema() -> dict[str, Any]:
    """The schema of the whole file."""
    return {
        "$schema": DRAFT,
        "title": "instance.toml of sn-mock",
        "type": "object",
        "required": ["instance"],
        "additionalProperties": False,
        "properties": {
            "instance": {
                "type": "object",
                "additionalProperties": False,
                "required": ["release"],
                "properties": {
                    "name": {**_TEXT, "description": "the instance's name (default: the folder's)"},
                    "release": {**_TEXT, "description": f"a release, lower case: {', '.join(RELEASES)}"},
                },
            },
            "quirks": {
                "type": "object",
                "additionalProperties": False,
                "description": "release facts overridden for this instance",
                "properties": {name: {"description": fact.meaning} for name, fact in FACTS.items()},
            },
            **{table: _rows(table) for table in TABLES},
        },
    }


def _rows(table: str) -> dict[str, Any]:
    record_class = TABLES[table]
    specs = fields_of(record_class)
    properties: dict[str, Any] = {"sys_id": {"type": "string", "pattern": "^[0-9a-f]{32}$"}}
    properties |= {spec.name: _field(spec) for spec in specs.values()}
    if table == "sys_attachment":
        properties["file"] = _ATTACHMENT
    else:
        properties |= {"attachment": _ATTACHMENT, "attachment_name": _TEXT}
    if table == "sys_certificate":
        properties["stand_in"] = _STAND_IN
    described = (record_class.__doc__ or "").partition("\n")[0]
    return {
        "type": "array",
        "description": described,
        "items": {
            "type": "object",
            "required": [spec.name for spec in specs.values() if spec.mandatory and table != "sys_attachment"],
            "additionalProperties": True,
            "properties": properties,
        },
    }


def _field(spec: FieldSpec) -> dict[str, Any]:
    match spec.kind:
        case Kind.BOOLEAN:
            return {"type": "boolean", "default": spec.default}
        case Kind.INTEGER:
            limits = {"minimum": 1, "maximum": 65535} if spec.port else {}
            return {"type": "integer", "default": spec.default, **limits}
        case Kind.CHOICE:
            said = [label.title() for label in labels.CHOICES.get(spec.name, {})]
            return {"type": "string", "enum": sorted({*spec.choices, *said}), "default": spec.default}
        case Kind.REFERENCE:
            return {**_TEXT, "description": f"name or sys_id of a {spec.table}"}
        case Kind.PASSWORD2:
            return {**_TEXT, "description": "env:NAME, or the password itself"}
        case Kind.GLIDE_LIST:
            return {"type": ["array", "string"], "description": f"names or sys_ids of {spec.table}"}
        case Kind.GLIDE_DATE_TIME:
            return {"description": "UTC date and time, YYYY-MM-DD HH:MM:SS"}
    return {**_TEXT, "description": "a text, or file:path in the folder"} if spec.from_file else dict(_TEXT)
