"""Provider stacks that fool people: what they answer names another trouble than the one there is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sn_mock.evidence import Evidence
from sn_mock.failure import Stage
from sn_mock.lab.pki import KeySpec, KeystoreSpec
from sn_mock.lab.scenarios.model import Expected, Scenario, Source, Variant
from sn_mock.lab.scenarios.wording import CLOSED, CLOSED_BEFORE_8U261, NO_RESPONSE, SOCKET_CLOSED, TELEMETRY, refused
from sn_mock.lab.setup import LabSetup, ProviderSetup, Script, Store

_HEALTHY = LabSetup()
_UNKNOWN = (Store(content=KeystoreSpec((KeySpec("acme", "unrelated-client"),))),)
_APACHE = Source("measured on Apache httpd 2.4.71 with Java 8, 11, 17 and 21", Evidence.MEASURED)
_LARGE = 131_072
"""Apache's `SSLRenegBufferSize` where nobody sets it."""


def _behind(personality: str, **more: Any) -> LabSetup:
    return replace(_HEALTHY, provider=ProviderSetup(advertise="none", policy={"personality": personality}), **more)


def _answered(status: int, finding: str, reply: str, **more: Any) -> Expected:
    return Expected(finding, Stage.HTTP, status_code=status, log_status=status, http_reply=reply, **more)


SCENARIOS: tuple[Scenario, ...] = (
    Scenario(
        id="apache-location-under-tls-1-3",
        group="client certificate",
        title="Apache asks after the request, and since TLS 1.3 everybody gets 403",
        story=(
            "The provider's Apache demands the certificate in a <Location>, so it asks once it has read the request. "
            "In TLS 1.2 it renegotiates, and Java answers. In TLS 1.3 that takes post-handshake authentication, which "
            "Java does not offer: every client gets 403, also one with the right certificate. It worked until TLS 1.3 "
            "was switched on."
        ),
        broken=_behind("apache-location"),
        fixed=_behind("openssl"),
        fix=(
            "Have the provider set SSLVerifyClient for the whole virtual host, so that it asks in the handshake; or "
            "switch TLS 1.3 off for that host."
        ),
        expected=_answered(403, "certificate-asked-after-handshake", "Cannot perform Post-Handshake Authentication"),
        sources=(_APACHE,),
        release="quebec",
        first_release="quebec",
        tls=("TLSv1.3",),
        see_also=("apache-location-large-request",),
    ),
    Scenario(
        id="apache-location-large-request",
        group="client certificate",
        title="Apache asks after the request, and a large one gets 413",
        story=(
            "The provider's Apache demands the certificate in a <Location> and has to keep the request while it asks. "
            f"It keeps {_LARGE:,} bytes: small calls work, one with an attachment gets 413."
        ),
        broken=_behind(
            "apache-location", script=Script((("setStringParameter", ("short_description", "x" * _LARGE)),))
        ),
        fixed=_behind("openssl", script=Script((("setStringParameter", ("short_description", "x" * _LARGE)),))),
        fix=(
            "Have the provider set SSLVerifyClient for the whole virtual host, so that it asks in the handshake; or "
            "raise SSLRenegBufferSize."
        ),
        expected=_answered(413, "request-too-large-to-ask", "exceeds the capacity limit"),
        sources=(_APACHE, Source("Apache httpd docs, mod_ssl, SSLRenegBufferSize", Evidence.DOCUMENTED)),
        see_also=("apache-location-under-tls-1-3",),
    ),
    Scenario(
        id="api-gateway-forbidden",
        group="client certificate",
        title="AWS API Gateway answers 403 Forbidden for an unknown CA",
        story=(
            "The provider stands behind API Gateway with a truststore. A certificate of a CA that is not in it does "
            "not fail the handshake: the gateway answers 403 with the message Forbidden, as for a missing right."
        ),
        broken=_behind("api-gateway", stores=_UNKNOWN),
        fixed=_behind("api-gateway"),
        fix="Have the provider add the issuing CA to the truststore and upload a new version of it.",
        expected=_answered(403, "client-ca-unknown", '"Forbidden"', presented="unrelated-client"),
        sources=(Source("AWS knowledge center, api-gateway-mutual-tls-403-errors", Evidence.DOCUMENTED),),
    ),
    Scenario(
        id="application-gateway-bad-request",
        group="client certificate",
        title="Azure Application Gateway answers 400 for every certificate it dislikes",
        story=(
            "The provider stands behind Application Gateway with mutual authentication. Whatever is wrong with the "
            "certificate, the handshake goes through, and the answer is 400 Bad Request, as for a broken envelope."
        ),
        broken=_behind("application-gateway", stores=_UNKNOWN),
        fixed=_behind("application-gateway"),
        fix="Have the provider upload the issuing CA to the gateway's SSL profile; its access log names the reason.",
        expected=_answered(400, "client-ca-unknown", "400 Bad Request", presented="unrelated-client"),
        sources=(
            Source(
                "Microsoft Learn, Application Gateway mutual-authentication-troubleshooting",
                Evidence.DOCUMENTED,
                "that every failure is 400; the page's wording is assumed",
            ),
        ),
    ),
    Scenario(
        id="go-provider-bad-certificate",
        group="client certificate",
        title="An older Go provider says bad_certificate for whatever it dislikes",
        story=(
            "The provider is written in an older Go (or stands behind such a Caddy). It has one alert for a missing, "
            "an unknown, an expired and an unfit certificate: bad_certificate. Nothing need be wrong with the "
            "certificate itself; here its CA is unknown."
        ),
        broken=_behind("go-1.19", stores=_UNKNOWN),
        fixed=_behind("go-1.19"),
        fix="Have the provider import the CA; its log names the reason.",
        expected=Expected(finding="client-ca-unknown", presented="unrelated-client"),
        variants=refused("bad_certificate"),
        sources=(Source("measured on Go 1.19 net/http and Caddy 2.6.2", Evidence.MEASURED),),
        see_also=("java-provider-refuses-certificate",),
    ),
    Scenario(
        id="jdk-httpserver-closes",
        group="client certificate",
        title="A provider on the JDK's own HTTP server closes without an alert",
        story=(
            "The provider is a small Java service on com.sun.net.httpserver. It refuses the certificate by closing "
            "the connection: no alert, nothing that speaks of certificates. It looks like a firewall."
        ),
        broken=_behind("jdk-httpserver", stores=_UNKNOWN),
        fixed=_behind("jdk-httpserver"),
        fix="Have the provider import the CA into its trust store; only its own log names the reason.",
        expected=Expected(finding="client-ca-unknown", presented="unrelated-client"),
        variants=(
            Variant({"java": CLOSED, "cause": "handshake-closed"}, tls="TLSv1.2"),
            CLOSED_BEFORE_8U261,
            Variant(
                {"java": NO_RESPONSE, "cause": "no-response", "stage": Stage.HTTP, "connections": 4}, tls="TLSv1.3"
            ),
            Variant(SOCKET_CLOSED, tls="TLSv1.2", http_client=TELEMETRY),
        ),
        sources=(Source("measured on JDK 17 HttpsServer with needClientAuth", Evidence.MEASURED),),
    ),
)
