"""What products around TLS say in words of their own: gateways, load balancers, application servers, databases."""

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

_AWS = "AWS docs, connection logs of Application Load Balancers and of CloudFront's viewer mTLS"
_SAP = "SAP community, XPI Inspector; SAP wiki, SSSLERR_PEER_CERT_UNTRUSTED"
_HAPROXY_BEFORE = (
    "SSL client certificate not trusted … verify=",
    "31 000000001417C086 ",
    "31 000000000A000086 ",
    "31/1417C086/",
    "31/A000086/",
)
"""haproxy's error log; and what `option httpslog` sets before OpenSSL's verdict: status 31, OpenSSL's code."""


def _haproxy(verdicts: str, means: str, causes: str) -> KnownText:
    return text(
        " | ".join(f"{before}{number}" for number in verdicts.split() for before in _HAPROXY_BEFORE),
        f"haproxy's log names OpenSSL's verdict on the client certificate: {means}",
        provider=causes,
        source="measured on haproxy 2.6; httpslog: haproxy#693",
        weight=Weight.VERDICT,
    )


def _aws(names: str, means: str, causes: str) -> KnownText:
    return text(
        " | ".join(names.split()),
        f"the load balancer {means}",
        any_side=causes,
        source=_AWS,
        evidence=DOCUMENTED,
        weight=Weight.VERDICT,
    )


