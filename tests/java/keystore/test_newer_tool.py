"""Keystores of a newer tool than the Java that is to read them, and keys beside the wrong certificate."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from sn_mock.java.keystore import KeyItem, KeyStore, LoadFailure, key_managers, load, write_jks, write_pkcs12
from sn_mock.java.keytool.inspection import inspect
from sn_mock.java.keytool.newer_tool import first_reader
from sn_mock.java.lang.jdk import named
from sn_mock.java.x509 import key_fit
from sn_mock.java.x509.key_fit import Fit, fit, position

PASSWORD = "changeit"
DER, PKCS8, PLAIN = serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()


def file(pki: Any, encryption: Any) -> bytes:
    """A PKCS#12 of that make with the test PKI's client key."""
    return write_pkcs12([pki.item()], PASSWORD, encryption=encryption, iterations=20)


@pytest.mark.parametrize(
    ("java", "declared", "message"),
    [
        ("8", "PKCS12", "parseAlgParameters failed: ObjectIdentifier() -- data isn't an object ID (tag = 48)"),
        ("8", "JKS", "Invalid keystore format"),
        (
            "11.0.10",
            "PKCS12",
            "Integrity check failed: java.security.NoSuchAlgorithmException: Algorithm HmacPBESHA256 not available",
        ),
        ("8u301", "PKCS12", None),
        ("11", "JKS", None),
        ("17", "PKCS12", None),
    ],
)
def test_a_file_of_keytool_17(pki: Any, java: str, declared: str, message: str | None) -> None:
    """keytool 17 writes PBES2 with an HMAC of SHA-256: each older Java refuses it in its own words (measured)."""
    loaded = load(file(pki, "modern"), declared, PASSWORD, java=java)
    assert isinstance(loaded, KeyStore if message is None else LoadFailure)
    if isinstance(loaded, LoadFailure):
        assert loaded.java[0].message == message
    assert isinstance(load(file(pki, "legacy"), declared, PASSWORD, java=java), KeyStore)


@pytest.mark.parametrize(("java", "reads"), [("8", False), ("8u301", False), ("11", True), ("21", True)])
def test_jks_under_the_type_pkcs12(pki: Any, java: str, reads: bool) -> None:
    """The dual format of the type PKCS12 came with Java 9; the type JKS reads PKCS#12 everywhere."""
    jks = write_jks([pki.item()], PASSWORD)
    loaded = load(jks, "PKCS12", PASSWORD, java=java)
    assert isinstance(loaded, KeyStore) is reads
    if isinstance(loaded, LoadFailure):
        assert loaded.java[0].message == "DerInputStream.getLength(): lengthTag=109, too big."
    assert isinstance(load(file(pki, "legacy"), "JKS", PASSWORD, java=java), KeyStore)


@pytest.mark.parametrize(
    ("java", "encryption", "password", "reader"),
    [
        ("8", "modern", PASSWORD, "8u301"),
        ("8", "modern", "wrong", "8u301"),
        ("11.0.10", "modern", PASSWORD, "11.0.12"),
        ("8", "legacy", PASSWORD, None),
        ("8", "legacy", "wrong", None),
        ("11.0.10", "legacy", "wrong", None),
        ("11", "modern", "wrong", None),
        ("17", "modern", "wrong", None),
    ],
)
def test_who_can_read_it(pki: Any, java: str, encryption: str, password: str, reader: str | None) -> None:
    """The first Java that reads a file is named where this one cannot; a wrong password alone is no such case."""
    found = first_reader(file(pki, encryption), "PKCS12", password, named(java))
    assert (None if found is None else str(found.java)) == reader


@pytest.mark.parametrize(
    ("key_password", "password", "newer", "differs"),
    [(None, PASSWORD, True, False), ("different", PASSWORD, True, True), ("different", "wrong", True, False)],
)
def test_a_key_with_a_password_of_its_own_hides_no_new_tool(
    pki: Any, key_password: str | None, password: str, newer: bool, differs: bool
) -> None:
    """`keystore show --java 8` of a file by keytool 17: too new, and what waits behind that."""
    data = write_pkcs12([pki.item("acme", key_password)], PASSWORD, iterations=20)
    told = " | ".join(inspect("acme.p12", data, "PKCS12", password, password, java=8).warnings)

    assert ("made by a newer tool than Java 8" in told) is newer
    assert ("-srckeystore acme.p12 " in told) is newer
    assert ("another password than the store" in told) is differs


