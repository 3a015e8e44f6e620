"""What a Java in FIPS mode says of keystores and keys; sn-mock has no such mode, so that nothing here was measured."""

from __future__ import annotations

from sn_mock.diagnosis.texts.model import DOCUMENTED, REPORTED, KnownText, text

FIPS: tuple[KnownText, ...] = (
    text(
        "JKS not found | JKS KeyStore not available | no such algorithm: JKS for provider"
        " | PKCS12 not found | PKCS12 KeyStore not available | no such algorithm: PKCS12 for provider",
        "this Java has no provider for keystores of that type, as in FIPS mode: the file was not looked at",
        any_side="fips-keystore-type",
        source="eclipse-openj9/openj9#16903, keycloak/keycloak#14964",
        evidence=REPORTED,
    ),
    text(
        "BCFKS not found | BCFKS KeyStore not available | no such algorithm: BCFKS for provider",
        "this Java has no provider for BCFKS keystores: BouncyCastle's for FIPS is not there, or not registered",
        any_side="fips-provider-missing",
        source="adoptium/adoptium-support#1453",
        evidence=REPORTED,
    ),
    text(
        "FIPS mode: only SunJSSE TrustManagers may be used | FIPS mode: only SunJSSE KeyManagers may be used",
        "the Java runs in SunJSSE's FIPS mode, which takes no trust or key manager of anybody else",
        source="OpenJDK sources, sun.security.ssl.SSLContextImpl: 8u252 and 11.0.13 have the text, 17 and 21 do not",
        evidence=DOCUMENTED,
        advice="In that Java's java.security, the provider SunJSSE has a second name behind it: without that, it is an "
        "ordinary one.",
    ),
    text(
        "FipsUnapprovedOperationError",
        "BouncyCastle in FIPS mode refuses a key or an algorithm that is not approved; the words beside it say which",
        any_side="fips-unapproved-key",
        source="bcgit/bc-java#2274, bcgit/bc-java#616",
        evidence=REPORTED,
    ),
)
"""Keystores and keys in FIPS mode."""
