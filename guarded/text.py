r"""Words of strangers, made inert: names in certificates, aliases, bodies and messages go to terminals and logs.

A terminal obeys control characters (ECMA-48: C0, C1), a reader's eyes obey bidirectional overrides (Unicode TR 36
section 3.1, CVE-2021-42574), and a pipeline obeys lines such as `::error::` (GitHub workflow commands; also `##[` and
`##vso[`, which older runners find anywhere in a line). All of them become visible escapes, `\x1b`; the words stay.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO, cast

from guarded.regex import regex

_ACTIVE = "\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff"
_ACTIVE_CHARACTER = regex(f"[{_ACTIVE}]")
_COMMAND_ANYWHERE = regex(r"(##[a-z]{0,20})\[", re.IGNORECASE)
_COMMAND_LINE = regex(r"^([^\S\n]*):(?=:)", re.MULTILINE)
_SUSPICIOUS = regex(f"[{_ACTIVE}]|::|##")


def visible(text: str) -> str:
    r"""The text with every character that a terminal would obey as an escape; line ends and tabs stay."""
    if _ACTIVE_CHARACTER.search(text) is None:
        return text
    return _ACTIVE_CHARACTER.sub(_escape, text.replace("\r\n", "\n"))


def well_formed(text: str) -> str:
    """The text as UTF-8 can hold it: surrogate pairs joined, lone halves replaced (JSON and JavaScript have both)."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def inert(text: str) -> str:
    r"""As `visible`, and no line is a pipeline's command: a backslash stands where it would begin."""
    if _SUSPICIOUS.search(text) is None:
        return text
    return _COMMAND_LINE.sub(r"\1\:", _COMMAND_ANYWHERE.sub(r"\1\\[", visible(text)))


def one_line(text: str) -> str:
    r"""As `inert`, on one line."""
    return inert(text.replace("\r", "\\r").replace("\n", "\\n"))


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    return {9: "\\t", 10: "\\n", 13: "\\r"}.get(code) or (f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}")


def json_text(document: Any, *, indent: int | None = None, ascii_only: bool = True) -> str:
    """A JSON document that says the same to a JSON reader and nothing to a terminal.

    Raises:
        ValueError: it holds NaN or an infinity, which JSON has not.
    """
    text = json.dumps(document, indent=indent, ensure_ascii=ascii_only, allow_nan=False)
    text = _ACTIVE_CHARACTER.sub(lambda found: found[0] if found[0] == "\n" else f"\\u{ord(found[0]):04x}", text)
    return _COMMAND_ANYWHERE.sub(r"\1\\u005b", text)


class OutputError(OSError):
    """What was printed cannot be written (a full disk, a closed descriptor); `strerror` is a whole sentence."""


class InertStream(io.TextIOBase):
    """A text stream in front of another one that lets nothing pass that is not inert; `raw` is the one behind."""

    def __init__(self, raw: TextIO) -> None:
        self.raw = raw
        self._lost: OutputError | None = None
        self._begun: str | None = ""
        """The line so far without white space, while it can still become a command ("" or ":"); else None."""

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except BrokenPipeError:
            raise
        except OSError as error:
            self._lost = OutputError(error.errno, f"the output cannot be written: {error.strerror}")
            raise self._lost from None

    def write(self, text: str) -> int:
        """Write it, made inert, however the pieces of a line are cut."""
        if self._begun == "":
            safe = inert(text)
        else:
            broken = "\\" if self._begun and text.startswith(":") else ""
            safe = broken + inert("." + text)[1:]
        with self._told():
            self.raw.write(safe)
        _, newline, line = text.rpartition("\n")
        begun = line.lstrip() if newline or self._begun is None else self._begun + line.lstrip()
        self._begun = begun if (newline or self._begun is not None) and begun in ("", ":") else None
        return len(text)

    def print_raw(self, text: str) -> None:
        """A line that is meant to be obeyed: a JSON document, a workflow command of our own."""
        with self._told():
            self.raw.write(text + "\n")
        self._begun = ""

    def flush(self) -> None:
        """Flush the stream behind."""
        with self._told():
            self.raw.flush()
        if self._lost is not None:  # somebody (argparse) took no notice of it
            raise self._lost

    def __del__(self) -> None:
        """The stream behind is others' to close; closing ourselves would flush it, and tell a loss a second time."""

    def isatty(self) -> bool:
        """Whether a person reads it."""
        return self.raw.isatty()

    def fileno(self) -> int:
        """The descriptor of the stream behind."""
        return self.raw.fileno()

    def writable(self) -> bool:
        """Always."""
        return True

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """That of the stream behind."""
        return self.raw.encoding

    @property
    def errors(self) -> str | None:  # type: ignore[override]
        """That of the stream behind."""
        return self.raw.errors

    @property
    def buffer(self) -> Any:
        """The bytes behind, for those who know what they write."""
        return self.raw.buffer


@contextmanager
def inert_output() -> Iterator[None]:
    """Everything that is printed meanwhile is inert; characters that the terminal has not are escaped."""
    before = sys.stdout, sys.stderr
    with contextlib.ExitStack() as opened:
        sys.stdout, sys.stderr = (cast(TextIO, _wrapped(stream, opened)) for stream in before)
        try:
            yield
        finally:
            sys.stdout, sys.stderr = before


def _wrapped(stream: TextIO | InertStream | None, opened: contextlib.ExitStack) -> InertStream:
    if stream is None:  # a descriptor that was closed before we started
        nowhere: TextIO = opened.enter_context(Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115
        stream = nowhere
    elif isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")
    return stream if isinstance(stream, InertStream) else InertStream(stream)


def silence(stream: TextIO) -> None:
    """Nobody reads it any more, or the disk is full: what it still holds goes nowhere, also when Python ends."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def print_raw(text: str, stream: TextIO | None = None) -> None:
    """Print a line that is inert already, or meant to be obeyed, also where the stream makes everything inert."""
    target = sys.stdout if stream is None else stream
    if isinstance(target, InertStream):
        target.print_raw(text)
    else:
        print(text, file=target)
