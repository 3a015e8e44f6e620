"""Causes on the road: network, protocol versions, connections that end. Each is its symptom, put into words."""

from __future__ import annotations

from collections.abc import Callable

from sn_mock.diagnosis.case import Case
from sn_mock.diagnosis.rule import Observation, Rule, saw
from sn_mock.diagnosis.rules.ports import other_port_line
from sn_mock.diagnosis.symptom import NO_CERTIFICATE_PAGES, NONE_SENT, SENT, Symptom, provider_alert
from sn_mock.evidence import Evidence
from sn_mock.failure import Stage
from tls_transcript import ClientHello, Direction
from tls_transcript.registries import VERSIONS

_CONNECT = frozenset({Symptom.CONNECT})
_HANDSHAKE = frozenset({Symptom.HANDSHAKE})
_BROKEN_OFF = NONE_SENT | SENT | {Symptom.HANDSHAKE, Symptom.HTTP}
_HTTP = frozenset({Symptom.HTTP})


def _caused_by(*causes: str) -> Callable[[Case], Observation | None]:
    def check(case: Case) -> Observation | None:
        if not case.cause_is(*causes):
            return None
        route = case.route
        where = f"route: {route.host}:{route.port}" if route else "no route"
        return saw(where, *other_port_line(case), *case.alert_line(), *case.visit_line(), **_where(case))

    return check


def _where(case: Case) -> dict[str, str]:
    route = case.route
    return {"host": route.host if route else "", "port": str(route.port) if route else ""}


def _reset_when_reused(case: Case) -> Observation | None:
    attempts = case.exchange.attempts
    if not case.cause_is("connection-reset") or not attempts or not attempts[-1].reused:
        return None
    return saw(
        "transcript: the connection was open already, left over from an earlier call",
        *case.alert_line(),
        "the request had been sent, so the HTTP client did not send it again",
        *case.visit_line(),
        **_where(case),
    )


def _offered_versions(case: Case) -> Observation | None:
    if not case.cause_is("protocol-version", "no-common-protocol"):
        return None
    hello = case.exchange.transcript.first(ClientHello, Direction.SENT)
    versions = hello.supported_versions or (hello.legacy_version,) if hello else ()
    offered = ", ".join(VERSIONS.get(version, hex(version)) for version in versions) or "nothing"
    fact = case.instance.fact("tls_versions")
    return saw(
        f"transcript: the ClientHello offers {offered}",
        f"release fact tls_versions = {fact.told}",
        *case.alert_line(),
        *case.visit_line(),
        offered=offered,
    )


def _no_cipher(case: Case) -> Observation | None:
    if not case.cause_is("handshake-failure", "insufficient-security"):
        return None
    hello = case.exchange.transcript.first(ClientHello, Direction.SENT)
    if hello is None:
        return None
    return saw(
        f"transcript: the ClientHello offers {len(hello.cipher_suites)} cipher suites; the provider answered with an "
        f"alert",
        *case.alert_line(),
        *case.visit_line(),
    )


def _alerted(case: Case) -> Observation | None:
    alert = provider_alert(case.exchange)
    if alert is None:
        return None
    return saw(f"transcript: fatal alert {alert}", *case.alert_line(), *case.visit_line(), alert=alert)


def _no_certificate(case: Case) -> Observation | None:
    page = next((text for text in NO_CERTIFICATE_PAGES if text in case.exchange.response.body), None)
    return saw(
        "transcript: the provider asked for a client certificate and got none",
        *((f"key manager: chose a key, but {case.withheld}",) if case.withheld else ()),
        *((f"http: {page}",) if page else ()),
        *case.alert_line(),
        *case.visit_line(),
    )


def _network(
    rule: str,
    title: str,
    causes: tuple[str, ...],
    remedy: str,
    source: str,
    evidence: Evidence = Evidence.DOCUMENTED,
    *,
    confirm: str,
) -> Rule:
    check = _caused_by(*causes)
    return Rule(rule, title, Stage.CONNECT, _CONNECT, check, remedy, source, evidence, confirm=confirm)


