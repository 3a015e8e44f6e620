"""The words in which JSSE refuses a provider's certificate: the texts the checks use, and the table of them.

Every text was provoked on JDK 17 and 25. `{…}` stands for the certificate's own values.
"""

from __future__ import annotations

from guarded.values import dataclass
from sn_mock.evidence import Evidence

NOT_FOUND = "unable to find valid certification path to requested target"
NO_ANCHOR_FITS = "Path does not chain with any of the trust anchors"
NO_ANCHORS = "the trustAnchors parameter must be non-empty"
ANCHOR_NOT_CA = 'TrustAnchor with subject "{subject}" is not a CA certificate'
ANCHOR_MAY_NOT_SIGN = 'TrustAnchor with subject "{subject}" does not have keyCertSign bit set in KeyUsage extension'
VALIDITY = "validity check failed"
SIGNATURE = "signature check failed"
CA_KEY_USAGE = "CA key usage check failed: keyCertSign bit is not set"
NOT_CA = "basic constraints check failed: this is not a CA certificate"
PATH_LENGTH = (
    "basic constraints check failed: pathLenConstraint violated - "
    "this cert must be the last cert in the certification path"
)
NAME_CONSTRAINTS = "name constraints check failed"
CRITICAL_EXTENSION = "unrecognized critical extension(s)"
USAGE_WITHOUT_BITS = "incorrect KeyUsage extension bits"
POLICY_QUALIFIERS = "critical policy qualifiers present in certificate"
NO_POLICY = "non-null policy tree required and policy tree is null"
MAPS_FROM_ANY = "encountered an issuerDomainPolicy of ANY_POLICY"
MAPS_TO_ANY = "encountered a subjectDomainPolicy of ANY_POLICY"
CONSTRAINED = "Algorithm constraints check failed on {what}"
NOT_CONFORMING = "Certificates do not conform to algorithm constraints"
NO_SIGNATURES = "KeyUsage does not allow digital signatures"
NO_ENCIPHERMENT = "KeyUsage does not allow key encipherment"
NOT_A_SERVER = "Extended key usage does not permit use for TLS server authentication"
NETSCAPE_NOT_A_SERVER = "Netscape cert type does not permit use for SSL server"
UNREADABLE = "Failed to parse server certificates"
NO_CERTIFICATE = "Empty server certificate chain"
NO_ISSUER = "No issuer certificate found for {host}"
REVOKED = (
    "Certificate has been revoked, reason: {reason}, revocation date: {date}, authority: {issuer}, "
    "extension OIDs: [{oids}]"
)
NETWORK_ERROR = "Unable to determine revocation status due to network error"
OCSP_UNREADABLE = "not enough content"
OCSP_ERROR = "OCSP response error: {status}"
OCSP_UNKNOWN = "Certificate's revocation status is unknown"
OCSP_STALE = "Response is unreliable: its validity interval is out-of-date"
OCSP_NOT_AUTHORIZED = "Responder's certificate is not authorized to sign OCSP responses"
OCSP_NOT_FOR_SIGNING = "Responder's certificate not valid for signing OCSP responses"
OCSP_OTHER_CERTIFICATE = "OCSP response does not include a response for a certificate supplied in the OCSP request"
OCSP_NO_SIGNER = "Unable to verify OCSP Response's signature"
OCSP_BAD_SIGNATURE = "Error verifying OCSP Response's signature"
NO_STATUS = "Could not determine revocation status"

_BUILDING = "PKIX path building failed: sun.security.provider.certpath.SunCertPathBuilderException: "
_VALIDATING = "PKIX path validation failed: java.security.cert.CertPathValidatorException: "
_ANCHOR = "PKIX path validation failed: sun.security.validator.ValidatorException: "
_EMPTY = "Unexpected error: java.security.InvalidAlgorithmParameterException: "
_MEASURED = "measured on JDK 17 and 25"