PRODUCTS: tuple[KnownText, ...] = (
    _haproxy("20 21 2", "no issuer is found", "client-ca-unknown client-chain-incomplete"),
    _haproxy("3 12", "there is no usable revocation list of that CA", "provider-crl-unusable"),
    _haproxy("10", "expired", "client-certificate-expired"),
    _haproxy("9", "not valid yet", "client-certificate-not-yet-valid"),
    _haproxy(
        "18 19",
        "self-signed, or by a root that is not trusted",
        "self-signed-client-certificate client-ca-unknown",
    ),
    _haproxy("23", "revoked", "client-certificate-revoked"),
    _haproxy("26", "not made for a client", "client-certificate-purpose"),
    _aws("ClientCertExpired", "found the client certificate expired", "client-certificate-expired"),
    _aws(
        "ClientCertUntrusted ClientCertInvalid ClientCertParseError",
        "does not accept the client certificate",
        "client-ca-unknown client-chain-incomplete",
    ),
    _aws("ClientCertNotYetValid", "found the client certificate not valid yet", "client-certificate-not-yet-valid"),
    _aws("ClientCertCrlHit ClientCertRevoked", "found the client certificate revoked", "client-certificate-revoked"),
    _aws("ClientCertCRLProcessingError", "cannot use its revocation list", "provider-crl-unusable"),
    _aws(
        "ClientCertMaxChainDepthExceeded",
        "allows fewer certificates in a chain than came",
        "provider-verify-depth",
    ),
    _aws(
        "ClientCertMaxSizeExceeded ClientCertTypeUnsupported",
        "does not take client certificates of that size or key",
        "key-type-not-accepted client-certificate-purpose",
    ),
    _aws("ClientCertIntentInvalid", "finds the certificate not made for a client", "client-certificate-purpose"),
    _aws(
        "ClientCertRejected",
        "has a function of its owner's, which refused the certificate",
        "client-subject-not-allowed client-ca-unknown",
    ),
    _aws("ClientCertMissing", "got no client certificate", NOTHING_SENT),
    text(
        "ssl_client_verify FAILED",
        "nginx cannot verify the client certificate; the words after it say why",
        any_side=CA_UNKNOWN,
        source="nginx docs, $ssl_client_verify",
        evidence=DOCUMENTED,
        weight=Weight.VAGUE,
    ),
    text(
        "ssl_client_verify NONE | ssl-client-verify: NONE",
        "nginx got no client certificate",
        any_side=NOTHING_SENT,
        source="nginx docs, $ssl_client_verify; ingress-nginx#5110",
        evidence=DOCUMENTED,
        whole=True,
    ),
    text(
        "downstream_transport_failure_reason … PEER_DID_NOT_RETURN_A_CERTIFICATE:TLS_error_end",
        "Envoy demanded a client certificate and got none",
        any_side=NOTHING_SENT,
        source="Envoy docs, access log operators; istio#58281",
        evidence=DOCUMENTED,
        weight=Weight.VERDICT,
    ),
    text(
        "downstream_transport_failure_reason … CERTIFICATE_VERIFY_FAILED:TLS_error_end",
        "Envoy cannot verify its caller's certificate",
        any_side="client-ca-unknown client-chain-incomplete",
        source="Envoy docs, access log operators; istio#58281",
        evidence=DOCUMENTED,
        weight=Weight.VERDICT,
    ),
    text(
        "verify cert failed: verify SAN list",
        "Envoy verified the chain, and none of the certificate's names is on its list",
        any_side="client-subject-not-allowed gateway-refuses-backend",
        source="Envoy's sources, default_validator.cc",
        evidence=DOCUMENTED,
        weight=Weight.VERDICT,
    ),
    text(
        "Tried to extract a certificate on a request without mutual TLS",
        "Traefik got a request without a client certificate",
        any_side=NOTHING_SENT,
        source="traefik#6503",
        evidence=REPORTED,
    ),
    text(
        "Internal Server Error error=tls: failed to verify certificate"
        " | Bad Gateway error=tls: failed to verify certificate"
        " | messaging.adaptors.http.flow.SslHandshakeFailed | messaging.adaptors.http.flow.ServiceUnavailable"
        " | HTTP/1.1 525 | HTTP/2 525 | Error 525: SSL handshake | HTTP/1.1 526 | HTTP/2 526 | Error 526: Invalid SSL",
        "the provider's gateway and the server behind it do not come together: the client's certificate is not the "
        "trouble",
        any_side="gateway-refuses-backend http-server-error",
        source="traefik#11580; Apigee docs, SslHandshakeFailed; Cloudflare docs, errors 525 and 526",
        evidence=DOCUMENTED,
        weight=Weight.VERDICT,
    ),
    text(
        "Unable to find consumer for client certificate | SSL requirement expression not fulfilled",
        "the certificate is accepted, and its subject is not",
        any_side="client-subject-not-allowed http-forbidden",
        source="Kong docs, mtls-auth; Apache docs, SSLRequire (AH02229)",
        evidence=DOCUMENTED,
    ),
    text(
        "AH02565 | SSL_CTX_use_PrivateKey",
        "the provider's own certificate and key are no pair, or cannot be read: it does not start",
        source="Apache docs, mod_ssl; nginx docs, ssl_certificate_key",
        evidence=DOCUMENTED,
        weight=Weight.VERDICT,
        advice="The provider has to mend its own server certificate; no client is concerned yet.",
    ),
    text(
        "Bad SSL certificate for channel | AMQ9633 | AMQ9633E",
        "IBM MQ does not accept the certificate of the other end: its CA, its dates, or it is revoked",
        any_side="client-ca-unknown provider-not-trusted client-certificate-expired provider-certificate-expired",
        source="IBM docs, AMQ9633E",
        evidence=DOCUMENTED,
    ),
    text(
        "AMQ9616 | AMQ9616E | AMQ9631 | AMQ9631E | proposed by remote host … is not enabled",
        "IBM MQ and its caller have no CipherSpec in common",
        any_side="no-common-cipher-suite no-common-tls-version",
        source="IBM docs, AMQ9616E and AMQ9631E",
        evidence=DOCUMENTED,
    ),
    text(
        "AMQ9636 | AMQ9636E | SSL distinguished name does not match peer name",
        "IBM MQ accepts the certificate, and expects another subject (SSLPEER)",
        any_side="client-subject-not-allowed",
        source="IBM docs, AMQ9636E",
        evidence=DOCUMENTED,
    ),
    text(
        "Channel is lacking a certificate | AMQ9637E",
        "IBM MQ demanded a certificate and got none",
        any_side=NOTHING_SENT,
        source="IBM docs, AMQ9637E",
        evidence=DOCUMENTED,
        weight=Weight.VERDICT,
    ),
    text(
        "rejected by ChainVerifier | SSSLERR_PEER_CERT_UNTRUSTED | SSL_PEER_CERT_UNTRUSTED"
        " | X.509 Certificate (chain) is untrusted | X.509 certificate (chain) validation failed"
        " | ORA-29024 | [Security:090477]Certificate chain received",
        "the caller (SAP, Oracle, WebLogic) does not trust the provider's certificate",
        any_side=PROVIDER_UNTRUSTED,
        provider=CA_UNKNOWN,
        source=f"{_SAP}; Oracle docs, ORA-29024 and WebLogic's messages",
        evidence=DOCUMENTED,
    ),
    text(
        "failed hostname verification check | SSSLERR_SERVER_CERT_MISMATCH | ORA-24263",
        "the endpoint's host name is not in the provider's certificate",
        any_side="host-name-not-in-certificate",
        source="Oracle docs, BEA-090504 and ORA-24263; SAP wiki",
        evidence=DOCUMENTED,
    ),
    text(
        "AH00957 … attempt to connect to … failed",
        "the provider's gateway does not reach the server behind it",
        any_side="http-server-error",
        source="Apache docs, mod_proxy",
        evidence=DOCUMENTED,
    ),
    text(
        "receive data from client: Connection reset by peer | receive data from client: Connection timed out"
        " | send data to client: Broken pipe | send data to client: Connection reset by peer",
        "a server's log of a caller that hung up, which any caller may do",
        source="PostgreSQL's sources",
        evidence=DOCUMENTED,
        provider=SILENT,
        weight=Weight.VERDICT,
    ),
)
"""Their words."""
