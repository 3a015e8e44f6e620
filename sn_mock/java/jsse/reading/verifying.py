"""A server's signature of its handshake, verified as JSSE does (SignatureScheme.getVerifier, Signature.verify)."""

from __future__ import annotations

from guarded.values import dataclass
from sn_mock.failure import JavaChain, JavaException
from sn_mock.java.asn1.oids import oid_named
from sn_mock.java.jsse.reading.fault import HANDSHAKE_FAILURE, fatal
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import Jdk
from sn_mock.java.lang.thrown import INVALID_KEY, JavaThrow
from sn_mock.java.pkix.signature_schemes import NAMED, SCHEMES, TLS13, Scheme, java_signature_name, known_schemes
from sn_mock.java.x509.algorithm_ids import AlgorithmId
from sn_mock.java.x509.certificates import parse_certificate
from sn_mock.java.x509.public_keys import PublicKey
from sn_mock.java.x509.signature_checks import SIGNATURE, objection, unfit_for_rsa
from sn_mock.java.x509.signatures import DIGESTS, is_verified, loaded

_RSA_MD5 = 0x0101


@dataclass(frozen=True, slots=True)
class Where:
    """How JSSE calls a message with a signature in it."""

    used_in: str
    """`ECDH ServerKeyExchange handshake message`."""
    signature: str
    """`ECDH ServerKeyExchange signature`."""
    wrong: str
    """`Invalid ECDH ServerKeyExchange signature`."""


class UnfitKeyError(Exception):
    """The certificate's key is of another type than the scheme: InvalidKeyException."""

    def __init__(self, scheme: str, causes: JavaChain) -> None:
        super().__init__(scheme, causes)
        self.scheme = scheme
        self.causes = causes


class UnreadableSignatureError(Exception):
    """SignatureException."""

    def __init__(self, text: str, *causes: JavaException) -> None:
        super().__init__(text, causes)
        self.causes = (JavaException("java.security.SignatureException", text), *causes)


def check_scheme(number: int, where: Where, java: Jdk, *, tls: str) -> None:
    """JSSE knows it, and takes it by default in that version of TLS."""
    if number not in NAMED:
        raise fatal(HANDSHAKE_FAILURE, f"Invalid signature algorithm ({number}) used in {where.used_in}")
    scoped = tls == TLS13 and java.has(Feature.VERIFIES_BY_SCOPE)
    for scheme in known_schemes((number,), java):
        if number != _RSA_MD5 and scheme.signs_handshakes.covers(java) and not (scoped and scheme.tls13 != "signs"):
            return
    name = SCHEMES[number].name if number in SCHEMES else "rsa_md5"
    raise fatal(HANDSHAKE_FAILURE, f"Unsupported signature algorithm ({name}) used in {where.used_in}")


def check_signature(leaf: bytes, number: int, signature: bytes, content: bytes, where: Where, java: Jdk) -> None:
    """Raises FaultError, or UnfitKeyError; `number` is a scheme that JSSE takes."""
    try:
        right = is_signed(leaf, number, signature, content, java)
    except UnreadableSignatureError as unreadable:
        raise fatal(HANDSHAKE_FAILURE, f"Cannot verify {where.signature}", *unreadable.causes) from None
    if not right:
        raise fatal(HANDSHAKE_FAILURE, where.wrong)


def is_signed(leaf: bytes, number: int, signature: bytes, content: bytes, java: Jdk) -> bool:
    """`Signature.verify`; raises UnfitKeyError, UnreadableSignatureError.

    True of a key that nobody here can compute with, too: the TLS library looks at the signature itself.
    """
    (scheme,) = known_schemes((number,), java)
    try:
        key = parse_certificate(leaf).public_key
    except JavaThrow:
        return True
    algorithm = _algorithm(scheme, java)
    if key.java_algorithm in _OF_RSA:
        _check_length(key, scheme, algorithm, signature, java)
    elif scheme.name.startswith("rsa_pss"):
        raise _unfit(scheme.name, unfit_for_rsa(algorithm, key, java))
    elif (refused := objection(algorithm, signature, key, java)) is not None:
        if refused.class_name == INVALID_KEY:
            raise _unfit(scheme.name, refused)
        thrown, *causes = refused.chain
        raise UnreadableSignatureError(thrown.message or "", *causes)
    public = loaded(key)
    return public is None or is_verified(content, algorithm, signature, public)


def key_type(leaf: bytes) -> str | None:
    """`PublicKey.getAlgorithm` of a certificate's; None where the certificate cannot be read."""
    try:
        return parse_certificate(leaf).public_key.java_algorithm
    except JavaThrow:
        return None


_OF_RSA = frozenset({"RSA", "RSASSA-PSS"})


def _check_length(key: PublicKey, scheme: Scheme, algorithm: AlgorithmId, signature: bytes, java: Jdk) -> None:
    """Of keys of RSA: a scheme of RSA, and as many octets as the key has; Java does not look which of its kinds."""
    if not scheme.key_type.startswith("RSA"):
        refused = objection(algorithm, signature, key, java)
        raise _unfit(scheme.name, refused or JavaThrow(INVALID_KEY))
    size = ((key.bits or 0) + 7) // 8
    needed = _room_of_pss(algorithm)
    if size < needed:
        refused = JavaThrow(INVALID_KEY, f"Key is too short, need min {needed} bytes")
        if not java.has(Feature.SHORT_KEY_TOLD):
            below = JavaThrow(SIGNATURE, refused.message)
            refused = JavaThrow(INVALID_KEY, str(below), below)
        raise _unfit(scheme.name, refused)
    if len(signature) != size:
        plain = not scheme.name.startswith("rsa_pss") and java.has(Feature.BAD_SIGNATURE_LENGTH)
        text = "Bad signature length" if plain else "Signature length not correct"
        raise UnreadableSignatureError(f"{text}: got {len(signature)} but was expecting {size}")


def _algorithm(scheme: Scheme, java: Jdk) -> AlgorithmId:
    """With TLS's parameters of RSASSA-PSS: one digest for all, and a salt of its size (RFC 8446, 4.2.3)."""
    name, digest = java_signature_name(scheme), scheme.name.rpartition("_")[2].upper()
    pss = (digest, digest, DIGESTS[digest].digest_size) if scheme.name.startswith("rsa_pss") else None
    return AlgorithmId(oid_named(name), parsed=pss, java=java)


def _room_of_pss(algorithm: AlgorithmId) -> int:
    """Octets that a digest and a salt take (RFC 8017, 9.1.1); 0 of another algorithm."""
    if not isinstance(algorithm.parsed, tuple):
        return 0
    digest, _, salt = algorithm.parsed
    return int(DIGESTS[digest].digest_size + salt + 2)


def _unfit(scheme: str, refused: JavaThrow) -> UnfitKeyError:
    return UnfitKeyError(scheme, refused.chain)
