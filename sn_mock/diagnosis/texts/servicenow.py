"""ServiceNow's own texts: node log, outbound log, MID Server, user interface; and what is harmless in any log."""

from __future__ import annotations

from sn_mock.diagnosis.texts.model import DOCUMENTED, REPORTED, SILENT, KnownText, Weight, text

SERVICENOW: tuple[KnownText, ...] = (
    text(
        "Session contains no certificates | peer not authenticated | Unable to collect telemetry data for certificate",
        "the handshake had already failed when the HTTP client asked for the provider's certificates; the reason is "
        "in the TLS debug log",
        any_side="provider-not-trusted provider-chain-incomplete provider-chain-expired client-ca-not-advertised",
        source="KB2794513, KB3067060, KB2712211, KB0827179",
        evidence=DOCUMENTED,
        weight=Weight.PLAIN,
    ),
    text(
        "SSLPeerUnverifiedException",
        "the HTTP client has no certificate of the provider that fits the host: the words beside it say whether its "
        "name is another, or the handshake had failed before",
        any_side="host-name-not-in-certificate provider-not-trusted provider-chain-incomplete",
        source="KB3067060, KB2794513",
        evidence=DOCUMENTED,
        weight=Weight.VAGUE,
    ),
    text(
        "Socket is closed | Socket closed",
        "a handshake failed and the HTTP client noticed late: the real error is one line earlier, or in the TLS "
        "debug log",
        any_side="provider-not-trusted provider-chain-incomplete client-ca-not-advertised client-ca-unknown "
        "host-name-not-in-certificate no-common-tls-version connection-reset",
        provider="-",
        source="KB2794513, KB2594372",
        evidence=DOCUMENTED,
        weight=Weight.VAGUE,
    ),
    text(
        "Method failed: (https://…) null with code: 0 | Method failed: (http://…) null with code: 0",
        "an untrusted provider while trustmanager_trust_all is false",
        any_side="provider-not-trusted",
        source="KB0639261",
        evidence=DOCUMENTED,
    ),
    text(
        "Fatal (CERTIFICATE_UNKNOWN)",
        "this Java ends the handshake over a certificate; the words after it say why",
        any_side="provider-not-trusted provider-chain-incomplete trusted-certificate-inactive",
        provider="client-ca-unknown",
        source="measured on JDK 17",
        weight=Weight.VAGUE,
    ),
    text(
        "Mutual authentication is not supported through MID Server | mutual authentication is not supported … MID",
        "the function has a MID Server selected, where mutual authentication does not happen",
        any_side="mid-server-without-mutual-auth",
        source="KB0789257",
        evidence=DOCUMENTED,
        weight=Weight.VERDICT,
    ),
    text(
        "error invalid_client | detail invalid_client | error unauthorized_client | detail unauthorized_client",
        "the token endpoint does not accept the client id, its secret, or the way they are sent",
        any_side="token-client-refused",
        source="RFC 6749 section 5.2",
        evidence=DOCUMENTED,
        weight=Weight.VERDICT,
    ),
    text(
        "invalid_grant | unsupported_grant_type",
        "the token endpoint does not grant a token for this grant",
        any_side="token-grant-refused",
        source="RFC 6749 section 5.2",
        evidence=DOCUMENTED,
        weight=Weight.VERDICT,
    ),
    text(
        "invalid_scope",
        "the token endpoint does not know a scope that is asked for, or wants none as a parameter",
        any_side="token-scope-refused",
        source="community 2325489; RFC 6749 section 5.2",
        evidence=REPORTED,
        weight=Weight.VERDICT,
    ),
    text(
        "Missing parameters: access_token | Invalid null response",
        "the answer of the Token URL holds no token",
        any_side="token-answer-broken token-client-refused",
        source="KB2829960; community td-p/3532967",
        evidence=DOCUMENTED,
        weight=Weight.VERDICT,
    ),
    text(
        "OAuth flow failed. Verify the configurations and try again"
        " | Could not retrieve a new access token with the refresh token",
        "there was no token; the words after it, or the token request itself, say why",
        any_side="token-client-refused token-grant-refused token-answer-broken token-request-without-certificate",
        source="KB2829960; community 2325489, td-p/3532967",
        evidence=REPORTED,
        weight=Weight.VAGUE,
    ),
    text(
        "the token is bound to another client certificate",
        "the token was granted to one client certificate and used with another",
        any_side="token-bound-to-another-certificate",
        source="RFC 8705 section 3",
        evidence=DOCUMENTED,
        weight=Weight.VERDICT,
    ),
    text(
        "invalid_token",
        "the resource does not accept the access token",
        any_side="token-not-accepted token-bound-to-another-certificate",
        source="RFC 6750 section 3.1",
        evidence=DOCUMENTED,
    ),
    text(
        "Error signing SOAP envelope | WSSecurityException | Unable to extract Key from KeyStore"
        " | General security error (Error during Signature",
        "the WS-Security signature could not be made: no read access to sys_certificate, or a certificate that"
        " is no PEM",
        any_side="ws-security-signing key-password-differs",
        source="KB0759344, KB0657111",
        evidence=DOCUMENTED,
        weight=Weight.VERDICT,
    ),
    text(
        "No response for ECC message request | ECCResponseTimeoutException | after waiting for … seconds in ECC Queue",
        "the MID Server did not answer in time",
        any_side="mid-server-does-not-answer",
        source="KB0756679",
        evidence=DOCUMENTED,
        weight=Weight.VERDICT,
    ),
    text(
        "No sensors defined",
        "the MID Server answered, and nothing on the instance processes that answer",
        any_side="ecc-answer-without-sensor mid-server-does-not-answer",
        source="KB0727028",
        evidence=DOCUMENTED,
        advice="Harmless where the script reads the answer itself.",
    ),
    text(
        "SSL_EMPTY_CERT_STORE | ErrorCode 10401",
        "the LDAP server is called over TLS and the instance has no active certificate at all",
        any_side="ldap-certificates",
        source="ServiceNow docs, r_LDAPErrorCodes",
        evidence=DOCUMENTED,
        weight=Weight.VERDICT,
    ),
    text(
        "SSL_CERT_NOT_FOUND",
        "LDAPS reads every active row of sys_certificate and found no certificate that counts",
        any_side="ldap-certificates broken-keystore-among-all trusted-certificate-inactive",
        source="ServiceNow docs, r_LDAPErrorCodes; KB1217702",
        evidence=DOCUMENTED,
        weight=Weight.VERDICT,
    ),
    text(
        "SSL_CERT_EXPIRED | ErrorCode 10403",
        "a certificate of the LDAPS connection is expired",
        any_side="ldap-certificates provider-certificate-expired",
        source="ServiceNow docs, r_LDAPErrorCodes",
        evidence=DOCUMENTED,
        weight=Weight.VERDICT,
    ),
    text(
        "Unable to load WSDL | Failed to load WSDL | Unable to download WSDL | could not load WSDL",
        "the instance could not fetch the WSDL: an unknown host, a firewall, or a client certificate demanded for it",
        any_side="wsdl-not-loaded unknown-host connect-timeout provider-requires-certificate",
        source="KB0546191",
        evidence=DOCUMENTED,
        weight=Weight.VERDICT,
    ),
    text(
        "X.509 certificate is about to expire | certificate is about to expire | certificate will expire in"
        " | certificate … will expire in … days"
        " | certificate expires in … days | is about to expire in … days",
        "a notice: a certificate record ends soon",
        any_side="certificate-expires-soon",
        source="KB0786447",
        evidence=DOCUMENTED,
    ),
    text(
        "File type not permitted or mime type does not match",
        "the upload filter refuses .jks files",
        source="ServiceNow docs (Zurich), upload-java-keystore-certificate-to-servicenow-instance",
        evidence=DOCUMENTED,
        advice="Have an administrator check glide.security.file.mime_type.validation, or attach the key as PKCS#12 "
        "(.p12).",
    ),
    text(
        "No valid certificate found to process the application upload",
        "on-premise upload of a .jks file",
        source="ServiceNow docs, t_GenerateAnLDAPClientCertificate",
        evidence=DOCUMENTED,
        advice="Attach the key as .pfx (PKCS#12) instead.",
    ),
    text(
        "StatusLine.getStatusCode() | Error Code: 200000",
        "a defect of Zurich that hides the real error",
        source="PRB1903011 (Zurich Patch 1 notes)",
        evidence=DOCUMENTED,
        advice="Upgrade; until then read the node log of the transaction for the exception behind it.",
    ),
    text(
        "TlsFatalAlert: unsupported_extension",
        "FIPS mode with mutual authentication: a known defect, fixed in Zurich Patch 10 and Australia Patch 3",
        instance="fips-mutual-auth-defect",
        any_side="fips-mutual-auth-defect",
        provider=SILENT,
        tool=SILENT,
        source="PRB1964424",
        evidence=DOCUMENTED,
    ),
    text(
        "PRB1964424",
        "the number of a known defect: FIPS mode with mutual authentication; fixed in Zurich Patch 10 and Australia "
        "Patch 3",
        any_side="fips-mutual-auth-defect",
        provider=SILENT,
        tool=SILENT,
        source="PRB1964424 (Zurich Patch 10 and Australia Patch 3 notes)",
        evidence=DOCUMENTED,
        weight=Weight.VAGUE,
    ),
    text(
        "alert unsupported_extension | alert: unsupported_extension | TlsFatalAlertReceived: unsupported_extension"
        " | unsupported_extension(110) | SSL alert number 110",
        "one side found an extension in a hello that may not stand there; an instance in FIPS mode says so of its "
        "provider's by a known defect",
        any_side="fips-mutual-auth-defect",
        source="RFC 8446 section 6.2; PRB1964424",
        evidence=DOCUMENTED,
        weight=Weight.PLAIN,
    ),
    text(
        "Could not find valid private key",
        "the MID Server's bundle holds no PKCS#8 key",
        source="ServiceNow docs, install-mid-mutual-auth",
        evidence=DOCUMENTED,
        advice="Convert the key to PKCS#8 (openssl pkcs8 -topk8 -nocrypt) and write the bundle again.",
    ),
    text(
        "Unable to find certificate chain | No Certificate Policies were returned",
        "the MID Server's certificate check policy is not met",
        source="KB0744261",
        evidence=DOCUMENTED,
        advice="Check mid_cert_check_policy and the instance's certificate chain as the MID Server sees it.",
    ),
)
"""ServiceNow's words."""

