"""`Called`: what one table and its fields are called, and which of them stand where."""

from __future__ import annotations

from collections.abc import Mapping

from guarded.values import dataclass


@dataclass(frozen=True, slots=True)
class Called:
    """One table as people see it."""

    plural: str
    """Title of its list."""
    one: str
    """Title of its form."""
    module: tuple[str, ...]
    """Where the application navigator has it."""
    listed: tuple[str, ...]
    """Columns of its list; the first leads to the record."""
    wide: tuple[str, ...] = ()
    """Fields that take the whole width of the form, below the others."""
    labels: Mapping[str, str] | None = None
