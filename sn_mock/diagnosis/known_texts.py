"""Lines that tickets quote, and what each means: a pure table.

A row's `rules` are root causes in the order of likelihood; they are ids of `RULES`. Where no rule of ours can find the
cause (a MID Server's own check, a defect of a release), `advice` says what to do. Sources are public; `place` is where
such a line is found.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sn_mock.evidence import Evidence


@dataclass(frozen=True, slots=True)
class KnownText:
    """One line, or family of lines."""

    pattern: re.Pattern[str]
    means: str
    rules: tuple[str, ...]
    place: str
    source: str
    evidence: Evidence = Evidence.DOCUMENTED
    advice: str = ""
    weight: int = 10
    """How much the line says: a generic one (5) gives way to a specific one (20)."""


SCRIPT, NODE_LOG, HTTP, MID_LOG, DEBUG, OPENSSL, NGINX, UI = (
    "script, test page, outbound log",
    "node log",
    "provider's HTTP answer",
    "MID Server log",
    "javax.net.debug output",
    "OpenSSL's words (provider's log, s_client, curl)",
    "nginx error log",
    "the instance's user interface",
)
_MEASURED = Evidence.MEASURED


def _text(
    pattern: str,
    means: str,
    rules: str,
    place: str,
    source: str,
    evidence: Evidence = Evidence.DOCUMENTED,
    *,
    advice: str = "",
    weight: int = 10,
) -> KnownText:
    compiled = re.compile(pattern, re.IGNORECASE)
    return KnownText(compiled, means, tuple(rules.split()), place, source, evidence, advice, weight)


def _status(code: str) -> str:
    """An HTTP status: no milliseconds of a time stamp, no line number of a stack trace, no part of an address."""
    return rf"(?:(?<![.,:\d])|(?:code|status)\"?:){code}\b(?! UTC)"


_NOTHING_SENT = (
    "client-ca-not-advertised mutual-auth-off keystore-without-key reply-under-other-alias client-chain-incomplete "
    "profile-not-chosen mutual-auth-on-wrong-record scheme-not-rewritten mid-server-without-mutual-auth "
    "profile-without-keystore key-type-not-accepted provider-requires-certificate"
)


def _alert(name: str, number: int, means: str, rules: str, source: str, weight: int = 10) -> KnownText:
    """A fatal alert received from the provider, in Java's, OpenSSL's and curl's spelling."""
    words = name.replace("_", "[ _]")
    return _text(
        rf"(?:\b{name}\b|alert[: ]+{words}(?![a-z_ ]*\w)|ssl alert number {number}\b"
        rf"|alert[a-z0-9, ]* {words} \({number}\))",
        means,
        rules,
        SCRIPT,
        source,
        _MEASURED,
        weight=weight,
    )


