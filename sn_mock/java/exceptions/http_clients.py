"""The Java HTTP clients whose words sn-mock can speak, and the Java generations that change some of the words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sn_mock.evidence import Evidence, Fact
from sn_mock.failure import MockUsageError
from sn_mock.java.lang.jdk import Jdk

COMMONS = "commons-httpclient-3.1"
TELEMETRY = "commons-httpclient-3.1+telemetry"
HTTPCLIENT4 = "httpclient-4.5"
URLCONNECTION = "urlconnection"

JAVA_TEXTS: Mapping[int, Fact[str]] = {
    8: Fact(
        "Java 8",
        Evidence.ASSUMED,
        "no Java 8 was measured: the texts are JDK 11's and 17's, or what public stack traces of Java 8 show; updates "
        "before 8u261 put `sun.security.validator.ValidatorException: ` in front of the message where PKIX fails",
    ),
    11: Fact("Java 11", Evidence.MEASURED, "measured on JDK 17, and on JDK 11 where they differ"),
    17: Fact("Java 17", Evidence.MEASURED, "measured on JDK 17"),
    21: Fact("Java 21", Evidence.MEASURED, "measured on JDK 17, and on JDK 21 where they differ"),
    25: Fact("Java 25", Evidence.MEASURED, "measured on JDK 17, and on JDK 25 where they differ"),
}
"""How sure we are of each Java generation's texts, beyond what a row of the texts says of itself."""


@dataclass(frozen=True, slots=True)
class HttpClient:
    """One HTTP client library and what it is to ServiceNow."""

    name: str
    library: str
    checks_host_name: bool
    """True where the library itself compares the certificate with the host, without any ServiceNow property."""
    evidence: Evidence
    source: str


HTTP_CLIENTS: Mapping[str, HttpClient] = {
    client.name: client
    for client in (
        HttpClient(
            COMMONS,
            "Apache commons-httpclient 3.1 with a custom SecureProtocolSocketFactory",
            checks_host_name=False,
            evidence=Evidence.DOCUMENTED,
            source="org.apache.commons class names in ServiceNow texts (PRB1903011 of Zurich Patch 1, KB3067060)",
        ),
        HttpClient(
            TELEMETRY,
            "the same, its factory asks for the peer's certificates right after connecting and swallows the failure",
            checks_host_name=False,
            evidence=Evidence.ASSUMED,
            source="modelled so that the three texts of KB2794513 appear together; measured on JDK 17 with that model",
        ),
        HttpClient(
            HTTPCLIENT4,
            "Apache HttpClient 4.5",
            checks_host_name=True,
            evidence=Evidence.ASSUMED,
            source="a second, asynchronous client exists (Xanadu Patch 5, Zurich Patch 2); its library is not named",
        ),
        HttpClient(
            URLCONNECTION,
            "java.net.HttpsURLConnection",
            checks_host_name=True,
            evidence=Evidence.ASSUMED,
            source="com.glide HTTPURLConnection.connect in the stack of KB0639261",
        ),
    )
}


def known(http_client: str) -> HttpClient:
    """The row of that name; raises MockUsageError, naming the choices, for another one."""
    try:
        return HTTP_CLIENTS[http_client]
    except KeyError:
        choices = ", ".join(HTTP_CLIENTS)
        raise MockUsageError(f"http_client {http_client!r} is not known: use one of {choices}") from None


def texts_of(java: Jdk) -> Fact[str]:
    """How sure we are of the texts that apply to `java`."""
    return JAVA_TEXTS[java.generation]
