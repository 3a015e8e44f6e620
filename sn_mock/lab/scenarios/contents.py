"""Which chapter of the catalogue a scenario stands in, so that who asks for one by its id loads that chapter alone.

The ids are those of the chapters, in their order; `tests/lab/test_scenarios.py` holds the two together.
"""

from __future__ import annotations

from collections.abc import Mapping

CHAPTERS: Mapping[str, str] = {
    "choosing": """
        wrong-default-keystore legacy-class-property legacy-properties-before-fuji expired-keystore-found-first
        upgrade-changes-the-key saml-keystore-interferes mutual-auth-off profile-not-chosen flag-on-function-only
        https-typed-in-fuji scheme-not-registered profile-name-with-capital profile-name-with-special-character
        several-profiles set-mutual-auth-overrides mid-server-selected mid-server-without-mid-protocol-profile
        legacy-port-property port-in-endpoint https-as-profile-name profile-without-keystore
        trusted-certificate-as-keystore wrong-default-port
    """,
    "keystores": """
        uppercase-keystore-filename wrong-store-password wrong-store-password-pkcs12 pkcs12-under-java-key-store
        jks-under-pkcs12-key-store jks-under-pkcs12-on-java-8 keystore-of-a-newer-keytool
        pkcs12-of-a-newer-openssl upgrade-makes-keystore-readable key-password-differs no-private-key
        reply-under-other-alias chain-missing-in-keystore chain-not-sent-to-provider keystore-corrupted
        keystore-cut-off pem-posing-as-jks der-posing-as-jks jceks-posing-as-jks pkcs12-not-accepted no-attachment
        removed-keystore-worked-until-restart removed-keystore-worked-until-upgrade keystore-cut-off-pkcs12
        keystore-inactive several-keys-in-one-keystore client-certificate-expired client-certificate-not-yet-valid
        broken-row-in-merged-store
    """,
    "client_certificates": """
        self-signed-in-production unknown-client-ca client-ca-not-advertised web-server-certificate-imported
        no-certificate-at-java-provider nginx-no-certificate nginx-certificate-error iis-no-certificate
        iis-untrusted-certificate java-provider-refuses-certificate netty-provider-internal-error
        certificate-not-imported renewed-certificate-not-imported renewal-day
        pooled-connection-keeps-old-certificate server-auth-only-eku key-usage-without-signature weak-client-key
        sha1-client-certificate client-certificate-revoked private-key-of-another-certificate
        chain-stored-in-wrong-order middleware-not-imported application-forbids-subject
    """,
    "stacks": """
        apache-location-under-tls-1-3 apache-location-large-request api-gateway-forbidden
        application-gateway-bad-request go-provider-bad-certificate jdk-httpserver-closes
    """,
    "provider_certificates": """
        provider-not-trusted provider-self-signed trust-store-certificate-inactive provider-chain-incomplete
        socket-is-closed provider-certificate-expired provider-certificate-not-yet-valid
        provider-certificate-purpose cross-signed-root-expired host-name-not-in-certificate trust-all-switched-off
        verify-hostname-overrides-trust-all provider-certificate-revoked ocsp-responder-too-busy
        ocsp-responder-blocked issuer-missing-for-revocation-check sni-switched-off sni-unknown-before-jakarta
    """,
    "transport": """
        tls-version-not-common no-common-cipher-suite plain-http-port connection-refused connect-timeout
        connect-timeout-without-profile read-timeout unknown-host proxy-refuses silent-in-handshake
        endpoint-with-underscore redirect-not-followed http-400 reset-in-handshake idle-pooled-connection-reset
        closed-in-handshake closed-instead-of-answer http-401 http-403 http-404 http-500 soap-fault
    """,
    "connections": """
        connection-url-builder-off connection-mutual-auth-off connection-profile-not-chosen
        step-overrides-base-url several-connections-the-other-counts alias-without-connection
        credential-only-alias connection-credential-inactive connection-through-mid-server
        connection-needs-mid-protocol-profile mid-keystore-missing mid-keystore-password-wrong
        retry-policy-repeats-refusal
    """,
    "inbound": """
        inbound-ca-not-published inbound-intermediate-only inbound-self-signed inbound-certificate-not-mapped
        inbound-not-asked inbound-other-cas-published
    """,
    "message_security": """
        ws-security-alias-missing ws-security-password-wrong ws-security-certificate-not-pem
        ws-security-key-not-rsa ws-security-key-store-unknown ws-security-key-password-differs
        ws-security-envelope-broken ws-security-both-wanted ws-security-signer-expired ws-security-not-configured
        ws-security-sha1-refused ws-security-clock-skew ws-security-wrong-parts ws-security-header-stripped
        ws-security-reformatted ws-security-one-octet-altered ws-security-certificate-not-of-key
        ws-security-signer-not-trusted ws-security-user-wrong
    """,
    "tokens": """
        token-request-without-certificate token-over-mutual-tls-call-without token-client-refused
        token-scope-refused token-answer-broken token-bound-to-another-certificate token-expired-on-arrival
        assertion-signed-by-an-unknown-key assertion-without-a-key
    """,
    "neighbours": """
        jwt-keystore-joins-the-merged-store ldap-keystore-joins-the-merged-store profile-after-a-clone
        keystore-after-a-clone outbound-policy-and-mutual-tls
    """,
}
"""Module -> the ids of its scenarios, in reading order."""


def chapter_of(name: str) -> str | None:
    """The module that holds the scenario of that id; None where there is none."""
    return next((chapter for chapter, ids in CHAPTERS.items() if name in ids.split()), None)
