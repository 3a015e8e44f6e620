"""Causes in the provider's own certificate, and in what the instance demands of it."""

from __future__ import annotations

from sn_mock.diagnosis.case import Case
from sn_mock.diagnosis.rule import Observation, Rule, saw
from sn_mock.diagnosis.symptom import Symptom
from sn_mock.evidence import Evidence
from sn_mock.failure import Stage
from sn_mock.instance import SysCertificate
from sn_mock.java.jsse.handshake import server_name
from sn_mock.outbound.credentials import stores
from tls_transcript import CertificateSummary, ClientHello, Direction

_NOT_ACCEPTED = frozenset({Symptom.PROVIDER_NOT_ACCEPTED})
_HANDSHAKE = frozenset({Symptom.HANDSHAKE})
_COMMUNICATIONS = "com.glide.communications"
VERIFY_HOSTNAME = f"{_COMMUNICATIONS}.httpclient.verify_hostname"
VERIFY_REVOKED = f"{_COMMUNICATIONS}.httpclient.verify_revoked_certificate"
OCSP_NETWORK = f"{_COMMUNICATIONS}.httpclient.ocsp_allow_network_error"
SNI_PROPERTY = "glide.outbound.tls_sni.enabled"
_TRUST = "System Definition > Certificates > New, type Trust Store Cert, active"


_NO_ANCHORS = (
    "these records trust nobody, which Java words in its own way; a real instance also has Java's cacerts, and would "
    "print `PKIX path building failed` here, or accept the provider if a public CA issued its certificate"
)
"""For an instance folder without any trusted certificate: cacerts are not part of it."""


def _chain_lines(case: Case) -> tuple[str, ...]:
    return tuple(
        f"provider's chain [{position}]: {one.subject}, issued by {one.issuer}, {one.not_before_text} to "
        f"{one.not_after_text}"
        for position, one in enumerate(case.presented)
    )


def _trusted_rows(case: Case, *, active: bool) -> list[tuple[SysCertificate, CertificateSummary]]:
    rows = [row for row in case.instance.certificates if row.type == "trust_store" and row.active is active]
    return [(row, held.summary) for row in rows for held in stores.trusted_certificates(case.instance, row)]


def _inactive_anchor(case: Case) -> Observation | None:
    if not case.cause_is("server-not-trusted", "no-trust-anchors", "issuer-missing"):
        return None
    issuers = {one.issuer for one in case.presented} | {one.subject for one in case.presented}
    for row, certificate in _trusted_rows(case, active=False):
        if certificate.subject in issuers:
            return saw(
                f"sys_certificate '{row.name}' (Trust Store Cert, {certificate.subject}): active = false",
                *_chain_lines(case),
                name=row.name,
            )
    return None


def _chain_incomplete(case: Case) -> Observation | None:
    if not case.cause_is("server-not-trusted", "issuer-missing") or not case.presented:
        return None
    top = case.presented[-1]
    if len(case.presented) != 1 or top.self_issued:
        return None
    anchors = [certificate for _, certificate in _trusted_rows(case, active=True)]
    if any(anchor.subject == top.issuer for anchor in anchors):
        return None
    organisations = {_organisation(anchor.subject) for anchor in anchors}
    if _organisation(top.issuer) not in organisations:
        return None
    return saw(
        *_chain_lines(case),
        f"the issuer {top.issuer} was not sent and is not a Trust Store Cert",
        f"trusted: {'; '.join(anchor.subject for anchor in anchors)}",
        issuer=top.issuer,
    )


def _organisation(name: str) -> str:
    """The O= part, by which an intermediate is recognised as belonging to a root."""
    return next((part for part in name.split(",") if part.startswith("O=")), "")


def _not_trusted(case: Case) -> Observation | None:
    if not case.cause_is("server-not-trusted", "no-trust-anchors", "issuer-missing"):
        return None
    if _inactive_anchor(case) or _chain_incomplete(case):
        return None  # the CA is at hand: that is what is wrong
    trusted = "; ".join(certificate.subject for _, certificate in _trusted_rows(case, active=True)) or "none"
    return saw(
        *_chain_lines(case),
        f"sys_certificate, active Trust Store Cert: {trusted}",
        *case.alert_line(),
        *((_NO_ANCHORS,) if case.cause_is("no-trust-anchors") else ()),
        ca=_ca_to_trust(case),
    )


def _ca_to_trust(case: Case) -> str:
    """The CA to paste: a root by its name; of one that is no root, or trusted by its name alone, that is said."""
    if not case.presented:
        return "the root of the provider's chain"
    top = case.presented[-1]
    if any(anchor.subject == top.issuer for _, anchor in _trusted_rows(case, active=True)):
        return (
            f"the certificate that '{top.issuer}' uses today (the active one of that name is another: compare the"
            f" key "
            "identifiers)"
        )
    if top.self_issued:
        return f"the root '{top.subject}' of the provider's chain"
    return f"the root above '{top.issuer}', or that CA's own certificate where it is the root"


