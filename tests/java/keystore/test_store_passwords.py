"""Wrong, empty and null passwords: of the store while loading, of the key while the key manager is built."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, x25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12

from sn_mock.failure import JavaException
from sn_mock.java.asn1 import der
from sn_mock.java.keystore import (
    EntryKind,
    KeyItem,
    KeyStore,
    LoadFailure,
    key_managers,
    load,
    trust_anchors,
    trusted_certificates,
    write_jceks,
    write_jks,
    write_pkcs12,
)
from sn_mock.java.lang.jdk import REFERENCE
from sn_mock.java.x509 import private_keys
from tests.java.keystore.conftest import certificate_of

PASSWORD = "changeit"
NOT_PADDED = "Given final block not properly padded. Such issues can arise if a bad key is used during decryption."
NULL_PASSWORD = 'Cannot read the array length because "password" is null'
WRITERS = {
    "JKS": write_jks,
    "JCEKS": lambda items, password: write_jceks(items, password, iterations=20),
    "PKCS12": lambda items, password: write_pkcs12(items, password, iterations=20),
}


def texts(result):
    """The chain of a failure as text."""
    assert isinstance(result, LoadFailure)
    return [str(throwable) for throwable in result.java]


@pytest.mark.parametrize("kind", ["JKS", "JCEKS"])
@pytest.mark.parametrize("password", ["wrong", ""])
def test_sun_stores_verify_a_digest(pki, kind, password):
    """JKS and JCEKS cannot tell a wrong password from a damaged file, and say both."""
    data = WRITERS[kind]([pki.item()], PASSWORD)

    assert texts(load(data, kind, password)) == [
        "java.io.IOException: Keystore was tampered with, or password was incorrect",
        "java.security.UnrecoverableKeyException: Password verification failed",
    ]
    assert isinstance(load(data, kind, PASSWORD), KeyStore)


def test_pkcs12_fails_where_it_decrypts(pki):
    """A wrong PKCS#12 password is noticed at the encrypted certificates, and the declared type does not matter."""
    data = write_pkcs12([pki.item()], PASSWORD, iterations=20)
    for declared in ("PKCS12", "JKS"):
        outer, root = texts(load(data, declared, "wrong"))

        assert outer == "java.io.IOException: keystore password was incorrect"
        assert root.startswith("java.security.UnrecoverableKeyException: failed to decrypt safe contents entry: ")


def test_pkcs12_without_encrypted_contents_fails_at_the_mac():
    """Where nothing is encrypted, the wrong password shows in the integrity check."""
    assert texts(load(write_pkcs12([], PASSWORD, iterations=20), "PKCS12", "wrong")) == [
        "java.io.IOException: Integrity check failed: java.security.UnrecoverableKeyException: "
        "Failed PKCS12 integrity checking",
        "java.security.UnrecoverableKeyException: Failed PKCS12 integrity checking",
    ]


def test_a_password_that_is_not_ascii(pki):
    """JKS takes any password; PKCS#12 in Java takes printable ASCII only."""
    secret = "pässwörd€"
    assert isinstance(load(write_jks([pki.item()], secret), "JKS", secret), KeyStore)
    assert texts(load(write_pkcs12([pki.item()], secret, iterations=20), "PKCS12", secret))[1] == (
        "java.security.UnrecoverableKeyException: failed to decrypt safe contents entry: "
        "java.io.IOException: getSecretKey failed: Password is not ASCII"
    )


def test_null_password_loads_without_checking(pki):
    """A null password skips the digest of a JKS; a PKCS#12 then silently lacks its encrypted certificates."""
    jks = load(write_jks([pki.item(), pki.trusted()], PASSWORD), "JKS", None)
    pkcs12 = load(write_pkcs12([pki.item(), pki.trusted()], PASSWORD, iterations=20), "PKCS12", None)

    assert isinstance(jks, KeyStore)
    assert isinstance(pkcs12, KeyStore)
    assert {entry.alias: entry.kind for entry in jks.entries} == {
        "acme": EntryKind.PRIVATE_KEY,
        "root": EntryKind.TRUSTED_CERTIFICATE,
    }
    assert {entry.alias: entry.kind for entry in pkcs12.entries} == {"acme": EntryKind.KEY_WITHOUT_CHAIN}
    assert key_managers(pkcs12, PASSWORD) == ()


