"""AlgorithmIdentifiers as `sun.security.x509.AlgorithmId` reads them: parameters at once, by the algorithm's name.

A damaged parameter therefore fails long before the algorithm is used. Measured on JDK 17.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field

from guarded.values import dataclass
from sn_mock.java.asn1 import der, oids, reading
from sn_mock.java.asn1.oids import oid_named
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import REFERENCE, Jdk
from sn_mock.java.lang.thrown import JavaThrow, io
from sn_mock.java.x509.curves import FIELD_BITS
from sn_mock.java.x509.pbe_parameters import parse_pbe, parse_pbes2


@dataclass(frozen=True, slots=True)
class AlgorithmId:
    """An algorithm and its parameters."""

    oid: str
    parameters: bytes | None = None
    """Their encoding; None when absent or NULL."""
    parsed: object = None
    """What Java's AlgorithmParameters hold; None when Java knows none for this algorithm."""
    java: Jdk = field(default=REFERENCE, compare=False, repr=False)
    """Whose names it goes by."""

    @property
    def name(self) -> str:
        """`getName()`: Java's name, or the dotted OID."""
        if self.oid == _SPECIFIED_SHA2_WITH_ECDSA and self.parameters is not None:
            try:
                digest = parse(reading.value(self.parameters, self.java)).name
            except JavaThrow as refused:
                if not refused.is_io:
                    raise
            else:
                return digest.replace("-", "") + "withECDSA"
        return oids.java_name(self.oid, self.java)

    def encoded(self) -> bytes:
        """Its DER; Java writes a NULL for absent parameters even where the file has none."""
        tail = self.parameters
        if tail is None:
            tail = b"\x05\x00" if _has_null(self.oid, self.java) else b""
        return der.encode(der.SEQUENCE, der.encode(der.OID, oids.oid_content(self.oid)) + tail)


_SPECIFIED_SHA2_WITH_ECDSA = oid_named("SpecifiedSHA2withECDSA")


def _has_null(oid: str, java: Jdk) -> bool:
    """Java writes absent parameters of that algorithm as NULL."""
    if java.has(Feature.NULL_BY_ALGORITHM):
        return oid in _WITH_NULL or (oid in _HMACS and java.has(Feature.NULL_OF_HMACS))
    return oid not in (_WITHOUT_NULL if java.has(Feature.EDDSA) else _WITHOUT_NULL_BEFORE_15)


_DIGESTS = (*(f"SHA{bits}" for bits in (224, 256, 384, 512)), "SHA512/224", "SHA512/256")
_WITH_NULL = frozenset(
    map(
        oid_named,
        (
            *("RSA", "MD2", "MD5", "SHA-1", "MD2withRSA", "MD5withRSA", "SHA1withRSA"),
            *(name.replace("SHA", "SHA-") for name in _DIGESTS),
            *(f"{name}withRSA" for name in _DIGESTS),
            *(f"SHA3-{bits}{key}" for bits in (224, 256, 384, 512) for key in ("", "withRSA")),
        ),
    )
)
_WITHOUT_NULL_BEFORE_15 = frozenset({oid_named("RSASSA-PSS")})
_WITHOUT_NULL = frozenset(
    {
        *(oid_named(name) for name in ("RSASSA-PSS", *(f"SHA{bits}withECDSA" for bits in (224, 256, 384, 512)))),
        *(f"1.3.101.{arc}" for arc in range(110, 114)),
    }
)
"""RSASSA-PSS, ECDSA with SHA-2, and the Edwards and Montgomery curves."""
_HMACS = frozenset(f"1.2.840.113549.2.{arc}" for arc in range(7, 14))
"""With SHA-1 and SHA-2 (RFC 8018 B.1.2)."""


def parse(value: der.Value) -> AlgorithmId:
    """An AlgorithmIdentifier; raises the IOExceptions of the Java whose reader the value came from."""
    if value.tag != der.SEQUENCE:
        raise io("algid parse error, not a sequence")
    cursor = value.input()
    oid = oids.oid_text(cursor.oid())
    if cursor.available == 0:
        return AlgorithmId(oid, java=value.java)
    parameters = cursor.value()
    if parameters.tag == der.NULL:
        if parameters.length:
            raise io("invalid NULL")
        encoded = None
    else:
        encoded = parameters.encoded()
    if cursor.available:
        raise io("Invalid AlgorithmIdentifier: extra data")
    return AlgorithmId(oid, java=value.java) if encoded is None else with_parameters(oid, encoded, value.java)


def with_parameters(oid: str, encoded: bytes, java: Jdk = REFERENCE) -> AlgorithmId:
    """An algorithm with its encoded parameters parsed by the rules of its name."""
    unparsed = AlgorithmId(oid, encoded, java=java)
    parser = _PARSERS.get(_asked_for(unparsed))
    return unparsed if parser is None else AlgorithmId(oid, encoded, parser(encoded, java), java)


