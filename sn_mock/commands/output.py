"""Printing: JSON documents, text for people, and files that are replaced only when complete.

`sn_mock.cli` makes all that is printed inert (`guarded.text`); what is printed through here is so already.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from guarded import files
from guarded.text import InertStream, json_text, print_raw, visible
from sn_mock.failure import MockUsageError


def print_json(document: Any) -> None:
    """One JSON document on stdout; plain ASCII where stdout is not UTF-8."""
    is_utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    print_raw(json_text(document, indent=2, ascii_only=not is_utf8))


def print_coloured(renderable: Any) -> None:
    """Something of rich's, its own colours and nobody else's."""
    from rich.console import Console, ConsoleOptions, RenderResult
    from rich.segment import Segment

    class Harmless:
        """What the renderable says, with every character visible that a terminal would obey."""

        def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
            for segment in console.render(renderable, options):
                yield segment if segment.control else Segment(visible(segment.text), segment.style)

    stream = sys.stdout.raw if isinstance(sys.stdout, InertStream) else sys.stdout
    Console(file=stream).print(Harmless())


def on_terminal() -> bool:
    """True when a person reads stdout: only then is rich worth its loading time."""
    return sys.stdout.isatty()


def refuse_unwritable(path: Path) -> None:
    """Raise MockUsageError, with the path as the user typed it, where `write_text` could not write it."""
    why = next(_obstacles(path), "")
    if why:
        raise MockUsageError(f"{path} cannot be written: {why}; next step: give a file in a directory that exists")


def _obstacles(path: Path) -> Iterator[str]:
    """Why not, without touching what is there."""
    try:
        if path.is_dir():
            yield "it is a directory"
        elif path.exists():
            if not os.access(path, os.W_OK):
                yield "it is not yours to write"
        else:
            folder = path.resolve().parent
            if not folder.is_dir():
                yield "Not a directory" if folder.exists() else "No such file or directory"
            elif not os.access(folder, os.W_OK | os.X_OK):
                yield "Permission denied"
            elif len(os.fsencode(path.name)) > 255:
                yield "File name too long"
    except OSError as error:
        yield error.strerror or str(error)
    except ValueError as error:
        yield str(error)


def write_text(path: Path, text: str) -> None:
    """Write a report whole (`guarded.files.write`), with nothing in it that a terminal or a reader would obey."""
    files.write(path, visible(text).encode("utf-8", "backslashreplace"))
