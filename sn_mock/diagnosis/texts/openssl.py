"""OpenSSL's verdicts on a chain: in a provider's log they speak of the client's certificate, in a tool's of the
provider's. And what servers of every stack say when no certificate came.
"""

from __future__ import annotations

from sn_mock.diagnosis.texts.model import (
    CA_UNKNOWN,
    DOCUMENTED,
    NOTHING_SENT,
    SILENT,
    KnownText,
    Weight,
    text,
)

_CHAIN = "provider-chain-incomplete provider-not-trusted"
_M3 = "measured on OpenSSL 3.0"

_ANSWERS = ("400", "401", "403", "error", "Forbidden", "Unauthorized", "Bad Request", "message", "title", "denied")
_DEMANDS = ("client certificate required", "client certificate is required", "requires a client certificate")
"""Words of a configuration or a manual, and of a refusal where one of the answers stands before them."""

OPENSSL: tuple[KnownText, ...] = (
    text(
        "unable to get local issuer certificate | unable to verify the first certificate"
        " | unable to get issuer certificate | UNABLE_TO_VERIFY_LEAF_SIGNATURE | UNABLE_TO_GET_ISSUER_CERT_LOCALLY"
        " | Certificate Verification: Error (20) | Certificate Verification: Error (21) | verify error:num=20 "
        "| verify error:num=21 | error 20 at … depth lookup | error 21 at … depth lookup | error 2 at … depth lookup",
        "no issuer is found: in the provider's log the client's, in a tool's output the provider's",
        any_side=f"client-ca-unknown client-chain-incomplete {_CHAIN}",
        provider="client-ca-unknown client-chain-incomplete",
        tool=_CHAIN,
        instance=_CHAIN,
        source=_M3,
    ),
    text(
        "self-signed certificate in certificate chain | self signed certificate in chain | SELF_SIGNED_CERT_IN_CHAIN"
        " | Certificate Verification: Error (19) | verify error:num=19 | error 19 at … depth lookup",
        "the chain leads to a root that is not trusted",
        any_side="client-ca-unknown provider-not-trusted",
        provider="client-ca-unknown",
        tool="provider-not-trusted",
        instance="provider-not-trusted",
        source=_M3,
    ),
    text(
        "self-signed certificate | self signed certificate | DEPTH_ZERO_SELF_SIGNED_CERT "
        "| Certificate Verification: Error (18)"
        " | verify error:num=18 | error 18 at … depth lookup",
        "a self-signed certificate that is not trusted itself",
        any_side="self-signed-client-certificate reply-under-other-alias provider-not-trusted",
        provider="self-signed-client-certificate reply-under-other-alias",
        tool="provider-not-trusted",
        instance="provider-not-trusted",
        source=_M3,
    ),
    text(
        "certificate has expired | CERT_HAS_EXPIRED | Certificate Verification: Error (10) "
        "| verify error:num=10 | error 10 at … depth lookup"
        " | certificate is expired",
        "a certificate has expired: in the provider's log the client's, in a tool's output the provider's",
        any_side="client-certificate-expired provider-certificate-expired",
        provider="client-certificate-expired",
        tool="provider-certificate-expired provider-chain-expired",
        instance="provider-certificate-expired provider-chain-expired",
        source=_M3,
    ),
    text(
        "certificate is not yet valid | CERT_NOT_YET_VALID | Certificate Verification: Error (9) "
        "| verify error:num=9 | error 9 at … depth lookup",
        "a certificate is not valid yet",
        any_side="client-certificate-not-yet-valid provider-certificate-not-yet-valid",
        provider="client-certificate-not-yet-valid",
        tool="provider-certificate-not-yet-valid",
        instance="provider-certificate-not-yet-valid",
        source=_M3,
    ),
    text(
        "unsuitable certificate purpose | unsupported certificate purpose | INVALID_PURPOSE "
        "| Certificate Verification: Error (26)"
        " | verify error:num=26 | error 26 at … depth lookup | certificate specifies an incompatible key usage"
        " | key usage does not include digital signature | inappropriate certificate purpose",
        "the certificate's extended key usage does not fit",
        any_side="client-certificate-purpose provider-certificate-purpose",
        provider="client-certificate-purpose",
        tool="provider-certificate-purpose client-certificate-purpose",
        source=_M3 + " and Go 1.19",
    ),
    text(
        "certificate revoked | CERT_REVOKED | Certificate Verification: Error (23) | verify error:num=23 "
        "| error 23 at … depth lookup"
        " | SEC_ERROR_REVOKED_CERTIFICATE | CRYPT_E_REVOKED",
        "a certificate is on its CA's revocation list",
        any_side="client-certificate-revoked provider-certificate-revoked",
        provider="client-certificate-revoked",
        tool="provider-certificate-revoked",
        instance="provider-certificate-revoked",
        source=_M3,
    ),
    text(
        "unable to get certificate CRL | CRL has expired | CRL is not yet valid | CRL signature failure"
        " | UNABLE_TO_GET_CRL | unable to get CRL issuer certificate | Certificate Verification: Error (3) "
        "| Certificate Verification: Error (12)"
        " | verify error:num=3: | verify error:num=12 | different CRL scope",
        "the side that verifies has no usable revocation list of that CA, and refuses everybody",
        any_side="provider-crl-unusable revocation-not-checkable",
        provider="provider-crl-unusable",
        tool="revocation-not-checkable",
        source="measured on nginx 1.22, Apache 2.4 and haproxy 2.6",
        weight=Weight.VERDICT,
    ),
    text(
        "certificate chain too long | Certificate Chain too long | Certificate Verification: Error (22) "
        "| verify error:num=22"
        " | path length constraint exceeded | Certificate chain length exceeds",
        "the verifier allows fewer certificates in a chain than came",
        any_side="provider-verify-depth",
        source="Apache docs, SSLVerifyDepth (AH02040); " + _M3,
        weight=Weight.VERDICT,
    ),
    text(
        "invalid CA certificate | issuer is not a CA | Certificate Verification: Error (24) "
        "| verify error:num=24 | Certificate Verification: Error (79) | error 24 at … depth lookup",
        "a certificate signs others without being a CA",
        any_side="client-ca-unknown provider-chain-invalid",
        provider="client-ca-unknown client-chain-incomplete",
        tool="provider-chain-invalid",
        source=_M3,
    ),
    text(
        "certificate signature failure | Certificate Verification: Error (7) | verify error:num=7 "
        "| authority and subject key identifier mismatch"
        " | verify error:num=30 | subject issuer mismatch",
        "a certificate is not signed by the CA of that name that is trusted (a re-keyed CA)",
        any_side="client-ca-unknown provider-chain-invalid",
        provider="client-ca-unknown",
        tool="provider-chain-invalid provider-not-trusted",
        source=_M3,
    ),
    text(
        "ee key too small | ca key too small | ee md too weak | ca md too weak | KEY_TOO_SMALL | MD_TOO_WEAK"
        " | EE certificate key too weak | CA certificate key too weak | CA signature digest algorithm too weak"
        " | verify error:num=66 | verify error:num=67 | verify error:num=68",
        "a key or signature is too weak for OpenSSL's security level",
        any_side="client-certificate-weak",
        tool="provider-certificate-weak",
        source=_M3,
    ),
    text(
        "dh key too small",
        "the provider's Diffie-Hellman parameters are too short for the caller's OpenSSL",
        any_side="no-common-cipher-suite",
        source=_M3,
    ),
    text(
        "nested asn1 error … Type=PKCS12 | wrong tag … Type=PKCS12",
        "openssl finds no PKCS#12 in the file",
        any_side="not-a-keystore keystore-damaged",
        source=_M3,
    ),
    text(
        "digital envelope routines … unsupported",
        "OpenSSL 3 does not know the keystore's old algorithms by itself; Java may read the file",
        source=_M3,
        weight=Weight.VERDICT,
        advice="Add -legacy to openssl pkcs12; or write the keystore anew with today's algorithms.",
    ),
    text(
        "unsafe legacy renegotiation disabled",
        "OpenSSL 3 does not talk to a server without secure renegotiation (RFC 5746); a Java does",
        source="OpenSSL 3 docs, migration guide",
        evidence=DOCUMENTED,
        weight=Weight.VERDICT,
        advice="It is this tool's own rule: try with -legacy_server_connect, or with another tool.",
    ),
    text(
        "last octet invalid | first octet invalid | SSL routines::bad signature | SSL routines:…:bad signature"
        " | invalid signature by the client certificate | Invalid CertificateVerify signature"
        " | Invalid CertificateVerify message",
        "the client's signature does not fit the certificate it sent: its key is another one",
        any_side="key-does-not-fit-certificate",
        tool="provider-chain-invalid",
        source="measured on OpenSSL 3.0 (TLS 1.2 and 1.3), JDK 17 and Go 1.19",
    ),
    text(
        "certificate verify failed | CERTIFICATE_VERIFY_FAILED | SSL certificate problem | Peer cert verify error",
        "a certificate was refused; the words beside it say why",
        any_side="client-ca-unknown provider-not-trusted",
        provider=CA_UNKNOWN,
        tool="provider-not-trusted provider-chain-incomplete",
        instance="provider-not-trusted provider-chain-incomplete",
        source=_M3,
        weight=Weight.VAGUE,
    ),
)
"""OpenSSL's words."""

