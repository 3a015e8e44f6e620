"""The client certificate reached the provider, or was withheld from it, and the provider refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sn_mock.evidence import Evidence
from sn_mock.failure import Stage
from sn_mock.lab.pki import KeySpec, KeystoreSpec
from sn_mock.lab.scenarios.model import Expected, Scenario, Source, Variant
from sn_mock.lab.scenarios.wording import (
    CLOSED,
    CLOSED_BEFORE_8U261,
    FRUITION_BLOG,
    MEASURED,
    NO_CERTIFICATE,
    NO_RESPONSE,
    SOCKET_CLOSED,
    TELEMETRY,
    kb,
    refused,
)
from sn_mock.lab.setup import LabSetup, ProviderSetup, Store

_HEALTHY = LabSetup()
_NAMES_NO_CA = ProviderSetup(advertise="none")
_NGINX = {"personality": "nginx"}
_IIS = {"personality": "iis"}
_IIS_PAGES = Source("Microsoft Learn, HTTP status codes in IIS", Evidence.DOCUMENTED)
_CHROME_POLICY = Source(
    "Chrome Root Program Policy (public hierarchies become serverAuth only)",
    Evidence.REPORTED,
    "read second-hand; the dates given lie between June 2026 and March 2027, by CA and edition",
)


def _presenting(identity: str, provider: ProviderSetup | None = None, **key: Any) -> LabSetup:
    return replace(
        _HEALTHY,
        stores=(Store(content=KeystoreSpec((KeySpec("acme", identity, **key),))),),
        provider=provider or ProviderSetup(),
    )


def _healthy(provider: ProviderSetup) -> LabSetup:
    return replace(_HEALTHY, provider=provider)


_PINNED_OLD = ProviderSetup(trusted_leaves=("acme-client",), trust=(), advertise="none")
_PINNED_BOTH = ProviderSetup(trusted_leaves=("acme-client", "renewed-client"), trust=(), advertise="none")

_GATEWAY = ProviderSetup(advertise="none", policy={"personality": "close"})
_APPLICATION = ProviderSetup(trust=("root", "intermediate", "unrelated-root"))


def _renewal(keystore: str, accepted: tuple[str, ...], *, keep_alive: bool) -> LabSetup:
    """A gateway that accepts both certificates, before an application that accepts these subjects."""
    return replace(
        _presenting(keystore),
        back_end=ProviderSetup(policy={"allow_subjects": accepted}),
        keep_alive=keep_alive,
    )


_OLD_SUBJECT = "CN=acme-client,O=Example Instance"
_NEW_SUBJECT = "CN=acme-client,OU=renewed,O=Example Instance"

SCENARIOS: tuple[Scenario, ...] = (
    Scenario(
        id="self-signed-in-production",
        group="client certificate",
        title="A self-signed certificate passed in development and fails in test",
        story=(
            "The development provider had imported the self-signed certificate itself. The test provider accepts "
            "only what "
            "a CA has signed, and names no CA of its own, so the certificate goes out and is refused."
        ),
        broken=_presenting("self-signed-client", _NAMES_NO_CA),
        fixed=_presenting(
            "self-signed-client", ProviderSetup(trusted_leaves=("self-signed-client",), advertise="none")
        ),
        fix="Have the certificate signed by a CA that the provider trusts (or, as in development, have the provider "
        "import "
        "this certificate).",
        expected=Expected(finding="self-signed-client-certificate", presented="self-signed-client"),
        variants=refused("unknown_ca"),
        sources=(kb("KB0824494", "signed by a CA that the server trusts"), MEASURED),
    ),
    Scenario(
        id="unknown-client-ca",
        group="client certificate",
        title="The provider does not know the CA and refuses the certificate",
        story=(
            "The keystore's certificate comes from a CA that the provider never imported. The provider names no CAs "
            "in its "
            "request, so Java has nothing to filter by and sends it."
        ),
        broken=_presenting("unrelated-client", _NAMES_NO_CA),
        fixed=_healthy(_NAMES_NO_CA),
        fix="Use a certificate of a CA that the provider trusts, or have the provider import this CA.",
        expected=Expected(finding="client-ca-unknown", presented="unrelated-client"),
        variants=refused("unknown_ca"),
        sources=(kb("KB0824494"), MEASURED),
        see_also=("client-ca-not-advertised",),
    ),
    Scenario(
        id="client-ca-not-advertised",
        group="client certificate",
        title="The provider names its CAs, none fits, and the key is withheld",
        story=(
            "The same wrong keystore, but this provider says which CAs it accepts. Java finds no key with one of "
            "them and "
            "answers with an empty message: the provider reports that no certificate came at all."
        ),
        broken=_presenting("unrelated-client"),
        fixed=_HEALTHY,
        fix="Use a certificate of one of the CAs the provider names, or have the provider add this CA to its list.",
        expected=Expected(finding="client-ca-not-advertised"),
        variants=NO_CERTIFICATE,
        sources=(MEASURED, Source("RFC 5246 §7.4.4, RFC 8446 §4.2.4", Evidence.DOCUMENTED)),
        see_also=("unknown-client-ca",),
    ),
    Scenario(
        id="web-server-certificate-imported",
        group="client certificate",
        title="The provider imported the certificate of the instance's web server",
        story=(
            "The guide begins with a browser: export the certificate of the instance and send it to the provider. The "
            "provider imported it and now asks for a certificate of *.service-now.com. An outbound call never sends "
            "that "
            "one: its certificate lies in the keystore, which has nothing of that name, and so nothing goes out."
        ),
        broken=_healthy(ProviderSetup(trust=("instance-web-server",))),
        fixed=_HEALTHY,
        fix="Have the provider import the CA of the keystore's certificate (sn-mock keystore export-cert, or keytool "
        "-exportcert, shows it) instead of the web server's certificate.",
        expected=Expected(finding="web-server-certificate-imported"),
        variants=NO_CERTIFICATE,
        sources=(
            Source(FRUITION_BLOG.reference, Evidence.REPORTED, "steps 1 and 4: two certificates are sent"),
            MEASURED,
        ),
        see_also=("client-ca-not-advertised", "certificate-not-imported"),
    ),
    Scenario(
        id="no-certificate-at-java-provider",
        group="client certificate",
        title="A Java provider says bad_certificate when no certificate came",
        story=(
            "No key of the keystore fits the CAs that the provider names. A provider built on Java words the missing "
            "certificate as bad_certificate, which sends everyone looking for a fault in a certificate that was "
            "never sent."
        ),
        broken=_presenting("unrelated-client", ProviderSetup(policy={"personality": "jsse"})),
        fixed=_healthy(ProviderSetup(policy={"personality": "jsse"})),
        fix="Use a certificate of one of the CAs the provider names.",
        expected=Expected(finding="client-ca-not-advertised"),
        variants=tuple(
            replace(variant, change={**variant.change, "cause": "certificate-required"})
            for variant in refused("bad_certificate")
        ),
        sources=(kb("KB0683345"), MEASURED),
        kb=("KB0683345",),
    ),
    Scenario(
        id="nginx-no-certificate",
        group="client certificate",
        title="nginx answers 400: No required SSL certificate was sent",
        story=(
            "The handshake succeeds because nginx looks at the client's certificate only afterwards. No key fits the "
            "CAs it "
            "named, so none was sent, and the answer is an HTML page with status 400."
        ),
        broken=_presenting("unrelated-client", ProviderSetup(policy=_NGINX)),
        fixed=_healthy(ProviderSetup(policy=_NGINX)),
        fix="Use a keystore with a key pair signed by a CA that the provider trusts.",
        expected=Expected(
            finding="client-ca-not-advertised",
            stage=Stage.HTTP,
            status_code=400,
            log_status=400,
            http_reply="No required SSL certificate was sent",
        ),
        sources=(kb("KB0824494"), kb("KB0696599"), Source("measured on nginx 1.22", Evidence.MEASURED)),
        kb=("KB0824494",),
    ),
    Scenario(
        id="nginx-certificate-error",
        group="client certificate",
        title="nginx answers 400: The SSL certificate error",
        story="The certificate was sent, and nginx cannot verify it. It says so in an HTML page, not in a TLS alert.",
        broken=_presenting("unrelated-client", ProviderSetup(advertise="none", policy=_NGINX)),
        fixed=_healthy(ProviderSetup(advertise="none", policy=_NGINX)),
        fix="Use a certificate of a CA that the provider trusts, or have the provider import this CA.",
        expected=Expected(
            finding="client-ca-unknown",
            stage=Stage.HTTP,
            status_code=400,
            log_status=400,
            http_reply="The SSL certificate error",
            presented="unrelated-client",
        ),
        sources=(Source("measured on nginx 1.22", Evidence.MEASURED),),
    ),
    Scenario(
        id="iis-no-certificate",
        group="client certificate",
        title="IIS answers 403.7: Client certificate required",
        story=(
            "The provider runs on Microsoft IIS. No key fits the CAs it named, none was sent, and IIS says so with "
            "status 403 "
            "and sub-status 7 in the page."
        ),
        broken=_presenting("unrelated-client", ProviderSetup(policy=_IIS)),
        fixed=_healthy(ProviderSetup(policy=_IIS)),
        fix="Use a keystore with a key pair signed by a CA that the provider trusts.",
        expected=Expected(
            finding="client-ca-not-advertised",
            stage=Stage.HTTP,
            status_code=403,
            log_status=403,
            http_reply="403.7",
        ),
        sources=(_IIS_PAGES,),
        see_also=("nginx-no-certificate",),
    ),
    Scenario(
        id="iis-untrusted-certificate",
        group="client certificate",
        title="IIS answers 403.16: Client certificate is untrusted or invalid",
        story="The certificate was sent, and IIS finds no trusted issuer. It answers with status 403 and sub-status "
        "16.",
        broken=_presenting("unrelated-client", ProviderSetup(advertise="none", policy=_IIS)),
        fixed=_healthy(ProviderSetup(advertise="none", policy=_IIS)),
        fix="Have the provider import the CA into the machine's trusted roots, or use a certificate of a CA it knows.",
        expected=Expected(
            finding="client-ca-unknown",
            stage=Stage.HTTP,
            status_code=403,
            log_status=403,
            http_reply="403.16",
            presented="unrelated-client",
        ),
        sources=(_IIS_PAGES,),
    ),
    Scenario(
        id="java-provider-refuses-certificate",
        group="client certificate",
        title="A Java provider says certificate_unknown for whatever it dislikes",
        story=(
            "The certificate was sent, and the Java provider knows no issuer. Its one alert for unknown, expired and "
            "unfit "
            "certificates is certificate_unknown; only its own log tells them apart."
        ),
        broken=_presenting("unrelated-client", ProviderSetup(advertise="none", policy={"personality": "jsse"})),
        fixed=_healthy(ProviderSetup(advertise="none", policy={"personality": "jsse"})),
        fix="Have the provider import the CA into its trust store; ask for the exception in its log.",
        expected=Expected(finding="client-ca-unknown", presented="unrelated-client"),
        variants=refused("certificate_unknown"),
        sources=(Source("measured on a JDK 17 server", Evidence.MEASURED),),
        see_also=("no-certificate-at-java-provider",),
    ),
    Scenario(
        id="netty-provider-internal-error",
        group="client certificate",
        title="A Netty provider says internal_error for an unknown CA",
        story=(
            "The provider is built on Netty with BoringSSL. It refuses the certificate of an unknown CA with "
            "internal_error, "
            "which looks like a crash and is a plain refusal. Java does not count that alert among those of the "
            "handshake."
        ),
        broken=_presenting("unrelated-client", ProviderSetup(advertise="none", policy={"personality": "netty"})),
        fixed=_healthy(ProviderSetup(advertise="none", policy={"personality": "netty"})),
        fix="Have the provider import the CA, or use a certificate of a CA it knows.",
        expected=Expected(
            finding="client-ca-unknown",
            cause="internal-error",
            java=("javax.net.ssl.SSLException: Received fatal alert: internal_error",),
            presented="unrelated-client",
            alert_sent="internal_error",
        ),
        variants=(
            Variant({"connections": 4}, tls="TLSv1.2"),
            Variant(SOCKET_CLOSED, tls="TLSv1.2", http_client=TELEMETRY),
        ),
        sources=(Source("measured on MockServer 8 (Netty, BoringSSL) and JDK 17", Evidence.MEASURED),),
    ),
    Scenario(
        id="certificate-not-imported",
        group="client certificate",
        title="The provider has not imported the public certificate",
        story=(
            "This provider accepts single certificates, one by one. Ours is properly signed, but the file with the "
            "public "
            "certificate still waits in somebody's mailbox."
        ),
        broken=_healthy(ProviderSetup(trusted_leaves=("second-client",), trust=(), advertise="none")),
        fixed=_healthy(_PINNED_OLD),
        fix="Send the public certificate (no private key) to the provider and have it imported.",
        expected=Expected(finding="client-ca-unknown", presented="acme-client"),
        variants=refused("unknown_ca"),
        sources=(kb("KB0696599"), MEASURED),
    ),
    Scenario(
        id="renewed-certificate-not-imported",
        group="client certificate",
        title="The provider still has the old certificate",
        story=(
            "The instance got its renewed keystore. The provider pins the fingerprint of last year's certificate and "
            "refuses "
            "the new one, although CA and name are the same."
        ),
        broken=_presenting(
            "renewed-client", ProviderSetup(advertise="none", policy={"pin_sha256": ("{pin:acme-client}",)})
        ),
        fixed=_presenting(
            "renewed-client",
            ProviderSetup(advertise="none", policy={"pin_sha256": ("{pin:acme-client}", "{pin:renewed-client}")}),
        ),
        fix="Have the provider import the renewed public certificate before the keystore is changed, and keep both "
        "for a while.",
        expected=Expected(finding="client-certificate-not-imported", presented="renewed-client"),
        variants=refused("handshake_failure"),
        sources=(kb("KB0824494"), MEASURED),
    ),
    Scenario(
        id="renewal-day",
        group="client certificate",
        title="Renewal day: the new keystore is active before the provider imported it",
        story=(
            "The new keystore was activated on the instance at noon; the provider's change is planned for the "
            "evening. Until "
            "then every call fails. An overlap, in which the provider accepts both, avoids the outage."
        ),
        broken=_presenting("renewed-client", _PINNED_OLD),
        fixed=_presenting("renewed-client", _PINNED_BOTH),
        fix="Let the provider accept both certificates first, then change the keystore, then have the old one removed.",
        expected=Expected(finding="client-ca-unknown", presented="renewed-client"),
        variants=refused("unknown_ca"),
        sources=(MEASURED,),
        see_also=("renewed-certificate-not-imported",),
    ),
    Scenario(
        id="pooled-connection-keeps-old-certificate",
        group="client certificate",
        title="After the renewal a pooled connection still presents the old certificate",
        story=(
            "The keystore was exchanged on renewal day, and the provider's application switched to the new "
            "certificate. The "
            "instance still has a connection open that began with the old one, and sends the call through it."
        ),
        before=(_renewal("acme-client", (_OLD_SUBJECT,), keep_alive=True),),
        broken=_renewal("renewed-client", (_NEW_SUBJECT,), keep_alive=True),
        fixed=_renewal("renewed-client", (_NEW_SUBJECT,), keep_alive=False),
        fix="Let the provider accept both certificates until the old connections are gone (they close when idle, or "
        "with a "
        "restart of the node).",
        expected=Expected(
            finding="pooled-connection-keeps-certificate",
            stage=Stage.HTTP,
            status_code=403,
            log_status=403,
            presented="acme-client",
        ),
        sources=(
            Source("ServiceNow docs, r_HTTPConnectionManagementProps", Evidence.DOCUMENTED, "connections are pooled"),
            Source(
                "TLS: a connection keeps the certificate it began with", Evidence.ASSUMED, "the consequence is ours"
            ),
        ),
        see_also=("renewal-day",),
    ),
    Scenario(
        id="server-auth-only-eku",
        group="client certificate",
        title="The client certificate is for servers only",
        story=(
            "The certificate came from a public CA. Public CAs are giving up the purpose clientAuth, so it says "
            "serverAuth only. Java sends it all the same; the provider checks the purpose."
        ),
        broken=_presenting("server-auth-client"),
        fixed=_HEALTHY,
        fix="Order the certificate from a private CA that the provider trusts, with extended key usage clientAuth.",
        expected=Expected(finding="client-certificate-purpose", presented="server-auth-client"),
        variants=refused("unsupported_certificate"),
        sources=(MEASURED, _CHROME_POLICY, Source("RFC 5280 §4.2.1.12", Evidence.DOCUMENTED)),
        release="brazil",
    ),
    Scenario(
        id="key-usage-without-signature",
        group="client certificate",
        title="The key usage does not allow signatures",
        story="The certificate's key usage has keyEncipherment only. A TLS client must sign, so the provider refuses "
        "it.",
        broken=_presenting("no-signature-client"),
        fixed=_HEALTHY,
        fix="Order a certificate whose key usage includes digitalSignature.",
        expected=Expected(finding="client-certificate-purpose", presented="no-signature-client"),
        variants=refused("unsupported_certificate"),
        sources=(MEASURED, Source("RFC 5280 §4.2.1.3", Evidence.DOCUMENTED)),
    ),
    Scenario(
        id="weak-client-key",
        group="client certificate",
        title="The client's RSA key is too small",
        story="The key pair is from another age: 1024 bits. Java sends it; OpenSSL's default security level refuses "
        "it.",
        broken=_presenting("weak-key-client"),
        fixed=_HEALTHY,
        fix="Generate a key pair of 2048 bits or more (or P-256) and have it signed.",
        expected=Expected(finding="client-certificate-weak", presented="weak-key-client"),
        variants=refused("bad_certificate"),
        sources=(MEASURED,),
    ),
    Scenario(
        id="sha1-client-certificate",
        group="client certificate",
        title="The client certificate is signed with SHA-1",
        story="The private CA still signs with SHA-1. Java sends the certificate; OpenSSL's security level refuses "
        "the digest.",
        broken=_presenting("sha1-client"),
        fixed=_HEALTHY,
        fix="Have the CA sign the certificate with SHA-256.",
        expected=Expected(finding="client-certificate-weak", presented="sha1-client"),
        variants=refused("bad_certificate"),
        sources=(MEASURED,),
    ),
    Scenario(
        id="client-certificate-revoked",
        group="client certificate",
        title="The client certificate is revoked",
        story=(
            "The CA revoked the certificate when its successor was issued. The provider reads the CA's list; the "
            "instance "
            "knows nothing of it."
        ),
        broken=_presenting("revoked-client", ProviderSetup(revoked=("revoked-client",))),
        fixed=_healthy(ProviderSetup(revoked=("revoked-client",))),
        fix="Attach the keystore with the certificate that is not revoked.",
        expected=Expected(finding="client-certificate-revoked", presented="revoked-client"),
        variants=refused("certificate_revoked"),
        sources=(MEASURED,),
    ),
    Scenario(
        id="private-key-of-another-certificate",
        group="client certificate",
        title="Key and certificate do not belong together",
        story=(
            "The keystore was put together by hand from a key and the certificate of another request. Java sends the "
            "certificate and signs with the wrong key; only the provider notices."
        ),
        broken=_presenting("second-client", certificates="acme-client"),
        fixed=_HEALTHY,
        fix="Build the keystore from the key pair that made the request, or request a certificate for this key.",
        expected=Expected(finding="key-does-not-fit-certificate", presented="acme-client"),
        variants=refused("decrypt_error"),
        sources=(MEASURED,),
    ),
    Scenario(
        id="chain-stored-in-wrong-order",
        group="client certificate",
        title="The keystore's chain begins with the root instead of the client's certificate",
        story=(
            "The entry was put together from a PEM bundle that lists the root first. Java takes the first certificate "
            "for the key's own and, as both are EC here, sends the root; the provider sees a CA where a client should "
            "be. Where they are of different types, as an RSA key below an EC root, Java from 8u261 on sends no "
            "certificate at all, and the provider asks for one."
        ),
        broken=_presenting("acme-client", chain="reversed"),
        fixed=_HEALTHY,
        fix="Build the entry again with the client's certificate first, then the CA that issued it, up to the root.",
        expected=Expected(finding="key-does-not-fit-certificate", presented="root"),
        variants=refused("unsupported_certificate"),
        sources=(MEASURED,),
    ),
    Scenario(
        id="middleware-not-imported",
        group="client certificate",
        title="The back-end has imported the certificate, the middleware in front of it has not",
        story=(
            "The provider's application team confirms that the certificate is imported, and it is. But TLS ends at a "
            "gateway "
            "in front of the application, and the gateway does not know the CA."
        ),
        broken=replace(_presenting("unrelated-client", _GATEWAY), back_end=_APPLICATION),
        fixed=replace(
            _presenting("unrelated-client", replace(_GATEWAY, trust=("root", "intermediate", "unrelated-root"))),
            back_end=_APPLICATION,
        ),
        fix="Have the CA imported where TLS ends: at the gateway or load balancer, not only in the application.",
        expected=Expected(finding="client-ca-unknown", presented="unrelated-client"),
        variants=(
            Variant({"cause": "handshake-closed", "java": CLOSED}, tls="TLSv1.2"),
            CLOSED_BEFORE_8U261,
            Variant(
                {"stage": Stage.HTTP, "cause": "no-response", "java": NO_RESPONSE, "connections": 4}, tls="TLSv1.3"
            ),
            Variant(SOCKET_CLOSED, tls="TLSv1.2", http_client=TELEMETRY),
        ),
        sources=(MEASURED,),
    ),
    Scenario(
        id="application-forbids-subject",
        group="client certificate",
        title="The certificate is fine, but this client is not on the provider's list",
        story=(
            "CA and dates are right. The provider keeps a list of the subjects it serves, and ours is not on it: the "
            "call "
            "ends with HTTP 403."
        ),
        broken=_healthy(
            ProviderSetup(policy={"personality": "nginx", "allow_subjects": ("CN=second-client,O=Example Instance",)})
        ),
        fixed=_healthy(
            ProviderSetup(
                policy={
                    "personality": "nginx",
                    "allow_subjects": ("CN=second-client,O=Example Instance", "CN=acme-client,O=Example Instance"),
                }
            )
        ),
        fix="Have the provider add the certificate's subject to its list.",
        expected=Expected(
            finding="client-subject-not-allowed",
            stage=Stage.HTTP,
            status_code=403,
            log_status=403,
            presented="acme-client",
        ),
        sources=(kb("KB3067183"), MEASURED),
        kb=("KB3067183",),
    ),
)
