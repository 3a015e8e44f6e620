"""Causes for which a provider refuses the Security header of a SOAP message.

A provider tells a sender little (WSS4J's texts are the same for every wrong password, every broken signature); where
its journal is at hand, that decides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sn_mock.diagnosis.case import Case
from sn_mock.diagnosis.rule import Check, Observation, Rule, saw
from sn_mock.diagnosis.rules.message_signing import wish_of
from sn_mock.diagnosis.symptom import Symptom
from sn_mock.evidence import Evidence
from sn_mock.failure import Stage
from sn_mock.outbound.calls import envelope
from sn_mock.outbound.credentials.signing_keys import SigningKey, signing_key

_SOAP = frozenset({Symptom.SOAP})
_WITHIN = "WSS4J 1.6.19, measured"
_SENTENCE = "processing the <wsse:Security> header"


def _not_its_own(case: Case) -> Observation | None:
    """The certificate that goes out belongs to another key: every receiver's check fails."""
    if not case.planned and not _faulted(case, "FailedCheck"):
        return None
    wish = wish_of(case).x509
    key = signing_key(case.shelf, wish) if wish else None
    if wish is None or not isinstance(key, SigningKey) or not wish.certificate or _belongs(key):
        return None
    named = case.instance.shown("sys_certificate", wish.certificate)
    return saw(
        f"{wish.origin}: key_store_alias = {key.alias}, in sys_certificate '{key.keystore}'",
        f"{wish.origin}: certificate = {named}, which is not the certificate of that key",
        *_fault_line(case),
        record=wish.origin,
    )


def _belongs(key: SigningKey) -> bool:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_private_key
    from cryptography.x509 import load_der_x509_certificate

    form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    certified = load_der_x509_certificate(key.certificate).public_key().public_bytes(*form)
    return load_der_private_key(key.pkcs8, None).public_key().public_bytes(*form) == certified


# What the provider said


def _fault(case: Case) -> envelope.Fault | None:
    return envelope.fault_of(case.exchange.response.body)


def _faulted(case: Case, *codes: str) -> bool:
    """Whether the answer is a fault with one of these codes of WS-Security."""
    fault = _fault(case)
    return fault is not None and any(fault.code.endswith(f":{code}") for code in codes)


def _fault_line(case: Case) -> tuple[str, ...]:
    fault = _fault(case)
    return () if fault is None else (f"faultcode: {fault.code}", f"faultstring: {fault.text}")


def _journal(case: Case) -> Mapping[str, Any]:
    """What the provider's journal says of the last header it looked at; empty without a journal."""
    for request in reversed(tuple(getattr(case.visit, "requests", ()))):
        found = getattr(request, "ws_security", None)
        if found is not None:
            return dict(found)
    return {}


def _told(case: Case) -> tuple[str, ...]:
    found = _journal(case)
    if not found:
        return _fault_line(case)
    return (*_fault_line(case), f"provider's journal: {found['cause']}: {found['detail']}")


def _caused(*causes: str, else_when: Callable[[Case], bool] = lambda _: False, **words: str) -> Check:
    """A cause that the journal names; without a journal, what the fault and the header that was sent say."""

    def check(case: Case) -> Observation | None:
        cause = _journal(case).get("cause")
        fits = cause in causes if cause is not None else else_when(case)
        return saw(*_told(case), *_sent(case), **words) if fits else None

    return check


def _sent(case: Case) -> tuple[str, ...]:
    """The header that was sent, as evidence."""
    found = case.exchange.ws_security
    if found is None:
        return ("request: it was sent without a Security header of the instance's",)
    signer, user = found["signed_with"], found["user"]
    lines = []
    if signer:
        algorithms = ", ".join(found["algorithms"].values())
        lines.append(f"request: signed with {signer['certificate']} ({signer['from']}); {algorithms}")
    if user:
        lines.append(f"request: UsernameToken of {user['name']} ({user['from']})")
    return tuple(lines)


def _signs(case: Case) -> bool:
    return bool(case.exchange.ws_security and case.exchange.ws_security["signed_with"])


def _names_a_user(case: Case) -> bool:
    return bool(case.exchange.ws_security and case.exchange.ws_security["user"])


