"""Contents of requests and answers: JSON and XML, as the Table API reads and writes both.

The XML element names are those of the docs' samples (`<request><entry>`, `<response><result>`). No entity is expanded
and nothing is fetched.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from guarded.regex import regex
from guarded.text import well_formed
from sn_mock.live.front.asked import JSON, XML, Asked
from sn_mock.live.front.errors import Error, RefusedError

if TYPE_CHECKING:
    from lxml import etree

JSON_TYPE = "application/json;charset=UTF-8"
XML_TYPE = "application/xml;charset=UTF-8"
_READ = {JSON: JSON, "text/json": JSON, XML: XML, "text/xml": XML}
_QUALITY = regex(r"q\s*=\s*([01](?:\.\d{0,3})?)")
_ANY = ("*/*", "application/*", "")
_NAME = regex(r"[A-Za-z_][A-Za-z0-9_.\-]*")
"""A field that can be an element; one that an editor called otherwise is left out of XML."""
_UNWRITABLE = regex("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NOT_JSON = "The payload is not valid JSON."
_NOT_XML = "The payload is not valid XML."


def accepted(accept: str) -> str:
    """The media type to answer in: of those in the Accept header the one that is preferred (RFC 9110, 12.5.1), and of
    equals the first. Raises RefusedError (406)."""
    for name, quality in sorted(map(_preference, accept.split(",")), key=lambda one: -one[1]):
        if quality <= 0:
            break
        if name in _ANY:
            return JSON
        if name in _READ:
            return _READ[name]
    raise RefusedError(Error.NOT_ACCEPTABLE)


def _preference(part: str) -> tuple[str, float]:
    """A media range in small letters, and its weight; one that cannot be read weighs 1."""
    name, *parameters = (piece.strip().lower() for piece in part.split(";"))
    weights = [match[1] for piece in parameters if (match := _QUALITY.fullmatch(piece))]
    return name, float(weights[0]) if weights else 1.0


def written(content: Any, media_type: str) -> tuple[bytes, str]:
    """The content as bytes, and the Content-Type."""
    if media_type == XML:
        return b'<?xml version="1.0" encoding="UTF-8"?>' + _xml("response", content).encode(), XML_TYPE
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace"), JSON_TYPE


def _xml(name: str, value: Any) -> str:
    from xml.sax.saxutils import escape

    if isinstance(value, Mapping):
        return f"<{name}>{''.join(_xml(key, item) for key, item in value.items() if _NAME.fullmatch(key))}</{name}>"
    if isinstance(value, list):
        return "".join(_xml(name, item) for item in value)
    return f"<{name}/>" if value in (None, "") else f"<{name}>{escape(printable(str(value)))}</{name}>"


def printable(text: str) -> str:
    """Without what XML 1.0 has no way to write (section 2.2)."""
    return _UNWRITABLE.sub("", text)


def fields(asked: Asked, *, display: bool = False) -> dict[str, str]:
    """The fields of a row that a client sends, as texts. Raises RefusedError (400, 415).

    A value may be an object `{"value": …}` or `{"display_value": …}`, as answers have them.
    """
    if not asked.header("Content-Type"):
        raise RefusedError(Error.NO_CONTENT_TYPE)
    kind = _READ.get(asked.content_type)
    if kind is None:
        raise RefusedError(Error.UNSUPPORTED_TYPE)
    if not asked.raw.body.strip():
        return {}
    content = read_xml(asked.raw.body) if kind == XML else read_json(asked.raw.body)
    if not isinstance(content, dict):
        raise RefusedError(Error.UNREADABLE_BODY, "The payload is no object of fields.")
    return {str(name): _text(value, display=display) for name, value in content.items()}


def read_json(data: bytes) -> Any:
    """JSON of a request. Raises RefusedError (400)."""
    try:
        content = json.loads(data.decode("utf-8-sig"), parse_constant=_no_json)
        if b"\\ud" in data.lower():
            content = json.loads(well_formed(json.dumps(content, ensure_ascii=False)))
        return content
    except (ValueError, RecursionError):
        raise RefusedError(Error.UNREADABLE_BODY, _NOT_JSON) from None


def _no_json(name: str) -> Any:
    """`NaN` and `Infinity`, which Python reads and JSON has not (RFC 8259)."""
    raise ValueError(name)


def xml_root(data: bytes) -> etree._Element:
    """The document element of XML without a document type. Raises RefusedError (400)."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise RefusedError(Error.UNREADABLE_BODY, _NOT_XML) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise RefusedError(Error.UNREADABLE_BODY, _NOT_XML)
    return root


def read_xml(data: bytes) -> dict[str, str]:
    """`<request><entry><name>value</name></entry></request>`, or the entry alone. Raises RefusedError (400)."""
    root = xml_root(data)
    entry = root if root.tag == "entry" else root.find("entry")
    if entry is None:
        entry = root
    return {str(child.tag): "".join(map(str, child.itertext())) for child in entry if isinstance(child.tag, str)}


def _text(value: Any, *, display: bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return ""
    if isinstance(value, dict):
        first, second = ("display_value", "value") if display else ("value", "display_value")
        found = value.get(first, value.get(second))
        return "" if found is None or isinstance(found, dict | list) else _text(found, display=display)
    if isinstance(value, list):
        return ",".join(_text(item, display=display) for item in value)
    return str(value)
