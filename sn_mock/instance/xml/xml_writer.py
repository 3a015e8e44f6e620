"""`export`: an instance's rows and attachments as one `<unload>` file, the shape of ServiceNow's Export XML.

The same instance always gives the same bytes. Fields are alphabetical; a reference is a sys_id with its display value,
an empty one `<x display_value=""/>`; passwords are left empty, because an instance could not decrypt ours.
"""

from __future__ import annotations

import base64
import hashlib
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from guarded.regex import regex
from sn_mock.failure import MockUsageError
from sn_mock.instance.folder.atomic_writer import write_file_atomically
from sn_mock.instance.instance import Instance
from sn_mock.instance.records import SysAttachment
from sn_mock.instance.references import ReferenceIndex
from sn_mock.instance.schema import FieldSpec, Kind, Record, derived_sys_id, fields_of
from sn_mock.instance.tables import TABLES

UNLOAD_DATE = "2000-01-01 00:00:00"
"""A constant, so that the bytes depend on the instance alone."""
CHUNK_BYTES = 700_000
_GZIP_HEADER = b"\x1f\x8b\x08" + bytes(7)
"""What the platform writes as chunk 0: gzip's fixed header without a time."""
_FORBIDDEN = regex("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def export(instance: Instance, file: Path | str) -> None:
    """Write the export; an existing file is replaced as a whole. Raises `MockUsageError` where that is impossible."""
    write_file_atomically(Path(file), export_xml(instance))


def export_xml(instance: Instance) -> bytes:
    """The export as bytes."""
    return "".join(_document(instance)).encode()


def _document(instance: Instance) -> Iterator[str]:
    index = instance.references()
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<unload unload_date="{UNLOAD_DATE}">\n'
    for table in TABLES:
        for record in instance.table(table):
            if isinstance(record, SysAttachment):
                yield from _attachment(record)
            else:
                yield _element(table, _fields(record, index), record)
    yield "</unload>\n"


Fields = dict[str, tuple[str, dict[str, str]]]
"""Field → text and attributes."""


def _fields(record: Record, index: ReferenceIndex) -> Fields:
    fields: Fields = {"sys_id": (record.sys_id, {})}
    for spec in fields_of(type(record)).values():
        fields[spec.name] = _field(spec, getattr(record, spec.name), index)
    fields |= {name: (value, {}) for name, value in record.stamps.items()}
    if "sys_scope" in fields:
        scope = fields["sys_scope"][0]
        is_global = scope == "global"
        fields["sys_scope"] = ("global" if is_global else "", {"display_value": "Global" if is_global else scope})
        fields["sys_package"] = (scope if is_global else "", {"display_value": scope, "source": scope})
    if fields.get("wsdl", ("", {}))[0].startswith("file:"):
        fields["wsdl"] = ("", {})
    return fields


def _field(spec: FieldSpec, value: Any, index: ReferenceIndex) -> tuple[str, dict[str, str]]:
    match spec.kind:
        case Kind.PASSWORD2:
            return "", {}
        case Kind.BOOLEAN:
            return str(value).lower(), {}
        case Kind.REFERENCE:
            return value, {"display_value": _shown(spec, value, index)}
        case Kind.GLIDE_LIST:
            return ",".join(value), {"display_value": ", ".join(_shown(spec, item, index) for item in value)}
    return "" if value is None else str(value), {}


def _shown(spec: FieldSpec, ref: str, index: ReferenceIndex) -> str:
    found = index.find(str(spec.table), ref) if index.knows(spec.table) else ()
    return found[0].display_value if found else ""


def _element(table: str, fields: Fields, record: Record) -> str:
    lines = [f'<{table} action="INSERT_OR_UPDATE">']
    for name, (text, attributes) in sorted(fields.items()):
        described = "".join(
            f' {key}="{_escaped(value, f"{table}.{name}", record)}"' for key, value in attributes.items()
        )
        body = _escaped(text, f"{table}.{name}", record)
        lines.append(f"<{name}{described}>{body}</{name}>" if body else f"<{name}{described}/>")
    return "\n".join([*lines, f"</{table}>\n"])


_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;"})


def _escaped(text: str, field: str, record: Record) -> str:
    if forbidden := _FORBIDDEN.search(text):
        raise MockUsageError(
            f"{field} of '{record.display_value}' holds the character U+{ord(forbidden[0]):04X}, which XML cannot "
            f"carry; next step: remove it from the row"
        )
    return text.translate(_ESCAPES)


def _attachment(file: SysAttachment) -> Iterator[str]:
    stored = _gzip(file.data)
    fields: Fields = {
        "chunk_size_bytes": (str(-(-CHUNK_BYTES // 3) * 4), {}),
        "compressed": ("true", {}),
        "content_type": (file.content_type, {}),
        "file_name": (file.file_name, {}),
        "hash": (hashlib.sha256(file.data).hexdigest(), {}),
        "size_bytes": (str(len(file.data)), {}),
        "size_compressed": (str(len(stored)), {}),
        "state": ("available", {}),
        "sys_id": (file.sys_id, {}),
        "table_name": (file.table_name, {}),
        "table_sys_id": (file.table_sys_id, {}),
    }
    yield _element("sys_attachment", fields, file)
    body = stored[len(_GZIP_HEADER) :]
    chunks = [_GZIP_HEADER, *(body[start : start + CHUNK_BYTES] for start in range(0, len(body), CHUNK_BYTES))]
    for position, chunk in enumerate(chunks):
        data = base64.b64encode(chunk).decode()
        yield _element(
            "sys_attachment_doc",
            {
                "data": (data, {}),
                "length": (str(len(data)), {}),
                "position": (str(position), {}),
                "sys_attachment": (file.sys_id, {"display_value": file.file_name}),
                "sys_id": (derived_sys_id("sys_attachment_doc", file.sys_id, str(position)), {}),
            },
            file,
        )


def _gzip(data: bytes) -> bytes:
    """RFC 1952 with the header of `java.util.zip.GZIPOutputStream`: no time, no name, no operating system."""
    deflate = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    return _GZIP_HEADER + deflate.compress(data) + deflate.flush() + struct.pack("<LL", zlib.crc32(data), len(data))
