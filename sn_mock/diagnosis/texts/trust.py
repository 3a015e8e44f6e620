"""The words of path validation in Java: on the instance's side about the provider's certificate, in a Java provider's
log about the client's. The frames `checkServerTrusted` and `checkClientTrusted` tell which.
"""

from __future__ import annotations

from sn_mock.diagnosis.texts.model import (
    CA_UNKNOWN,
    DOCUMENTED,
    NOTHING_SENT,
    PROVIDER_UNTRUSTED,
    REPORTED,
    KnownText,
    Weight,
    text,
)

_BOTH = "measured on JDK 8, 11, 17 and 21, client and server"
_UNTRUSTED = "provider-chain-incomplete provider-not-trusted trusted-certificate-inactive"

TRUST: tuple[KnownText, ...] = (
    text(
        "PKIX path building failed | unable to find valid certification path | SunCertPathBuilderException"
        " | No issuer certificate for certificate in certification path | No trusted certificate found"
        " | unable to find certification path | CertPathBuilderException",
        "no path leads from the other side's certificate to a trusted CA",
        any_side=_UNTRUSTED,
        instance=_UNTRUSTED,
        tool=_UNTRUSTED,
        provider=CA_UNKNOWN,
        source="KB0748183, KB0655967, KB0744261, KB2794513; " + _BOTH,
    ),
    text(
        "Path does not chain with any of the trust anchors",
        "a CA of that name is trusted, and its key is another one (or its key identifier differs)",
        any_side=PROVIDER_UNTRUSTED,
        provider=CA_UNKNOWN,
        source=_BOTH,
        advice="Compare the key identifiers, not the names: a re-keyed CA keeps its name.",
    ),
    text(
        "signature check failed | CertPathValidatorException: signature check failed",
        "a certificate is not signed by the CA of that name that is trusted (forged, or the CA has a new key)",
        any_side="provider-chain-invalid provider-not-trusted",
        provider="client-ca-unknown",
        source=_BOTH,
    ),
    text(
        "trustAnchors parameter must be non-empty",
        "the trust store of the side that prints it is empty",
        any_side="provider-not-trusted trusted-certificate-inactive",
        provider="provider-trust-store-empty",
        source=_BOTH + "; ejbca-ce#648",
    ),
    text(
        "CertificateExpiredException | certificate expired on | timestamp check failed",
        "a certificate of the other side's chain has expired",
        any_side="provider-certificate-expired provider-chain-expired",
        provider="client-certificate-expired",
        source=_BOTH,
        weight=Weight.VERDICT,
    ),
    text(
        "validity check failed",
        "a certificate of the other side's chain has expired or is not valid yet",
        any_side="provider-certificate-expired provider-chain-expired provider-certificate-not-yet-valid",
        provider="client-certificate-expired client-certificate-not-yet-valid",
        source=_BOTH,
    ),
    text(
        "CertificateNotYetValidException | certificate is not valid until",
        "the other side's certificate is not valid yet",
        any_side="provider-certificate-not-yet-valid",
        provider="client-certificate-not-yet-valid",
        source=_BOTH,
        weight=Weight.VERDICT,
    ),
    text(
        "Extended key usage does not permit use for TLS client authentication",
        "a Java provider refuses the client certificate: its extended key usage has no clientAuth",
        any_side="client-certificate-purpose",
        source="measured on JDK 8, 11, 17 and 21 (server)",
        weight=Weight.VERDICT,
    ),
    text(
        "Extended key usage does not permit use for TLS server | Extended key usage does not permit "
        "| KeyUsage does not "
        "allow digital signatures | KeyUsage does not allow key encipherment | KeyUsage does not allow key agreement",
        "the other side's certificate is not made for its part in TLS",
        any_side="provider-certificate-purpose",
        provider="client-certificate-purpose",
        source=_BOTH,
    ),
    text(
        "No subject alternative | No name matching … found | doesn't match any of the subject alternative names"
        " | hostname in certificate didn't match "
        "| Host name … does not match the certificate subject provided by the peer"
        " | hostname … doesn't match either of | doesn't match common name of the certificate subject"
        " | HTTPS hostname wrong "
        "| CertificateException: No name"
        " | hostname mismatch, certificate is not valid for "
        "| no alternative certificate subject name matches target"
        " | ERR_TLS_CERT_ALTNAME_INVALID | does not match certificate's altnames"
        " | no certificate subject alternative name matches | certificate common name … doesn't match requested host"
        " | SSL: certificate subject name … does not match target host name | ERR_CERT_COMMON_NAME_INVALID"
        " | SSL_ERROR_BAD_CERT_DOMAIN | x509: certificate is valid for … not "
        "| x509: certificate is not valid for any names"
        " | RemoteCertificateNameMismatch | SEC_E_WRONG_PRINCIPAL | it doesn't contain any IP SANs"
        " | verify error:num=62 | verify error:num=64 | (62:hostname mismatch | 62 (hostname mismatch"
        " | 64 (IP address mismatch | relies on legacy Common Name field",
        "the endpoint's host name is not in the provider's certificate",
        any_side="host-name-not-in-certificate",
        source="KB3067060 section 3.2; measured on JDK 17, curl, Go, node and Python",
    ),
    text(
        "Algorithm constraints check failed | Certificates do not conform to algorithm constraints "
        "| Certificates does "
        "not conform to algorithm constraints | is disabled, algorithm constraints",
        "a key or signature of the other side's chain is too weak for Java",
        any_side="provider-certificate-weak",
        provider="client-certificate-weak",
        source="KB0744261; measured on JDK 17",
    ),
    text(
        "Certificate has been revoked | CertificateRevokedException | certificate is revoked",
        "the other side's certificate is revoked",
        any_side="provider-certificate-revoked",
        provider="client-certificate-revoked",
        source="KB3067060 section 3.4",
        weight=Weight.VERDICT,
    ),
    text(
        "CA key usage check failed | basic constraints check failed | pathLenConstraint violated | name constraints "
        "check failed | unrecognized critical extension | subject/issuer name chaining check failed | "
        "inhibitAnyPolicy | TrustAnchor with subject … is not a CA certificate | does not have keyCertSign bit set",
        "the other side's chain breaks a rule of path validation, which the words name",
        any_side="provider-chain-invalid provider-not-trusted",
        provider="client-ca-unknown client-chain-incomplete",
        source=_BOTH,
    ),
    text(
        "Empty server certificate chain",
        "a Java 11 provider got no client certificate (it calls the caller's chain the server's); on the"
        " instance: the "
        "provider's Certificate message is empty",
        any_side=NOTHING_SENT,
        instance="provider-certificate-unreadable",
        source="measured on JDK 11 (server, TLS 1.2); OpenJDK sources",
    ),
    text(
        "Failed to parse server certificates",
        "Java cannot read a certificate that the other side sent; the innermost exception names what it stumbles over",
        any_side="provider-certificate-unreadable",
        provider="client-certificate-unreadable",
        source="measured on JDK 17",
        weight=Weight.VERDICT,
    ),
    text(
        "No issuer certificate found",
        "verify_revoked_certificate is on, and the provider does not send its issuer's certificate",
        any_side="provider-chain-incomplete provider-not-trusted",
        source="KB0760206, KB0760274",
        evidence=DOCUMENTED,
    ),
    text(
        "OCSP response error | Certificate's revocation status is unknown | revocation status is unknown | sign OCSP "
        "responses | signing OCSP responses | OCSP Response's signature "
        "| Response is unreliable: its validity interval"
        " | OCSP response does not include",
        "the OCSP responder answered, but not with a verdict that counts",
        any_side="responder-gives-no-verdict",
        source="measured on JDK 17",
    ),
    text(
        "UNDETERMINED_REVOCATION_STATUS | Unable to determine revocation status "
        "| Could not determine revocation status"
        " | OCSP communication error | OCSP Check failed | OCSP check has failed | OCSP request failed"
        " | unable to reach the OCSP responder | OCSP responder … timed out",
        "the revocation check could not reach its responder",
        any_side="revocation-not-checkable",
        source="KB0744261, KB0863673; measured on JDK 17",
        evidence=DOCUMENTED,
    ),
    text(
        "OCSP revoke check IOException | OCSPCheck authority … error"
        " | OCSP certificate revocation check was not processed | failed certificate revocation verification",
        "the revocation check failed: what breaks beside it is the way to the OCSP responder, not to the provider",
        any_side="revocation-not-checkable responder-gives-no-verdict",
        source="KB0744261, KB0863673",
        evidence=DOCUMENTED,
        weight=Weight.VERDICT,
    ),
    text(
        "unknown tag 28 encountered",
        "the OCSP responder answered with a page instead of an OCSP answer",
        any_side="responder-gives-no-verdict revocation-not-checkable",
        source="public notes on outbound calls (a responder's 503)",
        evidence=REPORTED,
    ),
    text(
        "OCSP communication error 403",
        "a proxy refuses the request to the OCSP responder",
        any_side="revocation-not-checkable",
        source="KB0744261",
        evidence=DOCUMENTED,
        weight=Weight.VERDICT,
    ),
    text(
        "Unexpected error: java.security | CertPathValidatorException | ValidatorException",
        "Java does not accept the other side's chain; the words after it say why",
        any_side=PROVIDER_UNTRUSTED,
        provider=CA_UNKNOWN,
        source=_BOTH,
        weight=Weight.VAGUE,
    ),
)
"""What path validation says."""
