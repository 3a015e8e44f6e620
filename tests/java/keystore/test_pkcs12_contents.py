"""What Java makes of the contents of a PKCS#12: aliases, chains, bags it ignores, encryptions it knows."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)

from sn_mock.java.asn1 import der
from sn_mock.java.asn1.oids import oid_content, oid_named
from sn_mock.java.keystore import EntryKind, KeyItem, KeyStore, TrustedItem, key_managers, load, write_pkcs12
from sn_mock.java.keytool.inspection import inspect

PASSWORD = "changeit"


def loaded(data, password=PASSWORD):
    """The store, which must load."""
    store = load(data, "PKCS12", password)
    assert isinstance(store, KeyStore), store
    return store


def test_keys_first_then_trusted_certificates_in_file_order(pki):
    """PKCS#12 entries keep the order of the file, unlike those of a JKS."""
    store = loaded(write_pkcs12([pki.trusted("z"), pki.rsa_item("b"), pki.item("a")], PASSWORD, iterations=10))

    assert [(entry.alias, entry.kind) for entry in store.entries] == [
        ("b", EntryKind.PRIVATE_KEY),
        ("a", EntryKind.PRIVATE_KEY),
        ("z", EntryKind.TRUSTED_CERTIFICATE),
    ]


def test_aliases_are_folded_and_the_files_spelling_is_remembered(pki):
    """Java knows `My Client` as `my client`."""
    data = pkcs12.serialize_key_and_certificates(
        b"My Client", pki.client.key, pki.client.certificate, None, BestAvailableEncryption(PASSWORD.encode())
    )

    (entry,) = loaded(data).entries

    assert (entry.alias, entry.stored_alias) == ("my client", "My Client")


def test_a_key_without_a_name_is_called_1(pki):
    """Java numbers what has no friendlyName."""
    data = pkcs12.serialize_key_and_certificates(
        None, pki.client.key, pki.client.certificate, None, BestAvailableEncryption(PASSWORD.encode())
    )

    assert [entry.alias for entry in loaded(data).entries] == ["1"]


def test_chains_are_completed_from_every_certificate_of_the_file(pki):
    """A leaf-only key finds its issuers among the trusted entries; a JKS would not join them."""
    items = [
        KeyItem("acme", pki.client.pkcs8, (pki.client.der,)),
        TrustedItem("inter", pki.intermediate.der),
        TrustedItem("root", pki.root.der),
    ]

    store = loaded(write_pkcs12(items, PASSWORD, iterations=10))

    assert store.entries[0].chain == (pki.client.der, pki.intermediate.der, pki.root.der)


def test_certificates_without_trusted_key_usage_are_no_entries(pki):
    """`openssl pkcs12 -export -nokeys` makes a store that Java finds empty."""
    openssl_style = pkcs12.serialize_key_and_certificates(
        None, None, None, [pki.root.certificate], BestAvailableEncryption(PASSWORD.encode())
    )
    java_style = pkcs12.serialize_java_truststore(
        [pkcs12.PKCS12Certificate(pki.root.certificate, b"root")], BestAvailableEncryption(PASSWORD.encode())
    )

    assert loaded(openssl_style).entries == ()
    assert [entry.alias for entry in loaded(java_style).entries] == ["root"]


def test_a_plain_key_bag_is_ignored_in_silence(pki):
    """An unencrypted private key is not an entry, and nobody says so."""
    data = pkcs12.serialize_key_and_certificates(b"acme", pki.client.key, pki.client.certificate, None, NoEncryption())

    assert loaded(data, "").entries == ()
    report = inspect("plain.p12", data, "PKCS12", "", "")
    assert "no private key" in report.warnings[0]


def _explicit(content):
    return der.encode(0xA0, content)


def _oid(name):
    return der.encode(der.OID, oid_content(oid_named(name)))