def _expired(case: Case) -> Observation | None:
    if not case.cause_is("server-certificate-expired") or not case.presented:
        return None
    leaf = case.presented[0]
    if not leaf.ended_by(case.when):
        return None
    return saw(*_chain_lines(case), f"it ended on {leaf.not_after_text}", subject=leaf.subject)


def _chain_expired(case: Case) -> Observation | None:
    if not case.cause_is("server-certificate-expired"):
        return None
    old = next((one for one in case.presented[1:] if one.ended_by(case.when)), None)
    if old is None:
        return None
    return saw(*_chain_lines(case), f"{old.subject} ended on {old.not_after_text}", subject=old.subject)


def _not_yet(case: Case) -> Observation | None:
    return saw(*_chain_lines(case)) if case.cause_is("server-certificate-not-yet-valid") else None


def _purpose(case: Case) -> Observation | None:
    if not case.cause_is("server-certificate-usage"):
        return None
    leaf = case.presented[0] if case.presented else None
    usage = f"extended key usage: {', '.join(leaf.eku)}" if leaf and leaf.eku else "key usage"
    return saw(*_chain_lines(case), usage)


def _host_name(case: Case) -> Observation | None:
    if not case.cause_is("host-name-mismatch"):
        return None
    leaf = case.presented[0] if case.presented else None
    names = ", ".join(leaf.subject_alternative_names) if leaf else ""
    host = case.route.host if case.route else ""
    return saw(
        f"route: host {host}",
        f"provider's certificate: {leaf.subject if leaf else ''}, names: {names or 'none'}",
        case.property_line(VERIFY_HOSTNAME),
        names=names or "the name in its certificate",
    )


def _weak(case: Case) -> Observation | None:
    return saw(*_chain_lines(case), *case.alert_line()) if case.cause_is("server-certificate-weak") else None


def _revoked(case: Case) -> Observation | None:
    if not case.cause_is("server-certificate-revoked"):
        return None
    return saw(*_chain_lines(case), *_responder_lines(case), case.property_line(VERIFY_REVOKED))


def _responder_lines(case: Case) -> tuple[str, ...]:
    """Who was asked, and what came of it."""
    return tuple(line.removeprefix("sn-mock: ") for line in case.exchange.log if "OCSP responder" in line)


def _no_verdict(case: Case) -> Observation | None:
    asked = _responder_lines(case)
    if not case.cause_is("revocation-unknown") or not any(line.endswith(" bytes") for line in asked):
        return None
    return saw(*case.alert_line(), *asked, *_chain_lines(case), case.property_line(VERIFY_REVOKED))


def _revocation_unknown(case: Case) -> Observation | None:
    asked = _responder_lines(case)
    if not case.cause_is("revocation-unknown") or any(line.endswith(" bytes") for line in asked):
        return None
    return saw(
        *case.alert_line(),
        *asked,
        case.property_line(VERIFY_REVOKED),
        case.property_line(OCSP_NETWORK),
    )


def _invalid(case: Case) -> Observation | None:
    return saw(*_chain_lines(case), *case.alert_line()) if case.cause_is("server-chain-invalid") else None


def _sni_off(case: Case) -> Observation | None:
    hello = case.exchange.transcript.first(ClientHello, Direction.SENT)
    if hello is None or hello.server_name is not None:
        return None
    told = case.provider_says("sni-missing")
    if not told and (case.visit is not None or not case.cause_is("handshake-failure", "unrecognized-name")):
        return None
    if case.route is None or server_name(case.route.host) is None:
        return None
    fact = case.instance.fact("sni")
    return saw(
        "transcript: the ClientHello has no server_name",
        case.property_line(SNI_PROPERTY),
        f"release fact sni = {fact.told}",
        *case.visit_line(),
    )


