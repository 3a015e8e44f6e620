"""Whether a private key belongs to the certificate it is stored with. Java never looks: it sends what the entry holds.

A keystore takes any key with any chain (`KeyStore.setKeyEntry`); the mistake shows as the provider's alert. Covers RSA,
RSASSA-PSS, DSA, EC and Edwards keys (RFC 5958, RFC 5280).
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa

from sn_mock.java.asn1.oids import oid_named
from sn_mock.java.lang.remembering import remembered_by_digest
from sn_mock.java.lang.thrown import JavaThrow
from sn_mock.java.x509.certificates import generate_certificate, parse_certificate
from sn_mock.java.x509.signatures import is_signed_by, spki
from tls_transcript import der


class Fit(Enum):
    """What the key of an entry has to do with its chain."""

    FIRST = "the key belongs to the first certificate, as it must"
    ISSUER = "the key belongs to a CA that issued an earlier certificate: it is not the client's"
    LATER = "the key belongs to a later certificate: the chain is stored in the wrong order"
    NONE = "the key belongs to no certificate of the chain"
    UNKNOWN = "key or certificate are of a kind that cannot be compared"


MISFITS = frozenset({Fit.ISSUER, Fit.LATER, Fit.NONE})
"""The key is not that of the first certificate."""


def fit(pkcs8: bytes | None, chain: Sequence[bytes]) -> Fit:
    """How this key (PKCS#8) and this chain (DER, as stored) belong together; a key that is not open is UNKNOWN."""
    owner = position(pkcs8, chain)
    if owner == 1:
        return Fit.FIRST
    if owner:
        return Fit.ISSUER if _issued_before(chain, owner) else Fit.LATER
    return Fit.UNKNOWN if _own(pkcs8) is None or not chain or _certified(chain[0]) is None else Fit.NONE


def _issued_before(chain: Sequence[bytes], owner: int) -> bool:
    """Whether that certificate is a CA's and signed one in front of it, which a client's in a wrong place did not."""
    authority = parse_certificate(chain[owner - 1])
    may_issue = authority.is_ca or authority.version < _VERSION_3
    return may_issue and any(is_signed_by(parse_certificate(one), authority) for one in chain[: owner - 1])


_VERSION_3 = 2
"""As encoded: certificates from here on say whether they are a CA's (RFC 5280 section 4.1.2.1)."""


def position(pkcs8: bytes | None, chain: Sequence[bytes]) -> int | None:
    """Which certificate of the chain the key belongs to, counted from 1; None where it is none of them."""
    return _position(pkcs8, tuple(chain))


KEPT_KEYS = 64
"""Keys whose place in their chain is remembered: a check asks once for each call of an instance."""


@remembered_by_digest(KEPT_KEYS)
def _position(pkcs8: bytes | None, chain: tuple[bytes, ...]) -> int | None:
    own = _own(pkcs8)
    if own is None:
        return None
    return next((number for number, one in enumerate(chain, start=1) if _certified(one) == own), None)


def _own(pkcs8: bytes | None) -> object:
    if pkcs8 is None:
        return None
    try:
        private = serialization.load_der_private_key(_without_null(pkcs8), None)
    except _NOT_COMPARABLE:
        return None
    return _numbers(private.public_key() if hasattr(private, "public_key") else None)


def _without_null(pkcs8: bytes) -> bytes:
    """An Edwards key as RFC 8410 has it: Java 8, which does not know it, holds it with a NULL that others refuse."""
    version, algorithm, *rest = der.read(pkcs8).children()
    oid, *parameters = algorithm.children()
    if der.oid(oid) not in _EDWARDS or not parameters:
        return pkcs8
    parts = (version, der.read(der.encode(der.SEQUENCE, oid.encoded)), *rest)
    return der.encode(der.SEQUENCE, b"".join(part.encoded for part in parts))


_EDWARDS = frozenset({oid_named("Ed25519"), oid_named("Ed448")})


def _certified(certificate: bytes) -> object:
    """The key of a certificate as Java reads it, which takes some that others refuse."""
    try:
        encoded = spki(generate_certificate(certificate).public_key)
    except JavaThrow:
        return None
    try:
        public = serialization.load_der_public_key(encoded)
    except _NOT_COMPARABLE:
        return None
    return _numbers(public)


_NOT_COMPARABLE = (ValueError, UnsupportedAlgorithm)
"""What the library says of a key that it does not read."""


def _numbers(key: object) -> object:
    """What two equal public keys have in common, whatever algorithm identifier they stand under."""
    if isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey | dsa.DSAPublicKey):
        return key.public_numbers()
    if isinstance(key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey):
        return key.public_bytes_raw()
    return None
