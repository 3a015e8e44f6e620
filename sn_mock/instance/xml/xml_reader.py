"""Reading ServiceNow's XML exports as a stream: records are handed on one by one, nothing else is kept.

Shapes: `<unload>` with record elements (Export XML of a record, a list, an update set), `<record_update>` (application
repository files and update payloads), `<xml>` (a list opened with `?XML`). The payload of a `sys_update_xml` row is XML
again, in CDATA or escaped; it is parsed while it arrives, so its size does not matter either.

What is handed on has a bound, however much a file unpacks to: texts of fields that nobody asked for are not kept.

A file with a DOCTYPE is refused: exports have none, and entities are how hostile XML attacks its reader.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import field
from typing import BinaryIO
from xml.parsers import expat

from guarded.values import dataclass

ROOTS = ("unload", "record_update", "xml")
UPDATE_TABLE = "sys_update_xml"
MAX_FIELD_CHARACTERS = 32 * 1024 * 1024
_ROW = 400
"""What a row costs besides its texts, once it is handed on."""
_SHORT, _MOST_SHARED = 40, 20_000
MAX_KEPT_CHARACTERS = 256 * 1024 * 1024
"""Of all fields that are kept of one file."""
MAX_DEPTH = 64
"""Elements inside one another; exports have four."""
FILLED = "…"
"""The text of a field that is filled and was not asked for."""
_OVERHEAD = 100
"""What a field costs besides its text."""
_CHUNK = 64 * 1024
_OTHER_ROOTS = {"database": "table definitions (<database>)"}
"""What an application repository has besides records."""
_WHITESPACE = b" \t\r\n"


class ExportFileError(Exception):
    """The file, or a payload in it, cannot be read (any further); the message says where and why."""


class NoExportError(ExportFileError):
    """The file is something else: no XML, or XML of another kind. Nothing of it was handed on."""

    def __init__(self, message: str, kind: str) -> None:
        self.kind = kind
        """What it is, in a few words."""
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class RawField:
    """One field of a row as the file has it."""

    text: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    """`display_value` of references; `source` of sys_package; sometimes `sys_id`."""


@dataclass(frozen=True, slots=True)
class RawRecord:
    """One row as the file has it."""

    table: str
    action: str
    """`INSERT_OR_UPDATE`, `DELETE`, `delete_multiple`, or empty."""
    fields: Mapping[str, RawField]
    update: str = ""
    """Name of the customer update whose payload held the row; empty outside update sets."""
    query: str = ""
    """Which rows a `delete_multiple` removes, as an encoded query."""

    def text(self, name: str) -> str:
        """A field's text without surrounding white space; empty when the row does not have the field."""
        found = self.fields.get(name)
        return found.text.strip() if found else ""


@dataclass(slots=True)
class Handlers:
    """Where the reader hands what it finds."""

    wanted: Collection[str]
    """Tables whose rows are collected."""
    record: Callable[[RawRecord], None]
    skipped: Callable[[str], None]
    """Called with the table of every row that is not collected."""
    broken_payload: Callable[[str, str], None]
    """Called with update name and reason for a payload that cannot be read."""
    fields: Mapping[str, Collection[str]] = field(default_factory=dict)
    """Of these tables only the named fields' text is kept; others have `FILLED` where they are not blank."""
    streamed: Collection[str] = ()
    """Tables whose rows `record` does not keep."""
    kept: int = 0
    """Characters handed on so far."""
    _texts: dict[str, str] = field(default_factory=dict)

    def shared(self, text: str) -> str:
        """The same object for equal short texts: names, dates and choices stand in many rows."""
        if len(text) > _SHORT or len(self._texts) >= _MOST_SHARED:
            return self._texts.get(text, text)
        return self._texts.setdefault(text, text)


def read_export(stream: BinaryIO, handlers: Handlers) -> None:
    """Read one export to its end. Raises `ExportFileError`; rows handed on before that are complete."""
    reader = _Reader(handlers)
    first = True
    while chunk := stream.read(_CHUNK):
        if first:
            chunk = chunk.lstrip(_WHITESPACE)
            first = not chunk
        reader.feed(chunk)
    if first:
        raise NoExportError("the file is empty", "empty files")
    reader.close()


