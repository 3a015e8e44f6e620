"""Contents of requests and answers: JSON and XML, as the Table API reads and writes both.

The XML element names are those of the docs' samples (`<request><entry>`, `<response><result>`). No entity is expanded
and nothing is fetched.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from guarded.text import well_formed
from sn_mock.live.front.asked import JSON, XML, Asked
from sn_mock.live.front.errors import Error, RefusedError

if TYPE_CHECKING:
    from lxml import etree

JSON_TYPE = "application/json;charset=UTF-8"
XML_TYPE = "application/xml;charset=UTF-8"
_READ = {JSON: JSON, "text/json": JSON, XML: XML, "text/xml": XML}
_ANY = ("*/*", "application/*", "")
_NOT_JSON = "The payload is not valid JSON."
_NOT_XML = "The payload is not valid XML."


def accepted(accept: str) -> str:
    """The media type to answer in: the first of the Accept header that we have. Raises RefusedError (406)."""
    for part in accept.split(","):
        name = part.partition(";")[0].strip().lower()
        if name in _ANY:
            return JSON
        if name in _READ:
            return _READ[name]
    raise RefusedError(Error.NOT_ACCEPTABLE)


def written(content: Any, media_type: str) -> tuple[bytes, str]:
    """The content as bytes, and the Content-Type."""
    if media_type == XML:
        return b'<?xml version="1.0" encoding="UTF-8"?>' + _xml("response", content).encode(), XML_TYPE
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace"), JSON_TYPE


def _xml(name: str, value: Any) -> str:
    from xml.sax.saxutils import escape

    if isinstance(value, Mapping):
        return f"<{name}>{''.join(_xml(key, item) for key, item in value.items())}</{name}>"
    if isinstance(value, list):
        return "".join(_xml(name, item) for item in value)
    return f"<{name}/>" if value in (None, "") else f"<{name}>{escape(printable(str(value)))}</{name}>"


def printable(text: str) -> str:
    """Without what XML 1.0 has no way to write."""
    return "".join(letter for letter in text if letter >= " " or letter in "\t\r\n")


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
        content = json.loads(data.decode("utf-8-sig"))
        if b"\\ud" in data.lower():
            content = json.loads(well_formed(json.dumps(content, ensure_ascii=False)))
        return content
    except (ValueError, RecursionError):
        raise RefusedError(Error.UNREADABLE_BODY, _NOT_JSON) from None


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