def _asked_for(algorithm: AlgorithmId) -> str:
    """Under which name a provider has parameters of that algorithm: it knows its numbers, too."""
    by_name = algorithm.java.has(Feature.PARAMETERS_BY_NAME) and algorithm.name != algorithm.oid
    return algorithm.name if by_name else oids.java_name(algorithm.oid)


def parse_curve(encoded: bytes, java: Jdk = REFERENCE) -> str:
    """The OID of a named curve; raises the JDK's IOExceptions."""
    value = reading.value(encoded, java)
    if value.tag != der.OID:
        raise io("Only named ECParameters supported")
    oid = oids.oid_text(value.oid())
    if oid not in FIELD_BITS:
        raise io(f"Unknown named curve: {oid}")
    return oid


def _dsa(encoded: bytes, java: Jdk) -> object:
    value = reading.value(encoded, java)
    if value.tag != der.SEQUENCE:
        raise io("DSA params parsing error")
    numbers = tuple(value.data.big_integer() for _ in range(3))
    if value.data.available:
        raise io(f"encoded params have {value.data.available} extra bytes")
    return numbers


def _diffie_hellman(encoded: bytes, java: Jdk) -> object:
    value = reading.value(encoded, java)
    if value.tag != der.SEQUENCE:
        raise io("DH params parsing error")
    numbers = [value.data.big_integer(), value.data.big_integer()]
    if value.data.available:
        numbers.append(value.data.integer())
    if value.data.available:
        raise io("DH parameter parsing error: Extra data")
    return tuple(numbers)


def _iv(size: int, others: str) -> Callable[[bytes, Jdk], object]:
    def parse_iv(encoded: bytes, java: Jdk) -> object:
        cursor = reading.cursor(encoded, java)
        iv = cursor.octet_string()
        if cursor.available:
            raise io("IV parsing error: extra data")
        if len(iv) != size:
            told = f"{size}{others}" if java.has(Feature.CIPHER_BEFORE_KEY) else size
            raise io(f"IV not {told} bytes long")
        return iv

    return parse_iv


def _chacha(encoded: bytes, java: Jdk) -> object:
    nonce = reading.value(encoded, java).octet_string()
    if len(nonce) != 12:
        raise io("ChaCha20-Poly1305 nonce must be 12 bytes in length")
    return nonce


_MGF1 = oid_named("MGF1")
_MGF_DIGESTS = frozenset(
    {"SHA-1", "SHA-224", "SHA-256", "SHA-384", "SHA-512", "SHA-512/224", "SHA-512/256"}
    | {f"SHA3-{bits}" for bits in (224, 256, 384, 512)}
)


def _pss(encoded: bytes, java: Jdk) -> object:
    digest, mgf_digest, salt_length = "SHA-1", "SHA-1", 20
    for member in reading.cursor(encoded, java).sequence():
        if member.is_context(0):
            digest = parse(member.data.value()).name
        elif member.is_context(1):
            mgf_digest = _mgf1_digest(parse(member.data.value()))
        elif member.is_context(2):
            salt_length = member.data.value().integer()
            if salt_length < 0:
                raise io("Negative value for saltLength")
        elif member.is_context(3):
            trailer = member.data.value().integer()
            if trailer != 1:
                raise io(f"Unsupported trailerField value {trailer}")
        else:
            raise io("Invalid encoded PSSParameters")
    return digest, mgf_digest, salt_length


def _mgf1_digest(function: AlgorithmId) -> str:
    if function.oid != _MGF1:
        raise io("Only MGF1 mgf is supported")
    if function.parameters is None:
        raise io("Missing MGF1 parameters")
    digest = parse(reading.value(function.parameters, function.java)).name
    if digest not in _MGF_DIGESTS:
        raise io(f"Unrecognized message digest algorithm {digest}")
    return digest


_PARSERS: dict[str, Callable[[bytes, Jdk], object]] = {
    "EC": parse_curve,
    "DSA": _dsa,
    "DiffieHellman": _diffie_hellman,
    "RSASSA-PSS": _pss,
    "AES": _iv(16, "[4, 8]"),
    "DESede": _iv(8, "[]"),
    "Blowfish": _iv(8, "[]"),
    "CHACHA20-POLY1305": _chacha,
    "PBES2": parse_pbes2,
    **dict.fromkeys(
        (
            "PBEWithMD5AndDES",
            "PBEWithSHA1AndRC4_128",
            "PBEWithSHA1AndRC4_40",
            "PBEWithSHA1AndDESede",
            "PBEWithSHA1AndRC2_128",
            "PBEWithSHA1AndRC2_40",
        ),
        parse_pbe,
    ),
}
"""Algorithms for which a JDK has AlgorithmParameters under the name it gives their OID."""
