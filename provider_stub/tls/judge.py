"""The rules beyond OpenSSL's chain check: pins, subjects, CA-signed only."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from provider_stub.policy.material import Material
from provider_stub.refusals.causes import Cause
from tls_transcript import DecodeError, names, x509


def refusal_cause(material: Material, chain: Sequence[bytes]) -> Cause | None:
    """Why `chain` (DER, leaf first, already accepted by OpenSSL) is refused all the same; None accepts it."""
    if not chain:
        return Cause.NO_CERTIFICATE if material.policy.client_auth == "required" else None
    leaf = chain[0]
    try:
        if material.policy.require_ca_signed and names.subject_of(leaf) == names.issuer_of(leaf):
            return Cause.NOT_CA_SIGNED
        if material.pins and hashlib.sha256(leaf).hexdigest() not in material.pins:
            return Cause.NOT_PINNED
        if material.subjects and names.readable(names.subject_of(leaf)) not in material.subjects:
            return Cause.SUBJECT_NOT_ALLOWED
    except DecodeError:
        return Cause.CERTIFICATE_INVALID
    return None


def date_cause(material: Material, leaf: bytes) -> Cause | None:
    """Whether a leaf that is trusted by its fingerprint alone is out of date; dates nobody can read are invalid."""
    try:
        certificate = x509.summary(leaf)
    except DecodeError:
        return Cause.CERTIFICATE_INVALID
    if certificate.not_before is None or certificate.not_after is None:
        return Cause.CERTIFICATE_INVALID
    if material.now < certificate.not_before:
        return Cause.NOT_YET_VALID
    return Cause.EXPIRED if material.now > certificate.not_after else None


def date_code(material: Material, leaf: bytes) -> int:
    """OpenSSL's code for what `date_cause` finds; 0 for a leaf within its dates."""
    dated = date_cause(material, leaf)
    return 0 if dated is None else _DATE_CODES.get(dated, 28)


_DATE_CODES = {Cause.NOT_YET_VALID: 9, Cause.EXPIRED: 10}
