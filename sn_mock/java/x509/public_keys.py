"""Subject public keys: which Java would build, under what name, and what it refuses.

Measured on JDK 17: Java re-encodes the algorithm, hands it to the KeyFactory of that name, and keeps an opaque key
where there is no such factory.
"""

from __future__ import annotations

from typing import NoReturn

from guarded.values import dataclass
from sn_mock.java.asn1 import der, oids, reading
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import Jdk
from sn_mock.java.lang.thrown import INVALID_KEY, INVALID_KEY_SPEC, JavaThrow, io, out_of_bounds
from sn_mock.java.x509 import algorithm_ids, diffie_hellman
from sn_mock.java.x509.algorithm_ids import AlgorithmId
from sn_mock.java.x509.curves import FIELD_BITS, KEY_BITS

_EDWARDS = {"Ed25519": 32, "Ed448": 57}
_MONTGOMERY = {"X25519": (32, 255), "X448": (56, 448)}
_MIN_RSA_BITS, _MAX_RSA_BITS = 512, 16384
_MAX_BITS_ANY_EXPONENT, _MAX_LONG_EXPONENT_BITS = 3072, 64


@dataclass(frozen=True, slots=True)
class PublicKey:
    """What a certificate certifies."""

    java_algorithm: str
    """`PublicKey.getAlgorithm()`."""
    bits: int | None
    """Size of the modulus or field; None where it is not known."""
    algorithm: AlgorithmId
    key: bytes
    """The octets of the BIT STRING."""

    @property
    def identity(self) -> tuple[str, bytes | None, bytes]:
        """Equal exactly where `PublicKey.equals` says so: Java compares encodings."""
        return self.algorithm.oid, self.algorithm.parameters, self.key

    @property
    def curve(self) -> str | None:
        """The OID of a named elliptic curve."""
        return self.algorithm.parsed if self.java_algorithm == "EC" and isinstance(self.algorithm.parsed, str) else None