def _key(kind: str) -> Any:
    if kind == "RSA":
        return rsa.generate_private_key(65537, 2048)
    return ec.generate_private_key(ec.SECP256R1()) if kind == "EC" else ed25519.Ed25519PrivateKey.generate()


@pytest.mark.parametrize("kind", ["RSA", "EC", "EdDSA"])
def test_a_key_and_its_certificate_are_compared(kind: str) -> None:
    """A key fits its own certificate first or later in the chain, or none; what is not open is not judged."""
    from datetime import UTC, datetime

    from sn_mock.java.keytool.distinguished_names import name_der
    from sn_mock.java.keytool.issuing import self_signed_certificate

    now = datetime(2026, 1, 1, tzinfo=UTC)
    own, other = (_key(kind).private_bytes(DER, PKCS8, PLAIN) for _ in range(2))
    mine, theirs = (_certificate(pkcs8, kind, now, self_signed_certificate, name_der) for pkcs8 in (own, other))

    assert fit(own, (mine, theirs)) is Fit.FIRST
    assert fit(own, (theirs, mine)) is Fit.LATER
    assert position(own, (theirs, mine)) == 2
    assert fit(own, (theirs,)) is Fit.NONE
    assert fit(None, (mine,)) is Fit.UNKNOWN
    assert fit(b"no key", (mine,)) is Fit.UNKNOWN
    assert fit(own, ()) is Fit.UNKNOWN


def test_a_cas_key_is_no_wrong_order(forge: Any, root: Any) -> None:
    """The issuer of an earlier certificate is its CA; one that issued none of them, or is no CA, is out of place."""
    one, other = forge.issue("one", root), forge.issue("other", root)
    assert fit(root.pkcs8, (one.der, root.der)) is Fit.ISSUER
    assert fit(root.pkcs8, (one.der, other.der, root.der)) is Fit.ISSUER
    assert fit(one.pkcs8, (root.der, one.der)) is Fit.LATER
    assert fit(other.pkcs8, (one.der, other.der, root.der)) is Fit.LATER
    assert fit(root.pkcs8, (root.der, one.der)) is Fit.FIRST
    below = forge.issue("below", one)
    assert fit(one.pkcs8, (below.der, one.der, root.der)) is Fit.LATER


