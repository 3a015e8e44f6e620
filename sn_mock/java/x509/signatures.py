"""Who signed whom: needed where two certificates share a name, and to tell people that a chain is broken."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from sn_mock.java.asn1 import der
from sn_mock.java.lang.thrown import JavaThrow
from sn_mock.java.x509 import algorithm_ids
from sn_mock.java.x509.algorithm_ids import AlgorithmId
from sn_mock.java.x509.certificates import Certificate
from sn_mock.java.x509.public_keys import PublicKey

_HASHES: dict[str, hashes.HashAlgorithm] = {
    "MD5": hashes.MD5(),
    "SHA1": hashes.SHA1(),
    "SHA224": hashes.SHA224(),
    "SHA256": hashes.SHA256(),
    "SHA384": hashes.SHA384(),
    "SHA512": hashes.SHA512(),
    "SHA3-224": hashes.SHA3_224(),
    "SHA3-256": hashes.SHA3_256(),
    "SHA3-384": hashes.SHA3_384(),
    "SHA3-512": hashes.SHA3_512(),
}


def names_match(certificate: Certificate, issuer: Certificate) -> bool:
    """The issuer's subject is the certificate's issuer, as Java compares names."""
    return certificate.issuer.canonical == issuer.subject.canonical


def is_signed_by(certificate: Certificate, issuer: Certificate) -> bool:
    """Names match and the signature verifies, however weak; False for algorithms that cannot be checked."""
    return names_match(certificate, issuer) and verifies(certificate, issuer.public_key)


def is_self_signed(certificate: Certificate) -> bool:
    """Subject equals issuer and the signature verifies with the certificate's own key."""
    return is_signed_by(certificate, certificate)


def verifies(certificate: Certificate, key: PublicKey) -> bool:
    """The signature on the certificate was made with this key."""
    return _bears(certificate.signed_part, certificate.signature_algorithm, certificate.signature, key)


def signed_by(signed: bytes, key: PublicKey) -> bool:
    """The signature on a CRL or a BasicOCSPResponse (DER) was made with this key; False where it cannot be read."""
    try:
        body, algorithm, signature, *_ = der.Input(signed).sequence()
        return _bears(body.encoded(), algorithm_ids.parse(algorithm), signature.bit_string(), key)
    except (JavaThrow, ValueError):
        return False


def _bears(signed: bytes, algorithm: AlgorithmId, signature: bytes, key: PublicKey) -> bool:
    if key.java_algorithm == "DH":  # signs nothing, and `cryptography` warns whoever loads one
        return False
    try:
        public = load_der_public_key(spki(key))
        if algorithm.name == "RSASSA-PSS":
            return _verify_pss(signed, algorithm, signature, public)
        return _verify(signed, algorithm, signature, public)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
        return False


def _verify(signed: bytes, algorithm: AlgorithmId, signature: bytes, public: object) -> bool:
    if isinstance(public, (ed25519.Ed25519PublicKey, ed448.Ed448PublicKey)):
        public.verify(signature, signed)
        return True
    digest = _HASHES.get(algorithm.name.partition("with")[0])
    if digest is None:
        return False
    if isinstance(public, rsa.RSAPublicKey):
        public.verify(signature, signed, padding.PKCS1v15(), digest)
        return True
    if isinstance(public, ec.EllipticCurvePublicKey):
        public.verify(signature, signed, ec.ECDSA(digest))
        return True
    if isinstance(public, dsa.DSAPublicKey):
        public.verify(signature, signed, digest)
        return True
    return False


def _verify_pss(signed: bytes, algorithm: AlgorithmId, signature: bytes, public: object) -> bool:
    parameters = algorithm.parsed
    if not isinstance(parameters, tuple) or not isinstance(public, rsa.RSAPublicKey):
        return False
    digest_name, mgf_digest, salt_length = parameters
    digest, mask = (_HASHES.get(name.replace("SHA-", "SHA")) for name in (digest_name, mgf_digest))
    if digest is None or mask is None:
        return False
    public.verify(signature, signed, padding.PSS(padding.MGF1(mask), salt_length), digest)
    return True


def spki(key: PublicKey) -> bytes:
    """The key as SubjectPublicKeyInfo; RSASSA-PSS keys as plain RSA, which verifies the same."""
    algorithm = key.algorithm.encoded()
    if key.java_algorithm == "RSASSA-PSS":
        algorithm = _PLAIN_RSA
    return der.encode(der.SEQUENCE, algorithm + der.encode(der.BIT_STRING, b"\0" + key.key))


_PLAIN_RSA = bytes.fromhex("300d06092a864886f70d0101010500")