ALERTS: tuple[KnownText, ...] = (
    _alert(
        "bad_certificate",
        42,
        "the provider does not like the client certificate, or (Java providers) got none",
        "legacy-properties-beat-profile client-ca-not-advertised all-active-keystores-offered "
        "client-certificate-not-yet-valid client-certificate-weak mutual-auth-off client-ca-unknown",
        "KB0683345; measured on JDK 17 and OpenSSL 3.0",
    ),
    _alert(
        "handshake_failure",
        40,
        "the provider cannot go on: under TLS 1.2 most often no client certificate came; else no common cipher, or "
        "no SNI",
        f"{_NOTHING_SENT} no-common-cipher-suite sni-off client-certificate-not-imported",
        "developer.servicenow.com blog on SNI; measured on OpenSSL 3.0",
    ),
    _alert(
        "certificate_required",
        116,
        "the provider demands a client certificate, and the instance sent none (TLS 1.3)",
        _NOTHING_SENT,
        "RFC 8446 section 6.2; measured on OpenSSL 3.0",
        20,
    ),
    _alert(
        "unknown_ca",
        48,
        "the provider knows no issuer of the client certificate that was sent",
        "client-ca-unknown self-signed-client-certificate client-chain-incomplete legacy-properties-beat-profile "
        "all-active-keystores-offered first-profile-serves-all keystore-file-name-with-capital "
        "script-overrides-profile",
        "measured on OpenSSL 3.0",
    ),
    _alert(
        "certificate_expired",
        45,
        "the provider found the client certificate expired",
        "client-certificate-expired legacy-properties-beat-profile several-keys-in-keystore",
        "measured on OpenSSL 3.0; PRB1923704",
    ),
    _alert(
        "certificate_unknown",
        46,
        "received: a Java provider refused the client certificate for whatever reason; sent: the instance does not "
        "accept "
        "the provider's certificate",
        "client-ca-unknown client-certificate-expired client-certificate-purpose self-signed-client-certificate "
        "provider-not-trusted",
        "measured on JDK 17; KB0748183",
    ),
    _alert(
        "unsupported_certificate",
        43,
        "the client certificate may not be used by a TLS client",
        "client-certificate-purpose",
        "measured on OpenSSL 3.0",
        20,
    ),
    _alert(
        "certificate_revoked",
        44,
        "the client certificate is revoked",
        "client-certificate-revoked",
        "measured on OpenSSL 3.0",
        20,
    ),
    _alert(
        "decrypt_error",
        51,
        "the client's signature does not fit its certificate",
        "key-does-not-fit-certificate",
        "measured on OpenSSL 3.0",
        20,
    ),
    _alert(
        "protocol_version",
        70,
        "no TLS version in common",
        "no-common-tls-version",
        "measured on JDK 17",
        20,
    ),
    _alert(
        "unrecognized_name",
        112,
        "the provider does not serve that server name",
        "sni-off host-name-not-in-certificate",
        "RFC 6066 section 3",
    ),
    _alert(
        "insufficient_security",
        71,
        "the provider demands stronger ciphers",
        "no-common-cipher-suite",
        "RFC 5246 section 7.2.2",
    ),
    _alert(
        "internal_error",
        80,
        "the provider failed; Netty with BoringSSL says so for an unknown CA or a wrong purpose",
        "client-ca-unknown client-certificate-purpose self-signed-client-certificate",
        "measured on MockServer 8",
    ),
    _alert(
        "access_denied",
        49,
        "the certificate is valid, and the provider denies access",
        "client-subject-not-allowed",
        "RFC 8446 section 6.2",
    ),
    _text(
        r"unsupported_extension(?:\(110\))?",
        "FIPS mode with mutual authentication: a known defect, fixed in Zurich Patch 10 and Australia Patch 3",
        "",
        SCRIPT,
        "PRB1964424",
        advice="Upgrade to Zurich Patch 10, Australia Patch 3 or later.",
        weight=20,
    ),
)

