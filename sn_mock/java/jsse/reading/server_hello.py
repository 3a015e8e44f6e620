"""The ServerHello as JSSE's client reads it (ServerHello, SSLExtensions and the extensions' own readers)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field

from guarded.values import dataclass
from sn_mock.java.jsse.reading import groups, suites
from sn_mock.java.jsse.reading.cursor import Cursor
from sn_mock.java.jsse.reading.fault import (
    DECODE_ERROR,
    HANDSHAKE_FAILURE,
    ILLEGAL_PARAMETER,
    INTERNAL_ERROR,
    PROTOCOL_EXCEPTION,
    PROTOCOL_VERSION,
    UNEXPECTED_MESSAGE,
    UNSUPPORTED_EXTENSION,
    Fault,
    FaultError,
    fatal,
)
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import Jdk

_VERSIONS = {
    0x0300: "SSL30",
    0x0301: "TLS10",
    0x0302: "TLS11",
    0x0303: "TLS12",
    0x0304: "TLS13",
    0x0002: "SSL20Hello",
    0xFFFF: "NONE",
}
_DATAGRAM_VERSIONS = {0xFEFF: "DTLS10", 0xFEFD: "DTLS12", 0xFEFC: "DTLS13"}
_BY_NUMBER_UNKNOWN = frozenset({0xFFFF, 0xFEFC})
"""Those that JSSE knows by two octets, as of a legacy_version, and not as one number."""
_LONGEST_SESSION = 32
_TLS12, _SUITES_OF_TLS13 = 0x0303, 0x13
RETRY = bytes.fromhex("CF21AD74E59A6111BE1D8C021E65B891C2A211167ABB8C5E079E09E2C8A8339C")
"""The random of a HelloRetryRequest (RFC 8446 section 4.1.3)."""
_BELOW_13, _BELOW_12 = b"DOWNGRD\1", b"DOWNGRD\0"
_OF_13, _OF_12 = (_BELOW_13, _BELOW_12), (_BELOW_12,)
_BELOW: Mapping[str, Mapping[str, Sequence[bytes]]] = {
    "TLS13": {"TLS12": _OF_13, "TLS11": _OF_13, "TLS10": _OF_13},
    "TLS12": {"TLS11": _OF_12, "TLS10": _OF_12},
}
"""Newest version that was offered, version that was chosen: how no random may end (`RandomCookie`; RFC 8446, 4.1.3).

A server says so that it knows the newer version, which somebody in between has taken out of the ClientHello.
"""
SERVER_NAME, STATUS_REQUEST, SUPPORTED_GROUPS, POINT_FORMATS, ALPN = 0, 5, 10, 11, 16
STATUS_REQUEST_V2, MASTER_SECRET, SESSION_TICKET, PRE_SHARED_KEY = 17, 23, 35, 41
SUPPORTED_VERSIONS, KEY_SHARE, RENEGOTIATION, FRAGMENT_LENGTH = 43, 51, 0xFF01, 1
_OF_A_SERVER_HELLO = frozenset(
    {0, FRAGMENT_LENGTH, 5, 11, 16, 17, 23, 35, 41, SUPPORTED_VERSIONS, KEY_SHARE, RENEGOTIATION}
)
COOKIE, _SMALLEST_COOKIE = 44, 3
_OF_A_RETRY = frozenset({SUPPORTED_VERSIONS, KEY_SHARE, COOKIE})
_OF_OTHER_MESSAGES = frozenset({13, 44, 45, 47, 50})
ASKED_FOR = frozenset({POINT_FORMATS, MASTER_SECRET, SESSION_TICKET, RENEGOTIATION})
"""Extensions that a TLS library beside JSSE has asked for, too, up to TLS 1.2; and server_name, where there is one."""
_SHARED_FIRST = 0x1D
"""The group of whose key both JSSE and OpenSSL send their half; JSSE from 13 on that of secp256r1, too."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What the ClientHello said."""

    versions: tuple[str, ...]
    """JSSE's names (`TLS12`), newest first."""
    suites: frozenset[int]
    server_name: bool
    java: Jdk
    group: int | None = None
    """That of a HelloRetryRequest, of which alone there is a key then."""