def parse(value: der.Value) -> PublicKey:
    """A SubjectPublicKeyInfo; raises the JDK's exceptions."""
    if value.tag != der.SEQUENCE:
        raise io("corrupt subject key")
    algorithm = algorithm_ids.parse(value.data.value())
    bits, octets = value.data.bit_array()
    octets = _masked(octets[: (bits + 7) // 8], bits)
    try:
        key = _build(algorithm, bits, octets)
    except JavaThrow as refused:
        if refused.class_name == INVALID_KEY_SPEC:
            refused = JavaThrow(INVALID_KEY, refused.message, refused)
        if refused.class_name != INVALID_KEY:
            raise
        raise io(f"subject key, {refused.said}", refused) from None
    if value.data.available:
        raise io("excess subject key")
    return key


def _masked(octets: bytes, bits: int) -> bytes:
    unused = len(octets) * 8 - bits
    return octets[:-1] + bytes([octets[-1] & (0xFF << unused) & 0xFF]) if octets and unused else octets


def _build(algorithm: AlgorithmId, bits: int, octets: bytes) -> PublicKey:
    name = factory_of(algorithm)
    try:
        if name in ("RSA", "RSASSA-PSS"):
            return _rsa(algorithm, octets, name)
        if name == "EC":
            return _elliptic(algorithm, octets)
        if name in _EDWARDS and algorithm.java.has(Feature.EDDSA):
            return _edwards(algorithm, bits, octets, name)
        if name in _MONTGOMERY:
            return _montgomery(algorithm, bits, octets, name)
        if name == "DSA":
            return _dsa(algorithm, octets)
        if name == "DiffieHellman":
            bit_string = der.encode(der.BIT_STRING, bytes([len(octets) * 8 - bits]) + octets)
            diffie_hellman.check_public(der.encode(der.SEQUENCE, algorithm.encoded() + bit_string), algorithm.java)
            return PublicKey("DH", None, algorithm, octets)
    except JavaThrow as refused:
        if refused.class_name == INVALID_KEY:
            raise JavaThrow(INVALID_KEY_SPEC, str(refused), refused) from None
        raise
    return PublicKey(name, None, algorithm, octets)


def factory_of(algorithm: AlgorithmId) -> str:
    """The KeyFactory that is asked: an older Java has no name for X25519, whose factory knows the number."""
    known = oids.java_name(algorithm.oid)
    if known in _MONTGOMERY and algorithm.java.has(Feature.JSSE_11) and algorithm.java.generation > 8:
        return known
    return algorithm.name


def _invalid(message: str, cause: JavaThrow | None = None) -> NoReturn:
    raise JavaThrow(INVALID_KEY, message, cause)


def check_rsa_size(modulus: int, exponent: int) -> None:
    """The bounds of SunRsaSign for a modulus and an exponent."""
    bits = (modulus.bit_length() + 7) & ~7
    if bits < _MIN_RSA_BITS:
        _invalid(f"RSA keys must be at least {_MIN_RSA_BITS} bits long")
    if bits > _MAX_RSA_BITS:
        _invalid(f"RSA keys must be no longer than {_MAX_RSA_BITS} bits")
    if bits > _MAX_BITS_ANY_EXPONENT and exponent.bit_length() > _MAX_LONG_EXPONENT_BITS:
        _invalid(
            f"RSA exponents can be no longer than {_MAX_LONG_EXPONENT_BITS} bits "
            f" if modulus is greater than {_MAX_BITS_ANY_EXPONENT} bits"
        )


def check_rsa_parameters(algorithm: AlgorithmId) -> None:
    """Where parameters are found by the number of their algorithm, they go by that number; no RSA key has such ones."""
    if algorithm.parsed is not None and not algorithm.java.has(Feature.PARAMETERS_BY_NAME):
        cause = JavaThrow("java.security.ProviderException", f"Unsupported algorithm {algorithm.oid}")
        _invalid(str(cause), cause)


def _rsa(algorithm: AlgorithmId, octets: bytes, factory: str) -> PublicKey:
    try:
        modulus, exponent = _two_integers(octets, algorithm.java)
    except JavaThrow as refused:
        if not refused.is_io:
            raise
        _invalid("Invalid RSA public key", refused)
    check_rsa_size(modulus, exponent)
    if exponent >= modulus:
        _invalid("exponent is larger than modulus")
    if exponent < 3:
        _invalid("exponent is smaller than 3")
    check_rsa_parameters(algorithm)
    return PublicKey(factory, modulus.bit_length(), algorithm, octets)


def _two_integers(octets: bytes, java: Jdk) -> tuple[int, int]:
    value = reading.key(octets, java)
    if value.tag != der.SEQUENCE:
        raise io("Not a SEQUENCE")
    modulus = value.data.big_integer(positive=True)
    exponent = value.data.big_integer(positive=True)
    if value.data.available:
        raise io("Extra data available")
    return modulus, exponent


def _elliptic(algorithm: AlgorithmId, octets: bytes) -> PublicKey:
    if not isinstance(algorithm.parsed, str):
        _invalid("EC domain parameters must be encoded in the algorithm identifier")
    bits = FIELD_BITS[algorithm.parsed]
    if not octets or octets[0] != 4:
        _invalid("Invalid EC key", io("Only uncompressed point format supported"))
    if (len(octets) - 1) // 2 != (bits + 7) // 8:
        _invalid("Invalid EC key", io("Point does not match field size"))
    return PublicKey("EC", KEY_BITS[algorithm.parsed], algorithm, octets)


def _edwards(algorithm: AlgorithmId, bits: int, octets: bytes, name: str) -> PublicKey:
    if not octets:
        raise out_of_bounds(-1, 0, algorithm.java)
    if bits != _EDWARDS[name] * 8:
        _invalid(f"key length must be {_EDWARDS[name]}")
    return PublicKey("EdDSA", 255 if name == "Ed25519" else 448, algorithm, octets)


def _montgomery(algorithm: AlgorithmId, bits: int, octets: bytes, name: str) -> PublicKey:
    size, field_bits = _MONTGOMERY[name]
    if not octets and field_bits % 8:  # the bits beyond the field are cleared before the octets are counted
        raise out_of_bounds(0, 0, algorithm.java)
    if bits != size * 8:
        _invalid(f"key length must be {size}")
    return PublicKey("XDH", field_bits, algorithm, octets)


def _dsa(algorithm: AlgorithmId, octets: bytes) -> PublicKey:
    try:
        reading.cursor(octets, algorithm.java).big_integer()
    except JavaThrow as refused:
        if not refused.is_io:
            raise
        message = f"Inappropriate key specification: Invalid key: y value\n{refused.said}"
        raise JavaThrow(INVALID_KEY_SPEC, message) from None
    numbers = algorithm.parsed
    return PublicKey("DSA", numbers[0].bit_length() if isinstance(numbers, tuple) else None, algorithm, octets)
