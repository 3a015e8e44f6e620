"""Whether a private key belongs to a certificate: what Java never checks before it signs."""

from __future__ import annotations

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_private_key,
    load_der_public_key,
)

from sn_mock.java.keystore import UsableKey
from sn_mock.java.lang.thrown import JavaThrow
from sn_mock.java.x509.certificates import generate_certificate
from sn_mock.java.x509.signatures import spki

NOWHERE = -1


def place_of_key(key: UsableKey) -> int | None:
    """The place in its chain of the certificate that has this key, from 0; `NOWHERE` for none.

    None where the key or a certificate is of a kind that cannot be compared here.
    """
    if key.pkcs8 is None:
        return None
    try:
        private = load_der_private_key(key.pkcs8, None)
    except _NOT_COMPARABLE:
        return None
    own = _identity(private.public_key())
    held = [_held(encoded) for encoded in key.chain]
    if None in held:
        return None
    return held.index(own) if own in held else NOWHERE


_NOT_COMPARABLE = (ValueError, UnsupportedAlgorithm)
"""What the library says of a key that it does not read."""


def _held(certificate: bytes) -> object | None:
    """The identity of a certificate's key; None where Java or the library does not read it."""
    try:
        encoded = spki(generate_certificate(certificate).public_key)
    except JavaThrow:
        return None
    try:
        public = load_der_public_key(encoded)
    except _NOT_COMPARABLE:
        return None
    return _identity(public)


def _identity(public: PublicKeyTypes) -> object:
    """The numbers of a public key: the same key may be written in several ways."""
    if hasattr(public, "public_numbers"):
        return public.public_numbers()
    return public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
