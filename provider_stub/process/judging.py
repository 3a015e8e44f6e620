"""Would a certificate pass: a policy's verdict on a client's public certificate, without a key and without a handshake.

The chain is judged by OpenSSL on what the policy trusts, as in a handshake, then by the policy's own rules. What only a
handshake shows (that the client has the key) is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from guarded.values import dataclass
from provider_stub.policies import ProviderPolicy
from provider_stub.policies import load as load_policy
from provider_stub.policy import forms
from provider_stub.policy.material import Material
from provider_stub.policy.problems import PolicyError, PolicyProblem
from provider_stub.refusals import causes
from provider_stub.refusals.causes import Cause
from provider_stub.refusals.outcomes import Ending, HttpAnswer, SendAlert
from provider_stub.tls.context import fingerprint_alone_decides, for_judging
from provider_stub.tls.judge import date_cause, refusal_cause
from tls_transcript import DecodeError, libssl, x509

KEYS: Mapping[Cause, str] = {
    Cause.NO_CERTIFICATE: "client_auth",
    Cause.UNKNOWN_CA: "trust",
    Cause.SELF_SIGNED: "trust",
    Cause.EXPIRED: "now",
    Cause.NOT_YET_VALID: "now",
    Cause.WRONG_PURPOSE: "check_eku",
    Cause.REVOKED: "crl",
    Cause.CRL_MISSING: "crl",
    Cause.CRL_EXPIRED: "crl",
    Cause.WEAK_CERTIFICATE: "ciphers",
    Cause.CERTIFICATE_INVALID: "trust",
    Cause.NOT_PINNED: "pin_sha256",
    Cause.SUBJECT_NOT_ALLOWED: "allow_subjects",
    Cause.NOT_CA_SIGNED: "require_ca_signed",
}
"""Cause → the key of the policy that makes the provider refuse for it (`now`: the day at which it judges)."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on one chain."""

    subject: str
    accepted: bool
    cause: Cause | None = None
    policy_key: str | None = None
    told: str = ""
    """How the client would hear of it."""
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """`{"accepted", "cause", "policy_key"}`, and more."""
        return {
            "subject": self.subject,
            "accepted": self.accepted,
            "cause": str(self.cause) if self.cause else None,
            "policy_key": self.policy_key,
            "told": self.told,
            "notes": list(self.notes),
        }


def judge(files: Sequence[Path], policy: ProviderPolicy) -> Judgement:
    """The verdict on the certificates in these files, leaf first, as the policy stands.

    Raises PolicyError for a policy that cannot be used, and for files without certificates.
    """
    material = load_policy(policy)
    chain = _chain(files)
    notes = (
        *forms.notes(material.trust, material.leaves),
        "that the client has the key to this certificate is not judged",
    )
    subject = _subject(chain[0])
    if policy.client_auth == "none":
        return Judgement(subject, accepted=True, notes=("client_auth = none: nobody is asked for one", *notes))
    cause = _cause(material, chain)
    if cause is None:
        return Judgement(subject, accepted=True, notes=notes)
    outcome = material.outcome(cause)
    if outcome is Ending.ACCEPT:
        return Judgement(subject, accepted=True, notes=(f"refusals: {cause} is let pass", *notes))
    return Judgement(subject, False, cause, KEYS.get(cause), _told(outcome), notes)


def _chain(files: Sequence[Path]) -> tuple[bytes, ...]:
    found: list[bytes] = []
    for file in files:
        try:
            found += forms.certificates(file.read_bytes())
        except OSError as error:
            raise PolicyError([PolicyProblem("certificate", f"cannot read {file}: {error.strerror}")]) from None
        except ValueError as error:
            raise PolicyError([PolicyProblem("certificate", f"{file}: {error}")]) from None
    return forms.ordered(tuple(found))


def _cause(material: Material, chain: tuple[bytes, ...]) -> Cause | None:
    leaf = chain[0]
    if fingerprint_alone_decides(material):
        return date_cause(material, leaf) or refusal_cause(material, chain)
    try:
        code = libssl.verify_client(for_judging(material), leaf, chain[1:])
    except (libssl.LibsslError, DecodeError):
        return Cause.CERTIFICATE_INVALID
    return causes.from_verify_code(code) if code != libssl.OK else refusal_cause(material, chain)


def _told(outcome: object) -> str:
    if isinstance(outcome, SendAlert):
        older, newer = outcome.tls12.name.lower(), outcome.tls13.name.lower()
        return f"alert {older}" if older == newer else f"alert {older} (TLS 1.2), {newer} (TLS 1.3)"
    if isinstance(outcome, HttpAnswer):
        return f"HTTP {outcome.status}: {outcome.title}"
    return f"the connection ends: {outcome.value}" if isinstance(outcome, Ending) else ""


def _subject(leaf: bytes) -> str:
    try:
        return x509.summary(leaf).subject
    except DecodeError:
        return x509.UNREADABLE


def lines(verdict: Judgement) -> list[str]:
    """The verdict for people."""
    if verdict.accepted:
        return [f"accepted: {verdict.subject}", *(f"note: {note}" for note in verdict.notes)]
    told = f"; the client is told: {verdict.told}" if verdict.told else ""
    return [
        f"refused: {verdict.subject}",
        f"  cause  {verdict.cause}{told}",
        f"  key    {verdict.policy_key}",
        *(f"note: {note}" for note in verdict.notes),
    ]
