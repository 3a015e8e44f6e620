"""How each client finds where a body ends, and whether it keeps the connection for another request."""

from __future__ import annotations

from enum import Enum

from guarded.regex import regex
from guarded.values import dataclass
from sn_mock.java.httpclient.reading.elements import elements_of_client4, last_name_of_commons
from sn_mock.java.httpclient.reading.header_parser import find_int
from sn_mock.java.httpclient.reading.java_text import parse_int, parse_long
from sn_mock.java.httpclient.reading.values import Head
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import Jdk

_TOKEN = regex(r"[^\x00-\x20\x7f-\xa9\xab-\xb4\xb6-\xb9\xbb-\xbf\xd7\xf7()<>@,;:\\\"/\[\]?={}]+")
"""`BasicTokenIterator`: letters are Unicode's, also those beyond ASCII."""
_ALLOWED = 5
"""Requests on one connection to HttpURLConnection, where the provider names no number."""


class Kind(Enum):
    """What ends a body."""

    NOTHING = "there is no body"
    LENGTH = "the announced number of octets"
    CHUNKS = "the last chunk"
    STREAM = "the end of the stream"


@dataclass(frozen=True, slots=True)
class Framing:
    """Where the body ends; `length` counts for LENGTH only."""

    kind: Kind
    length: int = 0


NOTHING = Framing(Kind.NOTHING)
CHUNKS = Framing(Kind.CHUNKS)
STREAM = Framing(Kind.STREAM)


def _last_number(head: Head) -> int | None:
    """The last Content-Length that is a number to `Long.parseLong`."""
    numbers = (parse_long(value) for value in reversed(head.every("content-length")))
    return next((number for number in numbers if number is not None), None)


def announced_to_commons(head: Head) -> int:
    """`HttpMethodBase.getResponseContentLength`: -1 where it is not known."""
    number = _last_number(head)
    return -1 if number is None else number


def chunked_to_commons(head: Head) -> bool:
    """The last element of Transfer-Encoding is `chunked`."""
    encoding = head.first("transfer-encoding")
    return encoding is not None and (last_name_of_commons(encoding) or "").lower() == "chunked"


def commons(head: Head) -> Framing:
    """HttpMethodBase.readResponseBody: the last element of Transfer-Encoding, else the last good Content-Length."""
    if 100 <= head.status_code < 200 or head.status_code in (204, 304):
        return NOTHING
    if head.first("transfer-encoding") is not None:
        return CHUNKS if chunked_to_commons(head) else STREAM
    length = announced_to_commons(head)
    return STREAM if length == -1 else Framing(Kind.LENGTH, length)


def commons_keeps(head: Head, framing: Framing) -> bool:
    """HttpMethodBase.shouldCloseConnection, the other way round."""
    if framing.kind is Kind.STREAM:
        return False
    directive = (head.first("connection") or "").lower()
    if directive in ("close", "keep-alive"):
        return directive == "keep-alive"
    return head.version >= (1, 1)


def client4(head: Head) -> Framing:
    """LaxContentLengthStrategy: `identity` as it stands, the last element of Transfer-Encoding, Content-Length."""
    if head.status_code in (204, 205, 304):
        return NOTHING
    encoding = head.first("transfer-encoding")
    if encoding is not None:
        found = elements_of_client4(encoding)
        chunked = encoding.lower() != "identity" and bool(found) and found[-1].name.lower() == "chunked"
        return CHUNKS if chunked else STREAM
    length = _last_number(head)
    return STREAM if length is None or length < 0 else Framing(Kind.LENGTH, length)


def client4_keeps(head: Head, framing: Framing) -> bool:
    """DefaultConnectionReuseStrategy."""
    encoding, lengths = head.first("transfer-encoding"), head.every("content-length")
    if head.status_code == 204 and (encoding is not None or (lengths and (parse_int(lengths[0]) or 0) > 0)):
        return False
    if encoding is not None:
        if encoding.lower() != "chunked":
            return False
    elif framing.kind is not Kind.NOTHING and (len(lengths) != 1 or (parse_long(lengths[0]) or 0) < 0):
        return False
    directives = head.every("connection") or head.every("proxy-connection")
    tokens = _tokens(directives)
    if tokens is None or "close" in tokens:
        return False
    return "keep-alive" in tokens or head.version > (1, 0)


def _tokens(values: tuple[str, ...]) -> list[str] | None:
    """BasicTokenIterator; None where it throws ParseException."""
    found = []
    for value in values:
        for piece in value.split(","):
            token = piece.strip(" \t\r\n")
            if not token:
                continue
            if not _TOKEN.fullmatch(token):
                return None
            found.append(token.lower())
    return found


def urlconnection(head: Head) -> Framing:
    """HttpClient.parseHTTPHeader and HttpURLConnection.getInputStream: the last header of each name counts."""
    number = parse_long(head.last("content-length") or "")
    if head.status_code in (204, 304) or number == 0:
        return NOTHING
    if (head.last("transfer-encoding") or "").lower() == "chunked":
        return CHUNKS
    return Framing(Kind.LENGTH, number) if number is not None and number > 0 else STREAM


def urlconnection_keeps(head: Head, framing: Framing, java: Jdk) -> bool:
    """More than one request allowed, by Connection and Keep-Alive, and a body with an end of its own."""
    directive = head.last("connection")
    if directive is not None and directive.lower() == "keep-alive":
        allowed = _allowed(head.last("keep-alive") or "", java)
    else:
        allowed = _ALLOWED if directive is None and head.version != (1, 0) else 1
    return allowed > 1 and framing.kind is not Kind.STREAM


def _allowed(keep_alive: str, java: Jdk) -> int:
    most = find_int(keep_alive, "max")
    if not java.has(Feature.KEEP_ALIVE_OF_NOTHING):
        return _ALLOWED if most is None else most
    if find_int(keep_alive, "timeout") == 0:
        return 0
    return _ALLOWED if most is None or most < 0 else most
