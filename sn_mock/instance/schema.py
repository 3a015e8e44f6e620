"""The dictionary of our tables, derived from the record classes themselves.

A record class is a frozen dataclass whose fields are declared with the functions below; `fields_of` reads the
declarations back. Loading, saving, importing, exporting and the documentation all walk this one description.
"""

from __future__ import annotations

import dataclasses
import hashlib
import os
from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from typing import Any, ClassVar, TypeVar

from guarded.values import dataclass

R = TypeVar("R", bound="Record")


class Kind(StrEnum):
    """ServiceNow's dictionary types, as far as the modelled tables use them."""

    STRING = "string"
    BOOLEAN = "boolean"
    INTEGER = "integer"
    CHOICE = "choice"
    REFERENCE = "reference"
    PASSWORD2 = "password2"
    GLIDE_LIST = "glide_list"
    GLIDE_DATE_TIME = "glide_date_time"


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One column: its name, kind and default."""

    name: str
    kind: Kind
    default: Any
    table: str | None = None
    """The table a reference or glide_list points to."""
    choices: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    """What a form shows for the choices whose label is published."""
    mandatory: bool = False
    from_file: bool = False
    """The instance folder may give the text as `file:path`."""
    kept_in: str = ""
    """The folder where the text is saved as a file of its own, named after the row; empty: it stands in the row."""
    port: bool = False
    """An integer that must be a TCP port, 1 to 65535."""


def _declare(kind: Kind, default: Any, **options: Any) -> Any:
    return field(default=default, metadata={"kind": kind, **options})


def string(default: str = "", *, mandatory: bool = False, from_file: bool = False, kept_in: str = "") -> Any:
    """A text column."""
    return _declare(Kind.STRING, default, mandatory=mandatory, from_file=from_file, kept_in=kept_in)


def boolean(default: bool = False) -> Any:
    """A true/false column."""
    return _declare(Kind.BOOLEAN, default)


def integer(default: int = 0, *, port: bool = False) -> Any:
    """A whole number column."""
    return _declare(Kind.INTEGER, default, port=port)


def optional_integer(*, port: bool = False) -> Any:
    """A whole number column that may be empty, which means something else than 0."""
    return _declare(Kind.INTEGER, None, port=port)


def choice(default: str, *choices: str, labels: Mapping[str, str] | None = None) -> Any:
    """A text column with a fixed list of values."""
    return _declare(Kind.CHOICE, default, choices=choices, labels=dict(labels or {}))


def reference(table: str, *, mandatory: bool = False) -> Any:
    """The sys_id of a row of another table; display names are accepted and resolved by `Instance`."""
    return _declare(Kind.REFERENCE, "", table=table, mandatory=mandatory)


def password2() -> Any:
    """A two-way encrypted column: a `Secret`, or None when empty."""
    return _declare(Kind.PASSWORD2, None)


def glide_list(table: str) -> Any:
    """A list of rows of another table."""
    return _declare(Kind.GLIDE_LIST, (), table=table)


def glide_date_time() -> Any:
    """UTC date and time as text, `YYYY-MM-DD HH:MM:SS`; empty when unknown."""
    return _declare(Kind.GLIDE_DATE_TIME, "")


STAMPS = ("sys_created_on", "sys_created_by", "sys_updated_on", "sys_updated_by", "sys_mod_count")
"""Who made and changed a row, and when: every table has these (docs, "System fields"). Texts, empty when unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A row. Subclasses name their table and declare its columns with ServiceNow's field names."""

    table: ClassVar[str]
    """The table's name in ServiceNow."""
    attribute: ClassVar[str]
    """The field of `Instance` that holds its rows."""
    display: ClassVar[str]
    """The field that is shown where the row is referenced."""
    key: ClassVar[tuple[str, ...]]
    """The fields that name a row; a missing sys_id is derived from them."""
    extends: ClassVar[str] = ""
    """The table whose references may name its rows, too; empty where it extends nothing that calls know."""

    sys_id: str = ""
    """32 hex digits; derived from the table and the naming fields when not given, stable across runs."""
    sys_created_on: str = field(default="", compare=False, repr=False)
    sys_created_by: str = field(default="", compare=False, repr=False)
    sys_updated_on: str = field(default="", compare=False, repr=False)
    sys_updated_by: str = field(default="", compare=False, repr=False)
    sys_mod_count: str = field(default="", compare=False, repr=False)

    def __post_init__(self) -> None:
        if not self.sys_id:
            object.__setattr__(self, "sys_id", derived_sys_id(self.table, *(getattr(self, name) for name in self.key)))

    @property
    def stamps(self) -> dict[str, str]:
        """The system fields that are known."""
        return {name: value for name in STAMPS if (value := getattr(self, name))}

    @property
    def display_value(self) -> str:
        """What ServiceNow shows for a reference to this row."""
        return str(getattr(self, self.display))


def derived_sys_id(*parts: str) -> str:
    """A stable sys_id (32 lower-case hex digits) for a row that was given none."""
    return hashlib.md5("\0".join(parts).encode(), usedforsecurity=False).hexdigest()


def new_sys_id() -> str:
    """A sys_id that nobody has had: 32 lower-case hex digits at random."""
    return os.urandom(16).hex()


_FIELDS: dict[type[Record], dict[str, FieldSpec]] = {}


def fields_of(record_class: type[Record]) -> dict[str, FieldSpec]:
    """The columns of a table by name, in declared order, without `sys_id`."""
    if record_class not in _FIELDS:
        _FIELDS[record_class] = {
            declared.name: FieldSpec(name=declared.name, default=declared.default, **declared.metadata)
            for declared in dataclasses.fields(record_class)
            if "kind" in declared.metadata
        }
    return _FIELDS[record_class]
