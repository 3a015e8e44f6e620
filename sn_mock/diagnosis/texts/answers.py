"""HTTP answers: what pages, statuses and logs of requests tell. Words beside a status outweigh it."""

from __future__ import annotations

from sn_mock.diagnosis.texts.model import CA_UNKNOWN, DOCUMENTED, NOTHING_SENT, REPORTED, KnownText, Weight, text

_IIS = "Microsoft Learn, HTTP status codes in IIS; KB 2802568"


def _status(number: int, reason: str, means: str, cause: str, source: str, weight: Weight = Weight.STATUS) -> KnownText:
    return text(
        f"HTTP/1.1 {number} | HTTP/1.0 {number} | HTTP/2 {number} | HTTP/2.0 {number} | status {number}"
        f" | status code {number} | statusCode {number} | with code: {number} | with code {number} "
        f"| {number} {reason}"
        f" | responded with HTTP {number} | HTTP status {number} | returned error: {number}"
        f" | HTTP Error {number} | response status {number} | http code {number} | status is {number} "
        f"| ERROR CODE: {number}"
        f" | server responded {number} | response code {number} | HTTP {number} | Response code: {number} for URL"
        f" | rc {number} {reason} | error {number} {reason}",
        means,
        any_side=cause,
        source=source,
        evidence=DOCUMENTED,
        weight=weight,
    )


def _iis(sub_status: int) -> str:
    """IIS names its sub-statuses so; the bare numbers are sizes and times in other logs."""
    said = f"403.{sub_status}"
    before = ("HTTP Error", "HTTP", "error", "status", "status code", "code", "IIS", "returned", "answers", "a", "got")
    return f"{said} - Forbidden | " + " | ".join(f"{word} {said}" for word in before)


