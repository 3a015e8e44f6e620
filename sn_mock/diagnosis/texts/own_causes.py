"""Causes that a text can prove and no rule finds: they lie outside the records and the exchange."""

from __future__ import annotations

from collections.abc import Mapping

from sn_mock.diagnosis.texts.model import MEASURED, REPORTED, OwnCause

_ROWS = (
    OwnCause(
        "provider-trust-store-empty",
        "The provider's own trust store is empty",
        "handshake",
        "the frames name checkClientTrusted; keytool -list of the provider's trust store shows no entry",
        "Have the provider load its trust store (the file, its type and its password), with the CA of the client "
        "certificates in it.",
        "measured on JDK 17; ejbca-ce#648",
        MEASURED,
    ),
    OwnCause(
        "client-certificate-unreadable",
        "The provider's Java cannot read the client certificate",
        "handshake",
        "keytool -printcert -file of the client certificate fails; the innermost exception names the field",
        "Order a client certificate without the field or extension that the innermost exception names.",
        "measured on JDK 17",
        MEASURED,
    ),
    OwnCause(
        "provider-crl-unusable",
        "The provider has no usable revocation list for the client's CA",
        "handshake",
        "the provider's log says `unable to get certificate CRL` or `CRL has expired`; it refuses every client of "
        "that CA",
        "Have the provider load a current CRL of every CA of the client's chain, the root's included.",
        "measured on nginx 1.22 and Apache 2.4",
        MEASURED,
    ),
    OwnCause(
        "provider-verify-depth",
        "The provider allows fewer CAs than the client's chain has",
        "handshake",
        "SSLVerifyDepth (Apache), ssl_verify_depth (nginx) or the load balancer's chain limit is smaller than the "
        "number of CA certificates",
        "Have the provider raise its verify depth to the number of CA certificates in the client's chain.",
        "Apache docs, SSLVerifyDepth; nginx docs, ssl_verify_depth",
    ),
    OwnCause(
        "dh-parameters-too-large-for-java",
        "The provider's Diffie-Hellman parameters are too long for the instance's Java",
        "handshake",
        "the exception says `Could not generate DH keypair` or `Prime size must be multiple of 64`",
        "Have the provider prefer ECDHE suites, or upgrade the instance to a release with a newer Java.",
        "KB0563593",
    ),
    OwnCause(
        "unsafe-renegotiation",
        "The provider asks for the certificate by a second handshake that Java takes for unsafe",
        "handshake",
        "openssl s_client says `Secure Renegotiation IS NOT supported`; the certificate is demanded for a path, as old "
        "IIS and old proxies do",
        "Have the provider ask in the first handshake (IIS: netsh http … clientcertnegotiation=enable), or update what "
        "ends TLS for it to secure renegotiation (RFC 5746).",
        "measured on JDK 17; RFC 5746; Microsoft Learn, netsh http",
        MEASURED,
    ),
    OwnCause(
        "ws-security-signing",
        "The envelope could not be signed: the key or certificate of WS-Security is not usable",
        "soap",
        "the calling user may not read sys_certificate, or the certificate record is no PEM",
        "Give the calling user read access to sys_certificate, store the certificate as PEM, and check keystore,"
        " alias "
        "and password of the WS-Security profile.",
        "KB0759344, KB0657111",
    ),
    OwnCause(
        "mid-server-does-not-answer",
        "The MID Server did not answer the request in time",
        "connect",
        "ECC Queue: the output row stays ready or processing, and no input row comes; the MID Server's agent log",
        "Check that the MID Server is up and validated. Set glide.http.outbound.max_timeout.enabled = false and wait "
        "longer with waitForResponse(); or send with executeAsync() and read the answer in a business rule on "
        "ecc_queue.",
        "KB0744311, KB0756679",
    ),
    OwnCause(
        "ecc-answer-without-sensor",
        "The MID Server's answer has no sensor that processes it",
        "connect",
        "ECC Queue: the input row of the answer is there and in error; the script sets no skip_sensor",
        "In the script: setEccParameter('skip_sensor', true) before execute(), executeAsync() or post(true).",
        "KB0727028; community (SOAPMessage in a workflow, with Discovery); comment in scripts of Preview Script Usage",
        REPORTED,
    ),
    OwnCause(
        "fips-mutual-auth-defect",
        "FIPS mode with mutual authentication: the instance itself refuses the handshake (PRB1964424)",
        "handshake",
        "the exception is org.bouncycastle.tls.TlsFatalAlert, without Received: BouncyCastle raised it on the instance "
        "(ASSUMED from the class's name); the protocol profile's keystore is a .bcfks file",
        "Upgrade to Zurich Patch 10, Australia Patch 3 or later. sn-mock has no FIPS mode to reproduce it in.",
        "PRB1964424 (Zurich Patch 10 and Australia Patch 3 notes)",
    ),
    OwnCause(
        "fips-keystore-type",
        "The Java runs in FIPS mode, where its providers have no keystore of that type",
        "keystore",
        "the frames name BouncyCastleFipsProvider (BCFIPS) or SunPKCS11, or the instance is a FIPS one; the same file "
        "opens with an ordinary Java's keytool",
        "In FIPS mode, attach the keystore as .bcfks (BCFKS), as PRB1964424 tells of a protocol profile's; outside of "
        "it, restore the Java's own providers (java.security). sn-mock has no FIPS mode to reproduce it in.",
        "PRB1964424 (Zurich Patch 10 notes); eclipse-openj9/openj9#16903, keycloak/keycloak#14964",
        REPORTED,
    ),
    OwnCause(
        "fips-provider-missing",
        "The Java has no BouncyCastle provider for FIPS, which a BCFKS keystore needs",
        "keystore",
        "the keystore is a .bcfks file; java.security names no BouncyCastleFipsProvider, or its jar is not found",
        "Outside of FIPS mode, attach the keystore as JKS; in it, register BouncyCastleFipsProvider in java.security. "
        "sn-mock has no FIPS mode to reproduce it in.",
        "adoptium/adoptium-support#1453; PRB1964424",
        REPORTED,
    ),
    OwnCause(
        "fips-unapproved-key",
        "BouncyCastle in FIPS mode does not approve a key or an algorithm",
        "keystore",
        "the words after FipsUnapprovedOperationError name the algorithm and the size",
        "Use a key that is approved: RSA of 2048 bits or more, made anew, or EC on P-256 and larger. sn-mock has no "
        "FIPS mode to reproduce it in.",
        "bcgit/bc-java#2274, bcgit/bc-java#616 (RSA sizes); curves: ASSUMED from FIPS 186",
        REPORTED,
    ),
    OwnCause(
        "ldap-certificates",
        "LDAPS finds no certificate that it can use among the active ones",
        "keystore",
        "System LDAP > LDAP Log names the code: 10401 no certificate, 10402 none found, 10403 expired; Validate "
        "Stores/Certificates of the active rows fails for one",
        "System Definition > Certificates: mend or deactivate the row that cannot be loaded, and have the CA of the "
        "LDAP server as an active, valid Trust Store Cert.",
        "ServiceNow docs, r_LDAPErrorCodes; KB1217702, KB0655967",
    ),
    OwnCause(
        "wsdl-not-loaded",
        "The instance could not fetch the WSDL",
        "connect",
        "open the WSDL's URL from a comparable place: name, firewall, or a client certificate that is demanded for it",
        "Download the WSDL and paste it as a file; or open name and firewall for it. Mutual authentication is"
        " not done "
        "for fetching a WSDL.",
        "KB0546191",
    ),
    OwnCause(
        "certificate-expires-soon",
        "A certificate record is about to expire",
        "keystore",
        "sn-mock expiry DIR lists every certificate with its days",
        "Renew the certificate, let the provider import the new one, and attach it before the old one ends.",
        "KB0786447",
    ),
    OwnCause(
        "gateway-refuses-backend",
        "The provider's gateway does not accept the server behind it",
        "http",
        "the gateway's log says upstream or backend; the client certificate is not what it speaks of",
        "Have the provider give its gateway the CA (and the name) of the server behind it.",
        "nginx docs, proxy_ssl_verify; Envoy docs, upstream TLS",
    ),
    OwnCause(
        "alias-already-used",
        "The alias is already used in this keystore",
        "keystore",
        "keytool -list shows the alias, and what kind of entry it is",
        "Take another alias; or, for the CA's reply, the alias of the private key; or delete the old entry first.",
        "measured on keytool 17",
        MEASURED,
    ),
    OwnCause(
        "alias-not-in-keystore",
        "The keystore has no entry of that alias",
        "keystore",
        "keytool -list shows the aliases there are",
        "Use an alias that keytool -list shows, or the keystore in which the key was made.",
        "measured on keytool 17",
        MEASURED,
    ),
    OwnCause(
        "file-is-no-certificate",
        "The file holds no certificate",
        "keystore",
        "its first line is not -----BEGIN CERTIFICATE-----, and it is no DER either",
        "Use the certificate itself (PEM or DER), not the key, the request or a page that was saved.",
        "measured on keytool 17 and OpenSSL 3.0",
        MEASURED,
    ),
    OwnCause(
        "entry-type-not-storable",
        "A JKS keystore cannot hold this kind of entry",
        "keystore",
        "the source keystore holds a secret key",
        "Write a PKCS#12 or JCEKS keystore, or leave the secret key out.",
        "OpenJDK sources",
    ),
)

OWN_CAUSES: Mapping[str, OwnCause] = {row.id: row for row in _ROWS}
"""Every cause of our own by its id."""