BROWSERS: tuple[KnownText, ...] = (
    text(
        "ERR_BAD_SSL_CLIENT_AUTH_CERT | SSL_ERROR_BAD_CERT_ALERT",
        "the provider wants a client certificate and did not get one that it likes; the browser is no ServiceNow",
        any_side="provider-requires-certificate client-ca-unknown",
        source="Chromium and Firefox error names",
        evidence=DOCUMENTED,
    ),
    text(
        "SSL_ERROR_RX_CERTIFICATE_REQUIRED_ALERT",
        "the provider wants a client certificate, and the browser sent none",
        any_side="provider-requires-certificate",
        source="Firefox error names",
        evidence=DOCUMENTED,
        weight=Weight.VERDICT,
    ),
    text(
        "SSL_ERROR_EXPIRED_CERT_ALERT",
        "the provider finds the client certificate expired",
        any_side="client-certificate-expired",
        source="Firefox error names",
        evidence=DOCUMENTED,
    ),
    text(
        "SSL_ERROR_REVOKED_CERT_ALERT",
        "the provider finds the client certificate revoked",
        any_side="client-certificate-revoked",
        source="Firefox error names",
        evidence=DOCUMENTED,
    ),
    text(
        "SSL_ERROR_UNSUPPORTED_CERT_ALERT",
        "the provider says that the client certificate is not made for this",
        any_side="client-certificate-purpose",
        source="Firefox error names",
        evidence=DOCUMENTED,
    ),
    text(
        "ERR_CERT_AUTHORITY_INVALID | SEC_ERROR_UNKNOWN_ISSUER | MOZILLA_PKIX_ERROR_SELF_SIGNED_CERT"
        " | MOZILLA_PKIX_ERROR_ADDITIONAL_POLICY | SEC_E_UNTRUSTED_ROOT | Could not establish trust relationship"
        " | CERT_TRUST_IS_UNTRUSTED_ROOT | CERT_TRUST_IS_PARTIAL_CHAIN | The certificate issuer is unknown"
        " | The remote certificate was rejected by the provided RemoteCertificateValidationCallback"
        " | The remote certificate is invalid according to the validation procedure | RemoteCertificateChainErrors"
        " | remote certificate is invalid because of errors in the certificate chain: UntrustedRoot | PartialChain"
        " | cannot verify … certificate, issued by",
        "the tool does not trust the provider's certificate; whether the instance does, its own trust store says",
        any_side="provider-not-trusted provider-chain-incomplete",
        provider="client-ca-unknown client-chain-incomplete",
        source="Chromium, Firefox, .NET, Windows and GnuTLS error names",
        evidence=DOCUMENTED,
    ),
    text(
        "ERR_CERT_DATE_INVALID | SEC_ERROR_EXPIRED_CERTIFICATE | MOZILLA_PKIX_ERROR_NOT_YET_VALID_CERTIFICATE"
        " | SEC_E_CERT_EXPIRED",
        "the provider's certificate is outside its dates",
        any_side="provider-certificate-expired provider-certificate-not-yet-valid",
        source="Chromium and Firefox error names",
        evidence=DOCUMENTED,
    ),
    text(
        "ERR_CERT_REVOKED | SEC_ERROR_REVOKED_CERTIFICATE",
        "the provider's certificate is revoked",
        any_side="provider-certificate-revoked",
        source="Chromium and Firefox error names",
        evidence=DOCUMENTED,
    ),
    text(
        "ERR_SSL_PROTOCOL_ERROR | Could not create SSL/TLS secure channel",
        "the handshake failed; the words do not tell why (versions, ciphers, or a client certificate that is wanted)",
        any_side="no-common-tls-version port-is-not-tls provider-requires-certificate",
        source="Chromium and .NET error texts",
        evidence=REPORTED,
        weight=Weight.VAGUE,
    ),
)
"""Browsers and .NET."""

