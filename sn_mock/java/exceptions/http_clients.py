"""The Java HTTP clients whose words sn-mock can speak, and the Java generations that change some of the words."""

from __future__ import annotations

from collections.abc import Mapping

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


NAMES = (COMMONS, TELEMETRY, HTTPCLIENT4, URLCONNECTION)


def checked(http_client: str) -> str:
    """The name, if it is one of `NAMES`; raises MockUsageError, telling the choices, for another one."""
    if http_client not in NAMES:
        raise MockUsageError(f"http_client {http_client!r} is not known: use one of {', '.join(NAMES)}")
    return http_client


def texts_of(java: Jdk) -> Fact[str]:
    """How sure we are of the texts that apply to `java`."""
    return JAVA_TEXTS[java.generation]
