"""Whether a receiver trusts a signer: the certificate itself, or a chain to a CA that it has.

As WSS4J's `SignatureTrustValidator` does it, dates first; extended key usages and names play no part.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

from ws_security.refusals import Cause, Code, Refusal, refusal


def refused(certificate: x509.Certificate, trust: Sequence[x509.Certificate], now: datetime) -> Refusal | None:
    """Why the certificate is not accepted; None where it is."""
    subject = certificate.subject.rfc4514_string()
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        period = f"{certificate.not_valid_before_utc:%Y-%m-%d} to {certificate.not_valid_after_utc:%Y-%m-%d}"
        sentence = "The provided certificate is invalid"
        return refusal(Cause.CERTIFICATE_DATES, Code.FAILED_CHECK, sentence, f"{subject} is valid from {period}")
    if certificate in trust or _chained(certificate, trust, now):
        return None
    detail = f"{subject}, issued by {certificate.issuer.rfc4514_string()}, is neither trusted itself nor by its issuer"
    return refusal(Cause.NOT_TRUSTED, Code.FAILED_AUTHENTICATION, detail=detail)


def _chained(certificate: x509.Certificate, trust: Sequence[x509.Certificate], now: datetime) -> bool:
    """Whether an issuer stands in `trust`, is a CA and valid now. Every certificate there is an anchor (as in Java)."""
    return any(_issued(certificate, one) and _is_authority(one, now) for one in trust)


def _is_authority(certificate: x509.Certificate, now: datetime) -> bool:
    try:
        constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
    except (x509.ExtensionNotFound, ValueError):
        return False
    return constraints.ca and certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True
