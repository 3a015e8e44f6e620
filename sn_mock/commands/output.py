"""Printing: JSON documents, text for people, and files that are replaced only when complete."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any


def print_json(document: Any) -> None:
    """One JSON document on stdout."""
    print(json.dumps(document, indent=2, ensure_ascii=False))


def on_terminal() -> bool:
    """True when a person reads stdout: only then is rich worth its loading time."""
    return sys.stdout.isatty()


def write_text(path: Path, text: str) -> None:
    """Write a report file in one step: readers see the old file or the new one, never half of it."""
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, delete=False) as draft:
        draft.write(text)
    Path(draft.name).replace(path)