PROVIDER_CERTIFICATE: tuple[KnownText, ...] = (
    _text(
        r"SEND TLS[^\n]*ALERT[^\n]*description = (?:certificate_unknown|certificate_expired|bad_certificate)",
        "the instance refused the provider's certificate",
        "provider-not-trusted provider-chain-incomplete provider-certificate-expired host-name-not-in-certificate",
        DEBUG,
        "KB0748183",
        weight=30,
    ),
    _text(
        r"PKIX path building failed|unable to find valid certification path"
        r"|No issuer certificate for certificate in certification path"
        r"|Fatal \(CERTIFICATE_UNKNOWN\)",
        "the instance finds no path from the provider's certificate to a trusted CA",
        "provider-chain-incomplete provider-not-trusted trusted-certificate-inactive",
        SCRIPT,
        "KB0748183, KB0655967, KB0744261, KB2794513",
        weight=20,
    ),
    _text(
        r"CertificateExpiredException|validity check failed|NotAfter:",
        "a certificate of the provider's chain has expired",
        "provider-certificate-expired provider-chain-expired provider-certificate-not-yet-valid",
        SCRIPT,
        "measured on JDK 17",
        _MEASURED,
        weight=20,
    ),
    _text(
        r"CertificateNotYetValidException|NotBefore:",
        "the provider's certificate is not valid yet",
        "provider-certificate-not-yet-valid",
        SCRIPT,
        "measured on JDK 17",
        _MEASURED,
        weight=30,
    ),
    _text(
        r"Extended key usage does not permit use for TLS server|KeyUsage does not allow digital signatures",
        "the provider's certificate is not made for a TLS server",
        "provider-certificate-purpose",
        SCRIPT,
        "measured on JDK 17",
        _MEASURED,
        weight=20,
    ),
    _text(
        r"No subject alternative|No name matching|doesn'?t match any of the subject alternative names"
        r"|hostname in certificate",
        "the endpoint's host name is not in the provider's certificate",
        "host-name-not-in-certificate",
        SCRIPT,
        "KB3067060 section 3.2; measured on JDK 17",
        weight=20,
    ),
    _text(
        r"trustAnchors parameter must be non-empty",
        "the call's trust store is empty",
        "provider-not-trusted trusted-certificate-inactive",
        SCRIPT,
        "measured on JDK 17",
        _MEASURED,
        weight=20,
    ),
    _text(
        r"Algorithm constraints check failed|Certificates do(?:es)? not conform to algorithm constraints",
        "a key or signature of the provider's chain is too weak for Java",
        "provider-certificate-weak",
        SCRIPT,
        "KB0744261; measured on JDK 17",
        weight=20,
    ),
    _text(
        r"Certificate (?:has been )?revoked|CertificateRevokedException",
        "the provider's certificate is revoked",
        "provider-certificate-revoked",
        SCRIPT,
        "KB3067060 section 3.4",
        weight=20,
    ),
    _text(
        r"No issuer certificate found for",
        "verify_revoked_certificate is on, and the provider does not send its issuer's certificate",
        "provider-chain-incomplete provider-not-trusted",
        SCRIPT,
        "KB0760206",
        weight=20,
    ),
    _text(
        r"OCSP response error|revocation status is unknown|sign OCSP responses|signing OCSP responses|OCSP Response's "
        r"signature|Response is unreliable|OCSP response does not include",
        "the OCSP responder answered, but not with a verdict that counts",
        "responder-gives-no-verdict",
        SCRIPT,
        "measured on JDK 17",
        _MEASURED,
        weight=20,
    ),
    _text(
        r"(?<!status type\": )OCSP(?! status request)|UNDETERMINED_REVOCATION_STATUS"
        r"|Unable to determine revocation status",
        "the revocation check could not reach its responder",
        "revocation-not-checkable",
        MID_LOG,
        "KB0744261, KB0863673",
    ),
    _text(
        r"Session contains no certificates|peer not authenticated|Unable to collect telemetry data for certificate",
        "the handshake had already failed when the HTTP client asked for the provider's certificates; the reason is "
        "in the TLS debug log",
        "provider-not-trusted provider-chain-incomplete provider-chain-expired client-ca-not-advertised",
        NODE_LOG,
        "KB2794513, KB3067060, KB2712211, KB0827179",
    ),
    _text(
        r"Socket is closed",
        "a handshake failed and the HTTP client noticed late: the real error is one line earlier, or in the TLS "
        "debug log",
        "provider-not-trusted provider-chain-incomplete client-ca-not-advertised client-ca-unknown "
        "host-name-not-in-certificate "
        "no-common-tls-version connection-reset",
        NODE_LOG,
        "KB2794513, KB2594372",
        weight=5,
    ),
    _text(
        r"Method failed: \(https?://\S*\) null with code: 0",
        "an untrusted provider while trustmanager_trust_all is false",
        "provider-not-trusted",
        NODE_LOG,
        "KB0639261",
        weight=20,
    ),
)

