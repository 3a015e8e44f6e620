"""The provider's own certificate: what the instance refuses, by which property, and in which words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sn_mock.evidence import Evidence
from sn_mock.lab.scenarios.model import Expected, Scenario, Source, Variant
from sn_mock.lab.scenarios.wording import (
    HANDSHAKE,
    MEASURED,
    OLD_JSSE,
    OLD_SOCKETS,
    SOCKET_CLOSED,
    TELEMETRY,
    UNTRUSTED,
    docs,
    kb,
    not_accepted,
    refused,
)
from sn_mock.lab.setup import LabSetup, ProviderSetup, TrustedCertificate

_HEALTHY = LabSetup()
_COMMUNICATIONS = "com.glide.communications"
VERIFY_HOSTNAME = f"{_COMMUNICATIONS}.httpclient.verify_hostname"
TRUST_ALL = f"{_COMMUNICATIONS}.trustmanager_trust_all"
VERIFY_REVOKED = f"{_COMMUNICATIONS}.httpclient.verify_revoked_certificate"
ALLOW_NETWORK_ERROR = f"{_COMMUNICATIONS}.httpclient.ocsp_allow_network_error"
SNI = "glide.outbound.tls_sni.enabled"


def _served_by(identity: str, **policy: Any) -> LabSetup:
    return replace(_HEALTHY, provider=ProviderSetup(identity, policy=policy))


def _path_failed(exception: str, reason: str = "validity check failed") -> tuple[str, ...]:
    failed = f"PKIX path validation failed: java.security.cert.CertPathValidatorException: {reason}"
    return (
        f"{HANDSHAKE}: {failed}",
        f"sun.security.validator.ValidatorException: {failed}",
        f"java.security.cert.CertPathValidatorException: {reason}",
        exception,
    )


_EXPIRED = _path_failed("java.security.cert.CertificateExpiredException: NotAfter: Fri Jan 01 00:00:00 UTC 2021")
_CROSS_SIGNED = _path_failed("java.security.cert.CertificateExpiredException: NotAfter: Sat May 30 10:48:38 UTC 2020")
_FUTURE = _path_failed("java.security.cert.CertificateNotYetValidException: NotBefore: Sun Jan 01 00:00:00 UTC 2090")

_NETWORK_ERROR = "Unable to determine revocation status due to network error"
_NO_STATUS_11 = _path_failed("java.net.ConnectException: Connection refused (Connection refused)", _NETWORK_ERROR)
_NO_STATUS_17 = _path_failed("java.net.ConnectException: Connection refused", _NETWORK_ERROR)
_REVOKED_TEXT = (
    "Certificate has been revoked, reason: UNSPECIFIED, revocation date: Mon Mar 01 00:00:00 UTC 2021, authority: "
    "CN=Lab Issuing CA, O=ACME Lab, extension OIDs: []"
)
_REVOKED = _path_failed(f"java.security.cert.CertificateRevokedException: {_REVOKED_TEXT}", _REVOKED_TEXT)
_TRY_LATER = _path_failed(
    "java.security.cert.CertPathValidatorException: OCSP response error: TRY_LATER", "OCSP response error: TRY_LATER"
)
_BLOCKED = replace(_served_by("provider-with-ocsp"), responder="blocked")
_TRUSTS_ALL_AND_CHECKS = {TRUST_ALL: "true", VERIFY_HOSTNAME: "false", VERIFY_REVOKED: "true"}
_NEEDS_SNI = replace(
    _served_by("provider", sni_required=True, refusals={"sni-missing": "handshake_failure"}), network="named-provider"
)

SCENARIOS: tuple[Scenario, ...] = (
    Scenario(
        id="provider-not-trusted",
        group="provider certificate",
        title="The instance does not trust the provider's certificate",
        story=(
            "The provider's certificate was issued by a CA that is not among the instance's trusted certificates. "
            "Java ends "
            "the handshake before any client certificate is asked about."
        ),
        broken=_served_by("provider-unrelated"),
        fixed=replace(
            _served_by("provider-unrelated"),
            trusted=(TrustedCertificate(), TrustedCertificate("Provider's CA", "unrelated-root")),
        ),
        fix="Import the provider's root CA as sys_certificate of type Trust Store Cert, active.",
        expected=Expected(finding="provider-not-trusted", cause="server-not-trusted"),
        variants=not_accepted(*UNTRUSTED),
        sources=(kb("KB0748183"), kb("KB0655967"), MEASURED),
        kb=("KB0748183", "KB0722835"),
    ),
    Scenario(
        id="provider-self-signed",
        group="provider certificate",
        title="The provider's certificate is self-signed",
        story="The provider's test system made its own certificate. It must be trusted itself, there is no CA to "
        "import.",
        broken=_served_by("provider-self-signed"),
        fixed=replace(
            _served_by("provider-self-signed"),
            trusted=(TrustedCertificate(), TrustedCertificate("Provider", "provider-self-signed")),
        ),
        fix="Import the provider's certificate itself as Trust Store Cert, or have the provider use a CA-signed one.",
        expected=Expected(finding="provider-not-trusted", cause="server-not-trusted"),
        variants=not_accepted(*UNTRUSTED),
        sources=(kb("KB0639261"), kb("KB0748183"), MEASURED),
        kb=("KB0639261",),
    ),
    Scenario(
        id="trust-store-certificate-inactive",
        group="provider certificate",
        title="The trusted certificate exists, but it is inactive",
        story="The Trust Store Cert with the provider's root is there. Somebody cleared Active, so it does not count.",
        broken=replace(
            _HEALTHY, trusted=(TrustedCertificate(active=False), TrustedCertificate("Other CA", "public-root"))
        ),
        fixed=replace(_HEALTHY, trusted=(TrustedCertificate(), TrustedCertificate("Other CA", "public-root"))),
        fix="Set Active on the Trust Store Cert record.",
        expected=Expected(finding="trusted-certificate-inactive", cause="server-not-trusted"),
        variants=not_accepted(*UNTRUSTED),
        sources=(
            docs("t_UploadATrustedServerCertificate", "active Trust Store Cert records are trusted"),
            kb("KB0748183"),
        ),
    ),
    Scenario(
        id="provider-chain-incomplete",
        group="provider certificate",
        title="The provider sends no intermediate, and Postman works",
        story=(
            "The provider's server sends its leaf only. Browsers and Postman fetch or remember the missing "
            "intermediate; "
            "Java does not, and finds no path to the root it trusts."
        ),
        broken=_served_by("provider", send_chain=False),
        fixed=_HEALTHY,
        fix="Have the provider send its intermediate certificates with the leaf (or import the intermediate as Trust "
        "Store Cert).",
        expected=Expected(finding="provider-chain-incomplete", cause="server-not-trusted"),
        variants=not_accepted(*UNTRUSTED),
        sources=(kb("KB2594372"), kb("KB2712211"), kb("KB2794513"), MEASURED),
        kb=("KB2594372", "KB2712211"),
    ),
    Scenario(
        id="socket-is-closed",
        group="provider certificate",
        title="Socket is closed: newer instances hide the handshake error",
        story=(
            "The node log shows Unable to collect telemetry data for certificate, peer not authenticated, and the "
            "script "
            "only Socket is closed, after four attempts. The real error is an untrusted provider certificate, and it "
            "is "
            "in the TLS debug log only."
        ),
        broken=_served_by("provider-unrelated"),
        fixed=replace(
            _served_by("provider-unrelated"),
            trusted=(TrustedCertificate(), TrustedCertificate("Provider's CA", "unrelated-root")),
        ),
        fix="Import the provider's root CA as sys_certificate of type Trust Store Cert, active.",
        expected=Expected(finding="provider-not-trusted", cause="server-not-trusted"),
        variants=not_accepted(*UNTRUSTED),
        sources=(kb("KB2794513"), kb("KB3067060"), MEASURED),
        kb=("KB2794513", "KB3067060"),
        release="zurich",
        first_release="zurich",
    ),
    Scenario(
        id="provider-certificate-expired",
        group="provider certificate",
        title="The provider's certificate has expired",
        story="The provider forgot to renew. Java says so in the innermost exception only.",
        broken=_served_by("provider-expired"),
        fixed=_HEALTHY,
        fix="Have the provider install a renewed certificate; nothing on the instance mends this properly.",
        expected=Expected(finding="provider-certificate-expired", cause="server-certificate-expired"),
        variants=not_accepted(*_EXPIRED, alert12="certificate_expired"),
        sources=(MEASURED, kb("KB3067060")),
        kb=("KB3067060",),
    ),
    Scenario(
        id="provider-certificate-not-yet-valid",
        group="provider certificate",
        title="The provider's certificate is not valid yet",
        story="The provider installed the new certificate before its first day.",
        broken=_served_by("provider-future"),
        fixed=_HEALTHY,
        fix="Have the provider keep the old certificate until the new one begins.",
        expected=Expected(finding="provider-certificate-not-yet-valid", cause="server-certificate-not-yet-valid"),
        variants=not_accepted(*_FUTURE, alert12="bad_certificate"),
        sources=(MEASURED,),
    ),
    Scenario(
        id="provider-certificate-purpose",
        group="provider certificate",
        title="The provider's certificate is for clients only",
        story="The provider installed its client certificate as server certificate. Java checks the extended key "
        "usage.",
        broken=_served_by("provider-client-auth-only"),
        fixed=_HEALTHY,
        fix="Have the provider install a certificate with extended key usage serverAuth.",
        expected=Expected(finding="provider-certificate-purpose", cause="server-certificate-usage"),
        variants=not_accepted(
            f"{HANDSHAKE}: Extended key usage does not permit use for TLS server authentication",
            "sun.security.validator.ValidatorException: Extended key usage does not permit use for TLS server "
            "authentication",
        ),
        sources=(MEASURED,),
    ),
    Scenario(
        id="cross-signed-root-expired",
        group="provider certificate",
        title="The cross-signed root has expired",
        story=(
            "In May 2020 the AddTrust root ran out. Providers whose chain led through the certificate it had "
            "cross-signed "
            "kept working in browsers, which knew the newer root, and failed for clients that knew only the old one."
        ),
        broken=replace(_served_by("provider-cross-signed"), trusted=(TrustedCertificate("Old root", "expired-root"),)),
        fixed=replace(
            _served_by("provider-cross-signed"),
            trusted=(TrustedCertificate("Old root", "expired-root"), TrustedCertificate("Modern root", "modern-root")),
        ),
        fix="Import the newer self-signed root as Trust Store Cert; have the provider drop the expired cross-signed "
        "certificate.",
        expected=Expected(finding="provider-chain-expired", cause="server-certificate-expired"),
        variants=not_accepted(*_CROSS_SIGNED, alert12="certificate_expired"),
        sources=(kb("KB0827179"), MEASURED),
        kb=("KB0827179",),
        release="newyork",
    ),
    Scenario(
        id="host-name-not-in-certificate",
        group="provider certificate",
        title="The certificate is for another host, and the instance checks",
        story=(
            "The endpoint uses an internal name (or an address) that is not in the provider's certificate. With "
            "verify_hostname "
            "on, the instance refuses it."
        ),
        broken=replace(_served_by("provider-wrong-host"), properties={VERIFY_HOSTNAME: "true"}),
        fixed=replace(_HEALTHY, properties={VERIFY_HOSTNAME: "true"}),
        fix="Use the host name from the certificate in the endpoint, or have the provider add this name to the "
        "certificate. "
        "(Setting com.glide.communications.httpclient.verify_hostname to false only hides it.)",
        expected=Expected(finding="host-name-not-in-certificate", cause="host-name-mismatch"),
        variants=not_accepted(
            f"{HANDSHAKE}: No subject alternative DNS name matching {{host}} found.",
            "java.security.cert.CertificateException: No subject alternative DNS name matching {host} found.",
        ),
        sources=(kb("KB3067060", "section 3.2"), docs("sc-verify-certificate-chain-and-hostname")),
        kb=("KB3067060",),
        release="brazil",
    ),
    Scenario(
        id="trust-all-switched-off",
        group="provider certificate",
        title="Hardening switched trust_all off and uncovered an untrusted provider",
        story=(
            "For years com.glide.communications.trustmanager_trust_all was true and nobody imported the provider's CA. "
            "Hardening set it to false, and now the call fails."
        ),
        broken=replace(_served_by("provider-unrelated"), properties={TRUST_ALL: "false"}),
        fixed=replace(
            _served_by("provider-unrelated"),
            properties={TRUST_ALL: "false"},
            trusted=(TrustedCertificate(), TrustedCertificate("Provider's CA", "unrelated-root")),
        ),
        fix="Import the provider's root CA as Trust Store Cert; do not switch trust_all back on.",
        expected=Expected(finding="provider-not-trusted", cause="server-not-trusted"),
        variants=not_accepted(*UNTRUSTED),
        sources=(kb("KB0639261"), docs("sc-certificate-trust")),
        kb=("KB0639261",),
        release="vancouver",
    ),
    Scenario(
        id="verify-hostname-overrides-trust-all",
        group="provider certificate",
        title="trust_all is true, and yet the provider is not trusted: verify_hostname overrides it",
        story=(
            "com.glide.communications.trustmanager_trust_all is true, so the provider's CA was never imported. "
            "Hardening then set verify_hostname to true, which checks chain and host name and makes trust_all count "
            "for nothing."
        ),
        broken=replace(_served_by("provider-unrelated"), properties={TRUST_ALL: "true", VERIFY_HOSTNAME: "true"}),
        fixed=replace(
            _served_by("provider-unrelated"),
            properties={TRUST_ALL: "true", VERIFY_HOSTNAME: "true"},
            trusted=(TrustedCertificate(), TrustedCertificate("Provider's CA", "unrelated-root")),
        ),
        fix="Import the provider's root CA as Trust Store Cert; leave verify_hostname on.",
        expected=Expected(finding="provider-not-trusted", cause="server-not-trusted"),
        variants=not_accepted(*UNTRUSTED),
        sources=(docs("sc-verify-certificate-chain-and-hostname", "overrides trustmanager_trust_all"), kb("KB0639261")),
        kb=("KB0639261",),
        release="australia",
    ),
    Scenario(
        id="provider-certificate-revoked",
        group="provider certificate",
        title="The provider's certificate is revoked",
        story=(
            "The provider's CA has revoked the certificate, and the provider has not noticed: browsers that do not "
            "ask are content. Since Orlando the instance asks the OCSP responder that the certificate names, and "
            "refuses it."
        ),
        broken=replace(_served_by("provider-with-ocsp"), responder="revoked"),
        fixed=replace(_served_by("provider-with-ocsp"), responder="good"),
        fix="Have the provider install a new certificate, one that its CA's responder calls good.",
        expected=Expected(finding="provider-certificate-revoked", cause="server-certificate-revoked"),
        variants=not_accepted(*_REVOKED, alert12="certificate_revoked"),
        sources=(
            kb("KB3067060", "section 3.4"),
            docs("sc-verify-certificate-revocation"),
            Source(
                "measured on JDK 17 with its own revocation checking",
                Evidence.MEASURED,
                "that ServiceNow's check words it so is ASSUMED",
            ),
        ),
        kb=("KB3067060",),
        release="vancouver",
        first_release="orlando",
    ),
    Scenario(
        id="ocsp-responder-too-busy",
        group="provider certificate",
        title="The OCSP responder answers, but only that it is too busy",
        story=(
            "The CA's responder is overloaded and answers tryLater. That is an answer, so ocsp_allow_network_error "
            "does not forgive it: calls fail until the responder works again, and nothing on the instance has changed."
        ),
        broken=replace(_served_by("provider-with-ocsp"), responder="try-later"),
        fixed=replace(_served_by("provider-with-ocsp"), responder="good"),
        fix="Have the provider's CA repair its responder.",
        expected=Expected(finding="responder-gives-no-verdict", cause="revocation-unknown"),
        variants=not_accepted(*_TRY_LATER),
        sources=(
            docs("sc-verify-certificate-revocation"),
            Source(
                "measured on JDK 17 with its own revocation checking",
                Evidence.MEASURED,
                "that ServiceNow's check words it so, and does not forgive it, is ASSUMED",
            ),
        ),
        release="vancouver",
        first_release="orlando",
    ),
    Scenario(
        id="ocsp-responder-blocked",
        group="provider certificate",
        title="The OCSP responder of the provider's CA cannot be reached",
        story=(
            "The instance checks the provider's certificate for revocation, and a firewall blocks the CA's "
            "responder. With "
            "ocsp_allow_network_error off, what cannot be checked is refused."
        ),
        broken=replace(_BLOCKED, properties={VERIFY_REVOKED: "true", ALLOW_NETWORK_ERROR: "false"}),
        fixed=replace(_BLOCKED, properties={VERIFY_REVOKED: "true", ALLOW_NETWORK_ERROR: "true"}),
        fix="Have the responder opened in the firewall; until then set "
        "com.glide.communications.httpclient.ocsp_allow_network_error to true.",
        expected=Expected(finding="revocation-not-checkable", cause="revocation-unknown"),
        variants=(
            *not_accepted(*_NO_STATUS_17),
            Variant({"java": _NO_STATUS_11}, javas=OLD_SOCKETS),
            Variant({"java": (f"{HANDSHAKE}: {_NO_STATUS_11[1]}", *_NO_STATUS_11[1:])}, javas=OLD_JSSE),
        ),
        sources=(
            docs("sc-enforce-ocsp-check-on-network-error"),
            kb("KB0863673", "the MID Server's wording; Java's own is shown here"),
            kb("KB0744261"),
        ),
        kb=("KB0863673", "KB0744261"),
        release="vancouver",
        first_release="orlando",
    ),
    Scenario(
        id="issuer-missing-for-revocation-check",
        group="provider certificate",
        title="No issuer certificate found: the revocation check wants the issuer",
        story=(
            "The instance trusts every provider (trustmanager_trust_all), and the provider sends its leaf only: that "
            "worked "
            "for years. Since Orlando the revocation check is on by default; it needs the issuer's certificate."
        ),
        broken=replace(_served_by("provider", send_chain=False), properties=_TRUSTS_ALL_AND_CHECKS),
        fixed=replace(_HEALTHY, properties=_TRUSTS_ALL_AND_CHECKS),
        fix="Have the provider send its chain, or import the issuer as Trust Store Cert.",
        expected=Expected(finding="provider-chain-incomplete", cause="issuer-missing"),
        variants=not_accepted(
            f"{HANDSHAKE}: No issuer certificate found for {{host}}",
            "java.security.cert.CertificateException: No issuer certificate found for {host}",
        ),
        sources=(kb("KB0760206", "the text is quoted there; the exception around it is ASSUMED"),),
        kb=("KB0760206",),
        release="quebec",
        first_release="orlando",
    ),
    Scenario(
        id="sni-switched-off",
        group="provider certificate",
        title="The provider needs SNI and the instance sends none",
        story=(
            "Several services share the provider's address, and it tells them apart by the server name in the "
            "ClientHello. "
            "The instance sends no server name, because the property is off."
        ),
        broken=replace(_NEEDS_SNI, properties={SNI: "false"}),
        fixed=replace(_NEEDS_SNI, properties={SNI: "true"}),
        fix="Set glide.outbound.tls_sni.enabled to true (Jakarta and later); it takes effect within half a minute.",
        expected=Expected(finding="sni-off"),
        variants=(*refused("handshake_failure"), Variant(SOCKET_CLOSED, http_client=TELEMETRY)),
        sources=(
            kb("KB0621614"),
            kb("KB3029494", "false still breaks connections in 2026"),
            Source("developer.servicenow.com blog: enabling SNI in your Jakarta instance", Evidence.DOCUMENTED),
        ),
        kb=("KB0621614", "KB3029494"),
        release="jakarta",
        first_release="jakarta",
    ),
    Scenario(
        id="sni-unknown-before-jakarta",
        group="provider certificate",
        title="Before Jakarta no instance sends SNI, whatever its properties say",
        story=(
            "The provider moved behind an address that several services share. Instances before Jakarta cannot name "
            "the one they want, and setting the property that Jakarta brought changes nothing."
        ),
        broken=replace(_NEEDS_SNI, properties={SNI: "true"}),
        fixed=replace(_served_by("provider"), properties={SNI: "true"}, network="named-provider"),
        fix="Have the provider answer clients without a server name with this service's certificate (a default host, "
        "or an address of its own); or upgrade to Jakarta and set glide.outbound.tls_sni.enabled to true.",
        expected=Expected(finding="sni-off"),
        variants=refused("handshake_failure"),
        sources=(
            Source("developer.servicenow.com blog: enabling SNI in your Jakarta instance", Evidence.DOCUMENTED),
            kb("KB0621614"),
        ),
        kb=("KB0621614",),
        last_release="istanbul",
        tls=("TLSv1.2",),
        see_also=("sni-switched-off",),
    ),
)
