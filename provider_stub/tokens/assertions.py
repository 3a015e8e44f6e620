"""Whose key signed a JSON Web Token: RS256 to RS512 and ES256 to ES512 (RFC 7518), by certificates of the policy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from provider_stub.tokens.sealed import claims_of


def verified(assertion: str, certificates: Sequence[bytes], now: float) -> tuple[dict[str, Any], str]:
    """The claims, and why they are not to be believed; the reason is empty where they are."""
    read = claims_of(assertion)
    if read is None:
        return {}, "the assertion is no JSON Web Token"
    header, claims, signed, signature = read
    if not any(_signed_by(der, str(header.get("alg")), signed, signature) for der in certificates):
        return dict(claims), "no certificate of token_certificates made the assertion's signature"
    expires = claims.get("exp")
    if not isinstance(expires, int | float) or expires <= now:
        return dict(claims), "the assertion has expired"
    return dict(claims), ""


def _signed_by(der: bytes, algorithm: str, signed: bytes, signature: bytes) -> bool:
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

    digests = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}
    digest = digests.get(algorithm[2:])
    if digest is None:
        return False
    try:
        key = x509.load_der_x509_certificate(der).public_key()
        if isinstance(key, rsa.RSAPublicKey) and algorithm[:2] == "RS":
            key.verify(signature, signed, padding.PKCS1v15(), digest)
        elif isinstance(key, ec.EllipticCurvePublicKey) and algorithm[:2] == "ES":
            half = len(signature) // 2
            r, s = (int.from_bytes(part, "big") for part in (signature[:half], signature[half:]))
            key.verify(encode_dss_signature(r, s), signed, ec.ECDSA(digest))
        else:
            return False
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return False
    return True
