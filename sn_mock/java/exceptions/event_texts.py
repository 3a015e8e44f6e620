"""I/O events and endpoint mistakes as the Java HTTP clients word them. A table; the first matching row answers.

Measured means: provoked with a real client on JDK 17 (commons-httpclient 3.1 and HttpClient 4.5.14 from Debian); rows
of JDK 8 (8u252), 11 and 21 were measured on those.
"""

from __future__ import annotations

from enum import StrEnum

from guarded.values import dataclass
from sn_mock.evidence import Evidence
from sn_mock.java.exceptions.http_clients import COMMONS, HTTPCLIENT4, TELEMETRY, URLCONNECTION
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import EVERY_JAVA, Span

Link = tuple[str, str | None]
"""A class name and a message template; None is Java's null message."""


class Event(StrEnum):
    """What happened, in neutral words."""

    # the endpoint's text
    UNSUPPORTED_SCHEME = "scheme not registered"
    BAD_URI = "endpoint is not a URI"
    NO_HOST = "endpoint without a host"
    PORT_OUT_OF_RANGE = "port above 65535"
    # on the way
    UNKNOWN_HOST = "host name not known"
    UNKNOWN_HOST_TEMPORARY = "name server failed"
    UNKNOWN_HOST_NO_ADDRESS = "host name without an address"
    UNKNOWN_HOST_CACHED = "host name not known, asked again within ten seconds"
    CONNECTION_REFUSED = "connection refused"
    CONNECTION_REFUSED_IN_LIBRARY = "connection refused to commons-httpclient's own socket factory"
    CONNECT_TIMEOUT = "connect timeout"
    CONNECT_TIMEOUT_IN_LIBRARY = "connect timeout watched by commons-httpclient's own socket factory"
    NO_ROUTE_TO_HOST = "no route to host"
    NETWORK_UNREACHABLE = "network unreachable"
    # in the handshake
    HANDSHAKE_TIMEOUT = "server silent in the handshake"
    RESET = "connection reset while reading"
    RESET_IN_CLEAR = "connection reset outside TLS"
    RESET_ON_HELLO = "connection reset while the ClientHello is written"
    RESET_ON_FLIGHT = "connection reset while the handshake is written"
    BROKEN_HELLO = "broken pipe under the ClientHello"
    BROKEN_FLIGHT = "broken pipe in the handshake"
    EOF_IN_HANDSHAKE = "end of stream in the handshake"
    NOT_TLS = "answer is not TLS"
    OVERSIZED_RECORD = "TLS record too large"
    UNKNOWN_MESSAGE = "unreadable handshake message"
    IMPROPER_CIPHER_SUITE = "server chose a cipher suite that was not offered"
    INVALID_ALERT = "alert record of a wrong length"
    UNEXPECTED_MESSAGE = "handshake message out of order"
    BAD_CHANGE_CIPHER_SPEC = "malformed ChangeCipherSpec"
    KEY_EXCHANGE_NOT_SIGNED = "key exchange signed by another key"
    TAG_MISMATCH = "record damaged on its way"
    NO_COMMON_PROTOCOL = "no protocol or cipher suite left on our side"
    SERVER_VERSION_REFUSED = "server chose a protocol version that was not offered"
    UNKNOWN_VERSION = "server chose a protocol version that does not exist"
    UNSUPPORTED_PROTOCOL_NAME = "protocol name unknown to Java"
    UNSUPPORTED_CIPHER_NAME = "cipher suite name unknown to Java"
    # after the handshake
    RESET_ON_WRITE = "connection reset while writing"
    BROKEN_PIPE = "broken pipe"
    READ_TIMEOUT = "no answer to the request in time"
    EOF_BEFORE_RESPONSE = "end of stream instead of a response"
    RESET_BEFORE_RESPONSE = "connection reset instead of a response"


