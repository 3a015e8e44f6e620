"""After the key manager has chosen: can JSSE use that key, or does something else happen? (measured on JDK 17)"""

from __future__ import annotations

from guarded.values import dataclass
from sn_mock.failure import JavaException
from sn_mock.java.asn1 import oids
from sn_mock.java.asn1.oids import oid_named
from sn_mock.java.exceptions.alerts import HANDSHAKE_EXCEPTION, HANDSHAKE_FAILURE, INTERNAL_ERROR, own_exception
from sn_mock.java.jsse.key_types import ClientAbort, signing_schemes
from sn_mock.java.keystore.entries import UsableKey
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import Jdk
from sn_mock.java.lang.remembering import remembered_by_digest
from sn_mock.java.pkix.signature_schemes import ENABLED_CURVES, Request
from sn_mock.java.x509.curves import TLS_NAMES
from tls_transcript import der

KEY_TYPES = {
    oids.RSA: "RSA",
    oid_named("RSASSA-PSS"): "RSASSA-PSS",
    oid_named("EC"): "EC",
    oids.DSA: "DSA",
    oid_named("Ed25519"): "EdDSA",
    oid_named("Ed448"): "EdDSA",
}
"""Private key algorithm to Java's `PrivateKey.getAlgorithm()`."""
_EDWARDS = {oid_named("Ed25519"): "ed25519", oid_named("Ed448"): "ed448"}
_DIGEST_BITS = {"sha1": 160, "sha224": 224, "sha256": 256}


def withheld(key: UsableKey, key_types: tuple[str, ...], java: Jdk) -> str | None:
    """Why JSSE sends an empty Certificate although the key manager named this alias; None where it sends the chain."""
    if key.pkcs8 is None:
        return "the key password does not open its private key, so Java sends no certificate"
    if told := kept_back(key, java):
        return told
    private = private_key_type(key.pkcs8)
    return f"its private key type {private} was not asked for" if _compares(java) and private not in key_types else None


def kept_back(key: UsableKey, java: Jdk) -> str | None:
    """Why Java never sends this key's chain, whatever is asked for: key and certificate are of different algorithms.

    Measured on 8u252, 8u504, 11.0.13, 11.0.32, 17.0.15, 17.0.19, 21.0.8 and 21.0.13, TLS 1.2 and 1.3: before 8u261,
    SunX509 alone sends it and signs with the other algorithm. A key of the right algorithm that is another's is sent.
    """
    private = key.refused or (private_key_type(key.pkcs8) if key.pkcs8 is not None else key.key_type)
    if private == key.key_type or not (key.refused or _compares(java)):
        return None
    return (
        f"its private key is of type {private} and its certificate of type {key.key_type}, so Java sends no certificate"
    )


def _compares(java: Jdk) -> bool:
    """Whether JSSE looks at the private key's own algorithm before it sends the chain."""
    return java.has(Feature.JSSE_11)


def contradicting_scheme(key: UsableKey, request: Request, java: Jdk) -> int | None:
    """The scheme that Java 8 names when key and certificate are of different algorithms; None for a usual key."""
    private = private_key_type(key.pkcs8 or b"")
    if java.has(Feature.JSSE_11) or private == key.key_type:
        return None
    fitting = (one for one in signing_schemes(request, tls="TLSv1.2", java=java) if one.key_type == private)
    return next((scheme.number for scheme in fitting), None)


def cannot_sign(key: UsableKey, request: Request, *, tls: str, java: Jdk) -> ClientAbort | None:
    """Java's own failure when no requested scheme fits the key's curve or size; None where one fits."""
    private = _private_key(key.pkcs8 or b"")
    if not java.has(Feature.JSSE_11):
        return _cannot_sign_in_java_8(key, private, request, java)
    for scheme in signing_schemes(request, tls=tls, java=java):
        if scheme.key_type != key.key_type or private.bits < scheme.min_bits:
            continue
        if scheme.key_type == "EC" and not (
            private.curve == scheme.curve or (not scheme.curve and private.curve in ENABLED_CURVES)
        ):
            continue
        if scheme.key_type == "EdDSA" and scheme.name != private.curve:
            continue
        if scheme.key_type == "DSA" and _DIGEST_BITS[scheme.name.rpartition("_")[2]] < private.bits:
            continue
        return None
    text = f"No supported CertificateVerify signature algorithm for {key.key_type}  key"  # two blanks, as Java has it
    return ClientAbort(own_exception(INTERNAL_ERROR, text, java=java), INTERNAL_ERROR)


_LARGE_RSA_BITS, _SHORT_DIGESTS = 768, frozenset({"sha1", "sha224", "sha256"})


def _cannot_sign_in_java_8(key: UsableKey, private: _PrivateKey, request: Request, java: Jdk) -> ClientAbort | None:
    """Before 8u261 (`SignatureAndHashAlgorithm.getPreferableAlgorithm`): a curve does not matter, nor DSA's digest."""
    kind = private_key_type(key.pkcs8 or b"")
    for scheme in signing_schemes(request, tls="TLSv1.2", java=java):
        digest = scheme.name.rpartition("_")[2]
        small = kind == "RSA" and private.bits < _LARGE_RSA_BITS and digest not in _SHORT_DIGESTS
        if scheme.key_type != kind or small:
            continue
        if kind == "DSA" and _DIGEST_BITS[digest] < private.bits:
            return _digest_too_short(digest)
        return None
    return ClientAbort(
        own_exception(HANDSHAKE_FAILURE, "No supported signature algorithm", java=java), HANDSHAKE_FAILURE
    )


def _digest_too_short(digest: str) -> ClientAbort:
    name = digest.upper().replace("SHA", "SHA-")
    cause = JavaException(
        "java.security.InvalidKeyException",
        f"The security strength of {name} digest algorithm is not sufficient for this key size",
    )
    thrown = JavaException(HANDSHAKE_EXCEPTION, "Error signing certificate verify")
    return ClientAbort((thrown, cause), HANDSHAKE_FAILURE)


@dataclass(frozen=True, slots=True)
class _PrivateKey:
    """What a private key can sign with; Java asks the key itself, not its certificate."""

    bits: int = 0
    """RSA: of the modulus. DSA: of q, which no digest may be shorter than (FIPS 186-4 section 4.2)."""
    curve: str | None = None


@remembered_by_digest(64)
def _private_key(pkcs8: bytes) -> _PrivateKey:
    _, algorithm, secret, *_ = der.read(pkcs8).children()
    oid, *parameters = algorithm.children()
    kind = private_key_type(pkcs8)
    if kind in ("RSA", "RSASSA-PSS"):
        return _PrivateKey(bits=der.integer(der.read(secret.content).children()[1]).bit_length())
    if kind == "DSA":
        return _PrivateKey(bits=der.integer(parameters[0].children()[1]).bit_length())
    if kind == "EdDSA":
        return _PrivateKey(curve=_EDWARDS[der.oid(oid)])
    named = der.oid(parameters[0]) if parameters and parameters[0].tag == der.OID else ""
    return _PrivateKey(curve=TLS_NAMES.get(named, named))


@remembered_by_digest(64)
def private_key_type(pkcs8: bytes) -> str:
    """Java's algorithm name of a PKCS#8 private key (RFC 5208), or its dotted OID."""
    oid = der.oid(der.read(pkcs8).children()[1].children()[0])
    return KEY_TYPES.get(oid, oid)
