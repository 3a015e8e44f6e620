"""From the provider's chain to a certification path that ends at a trust anchor, as `PKIXValidator` looks for it.

A chain in order that touches an anchor is only validated: its fault is named. Any other chain goes to the path
builder, which tries every issuer it knows and, when none works, names no fault but `unable to find valid certification
path`. Read from OpenJDK's behaviour, measured on JDK 17 and 25.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from guarded.values import dataclass
from sn_mock.java.asn1 import der
from sn_mock.java.pkix import texts as trust_texts
from sn_mock.java.pkix.candidate_order import CandidateOrder
from sn_mock.java.pkix.faults import VALIDATOR_WRAPPER, PathFault
from sn_mock.java.x509.certificates import Certificate
from sn_mock.java.x509.extension_values import NOT_CA, SUBJECT_KEY_ID
from sn_mock.java.x509.general_names import GeneralName

Path = tuple[Certificate, ...]
"""Certificates from the leaf up to the one the anchor issued; the anchor itself is not in it."""
Validate = Callable[[Path, Certificate], "PathFault | None"]


@dataclass(frozen=True, slots=True)
class Found:
    """A path and the anchor it ends at; an empty path means that the leaf itself is an anchor."""

    path: Path
    anchor: Certificate
    built: bool = False
    """True where the builder had to look for it."""


def find(
    chain: Sequence[Certificate], anchors: Sequence[Certificate], when: datetime, validate: Validate
) -> Found | PathFault | None:
    """The accepted path; the Fault of the only path Java considered; None where the builder found nothing."""
    partial = _in_order(chain, anchors)
    if partial is None:
        return _build(chain, anchors, when, validate)
    if not partial:
        return Found((), chain[0])
    return _validate_against(partial, anchors, validate)


def _in_order(chain: Sequence[Certificate], anchors: Sequence[Certificate]) -> Path | None:
    """The part of the chain below its first trusted certificate; None where the builder has to look."""
    trusted = {anchor.encoded for anchor in anchors}
    keys = {(anchor.subject.canonical, anchor.public_key.identity) for anchor in anchors}
    for index, certificate in enumerate(chain):
        subject = certificate.subject.canonical
        if index and subject != chain[index - 1].issuer.canonical:
            return None
        if certificate.encoded in trusted or (index and (subject, certificate.public_key.identity) in keys):
            return tuple(chain[:index])
    if any(anchor.subject.canonical == chain[-1].issuer.canonical for anchor in anchors):
        return tuple(chain)
    return None


def _validate_against(path: Path, anchors: Sequence[Certificate], validate: Validate) -> Found | PathFault:
    fault = None
    for anchor in anchors:
        if anchor.subject.canonical != path[-1].issuer.canonical or not _named_as_issuer(path[-1], anchor):
            continue
        fault = validate(path, anchor)
        if fault is None:
            return Found(path, anchor)
    return fault or PathFault(trust_texts.NO_ANCHOR_FITS, bare=True)


def _named_as_issuer(issued: Certificate, anchor: Certificate) -> bool:
    """The anchor is the one that the authority key identifier names (RFC 5280 section 4.2.1.1), as far as it says.

    Key identifiers are compared as they are encoded, and only where both are present; a serial number counts for
    anchors of X.509 version 3.
    """
    wanted = issued.extensions.authority_key_id
    if wanted is None:
        return True
    offered = anchor.extensions.values.get(SUBJECT_KEY_ID)
    if wanted.key_id is not None and offered is not None and offered != der.encode(der.OCTET_STRING, wanted.key_id):
        return False
    return wanted.serial is None or anchor.version < _VERSION_3 or wanted.serial == anchor.serial


_VERSION_3 = 2
"""As it is encoded."""


def _build(
    chain: Sequence[Certificate], anchors: Sequence[Certificate], when: datetime, validate: Validate
) -> Found | None:
    """Depth-first search from the leaf, issuers in the order of `CandidateOrder`."""
    pool = tuple({certificate.encoded: certificate for certificate in chain}.values())
    leaf = chain[0]
    limit = leaf.extensions.basic_constraints
    order = CandidateOrder(anchors)
    if not leaf.valid_at(when) or (limit < 0 and limit != NOT_CA):
        return None

    def extend(path: Path, cas: int) -> Found | None:
        last = path[-1]
        # the builder checks an anchor's dates, except where it issued the leaf (a selector that is used again)
        trusted = [one for one in anchors if (len(path) == 1 or one.valid_at(when)) and _may_stand_above(one, path)]
        others = [
            one
            for one in pool
            if _may_stand_above(one, path)
            and _may_issue(one, cas, when)
            and not (last.is_self_issued and one.is_self_issued)
        ]
        for issuer in order.sort(last, trusted, others):
            if issuer in trusted:
                found = Found(path, issuer, built=True) if validate(path, issuer) is None else None
            else:
                found = extend((*path, issuer), cas if issuer.is_self_issued else cas + 1)
            if found:
                return found
        return None

    return extend((leaf,), 0)


def _may_stand_above(candidate: Certificate, path: Path) -> bool:
    """It has the name of the issuer, covers (before version 3) the validity below, and is not in the path already."""
    last = path[-1]
    if candidate.subject.canonical != last.issuer.canonical or any(_repeated(one, candidate) for one in path):
        return False
    if candidate.version >= _VERSION_3:
        return True
    return all(
        candidate.not_before_ms <= moment <= candidate.not_after_ms
        for moment in (last.not_before_ms, last.not_after_ms)
    )


def _repeated(one: Certificate, other: Certificate) -> bool:
    """The same certificate, or the same subject, key and alternative names."""
    return one.encoded == other.encoded or _identity(one) == _identity(other)


def _identity(certificate: Certificate) -> tuple[object, ...]:
    names: tuple[GeneralName, ...] | None = certificate.extensions.alternative_names
    return certificate.subject.canonical, certificate.public_key.identity, names


def _may_issue(certificate: Certificate, cas_below: int, when: datetime) -> bool:
    usage = certificate.extensions.key_usage
    return (
        certificate.extensions.basic_constraints >= cas_below
        and (usage is None or "key_cert_sign" in usage)
        and certificate.valid_at(when)
    )


def anchor_fault(anchor: Certificate) -> PathFault | None:
    """What Java objects to in the anchor of a good path: it has to be a CA (before X.509 version 3 excepted)."""
    usage = anchor.extensions.key_usage
    if anchor.version < _VERSION_3:
        return None
    if not anchor.is_ca:
        text = trust_texts.ANCHOR_NOT_CA.format(subject=anchor.subject)
        return PathFault(text, java_class=VALIDATOR_WRAPPER, bare=True)
    if usage is not None and "key_cert_sign" not in usage:
        text = trust_texts.ANCHOR_MAY_NOT_SIGN.format(subject=anchor.subject)
        return PathFault(text, java_class=VALIDATOR_WRAPPER, bare=True)
    return None
