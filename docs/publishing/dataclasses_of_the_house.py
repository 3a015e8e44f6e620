"""For griffe, which reads the sources for the site: `guarded.values.dataclass` is the standard library's decorator.

That is what type checkers are told, too. Without it no public class would be called a dataclass on the site.
"""

from __future__ import annotations

from typing import Any

import griffe

_OURS, _THEIRS = "guarded.values.dataclass", "dataclasses.dataclass"


class DataclassesOfTheHouse(griffe.Extension):
    """Loaded by its path; griffe's own extension for dataclasses comes behind it."""

    def on_alias_instance(self, *, alias: griffe.Alias, **_: Any) -> None:
        """An imported name was met, before the classes that are decorated with it."""
        if alias.target_path == _OURS:
            alias.target_path = _THEIRS
