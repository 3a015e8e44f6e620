"""Printing: JSON documents, text for people, and files that are replaced only when complete."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from sn_mock.failure import MockUsageError


def print_json(document: Any) -> None:
    """One JSON document on stdout; plain ASCII where stdout is not UTF-8."""
    is_utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    print(json.dumps(document, indent=2, ensure_ascii=not is_utf8))


def on_terminal() -> bool:
    """True when a person reads stdout: only then is rich worth its loading time."""
    return sys.stdout.isatty()


def refuse_unwritable(path: Path) -> None:
    """Raise MockUsageError, with the path as the user typed it, where `write_text` could not write it."""
    why = "it is a directory" if path.is_dir() else _obstacle(path)
    if why:
        raise MockUsageError(f"{path} cannot be written: {why}; next step: give a file in a directory that exists")


def _obstacle(path: Path) -> str:
    draft = _draft(path)
    try:
        draft.touch()
        draft.unlink()
    except OSError as error:
        return error.strerror or str(error)
    return ""


def _draft(path: Path) -> Path:
    return path.with_name(path.name + ".part")


def write_text(path: Path, text: str) -> None:
    """Write a report file in one step: readers see the old file or the new one, never half of it."""
    draft = _draft(path)
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)