def _bare(case: Case) -> bool:
    """InvalidSecurity without a second sentence: something that is demanded is missing, or not allowed."""
    fault = _fault(case)
    return _faulted(case, "InvalidSecurity") and fault is not None and fault.text.endswith("header")


def _weak(case: Case) -> bool:
    found = case.exchange.ws_security
    return _bare(case) and found is not None and any("SHA-1" in name for name in found["algorithms"].values())


def _unsigned_part(case: Case) -> bool:
    fault = _fault(case)
    return fault is not None and ("is not included in the signature" in fault.text or "not SIGNED" in fault.text)


_PROFILE = "{module} > the function > WS-Security type, and its profile"
_LOST = "ws-security-header-missing"
_MISSING = ("signature-missing", "timestamp-missing", "username-token-missing")

RULES: tuple[Rule, ...] = (
    Rule(
        "ws-security-certificate-not-of-key",
        "WS-Security: the certificate that goes out belongs to another key",
        Stage.SOAP,
        frozenset({Symptom.SOAP, Symptom.CONNECT}),
        _not_its_own,
        "{record} > Certificate: choose the record with the certificate of the key that signs.",
        "XML Signature section 4.5; ServiceNow docs, t_WebServiceSecurity",
        before_call=True,
        confirm="the serial number of that record differs from keytool -list -v for the alias",
    ),
    Rule(
        "ws-security-header-lost",
        "The Security header was sent and did not arrive",
        Stage.SOAP,
        _SOAP,
        lambda case: _caused(_LOST)(case) if case.exchange.ws_security else None,
        "Have the middleware before the provider pass the Security header on (not only its Body), or verify it there.",
        f"{_WITHIN}; Apache CXF, WSS4JInInterceptor",
        Evidence.REPORTED,
        confirm="the request in the outbound HTTP log has the header, and the provider's trace of it has none",
    ),
    Rule(
        "ws-security-not-configured",
        "The provider demands WS-Security, and the function has none",
        Stage.SOAP,
        _SOAP,
        lambda case: None if case.exchange.ws_security else _caused(_LOST, *_MISSING, else_when=_bare)(case),
        _PROFILE + ": X.509 for a signature, Username for a user name and password.",
        "ServiceNow docs, t_WebServiceSecurity",
        confirm="the request has no wsse:Security header",
    ),
    Rule(
        "ws-security-part-missing",
        "The Security header lacks something that the provider demands",
        Stage.SOAP,
        _SOAP,
        _caused(*_MISSING),
        _PROFILE + ": some providers want both types.",
        "ServiceNow docs, t_WebServiceSecurity",
        confirm="the provider's policy asks for a signature and a user name",
    ),
    Rule(
        "ws-security-algorithm-refused",
        "The provider does not accept the algorithms that the instance signs with",
        Stage.SOAP,
        _SOAP,
        _caused("algorithm-not-allowed", "transform-not-allowed", else_when=_weak),
        "System properties: glide.soap.signature.algorithm = RSA-SHA-256 and glide.soap.msg_digest.algorithm = SHA-256 "
        "(the defaults are SHA-1), as the provider's policy has them.",
        f"ServiceNow docs, ws-security-properties; {_WITHIN}",
        confirm="the provider's algorithm suite (Basic256Sha256 and the like) has no SHA-1",
    ),
    Rule(
        "ws-security-expired",
        "The provider takes the message for expired: two clocks differ",
        Stage.SOAP,
        _SOAP,
        _caused(
            *("timestamp-expired", "timestamp-too-old", "timestamp-in-the-future"),
            else_when=lambda case: _faulted(case, "MessageExpired"),
        ),
        "Have the provider set its clock by NTP, or allow more skew; a queue that keeps messages over five minutes has "
        "to be taken out of the way.",
        f"SOAP Message Security 1.1 section 10; {_WITHIN}",
        Evidence.MEASURED,
        confirm="compare the provider's clock with the Created of the Timestamp",
    ),
    Rule(
        "ws-security-part-not-signed",
        "The provider wants something signed that the signature does not cover",
        Stage.SOAP,
        _SOAP,
        _caused("part-not-signed", else_when=_unsigned_part),
        "The instance signs Timestamp and Body (ASSUMED) and nothing else: have the provider demand no more than that, "
        "or have a middleware sign.",
        f"{_WITHIN}; ServiceNow docs, WS-Security reference",
        Evidence.MEASURED,
        confirm="the provider's SignedParts name more than Body and Timestamp",
    ),
    Rule(
        "ws-security-nonce-replayed",
        "The provider has seen this UsernameToken before",
        Stage.SOAP,
        _SOAP,
        _caused("nonce-replayed", else_when=lambda case: "replay" in str(_fault(case)).lower()),
        "Send a token with a nonce of its own for every call; a header typed into the envelope repeats its nonce.",
        f"UsernameToken Profile 1.1 section 4; {_WITHIN}",
        Evidence.MEASURED,
        confirm="two requests have the same wsse:Nonce",
    ),
    Rule(
        "ws-security-user-refused",
        "The provider does not accept the user name and password of the Security header",
        Stage.SOAP,
        _SOAP,
        _caused(
            *("username-unknown", "password-wrong", "password-type-not-allowed", "username-token-unreadable"),
            else_when=lambda case: _faulted(case, "FailedAuthentication") and not _signs(case) and _names_a_user(case),
        ),
        "{module} > the function > WS-Security Username profile: enter the provider's user name and password; the "
        "instance sends the password as plain text, never as digest.",
        f"ServiceNow docs, t_WebServiceSecurity; {_WITHIN}",
        confirm="the same user and password work from SoapUI with WSS-Password Type PasswordText",
    ),
    Rule(
        "ws-security-signer-not-trusted",
        "The provider does not trust the certificate that signed",
        Stage.SOAP,
        _SOAP,
        _caused(
            *("signing-certificate-not-trusted", "token-not-found"),
            else_when=lambda case: _faulted(case, "FailedAuthentication") and _signs(case),
        ),
        "Give the provider the signing certificate (or the CA that issued it) for its trust store; or sign with the "
        "key whose certificate it has.",
        _WITHIN,
        Evidence.MEASURED,
        confirm="the provider's trust store has neither the certificate of the profile nor its issuer",
    ),
    Rule(
        "ws-security-signer-expired",
        "The certificate that signed is expired or not yet valid",
        Stage.SOAP,
        _SOAP,
        _caused(
            "signing-certificate-dates",
            else_when=lambda case: "The provided certificate is invalid" in str(_fault(case)),
        ),
        "Renew the signing key, attach the new keystore, and give the provider the new certificate.",
        _WITHIN,
        Evidence.MEASURED,
        confirm="keytool -list -v shows the dates of the alias",
    ),
    Rule(
        "ws-security-message-altered",
        "The message was changed after it was signed",
        Stage.SOAP,
        _SOAP,
        _caused(
            *("digest-differs", "signature-value-wrong"),
            else_when=lambda case: _faulted(case, "FailedCheck") and _signs(case),
        ),
        "Have every middleware on the way pass the envelope on octet by octet: pretty printing, XML mapping and "
        "changed line ends break the signature.",
        f"XML Signature section 3.2; {_WITHIN}",
        Evidence.MEASURED,
        confirm="compare the request in the outbound HTTP log with what the provider received, octet by octet",
    ),
    Rule(
        "ws-security-refused",
        "The provider refuses the Security header",
        Stage.SOAP,
        _SOAP,
        lambda case: saw(*_told(case), *_sent(case)) if _journal(case).get("cause") or _is_refusal(case) else None,
        "Read the fault; compare the header in the outbound HTTP log with the provider's policy.",
        "SOAP Message Security 1.1 section 12",
        confirm="the faultcode is one of wsse",
    ),
)


def _is_refusal(case: Case) -> bool:
    fault = _fault(case)
    return fault is not None and (_SENTENCE in fault.text or _faulted(case, *_CODES))


_CODES = (
    "UnsupportedSecurityToken",
    "UnsupportedAlgorithm",
    "InvalidSecurity",
    "InvalidSecurityToken",
    "FailedAuthentication",
    "FailedCheck",
    "SecurityTokenUnavailable",
    "MessageExpired",
)
"""SOAP Message Security 1.1 section 12 and WS-Security's own."""