KEYSTORE: tuple[KnownText, ...] = (
    _text(
        r"Keystore was tampered with|keystore password was incorrect|Password verification failed"
        r"|failed to decrypt safe contents"
        r"|Integrity check failed",
        "the keystore does not open with the password on the record",
        "wrong-store-password broken-keystore-among-all",
        NODE_LOG,
        "KB1217702; measured on JDK 17",
        weight=20,
    ),
    _text(
        r"Cannot recover key|Get Key failed|UnrecoverableKeyException: Given final block not properly padded",
        "the keystore opens, the key inside has another password",
        "key-password-differs broken-keystore-among-all",
        NODE_LOG,
        "KB0655967, KB0824494",
        weight=20,
    ),
    _text(
        r"Invalid keystore format|toDerInputStream rejects tag type|DerInputStream\.getLength"
        r"|DerValue\.getBigInteger|not in version 3 format",
        "the attachment is no keystore of the record's type",
        "not-a-keystore broken-keystore-among-all",
        NODE_LOG,
        "measured on JDK 17",
        _MEASURED,
        weight=20,
    ),
    _text(
        r"java\.io\.EOFException(?!: SSL peer)",
        "the keystore file ends too early, or there is none",
        "no-attachment keystore-damaged",
        NODE_LOG,
        "measured on JDK 17",
        _MEASURED,
    ),
    _text(
        r"Unable to load certificate ?:|Unable to load certificates from DB|Could not find a valid certificate"
        r"|ErrorCode 10402",
        "an active sys_certificate row cannot be loaded; whoever uses the common store is broken with it",
        "broken-keystore-among-all wrong-store-password no-attachment key-password-differs",
        NODE_LOG,
        "KB1217702, KB0655967",
    ),
    _text(
        r"Using socket factory class com\.glide\.certificates\.DBKeyStoreSocketFactory",
        "a mail or LDAP connection uses the common store, and a broken active row breaks it",
        "broken-keystore-among-all",
        UI,
        "KB1217702",
    ),
    _text(
        r"No X\.?509 cert(?:ificate)?s? for client auth(?:entication)?|\"certificates\": \[\s*\]"
        r"|Warning: no suitable certificate found|No X\.509 cert selected for"
        r"|No available (?:client )?authentication scheme|\"Certificates\": <empty list>"
        r"|No X\.509 credentials negotiated",
        "Java found no key that fits the provider's request and sent an empty Certificate message",
        _NOTHING_SENT,
        DEBUG,
        "measured on JDK 17",
        _MEASURED,
        weight=20,
    ),
    _text(
        r"File type not permitted or mime type does not match",
        "the upload filter refuses .jks files",
        "",
        UI,
        "ServiceNow docs (Zurich), upload-java-keystore-certificate-to-servicenow-instance",
        advice="Have an administrator check glide.security.file.mime_type.validation, or attach the key as PKCS#12 "
        "(.p12).",
        weight=20,
    ),
    _text(
        r"No valid certificate found to process the application upload",
        "on-premise upload of a .jks file",
        "",
        UI,
        "ServiceNow docs, t_GenerateAnLDAPClientCertificate",
        advice="Attach the key as .pfx (PKCS#12) instead.",
        weight=20,
    ),
)

