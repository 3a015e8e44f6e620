"""Why a connection was refused: one word per cause, and how OpenSSL names it.

OpenSSL is the judge of chains (dates, purpose, CRLs, key sizes); this table gives its verify codes and error reasons
the words used in journals, policies and personalities.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Cause(StrEnum):
    """The causes of refusal a personality can answer differently."""

    NO_CERTIFICATE = "no-certificate"
    """The client answered the CertificateRequest with an empty Certificate message."""
    UNKNOWN_CA = "unknown-ca"
    """No trusted issuer could be found: another CA, a missing intermediate, an issuer that is not a CA."""
    SELF_SIGNED = "self-signed"
    """A self-signed leaf that is not trusted itself."""
    EXPIRED = "expired"
    NOT_YET_VALID = "not-yet-valid"
    WRONG_PURPOSE = "wrong-purpose"
    """The extended key usage (or key usage) does not allow client authentication."""
    REVOKED = "revoked"
    CRL_MISSING = "crl-missing"
    CRL_EXPIRED = "crl-expired"
    WEAK_CERTIFICATE = "weak-certificate"
    """A key too small or a signature digest too weak for the security level."""
    CERTIFICATE_INVALID = "certificate-invalid"
    """Any other finding of OpenSSL's chain check; the visit's `detail` has its text."""
    NOT_PINNED = "not-pinned"
    """The chain is fine but the leaf is not one the provider imported (`pin_sha256`)."""
    SUBJECT_NOT_ALLOWED = "subject-not-allowed"
    NOT_CA_SIGNED = "not-ca-signed"
    """A self-signed leaf where `require_ca_signed` is set, even if it is trusted."""
    BAD_SIGNATURE = "bad-signature"
    """The CertificateVerify does not fit the certificate: the client's key is another one."""
    CANNOT_ASK = "cannot-ask"
    """The certificate is asked for with the request, and in TLS 1.3 this client cannot be asked: it did not offer
    post-handshake authentication (RFC 8446 section 4.2.6)."""
    TOO_LARGE_TO_ASK = "too-large-to-ask"
    """The certificate is asked for with the request, whose body is larger than what is kept meanwhile."""
    PROTOCOL_VERSION = "protocol-version"
    NO_SHARED_CIPHER = "no-shared-cipher"
    SNI_MISSING = "sni-missing"
    PLAIN_HTTP = "plain-http"
    """An HTTP request in clear text on the TLS port."""
    NOT_TLS = "not-tls"
    """Bytes that are no TLS record."""
    TLS_ERROR = "tls-error"
    """The client broke the TLS protocol in another way; the visit's `detail` has OpenSSL's reason."""


CERTIFICATE_CAUSES = frozenset(
    {
        Cause.NO_CERTIFICATE,
        Cause.UNKNOWN_CA,
        Cause.SELF_SIGNED,
        Cause.EXPIRED,
        Cause.NOT_YET_VALID,
        Cause.WRONG_PURPOSE,
        Cause.REVOKED,
        Cause.CRL_MISSING,
        Cause.CRL_EXPIRED,
        Cause.WEAK_CERTIFICATE,
        Cause.CERTIFICATE_INVALID,
        Cause.NOT_PINNED,
        Cause.SUBJECT_NOT_ALLOWED,
        Cause.NOT_CA_SIGNED,
    }
)
"""The causes that are a verdict on the client's certificate (or its absence)."""

BY_VERIFY_CODE: Mapping[int, Cause] = {
    2: Cause.UNKNOWN_CA,  # unable to get issuer certificate
    3: Cause.CRL_MISSING,
    9: Cause.NOT_YET_VALID,
    10: Cause.EXPIRED,
    12: Cause.CRL_EXPIRED,
    18: Cause.SELF_SIGNED,  # self-signed leaf
    19: Cause.UNKNOWN_CA,  # self-signed certificate in the chain, not among the trusted
    20: Cause.UNKNOWN_CA,  # unable to get local issuer certificate
    21: Cause.UNKNOWN_CA,  # unable to verify the first certificate
    22: Cause.UNKNOWN_CA,  # chain too long
    23: Cause.REVOKED,
    24: Cause.UNKNOWN_CA,  # issuer is not a CA
    25: Cause.UNKNOWN_CA,  # path length exceeded
    26: Cause.WRONG_PURPOSE,
    66: Cause.WEAK_CERTIFICATE,  # EE key too small
    67: Cause.WEAK_CERTIFICATE,  # CA key too small
    68: Cause.WEAK_CERTIFICATE,  # CA digest too weak
    79: Cause.UNKNOWN_CA,  # issuer lacks basicConstraints CA (X509_STRICT)
}
"""X509_V_ERR_* (openssl/x509_vfy.h) to cause; every other code is `CERTIFICATE_INVALID`."""

BY_REASON: Mapping[str, Cause] = {
    "PEER_DID_NOT_RETURN_A_CERTIFICATE": Cause.NO_CERTIFICATE,
    "BAD_SIGNATURE": Cause.BAD_SIGNATURE,
    "UNSUPPORTED_PROTOCOL": Cause.PROTOCOL_VERSION,
    "VERSION_TOO_LOW": Cause.PROTOCOL_VERSION,
    "INAPPROPRIATE_FALLBACK": Cause.PROTOCOL_VERSION,
    "NO_SHARED_CIPHER": Cause.NO_SHARED_CIPHER,
    "NO_SUITABLE_KEY_SHARE": Cause.NO_SHARED_CIPHER,
    "NO_SUITABLE_SIGNATURE_ALGORITHM": Cause.NO_SHARED_CIPHER,
    "NO_SHARED_SIGNATURE_ALGORITHMS": Cause.NO_SHARED_CIPHER,
    "NO_SUITABLE_GROUPS": Cause.NO_SHARED_CIPHER,
    "HTTP_REQUEST": Cause.PLAIN_HTTP,
    "HTTPS_PROXY_REQUEST": Cause.PLAIN_HTTP,
    "WRONG_VERSION_NUMBER": Cause.NOT_TLS,
    "UNSUPPORTED_PROTOCOL_VERSION": Cause.PROTOCOL_VERSION,
}
"""`ssl.SSLError.reason` to cause; every other reason is `TLS_ERROR`."""


def from_verify_code(code: int) -> Cause:
    """The cause behind an X509_V_ERR code (not 0)."""
    return BY_VERIFY_CODE.get(code, Cause.CERTIFICATE_INVALID)


def from_ssl_error(reason: str | None, verify_code: int | None) -> Cause:
    """The cause behind the `SSLError` that ended a server handshake."""
    if reason == "CERTIFICATE_VERIFY_FAILED" and verify_code:
        return from_verify_code(verify_code)
    return BY_REASON.get(reason or "", Cause.TLS_ERROR)