HARMLESS: tuple[KnownText, ...] = (
    text(
        "No client certificate CA names sent",
        "openssl s_client: the provider names no CA (or asks for no certificate); under TLS 1.3 it may still ask later",
        source="measured on OpenSSL 3.0",
        weight=Weight.VERDICT,
    ),
    text(
        "client authentication was not requested | No client certificate requested "
        "| no client certificate is requested",
        "the provider asks for no client certificate",
        source="measured on JDK 17",
        weight=Weight.VERDICT,
    ),
    text(
        "Verify return code: 0 (ok) | Verification: OK",
        "openssl s_client accepts the provider's chain",
        source="measured on OpenSSL 3.0",
        weight=Weight.VERDICT,
    ),
    text(
        "SSL certificate verify result … continuing anyway",
        "curl does not trust the provider's certificate and was told to go on (-k)",
        source="measured on curl 7.88",
        weight=Weight.VERDICT,
    ),
    text(
        "SSL handshake failure",
        "haproxy says no more than that (a missing certificate, versions, ciphers, a caller that refused)",
        source="measured on haproxy 2.6",
        weight=Weight.VERDICT,
        advice="Have haproxy log the reason: error-log-format with %[ssl_fc_err_str] and %[ssl_c_err].",
    ),
    text(
        "Unable to unwrap data, invalid status [CLOSED]",
        "Tomcat's way to say that the caller has hung up; healthy",
        source="measured on Tomcat 10.1",
        weight=Weight.VERDICT,
    ),
)
"""Lines that look like trouble and are none, or are known and blame nobody."""
