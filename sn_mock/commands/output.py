"""Printing: JSON documents, text for people, and files that are replaced only when complete."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any


def print_json(document: Any) -> None:
    """One JSON document on stdout; plain ASCII where stdout is not UTF-8."""
    is_utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    print(json.dumps(document, indent=2, ensure_ascii=not is_utf8))


def on_terminal() -> bool:
    """True when a person reads stdout: only then is rich worth its loading time."""
    return sys.stdout.isatty()


def write_text(path: Path, text: str) -> None:
    """Write a report file in one step: readers see the old file or the new one, never half of it."""
    draft = path.with_name(path.name + ".part")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)
