"""How often each HTTP client tries, and what it shows in the end (measured with the libraries on JDK 17)."""

from __future__ import annotations

import pytest

from sn_mock.failure import JavaChain, JavaException
from sn_mock.java.exceptions.http_clients import COMMONS, HTTPCLIENT4, TELEMETRY, URLCONNECTION
from sn_mock.java.httpclient.clients import HTTP_CLIENTS, known
from sn_mock.java.httpclient.retries import attempts, retry_log, surfaced
from sn_mock.java.lang.jdk import REFERENCE


def thrown(class_name: str, message: str | None = "m") -> JavaChain:
    """A chain of one."""
    return (JavaException(class_name, message),)


HANDSHAKE = thrown("javax.net.ssl.SSLHandshakeException")
PROTOCOL = thrown("javax.net.ssl.SSLProtocolException")
PLAIN_SSL = thrown("javax.net.ssl.SSLException")
RESET = thrown("java.net.SocketException", "Connection reset")
REFUSED = thrown("java.net.ConnectException")
READ_TIMEOUT = thrown("java.net.SocketTimeoutException")
UNKNOWN_HOST = thrown("java.net.UnknownHostException")
HC3_SILENT = thrown("org.apache.commons.httpclient.NoHttpResponseException")
HC3_TIMEOUT = thrown("org.apache.commons.httpclient.ConnectTimeoutException")
HC4_REFUSED = thrown("org.apache.http.conn.HttpHostConnectException")
HC4_SILENT = thrown("org.apache.http.NoHttpResponseException")
NOT_HTTP = thrown("org.apache.commons.httpclient.ProtocolException")
BAD_SCHEME = thrown("java.lang.IllegalStateException")


@pytest.mark.parametrize(
    ("client", "chain", "sent", "expected"),
    [
        (COMMONS, HANDSHAKE, False, 1),
        (COMMONS, PROTOCOL, False, 4),
        (COMMONS, PLAIN_SSL, False, 4),
        (COMMONS, RESET, False, 4),
        (COMMONS, RESET, True, 1),
        (COMMONS, REFUSED, False, 4),
        (COMMONS, READ_TIMEOUT, False, 1),
        (COMMONS, HC3_TIMEOUT, False, 1),
        (COMMONS, UNKNOWN_HOST, False, 1),
        (COMMONS, HC3_SILENT, True, 4),
        (COMMONS, NOT_HTTP, True, 1),
        (COMMONS, BAD_SCHEME, False, 1),
        (COMMONS, (), False, 1),
        (TELEMETRY, thrown("java.net.SocketException", "Socket is closed"), False, 4),
        (HTTPCLIENT4, HANDSHAKE, False, 1),
        (HTTPCLIENT4, PROTOCOL, False, 1),
        (HTTPCLIENT4, RESET, False, 4),
        (HTTPCLIENT4, RESET, True, 1),
        (HTTPCLIENT4, HC4_REFUSED, False, 1),
        (HTTPCLIENT4, HC4_SILENT, True, 1),
        (URLCONNECTION, HANDSHAKE, False, 1),
        (URLCONNECTION, HANDSHAKE, True, 2),
        (URLCONNECTION, RESET, True, 2),
        (URLCONNECTION, READ_TIMEOUT, True, 1),
    ],
)
def test_connections_the_provider_sees(client: str, chain: JavaChain, sent: bool, expected: int) -> None:
    """The library's rule for this exception, before and after the request was written."""
    assert attempts(known(client).retry, chain, sent) == expected


def test_a_body_is_never_asked_for_again() -> None:
    """The libraries repeat requests; a body that fails is read by their caller."""
    for client in HTTP_CLIENTS.values():
        assert attempts(client.retry, RESET, True, after_head=True) == 1


def test_a_request_that_carries_nothing_is_repeated() -> None:
    """HttpClient 4.5 repeats a GET that was sent, and never a POST."""
    rule = known(HTTPCLIENT4).retry
    assert attempts(rule, HC4_SILENT, True, method="GET") == 4
    assert attempts(rule, HC4_SILENT, True, method="POST") == 1


def test_telemetry_hides_a_failed_handshake() -> None:
    """KB2794513: the look-up of the peer's certificates swallows the failure; a closed socket is what is left."""
    assert known(TELEMETRY).swallows_handshake
    seen = surfaced(HANDSHAKE, swallowed=True, java=REFERENCE)
    assert [str(link) for link in seen.chain] == ["java.net.SocketException: Socket is closed"]
    assert seen.log == ("Unable to collect telemetry data for certificate. Exception: peer not authenticated",)


@pytest.mark.parametrize("client", [COMMONS, HTTPCLIENT4, URLCONNECTION])
def test_what_passes_unchanged(client: str) -> None:
    """A failure outside the handshake (TLS 1.3's late refusal), and every other client."""
    assert not known(client).swallows_handshake
    assert surfaced(HANDSHAKE, swallowed=False, java=REFERENCE).chain == HANDSHAKE
    assert surfaced(HANDSHAKE, swallowed=False, java=REFERENCE).log == ()


def test_the_log_of_a_retry() -> None:
    """commons-httpclient's two lines, as KB2794513 quotes the first."""
    assert retry_log(known(COMMONS).retry, RESET) == (
        "I/O exception (java.net.SocketException) caught when processing request: Connection reset",
        "Retrying request",
    )
    assert retry_log(known(HTTPCLIENT4).retry, RESET) == ()
