"""What TLS libraries beside OpenSSL, Java's and Schannel say: GnuTLS, NSS, rustls, wolfSSL, mbedTLS, BouncyCastle."""

from __future__ import annotations

from sn_mock.diagnosis.texts.model import (
    CA_UNKNOWN,
    DOCUMENTED,
    NOTHING_SENT,
    PROVIDER_UNTRUSTED,
    REPORTED,
    SILENT,
    KnownText,
    Weight,
    text,
)

_GNUTLS = "measured on GnuTLS 3.7 (gnutls_strerror, gnutls_alert_get_name)"
_GNUTLS_TOOLS = "sources of GnuTLS (certificate status) and wget"
_NSS = "NSS docs, error codes; curl with NSS, as public threads quote it"
_RUSTLS = "rustls' sources, CertificateError and Error"
_WOLFSSL = "wolfSSL docs, error codes"
_MBEDTLS = "mbed TLS's sources, error.h"
_BC = "sources of BouncyCastle's keystores (bcprov)"
_RUSTLS_UNTRUSTED = "provider-not-trusted provider-chain-incomplete client-ca-unknown"


def _rustls(names: str) -> str:
    return " | ".join(f"{before} {name}" for name in names.split() for before in _RUSTLS_FORMS)


_RUSTLS_FORMS = ("invalid peer certificate:", "InvalidCertificate")

