"""The rules every certificate of a path has to keep, in the order in which Java checks them (RFC 5280 section 6.1).

From the anchor down; for each certificate: algorithms, CA key usage, basic constraints, name constraints, validity,
signature, the algorithms the handshake allows, unknown critical extensions. Measured on JDK 17 and 25.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sn_mock.failure import JavaException
from sn_mock.outbound import algorithm_constraints, certificate_extensions, name_constraints, trust_texts
from sn_mock.outbound.certificate import Certificate
from sn_mock.outbound.path_building import Path
from sn_mock.outbound.signatures import signed_by
from sn_mock.outbound.trust_faults import Fault, Reason, java_date

UNLIMITED = 1 << 31

KNOWN_EXTENSIONS = frozenset(
    {
        certificate_extensions.KEY_USAGE,
        certificate_extensions.ALTERNATIVE_NAMES,
        certificate_extensions.BASIC_CONSTRAINTS,
        certificate_extensions.NAME_CONSTRAINTS,
        certificate_extensions.POLICIES,
        certificate_extensions.EXTENDED_KEY_USAGE,
        "2.5.29.33",  # policy mappings
        "2.5.29.36",  # policy constraints
        "2.5.29.54",  # inhibit anyPolicy
    }
)
"""Critical extensions Java processes; another one ends the validation."""


REMOVED_CURVES = {
    "secp192r1": "secp192r1 [NIST P-192, X9.62 prime192v1] (1.2.840.10045.3.1.1)",
    "secp224r1": "secp224r1 [NIST P-224] (1.3.132.0.33)",
    "secp256k1": "secp256k1 (1.3.132.0.10)",
}
"""Curves that Java cannot compute with since JDK 16, as it names them."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """What the rules depend on besides the path."""

    when: datetime
    tls: str
    java: int


def check(path: Path, anchor: Certificate, conditions: Conditions) -> Fault | None:
    """The first broken rule of a path that the anchor should have issued; None where all are kept."""
    return next(_faults(path, anchor, conditions), None)


def _faults(path: Path, anchor: Certificate, conditions: Conditions) -> Iterator[Fault]:
    issuer = anchor
    remaining = UNLIMITED
    constraints = name_constraints.NONE
    for depth, certificate in zip(range(len(path) - 1, -1, -1), reversed(path), strict=True):
        yield from algorithm_constraints.path_faults(certificate, issuer, issuer is anchor, java=conditions.java)
        if depth:
            yield from _ca_faults(certificate, remaining)
            remaining = _remaining(certificate, remaining)
        if not certificate.self_issued or not depth:
            yield from constraints.faults(certificate)
        constraints = constraints.narrowed(certificate.extensions.name_constraints)
        yield from _validity_faults(certificate, conditions.when)
        yield from _issue_faults(certificate, issuer, conditions.java)
        yield from algorithm_constraints.handshake_faults(
            certificate, issuer is anchor, tls=conditions.tls, java=conditions.java
        )
        if set(certificate.extensions.critical) - KNOWN_EXTENSIONS:
            yield Fault(trust_texts.CRITICAL_EXTENSION, bare=True)
        issuer = certificate


def _ca_faults(certificate: Certificate, remaining: int) -> Iterator[Fault]:
    usage = certificate.extensions.key_usage
    if usage is not None and "key_cert_sign" not in usage:
        yield Fault(trust_texts.CA_KEY_USAGE)
    if not certificate.extensions.is_ca:
        yield Fault(trust_texts.NOT_CA)
    if not certificate.self_issued and remaining <= 0:
        yield Fault(trust_texts.PATH_LENGTH)


def _remaining(certificate: Certificate, remaining: int) -> int:
    if not certificate.self_issued:
        remaining -= 1
    limit = certificate.extensions.path_length
    return remaining if limit is None else min(remaining, limit)


def _validity_faults(certificate: Certificate, when: datetime) -> Iterator[Fault]:
    if when < certificate.not_before:
        cause = f"NotBefore: {java_date(certificate.not_before)}"
        not_yet = JavaException("java.security.cert.CertificateNotYetValidException", cause)
        yield Fault(trust_texts.VALIDITY, Reason.NOT_YET_VALID, not_yet)
    if when > certificate.not_after:
        cause = f"NotAfter: {java_date(certificate.not_after)}"
        expired = JavaException("java.security.cert.CertificateExpiredException", cause)
        yield Fault(trust_texts.VALIDITY, Reason.EXPIRED, expired)


def _issue_faults(certificate: Certificate, issuer: Certificate, java: int) -> Iterator[Fault]:
    removed = REMOVED_CURVES.get(issuer.curve or "") if java >= 16 else None
    if removed:
        yield _bad_signature(f"Curve not supported: {removed}")
    if not signed_by(certificate.der, issuer.public_key):
        yield _bad_signature("Signature does not match.")


def _bad_signature(why: str) -> Fault:
    below = JavaException("java.security.SignatureException", why)
    return Fault(trust_texts.SIGNATURE, Reason.INVALID_SIGNATURE, below)
