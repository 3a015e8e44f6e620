"""Parameters of PBES2, as the Javas read them."""

from __future__ import annotations

import pytest

from sn_mock.java.asn1 import der
from sn_mock.java.lang.jdk import named
from sn_mock.java.lang.thrown import JavaThrow
from sn_mock.java.x509.pbe_parameters import parse_pbes2

PBES2, PBKDF2, AES_256 = (
    bytes.fromhex(oid) for oid in ("06092a864886f70d01050d", "06092a864886f70d01050c", "060960864801650304012a")
)
SHA_256, SHA_512_256 = (bytes.fromhex(oid) for oid in ("06082a864886f70d0209", "06082a864886f70d020d"))


def _parameters(prf: bytes) -> bytes:
    kdf = der.encode(der.OCTET_STRING, bytes(16)) + der.encode_integer(2048) + prf
    function = der.encode(der.SEQUENCE, PBKDF2 + der.encode(der.SEQUENCE, kdf))
    cipher = der.encode(der.SEQUENCE, AES_256 + der.encode(der.OCTET_STRING, bytes(16)))
    return der.encode(der.SEQUENCE, PBES2 + der.encode(der.SEQUENCE, function + cipher))


def _read(prf: bytes, java: int) -> str | None:
    try:
        return parse_pbes2(_parameters(prf), named(java)).scheme
    except JavaThrow as refused:
        return refused.message


@pytest.mark.parametrize(
    ("prf", "of_17", "of_21"),
    [
        (der.encode(der.SEQUENCE, SHA_256 + b"\5\0"), *["PBEWithHmacSHA256AndAES_256"] * 2),
        (der.encode(der.SET, SHA_256 + b"\5\0"), "PBEWithHmacSHA256AndAES_256", "PBEWithHmacSHA1AndAES_256"),
        (
            der.encode(der.SEQUENCE, SHA_512_256 + b"\5\0"),
            "PBE parameter parsing error: expecting the object identifier for a HmacSHA key derivation function",
            "PBEWithHmacSHA512/256AndAES_256",
        ),
        (
            der.encode(der.SEQUENCE, SHA_256 + b"\4\0"),
            "PBE parameter parsing error: not an ASN.1 NULL tag",
            "Extra unused bytes",
        ),
        (b"\x20\x30\x0c", "not enough content", "PBEWithHmacSHA1AndAES_256"),
    ],
    ids=["whole", "another tag", "SHA-512/256", "octets behind", "another tag on what is cut"],
)
def test_the_hmac_of_pbes2(prf: bytes, of_17: str, of_21: str) -> None:
    """JDK 21 finds the HMAC by its tag, knows one more, and wants nothing behind it. Measured on 17.0.15 and 21.0.8."""
    assert _read(prf, 17) == of_17
    assert _read(prf, 21) == of_21


@pytest.mark.parametrize(
    ("encoded", "java", "told"),
    [
        ("300430280609", "8", "ObjectIdentifier() -- data isn't an object ID (tag = 48)"),
        ("300430280609", "8u504", "insufficient data"),
        ("3000", "8", "ObjectIdentifier() -- data isn't an object ID (tag = -1)"),
        ("30020500", "8", "ObjectIdentifier() -- data isn't an object ID (tag = 5)"),
        ("300406022a03", "8", "PBE parameter parsing error: expecting the object identifier for PBES2"),
        ("300b06092a864886f70d01050d", "8", "Short read of DER length"),
        ("300d06092a864886f70d01050d0500", "8", "PBE parameter parsing error: not an ASN.1 SEQUENCE tag"),
        ("30040602ff80", "8", "ObjectIdentifier() -- Invalid DER encoding, not ended"),
    ],
)
def test_an_old_java_8_looks_for_an_identifier_before_anything_else(encoded: str, java: str, told: str) -> None:
    """Damaged parameters, as AlgorithmParameters refuses them (measured on 8u252 and 8u504)."""
    with pytest.raises(JavaThrow) as refused:
        parse_pbes2(bytes.fromhex(encoded), named(java))

    assert str(refused.value) == f"java.io.IOException: {told}"
