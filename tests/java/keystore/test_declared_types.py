"""Which keystore types Java knows, which formats each reads, and whose complaint is heard."""

from __future__ import annotations

import base64

import pytest

from sn_mock.failure import JavaException
from sn_mock.java.keystore import KeyStore, LoadFailure, load, write_jceks, write_jks, write_pkcs12

PASSWORD = "changeit"
INVALID = ("java.io.IOException", "Invalid keystore format")


@pytest.fixture(scope="module")
def files(pki):
    """A healthy file of each format and some things that are none."""
    items = [pki.item()]
    jks = write_jks(items, PASSWORD)
    return {
        "JKS": jks,
        "JCEKS": write_jceks(items, PASSWORD, iterations=20),
        "PKCS12": write_pkcs12(items, PASSWORD, iterations=20),
        "PEM": pki.client.pem,
        "base64": base64.b64encode(jks),
        "HTML": b"<html><body>" + b"Not found. " * 20 + b"</body></html>",
        "zeros": bytes(100),
        "empty": b"",
    }


def root_of(result):
    """Class and message of a failure's outermost exception."""
    assert isinstance(result, LoadFailure)
    return (result.java[0].class_name, result.java[0].message)


@pytest.mark.parametrize(
    ("content", "declared"),
    [("JKS", "JKS"), ("JKS", "PKCS12"), ("JKS", "JCEKS"), ("PKCS12", "PKCS12"), ("PKCS12", "JKS"), ("JCEKS", "jceks")],
)
def test_types_that_read_a_format(files, content, declared):
    """JKS and PKCS12 read each other, JCEKS reads JKS too; the names ignore letter case."""
    store = load(files[content], declared, PASSWORD)

    assert isinstance(store, KeyStore)
    assert store.content == content
    assert [entry.alias for entry in store.entries] == ["acme"]


@pytest.mark.parametrize(
    ("content", "declared", "expected"),
    [
        ("JCEKS", "JKS", INVALID),
        ("JCEKS", "PKCS12", ("java.io.IOException", "DerInputStream.getLength(): lengthTag=78, too big.")),
        ("PKCS12", "JCEKS", INVALID),
        ("PEM", "JKS", INVALID),
        ("PEM", "PKCS12", ("java.io.IOException", "toDerInputStream rejects tag type 45")),
        ("base64", "PKCS12", ("java.io.IOException", "toDerInputStream rejects tag type 47")),
        ("HTML", "PKCS12", ("java.io.IOException", "toDerInputStream rejects tag type 60")),
        ("zeros", "PKCS12", ("java.io.IOException", "toDerInputStream rejects tag type 0")),
        ("empty", "JKS", ("java.io.EOFException", None)),
        ("empty", "PKCS12", ("java.io.IOException", "Tag number over 30 is not supported")),
    ],
)
def test_the_declared_types_complaint_is_heard(files, content, declared, expected):
    """What is no keystore of the declared type fails in that type's words."""
    assert root_of(load(files[content], declared, PASSWORD)) == expected


def test_without_compatibility_each_type_reads_its_own_format(files):
    """`keystore.type.compat=false` ends the dual reading, and only that."""
    jks, pkcs12 = files["JKS"], files["PKCS12"]

    assert root_of(load(jks, "PKCS12", PASSWORD, compat=False)) == (
        "java.io.IOException",
        "DerInputStream.getLength(): lengthTag=109, too big.",
    )
    assert root_of(load(pkcs12, "JKS", PASSWORD, compat=False)) == INVALID
    assert isinstance(load(jks, "JKS", PASSWORD, compat=False), KeyStore)


@pytest.mark.parametrize("declared", ["P12", "PFX", "BKS", "java_key_store", "PEM"])
def test_unknown_types_are_named_in_two_exceptions(files, declared):
    """A type without a provider fails before the file is looked at."""
    assert load(files["PKCS12"], declared, PASSWORD) == LoadFailure(
        "getInstance",
        (
            JavaException("java.security.KeyStoreException", f"{declared} not found"),
            JavaException("java.security.NoSuchAlgorithmException", f"{declared} KeyStore not available"),
        ),
    )


def test_detection_by_the_first_bytes(files):
    """`auto` is Java's look at the file; what it does not recognise has its own complaint."""
    for content in ("JKS", "JCEKS", "PKCS12"):
        store = load(files[content], "auto", PASSWORD)
        assert isinstance(store, KeyStore)
        assert store.content == content
    assert root_of(load(files["PEM"], "auto", PASSWORD)) == (
        "java.security.KeyStoreException",
        "Unrecognized keystore format. Please load it with a specified type",
    )