def test_a_key_is_compared_once(forge: Any, root: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the same chain; another chain and another key are looked at."""
    one, other = forge.issue("one", root), forge.issue("other", root)
    assert position(one.pkcs8, [one.der, root.der]) == 1
    with monkeypatch.context() as patch:
        patch.setattr(key_fit, "_own", lambda pkcs8: pytest.fail("looked at again"))
        assert position(one.pkcs8, (one.der, root.der)) == 1
    assert position(one.pkcs8, (root.der, one.der)) == 2
    assert position(other.pkcs8, (one.der, root.der)) is None


def _certificate(pkcs8: bytes, kind: str, now: Any, sign: Any, name: Any) -> bytes:
    if kind != "EdDSA":
        return bytes(sign(pkcs8, name(f"CN={kind}"), days=30, now=now))
    from datetime import timedelta

    from cryptography import x509
    from cryptography.x509.oid import NameOID

    key = serialization.load_der_private_key(pkcs8, None)
    assert isinstance(key, ed25519.Ed25519PrivateKey)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, kind)])
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=30))
    return builder.sign(key, None).public_bytes(DER)


def test_show_tells_a_foreign_key_from_a_wrong_order(pki: Any) -> None:
    """Java loads both without a word; `keystore show` says which of the two it is."""
    item = pki.item()
    reversed_chain = write_jks([KeyItem("a", item.pkcs8, item.chain[::-1])], PASSWORD)
    foreign = write_jks([KeyItem("a", _key("EC").private_bytes(DER, PKCS8, PLAIN), item.chain)], PASSWORD)

    def told(data: bytes) -> str:
        return " | ".join(inspect("x", data, "JKS", PASSWORD, PASSWORD).warnings)

    assert f"the key belongs to certificate {len(item.chain)} of it" in told(reversed_chain)
    assert "does not belong" not in told(reversed_chain)
    assert "the private key does not belong to the certificate" in told(foreign)
    assert "belong" not in told(write_jks([item], PASSWORD))


def test_an_edwards_key_stops_java_11(pki: Any) -> None:
    """Java 11 has no KeyFactory for it: one such key in a PKCS#12 keeps it from all others (measured on 11.0.13)."""
    from datetime import UTC, datetime

    pkcs8 = _key("EdDSA").private_bytes(DER, PKCS8, PLAIN)
    certificate = _certificate(pkcs8, "EdDSA", datetime(2026, 1, 1, tzinfo=UTC), None, None)
    data = write_pkcs12([pki.item(), KeyItem("ed", pkcs8, (certificate,))], PASSWORD, iterations=20)

    def keys(java: int) -> Any:
        store = load(data, "PKCS12", PASSWORD, java=java)
        assert isinstance(store, KeyStore)
        return key_managers(store, PASSWORD, java=java)

    refused = keys(11)
    assert isinstance(refused, LoadFailure)
    assert (refused.failed_at, refused.java[0].message) == (
        "kmf.init",
        "Get Key failed: 1.3.101.112 KeyFactory not available",
    )
    assert not isinstance(keys(17), LoadFailure)
    found = first_reader(data, "PKCS12", PASSWORD, named(11))
    assert found is not None
    assert (str(found.java), found.left) == ("17", None)


def test_names_of_pairs_with_colons_load(pki: Any) -> None:
    """`openssl pkcs12 -export -name ab:cd:ef:gh`: only hexadecimal pairs are taken apart, and nothing is refused."""
    item = pki.item()
    for name in ("ab:cd:ef:gh", "zz:zz", "ab:cd", "[ab:xy, cd]"):
        data = write_pkcs12([KeyItem(name, item.pkcs8, item.chain)], PASSWORD, encryption="legacy", iterations=20)
        for java in (8, 11, 17, 21):
            assert isinstance(load(data, "PKCS12", PASSWORD, java=java), KeyStore), (name, java)


def _without_seconds(certificate: bytes) -> bytes:
    """The same certificate, its dates written without seconds: Java reads it, most others do not."""
    from sn_mock.java.asn1.der import encode
    from tls_transcript import der

    tbs, *rest = der.read(certificate).children()
    fields = [encode(field.tag, field.content) for field in tbs.children()]
    dates = (encode(date.tag, date.content.replace(b"00Z", b"Z", 1)) for date in tbs.children()[4].children())
    fields[4] = encode(0x30, b"".join(dates))
    outer = (encode(0x30, b"".join(fields)), *(encode(part.tag, part.content) for part in rest))
    return encode(0x30, b"".join(outer))


def test_the_comparison_reads_certificates_as_java_does() -> None:
    """A certificate that Java takes and other readers refuse is compared all the same."""
    from datetime import UTC, datetime

    from cryptography import x509

    from sn_mock.java.keytool.distinguished_names import name_der
    from sn_mock.java.keytool.issuing import self_signed_certificate

    now = datetime(2026, 1, 1, tzinfo=UTC)
    own, other = (_key("RSA").private_bytes(DER, PKCS8, PLAIN) for _ in range(2))
    odd = _without_seconds(_certificate(own, "RSA", now, self_signed_certificate, name_der))
    with pytest.raises(ValueError, match="error parsing"):
        x509.load_der_x509_certificate(odd)
    assert fit(own, (odd,)) is Fit.FIRST
    assert fit(other, (odd,)) is Fit.NONE


@pytest.mark.parametrize(
    ("java", "told"),
    [
        (8, "Cannot find any provider supporting 1.2.840.113549.1.12.1.4"),
        (17, "Cannot find any provider supporting 1.2.840.113549.1.12.1.4"),
        (21, "Null or empty transformation"),
    ],
)
def test_a_safe_of_an_unknown_scheme(pki: Any, java: int, told: str) -> None:
    """`openssl pkcs12 -export -certpbe PBE-SHA1-2DES`: no Java has the scheme; 21 has lost its name, too (measured)."""
    triple_des_40 = bytes.fromhex("060a2a864886f70d010c0106")
    data = file(pki, "legacy").replace(triple_des_40, triple_des_40[:-1] + b"\x04")
    loaded = load(data, "PKCS12", PASSWORD, java=java)
    assert isinstance(loaded, LoadFailure)
    assert loaded.java[1].message == (
        f"failed to decrypt safe contents entry: java.security.NoSuchAlgorithmException: {told}"
    )
