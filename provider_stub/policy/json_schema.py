"""The JSON Schema (draft 2020-12) of a policy file, printed from the readers and the policy's own defaults."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from provider_stub.policy import toml_file
from provider_stub.policy.model import Policy

_LIST = {"type": ["array", "string"], "items": {"type": "string"}}
_KINDS: Mapping[str, Mapping[str, Any]] = {
    "_text": {"type": "string"},
    "_version": {"type": ["string", "number"]},
    "_flag": {"type": "boolean"},
    "_whole": {"type": "integer", "minimum": 0},
    "_offset": {"type": "integer"},
    "_seconds": {"type": "number", "exclusiveMinimum": 0},
    "_moment": {"description": "a date and time such as 2027-01-31T12:00:00Z"},
    "_file": {"type": "string", "description": "a file, from this file's folder"},
    "_texts": {"type": "array", "items": {"type": "string"}},
    "_files": _LIST,
    "_advertise": {"anyOf": [{"enum": ["trusted", "none"]}, {"type": "array", "items": {"type": "string"}}]},
    "_table": {"type": "object", "additionalProperties": {"type": "string"}},
}
"""Reader of `toml_file` → what it takes."""


def policy_schema() -> dict[str, Any]:
    """The schema of the whole file."""
    defaults = {field.name: getattr(Policy(), field.name) for field in dataclasses.fields(Policy)}
    properties: dict[str, Any] = {}
    for key, reader in toml_file.READERS.items():
        default = defaults[key]
        shown = {"default": default} if isinstance(default, str | bool | int | float) else {}
        kind = _ws_security() if reader is toml_file.READERS["ws_security"] else _KINDS[reader.__name__]
        properties[key] = {**kind, **shown}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "policy of provider-stub",
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
    }


def _ws_security() -> Mapping[str, Any]:
    properties = {key: dict(_KINDS[reader.__name__]) for key, reader in toml_file.WS_SECURITY.items()}
    return {"type": "object", "additionalProperties": False, "properties": properties}
