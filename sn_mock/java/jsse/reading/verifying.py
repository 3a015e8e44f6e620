"""A server's signature of its handshake, verified as JSSE does (SignatureScheme.getVerifier, Signature.verify)."""

from __future__ import annotations

from collections.abc import Mapping

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

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
from sn_mock.java.x509.signature_checks import objection
from tls_transcript import der

_RSA_MD5 = 0x0101
_DIGESTS: Mapping[str, hashes.HashAlgorithm] = {
    "sha1": hashes.SHA1(),
    "sha224": hashes.SHA224(),
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey | ed448.Ed448PublicKey
_RSA_KEY = "sun.security.rsa.RSAPublicKeyImpl"


@dataclass(frozen=True, slots=True)
class Where:
    """How JSSE calls a message with a signature in it."""

    used_in: str
    """`ECDH ServerKeyExchange handshake message`."""
    signature: str
    """`ECDH ServerKeyExchange signature`."""


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
        raise fatal(HANDSHAKE_FAILURE, f"Invalid {where.signature}")


def is_signed(leaf: bytes, number: int, signature: bytes, content: bytes, java: Jdk) -> bool:
    """`Signature.verify`; raises UnfitKeyError, UnreadableSignatureError."""
    (scheme,) = known_schemes((number,), java)
    key = key_of(leaf)
    if isinstance(key, rsa.RSAPublicKey):
        if scheme.key_type == "EdDSA":
            raise _unfit(scheme.name, "Unsupported key type")
        if not scheme.key_type.startswith("RSA"):
            raise _unfit(scheme.name, f"No installed provider supports this key: {_RSA_KEY}")
        size = (key.key_size + 7) // 8
        if len(signature) != size:
            plain = not scheme.name.startswith("rsa_pss") and java.has(Feature.BAD_SIGNATURE_LENGTH)
            text = "Bad signature length" if plain else "Signature length not correct"
            raise UnreadableSignatureError(f"{text}: got {len(signature)} but was expecting {size}")
    else:
        _check_form(leaf, scheme, signature, java)
    return _is_signed(key, scheme.name, signature, content)


def _check_form(leaf: bytes, scheme: Scheme, signature: bytes, java: Jdk) -> None:
    """Of keys that are not RSA's: as of a certificate's signature; raises UnfitKeyError, UnreadableSignatureError."""
    try:
        key = parse_certificate(leaf).public_key
    except JavaThrow:
        return
    algorithm = AlgorithmId(oid_named(java_signature_name(scheme)), java=java)
    refused = objection(algorithm, signature, key, java)
    if refused is None:
        return
    if refused.class_name == INVALID_KEY:
        raise UnfitKeyError(scheme.name, refused.chain)
    thrown, *causes = refused.chain
    raise UnreadableSignatureError(thrown.message or "", *causes)


def _unfit(scheme: str, text: str) -> UnfitKeyError:
    return UnfitKeyError(scheme, (JavaException("java.security.InvalidKeyException", text),))


def key_of(leaf: bytes) -> PublicKey | None:
    """A certificate's key, of the types that are verified with."""
    try:
        key = load_der_public_key(der.subject_public_key_info(leaf).encoded)
    except (ValueError, IndexError, UnsupportedAlgorithm):
        return None
    return key if isinstance(key, PublicKey) else None


def _is_signed(key: PublicKey | None, scheme: str, signature: bytes, content: bytes) -> bool:
    digest = _DIGESTS.get(scheme.rpartition("_")[2])
    try:
        if isinstance(key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey):
            key.verify(signature, content)
        elif digest is None:
            return False
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, content, ec.ECDSA(digest))
        elif isinstance(key, rsa.RSAPublicKey):
            pss = padding.PSS(padding.MGF1(digest), digest.digest_size)
            key.verify(signature, content, pss if scheme.startswith("rsa_pss") else padding.PKCS1v15(), digest)
    except (InvalidSignature, ValueError):
        return False
    return True
