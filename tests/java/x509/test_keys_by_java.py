"""Diffie-Hellman, X25519 and RSA keys, where Javas read them otherwise; each row as the Javas named said it."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from sn_mock.java.asn1 import der
from sn_mock.java.lang.jdk import named
from sn_mock.java.lang.thrown import JavaThrow
from sn_mock.java.x509 import diffie_hellman, private_keys

_VERSION, _OID = b"\x02\x01\x00", bytes.fromhex("06092a864886f70d010301")
_TWO_NUMBERS, _NUMBER = bytes.fromhex("3006020117020105"), b"\x02\x01\x07"


def _sequence(*parts: bytes) -> bytes:
    return der.encode(der.SEQUENCE, b"".join(parts))


def _dh(
    *, version: bytes = _VERSION, parameters: bytes = _TWO_NUMBERS, key: bytes = _NUMBER, after: bytes = b""
) -> bytes:
    return _sequence(version, _sequence(_OID, parameters), der.encode(der.OCTET_STRING, key), after)


def _texts(refused: JavaThrow) -> list[str | None]:
    return [one.message for one in refused.chain]


@pytest.mark.parametrize(
    ("bent", "old", "new"),
    [
        (
            _dh(version=b"\x02\x01\x01"),
            ["Error parsing key encoding", "version mismatch: (supported: 0, parsed: 1"],
            ["Invalid encoding", "version mismatch: (supported: 0, parsed: 1"],
        ),
        (
            _dh(key=b"\x05\x00"),
            ["Error parsing key encoding: DER input, Integer tag error", "DER input, Integer tag error"],
            ["Invalid encoding", "DerValue.getBigIntegerInternal, not expected 5"],
        ),
        (_dh(parameters=b"\x05\x00"), ["Null parameters"], ["Invalid encoding", "Null parameters"]),
        (_dh(after=b"\x05\x00"), None, ["Invalid encoding", "Excess trailing data"]),
    ],
)
def test_a_private_diffie_hellman_key(bent: bytes, old: list[str] | None, new: list[str]) -> None:
    """The older reader throws at once what is no fault of the encoding, and leaves alone what follows the key."""
    for java, expected in (("8u504", old), ("11.0.32", old), ("17", new), ("21.0.8", new)):
        diffie_hellman.check_private(_dh(), named(java))
        if expected is None:
            diffie_hellman.check_private(bent, named(java))
            continue
        with pytest.raises(JavaThrow) as refused:
            diffie_hellman.check_private(bent, named(java))
        assert _texts(refused.value) == ["Inappropriate key specification", *expected]


def test_a_public_diffie_hellman_key() -> None:
    """The older reader tells the exception of a number that is none without its cause."""
    algorithm = _sequence(_OID, _TWO_NUMBERS)
    healthy, bent = (_sequence(algorithm, der.encode(der.BIT_STRING, b"\0" + one)) for one in (_NUMBER, b"\x05\x00"))
    old = "Error parsing key encoding: java.io.IOException: DER input, Integer tag error"
    for java, expected in (
        ("11.0.32", [old]),
        ("17", ["Invalid encoding", "DerValue.getBigIntegerInternal, not expected 5"]),
    ):
        diffie_hellman.check_public(healthy, named(java))
        with pytest.raises(JavaThrow) as refused:
            diffie_hellman.check_public(bent, named(java))
        assert _texts(refused.value) == ["Inappropriate key specification", *expected]


_X25519 = _sequence(_VERSION, _sequence(bytes.fromhex("06032b656e")), der.encode(4, der.encode(4, bytes(32))))
_BARE_X25519 = _sequence(_VERSION, _sequence(bytes.fromhex("06032b656e")), der.encode(4, bytes(32)))


@pytest.mark.parametrize(
    ("java", "nested", "bare"),
    [
        ("11.0.13", "key length must be 32", None),
        ("11.0.32", "key length must be 32", None),
        ("17", None, "java.io.IOException: DER input not an octet string"),
        ("21.0.8", None, "java.io.IOException: DER input not an octet string"),
    ],
)
def test_a_private_key_of_x25519(java: str, nested: str | None, bare: str | None) -> None:
    """17 reads what RFC 8410 says, 11 the octets without their OCTET STRING; in a JKS each of them takes both."""
    for key, text in ((_X25519, nested), (_BARE_X25519, bare)):
        private_keys.parse_key(key, named(java))
        if text is None:
            private_keys.generate_private("X25519", key, named(java))
            continue
        with pytest.raises(JavaThrow) as refused:
            private_keys.generate_private("X25519", key, named(java))
        assert _texts(refused.value)[1] == text


def test_a_montgomery_key_of_another_number() -> None:
    """A factory that is asked for X25519 refuses a key of an OID that it does not know; 8 has no such factory."""
    strange = _X25519.replace(bytes.fromhex("2b656e"), bytes.fromhex("2a0304"))
    with pytest.raises(JavaThrow, match=r"Unsupported OID: 1\.2\.3\.4"):
        private_keys.generate_private("X25519", strange, named(17))
    with pytest.raises(JavaThrow, match="X25519 KeyFactory not available"):
        private_keys.generate_private("X25519", _X25519, named("8u504"))


@pytest.mark.parametrize(
    ("java", "refusal"),
    [
        ("8u504", None),
        ("11.0.13", None),
        ("11.0.24", "extra data given to DerValue constructor"),
        ("17", "extra data at the end"),
    ],
)
def test_octets_behind_the_numbers_of_an_rsa_key(java: str, refusal: str | None) -> None:
    """They are refused since 17 and in late updates of 11; a key without them is taken by all."""
    key = rsa.generate_private_key(65537, 1024).private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    algorithm, numbers = private_keys.raw_key(key, named(java))
    longer = _sequence(_VERSION, algorithm.encoded(), der.encode(der.OCTET_STRING, numbers + b"\x05\x00"))

    private_keys.generate_private("RSA", key, named(java))
    if refusal is None:
        private_keys.generate_private("RSA", longer, named(java))
        return
    with pytest.raises(JavaThrow) as refused:
        private_keys.generate_private("RSA", longer, named(java))
    assert _texts(refused.value)[1:] == ["Invalid RSA private key", refusal]


@pytest.mark.parametrize(("java", "null"), [("8u504", True), ("11.0.13", True), ("11.0.32", True), ("17", False)])
def test_how_a_key_of_x25519_is_held(java: str, null: bool) -> None:
    """Where its algorithm was read without parameters, older Javas write them as NULL, and 17 none."""
    held = private_keys.parse_key(_X25519, named(java))

    assert (bytes.fromhex("06032b656e0500") in held) is null
    assert held == _X25519 or null
