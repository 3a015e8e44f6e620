"""What a page is asked, and what it answers: values, so that pages are plain functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from guarded.values import dataclass


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was chosen or dropped."""

    name: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, its form read."""

    path: Mapping[str, str]
    """The parts of the path that the route names."""
    query: Mapping[str, str]
    form: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What was posted; may hold passwords."""
    files: Mapping[str, Upload] = field(default_factory=dict)
    target: str = "/"
    """Path and query as they were asked for."""


@dataclass(frozen=True, slots=True)
class Page:
    """A template to be filled."""

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200


@dataclass(frozen=True, slots=True)
class Seen:
    """After a change: look there (303), with lines that are shown once."""

    place: str
    said: tuple[str, ...] = ()
    bad: bool = False


@dataclass(frozen=True, slots=True)
class Saved:
    """A file for the browser to save, never to show."""

    name: str
    """ASCII letters, digits, dots and dashes."""
    content: bytes = field(repr=False)


Answer = Page | Seen | Saved


class NotThereError(Exception):
    """No such table, row, call or page; the message says what was looked for."""
