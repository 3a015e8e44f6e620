"""How a refusal looks to the client, by provider stack: rows of cause -> alert, HTTP answer, close or reset.

The same verdict ("no certificate came") is a TLS alert with OpenSSL, another alert with Java, an HTTP 400 page behind
nginx and a bare end of stream with node. A `Personality` is one such stack; `outcome()` is a lookup in its row.
Certificate *verdicts* stay OpenSSL's; a personality changes only what the client gets to see.

Where the real stack is installed, tests/provider_stub/refusals/test_provider_parity.py starts it and compares.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, IntEnum

from provider_stub.refusals.causes import CERTIFICATE_CAUSES, Cause


class AlertCode(IntEnum):
    """The TLS alert descriptions a personality may send (RFC 8446 section 6, RFC 5246 section 7.2)."""

    UNEXPECTED_MESSAGE = 10
    HANDSHAKE_FAILURE = 40
    BAD_CERTIFICATE = 42
    UNSUPPORTED_CERTIFICATE = 43
    CERTIFICATE_REVOKED = 44
    CERTIFICATE_EXPIRED = 45
    CERTIFICATE_UNKNOWN = 46
    UNKNOWN_CA = 48
    ACCESS_DENIED = 49
    DECRYPT_ERROR = 51
    PROTOCOL_VERSION = 70
    INSUFFICIENT_SECURITY = 71
    INTERNAL_ERROR = 80
    MISSING_EXTENSION = 109
    UNRECOGNIZED_NAME = 112
    CERTIFICATE_REQUIRED = 116


@dataclass(frozen=True, slots=True)
class SendAlert:
    """A fatal alert; where the stack answers differently by protocol, one for TLS 1.2 and one for TLS 1.3."""

    tls12: AlertCode
    tls13: AlertCode

    def code(self, *, tls13: bool) -> AlertCode:
        """The alert for the protocol version in use."""
        return self.tls13 if tls13 else self.tls12


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """The handshake succeeds and the first request is answered with this page; then the connection is closed."""

    status: int
    reason: str
    title: str
    """The text of the page's `<title>` and its sentence."""
    page: str
    """A page template with `{status}`, `{reason}` and `{title}`."""
    server: str = "provider-stub"
    """The `Server` header; empty: none is sent."""
    content_type: str = "text/html"

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """Its own headers, without length and type."""
        return (("Server", self.server),) if self.server else ()

    def body(self) -> bytes:
        """The page as bytes."""
        return self.page.format(status=self.status, reason=self.reason, title=self.title).encode()

    def wire(self) -> bytes:
        """The whole HTTP/1.1 answer, for a client that does not even speak TLS."""
        body = self.body()
        named = "".join(f"{name}: {value}\r\n" for name, value in self.headers)
        head = (
            f"HTTP/1.1 {self.status} {self.reason}\r\n{named}Content-Type: {self.content_type}\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        return head.encode("ascii") + body


class Ending(Enum):
    """A refusal without a word."""

    CLOSE = "close"
    """FIN without an alert; late bytes of the client are still read, so it sees a clean end of stream."""
    ABRUPT = "abrupt"
    """`close()` at once: what the client still writes is answered with RST by the kernel."""
    RESET = "reset"
    """RST at once (SO_LINGER 0)."""
    ACCEPT = "accept"
    """This stack does not mind."""


Outcome = SendAlert | HttpAnswer | Ending


def alert(tls12: AlertCode, tls13: AlertCode | None = None) -> SendAlert:
    """Shorthand for a row: the same alert in both versions unless a second one is given."""
    return SendAlert(tls12, tls13 if tls13 is not None else tls12)


_NGINX_PAGE = (
    "<html>\r\n<head><title>{status} {title}</title></head>\r\n<body>\r\n"
    "<center><h1>{status} {reason}</h1></center>\r\n<center>{title}</center>\r\n"
    "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
)
_ADC_PAGE = _NGINX_PAGE.replace("nginx", "snow_adc")
_NGINX_SHORT_PAGE = (
    "<html>\r\n<head><title>{status} {reason}</title></head>\r\n<body>\r\n"
    "<center><h1>{status} {reason}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
)
_IIS_PAGE = (
    '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">\r\n'
    "<html><head><title>{title}</title></head>\r\n<body><h2>{title}</h2></body></html>\r\n"
)


def _nginx(title: str) -> HttpAnswer:
    return HttpAnswer(400, "Bad Request", title, _NGINX_PAGE, "nginx")


def _iis(title: str) -> HttpAnswer:
    return HttpAnswer(403, "Forbidden", title, _IIS_PAGE, "Microsoft-IIS/10.0")


_GO_PLAIN = HttpAnswer(
    400,
    "Bad Request",
    "Client sent an HTTP request to an HTTPS server.",
    "{title}\n",
    server="",
    content_type="text/plain; charset=utf-8",
)
_API_GATEWAY = HttpAnswer(
    403, "Forbidden", "Forbidden", '{{"message":"{title}"}}', server="", content_type="application/json"
)
_APPLICATION_GATEWAY_PAGE = (
    "<html>\r\n<head><title>{status} {reason}</title></head>\r\n<body>\r\n"
    "<center><h1>{status} {reason}</h1></center>\r\n<hr>"
    "<center>Microsoft-Azure-Application-Gateway/v2</center>\r\n</body>\r\n</html>\r\n"
)


_OPENSSL: Mapping[Cause, Outcome] = {
    Cause.NO_CERTIFICATE: alert(AlertCode.HANDSHAKE_FAILURE, AlertCode.CERTIFICATE_REQUIRED),
    Cause.UNKNOWN_CA: alert(AlertCode.UNKNOWN_CA),
    Cause.SELF_SIGNED: alert(AlertCode.UNKNOWN_CA),
    Cause.EXPIRED: alert(AlertCode.CERTIFICATE_EXPIRED),
    Cause.NOT_YET_VALID: alert(AlertCode.BAD_CERTIFICATE),
    Cause.WRONG_PURPOSE: alert(AlertCode.UNSUPPORTED_CERTIFICATE),
    Cause.REVOKED: alert(AlertCode.CERTIFICATE_REVOKED),
    Cause.CRL_MISSING: alert(AlertCode.UNKNOWN_CA),
    Cause.CRL_EXPIRED: alert(AlertCode.CERTIFICATE_EXPIRED),
    Cause.WEAK_CERTIFICATE: alert(AlertCode.BAD_CERTIFICATE),
    Cause.CERTIFICATE_INVALID: alert(AlertCode.BAD_CERTIFICATE),
    # An application's own refusal in a verify callback (X509_V_ERR_APPLICATION_VERIFICATION).
    Cause.NOT_PINNED: alert(AlertCode.HANDSHAKE_FAILURE),
    Cause.SUBJECT_NOT_ALLOWED: alert(AlertCode.HANDSHAKE_FAILURE),
    Cause.NOT_CA_SIGNED: alert(AlertCode.UNKNOWN_CA),
    Cause.BAD_SIGNATURE: alert(AlertCode.DECRYPT_ERROR),
    Cause.PROTOCOL_VERSION: alert(AlertCode.PROTOCOL_VERSION),
    Cause.NO_SHARED_CIPHER: alert(AlertCode.HANDSHAKE_FAILURE),
    Cause.SNI_MISSING: alert(AlertCode.UNRECOGNIZED_NAME),
    Cause.PLAIN_HTTP: Ending.CLOSE,
    Cause.NOT_TLS: Ending.CLOSE,
}

NATURAL = _OPENSSL
"""What this process's own OpenSSL does by itself for the causes it finds (all but pins, subjects and SNI)."""


@dataclass(frozen=True, slots=True)
class Personality:
    """One provider stack's way to refuse."""

    name: str
    title: str
    evidence: str
    """MEASURED, DOCUMENTED or ASSUMED."""
    source: str
    certificate_default: Outcome | None
    """The answer to every certificate cause without a row of its own; None: as OpenSSL does."""
    rows: Mapping[Cause, Outcome] = field(default_factory=dict)

    def outcome(self, cause: Cause) -> Outcome:
        """The answer to `cause`: this stack's row, its default for certificates, or what OpenSSL does."""
        if cause in self.rows:
            return self.rows[cause]
        if self.certificate_default is not None and cause in CERTIFICATE_CAUSES:
            return self.certificate_default
        return _OPENSSL.get(cause, alert(AlertCode.INTERNAL_ERROR))


_JSSE_ROWS: Mapping[Cause, Outcome] = {
    Cause.NO_CERTIFICATE: alert(AlertCode.BAD_CERTIFICATE),
    Cause.WEAK_CERTIFICATE: Ending.ACCEPT,
    Cause.BAD_SIGNATURE: alert(AlertCode.HANDSHAKE_FAILURE),
}

_ALL = (
    Personality(
        "openssl",
        "an OpenSSL server that fails the handshake (haproxy, stunnel, Python)",
        "MEASURED",
        "OpenSSL 3.0, ssl/statem/statem_lib.c x509table; parity test against openssl s_server and haproxy",
        None,
    ),
    Personality("haproxy", "haproxy with `verify required`", "MEASURED", "haproxy 2.6, parity test", None),
    Personality(
        "nginx",
        "nginx with `ssl_verify_client on`: the handshake succeeds, then HTTP 400",
        "MEASURED",
        "nginx 1.22, parity test; ServiceNow KB0824494 quotes its page",
        _nginx("The SSL certificate error"),
        {
            Cause.NO_CERTIFICATE: _nginx("No required SSL certificate was sent"),
            Cause.NOT_PINNED: HttpAnswer(403, "Forbidden", "403 Forbidden", _NGINX_SHORT_PAGE, "nginx"),
            Cause.SUBJECT_NOT_ALLOWED: HttpAnswer(403, "Forbidden", "403 Forbidden", _NGINX_SHORT_PAGE, "nginx"),
            Cause.PLAIN_HTTP: _nginx("The plain HTTP request was sent to HTTPS port"),
        },
    ),
    Personality(
        "snow_adc",
        "ServiceNow's own front door (ADC) with certificate-based authentication on: HTTP 400, never an alert",
        "DOCUMENTED",
        "ServiceNow KB0960308 prints its page (nginx's with another footer; line breaks as nginx has them, ASSUMED)",
        HttpAnswer(400, "Bad Request", "The SSL certificate error", _ADC_PAGE, "snow_adc"),
        {
            Cause.NO_CERTIFICATE: Ending.ACCEPT,
            Cause.PLAIN_HTTP: HttpAnswer(
                400, "Bad Request", "The plain HTTP request was sent to HTTPS port", _ADC_PAGE, "snow_adc"
            ),
        },
    ),
    Personality(
        "jsse",
        "Java 11 to 21 (JSSE: Jetty, Tomcat NIO, WebLogic)",
        "MEASURED",
        "JDK 17 SSLServerSocket with needClientAuth, parity test; ServiceNow KB0683345 quotes its alert",
        alert(AlertCode.CERTIFICATE_UNKNOWN),
        _JSSE_ROWS,
    ),
    Personality(
        "jsse-25",
        "Java 25 (JSSE)",
        "MEASURED",
        "JDK 25.0.3 SSLServerSocket with needClientAuth",
        alert(AlertCode.CERTIFICATE_UNKNOWN),
        {
            **_JSSE_ROWS,
            Cause.NO_CERTIFICATE: alert(AlertCode.HANDSHAKE_FAILURE, AlertCode.CERTIFICATE_REQUIRED),
        },
    ),
    Personality(
        "netty",
        "Netty with BoringSSL (netty-tcnative)",
        "MEASURED",
        "MockServer 8.0.0 with required client authentication",
        alert(AlertCode.INTERNAL_ERROR),
        {
            Cause.NO_CERTIFICATE: alert(AlertCode.HANDSHAKE_FAILURE, AlertCode.CERTIFICATE_REQUIRED),
            Cause.EXPIRED: alert(AlertCode.CERTIFICATE_EXPIRED),
            Cause.NOT_YET_VALID: alert(AlertCode.CERTIFICATE_EXPIRED),
        },
    ),
    Personality(
        "node",
        "node.js https with `requestCert` and `rejectUnauthorized`: closes without an alert",
        "MEASURED",
        "node 18 and 20, parity test",
        Ending.CLOSE,
        {Cause.NO_CERTIFICATE: alert(AlertCode.HANDSHAKE_FAILURE, AlertCode.CERTIFICATE_REQUIRED)},
    ),
    Personality(
        "asyncio",
        "Python asyncio servers (uvicorn, hypercorn): the alert never leaves",
        "MEASURED",
        "CPython gh-98078, Python 3.11 to 3.15",
        Ending.CLOSE,
    ),
    Personality(
        "go",
        "Go's crypto/tls today (Traefik, Caddy, most of Kubernetes)",
        "MEASURED",
        "Go 1.27 net/http with RequireAndVerifyClientCert, parity test; Traefik 3.7",
        alert(AlertCode.BAD_CERTIFICATE),
        {
            Cause.NO_CERTIFICATE: alert(AlertCode.HANDSHAKE_FAILURE, AlertCode.CERTIFICATE_REQUIRED),
            Cause.UNKNOWN_CA: alert(AlertCode.UNKNOWN_CA),
            Cause.SELF_SIGNED: alert(AlertCode.UNKNOWN_CA),
            Cause.EXPIRED: alert(AlertCode.CERTIFICATE_EXPIRED),
            Cause.NOT_YET_VALID: alert(AlertCode.CERTIFICATE_EXPIRED),
            Cause.PLAIN_HTTP: _GO_PLAIN,
        },
    ),
    Personality(
        "go-1.19",
        "Go before its certificate alerts (Caddy of Debian 12): one alert for everything",
        "MEASURED",
        "Go 1.19 net/http with RequireAndVerifyClientCert, parity test; Caddy 2.6.2",
        alert(AlertCode.BAD_CERTIFICATE),
        {Cause.PLAIN_HTTP: _GO_PLAIN},
    ),
    Personality(
        "jdk-httpserver",
        "the JDK's own com.sun.net.httpserver: closes without an alert, in both versions",
        "MEASURED",
        "JDK 17 HttpsServer with needClientAuth, parity test",
        Ending.CLOSE,
    ),
    Personality(
        "api-gateway",
        "AWS API Gateway with a truststore: the handshake succeeds, then HTTP 403",
        "DOCUMENTED",
        "AWS knowledge center, api-gateway-mutual-tls-403-errors (unknown issuer, self-signed, weak signature); "
        "the same for other certificates, and an alert where none came, are ASSUMED",
        _API_GATEWAY,
        {Cause.NO_CERTIFICATE: alert(AlertCode.HANDSHAKE_FAILURE, AlertCode.CERTIFICATE_REQUIRED)},
    ),
    Personality(
        "application-gateway",
        "Azure Application Gateway with mutual authentication: the handshake succeeds, then HTTP 400",
        "DOCUMENTED",
        "Microsoft Learn, Application Gateway mutual-authentication-troubleshooting (every failure is 400); "
        "the page's wording is ASSUMED",
        HttpAnswer(
            400, "Bad Request", "400 Bad Request", _APPLICATION_GATEWAY_PAGE, "Microsoft-Azure-Application-Gateway/v2"
        ),
    ),
    Personality(
        "alb",
        "AWS Application Load Balancer in verify mode: the TLS negotiation fails",
        "DOCUMENTED",
        "ELB user guide, mutual-authentication (refused during the negotiation); which alert is not said: OpenSSL's "
        "are ASSUMED",
        None,
    ),
    Personality(
        "iis",
        "Microsoft IIS: the handshake succeeds, then HTTP 403 with a sub-status",
        "DOCUMENTED",
        "Microsoft Learn, HTTP status codes in IIS: 403.7, 403.13, 403.16, 403.17",
        _iis("403.16 - Forbidden: Client certificate is untrusted or invalid"),
        {
            Cause.NO_CERTIFICATE: _iis("403.7 - Forbidden: Client certificate required"),
            Cause.REVOKED: _iis("403.13 - Forbidden: Client certificate revoked"),
            Cause.CRL_MISSING: _iis("403.13 - Forbidden: Client certificate revoked"),
            Cause.CRL_EXPIRED: _iis("403.13 - Forbidden: Client certificate revoked"),
            Cause.EXPIRED: _iis("403.17 - Forbidden: Client certificate has expired or is not yet valid"),
            Cause.NOT_YET_VALID: _iis("403.17 - Forbidden: Client certificate has expired or is not yet valid"),
        },
    ),
    Personality(
        "close",
        "a load balancer that ends the connection without an alert",
        "ASSUMED",
        "the orderly form of `abrupt`: FIN, late bytes still read",
        Ending.CLOSE,
    ),
    Personality(
        "abrupt",
        "a load balancer that closes at once, unread bytes or not",
        "MEASURED",
        "a socket closed with bytes unread: Linux answers what still arrives with RST (RFC 1122 section 4.2.2.13)",
        Ending.ABRUPT,
    ),
    Personality(
        "reset",
        "a load balancer or firewall that resets",
        "MEASURED",
        "SO_LINGER 0: Linux sends RST instead of FIN",
        Ending.RESET,
    ),
)

PERSONALITIES: Mapping[str, Personality] = {personality.name: personality for personality in _ALL}
"""Every personality by the name used in a policy."""