RULES: tuple[Rule, ...] = (
    Rule(
        "trusted-certificate-inactive",
        "The trusted certificate is there, but not active",
        Stage.HANDSHAKE,
        _NOT_ACCEPTED,
        _inactive_anchor,
        "System Definition > Certificates > {name} > Active: tick it.",
        "ServiceNow docs, t_UploadATrustedServerCertificate",
        confirm="a Trust Store Cert with the provider's root exists, inactive",
    ),
    Rule(
        "provider-chain-incomplete",
        "The provider does not send its intermediate certificate",
        Stage.HANDSHAKE,
        _NOT_ACCEPTED,
        _chain_incomplete,
        "Have the provider send {issuer} with its certificate. Until then: " + _TRUST + ", with {issuer}.",
        "KB2594372, KB2712211",
        confirm="openssl s_client -showcerts -connect HOST:PORT shows the leaf only; Postman or a browser works",
    ),
    Rule(
        "provider-not-trusted",
        "The instance does not trust the CA of the provider's certificate",
        Stage.HANDSHAKE,
        _NOT_ACCEPTED,
        _not_trusted,
        _TRUST + ": paste {ca}.",
        "KB0748183, KB0655967",
        confirm="openssl s_client -showcerts: the last issuer is not an active Trust Store Cert",
    ),
    Rule(
        "provider-certificate-expired",
        "The provider's certificate has expired",
        Stage.HANDSHAKE,
        _NOT_ACCEPTED,
        _expired,
        "Have the provider install a renewed certificate for {subject}.",
        "measured on JDK 17",
        Evidence.MEASURED,
        confirm="openssl s_client | openssl x509 -dates: notAfter is over",
    ),
    Rule(
        "provider-chain-expired",
        "A CA certificate in the provider's chain has expired",
        Stage.HANDSHAKE,
        _NOT_ACCEPTED,
        _chain_expired,
        "Import the CA's newer root as Trust Store Cert (" + _TRUST + "); have the provider stop sending {subject}.",
        "KB0827179",
        confirm="openssl s_client -showcerts: an intermediate's notAfter is over, the leaf's is not",
    ),
    Rule(
        "provider-certificate-not-yet-valid",
        "The provider's certificate is not valid yet",
        Stage.HANDSHAKE,
        _NOT_ACCEPTED,
        _not_yet,
        "Have the provider use its previous certificate until the new one begins; check the instance's clock.",
        "measured on JDK 17",
        Evidence.MEASURED,
        confirm="openssl s_client | openssl x509 -dates: notBefore is still to come",
    ),
    Rule(
        "provider-certificate-purpose",
        "The provider's certificate may not be used by a TLS server",
        Stage.HANDSHAKE,
        _NOT_ACCEPTED,
        _purpose,
        "Have the provider install a certificate with extended key usage serverAuth (and key usage digitalSignature).",
        "RFC 5280 section 4.2.1.12; measured on JDK 17",
        Evidence.MEASURED,
        confirm="the leaf's Extended Key Usage has no TLS Web Server Authentication",
    ),
    Rule(
        "host-name-not-in-certificate",
        "The endpoint's host name is not in the provider's certificate",
        Stage.HANDSHAKE,
        _NOT_ACCEPTED,
        _host_name,
        "{endpoint}: use {names}; or have the provider add this host name to its certificate.",
        "KB3067060 section 3.2; ServiceNow docs, sc-verify-certificate-chain-and-hostname",
        confirm="the endpoint's host is not among the leaf's Subject Alternative Names; verify_hostname is true",
    ),
    Rule(
        "provider-certificate-weak",
        "A key or signature in the provider's chain is too weak for Java",
        Stage.HANDSHAKE,
        _NOT_ACCEPTED,
        _weak,
        "Have the provider install a certificate with a key of 2048 bits or more, signed with SHA-256.",
        "measured on JDK 17",
        Evidence.MEASURED,
        confirm="the exception names the key size or the signature algorithm",
    ),
    Rule(
        "provider-certificate-revoked",
        "The provider's certificate is revoked",
        Stage.HANDSHAKE,
        _NOT_ACCEPTED,
        _revoked,
        "Have the provider install a new certificate.",
        "KB3067060 section 3.4; ServiceNow docs, sc-verify-certificate-revocation",
        confirm="the CA's OCSP responder or CRL says revoked; verify_revoked_certificate is true",
    ),
    Rule(
        "responder-gives-no-verdict",
        "The OCSP responder answered, and its answer does not count",
        Stage.HANDSHAKE,
        _NOT_ACCEPTED,
        _no_verdict,
        "Have the provider's CA repair its responder; the exception says what is wrong with the answer. "
        "(com.glide.communications.httpclient.ocsp_allow_network_error does not help: the network is sound.)",
        "RFC 6960 sections 2.3 and 3.2; measured on JDK 17",
        Evidence.MEASURED,
        confirm="openssl ocsp -issuer CA.pem -cert PROVIDER.pem -url URL says the same",
    ),
    Rule(
        "revocation-not-checkable",
        "The revocation state of the provider's certificate could not be learnt",
        Stage.HANDSHAKE,
        _NOT_ACCEPTED,
        _revocation_unknown,
        "Have the OCSP responder opened in the firewall; or set "
        "com.glide.communications.httpclient.ocsp_allow_network_error "
        "to true.",
        "KB0744261, KB0863673; ServiceNow docs, sc-enforce-ocsp-check-on-network-error",
        confirm="the node log has OCSP errors; it works with ocsp_allow_network_error = true",
    ),
    Rule(
        "provider-chain-invalid",
        "The provider's chain breaks a rule of path validation",
        Stage.HANDSHAKE,
        _NOT_ACCEPTED,
        _invalid,
        "Have the provider repair its chain; the innermost exception names the rule.",
        "RFC 5280 section 6.1; measured on JDK 17",
        Evidence.MEASURED,
        confirm="the innermost CertPathValidatorException names the broken rule",
    ),
    Rule(
        "sni-off",
        "The provider needs the server name (SNI), and the instance sends none",
        Stage.HANDSHAKE,
        _HANDSHAKE,
        _sni_off,
        "sys_properties.list > glide.outbound.tls_sni.enabled: true (Jakarta and later; active within half a minute).",
        "KB0621614",
        confirm="openssl s_client -noservername fails like the instance, with -servername it works",
    ),
)
