"""Forms with a file in them (`multipart/form-data`, RFC 7578), read by the library python-multipart."""

from __future__ import annotations

from dataclasses import field

from guarded.values import dataclass
from sn_mock.live.front.asked import Asked
from sn_mock.live.front.errors import Error, RefusedError

MOST_FIELDS = 100


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file of a form."""

    name: str
    content_type: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Form:
    """What a form holds; of several files the first counts."""

    fields: dict[str, str]
    file: UploadedFile | None


@dataclass(slots=True)
class _Part:
    headers: dict[str, str]
    data: bytearray
    name: bytearray
    value: bytearray


def read_form(asked: Asked) -> Form:
    """The form of a request. Raises RefusedError (400, 415)."""
    from python_multipart.exceptions import FormParserError
    from python_multipart.multipart import MultipartParser, parse_options_header

    kind, options = parse_options_header(asked.header("Content-Type"))
    if kind != b"multipart/form-data" or b"boundary" not in options:
        raise RefusedError(Error.UNSUPPORTED_TYPE)
    parts: list[_Part] = []

    def begin() -> None:
        parts.append(_Part({}, bytearray(), bytearray(), bytearray()))
        if len(parts) > MOST_FIELDS:
            raise RefusedError(Error.UNREADABLE_BODY, f"The form has more than {MOST_FIELDS} fields.")

    def end_header() -> None:
        part = parts[-1]
        part.headers[part.name.decode("latin-1").lower()] = part.value.decode("utf-8", "replace")
        part.name.clear()
        part.value.clear()

    try:
        parser = MultipartParser(
            options[b"boundary"],
            {
                "on_part_begin": begin,
                "on_part_data": lambda data, start, end: parts[-1].data.extend(data[start:end]),
                "on_header_field": lambda data, start, end: parts[-1].name.extend(data[start:end]),
                "on_header_value": lambda data, start, end: parts[-1].value.extend(data[start:end]),
                "on_header_end": end_header,
            },
        )
        parser.write(asked.raw.body)
        parser.finalize()
    except FormParserError:
        raise RefusedError(Error.UNREADABLE_BODY, "The payload is no valid form.") from None
    fields: dict[str, str] = {}
    file: UploadedFile | None = None
    for part in parts:
        _, named = parse_options_header(part.headers.get("content-disposition", ""))
        name = named.get(b"name", b"").decode("utf-8", "replace")
        if b"filename" in named:
            content_type = part.headers.get("content-type", "")
            made = UploadedFile(named[b"filename"].decode("utf-8", "replace"), content_type, bytes(part.data))
            file = file or made
        else:
            fields[name] = part.data.decode("utf-8", "replace").strip()
    return Form(fields, file)
