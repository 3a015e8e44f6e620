"""Does this certificate (or CRL) bear a signature of that key?"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from tls_transcript import der

_HASHES: Mapping[str, Callable[[], hashes.HashAlgorithm]] = {
    "1.2.840.113549.1.1.4": hashes.MD5,
    "1.2.840.113549.1.1.5": hashes.SHA1,
    "1.3.14.3.2.29": hashes.SHA1,
    "1.2.840.113549.1.1.14": hashes.SHA224,
    "1.2.840.113549.1.1.11": hashes.SHA256,
    "1.2.840.113549.1.1.12": hashes.SHA384,
    "1.2.840.113549.1.1.13": hashes.SHA512,
    "1.2.840.10045.4.1": hashes.SHA1,
    "1.2.840.10045.4.3.1": hashes.SHA224,
    "1.2.840.10045.4.3.2": hashes.SHA256,
    "1.2.840.10045.4.3.3": hashes.SHA384,
    "1.2.840.10045.4.3.4": hashes.SHA512,
    "1.2.840.10040.4.3": hashes.SHA1,
    "2.16.840.1.101.3.4.3.1": hashes.SHA224,
    "2.16.840.1.101.3.4.3.2": hashes.SHA256,
    "2.16.840.1.101.3.4.2.1": hashes.SHA256,
    "2.16.840.1.101.3.4.2.2": hashes.SHA384,
    "2.16.840.1.101.3.4.2.3": hashes.SHA512,
    "1.3.14.3.2.26": hashes.SHA1,
}
"""Signature and digest OIDs to their hash."""

_RSASSA_PSS = "1.2.840.113549.1.1.10"


def signed_by(signed: bytes, public_key: bytes) -> bool:
    """True where `signed` bears a good signature of the key (DER SubjectPublicKeyInfo).

    `signed` is a certificate, a CRL or a BasicOCSPResponse (DER).
    """
    body, algorithm, signature, *_ = der.read(signed).expect(der.SEQUENCE).children()
    try:
        _verify(load_der_public_key(public_key), signature.content[1:], body.encoded, algorithm)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError, KeyError):
        return False
    return True


def _verify(key: object, signature: bytes, data: bytes, algorithm: der.Value) -> None:
    parts = algorithm.children()
    oid = der.oid(parts[0])
    if isinstance(key, rsa.RSAPublicKey) and oid == _RSASSA_PSS:
        digest, salt = _pss_parameters(parts[1:])
        key.verify(signature, data, padding.PSS(padding.MGF1(digest), salt), digest)
    elif isinstance(key, rsa.RSAPublicKey):
        key.verify(signature, data, padding.PKCS1v15(), _HASHES[oid]())
    elif isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, data, ec.ECDSA(_HASHES[oid]()))
    elif isinstance(key, dsa.DSAPublicKey):
        key.verify(signature, data, _HASHES[oid]())
    elif isinstance(key, (ed25519.Ed25519PublicKey, ed448.Ed448PublicKey)):
        key.verify(signature, data)
    else:
        raise TypeError("not a signing key")


def _pss_parameters(parameters: tuple[der.Value, ...]) -> tuple[hashes.HashAlgorithm, int]:
    """Hash and salt length of RSASSA-PSS-params (RFC 4055 section 3.1); SHA-1 and 20 by default."""
    tagged = {part.tag: part for part in parameters[0].children()} if parameters else {}
    digest_oid = der.oid(tagged[0xA0].children()[0].children()[0]) if 0xA0 in tagged else "1.3.14.3.2.26"
    salt = der.integer(tagged[0xA2].children()[0]) if 0xA2 in tagged else 20
    return _HASHES[digest_oid](), salt