class _Reader:
    """One expat parser; a nested one reads the payload of a customer update."""

    def __init__(self, handlers: Handlers, update: str = "", encoding: str | None = None) -> None:
        self._handlers = handlers
        self._update = update
        self._depth = 0
        self._begun = False
        self._table = ""
        self._action = ""
        self._query = ""
        self._collecting = False
        self._wanted: Collection[str] | None = None
        self._wanted_here = True
        self._kept_before = 0
        self._fields: dict[str, RawField] = {}
        self._field: str | None = None
        self._attributes: dict[str, str] = {}
        self._text: list[str] = []
        self._length = 0
        self._payload: _Payload | None = None
        self._parser = expat.ParserCreate(encoding)
        self._parser.buffer_text = True
        self._parser.buffer_size = _CHUNK
        self._parser.StartDoctypeDeclHandler = self._refuse_doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters

    def feed(self, data: bytes) -> None:
        self._parse(data, False)

    def close(self) -> None:
        self._parse(b"", True)

    def _parse(self, data: bytes, final: bool) -> None:
        try:
            self._parser.Parse(data, final)
        except expat.ExpatError as error:
            reason = expat.errors.messages.get(error.code, "broken")
            hint = "the file ends too early" if reason in _TRUNCATED else "is it in the encoding it declares?"
            message = f"line {error.lineno}: {reason}; {hint}"
            raise (ExportFileError(message) if self._begun else NoExportError(message, "no XML")) from None
        except (LookupError, ValueError) as error:
            raise ExportFileError(f"line {self._parser.CurrentLineNumber}: {error}") from None

    def _refuse_doctype(self, name: str, *_: object) -> None:
        message = (
            f"line {self._parser.CurrentLineNumber}: a DOCTYPE ('{name}') has no place in a ServiceNow export; refused"
        )
        raise ExportFileError(message) if name in ROOTS else NoExportError(message, f"<!DOCTYPE {name[:40]}>")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ExportFileError(
                f"line {self._parser.CurrentLineNumber}: more than {MAX_DEPTH} elements inside one another; refused"
            )
        if self._depth == 1:
            if name not in ROOTS:
                raise NoExportError(
                    f"its root is <{name}>; a ServiceNow export has {' or '.join(f'<{r}>' for r in ROOTS)}",
                    _OTHER_ROOTS.get(name, f"<{name[:40]}>"),
                )
            self._begun = True
        elif self._depth == 2:
            self._table, self._action, self._fields = name, attributes.get("action", ""), {}
            self._query = attributes.get("query", "")
            self._collecting = name in self._handlers.wanted or name == UPDATE_TABLE
            self._wanted = self._handlers.fields.get(name)
            self._kept_before = self._handlers.kept
        elif self._depth == 3 and self._collecting:
            self._field, self._attributes, self._text, self._length = name, attributes, [], 0
            self._wanted_here = self._wanted is None or name in self._wanted
            self._keep(len(name) + _OVERHEAD + sum(len(value) for value in attributes.values()))
            if self._table == UPDATE_TABLE and name == "payload":
                update = self._fields.get("name")
                self._payload = _Payload(self._handlers, update.text if update else "")

    def _characters(self, text: str) -> None:
        if self._depth != 3 or self._field is None:
            return
        if self._payload is not None:
            self._payload.feed(text)
            return
        if not self._wanted_here:
            if not self._text and text.strip():
                self._text.append(FILLED)
            return
        self._keep(len(text))
        self._length += len(text)
        if self._length > MAX_FIELD_CHARACTERS:
            raise ExportFileError(
                f"line {self._parser.CurrentLineNumber}: {self._table}.{self._field} is longer than "
                f"{MAX_FIELD_CHARACTERS} characters; refused"
            )
        self._text.append(text)

    def _keep(self, characters: int) -> None:
        self._handlers.kept += characters
        if self._handlers.kept > MAX_KEPT_CHARACTERS:
            raise ExportFileError(
                f"line {self._parser.CurrentLineNumber}: its rows hold more than {MAX_KEPT_CHARACTERS} characters; "
                "refused; next step: split the export"
            )

    def _end(self, name: str) -> None:
        if self._depth == 3 and self._field is not None:
            if self._payload is not None:
                self._payload.close()
                self._payload = None
            else:
                text = "".join(self._text)
                self._fields[name] = RawField(self._handlers.shared(text), self._attributes)
            self._field = None
        elif self._depth == 2:
            if self._collecting and self._table != UPDATE_TABLE:
                self._handlers.record(RawRecord(self._table, self._action, self._fields, self._update, self._query))
                self._handlers.kept = self._kept_before
                if self._table not in self._handlers.streamed:
                    self._keep(_ROW + sum(len(found.text) for found in self._fields.values()))
            elif self._table != UPDATE_TABLE:
                self._handlers.skipped(self._table)
            self._collecting, self._fields = False, {}
        self._depth -= 1


class _Payload:
    """The XML inside a customer update, parsed as it arrives; a broken one spoils nothing but itself."""

    def __init__(self, handlers: Handlers, update: str) -> None:
        self._handlers = handlers
        self._update = update
        self._reader: _Reader | None = None
        self._broken = False

    def feed(self, text: str) -> None:
        if self._reader is None:
            text = text.lstrip()
            if not text:
                return
            self._reader = _Reader(self._handlers, self._update, "UTF-8")
        self._guarded(lambda reader: reader.feed(text.encode()))

    def close(self) -> None:
        self._guarded(lambda reader: reader.close())

    def _guarded(self, step: Callable[[_Reader], None]) -> None:
        if self._reader is None or self._broken:
            return
        try:
            step(self._reader)
        except ExportFileError as error:
            self._broken = True
            self._handlers.broken_payload(self._update, str(error))


_TRUNCATED = {"no element found", "unclosed token", "unclosed CDATA section", "partial character"}
