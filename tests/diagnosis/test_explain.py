"""`explain`: texts of tickets, logs and foreign tools lead to the right cause first, and unknown text says so."""

from __future__ import annotations

import json

import pytest

from sn_mock.diagnosis.known_texts import KNOWN_TEXTS
from sn_mock.java.exceptions.alerts import ALERT_TEXTS
from sn_mock.java.exceptions.event_texts import EVENT_TEXTS
from sn_mock.lab.explaining import explain, stories
from sn_mock.lab.scenarios import SCENARIOS

STACK_TRACE = """java.security.UnrecoverableKeyException: Cannot recover key
\tat sun.security.provider.KeyProtector.recover(KeyProtector.java:328)
\tat com.glide.certificates.DBKeyStoreSocketFactory.createKeyManagers(DBKeyStoreSocketFactory.java:161)
\tat com.glide.certificates.DBKeyStoreSocketFactory.initSSLContext(DBKeyStoreSocketFactory.java:103)"""

DEBUG_LOG = """javax.net.ssl|DEBUG|21|http-client|CertificateRequest.java:665|Consuming CertificateRequest message
javax.net.ssl|ALL|21|http-client|CertificateMessage.java:299|No X.509 certificate for client authentication, use empty
javax.net.ssl|DEBUG|21|http-client|Alert.java:238|Received alert message (
"Alert": { "level" : "fatal", "description": "handshake_failure" } )"""

FIRST_CAUSES = [
    ("javax.net.ssl.SSLHandshakeException: Received fatal alert: bad_certificate", "legacy-properties-beat-profile"),
    ("Received fatal alert: certificate_required", "client-ca-not-advertised"),
    ("(unknown_ca) Received fatal alert: unknown_ca", "client-ca-unknown"),
    ("Received fatal alert: unsupported_certificate", "client-certificate-purpose"),
    ("Received fatal alert: certificate_expired", "client-certificate-expired"),
    ("Received fatal alert: decrypt_error", "key-does-not-fit-certificate"),
    ("Received fatal alert: protocol_version", "no-common-tls-version"),
    ("sun.security.validator.ValidatorException: PKIX path building failed: …", "provider-chain-incomplete"),
    (
        "java.security.cert.CertificateExpiredException: NotAfter: Fri Jan 01 00:00:00 UTC 2021",
        "provider-certificate-expired",
    ),
    ("CertificateNotYetValidException: NotBefore: Sun Jan 01 00:00:00 UTC 2090", "provider-certificate-not-yet-valid"),
    ("No subject alternative DNS name matching localhost found.", "host-name-not-in-certificate"),
    ("(java.net.SocketException) caught when processing request: Socket is closed", "provider-not-trusted"),
    ("Session contains no certificates - Untrusted", "provider-not-trusted"),
    ("[ERROR CODE: -1 ] No issuer certificate found for provider.example", "provider-chain-incomplete"),
    ("The host did not accept the connection within timeout of 10000 ms", "connect-timeout"),
    ("java.net.SocketTimeoutException: Read timed out", "read-timeout"),
    ("java.net.UnknownHostException: tickets.internal", "unknown-host"),
    ("java.net.ConnectException: Connection refused (Connection refused)", "connection-refused"),
    ("java.lang.IllegalStateException: unsupported protocol: 'myhttps'", "scheme-not-registered"),
    ("java.io.IOException: Keystore was tampered with, or password was incorrect", "wrong-store-password"),
    ("java.io.IOException: keystore password was incorrect", "wrong-store-password"),
    (STACK_TRACE, "key-password-differs"),
    ("java.io.IOException: Invalid keystore format", "not-a-keystore"),
    (DEBUG_LOG, "client-ca-not-advertised"),
    ("SEND TLSv1 ALERT: fatal, description = certificate_unknown", "provider-not-trusted"),
    ("<title>400 No required SSL certificate was sent</title>", "client-ca-not-advertised"),
    ("<title>400 The SSL certificate error</title>", "client-ca-unknown"),
    ("client SSL certificate verify error: (10:certificate has expired)", "client-certificate-expired"),
    (
        "error:0A00045C:SSL routines::tlsv13 alert certificate required, SSL alert number 116",
        "client-ca-not-advertised",
    ),
    ("OpenSSL: error:14094418:SSL routines:ssl3_read_bytes:tlsv1 alert unknown ca", "client-ca-unknown"),
    ("verify error:num=26:unsuitable certificate purpose", "client-certificate-purpose"),
    ("error:0A0000C7:SSL routines::peer did not return a certificate", "client-ca-not-advertised"),
    ("javax.net.ssl.SSLException: Unsupported or unrecognized SSL message", "port-is-not-tls"),
    ("org.apache.commons.httpclient.NoHttpResponseException: The server h failed to respond", "no-response"),
]


@pytest.mark.parametrize(("text", "rule"), FIRST_CAUSES, ids=[text[:50] for text, _ in FIRST_CAUSES])
def test_a_known_text_leads_to_its_most_likely_cause(text: str, rule: str) -> None:
    """The first cause is the expected one, and says what would confirm it and what to change."""
    explanation = explain(text)

    assert explanation.known
    assert explanation.causes[0].rule == rule
    assert explanation.causes[0].confirm
    assert explanation.causes[0].fix


