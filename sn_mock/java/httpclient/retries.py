"""How often an HTTP client connects before it gives up, and what it shows in the end.

commons-httpclient 3.1: `DefaultHttpMethodRetryHandler`, three retries. HttpClient 4.5:
`DefaultHttpRequestRetryHandler`, three retries, never a POST that was sent. HttpsURLConnection repeats a failed POST
once (`sun.net.http.retryPost`).
Measured on JDK 17; whether the instance installs a handler of its own is not known (ASSUMED: it does not).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sn_mock.failure import JavaChain, JavaException
from sn_mock.java.exceptions.http_clients import COMMONS, HTTPCLIENT4, TELEMETRY, known
from sn_mock.java.lang.jdk import Feature, Jdk

_HC3 = "org.apache.commons.httpclient."
_HC4 = "org.apache.http."
_INTERRUPTED = frozenset(
    {
        "java.io.InterruptedIOException",
        "java.net.SocketTimeoutException",
        _HC3 + "ConnectTimeoutException",
        _HC4 + "conn.ConnectTimeoutException",
    }
)
_CONNECTING = frozenset({"java.net.ConnectException", _HC4 + "conn.HttpHostConnectException"})
_TLS = frozenset(
    "javax.net.ssl." + name
    for name in (
        "SSLException",
        "SSLHandshakeException",
        "SSLProtocolException",
        "SSLPeerUnverifiedException",
        "SSLKeyException",
    )
)
_NO_RESPONSE = frozenset({_HC3 + "NoHttpResponseException", _HC4 + "NoHttpResponseException"})
_NOT_IO = (
    "java.lang.",
    _HC3 + "ProtocolException",
    _HC3 + "HttpException",
    _HC4 + "client.",
    _HC4 + "ProtocolException",
)

NEVER_RETRIED: Mapping[str, frozenset[str]] = {
    COMMONS: _INTERRUPTED
    | {"java.net.UnknownHostException", "java.net.NoRouteToHostException", "javax.net.ssl.SSLHandshakeException"},
    HTTPCLIENT4: _INTERRUPTED | _CONNECTING | _TLS | {"java.net.UnknownHostException"},
}
"""Exception classes that end the call at once, per client library (subclasses listed by name)."""

_AFTER_THE_HEAD = frozenset({"Invalid Http response", "Premature EOF", "Bogus chunk size"})
"""HttpsURLConnection sends a request again only while nothing of an answer has come (measured on JDK 17)."""
RETRIES = 3
SOCKET_IS_CLOSED: JavaChain = (JavaException("java.net.SocketException", "Socket is closed"),)
_SOCKET_CLOSED: JavaChain = (JavaException("java.net.SocketException", "Socket Closed"),)
"""The same in the words of Java 8 before 8u261 (measured on 8u252)."""
TELEMETRY_LINE = "Unable to collect telemetry data for certificate. Exception: peer not authenticated"
"""The factory's log line in KB2794513, once for each connection whose handshake failed."""


def attempts(http_client: str, chain: JavaChain, request_sent: bool) -> int:
    """How many connections the provider sees when every attempt fails with `chain`.

    `request_sent` is True once the request has been written whole: with TLS 1.3 that is already so when the refusal of
    a client certificate arrives.
    """
    library = COMMONS if known(http_client).name == TELEMETRY else http_client
    if not chain or chain[0].class_name.startswith(_NOT_IO):
        return 1
    outermost = chain[0].class_name
    if library == COMMONS:
        if outermost in _NO_RESPONSE:
            return 1 + RETRIES
        return 1 if request_sent or outermost in NEVER_RETRIED[COMMONS] else 1 + RETRIES
    if library == HTTPCLIENT4:
        return 1 if request_sent or outermost in NEVER_RETRIED[HTTPCLIENT4] else 1 + RETRIES
    return 2 if request_sent and outermost not in _INTERRUPTED and chain[0].message not in _AFTER_THE_HEAD else 1


@dataclass(frozen=True, slots=True)
class Surfaced:
    """What one failed attempt looks like from outside the socket factory."""

    chain: JavaChain
    log: tuple[str, ...] = ()
    """Node-log lines of the socket factory."""
    hidden: JavaChain = ()
    """The handshake's own failure, where something else is thrown in its place."""


def surfaced(http_client: str, chain: JavaChain, *, in_handshake: bool, java: Jdk) -> Surfaced:
    """The failure as the HTTP client meets it.

    With `+telemetry` every failure inside the handshake is swallowed by the look-up of the peer's certificates; the
    next use of the socket throws `Socket is closed`, which commons-httpclient retries. A failure before the handshake,
    or after it (the TLS 1.3 refusal), passes unchanged. Modelled after KB2794513, measured on JDK 17 with that model.
    """
    if known(http_client).name == TELEMETRY and in_handshake and chain:
        closed = SOCKET_IS_CLOSED if java.has(Feature.SOCKET_CLOSED_TEXT) else _SOCKET_CLOSED
        return Surfaced(closed, (TELEMETRY_LINE,), chain)
    return Surfaced(chain)


def retry_log(http_client: str, chain: JavaChain) -> tuple[str, ...]:
    """The two lines commons-httpclient 3.1 logs before it tries again; () for the other clients.

    `I/O exception (<class>) caught when processing request: <message>`, then `Retrying request` (HttpMethodDirector).
    """
    if known(http_client).name not in (COMMONS, TELEMETRY) or not chain:
        return ()
    first = chain[0]
    return (
        f"I/O exception ({first.class_name}) caught when processing request: {first.message or 'null'}",
        "Retrying request",
    )
