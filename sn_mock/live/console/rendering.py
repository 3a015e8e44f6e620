"""Filling templates. Every value is escaped where it is printed; a name that a template misspells is an error."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from guarded.text import visible

FOLDER = Path(__file__).parent
OUTSIDE = "outside.html"
"""The page for those who are not let in; it holds nothing of the instance."""


def _moment(when: datetime) -> str:
    return f"{when:%Y-%m-%d %H:%M:%S}"


class Renderer:
    """The console's templates."""

    def __init__(self, known: Mapping[str, Any]) -> None:
        self._templates = Environment(
            loader=FileSystemLoader(FOLDER / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._templates.filters["moment"] = _moment
        self._templates.globals.update(known)

    def page(self, template: str, values: Mapping[str, Any]) -> bytes:
        """The page as UTF-8."""
        return visible(self._templates.get_template(template).render(values)).encode("utf-8", "replace")
