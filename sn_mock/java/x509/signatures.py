"""Who signed whom: needed where two certificates share a name, and to tell people that a chain is broken."""

from __future__ import annotations

from collections.abc import Callable

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from sn_mock.java.asn1 import der
from sn_mock.java.lang.remembering import remembered
from sn_mock.java.lang.thrown import JavaThrow
from sn_mock.java.x509 import algorithm_ids
from sn_mock.java.x509.algorithm_ids import AlgorithmId
from sn_mock.java.x509.certificates import Certificate
from sn_mock.java.x509.public_keys import PublicKey

DIGESTS: dict[str, hashes.HashAlgorithm] = {
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
"""By the name that stands in Java's name of a signature's algorithm."""


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
        members = der.Input(signed).sequence()
        if len(members) < _SIGNED_PARTS:
            return False
        body, algorithm, signature = members[:_SIGNED_PARTS]
        parsed, octets = algorithm_ids.parse(algorithm), signature.bit_string()
    except JavaThrow:
        return False
    return _bears(body.encoded(), parsed, octets, key)


_SIGNED_PARTS = 3
"""What is signed, the algorithm, the signature."""


KEPT = 1024
"""How many verdicts are remembered: the same few certificates come with every handshake."""


@remembered(KEPT)
def _bears(signed: bytes, algorithm: AlgorithmId, signature: bytes, key: PublicKey) -> bool:
    if key.java_algorithm == "DH":  # signs nothing, and `cryptography` warns whoever loads one
        return False
    public = loaded(key)
    return public is not None and is_verified(signed, algorithm, signature, public)


def is_verified(signed: bytes, algorithm: AlgorithmId, signature: bytes, public: object) -> bool:
    """The signature was made by that algorithm with the loaded key; False where the two do not fit."""
    verify = _verifier(algorithm, public)
    if verify is None:
        return False
    try:
        verify(signature, signed)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):  # of the library's: nothing of ours runs in there
        return False
    return True


def loaded(key: PublicKey) -> object | None:
    """The key in the library's hands; None where it does not take what Java took."""
    encoded = spki(key)
    try:
        return load_der_public_key(encoded)
    except (UnsupportedAlgorithm, ValueError):
        return None


def _verifier(algorithm: AlgorithmId, public: object) -> Callable[[bytes, bytes], None] | None:
    """What verifies (signature, signed octets) by that algorithm with that key; None where the two do not fit."""
    if algorithm.name == "RSASSA-PSS":
        return _pss_verifier(algorithm, public)
    if isinstance(public, (ed25519.Ed25519PublicKey, ed448.Ed448PublicKey)):
        return public.verify
    digest = DIGESTS.get(algorithm.name.partition("with")[0])
    if digest is None:
        return None
    if isinstance(public, rsa.RSAPublicKey):
        return lambda signature, signed: public.verify(signature, signed, padding.PKCS1v15(), digest)
    if isinstance(public, ec.EllipticCurvePublicKey):
        return lambda signature, signed: public.verify(signature, signed, ec.ECDSA(digest))
    if isinstance(public, dsa.DSAPublicKey):
        return lambda signature, signed: public.verify(signature, signed, digest)
    return None


def _pss_verifier(algorithm: AlgorithmId, public: object) -> Callable[[bytes, bytes], None] | None:
    parameters = algorithm.parsed
    if not isinstance(parameters, tuple) or not isinstance(public, rsa.RSAPublicKey):
        return None
    digest_name, mgf_digest, salt_length = parameters
    digest, mask = (DIGESTS.get(name.replace("SHA-", "SHA")) for name in (digest_name, mgf_digest))
    if digest is None or mask is None or salt_length < 0:
        return None
    scheme = padding.PSS(padding.MGF1(mask), salt_length)
    return lambda signature, signed: public.verify(signature, signed, scheme, digest)


def spki(key: PublicKey) -> bytes:
    """The key as SubjectPublicKeyInfo; RSASSA-PSS keys as plain RSA, which verifies the same."""
    algorithm = key.algorithm.encoded()
    if key.java_algorithm == "RSASSA-PSS":
        algorithm = _PLAIN_RSA
    return der.encode(der.SEQUENCE, algorithm + der.encode(der.BIT_STRING, b"\0" + key.key))


_PLAIN_RSA = bytes.fromhex("300d06092a864886f70d0101010500")