ANSWERS: tuple[KnownText, ...] = (
    text(
        _iis(7) + " | 403 7 5 | 403 7 64",
        "IIS wanted a client certificate and got none",
        any_side=NOTHING_SENT,
        source=_IIS,
        evidence=DOCUMENTED,
        weight=Weight.VERDICT,
    ),
    text(
        _iis(16) + " | 403 16 2148204809 | 403 16 2148081680 | 0x800B0109 | CERT_E_UNTRUSTEDROOT",
        "IIS does not trust the client certificate's root",
        any_side=CA_UNKNOWN,
        tool="provider-not-trusted provider-chain-incomplete",
        source=_IIS,
        evidence=DOCUMENTED,
        weight=Weight.VERDICT,
    ),
    text(
        _iis(13) + " | 403 13 2148081683 | 403 13 2148081684 | 403 13 2148081682 | Client certificate revoked"
        " | client certificate has been revoked",
        "IIS finds the client certificate revoked, or cannot learn whether it is",
        any_side="client-certificate-revoked client-ca-unknown",
        source=_IIS,
        evidence=DOCUMENTED,
        weight=Weight.VERDICT,
    ),
    text(
        _iis(17) + " | 403 17 2148204801 | 403 17 2148204802 | Client certificate has expired or is not yet valid"
        " | client certificate has expired"
        " | client … certificate expired on | for client … certificate expired | client certificate expired"
        " | client certificate is expired | 0x800B0101",
        "the client certificate is outside its dates",
        any_side="client-certificate-expired client-certificate-not-yet-valid",
        source=_IIS,
        evidence=DOCUMENTED,
        weight=Weight.VERDICT,
    ),
    text(
        _iis(12) + " | Mapper denied access",
        "IIS maps the client certificate to no account",
        any_side="client-subject-not-allowed",
        source=_IIS,
        evidence=DOCUMENTED,
        weight=Weight.VERDICT,
    ),
    *(
        text(
            f"403.{sub_status}",
            "a sub-status of IIS, alone on its line",
            any_side=causes,
            source=_IIS,
            evidence=DOCUMENTED,
            weight=Weight.VERDICT,
            whole=True,
        )
        for sub_status, causes in (
            (7, NOTHING_SENT),
            (12, "client-subject-not-allowed"),
            (13, "client-certificate-revoked client-ca-unknown"),
            (16, CA_UNKNOWN),
            (17, "client-certificate-expired client-certificate-not-yet-valid"),
        )
    ),
    text(
        "client certificate … not in the allowed list | client certificate … not in the allowlist"
        " | subject not allowed | client certificate subject … not allowed | DN not authorized"
        " | certificate … is not authorized | common name … not allowed | client DN … not authorised"
        " | RBAC: access denied",
        "the certificate is accepted, and its subject is not",
        any_side="client-subject-not-allowed",
        source="Envoy docs, RBAC; nginx $ssl_client_s_dn",
        evidence=DOCUMENTED,
    ),
    text(
        "client denied by server configuration | AH01630",
        "Apache forbids that path to this caller, whatever its certificate",
        any_side="http-forbidden client-subject-not-allowed",
        source="Apache docs, mod_authz_core",
        evidence=DOCUMENTED,
    ),
    text(
        "Forbidden username/password combo",
        "the provider answered 403; ServiceNow adds these words to the status, whatever was wrong",
        any_side="http-forbidden client-subject-not-allowed",
        source="KB0720934",
        evidence=DOCUMENTED,
        weight=Weight.PLAIN,
        advice="Beside `OCSP communication error` on a MID Server it is a proxy that refuses the OCSP request "
        "(KB0744261).",
    ),
    text(
        "Invalid username/password combo",
        "the provider answered 401; ServiceNow adds these words to the status",
        any_side="http-unauthorized",
        source="KB3067106",
        evidence=DOCUMENTED,
        weight=Weight.PLAIN,
    ),
    text(
        "User Not Authenticated | Required to provide Auth information",
        "inbound: the certificate is mapped to no user, or basic authentication is missing",
        any_side="inbound-certificate-not-mapped inbound-certificate-not-sent",
        source="ServiceNow community",
        evidence=REPORTED,
        advice="Map the certificate in sys_user_certificate (certificate-based authentication).",
    ),
    text(
        "snow_adc",
        "the instance's own front end refused an inbound client certificate",
        any_side="inbound-ca-not-published inbound-self-signed",
        source="KB0960308",
        evidence=DOCUMENTED,
        advice="Do not offer a client certificate to the instance unless certificate-based authentication is set up.",
        weight=Weight.VERDICT,
    ),
    text(
        "faultstring | soap:Fault | SOAP-ENV:Fault | soapenv:Fault | faultcode | env:Fault | s:Fault"
        " | SOAPFaultException | org.apache.axis.AxisFault",
        "the service answered with a SOAP fault",
        any_side="soap-fault",
        source="SOAP 1.1 section 4.4",
        evidence=DOCUMENTED,
    ),
    _status(401, "Unauthorized", "the provider wants a user", "http-unauthorized", "KB3067106"),
    _status(
        403, "Forbidden", "the provider forbids the call", "http-forbidden client-subject-not-allowed", "KB3067183"
    ),
    _status(401, "Authorization Required", "the provider wants a user", "http-unauthorized", "nginx 1.22's page"),
    _status(404, "Not Found", "nothing at that path", "http-not-found", "KB3067183"),
    *(
        _status(number, reason, "the provider redirects", "redirect-not-followed", "docs, c_SOAPMessageV2API")
        for number, reason in (
            (301, "Moved Permanently"),
            (302, "Found"),
            (303, "See Other"),
            (307, "Temporary Redirect"),
            (308, "Permanent Redirect"),
        )
    ),
    *(
        _status(
            number,
            reason,
            "the provider's application (or its gateway) failed; intermittent 500s also come with legacy properties",
            "http-server-error legacy-properties-beat-profile" if number == 500 else "http-server-error",
            "KB3067183; PRB1923704",
        )
        for number, reason in (
            (500, "Internal Server Error"),
            (502, "Bad Gateway"),
            (503, "Service Unavailable"),
            (504, "Gateway Timeout"),
            (504, "Gateway Time-out"),
            (503, "Service Temporarily Unavailable"),
            (502, "Proxy Error"),
        )
    ),
    _status(
        400,
        "Bad Request",
        "the provider did not like the request; nginx says so for a missing certificate",
        "http-client-error provider-requires-certificate",
        "KB0824494, KB0696599",
    ),
    *(
        _status(number, reason, "the provider did not like the request", "http-client-error", "RFC 9110 section 15.5")
        for number, reason in (
            (405, "Method Not Allowed"),
            (406, "Not Acceptable"),
            (411, "Length Required"),
            (413, "Content Too Large"),
            (413, "Request Entity Too Large"),
            (415, "Unsupported Media Type"),
            (429, "Too Many Requests"),
        )
    ),
    text(
        "HTTP/1.1 495 | 495 SSL Certificate Error",
        "nginx's own status: the client certificate is not accepted",
        any_side=CA_UNKNOWN,
        source="nginx docs, ngx_http_ssl_module",
        evidence=DOCUMENTED,
    ),
    text(
        "HTTP/1.1 496 | 496 SSL Certificate Required",
        "nginx's own status: no client certificate came",
        any_side=NOTHING_SENT,
        source="nginx docs, ngx_http_ssl_module",
        evidence=DOCUMENTED,
    ),
    text(
        '{"message":"Forbidden"} | {"message": "Forbidden"} | x-amzn-ErrorType: ForbiddenException',
        "AWS API Gateway refuses: with mutual TLS, a certificate that its truststore does not lead to",
        any_side="http-forbidden client-ca-unknown self-signed-client-certificate",
        source="AWS knowledge center, api-gateway-mutual-tls-403-errors",
        evidence=DOCUMENTED,
    ),
    text(
        "Microsoft-Azure-Application-Gateway",
        "Azure Application Gateway answers by itself: with mutual authentication, 400 for every fault of a certificate",
        any_side=f"{NOTHING_SENT} client-ca-unknown client-certificate-expired",
        source="Microsoft Learn, Application Gateway mutual-authentication-troubleshooting",
        evidence=DOCUMENTED,
    ),
    text(
        "ERROR CODE: -1 | response_status -1 | response_status 0 | response status -1 "
        "| response status=0"
        " | Request not sent to uri | null with code: 0",
        "no answer at all: the connection was never completed, so the exception next to it tells why",
        any_side="connection-refused connect-timeout provider-not-trusted client-ca-not-advertised",
        source="KB0659194",
        evidence=DOCUMENTED,
        weight=Weight.STATUS,
    ),
    text(
        "Unauthorized",
        "the provider wants a user",
        any_side="http-unauthorized",
        source="KB3067106",
        evidence=DOCUMENTED,
        weight=Weight.STATUS,
        whole=True,
    ),
    text(
        "Forbidden",
        "the provider forbids the call",
        any_side="http-forbidden client-subject-not-allowed",
        source="KB3067183",
        evidence=DOCUMENTED,
        weight=Weight.STATUS,
        whole=True,
    ),
    text(
        "Not Found",
        "nothing at that path",
        any_side="http-not-found",
        source="KB3067183",
        evidence=DOCUMENTED,
        weight=Weight.STATUS,
        whole=True,
    ),
)
"""Answers, the words before the statuses."""
