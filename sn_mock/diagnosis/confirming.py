"""What would confirm each root cause: the one thing to look at, for those who have only a line of text so far."""

from __future__ import annotations

from collections.abc import Mapping

CONFIRM: Mapping[str, str] = {
    "mid-server-without-mutual-auth": "the function has a MID Server selected; the test page shows https:// as typed",
    "script-overrides-profile": "the calling script contains setMutualAuth(); the record's own test works",
    "legacy-properties-beat-profile": "glide.httpclient.protocol.<name>.class exists in sys_properties, and more "
    "than one Java "
    "Key Store is active; the provider's log shows another subject than yours",
    "all-active-keystores-offered": "no protocol profile is used, and more than one Java Key Store is active",
    "first-profile-serves-all": "Fuji to Helsinki with more than one protocol profile; it works with one",
    "mutual-auth-on-wrong-record": "Quebec or later; the flag is on the function only; the test page shows https://",
    "profile-not-chosen": "the flag is on and Protocol profile is empty",
    "scheme-not-rewritten": "Fuji or Geneva; the endpoint begins with https://",
    "profile-name-not-usable": "the profile's name has a capital, a digit, an underscore, or is https",
    "endpoint-not-usable": "the endpoint has an underscore in its host, a port above 65535, or characters that a URI "
    "may not have",
    "scheme-not-registered": "System Security > Protocol Profiles has no row of the endpoint's scheme",
    "mutual-auth-off": "the test page shows https:// instead of the custom protocol",
    "legacy-port-beats-profile": "glide.httpclient.protocol.<name>.port differs from the profile's default port, and "
    "the "
    "endpoint names no port",
    "wrong-default-port": "the endpoint has no port; the profile's default port differs from the provider's",
    "port-in-endpoint": "the port in the endpoint differs from the provider's; the profile's default port is not "
    "used then",
    "keystore-file-name-with-capital": "Fuji to Helsinki; the attachment's name has a capital letter; it works when "
    "renamed",
    "broken-keystore-among-all": "another active sys_certificate row fails Validate Stores/Certificates",
    "no-attachment": "the sys_certificate record has no attachment",
    "keystore-too-new-for-java": "openssl pkcs12 -info: PBES2 or MAC: sha256, and the instance's Java is older "
    "than 8u301 or 11.0.12; keytool of a current JDK opens the same file",
    "key-algorithm-unknown-to-java": "keytool -list -v of a current JDK: Ed25519 or Ed448; the instance's Java "
    "is older than 15",
    "wrong-store-password": "Validate Stores/Certificates fails; keytool -list with the same password fails too",
    "key-password-differs": "keytool -list works with the store password; keytool -importkeystore asks for the key's",
    "not-a-keystore": "the file's first bytes are not FE ED FE ED (JKS) or 30 8x (PKCS#12)",
    "keystore-damaged": "the attachment's size differs from the original's; keytool -list fails with EOFException",
    "profile-without-keystore": "the protocol profile's Keystore field is empty",
    "keystore-inactive": "the keystore record's Active is not ticked",
    "keystore-of-wrong-type": "the profile's keystore is of type Trust Store Cert",
    "pkcs12-not-accepted": "the record is of type PKCS12 Key Store; the same key as JKS works",
    "reply-under-other-alias": "keytool -list -v: the key entry's certificate is self-signed, the signed one is a "
    "trustedCertEntry",
    "keystore-without-key": "keytool -list shows trustedCertEntry only, no PrivateKeyEntry",
    "client-chain-incomplete": "keytool -list -v: Certificate chain length: 1, and the issuer is an intermediate",
    "several-keys-in-keystore": "keytool -list shows more than one PrivateKeyEntry",
    "client-certificate-expired": "keytool -list -v: valid until is over; or the provider's log says expired",
    "client-certificate-not-yet-valid": "keytool -list -v: valid from is still to come",
    "client-ca-not-advertised": "openssl s_client -connect HOST:PORT lists Acceptable client certificate CA names, "
    "and yours is not "
    "among them; the provider says that no certificate came",
    "key-type-not-accepted": "openssl s_client shows Client Certificate Types or signature algorithms without your "
    "key's type",
    "pooled-connection-keeps-certificate": "it fails for minutes after the keystore was exchanged, on some calls "
    "only; the "
    "provider's log shows the old certificate",
    "client-certificate-revoked": "the provider's log says revoked; the CA's CRL has the serial number",
    "key-does-not-fit-certificate": "openssl pkey -pubout and openssl x509 -pubkey of the keystore's key and "
    "certificate differ",
    "client-certificate-purpose": "openssl x509 -text: Extended Key Usage has no TLS Web Client Authentication",
    "client-certificate-weak": "openssl x509 -text: RSA below 2048 bits, or sha1WithRSAEncryption",
    "client-subject-not-allowed": "the handshake is fine; the provider's log names the subject and says no",
    "client-certificate-not-imported": "the provider pins another fingerprint than keytool -list -v shows",
    "self-signed-client-certificate": "keytool -list -v: Owner and Issuer are the same",
    "client-ca-unknown": "a certificate was sent (provider's log, or TLS debug log), and its issuer is not in the "
    "provider's trust store",
    "trusted-certificate-inactive": "a Trust Store Cert with the provider's root exists, inactive",
    "provider-chain-incomplete": "openssl s_client -showcerts -connect HOST:PORT shows the leaf only; Postman or a "
    "browser works",
    "provider-not-trusted": "openssl s_client -showcerts: the last issuer is not an active Trust Store Cert",
    "provider-certificate-expired": "openssl s_client | openssl x509 -dates: notAfter is over",
    "provider-chain-expired": "openssl s_client -showcerts: an intermediate's notAfter is over, the leaf's is not",
    "provider-certificate-not-yet-valid": "openssl s_client | openssl x509 -dates: notBefore is still to come",
    "provider-certificate-purpose": "the leaf's Extended Key Usage has no TLS Web Server Authentication",
    "host-name-not-in-certificate": "the endpoint's host is not among the leaf's Subject Alternative Names; "
    "verify_hostname is true",
    "provider-certificate-weak": "the exception names the key size or the signature algorithm",
    "provider-certificate-revoked": "the CA's OCSP responder or CRL says revoked; verify_revoked_certificate is true",
    "responder-gives-no-verdict": "openssl ocsp -issuer CA.pem -cert PROVIDER.pem -url URL says the same",
    "revocation-not-checkable": "the node log has OCSP errors; it works with ocsp_allow_network_error = true",
    "provider-chain-invalid": "the innermost CertPathValidatorException names the broken rule",
    "sni-off": "openssl s_client -noservername fails like the instance, with -servername it works",
    "connection-refused": "nc -vz HOST PORT from a comparable place is refused as well",
    "connect-timeout": "nc -vz HOST PORT hangs; the firewall's log shows dropped packets",
    "unknown-host": "public DNS has no address for the name",
    "no-route-to-host": "the network team sees no route",
    "proxy-refused": "glide.http.proxy_host is set; the proxy's log has the CONNECT",
    "no-common-tls-version": "openssl s_client -tls1_2 and -tls1_3: the one that the instance offers fails",
    "port-is-not-tls": "curl http://HOST:PORT answers",
    "handshake-timeout": "TCP connects, then nothing comes",
    "no-common-cipher-suite": "the ClientHello gets an alert at once, no CertificateRequest; openssl s_client "
    "-cipher tells which suites",
    "idle-connection-reset": "only the first call after a pause fails, the next one works",
    "connection-reset": "it happens at once or after idle time; the provider's load balancer or firewall log has it",
    "closed-in-handshake": "the provider's TLS end point logs why; the instance cannot know",
    "read-timeout": "the provider's log shows the request and a late answer",
    "no-response": "the provider's log shows a crash or restart at that moment",
    "bad-http-response": "curl -v shows what comes back",
    "provider-requires-certificate": "openssl s_client without -cert fails the same way, with -cert and -key it works",
    "key-cannot-sign": "openssl s_client shows Requested Signature Algorithms that your key cannot make",
    "provider-ends-handshake": "the provider's log for the time of the call",
    "http-unauthorized": "the same call with Basic authentication works",
    "http-forbidden": "the provider's log names the client and the missing right, or says that no client "
    "certificate came",
    "http-not-found": "the path differs from the provider's documentation",
    "redirect-not-followed": "the answer has a Location header",
    "soap-fault": "the body has a Fault with faultstring",
    "http-server-error": "the provider's application log has an error at that moment",
    "http-client-error": "the body says what the provider disliked",
}
"""Rule id to what to look at."""