@dataclass(frozen=True, slots=True)
class EventText:
    """One row: an event, the clients and Java generations it is true for, and the chain they throw."""

    event: Event
    cause: str
    """The word in `causes.CAUSES`."""
    http_clients: tuple[str, ...]
    chain: tuple[Link, ...]
    """Outermost first; () where this client sees no error at all."""
    javas: Span = EVERY_JAVA
    evidence: Evidence = Evidence.MEASURED
    source: str = "measured on JDK 17"


HC3 = (COMMONS, TELEMETRY)
ALL = (COMMONS, TELEMETRY, HTTPCLIENT4, URLCONNECTION)

_SOCKET = "java.net.SocketException"
_CONNECT = "java.net.ConnectException"
_TIMEOUT = "java.net.SocketTimeoutException"
_UNKNOWN_HOST = "java.net.UnknownHostException"
_SSL = "javax.net.ssl.SSLException"
_HANDSHAKE = "javax.net.ssl.SSLHandshakeException"
_TAG = "javax.crypto.AEADBadTagException"
_PROTOCOL = "javax.net.ssl.SSLProtocolException"
_ARGUMENT = "java.lang.IllegalArgumentException"
_IO = "java.io.IOException"
_HC4_TIMEOUT = "org.apache.http.conn.ConnectTimeoutException"
_HC4_REFUSED = "org.apache.http.conn.HttpHostConnectException"
_HC4_PROTOCOL = "org.apache.http.client.ClientProtocolException"
_HC4_NO_RESPONSE = "org.apache.http.NoHttpResponseException"
_HC3_TIMEOUT = "org.apache.commons.httpclient.ConnectTimeoutException"
_HC3_NO_RESPONSE = "org.apache.commons.httpclient.NoHttpResponseException"

_EOF: Link = ("java.io.EOFException", "SSL peer shut down incorrectly")
_OLD = "measured on 8u252 and JDK 11"
_ON_8 = "measured on 8u252; the TLS engine of JDK 11 came with 8u261"
_BOTH = "measured on JDK 17 and 25"
_NAMESERVER = "measured on JDK 17; the text after the host is the C library's (glibc)"


def _hc4(class_name: str, reason: str) -> Link:
    return class_name, "Connect to {host}:{port} [{addresses}] failed: " + reason


def _row(
    event: Event,
    cause: str,
    http_clients: tuple[str, ...],
    *chain: Link,
    java: Span = EVERY_JAVA,
    evidence: Evidence = Evidence.MEASURED,
    source: str = "measured on JDK 17",
) -> EventText:
    return EventText(event, cause, http_clients, chain, java, evidence=evidence, source=source)


_HC4 = (HTTPCLIENT4,)
_URL = (URLCONNECTION,)
_UP_TO_11 = Span(before=Feature.JAVA_17_SOCKETS)
_BEFORE_9 = Span(before=Feature.WRITE_RESET_TEXT)
_OLD_JSSE = Span(before=Feature.JSSE_11)
_NAMED = Span(since=Feature.ALERT_NAMED)

_CONNECT_FAILED = Span(since=Feature.CONNECT_FAILED_TEXT)
_ON_21_13 = "measured on 21.0.13"
_WRAPPING = Span(since=Feature.JSSE_11, before=Feature.BARE_SOCKET_FAULTS)
_ON_8U504 = "measured on 8u504"
_ON_11 = "measured on JDK 11"


_KICKSTART, _IN_HANDSHAKE = "Couldn't kickstart handshaking", "readHandshakeRecord"
"""What the handshake code of JDK 11 in Java 8 puts around a failed write."""


def _wrapping(event: Event, wrapped: str, text: str) -> EventText:
    chain = (_SSL, wrapped), (_SOCKET, text)
    return _row(event, "connection-reset", ALL, *chain, java=_WRAPPING, source=_ON_8U504)


def _reset_on(event: Event, *, wrapped: str = "") -> tuple[EventText, ...]:
    """A write that meets a reset."""
    text = "Connection reset"
    by_peer = f"{text} by peer"
    return (
        *((_wrapping(event, wrapped, text),) if wrapped else ()),
        _row(event, "connection-reset", ALL, (_SOCKET, text), java=_BEFORE_9, source="measured on 8u252 and 8u504"),
        _row(event, "connection-reset", ALL, (_SOCKET, f"{by_peer} (Write failed)"), java=_UP_TO_11, source=_ON_11),
        _row(event, "connection-reset", ALL, (_SOCKET, by_peer), source=_BOTH),
    )


