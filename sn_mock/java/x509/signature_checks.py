"""`X509Certificate.verify(key)`: what Java says where a signature does not verify, or cannot even be tried.

The order is Java's: the algorithm, its parameters, the key's type, the form of the signature, then the signature
itself. Measured on JDK 17, 21 and 25 with every pair of algorithm and key.
"""

from __future__ import annotations

from collections.abc import Mapping

from cryptography.hazmat.primitives.asymmetric import dsa

from sn_mock.java.asn1 import der, reading
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import Jdk
from sn_mock.java.lang.remembering import remembered
from sn_mock.java.lang.thrown import CERTIFICATE, INVALID_KEY, NO_SUCH_ALGORITHM, JavaThrow, io
from sn_mock.java.x509 import curves
from sn_mock.java.x509.algorithm_ids import AlgorithmId, parse_curve
from sn_mock.java.x509.certificates import Certificate
from sn_mock.java.x509.public_keys import PublicKey
from sn_mock.java.x509.signatures import KEPT, loaded, verifies

SIGNATURE = "java.security.SignatureException"

_KEY_CLASSES: Mapping[str, str] = {
    "RSA": "sun.security.rsa.RSAPublicKeyImpl",
    "RSASSA-PSS": "sun.security.rsa.RSAPublicKeyImpl",
    "EC": "sun.security.ec.ECPublicKeyImpl",
    "EdDSA": "sun.security.ec.ed.EdDSAPublicKeyImpl",
    "XDH": "sun.security.ec.XDHPublicKeyImpl",
    "DSA": "sun.security.provider.DSAPublicKeyImpl",
    "DH": "com.sun.crypto.provider.DHPublicKey",
}
_EDWARDS = {
    "Ed25519": (64, 2**252 + 27742317777372353535851937790883648493),
    "Ed448": (114, 2**446 - 13818066809895115352007386748515426880336692474882178609894547503885),
}
"""Algorithms to the length of their signatures in octets, and the order of the base point."""
_RSA_DIGESTS = frozenset(
    {"MD2", "MD5", "SHA1", "SHA224", "SHA256", "SHA384", "SHA512", "SHA512/224", "SHA512/256"}
    | {f"SHA3-{bits}" for bits in (224, 256, 384, 512)}
)
_OTHER_DIGESTS = frozenset(
    {"SHA1", "SHA224", "SHA256", "SHA384", "SHA512"} | {f"SHA3-{bits}" for bits in (224, 256, 384, 512)}
)


def refusal(certificate: Certificate, key: PublicKey, *, java: Jdk) -> JavaThrow | None:
    """What `verify` throws; None where the certificate was signed with that key."""
    algorithm = certificate.signature_algorithm
    told = objection(algorithm, certificate.signature, key, java)
    if told is None and not verifies(certificate, key):
        return JavaThrow(SIGNATURE, _OTHER_SIGNATURE)
    return told


def objection(algorithm: AlgorithmId, signature: bytes, key: PublicKey, java: Jdk) -> JavaThrow | None:
    """What is thrown before anything is computed: `Signature.initVerify`, and the form of the signature."""
    digest, _, family = algorithm.name.partition("with")
    if algorithm.name in _EDWARDS and java.has(Feature.EDDSA):
        return _edwards(algorithm, signature, key, java)
    if algorithm.name == "RSASSA-PSS":
        return _pss(algorithm, key)
    if family == "RSA" and digest in _RSA_DIGESTS:
        return _rsa(algorithm, signature, key, java)
    if family == "ECDSA" and digest in _OTHER_DIGESTS:
        return _ecdsa(algorithm, signature, key, java)
    if family == "DSA" and digest in _OTHER_DIGESTS:
        return _dsa(algorithm, signature, key, java)
    return JavaThrow(NO_SUCH_ALGORITHM, f"{algorithm.name} Signature not available")


_OTHER_SIGNATURE = "Signature does not match."


def _unsupported(key: PublicKey) -> JavaThrow:
    name = _KEY_CLASSES.get(key.java_algorithm, "sun.security.x509.X509Key")
    return JavaThrow(INVALID_KEY, f"No installed provider supports this key: {name}")


