"""`keystore show`: the contract's document, and a warning for each trap, with a healthy twin that gets none."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from sn_mock.java.keystore import KeyItem, TrustedItem, write_jks, write_pkcs12
from sn_mock.java.keytool.inspection import inspect

PASSWORD = "changeit"
TODAY = datetime(2026, 6, 1, tzinfo=UTC)


def warnings(items, *, declared="JKS", key_password=PASSWORD, when=TODAY):
    """The warnings for a JKS of these items."""
    data = write_jks(items, PASSWORD)
    return inspect("client.jks", data, declared, PASSWORD, key_password, when=when).warnings


def test_a_healthy_keystore_has_no_warning(pki):
    """One key, its own chain, in date, for client authentication."""
    assert warnings([pki.item()]) == ()


def test_the_document_has_the_contracts_keys(pki):
    """The JSON that tools rely on."""
    report = inspect(
        "acme.jks", write_jks([pki.item(), pki.trusted()], PASSWORD), "JKS", PASSWORD, PASSWORD, when=TODAY
    )

    document = report.to_json()

    assert list(document) == ["file", "declared_type", "content", "usable_keys", "entries", "failure", "warnings"]
    assert document["usable_keys"] == ["EC:acme"]
    by_alias = {entry["alias"]: entry for entry in document["entries"]}
    assert by_alias["acme"]["kind"] == "PrivateKey"
    assert by_alias["acme"]["key_type"] == "EC"
    assert by_alias["acme"]["chain"] == ["CN=acme client,O=Example,C=NL", "CN=Intermediate CA,O=Example,C=NL"]
    assert by_alias["root"]["kind"] == "TrustedCertificate"
    assert document["failure"] is None


def test_a_failure_is_javas_chain(pki):
    """A wrong key password stands in the document with its stage."""
    report = inspect("acme.jks", write_jks([pki.item()], PASSWORD), "JKS", PASSWORD, "wrong", when=TODAY)

    assert report.to_json()["failure"] == {
        "failed_at": "kmf.init",
        "java": [{"class": "java.security.UnrecoverableKeyException", "message": "Cannot recover key"}],
    }
    assert report.usable_keys == ()


def test_newsunx509_shows_its_own_aliases(pki):
    """The alias that NewSunX509 answers has a prefix, and a key it cannot open is marked."""
    data = write_jks([pki.item()], PASSWORD)

    assert inspect("a", data, "JKS", PASSWORD, PASSWORD, "NewSunX509").usable_keys == ("EC:1.0.acme",)
    assert inspect("a", data, "JKS", PASSWORD, "wrong", "NewSunX509").usable_keys == ("EC:1.0.acme (no key!)",)


def test_newsunx509_puts_fit_certificates_first(pki, issue_identity):
    """Its list is graded (fit, out of date, not meant for a client) and numbered; SunX509 does neither."""
    old = issue_identity("old", pki.root, days=10)
    server = issue_identity("server", pki.root, client_auth=False)
    data = write_pkcs12([_item("a", server), _item("b", old), _item("c", pki.client)], PASSWORD, iterations=10)

    graded = inspect("a", data, "PKCS12", PASSWORD, PASSWORD, "NewSunX509", when=TODAY)
    plain = inspect("a", data, "PKCS12", PASSWORD, PASSWORD, when=TODAY)

    assert graded.usable_keys == ("EC:1.0.c", "EC:2.0.b", "EC:3.0.a")
    assert plain.usable_keys == ("EC:a", "EC:b", "EC:c")


def test_newsunx509_asks_for_signing_by_key_type():
    """An Ed25519 key is fit whatever its key usage, an EC key only with digitalSignature, as the key manager has it."""
    edwards = [ed25519.Ed25519PrivateKey.generate() for _ in range(2)]
    elliptic = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
    named = zip(("bbb", "aaa", "eb", "ea"), (*edwards, *elliptic), (False, True, False, True), strict=True)
    items = [_used_for(alias, key, signing) for alias, key, signing in named]

    report = inspect("a", write_jks(items, PASSWORD), "JKS", PASSWORD, PASSWORD, "NewSunX509", when=TODAY)

    stored = [entry.alias for entry in report.entries]
    assert stored.index("bbb") < stored.index("aaa")  # Java's own order, which the grade does not change
    assert report.usable_keys == ("EC:1.0.ea", "EC:2.0.eb", "EdDSA:3.0.bbb", "EdDSA:4.0.aaa")


def _used_for(alias, key, signing):
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, alias)])
    usage = x509.KeyUsage(signing, True, False, False, False, False, False, False, False)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(5)
        .not_valid_before(TODAY - timedelta(days=1))
        .not_valid_after(TODAY + timedelta(days=1))
        .add_extension(usage, True)
        .sign(key, None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256())
    )
    pkcs8 = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return KeyItem(alias, pkcs8, (certificate.public_bytes(Encoding.DER),))


def test_a_key_password_that_differs(pki):
    """The most frequent trap: ServiceNow knows one password only."""
    (warning,) = warnings([pki.item(password="otherpass")], key_password="otherpass")
    assert "another password than the store" in warning


def test_an_expired_and_a_future_certificate(pki):
    """Dates are judged on the day that is asked for, for each certificate of the chain."""
    late = warnings([pki.item()], when=datetime(2060, 1, 1, tzinfo=UTC))
    early = warnings([pki.item()], when=datetime(2020, 1, 1, tzinfo=UTC))

    assert any("CN=acme client,O=Example,C=NL expired on 2048-" in warning for warning in late)
    assert any("CN=Intermediate CA,O=Example,C=NL is not valid before 2024-01-01" in warning for warning in early)


def test_a_server_certificate_used_as_client(pki, issue_identity):
    """An extended key usage without clientAuth; without the extension nothing is said."""
    server = issue_identity("server", pki.root, client_auth=False)
    free = issue_identity("free", pki.root, client_auth=None)

    assert any("allows serverAuth, not clientAuth" in text for text in warnings([_item("a", server)]))
    assert not any("clientAuth" in text for text in warnings([_item("a", free)]))


def _item(alias, identity, *issuers):
    return KeyItem(alias, identity.pkcs8, (identity.der, *(issuer.der for issuer in issuers)))


def test_a_chain_of_the_leaf_alone(pki):
    """A missing intermediate keeps the certificate from being matched and verified."""
    (warning,) = warnings([_item("acme", pki.client)])
    assert "without its issuer CN=Intermediate CA,O=Example,C=NL" in warning


def test_a_chain_out_of_order(pki):
    """Reversed chains send the CA's certificate as the client's."""
    found = warnings([_item("acme", pki.intermediate, pki.client)])
    assert any("out of order or broken at certificate 1" in warning for warning in found)


def test_a_self_signed_client(pki, issue_identity):
    """Only a provider that pins it takes it."""
    (warning,) = warnings([_item("acme", issue_identity("lonely"))])
    assert "the provider must trust exactly this certificate" in warning


def test_a_reply_imported_under_another_alias(pki, issue_identity):
    """The key kept its self-signed certificate while the CA's reply became a trusted entry."""
    own = issue_identity("acme")
    reply = issue_identity("acme", pki.root, key=own.key)

    found = warnings([_item("acme", own), TrustedItem("acme-signed", reply.der)])

    assert any(
        "imported as the trusted entry 'acme-signed' instead of under the alias 'acme'" in text for text in found
    )