NETWORK: tuple[KnownText, ...] = (
    _text(
        r"unsupported protocol: '|unknown protocol: \w|protocol is not supported",
        "nothing registers the endpoint's scheme",
        "scheme-not-registered profile-name-not-usable",
        SCRIPT,
        "KB0696002; commons-httpclient 3.1 source",
        weight=20,
    ),
    _text(
        r"Invalid uri '|host (?:parameter is|must not be) null|port out of range",
        "the HTTP client cannot read the endpoint",
        "endpoint-not-usable profile-name-not-usable",
        SCRIPT,
        "commons-httpclient 3.1 source",
        _MEASURED,
        advice="Correct the endpoint: scheme, host (no underscore), port up to 65535, escaped path.",
        weight=20,
    ),
    _text(
        r"Unsupported or unrecognized SSL message|plaintext connection\?"
        r"|plain HTTP request was sent to HTTPS port|wrong version number"
        r"|ssl routines[^\n]*http request",
        "one side does not speak TLS at that port",
        "port-is-not-tls",
        SCRIPT,
        "measured on JDK 17",
        _MEASURED,
        weight=20,
    ),
    _text(
        r"Remote host terminated the handshake|Remote host closed connection during handshake"
        r"|SSL peer shut down incorrectly",
        "the provider (or a gateway before it) closed the connection in the handshake without saying why",
        "closed-in-handshake client-ca-unknown client-ca-not-advertised sni-off",
        SCRIPT,
        "measured on JDK 17",
        _MEASURED,
    ),
    _text(
        r"Connection reset|Broken pipe",
        "the connection was reset: by a firewall, by a provider that closes without reading, or because it had been "
        "idle too long",
        "connection-reset idle-connection-reset client-ca-unknown client-ca-not-advertised",
        SCRIPT,
        "KB3067060 section 3.8; measured on JDK 17",
    ),
    _text(
        r"Connection refused",
        "nothing listens at that address and port",
        "connection-refused wrong-default-port port-in-endpoint",
        SCRIPT,
        "measured on JDK 17; KB3067060",
        weight=20,
    ),
    _text(
        r"did not accept the connection within timeout|connect timed out|ConnectTimeoutException",
        "the provider's host did not accept the connection in time",
        "connect-timeout",
        SCRIPT,
        "KB2466570, KB3067060 section 3.6, KB2712211",
        weight=20,
    ),
    _text(
        r"Read timed out",
        "the provider accepted the connection and did not answer in time",
        "read-timeout handshake-timeout",
        SCRIPT,
        "KB2712211, KB3067152",
        weight=20,
    ),
    _text(
        r"UnknownHostException|Name or service not known|Could not resolve host",
        "the provider's host name cannot be resolved",
        "unknown-host",
        SCRIPT,
        "KB3067060 section 3.7",
        weight=20,
    ),
    _text(
        r"NoRouteToHostException|No route to host|Network is unreachable",
        "the network knows no way to the provider",
        "no-route-to-host",
        SCRIPT,
        "measured on JDK 17",
        _MEASURED,
    ),
    _text(
        r"NoHttpResponseException|failed to respond|Unexpected end of file from server",
        "the provider closed the connection instead of answering",
        "no-response client-ca-unknown client-ca-not-advertised",
        SCRIPT,
        "measured on JDK 17",
        _MEASURED,
    ),
    _text(
        r"Integration crypto failure",
        "key material of the mutual authentication failed",
        "wrong-store-password key-password-differs keystore-without-key not-a-keystore",
        SCRIPT,
        "KB3067060 section 3.5",
    ),
    _text(
        r"No appropriate protocol",
        "the instance is left without a protocol or cipher suite",
        "no-common-tls-version",
        SCRIPT,
        "measured on JDK 17",
        _MEASURED,
        weight=20,
    ),
    _text(
        r"StatusLine\.getStatusCode\(\)|Error Code: 200000",
        "a defect of Zurich that hides the real error",
        "",
        SCRIPT,
        "PRB1903011 (Zurich Patch 1 notes)",
        advice="Upgrade; until then read the node log of the transaction for the exception behind it.",
        weight=20,
    ),
)

