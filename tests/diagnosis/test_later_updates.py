"""Providers of old that an instance whose Java is up to date no longer comes to terms with."""

from __future__ import annotations

import pytest

from sn_mock.diagnosis.explaining import explain
from sn_mock.lab import Lab
from sn_mock.lab.lab import Providers
from sn_mock.lab.setup import LabSetup, ProviderSetup

STATIC_RSA = ProviderSetup("provider-rsa", policy={"ciphers": "AES128-GCM-SHA256:AES256-SHA"})


@pytest.mark.parametrize(
    ("java", "text"),
    [
        ("17.0.15", None),
        ("17.0.18", "Received fatal alert: handshake_failure"),
        ("17.0.19", "(handshake_failure) Received fatal alert: handshake_failure"),
        ("21.0.8", None),
        ("21.0.13", "(handshake_failure) Received fatal alert: handshake_failure"),
        ("11.0.24", None),
        ("11.0.32", "Received fatal alert: handshake_failure"),
        ("8u504", None),
    ],
)
def test_a_provider_that_knows_suites_of_static_rsa_alone(java: str, text: str | None, providers: Providers) -> None:
    """TLS_RSA_* is offered no longer: the provider finds nothing in common, and the diagnosis says which Javas."""
    setup = LabSetup(provider=STATIC_RSA, quirks={"java": java})
    with Lab(release="xanadu", setup=setup, tls="1.2", providers=providers) as lab:
        exchange, _ = lab.call()

    assert exchange.ok is (text is None)
    if text is None:
        assert exchange.tls is not None
        assert exchange.tls.cipher.startswith("TLS_RSA_WITH_AES_")
        return
    assert exchange.failure is not None
    assert [str(one) for one in exchange.failure.java] == [f"javax.net.ssl.SSLHandshakeException: {text}"]
    assert exchange.findings[0].rule == "no-common-cipher-suite"
    assert "TLS_RSA_*" in str(exchange.findings[0].fix)


@pytest.mark.parametrize(
    "text",
    [
        "(certificate_unknown) PKIX path building failed: sun.security.provider.certpath.SunCertPathBuilderException: "
        "unable to find valid certification path to requested target",
        "(certificate_expired) PKIX path validation failed: java.security.cert.CertPathValidatorException: "
        "validity check failed",
        "(handshake_failure) Received fatal alert: handshake_failure",
        "(bad_certificate) Received fatal alert: bad_certificate",
        "(certificate_required) Received fatal alert: certificate_required",
        "(certificate_unknown) No name matching acme.test found",
        "(handshake_failure) No supported signature algorithm",
        "(bad_record_mac) Tag mismatch!",
        "(handshake_failure) Received handshake warning: unrecognized_name",
        "(protocol_version) The server selected protocol version TLS11 is not accepted by client preferences [TLS13]",
    ],
)
def test_a_text_with_the_alert_in_front_is_explained_as_without(text: str) -> None:
    """`explain` finds the same causes in the words of 17.0.19 as in those of 17.0.15, and some at all."""
    named = f"javax.net.ssl.SSLHandshakeException: {text}"
    bare = f"javax.net.ssl.SSLHandshakeException: {text.partition(') ')[2]}"

    assert [one.rule for one in explain(named).causes] == [one.rule for one in explain(bare).causes] != []
    assert [cause.rule for cause in explain(named).causes]
