"""Keystores that its Java cannot read, keys beside the wrong certificate: check, validate and the call."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from sn_mock.diagnosis.checking import check
from sn_mock.keystore import KeyItem, write_pkcs12
from sn_mock.lab import Lab
from sn_mock.lab.lab import Providers
from sn_mock.lab.pki import KeySpec, KeystoreSpec, shared_pki
from sn_mock.lab.setup import LabSetup, Store
from sn_mock.outbound.credentials.validation import validate_stores

MODERN = LabSetup(stores=(Store(content=KeystoreSpec(format="PKCS12", encryption="modern")),))


@pytest.mark.parametrize(
    ("release", "java", "refused"),
    [
        ("helsinki", None, "Invalid keystore format"),
        ("helsinki", "8u301", None),
        ("vancouver", "11.0.10", "Invalid keystore format"),
        ("vancouver", None, None),
        ("xanadu", None, None),
    ],
)
def test_a_keystore_of_a_newer_tool(release: str, java: str | None, refused: str | None, providers: Providers) -> None:
    """validate, check and the call refuse it alike, with both remedies; a newer update of the same Java takes it."""
    setup = replace(MODERN, quirks={} if java is None else {"java": java})
    with Lab(release=release, setup=setup, tls="1.2", providers=providers) as lab:
        (answer,) = validate_stores(lab.instance, datetime.now(UTC), "ACME client")
        report = check(lab.instance, datetime.now(UTC))
        exchange, _ = lab.call()

    assert answer.valid is (refused is None)
    assert exchange.ok is (refused is None)
    rules = [finding.rule for finding in report.findings]
    assert rules[:1] == ([] if refused is None else ["keystore-too-new-for-java"])
    if refused is not None:
        assert exchange.failure is not None
        assert str(exchange.failure.java[0].message).startswith(refused)
        assert exchange.findings[0].rule == "keystore-too-new-for-java"
        for text in (answer.fix, report.findings[0].fix, exchange.findings[0].fix):
            assert "-deststoretype JKS" in str(text)
            assert "openssl pkcs12 -export -legacy" in str(text)


@pytest.mark.parametrize(
    ("key", "rule"),
    [
        (KeySpec("acme", "second-client", certificates="acme-client"), "key-does-not-fit-certificate"),
        (KeySpec("acme", "acme-client", chain="reversed"), "key-does-not-fit-certificate"),
        (KeySpec("acme", "acme-client"), None),
    ],
)
def test_keys_are_compared_before_the_call(key: KeySpec, rule: str | None, providers: Providers) -> None:
    """check says which of the two mistakes it is; validate, which Java's own check is not, lists it as unnoticed."""
    with Lab(setup=LabSetup(stores=(Store(content=KeystoreSpec((key,))),)), providers=providers) as lab:
        report = check(lab.instance, datetime.now(UTC))
        (answer,) = validate_stores(lab.instance, datetime.now(UTC), "ACME client")

    assert [finding.rule for finding in report.findings][:1] == ([] if rule is None else [rule])
    assert answer.valid
    assert any("belong" in text for text in answer.not_caught) is (rule is not None)


def test_a_ca_with_a_new_key_under_its_old_name(providers: Providers) -> None:
    """The provider names the client's CA and refuses its certificate: that is not the key's fault."""
    real = shared_pki()["root"].certificate
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder().subject_name(real.subject).issuer_name(real.subject).public_key(key.public_key())
    )
    builder = builder.serial_number(7).not_valid_before(now - timedelta(days=1))
    builder = builder.not_valid_after(now + timedelta(days=30))
    builder = builder.add_extension(x509.BasicConstraints(True, None), True)
    namesake = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    with Lab(release="xanadu", tls="1.2", policy={"trust": (namesake,)}, providers=providers) as lab:
        exchange, _ = lab.call()

    assert exchange.failure is not None
    assert [finding.rule for finding in exchange.findings][:1] == ["client-ca-unknown"]
    assert "key-does-not-fit-certificate" not in [finding.rule for finding in exchange.findings]


def test_a_key_of_an_algorithm_that_java_does_not_know(providers: Providers) -> None:
    """One Ed25519 key in a PKCS#12 keeps Java 11 from all the others; Java 17 opens the same file."""
    key = ed25519.Ed25519PrivateKey.generate()
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "ed")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=30))
    certificate = builder.sign(key, None).public_bytes(serialization.Encoding.DER)
    pkcs8 = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    data = write_pkcs12([KeyItem("ed", pkcs8, (certificate,))], "changeit", iterations=20)

    for release, rule in (("vancouver", "key-algorithm-unknown-to-java"), ("xanadu", None)):
        with Lab(release=release, providers=providers) as lab:
            row = next(one for one in lab.instance.certificates if one.is_keystore)
            (old,) = lab.instance.attachments_of(row)
            instance = replace(lab.instance, attachments=(replace(old, data=data),))
            found = [finding.rule for finding in check(instance, datetime.now(UTC)).findings]
        assert found[:1] == ([rule] if rule else found[:1])
        assert ("key-algorithm-unknown-to-java" in found) is (rule is not None)