@dataclass(frozen=True, slots=True)
class ServerHello:
    """A ServerHello that JSSE takes."""

    version: str
    """The negotiated one, `TLS12`."""
    suite: int
    retry: bool
    extensions: Mapping[int, bytes] = field(default_factory=dict)


def read(body: bytes, offer: Offer) -> ServerHello:
    """Raises FaultError, or UnderflowError as the JDK does."""
    cursor = Cursor(body)
    legacy = int.from_bytes(cursor.take(1) + cursor.take(1), "big")
    named = _named(legacy, offer.java)
    if named is None:
        raise fatal(PROTOCOL_VERSION, f"Unsupported protocol version: {_number_of(legacy, offer.java)}")
    random = cursor.take(32)
    retry = random == RETRY
    session = cursor.vector(1)
    if len(session) > _LONGEST_SESSION:
        raise fatal_of_class(f"Invalid session ID length ({len(session)} bytes)", ILLEGAL_PARAMETER)
    suite = cursor.number(2)
    if suite not in offer.suites:
        raise fatal(ILLEGAL_PARAMETER, f"Server selected improper ciphersuite {suites.name_of(suite, offer.java)}")
    compression = cursor.take(1)[0]
    if compression:
        signed = compression - 256 if compression > 127 else compression
        raise fatal(ILLEGAL_PARAMETER, f"compression type not supported, {signed}")
    wanted = _OF_A_RETRY if retry else _OF_A_SERVER_HELLO
    extensions = read_extensions(cursor, wanted, "server_hello", offer.java, retry=retry) if cursor.left else {}
    version = _negotiated(extensions, named, offer)
    if random[-len(_BELOW_12) :] in _BELOW.get(offer.versions[0], {}).get(version, ()):
        raise fatal(ILLEGAL_PARAMETER, "A potential protocol version downgrade attack")
    if version == "TLS13":
        if legacy != _TLS12:
            raise fatal(PROTOCOL_VERSION, "The ServerHello.legacy_version field is not TLS 1.2")
    elif retry:
        raise fatal(PROTOCOL_VERSION, f"Unexpected HelloRetryRequest for {version.replace('TLS1', 'TLSv1.')}")
    elif suite >> 8 == _SUITES_OF_TLS13:
        text = "TLS 1.2 or prior version does not support the server cipher suite: "
        raise fatal(PROTOCOL_VERSION, text + suites.name_of(suite, offer.java))
    for number, check in (_CHECKS_13 if version == "TLS13" else _CHECKS_12).items():
        if number in extensions and not retry:
            check(extensions[number], offer)
    if version == "TLS13" and not retry:
        if KEY_SHARE not in extensions:
            raise fatal(INTERNAL_ERROR, "Not negotiated key shares")
        if suite >> 8 != _SUITES_OF_TLS13 and "_CHACHA20_" not in suites.name_of(suite, offer.java):
            text = f"Illegal cipher suite ({suites.name_of(suite, offer.java)}) and protocol version ({version})"
            raise fatal(ILLEGAL_PARAMETER, text)
        group, key, _ = _share(extensions[KEY_SHARE])
        groups.check_agreement(group, key, offer.group, offer.java)
    return ServerHello(version, suite, retry, extensions)


def _named(version: int, java: Jdk) -> str | None:
    """JSSE's name of it, which Java 8 has for no version of DTLS."""
    return _VERSIONS.get(version) or (_DATAGRAM_VERSIONS.get(version) if java.has(Feature.WHOLE_JSSE_11) else None)


def _number_of(version: int, java: Jdk) -> str:
    """`(D)TLS-9.-2`, without DTLS `TLS-9.-2`: its bytes are signed."""
    major, minor = (octet - 256 if octet > 127 else octet for octet in (version >> 8, version & 0xFF))
    return f"{'(D)' if java.has(Feature.WHOLE_JSSE_11) else ''}TLS-{major}.{minor}"


