"""What Java requires of the extensions it knows; a value it refuses makes the extension unparseable."""

from __future__ import annotations

from collections.abc import Callable

PARSERS: dict[str, Callable[[bytes, bool], int | None]] = {}