@pytest.mark.parametrize(
    "text", ["", "   ", "The printer is on fire", "x" * 300_000, "\x00\xff((((", "Received fatal alert"]
)
def test_unknown_text_is_said_to_be_unknown(text: str) -> None:
    """What nobody knows is not guessed at."""
    explanation = explain(text)

    assert not explanation.known
    assert explanation.causes == ()


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_what_a_scenario_produces_leads_back_to_it(scenario: str) -> None:
    """Every text a scenario declares, on any release, explains to its root cause and names the scenario."""
    story = next(one for one in stories() if one.scenario == scenario)
    for text in story.texts:
        said = text.replace("{host}", "provider.example").replace("{port}", "8443")
        cause = {one.rule: one for one in explain(said).causes}.get(story.rule)
        assert cause is not None, said
        assert scenario in cause.scenarios, said


_EXPLAINED_ALERTS = {
    "handshake_failure",
    "bad_certificate",
    "unsupported_certificate",
    "certificate_revoked",
    "certificate_expired",
    "certificate_unknown",
    "unknown_ca",
    "access_denied",
    "decrypt_error",
    "protocol_version",
    "insufficient_security",
    "internal_error",
    "unsupported_extension",
    "unrecognized_name",
    "certificate_required",
}
"""Alerts with causes of their own; the others say nothing about mutual authentication."""


@pytest.mark.parametrize(
    "row", [row for row in ALERT_TEXTS.values() if row.name != "close_notify"], ids=lambda row: row.name
)
def test_alert_names_of_client_certificates_are_known(row: object) -> None:
    """Every alert a provider uses to refuse a client is explained; of the others nothing is made up."""
    name = row.name  # type: ignore[attr-defined]
    explanation = explain(f"javax.net.ssl.SSLHandshakeException: Received fatal alert: {name}")

    assert explanation.known == (name in _EXPLAINED_ALERTS)
    json.dumps(explanation.to_json())


def test_texts_of_network_events_are_known() -> None:
    """The words of every event on the way to the provider lead somewhere."""
    unknown = {
        text
        for row in EVENT_TEXTS
        for _, text in row.chain[:1]
        if text
        and row.cause in {"connection-refused", "connect-timeout", "read-timeout", "connection-reset", "not-tls"}
        and not explain(text.replace("{timeout_ms}", "10000")).known
    }

    assert unknown == set()


def test_provider_stacks_that_word_it_so_are_named() -> None:
    """`bad_certificate` for a missing certificate is a Java provider's habit; nginx says it in HTTP."""
    alert = {one.stack: one.cause for one in explain("Received fatal alert: bad_certificate").wordings}
    page = explain("400 No required SSL certificate was sent").wordings

    assert any("Java" in stack for stack in alert)
    assert any("nginx" in one.stack for one in page)
    assert all(one.cause == "no-certificate" for one in page)


def test_advice_is_given_where_no_rule_applies() -> None:
    """A known defect of a release has advice instead of a cause."""
    explanation = explain("org.bouncycastle.tls.TlsFatalAlert: unsupported_extension(110)")

    assert explanation.known
    assert "Zurich Patch 10" in explanation.understood[0].advice


def test_every_row_of_the_table_can_be_met() -> None:
    """No pattern is so strict that its own plain words miss it (a sanity check of the regular expressions)."""
    assert all(row.pattern.pattern for row in KNOWN_TEXTS)
    assert all(not row.pattern.search("") for row in KNOWN_TEXTS)


@pytest.mark.parametrize(
    "line",
    [
        "javax.net.ssl|ALL|10|main|2026-11-23 14:50:44.196 UTC|X509Authentication.java:227|No X.509 cert selected for "
        "[EC, EdDSA, RSASSA-PSS, RSA, DSA]",
        "javax.net.ssl|WARNING|10|main|2026-11-23 14:50:46.547 UTC|CertificateMessage.java:1087|No available "
        "authentication scheme",
        "javax.net.ssl|DEBUG|10|main|2026-11-23 14:50:46.551 UTC|CertificateMessage.java:1100|No available client "
        "authentication scheme",
        '"Certificates": <empty list>',
    ],
)
def test_debug_lines_of_an_empty_certificate(line: str) -> None:
    """What JDK 17 prints of a key it does not find, line by line (measured)."""
    assert explain(line).causes[0].rule == "client-ca-not-advertised"


@pytest.mark.parametrize(
    "line",
    [
        "javax.net.ssl|DEBUG|10|main|2026-11-23 14:50:46.401 UTC|SSLExtensions.java:272|Ignore, unavailable extension",
        "javax.net.ssl|DEBUG|10|main|2026-11-23 14:50:46.500 UTC|SSLExtensions.java:236|Populated with extension",
        "at java.base/sun.security.ssl.SSLSocketImpl.decode(SSLSocketImpl.java:404)",
        '"certificate status type": ocsp',
        '"certificate status type": ocsp_multi',
        '"OCSP status request": {',
        "2026-01-02 10:00:00,403 DEBUG something else",
    ],
)
def test_time_stamps_and_line_numbers_are_no_http_status(line: str) -> None:
    """A debug log is full of numbers, and every ClientHello asks for an OCSP staple: neither means anything."""
    assert not explain(line).known


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("HTTP/1.1 401 ", "http-unauthorized"),
        ("Method failed: (/tickets) with code: 403 - Forbidden", "http-forbidden"),
        ('{"status":404}', "http-not-found"),
        ("status=500", "http-server-error"),
        ("HTTP/1.1 302 Found", "redirect-not-followed"),
    ],
)
def test_an_http_status_is_one(line: str, rule: str) -> None:
    """The twin: where the number is the status."""
    assert explain(line).causes[0].rule == rule