LIBRARIES: tuple[KnownText, ...] = (
    text(
        "The TLS connection was non-properly terminated",
        "the other side closed the connection without ending TLS",
        any_side="no-response closed-in-handshake client-ca-unknown client-ca-not-advertised",
        provider=SILENT,
        source=_GNUTLS,
        weight=Weight.PLAIN,
    ),
    text(
        "handshake() failed: The TLS connection was non-properly terminated",
        "the other side closed the connection in the handshake without saying why",
        any_side="closed-in-handshake client-ca-unknown client-ca-not-advertised sni-off",
        provider=SILENT,
        source=_GNUTLS,
        weight=Weight.PLAIN,
    ),
    text(
        "A TLS packet with unexpected length was received | An unexpected TLS packet was received",
        "what came is no TLS, or the connection ended within it",
        any_side="port-is-not-tls closed-in-handshake",
        provider=SILENT,
        source=_GNUTLS,
        weight=Weight.PLAIN,
    ),
    text(
        "Error in the pull function | Error in the push function",
        "the connection broke under TLS: reset, or cut off",
        any_side="connection-reset no-response",
        provider=SILENT,
        source=_GNUTLS,
        weight=Weight.PLAIN,
    ),
    text(
        "A packet with illegal or unsupported version was received",
        "no TLS version in common, or no TLS at all",
        any_side="no-common-tls-version port-is-not-tls",
        source=_GNUTLS,
        weight=Weight.PLAIN,
    ),
    text(
        "No supported cipher suites have been found | NoCipherSuitesInCommon | NoKxGroupsInCommon"
        " | NSS error -12286 | no common encryption algorithm",
        "no cipher suite in common",
        any_side="no-common-cipher-suite no-common-tls-version",
        source=f"{_GNUTLS}; {_RUSTLS}; {_NSS}",
        evidence=DOCUMENTED,
    ),
    text(
        "server certificate verification failed. CAfile | doesn't have a known issuer"
        " | ERROR: The certificate of … is not trusted",
        "the tool does not trust the provider's certificate; whether the instance does, its own trust store says",
        any_side="provider-not-trusted provider-chain-incomplete",
        source=_GNUTLS_TOOLS,
        evidence=DOCUMENTED,
    ),
    text(
        "name in the certificate does not match the expected | certificate's owner does not match hostname"
        " | domain name does not match the server's certificate | peer subject name mismatch"
        " | wolfSSL_connect failed … -322",
        "the endpoint's host name is not in the provider's certificate",
        any_side="host-name-not-in-certificate",
        source=f"{_GNUTLS_TOOLS}; {_NSS}; {_WOLFSSL}",
        evidence=DOCUMENTED,
    ),
    text(
        "certificate chain uses expired certificate | ERROR: The certificate of … has expired"
        " | Peer's Certificate has expired | NSS error -8181 | ASN date error, current date after"
        " | wolfSSL_connect failed … -151",
        "the provider's certificate has expired",
        any_side="provider-certificate-expired",
        provider="client-certificate-expired",
        source=f"{_GNUTLS_TOOLS}; {_NSS}; {_WOLFSSL}",
        evidence=DOCUMENTED,
    ),
    text(
        "certificate chain uses not yet valid certificate | ERROR: The certificate of … is not yet activated"
        " | ASN date error, current date before | wolfSSL_connect failed … -150",
        "the provider's certificate is not valid yet",
        any_side="provider-certificate-not-yet-valid",
        provider="client-certificate-not-yet-valid",
        source=f"{_GNUTLS_TOOLS}; {_WOLFSSL}",
        evidence=DOCUMENTED,
    ),
    text(
        "NSS: client certificate not found",
        "the provider asks for a client certificate, and curl has none",
        any_side="provider-requires-certificate",
        source=_NSS,
        evidence=REPORTED,
        weight=Weight.VERDICT,
    ),
    text(
        "SSL peer was unable to negotiate an acceptable set of security parameters",
        "the provider cannot go on: most often it demands a client certificate; else no common cipher",
        any_side="provider-requires-certificate no-common-cipher-suite sni-off",
        source=_NSS,
        evidence=DOCUMENTED,
        weight=Weight.PLAIN,
    ),
    text(
        "SSL peer cannot verify your certificate",
        "the provider does not like the client certificate, or got none",
        any_side="provider-requires-certificate client-ca-unknown",
        source=_NSS,
        evidence=DOCUMENTED,
    ),
    text(
        "Peer's Certificate issuer is not recognized | certificate issuer has been marked as not trusted"
        " | SEC_ERROR_UNTRUSTED_ISSUER | NSS error -8179 | NSS error -8172 | ASN no signer error to confirm failure"
        " | wolfSSL_connect failed … -188",
        "no path leads from the provider's certificate to a CA that is trusted",
        any_side="provider-not-trusted provider-chain-incomplete",
        provider=CA_UNKNOWN,
        source=f"{_NSS}; {_WOLFSSL}",
        evidence=DOCUMENTED,
    ),
    text(
        "SSL received a record that exceeded the maximum permissible length"
        " | received corrupt message of type InvalidContentType",
        "the other side does not speak TLS at that port",
        any_side="port-is-not-tls",
        source=f"{_NSS}; {_RUSTLS}",
        evidence=DOCUMENTED,
    ),
    text(
        _rustls("UnknownIssuer"),
        "rustls finds no issuer: a server the client's, a client the provider's",
        any_side=_RUSTLS_UNTRUSTED,
        tool="provider-not-trusted provider-chain-incomplete",
        provider=CA_UNKNOWN,
        source=_RUSTLS,
        evidence=DOCUMENTED,
    ),
    text(
        _rustls("Expired CertExpired") + " | invalid peer certificate: certificate expired",
        "rustls finds a certificate that has expired",
        any_side="provider-certificate-expired client-certificate-expired",
        tool="provider-certificate-expired",
        provider="client-certificate-expired",
        source=_RUSTLS,
        evidence=DOCUMENTED,
    ),
    text(
        _rustls("NotValidYet CertNotValidYet"),
        "rustls finds a certificate that is not valid yet",
        any_side="provider-certificate-not-yet-valid client-certificate-not-yet-valid",
        tool="provider-certificate-not-yet-valid",
        provider="client-certificate-not-yet-valid",
        source=_RUSTLS,
        evidence=DOCUMENTED,
    ),
    text(
        _rustls("NotValidForName CertNotValidForName") + " | invalid peer certificate: certificate not valid for name",
        "the endpoint's host name is not in the provider's certificate",
        any_side="host-name-not-in-certificate",
        source=_RUSTLS,
        evidence=DOCUMENTED,
    ),
    text(
        _rustls("Revoked CertRevoked"),
        "rustls finds a certificate revoked",
        any_side="provider-certificate-revoked client-certificate-revoked",
        tool="provider-certificate-revoked",
        provider="client-certificate-revoked",
        source=_RUSTLS,
        evidence=DOCUMENTED,
    ),
    text(
        _rustls("InvalidPurpose InvalidPurposeContext"),
        "the certificate's extended key usage does not fit",
        any_side="provider-certificate-purpose client-certificate-purpose",
        tool="provider-certificate-purpose",
        provider="client-certificate-purpose",
        source=_RUSTLS,
        evidence=DOCUMENTED,
    ),
    text(
        "peer sent no certificates | NoCertificatesPresented",
        "a server on rustls demanded a client certificate and got none",
        any_side=NOTHING_SENT,
        tool="provider-breaks-tls",
        source=_RUSTLS,
        evidence=DOCUMENTED,
        weight=Weight.VERDICT,
    ),
    text(
        "Certificate verification failed, e.g. CRL, CA or signature check failed"
        " | mbedtls_ssl_handshake returned -0x2700",
        "the provider's certificate is not accepted; the flags of the check say why",
        any_side="provider-not-trusted provider-chain-incomplete provider-certificate-expired",
        provider=CA_UNKNOWN,
        source=_MBEDTLS,
        evidence=DOCUMENTED,
    ),
    text(
        "A fatal alert message was received from our peer | mbedtls_ssl_handshake returned -0x7780",
        "the provider ended the handshake with an alert, which is not named",
        any_side="provider-ends-handshake provider-requires-certificate no-common-cipher-suite",
        provider=SILENT,
        source=_MBEDTLS,
        evidence=DOCUMENTED,
        weight=Weight.VAGUE,
    ),
    text(
        "key store mac invalid | KeyStore integrity check failed | BCFKS KeyStore corrupted: MAC calculation failed",
        "the keystore does not open with the password on the record, or is damaged",
        any_side="wrong-store-password keystore-damaged broken-keystore-among-all",
        source=_BC,
        evidence=DOCUMENTED,
    ),
    text(
        "stream does not represent a PKCS12 key store | Wrong version of key store",
        "the file is no keystore of the type that was said",
        any_side="not-a-keystore keystore-damaged broken-keystore-among-all",
        source=_BC,
        evidence=DOCUMENTED,
    ),
    text(
        "exception unwrapping private key",
        "the keystore opens, the key inside has another password",
        any_side="key-password-differs wrong-store-password broken-keystore-among-all",
        source=_BC,
        evidence=DOCUMENTED,
    ),
    text(
        "Unable to construct a valid chain",
        "no path leads from the other side's certificate to a trusted CA",
        any_side=PROVIDER_UNTRUSTED,
        provider=CA_UNKNOWN,
        source="sources of BouncyCastle's JSSE (bctls)",
        evidence=DOCUMENTED,
    ),
)
"""Their words."""
