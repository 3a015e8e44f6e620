"""From the provider's chain to a certification path that ends at a trust anchor, as `PKIXValidator` looks for it.

A chain in order that touches an anchor is only validated: its fault is named. Any other chain goes to the path
builder, which tries every issuer it knows and, when none works, names no fault but `unable to find valid certification
path`. Read from OpenJDK's behaviour, measured on JDK 17 and 25.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sn_mock.outbound import trust_texts, x500
from sn_mock.outbound.certificate import Certificate
from sn_mock.outbound.trust_faults import VALIDATOR_WRAPPER, Fault

Path = tuple[Certificate, ...]
"""Certificates from the leaf up to the one the anchor issued; the anchor itself is not in it."""
Validate = Callable[[Path, Certificate], "Fault | None"]


@dataclass(frozen=True, slots=True)
class Found:
    """A path and the anchor it ends at; an empty path means that the leaf itself is an anchor."""

    path: Path
    anchor: Certificate
    built: bool = False
    """True where the builder had to look for it."""


def find(
    chain: Sequence[Certificate], anchors: Sequence[Certificate], when: datetime, validate: Validate
) -> Found | Fault | None:
    """The accepted path; the Fault of the only path Java considered; None where the builder found nothing."""
    partial = _in_order(chain, anchors)
    if partial is None:
        return _build(chain, anchors, when, validate)
    if not partial:
        return Found((), chain[0])
    return _validate_against(partial, anchors, validate)


def _in_order(chain: Sequence[Certificate], anchors: Sequence[Certificate]) -> Path | None:
    """The part of the chain below its first trusted certificate; None where the builder has to look."""
    trusted = {anchor.der for anchor in anchors}
    keys = {(anchor.subject_text, anchor.public_key) for anchor in anchors}
    for index, certificate in enumerate(chain):
        if index and certificate.subject_text != chain[index - 1].issuer_text:
            return None
        if certificate.der in trusted or (index and (certificate.subject_text, certificate.public_key) in keys):
            return tuple(chain[:index])
    if any(anchor.subject_text == chain[-1].issuer_text for anchor in anchors):
        return tuple(chain)
    return None


def _validate_against(path: Path, anchors: Sequence[Certificate], validate: Validate) -> Found | Fault:
    fault = None
    for anchor in anchors:
        if anchor.subject_text != path[-1].issuer_text or not _identifiers_agree(path[-1], anchor):
            continue
        fault = validate(path, anchor)
        if fault is None:
            return Found(path, anchor)
    return fault or Fault(trust_texts.NO_ANCHOR_FITS, bare=True)


def _identifiers_agree(issued: Certificate, issuer: Certificate) -> bool:
    """False only where both key identifiers are present and differ (RFC 5280 section 4.2.1.1)."""
    wanted, offered = issued.extensions.authority_key_id, issuer.extensions.subject_key_id
    return wanted is None or offered is None or wanted == offered


def _build(
    chain: Sequence[Certificate], anchors: Sequence[Certificate], when: datetime, validate: Validate
) -> Found | None:
    """Depth-first search from the leaf; anchors are tried before certificates of the chain."""
    pool = tuple(dict.fromkeys(chain))
    leaf = chain[0]
    if not _valid(leaf, when):
        return None

    def extend(path: Path) -> Found | None:
        last = path[-1]
        for anchor in anchors:
            # the builder checks an anchor's dates, except where it issued the leaf (a selector that is used again)
            dated = len(path) == 1 or _valid(anchor, when)
            if dated and anchor.subject_text == last.issuer_text and validate(path, anchor) is None:
                return Found(path, anchor, built=True)
        for issuer in pool:
            if issuer in path or issuer.subject_text != last.issuer_text or not _may_issue(issuer, len(path), when):
                continue
            if last.self_issued and issuer.self_issued:
                continue
            found = extend((*path, issuer))
            if found:
                return found
        return None

    return extend((leaf,))


def _may_issue(certificate: Certificate, depth: int, when: datetime) -> bool:
    limit = certificate.extensions.path_length
    usage = certificate.extensions.key_usage
    return (
        bool(certificate.extensions.is_ca)
        and (limit is None or limit >= depth - 1)
        and (usage is None or "key_cert_sign" in usage)
        and _valid(certificate, when)
    )


def _valid(certificate: Certificate, when: datetime) -> bool:
    return certificate.not_before <= when <= certificate.not_after


def anchor_fault(anchor: Certificate) -> Fault | None:
    """What Java objects to in the anchor of a good path: it has to be a CA (X.509 version 1 excepted)."""
    subject = x500.readable(anchor.subject)
    usage = anchor.extensions.key_usage
    if anchor.version < 3:
        return None
    if not anchor.extensions.is_ca:
        text = trust_texts.ANCHOR_NOT_CA.format(subject=subject)
        return Fault(text, java_class=VALIDATOR_WRAPPER, bare=True)
    if usage is not None and "key_cert_sign" not in usage:
        text = trust_texts.ANCHOR_MAY_NOT_SIGN.format(subject=subject)
        return Fault(text, java_class=VALIDATOR_WRAPPER, bare=True)
    return None