def test_several_keys(pki):
    """Which of them goes out is not for the file to say."""
    found = warnings([pki.item("a"), replace(pki.rsa_item("b"), chain=(pki.rsa_client.der, pki.root.der))])
    assert found == (
        "2 private keys (b, a): which one is sent depends on what the provider asks for and on Java's internal order, "
        "not on the order in the file",
    )


def test_a_weak_key(pki, issue_identity):
    """RSA below 2048 bits is refused by providers at today's defaults."""
    weak = issue_identity("weak", pki.root, key=rsa.generate_private_key(65537, 1024))
    assert any("has a weak key (RSA, 1024 bits)" in text for text in warnings([_item("a", weak, pki.root)]))


def test_nothing_to_send(pki):
    """Trusted certificates alone do not authenticate."""
    (warning,) = warnings([pki.trusted()])
    assert "sends an empty certificate" in warning


def test_the_declared_type_is_not_the_content(pki):
    """It works in Java, and is worth knowing."""
    data = write_pkcs12([pki.item()], PASSWORD, iterations=10)

    report = inspect("client.jks", data, "JKS", PASSWORD, PASSWORD, when=TODAY)

    assert report.content == "PKCS12"
    assert report.warnings == ("declared as JKS, but the file is PKCS12; Java 17 reads it all the same",)
    assert report.harmless == report.warnings


@pytest.mark.parametrize(
    ("data", "looks_like"),
    [
        (b"", "empty file"),
        (b"-----BEGIN CERTIFICATE-----\nMIIB\n", "PEM certificate"),
        (b"-----BEGIN PRIVATE KEY-----\nMIIB\n", "PEM private key"),
        (b"\xef\xbb\xbf<html>", "HTML or XML page"),
        (bytes(20), "zeros"),
        (b"\xef\xbf\xbd\xef\xbf\xbd\0\0\0\x02", "binary file mangled by a text conversion"),
        (b"/u3+7QAAAAIAAAAA\n", "Base64 text of a JKS file"),
        (b"PK\x03\x04", "zip archive"),
    ],
)
def test_files_that_are_no_keystores(data, looks_like):
    """The warning says what the file looks like, so that the right one is found."""
    report = inspect("client.jks", data, "JKS", PASSWORD, PASSWORD, when=TODAY)

    assert report.content == looks_like
    assert report.warnings == (f"the file is no keystore but looks like this: {looks_like}",)
    assert report.failure is not None


def test_a_file_of_no_known_kind_is_told_by_how_it_begins():
    """Random bytes look like nothing: the warning shows them, and does not call them `unknown`."""
    report = inspect("client.jks", bytes.fromhex("9d9c225f1f524cc60000"), "JKS", PASSWORD, PASSWORD, when=TODAY)
    [warning] = report.warnings
    assert warning == (
        "the file is no keystore but begins with 9d 9c 22 5f 1f 52 4c c6, unlike any kind of file known here"
    )
