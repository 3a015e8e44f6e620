"""Certificates and their extensions as Java takes them in; every expectation was measured on JDK 17."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID, ObjectIdentifier

from sn_mock.java.asn1 import der
from sn_mock.java.asn1.oids import oid_content
from sn_mock.java.lang.jdk import named
from sn_mock.java.lang.remembering import forget
from sn_mock.java.lang.thrown import JavaThrow
from sn_mock.java.x509 import certificates, signature_checks, summaries
from sn_mock.java.x509.certificates import Certificate, generate_certificate, parse_certificate
from sn_mock.java.x509.extension_values import NO_LIMIT, NOT_CA

START = datetime(2024, 1, 1, tzinfo=UTC)
KEY = ec.generate_private_key(ec.SECP256R1())
Raw = tuple[str, str, bool]
"""OID, value in hexadecimal, criticality."""


def made(*extensions: Raw, key: Any = KEY, by: Any = None, serial: int = 7) -> bytes:
    """A certificate with exactly these extensions."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "made")])
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    builder = builder.serial_number(serial).not_valid_before(START).not_valid_after(START + timedelta(9000))
    for oid, value, critical in extensions:
        unread = x509.UnrecognizedExtension(ObjectIdentifier(oid), bytes.fromhex(value))
        builder = builder.add_extension(unread, critical)
    signer = by or key
    digest = None if isinstance(signer, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return builder.sign(signer, digest).public_bytes(Encoding.DER)


def read(*extensions: Raw) -> Certificate:
    """The same, read."""
    return parse_certificate(made(*extensions))


USAGE, CONSTRAINTS, EXTENDED, POLICIES = "2.5.29.15", "2.5.29.19", "2.5.29.37", "2.5.29.32"


@pytest.mark.parametrize(
    ("oid", "value", "view"),
    [
        (EXTENDED, "30020500", "extended_key_usage"),
        (USAGE, "0500", "key_usage"),
        ("2.5.29.17", "3000", "alternative_names"),
        ("2.5.29.30", "0500", "name_constraints"),
        ("2.5.29.35", "30028300", "authority_key_id"),
        (POLICIES, "0500", "policies"),
        ("2.5.29.36", "3003820100", "policy_constraints"),
        ("2.5.29.54", "020100", "inhibit_any_policy"),
        ("2.16.840.1.113730.1.1", "0500", "netscape_type"),
    ],
)
def test_an_unparseable_extension_is_absent(oid: str, value: str, view: str) -> None:
    """Not critical, it is absent for every rule, its raw value is there; critical, it refuses the certificate."""
    certificate = read((oid, value, False))
    assert getattr(certificate.extensions, view) is None
    assert certificate.extensions.values[oid] == bytes.fromhex(value)
    if oid != "2.5.29.54":  # that one is broken only because it is not critical
        with pytest.raises(JavaThrow) as refused:
            read((oid, value, True))
        assert refused.value.is_certificate


def test_other_uris_in_a_broken_access_description_are_absent_too() -> None:
    """Views over several names are empty where their extension does not parse."""
    certificate = read(("1.3.6.1.5.5.7.1.1", "30050606", False), ("2.5.29.31", "0500", False))
    assert certificate.extensions.ocsp_uris == ()
    assert certificate.extensions.crl_uris == ()


def test_the_uris_of_responders_and_lists() -> None:
    """The healthy twin: locations by their access method, full names of the distribution points."""
    certificate = read(
        ("1.3.6.1.5.5.7.1.1", "3019301706082b06010505073001860b687474703a2f2f6f2e782f", False),
        ("2.5.29.31", "30133011a00fa00d860b687474703a2f2f632e782f", False),
    )
    assert certificate.extensions.ocsp_uris == ("http://o.x/",)
    assert certificate.extensions.crl_uris == ("http://c.x/",)


@pytest.mark.parametrize(
    ("value", "bits"),
    [
        ("03020780", {"digital_signature"}),
        ("03020700", set()),
        ("0303070080", {"decipher_only"}),
        ("0404030205a0", {"digital_signature", "key_encipherment"}),
        ("0302060f", set()),
        ("0301 00".replace(" ", ""), set()),
    ],
)
def test_key_usage(value: str, bits: set[str]) -> None:
    """Bits beyond the length do not count; an OCTET STRING around it is forgiven; no bit at all is a key usage too."""
    assert read((USAGE, value, True)).extensions.key_usage == bits


@pytest.mark.parametrize(
    ("value", "limit"),
    [
        ("30030101ff", NO_LIMIT),
        ("30060101ff020100", 0),
        ("3000", NOT_CA),
        ("3003010100", NOT_CA),
        ("3003020105", NOT_CA),
        ("30060101ff0201fe", -2),
    ],
)
def test_basic_constraints(value: str, limit: int) -> None:
    """`getBasicConstraints()`, which calls a CA with a negative path length none only where it is -1."""
    assert read((CONSTRAINTS, value, True)).extensions.basic_constraints == limit


def test_extensions_twice() -> None:
    """The same extension twice refuses the certificate, unless Java could parse only one of them."""
    healthy, broken = _twice("03020780", "03020520"), _twice("0500", "03020780")
    with pytest.raises(JavaThrow) as refused:
        parse_certificate(healthy)
    assert str(refused.value.chain[-1]) == "java.io.IOException: Duplicate extensions not allowed"
    certificate = parse_certificate(broken)
    assert certificate.extensions.key_usage == {"digital_signature"}
    assert certificate.extensions.values[USAGE] == bytes.fromhex("03020780")


def _twice(first: str, second: str) -> bytes:
    """A certificate with two key usages (its signature does not matter)."""
    whole = der.Value.parse(made()).members()
    extensions = b"".join(
        der.encode(
            0x30,
            der.encode(der.OID, oid_content(USAGE)) + der.encode(der.OCTET_STRING, bytes.fromhex(value)),
        )
        for value in (first, second)
    )
    body = b"".join(part.encoded() for part in whole[0].members() if part.tag != 0xA3)
    body += der.encode(0xA3, der.encode(0x30, extensions))
    return der.encode(0x30, der.encode(0x30, body) + whole[1].encoded() + whole[2].encoded())


@pytest.mark.parametrize("java", [17, 21, 25])
def test_a_signature_that_verifies(java: int) -> None:
    """Nothing is thrown for the key that signed, whatever its type."""
    for key in (KEY, ed25519.Ed25519PrivateKey.generate(), rsa.generate_private_key(65537, 2048)):
        certificate = parse_certificate(made(key=key))
        assert signature_checks.refusal(certificate, certificate.public_key, java=named(java)) is None


@pytest.mark.parametrize(
    ("signer", "other", "thrown"),
    [
        (KEY, ec.generate_private_key(ec.SECP256R1()), "java.security.SignatureException: Signature does not match."),
        (
            KEY,
            ed25519.Ed25519PrivateKey.generate(),
            "java.security.InvalidKeyException: No installed provider supports this key: "
            "sun.security.ec.ed.EdDSAPublicKeyImpl",
        ),
        (ed25519.Ed25519PrivateKey.generate(), KEY, "java.security.InvalidKeyException: Unsupported key type"),
        (
            KEY,
            ec.generate_private_key(ec.SECP192R1()),
            "java.security.SignatureException: Curve not supported: "
            "secp192r1 [NIST P-192,X9.62 prime192v1] (1.2.840.10045.3.1.1)",
        ),
    ],
)
def test_a_signature_that_does_not(signer: Any, other: Any, thrown: str) -> None:
    """A wrong key is told by its type first, then by its curve, and only then by the signature."""
    certificate, issuer = parse_certificate(made(key=KEY, by=signer)), parse_certificate(made(key=other))
    refusal = signature_checks.refusal(certificate, issuer.public_key, java=named(17))
    assert str(refusal) == thrown


def test_parameters_of_a_signature_algorithm() -> None:
    """ECDSA takes no parameters until JDK 17 but a curve; later JDKs ignore them."""
    algorithm = der.encode(0x30, der.encode(der.OID, oid_content("1.2.840.10045.4.3.2")) + b"\x02\x01\x05")
    whole = der.Value.parse(made()).members()
    parts = [algorithm if number == 2 else part.encoded() for number, part in enumerate(whole[0].members())]
    odd = der.encode(0x30, der.encode(0x30, b"".join(parts)) + algorithm + whole[2].encoded())
    certificate = parse_certificate(odd)
    refusal = signature_checks.refusal(certificate, certificate.public_key, java=named(17))
    assert refusal is not None
    assert [str(thrown) for thrown in refusal.chain] == [
        "java.security.cert.CertificateException: Error handling EC parameters",
        "java.io.IOException: Only named ECParameters supported",
    ]
    later = signature_checks.refusal(certificate, certificate.public_key, java=named(21))
    assert str(later) == "java.security.SignatureException: Signature does not match."


def _with_signature(octets: bytes) -> bytes:
    body, algorithm, _ = der.Value.parse(made()).members()
    return der.encode(0x30, body.encoded() + algorithm.encoded() + der.encode(der.BIT_STRING, b"\0" + octets))


_UNREADABLE = "java.security.SignatureException: Invalid encoding for signature"


@pytest.mark.parametrize(
    ("java", "told"),
    [
        (
            "8u252",
            [
                "java.security.SignatureException: Could not verify signature",
                _UNREADABLE,
                "java.io.IOException: DerValue.getBigInteger, not an int 3",
            ],
        ),
        ("11.0.13", [_UNREADABLE, "java.io.IOException: DerValue.getBigInteger, not an int 3"]),
        ("17", [_UNREADABLE, "java.io.IOException: DerValue.getBigIntegerInternal, not expected 3"]),
    ],
)
def test_a_signature_of_ecdsa_that_cannot_be_read(java: str, told: list[str]) -> None:
    """8 tells it as the cause of another; the reader's words are each Java's own (measured on 8u252, 8u504 and 17)."""
    certificate = parse_certificate(_with_signature(bytes.fromhex("3006030101020101")))

    refusal = signature_checks.refusal(certificate, certificate.public_key, java=named(java))

    assert refusal is not None
    assert [str(thrown) for thrown in refusal.chain] == told


@pytest.mark.parametrize("java", ["8u252", "11.0.13", "17"])
def test_a_signature_of_ecdsa_that_is_read_and_fits(java: str) -> None:
    """The twin."""
    certificate = parse_certificate(made())
    assert signature_checks.refusal(certificate, certificate.public_key, java=named(java)) is None


@pytest.fixture
def parses(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """How many certificates were really parsed since the test began."""
    counted: list[object] = []
    whole = certificates._parse

    def counting(value: der.Value) -> Certificate:
        counted.append(value)
        return whole(value)

    monkeypatch.setattr(certificates, "_parse", counting)
    return lambda: len(counted)


def test_a_certificate_is_parsed_once(parses: Callable[[], int]) -> None:
    """By its bytes, whoever asks, in any order; a refusal is remembered as well."""
    store = [made(serial=number) for number in range(1000, 1150)]
    for encoded in (*store, *store, *reversed(store)):
        assert generate_certificate(encoded) is parse_certificate(encoded)
    assert parses() == len(store)
    broken = made((USAGE, "0500", True), serial=2000)
    for _ in range(3):
        with pytest.raises(JavaThrow):
            generate_certificate(broken)
    assert parses() == len(store) + 1


def test_the_memory_is_bounded(parses: Callable[[], int]) -> None:
    """What was seen longest ago is forgotten, and can be read again."""
    assert certificates._parse_whole.cache_info().maxsize == certificates.KEPT
    assert certificates._generate.cache_info().maxsize == certificates.KEPT
    again = made(serial=3000)
    parse_certificate(again)
    forget()
    parse_certificate(again)
    assert parses() == 2


def test_a_summary_of_what_java_cannot_read() -> None:
    """People are shown what was presented even so; garbage ends a chain."""
    odd = made((USAGE, "0500", False), (EXTENDED, "30020500", False))
    shown = summaries.summary(odd)
    assert shown is not None
    assert (shown.subject, shown.key_usage, shown.eku) == ("CN=made", None, None)
    refused = made(("2.5.29.17", "30098607" + b"tickets".hex(), True))
    shown = summaries.summary(refused)
    assert shown is not None
    assert shown.subject_alternative_names == ("URI:tickets",)
    assert summaries.summaries([odd, b"garbage", odd]) == summaries.summaries([odd])
