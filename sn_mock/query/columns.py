"""`Column`: what the dictionary says of a field, and the columns that every table has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from guarded.values import dataclass

NUMBERS = frozenset({"integer", "decimal", "float", "longint", "percent_complete", "currency", "price", "order_index"})
DATES = frozenset({"glide_date_time", "glide_date", "glide_time", "due_date", "calendar_date_time"})
LISTS = frozenset({"glide_list", "slushbucket", "user_roles"})


@dataclass(frozen=True, slots=True)
class Column:
    """One field of a table."""

    name: str
    type: str = "string"
    """The dictionary's internal type: string, boolean, integer, reference, glide_date_time …"""
    label: str = ""
    reference: str = ""
    """The table a reference or list points to."""
    choices: Mapping[str, str] = field(default_factory=dict)
    """Stored value → label."""
    default: str = ""
    mandatory: bool = False
    max_length: int = 40

    @property
    def is_boolean(self) -> bool:
        """A true/false column."""
        return self.type == "boolean"

    @property
    def shown(self) -> str:
        """The label; made from the name where none is known, as the platform makes labels of new columns."""
        return self.label or self.name.removeprefix("u_").replace("_", " ").capitalize()


SYSTEM_COLUMNS: Mapping[str, Column] = {
    column.name: column
    for column in (
        Column("sys_id", "GUID", "Sys ID", max_length=32),
        Column("sys_created_on", "glide_date_time", "Created"),
        Column("sys_created_by", "string", "Created by"),
        Column("sys_updated_on", "glide_date_time", "Updated"),
        Column("sys_updated_by", "string", "Updated by"),
        Column("sys_mod_count", "integer", "Updates"),
    )
}
"""Every table has these (docs, "System fields")."""