def _broken(event: Event, *, wrapped: str = "") -> tuple[EventText, ...]:
    """A write to a connection that is reset already."""
    text = "Broken pipe (Write failed)"
    return (
        *((_wrapping(event, wrapped, text),) if wrapped else ()),
        _row(event, "connection-reset", ALL, (_SOCKET, text), java=_UP_TO_11, source=_OLD),
        _row(event, "connection-reset", ALL, (_SOCKET, "Broken pipe"), source=_BOTH),
    )


def _refused(
    event: Event, text: str, java: Span = EVERY_JAVA, source: str = "measured on JDK 17"
) -> tuple[EventText, EventText]:
    """HttpClient 4.5 puts its own exception around Java's; the others let it through."""
    own = _hc4(_HC4_REFUSED, text)
    return (
        _row(event, "connection-refused", _HC4, own, (_CONNECT, text), java=java, source=source),
        _row(event, "connection-refused", ALL, (_CONNECT, text), java=java, source=source),
    )


EVENT_TEXTS: tuple[EventText, ...] = (
    # the endpoint's text
    _row(
        Event.UNSUPPORTED_SCHEME,
        "unsupported-scheme",
        HC3,
        ("java.lang.IllegalStateException", "unsupported protocol: '{scheme}'"),
        source="measured on JDK 17; KB0696002 quotes `unsupported protocol`",
    ),
    _row(
        Event.UNSUPPORTED_SCHEME,
        "unsupported-scheme",
        _HC4,
        ("org.apache.http.conn.UnsupportedSchemeException", "{scheme} protocol is not supported"),
    ),
    _row(
        Event.UNSUPPORTED_SCHEME,
        "unsupported-scheme",
        _URL,
        ("java.net.MalformedURLException", "unknown protocol: {scheme}"),
    ),
    _row(Event.BAD_URI, "bad-uri", HC3, (_ARGUMENT, "Invalid uri '{url}': {detail}")),
    _row(Event.BAD_URI, "bad-uri", _HC4, (_ARGUMENT, "{detail}")),
    _row(Event.BAD_URI, "bad-uri", _URL, ("java.net.MalformedURLException", "{detail}")),
    _row(Event.NO_HOST, "no-host", HC3, (_ARGUMENT, "host must not be null")),
    _row(Event.NO_HOST, "no-host", _HC4, (_HC4_PROTOCOL, "URI does not specify a valid host name: {url}")),
    _row(
        Event.NO_HOST,
        "no-host",
        _URL,
        (_ARGUMENT, "protocol = {scheme} host = null"),
        java=Span(before=Feature.PROXY_FAILURE_WRAPPED),
        source="measured on 8u252 and JDK 11",
    ),
    _row(
        Event.NO_HOST,
        "no-host",
        _URL,
        (_IO, "Failed to select a proxy"),
        (_ARGUMENT, "protocol = {scheme} host = null"),
    ),
    _row(Event.PORT_OUT_OF_RANGE, "port-out-of-range", ALL, (_ARGUMENT, "port out of range:{port}")),
    # on the way
    _row(
        Event.UNKNOWN_HOST,
        "unknown-host",
        _HC4,
        (_UNKNOWN_HOST, "{host}: Name or service not known"),
        source=_NAMESERVER,
    ),
    _row(Event.UNKNOWN_HOST, "unknown-host", ALL, (_UNKNOWN_HOST, "{host}")),
    _row(
        Event.UNKNOWN_HOST_TEMPORARY,
        "unknown-host",
        _HC4,
        (_UNKNOWN_HOST, "{host}: Temporary failure in name resolution"),
        source=_NAMESERVER,
    ),
    _row(Event.UNKNOWN_HOST_TEMPORARY, "unknown-host", ALL, (_UNKNOWN_HOST, "{host}")),
    _row(
        Event.UNKNOWN_HOST_NO_ADDRESS,
        "unknown-host",
        _HC4,
        (_UNKNOWN_HOST, "{host}: No address associated with hostname"),
        source=_NAMESERVER,
    ),
    _row(Event.UNKNOWN_HOST_NO_ADDRESS, "unknown-host", ALL, (_UNKNOWN_HOST, "{host}")),
    _row(Event.UNKNOWN_HOST_CACHED, "unknown-host", ALL, (_UNKNOWN_HOST, "{host}")),
    *_refused(Event.CONNECTION_REFUSED, "Connection refused (Connection refused)", _UP_TO_11, _OLD),
    *_refused(Event.CONNECTION_REFUSED, "Connection refused (connect failed)", _CONNECT_FAILED, _ON_21_13),
    *_refused(Event.CONNECTION_REFUSED, "Connection refused"),
    _row(
        Event.CONNECTION_REFUSED_IN_LIBRARY,
        "connection-refused",
        HC3,
        (_CONNECT, "Connection refused (Connection refused)"),
        java=_UP_TO_11,
        source=_OLD,
    ),
    _row(
        Event.CONNECTION_REFUSED_IN_LIBRARY,
        "connection-refused",
        HC3,
        (_CONNECT, "Connection refused"),
        source="measured on JDK 17 and 21.0.13: it connects without a limit of Java's",
    ),
    *_refused(Event.CONNECTION_REFUSED_IN_LIBRARY, "Connection refused (Connection refused)", _UP_TO_11, _OLD),
    *_refused(Event.CONNECTION_REFUSED_IN_LIBRARY, "Connection refused (connect failed)", _CONNECT_FAILED, _ON_21_13),
    *_refused(Event.CONNECTION_REFUSED_IN_LIBRARY, "Connection refused"),
    _row(
        Event.CONNECT_TIMEOUT_IN_LIBRARY,
        "connect-timeout",
        HC3,
        (_HC3_TIMEOUT, "The host did not accept the connection within timeout of {timeout_ms} ms"),
        evidence=Evidence.DOCUMENTED,
        source="KB3067060 section 3.6, KB2466570; measured on JDK 17 through ControllerThreadSocketFactory",
    ),
    _row(
        Event.CONNECT_TIMEOUT,
        "connect-timeout",
        _HC4,
        _hc4(_HC4_TIMEOUT, "connect timed out"),
        (_TIMEOUT, "connect timed out"),
        java=_UP_TO_11,
        source=_OLD,
    ),
    _row(
        Event.CONNECT_TIMEOUT,
        "connect-timeout",
        _HC4,
        _hc4(_HC4_TIMEOUT, "Connect timed out"),
        (_TIMEOUT, "Connect timed out"),
    ),
    _row(Event.CONNECT_TIMEOUT, "connect-timeout", ALL, (_TIMEOUT, "connect timed out"), java=_UP_TO_11, source=_OLD),
    _row(Event.CONNECT_TIMEOUT, "connect-timeout", ALL, (_TIMEOUT, "Connect timed out")),
    _row(
        Event.CONNECT_TIMEOUT_IN_LIBRARY,
        "connect-timeout",
        _HC4,
        _hc4(_HC4_TIMEOUT, "connect timed out"),
        (_TIMEOUT, "connect timed out"),
        java=_UP_TO_11,
        source=_OLD,
    ),
    _row(
        Event.CONNECT_TIMEOUT_IN_LIBRARY,
        "connect-timeout",
        _HC4,
        _hc4(_HC4_TIMEOUT, "Connect timed out"),
        (_TIMEOUT, "Connect timed out"),
    ),
    _row(
        Event.CONNECT_TIMEOUT_IN_LIBRARY,
        "connect-timeout",
        _URL,
        (_TIMEOUT, "connect timed out"),
        java=_UP_TO_11,
        source=_OLD,
    ),
    _row(Event.CONNECT_TIMEOUT_IN_LIBRARY, "connect-timeout", _URL, (_TIMEOUT, "Connect timed out")),
    _row(
        Event.NO_ROUTE_TO_HOST,
        "no-route-to-host",
        ALL,
        ("java.net.NoRouteToHostException", "No route to host (Host unreachable)"),
        java=_UP_TO_11,
        evidence=Evidence.REPORTED,
        source="public stack traces of JDK 8 and 11",
    ),
    _row(
        Event.NO_ROUTE_TO_HOST,
        "no-route-to-host",
        ALL,
        ("java.net.NoRouteToHostException", "No route to host"),
        evidence=Evidence.REPORTED,
        source="public stack traces of JDK 17",
    ),
    _row(
        Event.NETWORK_UNREACHABLE,
        "no-route-to-host",
        ALL,
        (_SOCKET, "Network is unreachable (connect failed)"),
        java=_UP_TO_11,
        evidence=Evidence.REPORTED,
        source="public stack traces of JDK 8 and 11",
    ),
    _row(
        Event.NETWORK_UNREACHABLE,
        "no-route-to-host",
        ALL,
        (_SOCKET, "Network is unreachable"),
        evidence=Evidence.REPORTED,
        source="public stack traces of JDK 17",
    ),
    # in the handshake
    _row(
        Event.HANDSHAKE_TIMEOUT,
        "handshake-hangs",
        (TELEMETRY,),
        source="measured on JDK 17: the socket timeout is set only after the factory has asked for the session",
    ),
    _row(
        Event.HANDSHAKE_TIMEOUT,
        "handshake-timeout",
        ALL,
        (_SSL, "Read timed out"),
        (_TIMEOUT, "Read timed out"),
        java=_WRAPPING,
        source=_ON_8U504,
    ),
    _row(
        Event.HANDSHAKE_TIMEOUT,
        "handshake-timeout",
        _HC4,
        _hc4(_HC4_TIMEOUT, "Read timed out"),
        (_TIMEOUT, "Read timed out"),
        source="measured on JDK 17: the limit is the connect timeout",
    ),
    _row(Event.HANDSHAKE_TIMEOUT, "handshake-timeout", ALL, (_TIMEOUT, "Read timed out")),
    _row(
        Event.RESET,
        "connection-reset",
        ALL,
        (_SSL, "Connection reset"),
        (_SOCKET, "Connection reset"),
        java=_WRAPPING,
        source=_ON_8U504,
    ),
    _row(Event.RESET, "connection-reset", ALL, (_SOCKET, "Connection reset"), source=_BOTH),
    _row(Event.RESET_IN_CLEAR, "connection-reset", ALL, (_SOCKET, "Connection reset")),
    *_reset_on(Event.RESET_ON_HELLO, wrapped=_KICKSTART),
    *_reset_on(Event.RESET_ON_FLIGHT, wrapped=_IN_HANDSHAKE),
    *_reset_on(Event.RESET_ON_WRITE),
    *_broken(Event.BROKEN_HELLO, wrapped=_KICKSTART),
    *_broken(Event.BROKEN_FLIGHT, wrapped=_IN_HANDSHAKE),
    *_broken(Event.BROKEN_PIPE),
    _row(
        Event.EOF_IN_HANDSHAKE,
        "handshake-closed",
        ALL,
        (_HANDSHAKE, "Remote host closed connection during handshake"),
        _EOF,
        java=_OLD_JSSE,
        source=_ON_8,
    ),
    _row(
        Event.EOF_IN_HANDSHAKE,
        "handshake-closed",
        ALL,
        (_HANDSHAKE, "Remote host terminated the handshake"),
        _EOF,
        source=_BOTH,
    ),
    _row(
        Event.NOT_TLS,
        "not-tls",
        ALL,
        (_SSL, "Unrecognized SSL message, plaintext connection?"),
        java=_OLD_JSSE,
        source=_ON_8,
    ),
    _row(
        Event.NOT_TLS,
        "not-tls",
        ALL,
        (_SSL, "Unsupported or unrecognized SSL message"),
    ),
    _row(
        Event.OVERSIZED_RECORD,
        "malformed-tls",
        ALL,
        (_PROTOCOL, "Bad InputRecord size, count = {detail}, buf.length = 16921"),
        java=_OLD_JSSE,
        source=_ON_8,
    ),
    _row(
        Event.OVERSIZED_RECORD,
        "malformed-tls",
        ALL,
        (_PROTOCOL, "Bad input record size, TLSCiphertext.length = {detail}"),
    ),
    _row(
        Event.UNKNOWN_MESSAGE,
        "malformed-tls",
        ALL,
        (_PROTOCOL, "Unknown handshake type size, Handshake.msg_type = {detail}"),
    ),
    _row(
        Event.IMPROPER_CIPHER_SUITE,
        "malformed-tls",
        ALL,
        (_HANDSHAKE, "(illegal_parameter) Server selected improper ciphersuite {detail}"),
        java=_NAMED,
        source="measured on JDK 25",
    ),
    _row(
        Event.IMPROPER_CIPHER_SUITE,
        "malformed-tls",
        ALL,
        (_HANDSHAKE, "Server selected improper ciphersuite {detail}"),
    ),
    _row(
        Event.INVALID_ALERT,
        "malformed-tls",
        ALL,
        (_HANDSHAKE, "(illegal_parameter) Invalid Alert message: no sufficient data"),
        java=_NAMED,
        source="measured on JDK 25",
    ),
    _row(Event.INVALID_ALERT, "malformed-tls", ALL, (_HANDSHAKE, "Invalid Alert message: no sufficient data")),
    _row(
        Event.UNEXPECTED_MESSAGE,
        "malformed-tls",
        ALL,
        (_PROTOCOL, "(unexpected_message) Unexpected handshake message: {detail}"),
        java=_NAMED,
        source="measured on JDK 25",
    ),
    _row(Event.UNEXPECTED_MESSAGE, "malformed-tls", ALL, (_PROTOCOL, "Unexpected handshake message: {detail}")),
    _row(
        Event.BAD_CHANGE_CIPHER_SPEC,
        "malformed-tls",
        ALL,
        (_PROTOCOL, "(unexpected_message) Malformed or unexpected ChangeCipherSpec message"),
        java=_NAMED,
        source="measured on JDK 25",
    ),
    _row(
        Event.BAD_CHANGE_CIPHER_SPEC,
        "malformed-tls",
        ALL,
        (_PROTOCOL, "Malformed or unexpected ChangeCipherSpec message"),
    ),
    _row(
        Event.KEY_EXCHANGE_NOT_SIGNED,
        "malformed-tls",
        ALL,
        (_HANDSHAKE, "(handshake_failure) Invalid ECDH ServerKeyExchange signature"),
        java=_NAMED,
        source="measured on JDK 25",
    ),
    _row(
        Event.KEY_EXCHANGE_NOT_SIGNED,
        "malformed-tls",
        ALL,
        (_HANDSHAKE, "Invalid ECDH ServerKeyExchange signature"),
    ),
    _row(
        Event.TAG_MISMATCH,
        "malformed-tls",
        ALL,
        (_SSL, "(bad_record_mac) Tag mismatch!"),
        (_TAG, "Tag mismatch!"),
        java=Span(since=Feature.ALERT_NAMED, before=Feature.PLAIN_TAG_TEXT),
        source="measured on 17.0.19",
    ),
    _row(
        Event.TAG_MISMATCH,
        "malformed-tls",
        ALL,
        (_SSL, "(bad_record_mac) Tag mismatch"),
        (_TAG, "Tag mismatch"),
        java=_NAMED,
        source="measured on JDK 25",
    ),
    _row(
        Event.TAG_MISMATCH,
        "malformed-tls",
        ALL,
        (_SSL, "Tag mismatch"),
        (_TAG, "Tag mismatch"),
        java=Span(since=Feature.PLAIN_TAG_TEXT),
        source="measured on JDK 21",
    ),
    _row(
        Event.TAG_MISMATCH,
        "malformed-tls",
        ALL,
        (_SSL, "Tag mismatch!"),
        (_TAG, "Tag mismatch!"),
    ),
    _row(
        Event.NO_COMMON_PROTOCOL,
        "no-common-protocol",
        ALL,
        (_HANDSHAKE, "No appropriate protocol (protocol is disabled or cipher suites are inappropriate)"),
    ),
    _row(
        Event.SERVER_VERSION_REFUSED,
        "protocol-version",
        ALL,
        (_HANDSHAKE, "Server chose {detail}, but that protocol version is not enabled or not supported by the client."),
        java=_OLD_JSSE,
        source=_ON_8,
    ),
    _row(
        Event.SERVER_VERSION_REFUSED,
        "protocol-version",
        ALL,
        (_HANDSHAKE, "(protocol_version) The server selected protocol version {detail}"),
        java=_NAMED,
        source="measured on JDK 25",
    ),
    _row(
        Event.SERVER_VERSION_REFUSED,
        "protocol-version",
        ALL,
        (_HANDSHAKE, "The server selected protocol version {detail}"),
    ),
    _row(
        Event.UNKNOWN_VERSION,
        "protocol-version",
        ALL,
        (_HANDSHAKE, "(protocol_version) Unsupported protocol version: (D)TLS-{detail}"),
        java=_NAMED,
        source="measured on JDK 25",
    ),
    _row(
        Event.UNKNOWN_VERSION,
        "protocol-version",
        ALL,
        (_HANDSHAKE, "Unsupported protocol version: (D)TLS-{detail}"),
    ),
    _row(
        Event.UNSUPPORTED_PROTOCOL_NAME,
        "no-common-protocol",
        ALL,
        (_ARGUMENT, "{detail}"),
        java=_OLD_JSSE,
        source=_ON_8,
    ),
    _row(
        Event.UNSUPPORTED_PROTOCOL_NAME,
        "no-common-protocol",
        ALL,
        (_ARGUMENT, "Unsupported protocol{detail}"),
        java=Span(before=Feature.PROTOCOL_NAME_TEXT),
    ),
    _row(
        Event.UNSUPPORTED_PROTOCOL_NAME,
        "no-common-protocol",
        ALL,
        (_ARGUMENT, "Unsupported protocol: {detail}"),
        source="measured on JDK 21 and 25",
    ),
    _row(
        Event.UNSUPPORTED_CIPHER_NAME,
        "no-common-protocol",
        ALL,
        (_ARGUMENT, "Unsupported ciphersuite {detail}"),
        java=_OLD_JSSE,
        source=_ON_8,
    ),
    _row(Event.UNSUPPORTED_CIPHER_NAME, "no-common-protocol", ALL, (_ARGUMENT, "Unsupported CipherSuite: {detail}")),
    # after the handshake
    _row(Event.READ_TIMEOUT, "read-timeout", ALL, (_TIMEOUT, "Read timed out"), source="KB2712211; measured on JDK 17"),
    _row(Event.EOF_BEFORE_RESPONSE, "no-response", HC3, (_HC3_NO_RESPONSE, "The server {host} failed to respond")),
    _row(Event.EOF_BEFORE_RESPONSE, "no-response", _HC4, (_HC4_NO_RESPONSE, "{host}:{port} failed to respond")),
    _row(Event.EOF_BEFORE_RESPONSE, "no-response", _URL, (_SOCKET, "Unexpected end of file from server")),
    _row(
        Event.RESET_BEFORE_RESPONSE,
        "connection-reset",
        ALL,
        (_SSL, "Connection reset"),
        (_SOCKET, "Connection reset"),
        java=_WRAPPING,
        source=_ON_8U504,
    ),
    _row(Event.RESET_BEFORE_RESPONSE, "connection-reset", ALL, (_SOCKET, "Connection reset"), source=_BOTH),
)
