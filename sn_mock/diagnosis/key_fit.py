"""Whether a private key belongs to a certificate: what Java never checks before it signs."""

from __future__ import annotations

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_der_public_key

from sn_mock.java.keystore import UsableKey
from sn_mock.java.keytool.issuing import public_key_info
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
        own = _identity(public_key_info(key.pkcs8))
        held = [_identity(spki(generate_certificate(encoded).public_key)) for encoded in key.chain]
    except (JavaThrow, ValueError, UnsupportedAlgorithm):
        return None
    return held.index(own) if own in held else NOWHERE


def _identity(spki: bytes) -> object:
    """The numbers of a public key: the same key may be written in several ways."""
    public = load_der_public_key(spki)
    return public.public_numbers() if hasattr(public, "public_numbers") else spki
