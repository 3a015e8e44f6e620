"""How often an HTTP client connects before it gives up, and what it shows in the end.

commons-httpclient 3.1: `DefaultHttpMethodRetryHandler`, three retries. HttpClient 4.5:
`DefaultHttpRequestRetryHandler`, three retries, never a POST that was sent. HttpsURLConnection repeats a failed POST
once (`sun.net.http.retryPost`).
Measured on JDK 17; whether the instance installs a handler of its own is not known (ASSUMED: it does not).
"""

from __future__ import annotations

from guarded.values import dataclass
from sn_mock.failure import JavaChain, JavaException
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import Jdk

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
_NOT_IO = (
    "java.lang.",
    _HC3 + "ProtocolException",
    _HC3 + "HttpException",
    _HC4 + "client.",
    _HC4 + "ProtocolException",
)

RETRIES = 3
_WITHOUT_ENTITY = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "DELETE"})


@dataclass(frozen=True, slots=True)
class RetryRule:
    """When a client connects again after a failure. Exception classes are named with their subclasses."""

    connections: int
    """So many, where every attempt fails alike."""
    never: frozenset[str]
    """Exceptions that end the call at once."""
    always: frozenset[str] = frozenset()
    """Exceptions after which it tries again in any case."""
    before_sending: bool = True
    """It tries again where the request was not written whole."""
    after_sending: bool = False
    """It tries again where it was."""
    without_entity: bool = False
    """A request that carries nothing, such as a GET, is repeated where it was written, too."""
    logs: bool = False
    """It writes two lines to the log before it tries again."""


BY_COMMONS = RetryRule(
    1 + RETRIES,
    never=_INTERRUPTED
    | {"java.net.UnknownHostException", "java.net.NoRouteToHostException", "javax.net.ssl.SSLHandshakeException"},
    always=frozenset({_HC3 + "NoHttpResponseException"}),
    logs=True,
)
"""`DefaultHttpMethodRetryHandler`."""
BY_CLIENT4 = RetryRule(
    1 + RETRIES, never=_INTERRUPTED | _CONNECTING | _TLS | {"java.net.UnknownHostException"}, without_entity=True
)
"""`DefaultHttpRequestRetryHandler`."""
BY_URLCONNECTION = RetryRule(2, never=_INTERRUPTED, before_sending=False, after_sending=True)
"""`sun.net.http.retryPost`: once more, while nothing of an answer has come."""
SOCKET_IS_CLOSED: JavaChain = (JavaException("java.net.SocketException", "Socket is closed"),)
_SOCKET_CLOSED: JavaChain = (JavaException("java.net.SocketException", "Socket Closed"),)
"""The same in the words of Java 8 before 8u261 (measured on 8u252)."""
TELEMETRY_LINE = "Unable to collect telemetry data for certificate. Exception: peer not authenticated"
"""The factory's log line in KB2794513, once for each connection whose handshake failed."""


def attempts(
    rule: RetryRule, chain: JavaChain, request_sent: bool, *, method: str = "POST", after_head: bool = False
) -> int:
    """How many connections the provider sees when every attempt fails with `chain`.

    `request_sent` is True once the request has been written whole, in this attempt or an earlier one (the libraries do
    not forget): with TLS 1.3 that is already so when the refusal of a client certificate arrives. `after_head`: the
    answer's head was read, and what fails is the caller's reading of the body.
    """
    if not chain or after_head or chain[0].class_name.startswith(_NOT_IO):
        return 1
    outermost = chain[0].class_name
    if outermost in rule.always:
        return rule.connections
    harmless = rule.without_entity and method in _WITHOUT_ENTITY
    again = rule.after_sending or harmless if request_sent else rule.before_sending
    return rule.connections if again and outermost not in rule.never else 1


@dataclass(frozen=True, slots=True)
class Surfaced:
    """What one failed attempt looks like from outside the socket factory."""

    chain: JavaChain
    log: tuple[str, ...] = ()
    """Node-log lines of the socket factory."""
    hidden: JavaChain = ()
    """The handshake's own failure, where something else is thrown in its place."""


def surfaced(chain: JavaChain, *, swallowed: bool, java: Jdk) -> Surfaced:
    """The failure as the HTTP client meets it.

    With `+telemetry` every failure inside the handshake is `swallowed` by the look-up of the peer's certificates; the
    next use of the socket throws `Socket is closed`, which commons-httpclient retries. A failure before the handshake,
    or after it (the TLS 1.3 refusal), passes unchanged. Modelled after KB2794513, measured on JDK 17 with that model.
    """
    if swallowed and chain:
        closed = SOCKET_IS_CLOSED if java.has(Feature.SOCKET_CLOSED_TEXT) else _SOCKET_CLOSED
        return Surfaced(closed, (TELEMETRY_LINE,), chain)
    return Surfaced(chain)


def retry_log(rule: RetryRule, chain: JavaChain) -> tuple[str, ...]:
    """The two lines commons-httpclient 3.1 logs before it tries again; () for the other clients.

    `I/O exception (<class>) caught when processing request: <message>`, then `Retrying request` (HttpMethodDirector).
    """
    if not rule.logs or not chain:
        return ()
    first = chain[0]
    return (
        f"I/O exception ({first.class_name}) caught when processing request: {first.message or 'null'}",
        "Retrying request",
    )
