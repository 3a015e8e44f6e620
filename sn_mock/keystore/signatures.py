"""Who signed whom: needed where two certificates share a name, and to tell people that a chain is broken."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from sn_mock.keystore import der
from sn_mock.keystore.certificates import Certificate
from sn_mock.keystore.public_keys import PublicKey

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
    algorithm = certificate.signature_algorithm
    hash_name, _, _ = algorithm.name.partition("with")
    try:
        if algorithm.name == "RSASSA-PSS":
            return _verifies_pss(certificate, key)
        return _verifies(certificate, key, _HASHES.get(hash_name))
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
        return False


def _verifies(certificate: Certificate, key: PublicKey, algorithm: hashes.HashAlgorithm | None) -> bool:
    public = load_der_public_key(spki(key))
    signature, signed = certificate.signature, certificate.signed_part
    if isinstance(public, (ed25519.Ed25519PublicKey, ed448.Ed448PublicKey)):
        public.verify(signature, signed)
        return True
    if algorithm is None:
        return False
    if isinstance(public, rsa.RSAPublicKey):
        public.verify(signature, signed, padding.PKCS1v15(), algorithm)
        return True
    if isinstance(public, ec.EllipticCurvePublicKey):
        public.verify(signature, signed, ec.ECDSA(algorithm))
        return True
    if isinstance(public, dsa.DSAPublicKey):
        public.verify(signature, signed, algorithm)
        return True
    return False


def _verifies_pss(certificate: Certificate, key: PublicKey) -> bool:
    parameters = certificate.signature_algorithm.parsed
    public = load_der_public_key(spki(key))
    if not isinstance(parameters, tuple) or not isinstance(public, rsa.RSAPublicKey):
        return False
    digest, mgf_digest, salt_length = parameters
    algorithm, mask = (_HASHES.get(name.replace("SHA-", "SHA")) for name in (digest, mgf_digest))
    if algorithm is None or mask is None:
        return False
    pss = padding.PSS(padding.MGF1(mask), salt_length)
    public.verify(certificate.signature, certificate.signed_part, pss, algorithm)
    return True


def spki(key: PublicKey) -> bytes:
    """The key as SubjectPublicKeyInfo; RSASSA-PSS keys as plain RSA, which verifies the same."""
    algorithm = key.algorithm.encoded()
    if key.java_algorithm == "RSASSA-PSS":
        algorithm = _PLAIN_RSA
    return der.encode(der.SEQUENCE, algorithm + der.encode(der.BIT_STRING, b"\0" + key.key))


_PLAIN_RSA = bytes.fromhex("300d06092a864886f70d0101010500")
