"""Putting attachments together again from `sys_attachment` rows and their `sys_attachment_doc` chunks.

The platform gzips a file, cuts the result into pieces and base64-encodes each piece on its own; `position` orders
them. With `compressed` false there is no gzip. Chunks may come before the row they belong to, so they wait in a
temporary file.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import tempfile
import zlib
from collections.abc import Collection, Iterator
from itertools import count
from types import TracebackType

from sn_mock.instance.records import SysAttachment
from sn_mock.instance.xml.report import LeftOut
from sn_mock.instance.xml.xml_reader import RawRecord

MAX_ATTACHMENT_BYTES = 64 * 1024 * 1024
_SPOOL_BYTES = 8 * 1024 * 1024
_GZIP_MAGIC = b"\x1f\x8b"


class _DamagedError(Exception):
    """Why an attachment cannot be put together."""


class AttachmentSpool:
    """Collects attachment rows and chunks; `rebuilt` gives the files."""

    def __init__(self, tables: Collection[str]) -> None:
        self._tables = tables
        self._headers: dict[str, tuple[str, RawRecord]] = {}
        self._foreign: set[str] = set()
        self._chunks: dict[str, dict[int, tuple[int, int]]] = {}
        self._damage: dict[str, str] = {}
        self._spool = tempfile.SpooledTemporaryFile(max_size=_SPOOL_BYTES)  # noqa: SIM115 - closed by __exit__

    def __enter__(self) -> AttachmentSpool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._spool.close()

    @property
    def foreign(self) -> int:
        """Attachments of tables that play no part here."""
        return len(self._foreign)

    def is_wanted(self, raw: RawRecord) -> bool:
        """True for a sys_attachment row of a table that matters here."""
        return raw.table == "sys_attachment" and raw.text("table_name") in self._tables

    def add(self, where: str, raw: RawRecord) -> None:
        """Take a sys_attachment or sys_attachment_doc row."""
        if raw.table == "sys_attachment_doc":
            self._add_chunk(raw)
            return
        sys_id = raw.text("sys_id").lower()
        if self.is_wanted(raw):
            self._headers[sys_id] = (where, raw)
        else:
            self._foreign.add(sys_id)
            self._chunks.pop(sys_id, None)

    def forget(self, sys_id: str) -> None:
        """A DELETE action: the attachment is gone."""
        self._headers.pop(sys_id, None)

    def rebuilt(self, owners: Collection[tuple[str, str]]) -> Iterator[SysAttachment | LeftOut]:
        """Every attachment of a row in `owners` (table, sys_id), or why it is left out."""
        for sys_id, (where, raw) in self._headers.items():
            owner = (raw.text("table_name"), raw.text("table_sys_id").lower())
            what = f"attachment '{raw.text('file_name')}' of {owner[0]} {owner[1]}"
            if owner not in owners:
                yield LeftOut(where, what, "the row it belongs to is not in these files")
                continue
            try:
                data = self._content(sys_id, raw)
            except _DamagedError as error:
                yield LeftOut(where, what, str(error))
                continue
            yield SysAttachment(
                sys_id=sys_id,
                file_name=raw.text("file_name") or "attachment",
                content_type=raw.text("content_type"),
                table_name=owner[0],
                table_sys_id=owner[1],
                data=data,
            )

    def _add_chunk(self, raw: RawRecord) -> None:
        parent = raw.fields.get("sys_attachment")
        sys_id = (raw.text("sys_attachment") or (parent.attributes.get("sys_id", "") if parent else "")).lower()
        if sys_id in self._foreign:
            return
        text = "".join(raw.text("data").split())
        position = raw.text("position") or "0"
        if not _is_number(position):
            self._damage[sys_id] = f"a chunk has position '{position}'"
            return
        stated = raw.text("length")
        if _is_number(stated) and int(stated) != len(text):
            self._damage[sys_id] = f"chunk {position} has {len(text)} of {stated} characters"
            return
        try:
            data = base64.b64decode(text, validate=True)
        except binascii.Error:
            self._damage[sys_id] = f"chunk {position} is not base64"
            return
        offset = self._spool.seek(0, 2)
        self._spool.write(data)
        self._chunks.setdefault(sys_id, {})[int(position)] = (offset, len(data))

    def _content(self, sys_id: str, raw: RawRecord) -> bytes:
        if sys_id in self._damage:
            raise _DamagedError(self._damage[sys_id])
        chunks = self._chunks.get(sys_id)
        if not chunks:
            raise _DamagedError(
                "its sys_attachment_doc rows are not in these files; next step: attach the file by hand"
            )
        if len(chunks) != max(chunks) + 1:
            missing = next(position for position in count() if position not in chunks)
            raise _DamagedError(f"chunk {missing} of {max(chunks) + 1} is missing")
        if sum(length for _, length in chunks.values()) > MAX_ATTACHMENT_BYTES:
            raise _DamagedError(f"it is larger than {MAX_ATTACHMENT_BYTES} bytes")
        stored = b"".join(self._read(*chunks[position]) for position in sorted(chunks))
        compressed = raw.text("compressed")
        data = _gunzip(stored) if compressed == "true" or (not compressed and stored[:2] == _GZIP_MAGIC) else stored
        size, digest = raw.text("size_bytes").replace(",", ""), raw.text("hash").lower()
        if _is_number(size) and int(size) != len(data):
            raise _DamagedError(f"it has {len(data)} bytes and should have {size}")
        if len(digest) == 64 and digest != hashlib.sha256(data).hexdigest():
            raise _DamagedError("it does not match its SHA-256 hash")
        return data

    def _read(self, offset: int, length: int) -> bytes:
        self._spool.seek(offset)
        return self._spool.read(length)


def _gunzip(stored: bytes) -> bytes:
    unpacker = zlib.decompressobj(wbits=31)
    try:
        data = unpacker.decompress(stored, MAX_ATTACHMENT_BYTES + 1)
    except zlib.error:
        raise _DamagedError("its content is not gzip; a chunk is damaged") from None
    if len(data) > MAX_ATTACHMENT_BYTES:
        raise _DamagedError(f"it unpacks to more than {MAX_ATTACHMENT_BYTES} bytes")
    if not unpacker.eof:
        raise _DamagedError("its content ends too early; the last chunk is missing or damaged")
    return data


def _is_number(text: str) -> bool:
    """Plain digits, and not more than `int` takes."""
    return text.isascii() and text.isdigit() and len(text) < 19
