"""How the instance's HTTP client is set up: Java, library, timeouts, TLS versions, SNI, trust. Read once per call."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import field, replace

from guarded.values import dataclass
from sn_mock.evidence import Evidence
from sn_mock.instance import Instance
from sn_mock.java.httpclient.clients import Limit, known
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import Jdk
from sn_mock.java.pkix.revocation import Asker, RevocationPolicy
from sn_mock.java.pkix.signature_schemes import TLS13
from sn_mock.java.pkix.trust import TrustPolicy
from sn_mock.outbound.routing.ledger import Ledger
from sn_mock.outbound.routing.outbound_call import OutboundCall

DEPRECATED_TLS = ("TLSv1", "TLSv1.1")
DISABLED_EVERYWHERE = "SSLv3"
"""Disabled in JSSE since 8u31 and 7u75 (their release notes)."""

MAX_TIMEOUT_MS = 24 * 60 * 60 * 1000
"""A day: what a timeout of 0 ("wait for ever" in Java) becomes, so that nothing hangs."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The client side of one call."""

    java: Jdk
    http_client: str
    key_manager: str
    connect_timeout_ms: int
    socket_timeout_ms: int
    tls_versions: tuple[str, ...]
    sni: bool
    trust_all: bool
    verify_hostname: bool
    revocation: RevocationPolicy
    user_agent: str
    keep_connections: bool
    """`glide.http.use_connection_mgr`: connections are kept for later calls, where the caller brings a pool."""
    proxy_authorization: str | None = field(default=None, repr=False)
    """Value of the Proxy-Authorization header, from `glide.http.proxy_username` and `…_password`."""

    @property
    def handshake_timeout_ms(self) -> int:
        """How long one read in the handshake may take: HttpClient 4.5 uses the connect timeout there (measured)."""
        limit = known(self.http_client).handshake_limit
        return self.connect_timeout_ms if limit is Limit.CONNECT else self.socket_timeout_ms

    def trust_policy(self, ask: Asker | None = None) -> TrustPolicy:
        """What decides about the provider's certificate; `ask` reaches OCSP responders."""
        return TrustPolicy(
            trust_all=self.trust_all,
            verify_hostname=self.verify_hostname,
            host_check=known(self.http_client).host_check,
            java=self.java,
            revocation=replace(self.revocation, ask=ask),
            offered=self.tls_versions,
        )


def settings_of(ledger: Ledger, call: OutboundCall) -> Settings:
    """The settings for this call; the facts they rest on are noted in the ledger."""
    settings, facts = ledger.instance.once(_settings, (call.connect_timeout_ms, call.socket_timeout_ms))
    ledger.facts.update(facts)
    return settings


def _settings(instance: Instance, timeouts_ms: tuple[int | None, int | None]) -> tuple[Settings, Mapping[str, str]]:
    """For the timeouts (connect, socket) that a call has of its own; with the facts behind them."""
    ledger = Ledger(instance)
    connect_timeout_ms, socket_timeout_ms = timeouts_ms
    verify_hostname = ledger.flag("com.glide.communications.httpclient.verify_hostname", ledger.fact("verify_hostname"))
    trust_all = ledger.flag("com.glide.communications.trustmanager_trust_all", ledger.fact("trust_all"))
    java = ledger.java()
    settings = Settings(
        java=java,
        http_client=ledger.fact("http_client"),
        key_manager=ledger.fact("key_manager"),
        connect_timeout_ms=_bounded(
            connect_timeout_ms
            if connect_timeout_ms is not None
            else ledger.number("glide.http.connection_timeout", ledger.fact("connect_timeout_ms"))
        ),
        socket_timeout_ms=_bounded(
            socket_timeout_ms
            if socket_timeout_ms is not None
            else ledger.number("glide.http.timeout", ledger.fact("socket_timeout_ms"))
        ),
        tls_versions=_versions(ledger, java),
        sni=ledger.fact("sni") and ledger.flag("glide.outbound.tls_sni.enabled", False),
        trust_all=trust_all and not verify_hostname,
        verify_hostname=verify_hostname,
        revocation=_revocation(ledger),
        user_agent=ledger.instance.property("glide.http.user.agent") or "ServiceNow/1.0",
        keep_connections=ledger.flag("glide.http.use_connection_mgr", True),
        proxy_authorization=_proxy_authorization(ledger),
    )
    return settings, ledger.facts


def _proxy_authorization(ledger: Ledger) -> str | None:
    user = ledger.instance.property("glide.http.proxy_username") or ""
    password = ledger.instance.property("glide.http.proxy_password") or ""
    return basic_credentials(user, password) if user else None


def basic_credentials(user: str, password: str) -> str:
    """The value of an Authorization header (RFC 7617)."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def _revocation(ledger: Ledger) -> RevocationPolicy:
    prefix = "com.glide.communications.httpclient"
    return RevocationPolicy(
        enabled=ledger.flag(f"{prefix}.verify_revoked_certificate", ledger.fact("verify_revoked_certificate")),
        allow_network_error=ledger.flag(f"{prefix}.ocsp_allow_network_error", True),
        read_crls=not ledger.flag(f"{prefix}.disable_crl_check", False),
        fail_without_status=ledger.flag(f"{prefix}.fail_on_non_pass_crl_status", False),
    )


def _bounded(milliseconds: int) -> int:
    return milliseconds if 0 < milliseconds <= MAX_TIMEOUT_MS else MAX_TIMEOUT_MS


def _versions(ledger: Ledger, java: Jdk) -> tuple[str, ...]:
    versions: tuple[str, ...] = ledger.fact("tls_versions")
    if not ledger.flag("com.glide.communications.disable.deprecated.tls", True):
        versions = (*(version for version in DEPRECATED_TLS if version not in versions), *versions)
    if not java.has(Feature.OFFERS_TLS13) and ledger.instance.fact("tls_versions").evidence is not Evidence.OVERRIDE:
        versions = tuple(version for version in versions if version != TLS13)
    if java.has(Feature.NO_DEPRECATED_TLS):
        versions = tuple(version for version in versions if version not in DEPRECATED_TLS)
    return tuple(version for version in versions if version != DISABLED_EVERYWHERE)