def _cut(
    rule: str, title: str, stage: Stage, causes: tuple[str, ...], remedy: str, source: str, *, confirm: str
) -> Rule:
    check = _caused_by(*causes)
    return Rule(rule, title, stage, _BROKEN_OFF, check, remedy, source, Evidence.MEASURED, confirm=confirm)


_ENDPOINT = "{endpoint}"

RULES: tuple[Rule, ...] = (
    _network(
        "connection-refused",
        "Nothing listens at the provider's address and port",
        ("connection-refused",),
        _ENDPOINT + ": correct host and port ({host}:{port}); or have the provider start its service.",
        "KB3067060; KB0659194 (response status 0 or -1)",
        confirm="nc -vz HOST PORT from a comparable place is refused as well",
    ),
    _network(
        "connect-timeout",
        "The provider's host does not accept the TCP connection in time",
        ("connect-timeout",),
        "Have the firewall on the way to {host}:{port} opened for the instance's addresses; for private networks use "
        "a MID "
        "Server. (The limit is the property glide.http.connection_timeout.)",
        "KB2466570, KB3067060 section 3.6",
        confirm="nc -vz HOST PORT hangs; the firewall's log shows dropped packets",
    ),
    _network(
        "unknown-host",
        "The provider's host name cannot be resolved",
        ("unknown-host",),
        _ENDPOINT + ": use a host name that public DNS knows instead of {host}, or reach it through a MID Server.",
        "KB3067060 section 3.7",
        confirm="public DNS has no address for the name",
    ),
    _network(
        "no-route-to-host",
        "The network knows no way to the provider",
        ("no-route-to-host",),
        "Have the network team look at the route to {host}.",
        "measured on JDK 17",
        Evidence.MEASURED,
        confirm="the network team sees no route",
    ),
    _network(
        "proxy-refused",
        "The web proxy does not open a tunnel to the provider",
        ("proxy-refused",),
        "sys_properties.list > glide.http.proxy_host (glide.glidesoap.proxy_host): correct it, add {host} to "
        "glide.http.proxy_bypass_list, or have the proxy allow {host}:{port}.",
        "ServiceNow docs, c_WebProxy",
        confirm="glide.http.proxy_host is set; the proxy's log has the CONNECT",
    ),
    Rule(
        "no-common-tls-version",
        "Instance and provider have no TLS version in common",
        Stage.HANDSHAKE,
        _HANDSHAKE,
        _offered_versions,
        "Have the provider also offer one of {offered}.",
        "ServiceNow docs, sc-disable-deprecated-tls-versions; measured on JDK 17",
        Evidence.MEASURED,
        confirm="openssl s_client -tls1_2 and -tls1_3: the one that the instance offers fails",
    ),
    Rule(
        "port-is-not-tls",
        "The provider's port does not speak TLS",
        Stage.HANDSHAKE,
        _HANDSHAKE,
        _caused_by("not-tls", "malformed-tls"),
        _ENDPOINT + ": use the provider's TLS port instead of {port} (or correct the profile's default port).",
        "measured on JDK 17; KB0696599",
        Evidence.MEASURED,
        confirm="curl http://HOST:PORT answers",
    ),
    Rule(
        "handshake-timeout",
        "The provider falls silent in the handshake",
        Stage.HANDSHAKE,
        _BROKEN_OFF,
        _caused_by("handshake-timeout", "handshake-hangs"),
        "Have the provider look at whatever ends TLS at {host}:{port}.",
        "KB3067152; measured on JDK 17",
        Evidence.MEASURED,
        confirm="TCP connects, then nothing comes",
    ),
    Rule(
        "no-common-cipher-suite",
        "The provider found no cipher suite it accepts",
        Stage.HANDSHAKE,
        _HANDSHAKE,
        _no_cipher,
        "Have the provider offer a suite of Java's default list, e.g. TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384; the list "
        "has no TLS_RSA_* since 11.0.30, 17.0.18 and 21.0.10.",
        "measured on JDK 17; JDK-8245545, measured on 11.0.32, 17.0.19 and 21.0.13",
        Evidence.MEASURED,
        confirm=(
            "the ClientHello gets an alert at once, no CertificateRequest; openssl s_client -cipher tells which suites"
        ),
    ),
    Rule(
        "idle-connection-reset",
        "A pooled connection had been forgotten, and was reset by the first request after the pause",
        Stage.HTTP,
        _HTTP,
        _reset_when_reused,
        "Have the idle time of firewall and provider raised at {host}:{port}, or let the provider end idle "
        "connections itself (close_notify: the instance then opens a new one unasked). Until then"
        " sys_properties.list "
        "> glide.http.use_connection_mgr: false, which costs a handshake per call.",
        "KB3067060 section 3.8; ServiceNow docs, r_HTTPConnectionManagementProps; measured on JDK 17 with "
        "commons-httpclient 3.1",
        confirm="only the first call after a pause fails, the next one works",
    ),
    _cut(
        "connection-reset",
        "The connection was reset",
        Stage.HANDSHAKE,
        ("connection-reset",),
        "Have the provider's network team look at firewall and load balancer for the time of the call ({host}:{port}).",
        "KB3067060 section 3.8; measured on JDK 17",
        confirm="it happens at once or after idle time; the provider's load balancer or firewall log has it",
    ),
    _cut(
        "closed-in-handshake",
        "The provider closed the connection in the handshake without an alert",
        Stage.HANDSHAKE,
        ("handshake-closed", "close-notify"),
        "Have the provider look at the log of whatever ends TLS at {host}:{port}: it alone knows why.",
        "measured on JDK 17",
        confirm="the provider's TLS end point logs why; the instance cannot know",
    ),
    _cut(
        "read-timeout",
        "The provider did not answer the request in time",
        Stage.HTTP,
        ("read-timeout",),
        "Raise the limit (setHttpTimeout() in the script, or sys_properties.list > glide.http.timeout), or have the "
        "provider "
        "answer faster.",
        "KB2712211, KB3067152",
        confirm="the provider's log shows the request and a late answer",
    ),
    _cut(
        "no-response",
        "The provider closed the connection instead of answering",
        Stage.HTTP,
        ("no-response",),
        "Have the provider look for a crashed or restarted process behind {host}:{port} at the time of the call.",
        "measured on JDK 17",
        confirm="the provider's log shows a crash or restart at that moment",
    ),
    _cut(
        "bad-http-response",
        "The provider's answer is not a proper HTTP response",
        Stage.HTTP,
        ("bad-http-response", "truncated-response", "too-many-redirects"),
        "Have the provider look at what answers at {host}:{port}.",
        "measured on JDK 17",
        confirm="curl -v shows what comes back",
    ),
    Rule(
        "key-cannot-sign",
        "The chosen key cannot make a signature that the provider accepts",
        Stage.HANDSHAKE,
        _BROKEN_OFF,
        _caused_by("key-cannot-sign"),
        "Use a key of another type or size (RSA with 2048 bits, or P-256); or have the provider accept more"
        " signature "
        "algorithms.",
        "measured on JDK 17",
        Evidence.MEASURED,
        confirm="openssl s_client shows Requested Signature Algorithms that your key cannot make",
    ),
    Rule(
        "provider-requires-certificate",
        "The provider demands a client certificate and got none",
        Stage.HANDSHAKE,
        frozenset({Symptom.NO_CERTIFICATE}),
        _no_certificate,
        "Find out why no key was offered: mutual authentication flag, protocol profile, keystore, and the CAs the "
        "provider names.",
        "KB0824494",
        confirm="openssl s_client without -cert fails the same way, with -cert and -key it works",
    ),
    Rule(
        "provider-ends-handshake",
        "The provider ended the handshake with an alert",
        Stage.HANDSHAKE,
        _HANDSHAKE,
        _alerted,
        "Have the provider look at its log for the time of the call: the alert {alert} is all it told.",
        "RFC 8446 section 6.2, RFC 5246 section 7.2.2",
        confirm="the provider's log for the time of the call",
    ),
)
