"""Causes between the client certificate that was sent and the provider that refused it."""

from __future__ import annotations

from sn_mock.diagnosis.case import Case
from sn_mock.diagnosis.rule import Observation, Rule, saw
from sn_mock.diagnosis.symptom import SENT, Symptom
from sn_mock.evidence import Evidence
from sn_mock.failure import Stage
from sn_mock.java.x509.summaries import summaries
from tls_transcript import CertificateSummary

_REFUSED = frozenset({Symptom.CERTIFICATE_REFUSED})
_SMALLEST_RSA = 2048
_PURPOSE_CAUSES = ("unsupported-certificate", "certificate-unknown", "bad-certificate", "internal-error")
"""Alerts by which providers refuse a certificate that is made for something else."""
_NO_REASON = (
    "handshake-closed",
    "close-notify",
    "connection-reset",
    "no-response",
    "handshake-failure",
    "access-denied",
)
"""Ends that give no reason: what the certificate itself shows is the best there is."""


def _revoked(case: Case) -> Observation | None:
    if not case.cause_is("certificate-revoked") and not case.provider_says("revoked"):
        return None
    return saw(*case.sent_line, *case.alert_line(), *case.visit_line(), source=case.certificate_source)


def _purpose(case: Case) -> Observation | None:
    leaf = case.leaf
    if case.key_is_anothers:
        return None  # it is not even the key's certificate
    untold = case.cause_is(*_NO_REASON) and (case.visit is None or case.visit.reason is None)
    fits = case.planned or untold or case.cause_is(*_PURPOSE_CAUSES) or case.provider_says("wrong-purpose")
    why = _no_client_use(leaf) if leaf is not None and fits else None
    return saw(*case.sent_line, why, *case.visit_line()) if why else None


def _no_client_use(leaf: CertificateSummary) -> str | None:
    """Why a TLS client may not use the certificate; None where it may."""
    if leaf.eku is not None and not {"clientAuth", "anyExtendedKeyUsage"} & set(leaf.eku):
        return f"extended key usage: {', '.join(leaf.eku)} (no clientAuth)"
    if leaf.key_usage is not None and "digitalSignature" not in leaf.key_usage:
        return f"key usage: {', '.join(leaf.key_usage)} (no digitalSignature)"
    return None


def _weak(case: Case) -> Observation | None:
    leaf = case.leaf
    if leaf is None:
        return None
    if leaf.key_type == "RSA" and leaf.key_bits is not None and leaf.key_bits < _SMALLEST_RSA:
        why = f"its key has {leaf.key_bits} bits"
    elif "sha1" in (leaf.signature_algorithm or "").lower().replace("-", ""):
        why = f"it is signed with {leaf.signature_algorithm}"
    else:
        return None
    return saw(*case.sent_line, why, *case.visit_line())


def _pooled(case: Case) -> Observation | None:
    leaf, choice = case.leaf, case.exchange.key_choice
    if leaf is None or choice is None or not choice.chain or not case.offered:
        return None
    held = {key.chain[0] for view in case.offered for key in view.usable if key.chain}
    if not held or choice.chain[0] in held:
        return None
    now = "; ".join(one.subject for one in summaries(held))
    return saw(
        f"transcript: the connection began with {leaf.subject} ({leaf.not_before_text} to {leaf.not_after_text})",
        f"the keystore now holds {now}",
        f"http: the provider answered {case.exchange.response.status_code}",
    )


def _self_signed(case: Case) -> Observation | None:
    leaf = case.leaf
    if leaf is None or not leaf.self_issued or case.key_is_anothers:
        return None
    return saw(*case.sent_line, "subject and issuer are the same: no CA has signed it", *case.visit_line())


def _not_pinned(case: Case) -> Observation | None:
    leaf = case.leaf
    if leaf is None or not case.provider_says("not-pinned"):
        return None
    return saw(*case.sent_line, f"sha256 {leaf.sha256}", *case.visit_line(), subject=leaf.subject)


def _subject_not_allowed(case: Case) -> Observation | None:
    leaf = case.leaf
    if leaf is None or not case.provider_says("subject-not-allowed"):
        return None
    return saw(*case.sent_line, *case.visit_line(), subject=leaf.subject)


_ANOTHER_VERDICT = ("certificate-expired", "certificate-revoked", "unsupported-certificate", "protocol-version")
"""Alerts that name another reason than the CA."""
_CA_REASONS = ("unknown-ca", "self-signed", "not-ca-signed", "certificate-invalid", "crl-missing")


def _ca_unknown(case: Case) -> Observation | None:
    leaf = case.leaf
    if leaf is None or case.cause_is(*_ANOTHER_VERDICT) or case.key_is_anothers:
        return None
    if case.visit is not None and case.visit.reason is not None and not case.provider_says(*_CA_REASONS):
        return None
    if not _points_to_ca(case) and (case.symptom is Symptom.UNANSWERED or _explained_by(case, leaf)):
        return None
    named = "; ".join(case.advertised) or "no CA at all"
    return saw(
        *case.sent_line,
        f"transcript: the provider's CertificateRequest names {named}",
        *case.alert_line(),
        *case.visit_line(),
        subject=leaf.subject,
        ca=_ca_to_import(case, leaf.issuer),
    )