ANSWERS: tuple[KnownText, ...] = (
    _text(
        r"No required SSL certificate was sent|client sent no required SSL certificate",
        "nginx wanted a client certificate and got none",
        _NOTHING_SENT + " legacy-properties-beat-profile",
        HTTP,
        "KB0824494, KB0696599; measured on nginx 1.22",
        weight=20,
    ),
    _text(
        r"The SSL certificate error",
        "nginx got a client certificate and cannot verify it",
        "client-ca-unknown self-signed-client-certificate client-certificate-expired client-certificate-purpose "
        "client-chain-incomplete",
        HTTP,
        "measured on nginx 1.22; inbound: KB0960308",
        weight=20,
    ),
    _text(
        r"403\.7\b",
        "IIS wanted a client certificate and got none",
        _NOTHING_SENT,
        HTTP,
        "Microsoft Learn, HTTP status codes in IIS",
        weight=20,
    ),
    _text(
        r"403\.1[36]\b|403\.17\b",
        "IIS does not accept the client certificate",
        "client-ca-unknown client-certificate-revoked client-certificate-expired",
        HTTP,
        "Microsoft Learn, HTTP status codes in IIS",
        weight=20,
    ),
    _text(
        r"User Not Authenticated",
        "inbound: the certificate is mapped to no user, or basic authentication is missing",
        "",
        HTTP,
        "ServiceNow community",
        Evidence.REPORTED,
        advice="Map the certificate in sys_user_certificate (certificate-based authentication).",
        weight=20,
    ),
    _text(
        r"snow_adc",
        "the instance's own front end refused an inbound client certificate",
        "",
        HTTP,
        "KB0960308",
        advice="Do not offer a client certificate to the instance unless certificate-based authentication is set up.",
        weight=20,
    ),
    _text(
        _status("401") + r"|Unauthorized",
        "the provider wants a user",
        "http-unauthorized",
        HTTP,
        "KB3067106",
        weight=5,
    ),
    _text(
        _status("403") + r"|Forbidden",
        "the provider forbids the call",
        "http-forbidden client-subject-not-allowed",
        HTTP,
        "KB3067183",
        weight=5,
    ),
    _text(_status("404") + r"|Not Found\b", "nothing at that path", "http-not-found", HTTP, "KB3067183", weight=4),
    _text(
        _status("30[12378]"),
        "the provider redirects",
        "redirect-not-followed",
        HTTP,
        "ServiceNow docs, c_SOAPMessageV2API",
        weight=4,
    ),
    _text(
        r"faultstring|<(?:\w+:)?Fault\b|SOAP-ENV:Fault|\bfaultcode\b",
        "the service answered with a SOAP fault",
        "soap-fault",
        HTTP,
        "SOAP 1.1 section 4.4",
        weight=20,
    ),
    _text(
        _status("50[0234]") + r"|status[ =:]+50[0234]\b|Internal Server Error|Bad Gateway",
        "the provider's application (or its gateway) failed; intermittent 500s also come with legacy properties",
        "http-server-error legacy-properties-beat-profile",
        HTTP,
        "KB3067183; PRB1923704",
        weight=5,
    ),
    _text(
        _status("400") + r"|Bad Request",
        "the provider did not like the request; nginx says so for a missing certificate",
        "provider-requires-certificate http-client-error",
        HTTP,
        "KB0824494, KB0696599",
        weight=5,
    ),
    _text(
        r"\[ERROR CODE: ?-1 ?\]|response[_ ]status[ =:\"]+(?:-1|0)\b|status(?:[ _]code)?[ =:]+(?:0|-1)\b"
        r"|Request not sent to uri",
        "no answer at all: the connection was never completed, so the exception next to it tells why",
        "connection-refused connect-timeout provider-not-trusted client-ca-not-advertised",
        SCRIPT,
        "KB0659194",
        weight=3,
    ),
)

