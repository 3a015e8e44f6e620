"""Building blocks of the catalogue: Java texts that many scenarios share, and the outcomes that go with them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sn_mock.evidence import Evidence
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import Span
from sn_mock.lab.scenarios.model import Source, Variant

HANDSHAKE = "javax.net.ssl.SSLHandshakeException"
PATH_BUILDING = (
    "PKIX path building failed: sun.security.provider.certpath.SunCertPathBuilderException: "
    "unable to find valid certification path to requested target"
)
SOCKET_IS_CLOSED = "java.net.SocketException: Socket is closed"
SOCKET_CLOSED: Mapping[str, Any] = {"java": (SOCKET_IS_CLOSED,), "connections": 4}
"""What the telemetry client makes of a handshake that failed (KB2794513): four attempts, and the real error is lost."""
TELEMETRY = "commons-httpclient-3.1+telemetry"
FACTORY = "com.glide.certificates.DBKeyStoreSocketFactory"

FRUITION_BLOG = Source(
    "https://www.fruitionpartners.eu/blog/2017/08/30/using-mutual-authentication-servicenow-keep-mind/",
    Evidence.REPORTED,
    "one experience report, Fuji to Helsinki",
)
OLD_JSSE = Span(before=Feature.JSSE_11)
"""Java 8 before 8u261, which every release up to Paris is taken to run."""
OLD_SOCKETS = Span(before=Feature.JAVA_17_SOCKETS)
MEASURED = Source("measured on JDK 17 against OpenSSL 3.0", Evidence.MEASURED)


def kb(number: str, note: str = "") -> Source:
    """A ServiceNow KB article."""
    return Source(number, Evidence.DOCUMENTED, note)


def docs(page: str, note: str = "") -> Source:
    """A page of ServiceNow's product documentation."""
    return Source(f"ServiceNow docs, {page}", Evidence.DOCUMENTED, note)


def received(alert: str) -> tuple[str, ...]:
    """What Java throws for a fatal alert of the provider."""
    return (f"{HANDSHAKE}: Received fatal alert: {alert}",)


def refused(alert: str, alert13: str | None = None) -> tuple[Variant, ...]:
    """The provider ends the handshake with that alert (another one under TLS 1.3 where given).

    The telemetry client loses the alert of a TLS 1.2 handshake: it reports a closed socket, four times (KB2794513).
    """
    late = alert13 or alert
    return (
        Variant({"java": received(alert), "alert_sent": alert, "cause": alert.replace("_", "-")}, tls="TLSv1.2"),
        Variant({"java": received(late), "alert_sent": late, "cause": late.replace("_", "-")}, tls="TLSv1.3"),
        Variant(SOCKET_CLOSED, tls="TLSv1.2", http_client=TELEMETRY),
    )


NO_CERTIFICATE: tuple[Variant, ...] = tuple(
    Variant({**variant.change, "cause": "certificate-required"}, variant.tls, variant.http_client)
    for variant in refused("handshake_failure", "certificate_required")
)
"""An OpenSSL provider demands a certificate and none was sent."""


def not_accepted(*chain: str, alert: str = "certificate_unknown", alert12: str | None = None) -> tuple[Variant, ...]:
    """The instance refuses the provider's certificate with that chain of exceptions."""
    return (
        Variant({"java": chain, "alert_received": alert12 or alert}, tls="TLSv1.2"),
        Variant({"java": chain, "alert_received": alert}, tls="TLSv1.3"),
        Variant({"java": (f"{HANDSHAKE}: {chain[1]}", *chain[1:]), "alert_received": alert}, javas=OLD_JSSE),
        Variant(SOCKET_CLOSED, http_client=TELEMETRY),
    )


UNTRUSTED: tuple[str, ...] = (
    f"{HANDSHAKE}: {PATH_BUILDING}",
    f"sun.security.validator.ValidatorException: {PATH_BUILDING}",
    PATH_BUILDING.removeprefix("PKIX path building failed: "),
)
"""The provider's chain leads to no trust anchor."""


CLOSED_BEFORE_8U261 = Variant(
    {
        "java": (
            f"{HANDSHAKE}: Remote host closed connection during handshake",
            "java.io.EOFException: SSL peer shut down incorrectly",
        )
    },
    javas=OLD_JSSE,
    tls="TLSv1.2",
)
CLOSED: tuple[str, ...] = (
    f"{HANDSHAKE}: Remote host terminated the handshake",
    "java.io.EOFException: SSL peer shut down incorrectly",
)
"""The provider ended the handshake without an alert."""
NO_RESPONSE: tuple[str, ...] = (
    "org.apache.commons.httpclient.NoHttpResponseException: The server {host} failed to respond",
)
"""The provider ended the connection instead of answering."""


def legacy_properties(name: str = "myhttps", *, value: str | None = None, port: str = "{port}") -> Mapping[str, str]:
    """The two properties that register a protocol the old way; `value=""` empties both."""
    prefix = f"glide.httpclient.protocol.{name}"
    return {f"{prefix}.class": FACTORY if value is None else value, f"{prefix}.port": port if value is None else value}