def _edwards(algorithm: AlgorithmId, signature: bytes, key: PublicKey, java: Jdk) -> JavaThrow | None:
    if algorithm.parameters is not None:
        return JavaThrow(CERTIFICATE, f"Unrecognized algorithm for signature parameters {algorithm.name.upper()}")
    if key.java_algorithm != "EdDSA":
        return JavaThrow(INVALID_KEY, "Unsupported key type")
    if key.algorithm.name != algorithm.name:
        return JavaThrow(INVALID_KEY, f"Parameters must be {algorithm.name}")
    size, order = _EDWARDS[algorithm.name]
    length_first = java.has(Feature.JAVA_21_SIGNATURES)
    wrong = None
    if len(signature) != size and (length_first or len(signature) // 2 != size // 2):  # of old: one octet may be over
        wrong = JavaThrow(SIGNATURE, "signature length invalid" if length_first else "incorrect length")
    too_large = int.from_bytes(signature[len(signature) // 2 :], "little") >= order
    if too_large and not (wrong is not None and length_first):
        return JavaThrow(SIGNATURE, "s is too large")
    return wrong


def _pss(algorithm: AlgorithmId, key: PublicKey) -> JavaThrow | None:
    if key.java_algorithm not in ("RSA", "RSASSA-PSS"):
        return _unsupported(key)
    if algorithm.parameters is None:
        return JavaThrow(SIGNATURE, "Parameters required for RSASSA-PSS signatures")
    return None


def unfit_for_rsa(algorithm: AlgorithmId, key: PublicKey, java: Jdk) -> JavaThrow:
    """A key of another type: the last provider that was tried says so."""
    if algorithm.name in _ALSO_OF_SUNJSSE and not java.has(Feature.RSA_OF_ONE_PROVIDER):
        below = JavaThrow("java.security.ProviderException", f"Unsupported algorithm {key.java_algorithm}")
        return JavaThrow(INVALID_KEY, str(below), below)
    return _unsupported(key)


_ALSO_OF_SUNJSSE = frozenset({"SHA1withRSA", "MD5withRSA", "MD2withRSA"})


def _rsa(algorithm: AlgorithmId, signature: bytes, key: PublicKey, java: Jdk) -> JavaThrow | None:
    if algorithm.parameters is not None:
        below = JavaThrow(NO_SUCH_ALGORITHM, f"{algorithm.name.upper()} AlgorithmParameters not available")
        return JavaThrow(CERTIFICATE, str(below), below)
    if key.java_algorithm != "RSA":
        return unfit_for_rsa(algorithm, key, java)
    expected = ((key.bits or 0) + 7) // 8
    if len(signature) != expected:
        return JavaThrow(SIGNATURE, f"Bad signature length: got {len(signature)} but was expecting {expected}")
    return None


def _ecdsa(algorithm: AlgorithmId, signature: bytes, key: PublicKey, java: Jdk) -> JavaThrow | None:
    curve = None
    if algorithm.parameters is not None and not java.has(Feature.JAVA_21_SIGNATURES):
        try:
            curve = parse_curve(algorithm.parameters, java)
        except JavaThrow as refused:
            return JavaThrow(CERTIFICATE, "Error handling EC parameters", refused)
    if key.java_algorithm != "EC":
        return _unsupported(key)
    if curve is not None and curve != key.curve:
        return JavaThrow(INVALID_KEY, "Key params does not match signature params")
    if java.has(Feature.FEWER_CURVES) and key.curve not in curves.SUPPORTED:
        if key.curve in curves.BINARY:
            return JavaThrow(SIGNATURE, _OTHER_SIGNATURE)
        name = curves.JAVA_NAMES.get(key.curve or "", "")
        return JavaThrow(SIGNATURE, f"Curve not supported: {name} ({key.curve})")
    if not java.has(Feature.FEWER_CURVES) and key.curve in curves.UNKNOWN_TO_OLD_PROVIDER:
        below = JavaThrow("java.security.InvalidAlgorithmParameterException")
        return JavaThrow(SIGNATURE, _UNVERIFIED, below)
    unreadable = _two_numbers(signature, java)
    if unreadable is not None and not java.has(Feature.BARE_SIGNATURE_FAULTS):
        return JavaThrow(SIGNATURE, _UNVERIFIED, unreadable)
    return unreadable


_UNVERIFIED = "Could not verify signature"


def _dsa(algorithm: AlgorithmId, signature: bytes, key: PublicKey, java: Jdk) -> JavaThrow | None:
    if algorithm.parameters is not None:
        return JavaThrow(CERTIFICATE, f"Unrecognized algorithm for signature parameters {algorithm.name.upper()}")
    if key.java_algorithm != "DSA":
        return _unsupported(key)
    return _two_numbers(signature, java) or _out_of_range(signature, key, java)


def _out_of_range(signature: bytes, key: PublicKey, java: Jdk) -> JavaThrow | None:
    """Of DSA: each number is above 0 and below the order of the group."""
    public = loaded(key)
    if not isinstance(public, dsa.DSAPublicKey):
        return None
    order = public.parameters().parameter_numbers().q
    numbers = [member.big_integer(positive=True) for member in reading.cursor(signature, java).sequence()]
    if all(0 < number < order for number in numbers):
        return None
    return JavaThrow(SIGNATURE, "invalid signature: out of range values")


_INDEFINITE = b"\x80"


@remembered(KEPT)
def _two_numbers(signature: bytes, java: Jdk) -> JavaThrow | None:
    """The signature is a SEQUENCE of two INTEGERs (RFC 3279 section 2.2.2)."""
    complaint = "Invalid encoding for signature"
    try:
        strict = der.Input(signature, allow_ber=False, java=java) if reading.is_new(java) else None
        if strict is None and signature[1:2] == _INDEFINITE:
            raise io("Indefinite length BER encoding found")
        members = (strict or reading.cursor(signature, java)).sequence()
        for member in members[:2]:
            member.big_integer(positive=True)
            if strict is None and member.content[:1] == b"\0" and member.content[1:2] and member.content[1] < 0x80:
                raise io("Invalid encoding: redundant leading 0s")
        if len(members) != 2 or der.encode(der.SEQUENCE, b"".join(one.encoded() for one in members)) != signature:
            raise io(complaint)
    except JavaThrow as refused:
        return JavaThrow(SIGNATURE, complaint, refused)
    return None