def _secret_key(*attributes):
    """A PKCS#12 with one secret key, and no MAC."""
    key = der.encode(0x30, _oid("PKCS8ShroudedKeyBag") + _explicit(der.encode(der.OCTET_STRING, b"sealed")))
    bag = der.encode(0x30, _oid("SecretBag") + _explicit(key) + der.encode(0x31, b"".join(attributes)))
    safe = der.encode(der.OCTET_STRING, der.encode(0x30, bag))
    safes = der.encode(0x30, der.encode(0x30, _oid("Data") + _explicit(safe)))
    content = der.encode(0x30, _oid("Data") + _explicit(der.encode(der.OCTET_STRING, safes)))
    return der.encode(0x30, der.encode_integer(3) + content)


_LOCAL_KEY_ID = der.encode(0x30, _oid("LocalKeyID") + der.encode(0x31, der.encode(der.OCTET_STRING, b"1")))


@pytest.mark.parametrize("java", ["8u252", "8u504", "11.0.13", "17"])
def test_a_secret_key_without_an_id_of_its_own(java):
    """8u252 trips over the lack, later Javas give it one (measured); with an id, all take it."""
    store = load(_secret_key(), "PKCS12", PASSWORD, java=java)
    if java == "8u252":
        assert [(one.class_name, one.message) for one in store.java] == [("java.lang.NullPointerException", None)]
    else:
        assert [entry.kind for entry in store.entries] == [EntryKind.SECRET_KEY]

    whole = load(_secret_key(_LOCAL_KEY_ID), "PKCS12", PASSWORD, java=java)
    assert [entry.kind for entry in whole.entries] == [EntryKind.SECRET_KEY]


def test_two_keys_with_their_own_passwords(pki):
    """A store's password opens the store, each key's password its key."""
    items = [pki.item("a"), pki.rsa_item("b", password="otherpass")]
    store = loaded(write_pkcs12(items, PASSWORD, iterations=10))

    only_b = KeyStore("PKCS12", "PKCS12", store.entries[1:])

    assert [key.alias for key in key_managers(only_b, "otherpass")] == ["b"]
    assert [key.pkcs8 for key in key_managers(only_b, "otherpass")] == [pki.rsa_client.pkcs8]


def test_indefinite_lengths_are_read(pki):
    """Some tools write BER with end-of-contents octets; Java rewrites it before it reads."""
    data = write_pkcs12([pki.item()], PASSWORD, iterations=10)

    assert loaded(_indefinite(der.Value.parse(data))).entries == loaded(data).entries


def _indefinite(value: der.Value) -> bytes:
    if not value.is_constructed:
        return value.encoded()
    return bytes([value.tag, 0x80]) + b"".join(map(_indefinite, value.members())) + b"\0\0"


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("-legacy",),
        ("-nomac",),
        ("-certpbe", "NONE"),
        ("-legacy", "-keypbe", "PBE-SHA1-RC4-128", "-certpbe", "PBE-SHA1-RC2-128"),
        ("-keypbe", "AES-128-CBC", "-certpbe", "AES-128-CBC", "-macalg", "sha512"),
    ],
)
def test_openssls_encryptions_open(pki, tmp_path, options):
    """RC2-40, RC2-128, RC4, 3DES, AES and no encryption at all, as `openssl pkcs12` writes them."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not on the PATH")
    pem = tmp_path / "client.pem"
    pem.write_bytes(pki.client.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + pki.client.pem)
    out = tmp_path / "client.p12"
    command = [openssl, "pkcs12", "-export", "-in", pem, "-out", out, "-passout", f"pass:{PASSWORD}", "-name", "Acme"]
    made = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
    if made.returncode:
        pytest.skip(f"this openssl does not write it: {made.stderr.splitlines()[0]}")

    (key,) = key_managers(loaded(out.read_bytes()), PASSWORD)

    assert (key.alias, key.key_type, key.chain) == ("acme", "EC", (pki.client.der,))
    assert x509.load_der_x509_certificate(key.chain[0]) == pki.client.certificate