@pytest.mark.parametrize(
    ("kind", "key_password", "expected"),
    [
        ("JKS", "wrong", ["java.security.UnrecoverableKeyException: Cannot recover key"]),
        ("JKS", None, ["java.security.UnrecoverableKeyException: Password must not be null"]),
        ("JCEKS", None, ["java.lang.IllegalArgumentException: password can't be null"]),
        (
            "PKCS12",
            None,
            [
                f"java.security.UnrecoverableKeyException: Get Key failed: {NULL_PASSWORD}",
                f"java.lang.NullPointerException: {NULL_PASSWORD}",
            ],
        ),
    ],
)
def test_sunx509_fails_for_the_whole_store(pki, kind, key_password, expected):
    """One key that does not open fails the key manager, in the store's words; the right password opens it."""
    store = load(WRITERS[kind]([pki.item(), pki.rsa_item()], PASSWORD), kind, PASSWORD)
    assert isinstance(store, KeyStore)

    failure = key_managers(store, key_password)

    assert isinstance(failure, LoadFailure)
    assert failure.failed_at == "kmf.init"
    assert texts(failure) == expected
    assert {key.alias for key in key_managers(store, PASSWORD)} == {"acme", "legacy"}


@pytest.mark.parametrize("kind", ["JCEKS", "PKCS12"])
def test_encrypted_keys_complain_about_padding(pki, kind):
    """Keys under real encryption fail in their padding, but for one wrong password in 256."""
    store = load(WRITERS[kind]([pki.item()], PASSWORD), kind, PASSWORD)
    assert isinstance(store, KeyStore)
    messages = {texts(key_managers(store, f"wrong{number}"))[0] for number in range(6)}

    prefix = "Get Key failed: " if kind == "PKCS12" else ""
    assert f"java.security.UnrecoverableKeyException: {prefix}{NOT_PADDED}" in messages


def test_newsunx509_notices_a_wrong_password_only_at_signing(pki):
    """NewSunX509 keeps the store and offers the key; the private key is simply missing."""
    store = load(write_jks([pki.item()], PASSWORD), "JKS", PASSWORD)
    assert isinstance(store, KeyStore)

    (wrong,) = key_managers(store, "wrong", algorithm="NewSunX509")
    (right,) = key_managers(store, PASSWORD, algorithm="NewSunX509")

    assert wrong.pkcs8 is None
    assert right.pkcs8 == pki.client.pkcs8


def test_newsunx509_has_no_key_that_does_not_fit_its_certificate(pki):
    """A key of another algorithm than its certificate is offered by SunX509 and not given out by NewSunX509."""
    mixed = KeyItem("acme", pki.client.pkcs8, (pki.rsa_client.der,))
    store = load(write_jks([mixed], PASSWORD), "JKS", PASSWORD)
    assert isinstance(store, KeyStore)

    (old,) = key_managers(store, PASSWORD)
    (new,) = key_managers(store, PASSWORD, algorithm="NewSunX509")

    assert (old.key_type, old.pkcs8) == ("RSA", pki.client.pkcs8)
    assert (old.refused, new.refused) == ("", "EC")
    assert (new.key_type, new.pkcs8) == ("RSA", pki.client.pkcs8)


@pytest.mark.parametrize(
    ("made", "kept"),
    [
        (ed25519.Ed25519PrivateKey.generate, False),
        (ed448.Ed448PrivateKey.generate, False),
        (x25519.X25519PrivateKey.generate, False),
        (lambda: ec.generate_private_key(ec.SECP384R1()), True),
    ],
)
def test_a_raw_key_goes_by_its_own_name(pki, made, kept):
    """A damaged key that no factory takes stays in a JKS: `Ed448` is not its certificate's `EdDSA`, `EC` is `EC`.

    Measured on JDK 17 with all seven algorithms; the whole key beside it is kept.
    """
    key = made()
    whole = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    algorithm, octets = private_keys.raw_key(whole, REFERENCE)
    inner = octets[:-3]
    body = b"\x02\x01\x00" + algorithm.encoded() + der.encode(der.OCTET_STRING, inner)
    certificate = certificate_of(key.public_key(), pki.root)
    items = [
        KeyItem("raw", der.encode(der.SEQUENCE, body), (certificate,)),
        KeyItem("whole", whole, (certificate,)),
    ]
    store = load(write_jks(items, PASSWORD), "JKS", PASSWORD)
    assert isinstance(store, KeyStore)

    held = {one.alias: not one.refused for one in key_managers(store, PASSWORD, algorithm="NewSunX509")}

    assert held == {"raw": kept, "whole": True}
    assert all(one.pkcs8 for one in key_managers(store, PASSWORD))


@pytest.mark.parametrize(
    ("java", "refusal"),
    [
        (8, "extra data given to DerValue constructor"),
        (11, "extra data given to DerValue constructor"),
        (17, None),
        (21, "corrupt private key"),
    ],
)
def test_octets_behind_a_key(pki, java, refusal):
    """JDK 17 alone reads the first value of a JKS key and leaves the rest; others refuse it, in their own words."""
    key = ec.generate_private_key(ec.SECP384R1())
    pkcs8 = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    certificate = certificate_of(key.public_key(), pki.root)
    whole, longer = (write_jks([KeyItem("k", octets, (certificate,))], PASSWORD) for octets in (pkcs8, pkcs8 + b"\0"))

    assert _refusal(whole, java) is None
    assert _refusal(longer, java) == refusal


