"""The rules every certificate of a path has to keep, in the order in which Java checks them (RFC 5280 section 6.1).

From the anchor down; for each certificate: algorithms, CA key usage, basic constraints, name constraints, policies,
validity, signature, the algorithms the handshake allows, unknown critical extensions. Measured on JDK 17 and 25.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from guarded.values import dataclass
from sn_mock.failure import JavaException
from sn_mock.java.lang.jdk import Jdk
from sn_mock.java.lang.remembering import forgotten_by
from sn_mock.java.pkix import algorithm_constraints, certificate_policies, name_constraints
from sn_mock.java.pkix import texts as trust_texts
from sn_mock.java.pkix.faults import PathFault, Reason, java_date
from sn_mock.java.pkix.path_building import Path
from sn_mock.java.x509 import extension_values as extensions
from sn_mock.java.x509 import signature_checks
from sn_mock.java.x509.certificates import Certificate, millis

KNOWN_EXTENSIONS = frozenset(
    {
        extensions.KEY_USAGE,
        extensions.ALTERNATIVE_NAMES,
        extensions.BASIC_CONSTRAINTS,
        extensions.NAME_CONSTRAINTS,
        extensions.POLICIES,
        extensions.POLICY_MAPPINGS,
        extensions.POLICY_CONSTRAINTS,
        extensions.EXTENDED_KEY_USAGE,
        extensions.INHIBIT_ANY_POLICY,
    }
)
"""Critical extensions Java processes; another one ends the validation."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """What the rules depend on besides the path."""

    when: datetime
    tls: str
    java: Jdk
    offered: tuple[str, ...] = ()
    """The TLS versions of the ClientHello; () where it offered `tls` alone."""


def check(path: Path, anchor: Certificate, conditions: Conditions) -> PathFault | None:
    """The first broken rule of a path that the anchor should have issued; None where all are kept.

    A path without a fault has none as long as its certificates are valid: that is remembered.
    """
    encodings = tuple(certificate.encoded for certificate in path)
    question = encodings, anchor.encoded, conditions.tls, conditions.java, conditions.offered
    now = millis(conditions.when)
    first, last = _sound.get(question, _NEVER)
    if first <= now <= last:
        return None
    fault = next(_faults(path, anchor, conditions), None)
    if fault is None:
        if len(_sound) >= KEPT:
            _sound.clear()
        _sound[question] = max(one.not_before_ms for one in path), min(one.not_after_ms for one in path)
    return fault


_Question = tuple[tuple[bytes, ...], bytes, str, Jdk, tuple[str, ...]]
_sound: dict[_Question, tuple[int, int]] = {}
"""Paths without a fault, and the time (milliseconds) in which all their certificates are valid."""
forgotten_by(_sound.clear)
_NEVER = 1, 0
KEPT = 1024


def _faults(path: Path, anchor: Certificate, conditions: Conditions) -> Iterator[PathFault]:
    issuer = anchor
    remaining = len(path)
    constraints = name_constraints.NONE
    policies = certificate_policies.start(len(path))
    for depth, certificate in zip(range(len(path) - 1, -1, -1), reversed(path), strict=True):
        yield from algorithm_constraints.path_faults(certificate, issuer, issuer is anchor, java=conditions.java)
        if depth:
            allowed = _path_length(certificate, issuer is anchor)
            yield from _ca_faults(certificate, allowed, remaining)
            remaining = min(remaining if certificate.is_self_issued else remaining - 1, allowed)
        if not certificate.is_self_issued or not depth:
            fault = constraints.fault(certificate, conditions.java)
            if fault:
                yield fault
        constraints = constraints.narrowed(certificate.extensions.name_constraints)
        processed = certificate_policies.checked(policies, certificate, last=not depth)
        if isinstance(processed, PathFault):
            yield processed
        else:
            policies = processed
        yield from _validity_faults(certificate, conditions.when)
        yield from _issue_faults(certificate, issuer, conditions.java)
        yield from algorithm_constraints.handshake_faults(
            certificate, issuer is anchor, tls=conditions.tls, java=conditions.java, offered=conditions.offered
        )
        if certificate.extensions.critical - KNOWN_EXTENSIONS:
            yield PathFault(trust_texts.CRITICAL_EXTENSION, bare=True)
        issuer = certificate


def _path_length(certificate: Certificate, from_anchor: bool) -> int:
    """How many CAs may follow; NOT_CA where this is none. Before X.509 version 3 only a self-issued top is one."""
    if certificate.version >= VERSION_3:
        return certificate.extensions.basic_constraints
    return extensions.NO_LIMIT if from_anchor and certificate.is_self_issued else extensions.NOT_CA


VERSION_3 = 2
"""As it is encoded."""


def _ca_faults(certificate: Certificate, allowed: int, remaining: int) -> Iterator[PathFault]:
    usage = certificate.extensions.key_usage
    if usage is not None and "key_cert_sign" not in usage:
        yield PathFault(trust_texts.CA_KEY_USAGE)
    if allowed == extensions.NOT_CA:
        yield PathFault(trust_texts.NOT_CA)
    if not certificate.is_self_issued and remaining <= 0:
        yield PathFault(trust_texts.PATH_LENGTH)


def _validity_faults(certificate: Certificate, when: datetime) -> Iterator[PathFault]:
    now = millis(when)
    if now < certificate.not_before_ms:
        cause = f"NotBefore: {java_date(certificate.not_before_ms)}"
        not_yet = JavaException("java.security.cert.CertificateNotYetValidException", cause)
        yield PathFault(trust_texts.VALIDITY, Reason.NOT_YET_VALID, not_yet)
    if now > certificate.not_after_ms:
        cause = f"NotAfter: {java_date(certificate.not_after_ms)}"
        expired = JavaException("java.security.cert.CertificateExpiredException", cause)
        yield PathFault(trust_texts.VALIDITY, Reason.EXPIRED, expired)


def _issue_faults(certificate: Certificate, issuer: Certificate, java: Jdk) -> Iterator[PathFault]:
    thrown = signature_checks.refusal(certificate, issuer.public_key, java=java)
    if thrown is not None:
        wrong = thrown.class_name == signature_checks.SIGNATURE
        reason = Reason.INVALID_SIGNATURE if wrong else Reason.OTHER
        below, *deeper = thrown.chain
        yield PathFault(trust_texts.SIGNATURE, reason, below, below=tuple(deeper))
