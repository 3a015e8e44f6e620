"""System properties that outbound TLS calls obey: meaning and default by release, each default with its source.

An instance that has no row for a property gets the release's default. Patterns with `<name>` stand for any protocol.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from guarded.values import dataclass
from sn_mock.evidence import Evidence, Fact
from sn_mock.instance.releases import RELEASES, Release

DOCUMENTED, ASSUMED = Evidence.DOCUMENTED, Evidence.ASSUMED
_HTTP_CLIENT = "com.glide.communications.httpclient"
_CONNECTIONS = "docs, r_HTTPConnectionManagementProps"
_LOGGING = "docs, outbound-logging-properties"
_PROXY = "docs, platform-administration/c_WebProxy"

Default = Fact[str | None]
_NO_QUIRKS: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class SystemProperty:
    """A property the platform knows: what it does, and its default."""

    name: str
    meaning: str
    defaults: tuple[tuple[str, Default], ...] = ()
    """(first release, default) in release order; before the first one the property does not exist."""
    fact: str | None = None
    """The release fact that holds the default instead."""

    def default(self, release: Release, quirks: Mapping[str, object] = _NO_QUIRKS) -> Default | None:
        """The default in that release; None where the property does not exist yet."""
        if self.fact is not None:
            known = release.facts[self.fact]
            return Fact(_text(quirks.get(self.fact, known.value)), known.evidence, known.source)
        order = list(RELEASES)
        reached = [default for first, default in self.defaults if order.index(first) <= order.index(release.name)]
        return reached[-1] if reached else None


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _always(value: str | None, source: str, evidence: Evidence = DOCUMENTED) -> tuple[tuple[str, Default], ...]:
    return (("eureka", Fact(value, evidence, source)),)


_LEGACY = "KB0683345, KB0824494, KB0696599"

_PROPERTIES = (
    SystemProperty(
        "glide.httpclient.protocol.<name>.class",
        "Registers protocol <name> with a socket factory over all active keystores (before protocol profiles); beats a "
        "profile of that name.",
        _always(None, _LEGACY),
    ),
    SystemProperty("glide.httpclient.protocol.<name>.port", "Default port of that protocol.", _always(None, _LEGACY)),
    SystemProperty(
        f"{_HTTP_CLIENT}.verify_hostname",
        "Verify host name and chain of the provider; overrides trustmanager_trust_all.",
        fact="verify_hostname",
    ),
    SystemProperty(
        "com.glide.communications.trustmanager_trust_all",
        "Accept any provider certificate; only where verify_hostname is false.",
        fact="trust_all",
    ),
    SystemProperty(
        f"{_HTTP_CLIENT}.verify_revoked_certificate",
        "Check the provider's certificate for revocation in the handshake; a missing issuer becomes an error too.",
        fact="verify_revoked_certificate",
    ),
    SystemProperty(
        f"{_HTTP_CLIENT}.ocsp_allow_network_error",
        "Treat an unreachable OCSP responder as a pass.",
        (("orlando", Fact("true", DOCUMENTED, "docs, sc-enforce-ocsp-check-on-network-error")),),
    ),
    SystemProperty(
        f"{_HTTP_CLIENT}.disable_crl_check",
        "Ask OCSP only, never a CRL.",
        (("australia", Fact("false", DOCUMENTED, "docs, sc-enable-crl-based-checking-for-outbound-http-requests")),),
    ),
    SystemProperty(
        f"{_HTTP_CLIENT}.fail_on_non_pass_crl_status",
        "Fail where the CRL status is unknown.",
        (("brazil", Fact("true", DOCUMENTED, "docs, sc-enforce-certificate-revocation-check")),),
    ),
    SystemProperty(
        f"{_HTTP_CLIENT}.outbound_cert_policy.enabled",
        "Let outbound certificate policies change the checks of single hosts; never those of calls with mutual TLS or "
        "through a MID Server. sn-mock reads no policies.",
        (("brazil", Fact("false", DOCUMENTED, "docs (Brazil), outbound-cert-policy-properties")),),
    ),
    SystemProperty(
        "com.glide.communications.disable.deprecated.tls",
        "Offer TLS 1.2 and up only.",
        (
            (
                "eureka",
                Fact("false", ASSUMED, "older versions were in use; since when the property exists is not published"),
            ),
            ("orlando", Fact("true", DOCUMENTED, "docs, sc-disable-deprecated-tls-versions (the release is ASSUMED)")),
        ),
    ),
    SystemProperty(
        "glide.outbound.tls_sni.enabled",
        "Send the host name in the ClientHello (SNI).",
        (
            ("jakarta", Fact("false", DOCUMENTED, "developer.servicenow.com blog on SNI in Jakarta; KB0621614")),
            (
                "kingston",
                Fact("true", ASSUMED, "no default is published; false still breaks calls in 2026 (KB3029494)"),
            ),
        ),
    ),
    SystemProperty(
        f"{_HTTP_CLIENT}.outbound_cert_policy.enabled",
        "Certificate policies per host; they leave mutual-TLS calls alone.",
        (("brazil", Fact("false", DOCUMENTED, "docs (Brazil), outbound-cert-policy-properties")),),
    ),
    SystemProperty(
        f"{_HTTP_CLIENT}.outbound_cert_policy.debug",
        "Log how those policies were applied.",
        (("brazil", Fact("false", DOCUMENTED, "docs (Brazil), outbound-cert-policy-properties")),),
    ),
    SystemProperty(
        f"{_HTTP_CLIENT}.outbound_cert_policy.max_entries",
        "How many of them there can be.",
        (("brazil", Fact("100", DOCUMENTED, "docs (Brazil), outbound-cert-policy-properties")),),
    ),
    SystemProperty(
        "glide.outbound.sslv3.disabled",
        "Keep MID Servers to TLS.",
        _always("false", "docs, sc-disabling-sslv2-sslv3"),
    ),
    SystemProperty("glide.http.connection_timeout", "Connect timeout, milliseconds.", fact="connect_timeout_ms"),
    SystemProperty("glide.http.timeout", "Socket (read) timeout, milliseconds.", fact="socket_timeout_ms"),
    SystemProperty(
        "glide.http.use_connection_mgr",
        "Pool connections; a pooled connection keeps the certificate it was opened with.",
        _always("true", _CONNECTIONS),
    ),
    SystemProperty(
        "glide.http.connection_mgr.max_connections", "Pooled connections in all.", _always("20", _CONNECTIONS)
    ),
    SystemProperty(
        "glide.http.connection_mgr.max_connections_per_host", "Pooled connections per host.", _always("4", _CONNECTIONS)
    ),
    SystemProperty(
        "glide.http.outbound.max_timeout.enabled",
        "Cap the wait for asynchronous responses.",
        _always("true", "docs, r_HTTPConnectionManagementProps; KB0694711"),
    ),
    SystemProperty(
        "glide.http.outbound.max_timeout",
        "That cap, seconds.",
        _always("30", "docs, r_HTTPConnectionManagementProps; KB0694711"),
    ),
    SystemProperty(
        "glide.soap.outbound.ecc_response.timeout",
        "Wait for an ECC queue response of a SOAP message, seconds, where the cap is off.",
        _always("300", "KB0694711"),
    ),
    SystemProperty(
        "glide.rest.outbound.ecc_response.timeout",
        "The same for REST messages.",
        _always("300", "KB0694711"),
    ),
    SystemProperty("glide.http.proxy_host", "Proxy of outbound calls.", _always(None, _PROXY)),
    SystemProperty("glide.http.proxy_port", "Its port.", _always(None, _PROXY)),
    SystemProperty("glide.http.proxy_username", "User at the proxy.", _always(None, _PROXY)),
    SystemProperty("glide.http.proxy_password", "Password at the proxy.", _always(None, _PROXY)),
    SystemProperty("glide.http.proxy_bypass_list", "Hosts that are called directly.", _always(None, _PROXY)),
    SystemProperty(
        "glide.glidesoap.proxy_host", "Proxy of SOAP calls, instead of glide.http.proxy_host.", _always(None, _PROXY)
    ),
    SystemProperty("glide.glidesoap.proxy_port", "Its port.", _always(None, _PROXY)),
    SystemProperty(
        "glide.http.user.agent", "User-Agent header.", _always("ServiceNow/1.0", "docs, c_RESTMessageV2API")
    ),
    SystemProperty("glide.http.log_debug", "Log and return all headers.", _always("false", "docs, c_SOAPMessageV2API")),
    SystemProperty("glide.outbound_http.db.log", "Write sys_outbound_http_log.", _always("true", _LOGGING)),
    SystemProperty(
        "glide.outbound_http.content.max_limit", "Logged body size (at most 1000).", _always("100", _LOGGING)
    ),
    SystemProperty(
        "glide.outbound_http_log.override", "Log every call at the level below.", _always("false", _LOGGING)
    ),
    SystemProperty("glide.outbound_http_log.override.level", "basic, elevated or all.", _always("basic", _LOGGING)),
    SystemProperty(
        "glide.soap.msg_digest.algorithm",
        "WS-Security X.509: digest.",
        _always("SHA-1", "docs, ws-security-properties"),
    ),
    SystemProperty(
        "glide.soap.signature.algorithm",
        "WS-Security X.509: signature.",
        _always("RSA-SHA-1", "docs, ws-security-properties"),
    ),
    SystemProperty(
        "glide.soap.canonical.algorithm",
        "WS-Security X.509: canonicalization.",
        _always("Exclusive Canonical xml 1.0", "docs, ws-security-properties"),
    ),
    SystemProperty(
        "com.glide.ssl.read.timeout",
        "SSL read timeout of LDAPS, seconds.",
        _always("10", "docs, r_AvailableSystemProperties"),
    ),
    SystemProperty(
        "glide.security.file.mime_type.validation",
        "Check uploads against their MIME type; can block a .jks file.",
        _always(None, "docs (Zurich), upload-java-keystore-certificate-to-servicenow-instance"),
    ),
)

SYSTEM_PROPERTIES: Mapping[str, SystemProperty] = MappingProxyType({entry.name: entry for entry in _PROPERTIES})
"""The known properties by name."""


def property_default(name: str, release: Release, quirks: Mapping[str, object] = _NO_QUIRKS) -> Default | None:
    """The default of a property in a release; None for unknown properties and for those the release does not have."""
    known = SYSTEM_PROPERTIES.get(name)
    return known.default(release, quirks) if known else None