@dataclass(frozen=True, slots=True)
class TrustText:
    """One fault of a provider's chain and the outermost exception's message."""

    fault: str
    """In plain words."""
    cause: str
    """The word of `causes.CAUSES`."""
    text: str
    alert: str
    """The alert the instance sends; TLS 1.3 clients say certificate_unknown for most until JDK 21."""
    evidence: Evidence = Evidence.MEASURED
    source: str = _MEASURED


TRUST_TEXTS = (
    TrustText(
        "no path to a trust anchor: unknown CA, missing intermediate",
        "server-not-trusted",
        _BUILDING + NOT_FOUND,
        "certificate_unknown",
        source=_MEASURED + "; KB0748183, KB0655967",
    ),
    TrustText(
        "key identifiers of chain and anchors differ",
        "server-not-trusted",
        _VALIDATING + NO_ANCHOR_FITS,
        "certificate_unknown",
    ),
    TrustText("the anchor is no CA", "server-not-trusted", _ANCHOR + ANCHOR_NOT_CA, "certificate_unknown"),
    TrustText(
        "the anchor may not sign certificates",
        "server-not-trusted",
        _ANCHOR + ANCHOR_MAY_NOT_SIGN,
        "certificate_unknown",
    ),
    TrustText("the trust store is empty", "no-trust-anchors", _EMPTY + NO_ANCHORS, "internal_error"),
    TrustText("expired", "server-certificate-expired", _VALIDATING + VALIDITY, "certificate_expired"),
    TrustText("not valid yet", "server-certificate-not-yet-valid", _VALIDATING + VALIDITY, "bad_certificate"),
    TrustText(
        "forged, or signed with a removed curve", "server-chain-invalid", _VALIDATING + SIGNATURE, "bad_certificate"
    ),
    TrustText(
        "an issuer without keyCertSign", "server-chain-invalid", _VALIDATING + CA_KEY_USAGE, "certificate_unknown"
    ),
    TrustText("an issuer that is no CA", "server-chain-invalid", _VALIDATING + NOT_CA, "certificate_unknown"),
    TrustText(
        "too many CAs below a path length", "server-chain-invalid", _VALIDATING + PATH_LENGTH, "certificate_unknown"
    ),
    TrustText(
        "a name outside a CA's constraints",
        "server-chain-invalid",
        _VALIDATING + NAME_CONSTRAINTS,
        "certificate_unknown",
    ),
    TrustText(
        "a critical extension Java does not know",
        "server-chain-invalid",
        _VALIDATING + CRITICAL_EXTENSION,
        "certificate_unknown",
    ),
    TrustText(
        "a key usage that allows nothing (no bit, or only how a key agreement may be used)",
        "server-chain-invalid",
        _VALIDATING + USAGE_WITHOUT_BITS,
        "certificate_unknown",
        source="measured on JDK 17",
    ),
    TrustText(
        "a critical policy with qualifiers",
        "server-chain-invalid",
        _VALIDATING + POLICY_QUALIFIERS,
        "certificate_unknown",
        source="measured on JDK 17",
    ),
    TrustText(
        "a policy is required, and none holds for the whole path",
        "server-chain-invalid",
        _VALIDATING + NO_POLICY,
        "certificate_unknown",
        source="measured on JDK 17",
    ),
    TrustText(
        "a policy mapping from anyPolicy",
        "server-chain-invalid",
        _VALIDATING + MAPS_FROM_ANY,
        "certificate_unknown",
        source="measured on JDK 17",
    ),
    TrustText(
        "a policy mapping to anyPolicy",
        "server-chain-invalid",
        _VALIDATING + MAPS_TO_ANY,
        "certificate_unknown",
        source="measured on JDK 17",
    ),
    TrustText("weak key or signature", "server-certificate-weak", _VALIDATING + CONSTRAINED, "unsupported_certificate"),
    TrustText(
        "weak key or signature, any certificate trusted",
        "server-certificate-weak",
        NOT_CONFORMING,
        "unsupported_certificate",
    ),
    TrustText("key usage without digitalSignature", "server-certificate-usage", NO_SIGNATURES, "certificate_unknown"),
    TrustText(
        "key usage without keyEncipherment, for TLS_RSA_ suites",
        "server-certificate-usage",
        NO_ENCIPHERMENT,
        "certificate_unknown",
        Evidence.ASSUMED,
        "OpenJDK sources",
    ),
    TrustText("extended key usage without serverAuth", "server-certificate-usage", NOT_A_SERVER, "certificate_unknown"),
    TrustText(
        "Netscape certificate type without SSL server",
        "server-certificate-usage",
        NETSCAPE_NOT_A_SERVER,
        "certificate_unknown",
        source="measured on JDK 17",
    ),
    TrustText(
        "a certificate that Java cannot parse; what it stumbles over stands below",
        "server-certificate-unreadable",
        UNREADABLE,
        "bad_certificate",
        source="measured on JDK 17",
    ),
    TrustText(
        "no certificate in the message",
        "server-certificate-unreadable",
        NO_CERTIFICATE,
        "bad_certificate",
        Evidence.ASSUMED,
        "OpenJDK sources",
    ),
    TrustText(
        "the revocation check finds no issuer",
        "issuer-missing",
        NO_ISSUER,
        "certificate_unknown",
        Evidence.DOCUMENTED,
        "KB0760206 (the text; the exception around it is ASSUMED)",
    ),
    TrustText(
        "revoked",
        "server-certificate-revoked",
        _VALIDATING + REVOKED,
        "certificate_revoked",
        source=_MEASURED + " with the JDK's own checking (ServiceNow's wording is not published)",
    ),
    TrustText(
        "responder out of reach, and that is not allowed",
        "revocation-unknown",
        _VALIDATING + NETWORK_ERROR,
        "certificate_unknown",
        source=_MEASURED + " with the JDK's own checking",
    ),
    TrustText(
        "the responder could not answer, and says so",
        "revocation-unknown",
        _VALIDATING + OCSP_ERROR,
        "certificate_unknown",
        source="measured on JDK 17 with the JDK's own checking",
    ),
    TrustText(
        "the responder does not know the certificate",
        "revocation-unknown",
        _VALIDATING + OCSP_UNKNOWN,
        "certificate_unknown",
        source="measured on JDK 17 with the JDK's own checking",
    ),
    TrustText(
        "the responder's answer is of another day",
        "revocation-unknown",
        _VALIDATING + OCSP_STALE,
        "certificate_unknown",
        source="measured on JDK 17 with the JDK's own checking",
    ),
    TrustText(
        "the responder is not the issuer's",
        "revocation-unknown",
        _VALIDATING + OCSP_NOT_AUTHORIZED,
        "certificate_unknown",
        source="measured on JDK 17 with the JDK's own checking",
    ),
    TrustText(
        "nobody known has signed the responder's answer",
        "revocation-unknown",
        _VALIDATING + OCSP_NO_SIGNER,
        "certificate_unknown",
        source="measured on JDK 17 with the JDK's own checking",
    ),
    TrustText(
        "the responder's certificate is not for OCSP",
        "revocation-unknown",
        _VALIDATING + OCSP_NOT_FOR_SIGNING,
        "certificate_unknown",
        source="measured on JDK 17 with the JDK's own checking",
    ),
    TrustText(
        "the responder answers for another certificate",
        "revocation-unknown",
        _VALIDATING + OCSP_OTHER_CERTIFICATE,
        "certificate_unknown",
        source="measured on JDK 17 with the JDK's own checking",
    ),
    TrustText(
        "the responder's answer is not signed by its key",
        "revocation-unknown",
        _VALIDATING + OCSP_BAD_SIGNATURE,
        "certificate_unknown",
        source="measured on JDK 17 with the JDK's own checking",
    ),
    TrustText(
        "no usable CRL, and that is not allowed",
        "revocation-unknown",
        _VALIDATING + NO_STATUS,
        "certificate_unknown",
        source=_MEASURED + " with the JDK's own checking",
    ),
)