def fatal_of_class(text: str, alert: int, java_class: str = PROTOCOL_EXCEPTION) -> FaultError:
    """An exception that keeps its class on its way through `fatal`."""
    return FaultError(Fault(alert, text, java_class=java_class))


def read_extensions(
    cursor: Cursor, wanted: frozenset[int], message: str, java: Jdk, *, retry: bool = False
) -> dict[int, bytes]:
    """`SSLExtensions`: those with a reader; unknown ones are skipped, strange ones refused."""
    found: dict[int, bytes] = {}
    seen: set[int] = set()
    measured = java.has(Feature.EXTENSIONS_MEASURED)
    if measured and cursor.left < 2:
        raise fatal(DECODE_ERROR, "Incorrect extensions: no length field")
    length = cursor.number(2)
    if measured and length > cursor.left:
        raise fatal(DECODE_ERROR, "Insufficient extensions data")
    while length > 0:
        number, size = cursor.number(2), cursor.number(2)
        if number in seen and java.has(Feature.NO_EXTENSION_TWICE):
            raise fatal(ILLEGAL_PARAMETER, f"Duplicate extension with ID: {number}")
        seen.add(number)
        if size > cursor.left:
            alert = DECODE_ERROR if measured else ILLEGAL_PARAMETER
            raise fatal(alert, f"Error parsing extension ({number}): no sufficient data")
        strange = number in _OF_OTHER_MESSAGES and number not in wanted
        if strange and message == "server_hello" and not retry:  # in other messages they are skipped
            raise fatal(UNSUPPORTED_EXTENSION, f"extension ({number}) should not be presented in {message}")
        body = cursor.take(size)
        if number in wanted:
            found[number] = body
        length -= size + 4
    return found


def _negotiated(extensions: Mapping[int, bytes], named: str, offer: Offer) -> str:
    chosen: str | None = named
    if SUPPORTED_VERSIONS in extensions:
        body = extensions[SUPPORTED_VERSIONS]
        if len(body) != 2:
            raise fatal_of_class("Invalid supported_versions: insufficient data", UNEXPECTED_MESSAGE)
        number = int.from_bytes(body, "big")
        chosen = None if number in _BY_NUMBER_UNKNOWN else _named(number, offer.java)
    if chosen not in offer.versions:
        preferences = ", ".join(offer.versions)
        shown = "null" if chosen is None else chosen
        text = f"The server selected protocol version {shown} is not accepted by client preferences [{preferences}]"
        raise FaultError(Fault(PROTOCOL_VERSION, text, older=chosen is not None))
    return chosen


Check = Callable[[bytes, Offer], None]


def _unexpected(text: str) -> Check:
    def check(_body: bytes, _offer: Offer) -> None:
        raise fatal(UNEXPECTED_MESSAGE, text)

    return check


def _server_name(body: bytes, offer: Offer) -> None:
    if not offer.server_name:
        raise fatal(UNEXPECTED_MESSAGE, "Unexpected ServerHello server_name extension")
    if body:
        raise fatal(UNEXPECTED_MESSAGE, "Invalid ServerHello server_name extension")


def _status(name: str, text: str) -> Check:
    """A stapled status to come (RFC 6066 section 8): empty, and only where it was asked for."""

    def check(body: bytes, offer: Offer) -> None:
        if not offer.java.has(Feature.WHOLE_JSSE_11):
            raise fatal(UNEXPECTED_MESSAGE, f"Unexpected {name} extension in ServerHello")
        if body:
            raise fatal(UNEXPECTED_MESSAGE, text)

    return check


def _point_formats(body: bytes, offer: Offer) -> None:
    if not body:
        raise undecoded("Invalid ec_point_formats extension: insufficient data", offer.java)
    if 0 not in Cursor(body).vector(1):
        text = "Invalid ec_point_formats extension data: peer does not support uncompressed points"
        raise fatal(UNEXPECTED_MESSAGE, text)