NONE_CAME: tuple[KnownText, ...] = (
    text(
        "peer did not return a certificate | PEER_DID_NOT_RETURN_A_CERTIFICATE | Empty client certificate chain"
        " | null cert chain | client didn't provide a certificate | no client certificate "
        "| client certificate not provided"
        " | No client certificate presented | did not present a certificate | client sent no certificate"
        " | No client certificate was sent | No certificate was presented by the "
        "client | Client did not present a certificate | no client certificate was provided "
        "| The client did not provide "
        "a certificate | client certificate is missing | missing client certificate | client certificate missing"
        " | client certificate was not sent | client did not present certificates"
        " | Failed:ClientCertEmpty | certificate required but",
        "the provider demanded a client certificate and got none",
        any_side=NOTHING_SENT,
        tool="provider-requires-certificate",
        source="measured on OpenSSL 3.0, JDK 8 to 21, Go 1.19 and node 18",
        weight=Weight.VERDICT,
    ),
    text(
        "No required SSL certificate was sent | client sent no required SSL certificate"
        " | No required TLS certificate was sent | SSL client certificate is required "
        "| The page you are attempting to"
        " access requires your browser to have a Secure Sockets Layer | ERR_SSL_CLIENT_AUTH_CERT_NEEDED | "
        + " | ".join(f"{answer} … {demand}" for answer in _ANSWERS for demand in _DEMANDS),
        "the provider wanted a client certificate and got none, and says so",
        any_side=NOTHING_SENT + " legacy-properties-beat-profile",
        tool="provider-requires-certificate",
        source="KB0824494, KB0696599; measured on nginx 1.22; Kong docs; Microsoft Learn",
        weight=Weight.VERDICT,
    ),
    text(
        "Cannot perform Post-Handshake Authentication | Post-Handshake Authentication | AH10129 | AH10158"
        " | post handshake auth",
        "Apache asks for the certificate only once the path is known, and the caller cannot answer that in TLS 1.3",
        any_side="certificate-asked-after-handshake",
        source="measured on Apache 2.4 with JDK 17",
        weight=Weight.VERDICT,
    ),
    text(
        "exceeds the capacity limit | exceeds maximum size … for SSL buffer | AH02018",
        "Apache keeps the request while it asks for the certificate, and this one is larger than what it keeps",
        any_side="request-too-large-to-ask http-client-error",
        source="measured on Apache 2.4.71",
        weight=Weight.PLAIN,
    ),
    text(
        "Re-negotiation handshake failed | AH02261",
        "Apache asked for the certificate once the path was known (TLS 1.2), and did not get one",
        any_side=NOTHING_SENT + " certificate-asked-after-handshake",
        source="measured on Apache 2.4",
        weight=Weight.PLAIN,
    ),
    text(
        "client SSL certificate verify error | Certificate Verification: Error | SSL client certificate not trusted"
        " | AH02276 | Rejected by CERT at depth | CERT: Pre-verification error | failed to verify client certificate"
        " | SSL client CA chain cannot be verified | client certificate verification failed"
        " | Certificate chain received from … was not trusted | Certificate chain received from … was incomplete",
        "the provider cannot verify the client certificate; the words beside it say why",
        any_side="client-ca-unknown client-certificate-expired self-signed-client-certificate client-chain-incomplete",
        source="measured on nginx 1.22, Apache 2.4, haproxy 2.6, stunnel and Go",
        weight=Weight.PLAIN,
    ),
    text(
        "The SSL certificate error | The client certificate error | Invalid client certificate"
        " | TLS certificate failed verification | client certificate was not accepted "
        "| client certificate is not trusted"
        " | Client certificate is untrusted or invalid | client certificate is invalid | client certificate rejected"
        " | client certificate not accepted | untrusted client certificate | client certificate could not be verified"
        " | client certificate validation failed | client certificate authentication failed"
        " | could not verify client certificate | could not verify client certificates",
        "the provider got a client certificate and does not accept it",
        any_side="client-ca-unknown self-signed-client-certificate client-certificate-expired "
        "client-certificate-purpose client-chain-incomplete",
        tool="client-ca-unknown client-certificate-expired client-certificate-purpose",
        source="measured on nginx 1.22; Kong docs; Microsoft Learn; inbound: KB0960308",
    ),
    text(
        "certificate signed by unknown authority | x509: certificate signed by unknown | unknown certificate authority",
        "Go finds no issuer: a server the client's, a client the provider's",
        any_side="client-ca-unknown client-chain-incomplete provider-not-trusted",
        provider="client-ca-unknown client-chain-incomplete self-signed-client-certificate",
        tool="provider-not-trusted provider-chain-incomplete",
        source="measured on Go 1.19",
    ),
    text(
        "x509: certificate has expired or is not yet valid",
        "Go finds a certificate outside its dates: a server the client's, a client the provider's",
        any_side="client-certificate-expired provider-certificate-expired",
        provider="client-certificate-expired client-certificate-not-yet-valid",
        tool="provider-certificate-expired provider-certificate-not-yet-valid",
        source="measured on Go 1.19",
    ),
    text(
        "x509: certificate has expired or is not yet valid … is before",
        "Go finds a certificate that is not valid yet",
        any_side="client-certificate-not-yet-valid provider-certificate-not-yet-valid",
        provider="client-certificate-not-yet-valid",
        tool="provider-certificate-not-yet-valid",
        source="measured on Go 1.19",
        weight=Weight.VERDICT,
    ),
    text(
        "get_server_certificate:certificate verify failed | tls_process_server_certificate:certificate verify failed",
        "the certificate that failed is a server's: where the provider's log says so, the server's behind it",
        any_side="provider-not-trusted provider-chain-incomplete",
        provider="gateway-refuses-backend",
        source="OpenSSL's sources (statem_clnt.c); scholzj/zoo-entrance#2",
        weight=Weight.VAGUE,
    ),
    text(
        "SSLHandshakeException: No available authentication scheme"
        " | (handshake_failure) No available authentication scheme"
        " | Fatal (HANDSHAKE_FAILURE): No available authentication scheme",
        "a Java server has no certificate of a kind that its caller takes (a caller only logs these words)",
        any_side="no-common-cipher-suite",
        source="OpenJDK's sources (CertificateMessage.java); jetty.project#12801",
        weight=Weight.VERDICT,
    ),
    text(
        "No X.509 cert for client authentication | No X.509 certificate for client authentication"
        " | No X.509 certs for client auth | No X.509 certs for client authentication"
        " | Warning: no suitable certificate found | no suitable certificate found - continuing"
        " without client authentication | No X.509 cert selected for | No available authentication scheme"
        " | No available client authentication scheme | Certificates: <empty list> | No X.509 credentials negotiated"
        " | no suitable certificate found, continuing without client authentication"
        " | Produced client Certificate message certificate certificate_request_context certificate_list javax.net.ssl",
        "Java found no key of the kinds that were asked for; a caller then sends an empty Certificate message (a"
        " call "
        "without any keystore prints the same)",
        any_side="client-ca-not-advertised keystore-without-key reply-under-other-alias client-chain-incomplete "
        "key-type-not-accepted profile-without-keystore provider-requires-certificate",
        provider=SILENT,
        source="measured on JDK 8, 11, 17 and 21",
        weight=Weight.VERDICT,
    ),
)
"""No certificate came, or it was refused, in the words of the one who decided."""