OTHERS: tuple[KnownText, ...] = (
    _text(
        r"unable to get (?:local )?issuer certificate|unable to verify the first certificate",
        "OpenSSL finds no issuer: in the provider's log the client's, in s_client or curl the provider's",
        "client-ca-unknown client-chain-incomplete provider-chain-incomplete provider-not-trusted",
        OPENSSL,
        "measured on OpenSSL 3.0",
        _MEASURED,
        weight=20,
    ),
    _text(
        r"self[- ]signed certificate",
        "OpenSSL met a self-signed certificate it does not trust",
        "self-signed-client-certificate reply-under-other-alias provider-not-trusted",
        OPENSSL,
        "measured on OpenSSL 3.0",
        _MEASURED,
        weight=20,
    ),
    _text(
        r"certificate has expired",
        "OpenSSL found an expired certificate",
        "client-certificate-expired provider-certificate-expired",
        OPENSSL,
        "measured on OpenSSL 3.0",
        _MEASURED,
        weight=20,
    ),
    _text(
        r"certificate is not yet valid",
        "OpenSSL found a certificate that is not valid yet",
        "client-certificate-not-yet-valid provider-certificate-not-yet-valid",
        OPENSSL,
        "measured on OpenSSL 3.0",
        _MEASURED,
        weight=20,
    ),
    _text(
        r"unsuitable certificate purpose|unsupported certificate purpose",
        "the certificate's extended key usage does not fit",
        "client-certificate-purpose",
        OPENSSL,
        "measured on OpenSSL 3.0",
        _MEASURED,
        weight=20,
    ),
    _text(
        r"peer did not return a certificate|PEER_DID_NOT_RETURN_A_CERTIFICATE",
        "the provider demanded a client certificate and got none",
        _NOTHING_SENT,
        OPENSSL,
        "measured on OpenSSL 3.0",
        _MEASURED,
        weight=20,
    ),
    _text(
        r"(?:ee|ca) key too small|(?:ee|ca) md too weak|KEY_TOO_SMALL|MD_TOO_WEAK",
        "the client certificate's key or signature is too weak for OpenSSL's security level",
        "client-certificate-weak",
        OPENSSL,
        "measured on OpenSSL 3.0",
        _MEASURED,
        weight=20,
    ),
    _text(
        r"no shared cipher|NO_SHARED_CIPHER",
        "no cipher suite in common",
        "no-common-cipher-suite",
        OPENSSL,
        "measured on OpenSSL 3.0",
        _MEASURED,
        weight=20,
    ),
    _text(
        r"unsupported protocol(?!:)|UNSUPPORTED_PROTOCOL|no protocols available",
        "no TLS version in common",
        "no-common-tls-version",
        OPENSSL,
        "measured on OpenSSL 3.0",
        _MEASURED,
        weight=20,
    ),
    _text(
        r"client SSL certificate verify error",
        "nginx cannot verify the client certificate; the words in brackets are OpenSSL's",
        "client-ca-unknown client-certificate-expired self-signed-client-certificate",
        NGINX,
        "measured on nginx 1.22",
        _MEASURED,
    ),
    _text(
        r"Could not find valid private key",
        "the MID Server's bundle holds no PKCS#8 key",
        "",
        MID_LOG,
        "ServiceNow docs, install-mid-mutual-auth",
        advice="Convert the key to PKCS#8 (openssl pkcs8 -topk8 -nocrypt) and write the bundle again.",
        weight=20,
    ),
    _text(
        r"Unable to find certificate chain|No Certificate Policies were returned",
        "the MID Server's certificate check policy is not met",
        "",
        MID_LOG,
        "KB0744261",
        advice="Check mid_cert_check_policy and the instance's certificate chain as the MID Server sees it.",
        weight=20,
    ),
    _text(
        r"OCSP communication error 403|Forbidden username/password combo",
        "a proxy refuses the MID Server's OCSP request",
        "revocation-not-checkable",
        MID_LOG,
        "KB0744261",
        weight=20,
    ),
)

KNOWN_TEXTS: tuple[KnownText, ...] = (*ALERTS, *PROVIDER_CERTIFICATE, *KEYSTORE, *NETWORK, *ANSWERS, *OTHERS)
"""All rows."""
