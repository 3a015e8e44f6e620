"""How a refusal looks to the client, by provider stack: rows of cause -> alert, HTTP answer, close or reset.

The same verdict ("no certificate came") is a TLS alert with OpenSSL, another alert with Java, an HTTP 400 page behind
nginx and a bare end of stream with node. A `Personality` is one such stack; `outcome()` is a lookup in its row.
Certificate *verdicts* stay OpenSSL's; a personality changes only what the client gets to see.

Where the real stack is installed, tests/provider_stub/refusals/test_provider_parity.py starts it and compares.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from guarded.values import dataclass
from provider_stub.refusals.causes import CERTIFICATE_CAUSES, Cause
from provider_stub.refusals.outcomes import AlertCode, Ending, HttpAnswer, Outcome, alert
from provider_stub.refusals.pages import (
    APACHE_CANNOT_ASK,
    APACHE_FORBIDDEN,
    APACHE_TOO_LARGE,
    API_GATEWAY,
    APPLICATION_GATEWAY_PAGE,
    GO_PLAIN,
    NGINX_SHORT_PAGE,
    iis,
    nginx,
    snow_adc,
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
    asks_after_request: bool = False
    """The client's certificate is asked for when its first request has been read, not in the handshake."""
    kept_while_asking: int = 0
    """Bytes of a request's body that are kept while its client is asked; beyond it is TOO_LARGE_TO_ASK."""

    def knows(self, cause: Cause) -> bool:
        """False for what only happens where the certificate is asked for after the request."""
        return self.asks_after_request or cause not in (Cause.CANNOT_ASK, Cause.TOO_LARGE_TO_ASK)

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
        nginx("The SSL certificate error"),
        {
            Cause.NO_CERTIFICATE: nginx("No required SSL certificate was sent"),
            Cause.NOT_PINNED: HttpAnswer(403, "Forbidden", "403 Forbidden", NGINX_SHORT_PAGE, "nginx"),
            Cause.SUBJECT_NOT_ALLOWED: HttpAnswer(403, "Forbidden", "403 Forbidden", NGINX_SHORT_PAGE, "nginx"),
            Cause.PLAIN_HTTP: nginx("The plain HTTP request was sent to HTTPS port"),
        },
    ),
    Personality(
        "apache-location",
        "Apache with `SSLVerifyClient` in a `<Location>`: asks after the request, by renegotiation in TLS 1.2; in "
        "TLS 1.3 Java cannot be asked, so HTTP 403 for everybody",
        "MEASURED",
        "Apache httpd 2.4.71 with Java 8, 11, 17 and 21, parity test; SSLRenegBufferSize 131072",
        None,
        {
            Cause.CANNOT_ASK: APACHE_CANNOT_ASK,
            Cause.TOO_LARGE_TO_ASK: APACHE_TOO_LARGE,
            Cause.NOT_PINNED: APACHE_FORBIDDEN,
            Cause.SUBJECT_NOT_ALLOWED: APACHE_FORBIDDEN,
            Cause.NOT_CA_SIGNED: APACHE_FORBIDDEN,
        },
        asks_after_request=True,
        kept_while_asking=131072,
    ),
    Personality(
        "snow_adc",
        "ServiceNow's own front door (ADC) with certificate-based authentication on: HTTP 400, never an alert",
        "DOCUMENTED",
        "ServiceNow KB0960308 prints its page (nginx's with another footer; line breaks as nginx has them, ASSUMED)",
        snow_adc("The SSL certificate error"),
        {
            Cause.NO_CERTIFICATE: Ending.ACCEPT,
            Cause.PLAIN_HTTP: snow_adc("The plain HTTP request was sent to HTTPS port"),
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
            Cause.PLAIN_HTTP: GO_PLAIN,
        },
    ),
    Personality(
        "go-1.19",
        "Go before its certificate alerts (Caddy of Debian 12): one alert for everything",
        "MEASURED",
        "Go 1.19 net/http with RequireAndVerifyClientCert, parity test; Caddy 2.6.2",
        alert(AlertCode.BAD_CERTIFICATE),
        {Cause.PLAIN_HTTP: GO_PLAIN},
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
        API_GATEWAY,
        {Cause.NO_CERTIFICATE: alert(AlertCode.HANDSHAKE_FAILURE, AlertCode.CERTIFICATE_REQUIRED)},
    ),
    Personality(
        "application-gateway",
        "Azure Application Gateway with mutual authentication: the handshake succeeds, then HTTP 400",
        "DOCUMENTED",
        "Microsoft Learn, Application Gateway mutual-authentication-troubleshooting (every failure is 400); "
        "the page's wording is ASSUMED",
        HttpAnswer(
            400, "Bad Request", "400 Bad Request", APPLICATION_GATEWAY_PAGE, "Microsoft-Azure-Application-Gateway/v2"
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
        iis("403.16 - Forbidden: Client certificate is untrusted or invalid"),
        {
            Cause.NO_CERTIFICATE: iis("403.7 - Forbidden: Client certificate required"),
            Cause.REVOKED: iis("403.13 - Forbidden: Client certificate revoked"),
            Cause.CRL_MISSING: iis("403.13 - Forbidden: Client certificate revoked"),
            Cause.CRL_EXPIRED: iis("403.13 - Forbidden: Client certificate revoked"),
            Cause.EXPIRED: iis("403.17 - Forbidden: Client certificate has expired or is not yet valid"),
            Cause.NOT_YET_VALID: iis("403.17 - Forbidden: Client certificate has expired or is not yet valid"),
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