def _master_secret(body: bytes, offer: Offer) -> None:
    if body:
        raise undecoded("Invalid extended_master_secret extension data: not empty", offer.java)


def undecoded(text: str, java: Jdk) -> FaultError:
    """An SSLProtocolException, with the alert of its Java."""
    alert = DECODE_ERROR if java.has(Feature.EXTENSIONS_MEASURED) else UNEXPECTED_MESSAGE
    return fatal_of_class(text, alert)


def _renegotiation(body: bytes, _offer: Offer) -> None:
    if not body:
        raise fatal(UNEXPECTED_MESSAGE, "Invalid renegotiation_info extension data: insufficient data")
    if Cursor(body).vector(1):
        text = "Invalid renegotiation_info in ServerHello: not empty renegotiated_connection"
        raise fatal(HANDSHAKE_FAILURE, text)


_CHECKS_12: Mapping[int, Check] = {
    RENEGOTIATION: _renegotiation,
    SERVER_NAME: _server_name,
    FRAGMENT_LENGTH: _unexpected("Unexpected max_fragment_length extension in ServerHello"),
    STATUS_REQUEST: _status(
        "status_request", "Invalid status_request extension in ServerHello message: the extension data must be empty"
    ),
    POINT_FORMATS: _point_formats,
    ALPN: _unexpected("Unexpected application_layer_protocol_negotiation extension"),
    STATUS_REQUEST_V2: _status(
        "status_request_v2", "Invalid status_request_v2 extension in ServerHello: the extension data must be empty"
    ),
    MASTER_SECRET: _master_secret,
}


def _key_share(body: bytes, offer: Offer) -> None:
    if len(body) < 5:
        text = f"Invalid key_share extension: insufficient data (length={len(body)})"
        raise fatal_of_class(text, DECODE_ERROR)
    group, key, left = _share(body)
    if left:
        raise fatal_of_class("Invalid key_share extension: unknown extra data", DECODE_ERROR)
    if not groups.is_enabled(group, offer.java) or not key:
        raise fatal(UNEXPECTED_MESSAGE, f"Unsupported named group: {groups.told(group)}")
    text = f"Cannot decode named group: {groups.told(group)}"
    groups.read_key(group, key, offer.java, lambda _: fatal(UNEXPECTED_MESSAGE, text))


def _share(body: bytes) -> tuple[int, bytes, int]:
    """Group, key, and how many octets are left."""
    cursor = Cursor(body)
    return cursor.number(2), cursor.vector(2), cursor.left


_CHECKS_13: Mapping[int, Check] = {
    PRE_SHARED_KEY: _unexpected("Server sent unexpected pre_shared_key extension"),
    KEY_SHARE: _key_share,
}


def check_retry(hello: ServerHello, shared: int | None, java: Jdk) -> int | None:
    """The group that a HelloRetryRequest asks for. `shared`: the one that an earlier request asked for."""
    if len(hello.extensions.get(COOKIE, bytes(3))) < _SMALLEST_COOKIE:
        raise undecoded("Invalid cookie extension: insufficient data", java)
    if COOKIE in hello.extensions:
        Cursor(hello.extensions[COOKIE]).vector(2)
    if KEY_SHARE not in hello.extensions:
        return None
    body = hello.extensions[KEY_SHARE]
    if len(body) != 2:
        raise undecoded(f"Invalid key_share extension: improper data (length={len(body)})", java)
    number = int.from_bytes(body, "big")
    text = f"HelloRetryRequest selected group: {groups.told(number)}"
    alert = ILLEGAL_PARAMETER if java.has(Feature.EXTENSIONS_MEASURED) else UNEXPECTED_MESSAGE
    if not groups.is_enabled(number, java):
        known = groups.name_of(number) is not None
        raise fatal(alert, f"{'Unexpected' if known else 'Unsupported'} {text}")
    if number == (shared or _SHARED_FIRST) and java.has(Feature.EXTENSIONS_MEASURED):
        raise fatal(ILLEGAL_PARAMETER, f"Illegal {text}")
    return number