def _points_to_ca(case: Case) -> bool:
    """Something names the CA: the alert, the provider's record, or the provider's list, which has none of the chain."""
    unnamed = bool(case.advertised) and not {one.issuer for one in case.sent} & set(case.advertised)
    return case.cause_is("unknown-ca") or case.provider_says(*_CA_REASONS) or unnamed


def _explained_by(case: Case, leaf: CertificateSummary) -> bool:
    """Whether the certificate has a defect for which every provider refuses it, whatever it thinks of the CA."""
    return leaf.ended_by(case.when) or leaf.begins_after(case.when) or _no_client_use(leaf) is not None


def _ca_to_import(case: Case, issuer: str) -> str:
    """The CA as the provider has to be told of it; one that it names already cannot simply be missing."""
    names = {one.issuer for one in case.sent} & set(case.advertised)
    if not names:
        return f"the CA '{issuer}'"
    named = sorted(names)[0]
    return (
        f"today's certificate of the CA '{named}' (it names a CA of that name: if it has one, that is another "
        "certificate, as after a change of the CA's key; compare the key identifiers)"
    )


RULES: tuple[Rule, ...] = (
    Rule(
        "pooled-connection-keeps-certificate",
        "The call went through a pooled connection that began with another certificate",
        Stage.HTTP,
        _REFUSED | {Symptom.HTTP},
        _pooled,
        "Wait until the pooled connections have closed, or restart the node; next time let the provider accept both "
        "certificates for a while.",
        "ServiceNow docs, r_HTTPConnectionManagementProps (connections are pooled)",
        Evidence.ASSUMED,
        confirm=(
            "it fails for minutes after the keystore was exchanged, on some calls only; the provider's log shows the "
            "old certificate"
        ),
    ),
    Rule(
        "client-certificate-revoked",
        "The provider's revocation list names the client certificate",
        Stage.HANDSHAKE,
        _REFUSED,
        _revoked,
        "Attach the keystore with the certificate that replaced the revoked one (sent: {source}).",
        "RFC 8446 section 6.2; measured on OpenSSL 3.0",
        Evidence.MEASURED,
        confirm="the provider's log says revoked; the CA's CRL has the serial number",
    ),
    Rule(
        "client-certificate-purpose",
        "The client certificate may not be used by a TLS client",
        Stage.HANDSHAKE,
        SENT,
        _purpose,
        "Order a certificate with extended key usage clientAuth (and key usage digitalSignature), from a private CA "
        "that the "
        "provider trusts: public CAs are giving clientAuth up.",
        "RFC 5280 section 4.2.1.12; measured on OpenSSL 3.0",
        Evidence.MEASURED,
        before_call=True,
        confirm="openssl x509 -text: Extended Key Usage has no TLS Web Client Authentication",
    ),
    Rule(
        "client-certificate-weak",
        "The client certificate's key or signature is too weak for the provider",
        Stage.HANDSHAKE,
        SENT,
        _weak,
        "Generate a key of 2048 bits or more (or P-256) and have the CA sign it with SHA-256.",
        "measured on OpenSSL 3.0, security level 2",
        Evidence.MEASURED,
        before_call=True,
        confirm="openssl x509 -text: RSA below 2048 bits, or sha1WithRSAEncryption",
    ),
    Rule(
        "client-subject-not-allowed",
        "The provider does not serve this certificate's subject",
        Stage.HANDSHAKE,
        _REFUSED | {Symptom.HTTP},
        _subject_not_allowed,
        "Have the provider add {subject} to the clients it serves.",
        "the provider's journal",
        Evidence.MEASURED,
        confirm="the handshake is fine; the provider's log names the subject and says no",
    ),
    Rule(
        "client-certificate-not-imported",
        "The provider has imported another certificate than the one that was sent",
        Stage.HANDSHAKE,
        _REFUSED,
        _not_pinned,
        "Send the public certificate of {subject} to the provider, have it imported, and keep the previous one until "
        "the "
        "change is over.",
        "the provider's journal",
        Evidence.MEASURED,
        confirm="the provider pins another fingerprint than keytool -list -v shows",
    ),
    Rule(
        "self-signed-client-certificate",
        "The client certificate is self-signed",
        Stage.HANDSHAKE,
        SENT,
        _self_signed,
        "Have the certificate signed by a CA that the provider trusts and import the reply under the key's alias; or "
        "have "
        "the provider import this certificate, as in development.",
        "KB0824494",
        confirm="keytool -list -v: Owner and Issuer are the same",
    ),
    Rule(
        "client-ca-unknown",
        "The provider does not accept the CA of the client certificate",
        Stage.HANDSHAKE,
        SENT,
        _ca_unknown,
        "Have the provider import {ca} (or the certificate {subject}) where TLS ends, gateways "
        "included; or use "
        "a certificate of a CA it knows.",
        "KB0824494",
        confirm=(
            "a certificate was sent (provider's log, or TLS debug log), and its issuer is not in the provider's trust"
            " store"
        ),
    ),
)
