"""Damage at known places, and the exception it gives; random damage is compared with a JVM elsewhere."""

from __future__ import annotations

import pytest

from sn_mock.java.keystore import KeyStore, LoadFailure, load, write_jks, write_pkcs12

PASSWORD = "changeit"


@pytest.fixture(scope="module")
def jks(pki):
    """One key, alias `acme`."""
    return write_jks([pki.item()], PASSWORD)


@pytest.fixture(scope="module")
def pkcs12(pki):
    """One key, alias `acme`."""
    return write_pkcs12([pki.item()], PASSWORD, iterations=20)


def replaced(data: bytes, at: int, new: bytes) -> bytes:
    """The file with some octets overwritten."""
    return data[:at] + new + data[at + len(new) :]


def failure(data: bytes, declared: str = "JKS") -> list[str]:
    """The chain as text."""
    result = load(data, declared, PASSWORD)
    assert isinstance(result, LoadFailure)
    return [str(throwable) for throwable in result.java]


@pytest.mark.parametrize(
    ("at", "new", "expected"),
    [
        (0, b"\xfe\xed\xfe\xee", "java.io.IOException: Invalid keystore format"),
        (4, b"\x00\x00\x00\x03", "java.io.IOException: Invalid keystore format"),
        (12, b"\x00\x00\x00\x07", "java.io.IOException: Unrecognized keystore entry: 7"),
        (12, b"\xff\xff\xff\xff", "java.io.IOException: Unrecognized keystore entry: -1"),
        (18, b"\x80", "java.io.UTFDataFormatException: malformed input around byte 0"),
        (18, b"\xe0", "java.io.UTFDataFormatException: malformed input around byte 2"),
        (30, b"\xff\xff\xff\xff", "java.io.IOException: length cannot be negative: -1"),
        (30, b"\x7f\xff\xff\xff", "java.io.EOFException"),
    ],
)
def test_a_jks_wounded_at_a_known_place(jks, at, new, expected):
    """Each field of the head has its own refusal."""
    assert failure(replaced(jks, at, new))[0] == expected


def test_a_jks_cut_anywhere_ends_too_early(jks):
    """Every shorter file is an EOFException without a message, down to the last octet of the digest."""
    for size in (0, 3, 11, 17, 40, len(jks) // 2, len(jks) - 1):
        assert failure(jks[:size]) == ["java.io.EOFException"]
    assert isinstance(load(jks, "JKS", PASSWORD), KeyStore)


def test_what_follows_the_store_is_ignored(jks, pkcs12):
    """Trailing bytes, as some transfers add them, do no harm in either format."""
    assert isinstance(load(jks + b"\r\n", "JKS", PASSWORD), KeyStore)
    assert isinstance(load(pkcs12 + b"\r\n", "PKCS12", PASSWORD), KeyStore)


def test_a_flipped_digest_reads_as_a_wrong_password(jks):
    """The keyed digest is all a JKS has."""
    assert failure(jks[:-1] + bytes([jks[-1] ^ 1]))[0] == (
        "java.io.IOException: Keystore was tampered with, or password was incorrect"
    )


def test_a_broken_certificate_is_told_with_its_causes(pki):
    """Java parses certificates while it loads a JKS, and the chain of causes shows where it stumbled."""
    leaf = pki.client.der
    serial = leaf.index(b"\xa0\x03\x02\x01\x02") + 5
    broken = pki.item().__class__("acme", pki.client.pkcs8, (replaced(leaf, serial, b"\x04"),))

    assert failure(write_jks([broken], PASSWORD)) == [
        "java.security.cert.CertificateParsingException: java.io.IOException: "
        "DerValue.getBigIntegerInternal, not expected 4",
        "java.io.IOException: DerValue.getBigIntegerInternal, not expected 4",
    ]


def test_a_pkcs12_cut_anywhere_ends_too_early(pkcs12):
    """The outer length is read first, so every cut is the same."""
    for size in (10, 100, len(pkcs12) - 1):
        assert failure(pkcs12[:size], "PKCS12") == ["java.io.EOFException"]


def test_a_pkcs12_of_another_version(pkcs12):
    """Only version 3 is read."""
    at = pkcs12.index(b"\x02\x01\x03")
    assert failure(replaced(pkcs12, at, b"\x02\x01\x04"), "PKCS12") == [
        "java.io.IOException: PKCS12 keystore not in version 3 format"
    ]


def test_structural_damage_is_told_by_the_declared_type(jks, pkcs12):
    """A cut JKS declared PKCS12 fails in PKCS#12's words, a cut PKCS#12 declared JKS in those of JKS."""
    assert failure(jks[:-30], "PKCS12") == ["java.io.IOException: DerInputStream.getLength(): lengthTag=109, too big."]
    assert failure(pkcs12[:-30], "JKS") == ["java.io.IOException: Invalid keystore format"]


def test_a_file_converted_as_text(jks):
    """UTF-8 conversion of a binary file destroys it beyond the magic number."""
    mangled = jks.decode("utf-8", "replace").encode()
    assert failure(mangled) == ["java.io.IOException: Invalid keystore format"]