def _refusal(data, java):
    store = load(data, "JKS", PASSWORD, java=java)
    assert isinstance(store, KeyStore)
    keys = key_managers(store, PASSWORD, java=java)
    if not isinstance(keys, LoadFailure):
        return None
    (refused,) = keys.java
    assert refused.class_name == "java.security.UnrecoverableKeyException"
    return refused.message


def test_one_key_with_its_own_password_spoils_the_rest(pki):
    """ServiceNow's advice, equal passwords on key and store, has this reason."""
    store = load(write_jks([pki.item(), pki.rsa_item(password="otherpass")], PASSWORD), "JKS", PASSWORD)
    assert isinstance(store, KeyStore)

    assert key_managers(store, PASSWORD) == LoadFailure(
        "kmf.init", (JavaException("java.security.UnrecoverableKeyException", "Cannot recover key"),)
    )


def test_trusted_certificates_are_the_trusted_entries(pki):
    """Trusted entries are listed alone; a trust manager takes the leaf of each key as well."""
    store = load(write_jks([pki.item(), pki.trusted()], PASSWORD), "JKS", PASSWORD)
    assert isinstance(store, KeyStore)

    assert trusted_certificates(store) == (pki.root.der,)
    assert set(trust_anchors(store)) == {pki.root.der, pki.client.der}


def test_nothing_secret_in_a_representation(pki):
    """Keys and passwords stay out of every repr."""
    item = pki.item(password="otherpass")
    store = load(write_jks([item], PASSWORD), "JKS", PASSWORD)
    assert isinstance(store, KeyStore)
    keys = key_managers(store, "otherpass")

    shown = repr((item, store, keys))
    assert "otherpass" not in shown
    assert repr(pki.client.pkcs8)[2:40] not in shown
    assert repr(store.entries[0].protected_key)[2:40] not in shown


@pytest.mark.parametrize(
    ("java", "message"),
    [
        (11, "Get Key failed: null"),
        (17, f"Get Key failed: {NULL_PASSWORD}"),
        (21, 'Get Key failed: Cannot read the array length because "<parameter2>" is null'),
    ],
)
def test_generations_word_a_null_password_differently(pki, java, message):
    """Helpful messages came after JDK 11, and the names in them depend on the build."""
    store = load(WRITERS["PKCS12"]([pki.item()], PASSWORD), "PKCS12", PASSWORD, java=java)
    assert isinstance(store, KeyStore)

    assert texts(key_managers(store, None, java=java))[0] == f"java.security.UnrecoverableKeyException: {message}"


@pytest.mark.parametrize(
    ("data", "java_11", "java_17"),
    [
        (b"", "Short read of DER length", "Tag number over 30 is not supported"),
        (b"\x30\x02\x30\x00", "DER input, Integer tag error", "DerValue.getBigIntegerInternal, not expected 48"),
    ],
)
def test_generations_word_non_keystores_differently(data, java_11, java_17):
    """What is no PKCS#12 fails with other words on JDK 11."""
    assert texts(load(data, "PKCS12", PASSWORD, java=11)) == [f"java.io.IOException: {java_11}"]
    assert texts(load(data, "PKCS12", PASSWORD)) == [f"java.io.IOException: {java_17}"]


@pytest.mark.parametrize(
    ("java", "told"),
    [
        (8, "java.io.IOException: getSecretKey failed: Password is not ASCII"),
        (11, "java.io.IOException: getSecretKey failed: Password is not ASCII"),
        (
            17,
            "java.security.NoSuchAlgorithmException: Cannot find any provider supporting 2.26.840.113549.1.12.1.3",
        ),
        (21, "java.security.NoSuchAlgorithmException: Null or empty transformation"),
    ],
)
def test_a_cipher_nobody_knows_and_a_password_that_is_not_ascii(pki, java, told):
    """Java 17 looks for the cipher first, 11 makes the key first (measured on 8u252, 11.0.13, 17.0.15 and 21.0.8)."""
    how = PrivateFormat.PKCS12.encryption_builder().kdf_rounds(100)
    how = how.key_cert_algorithm(pkcs12.PBES.PBESv1SHA1And3KeyTripleDESCBC).hmac_hash(hashes.SHA1())
    data = pkcs12.serialize_key_and_certificates(
        b"a", pki.client.key, pki.client.certificate, None, how.build(PASSWORD.encode())
    )
    triple_des = bytes.fromhex("060a2a864886f70d010c0103")
    assert triple_des in data
    damaged = data.replace(triple_des, b"\x06\x0a\x6a" + triple_des[3:], 1)

    assert texts(load(damaged, "PKCS12", "päss", java=java))[1].endswith(told)
