"""The Java HTTP clients whose words sn-mock can speak, and the Java generations that change some of the words."""

from __future__ import annotations

from sn_mock.evidence import Evidence, Fact
from sn_mock.failure import MockUsageError
from sn_mock.java.lang.jdk import Jdk, named

COMMONS = "commons-httpclient-3.1"
TELEMETRY = "commons-httpclient-3.1+telemetry"
HTTPCLIENT4 = "httpclient-4.5"
URLCONNECTION = "urlconnection"

JAVA_TEXTS: tuple[tuple[Jdk, Fact[str]], ...] = (
    (
        named("8u0"),
        Fact("Java 8", Evidence.MEASURED, "measured on 8u252; what 8u60 to 8u181 did otherwise was not looked for"),
    ),
    (
        named("8u261"),
        Fact(
            "Java 8 from 8u261 on",
            Evidence.ASSUMED,
            "not measured: the TLS code is JDK 11's (JDK-8245485, in OpenJDK since 8u272), TLS 1.3 is not offered by "
            "default (JDK-8248721); keystores as 8u252, from 8u301 on with PBES2 and HMACs of SHA-2 (CSR JDK-8267701)",
        ),
    ),
    (
        named("11.0.0"),
        Fact(
            "Java 11 before 11.0.12",
            Evidence.MEASURED,
            "keystores measured on 11.0.7 (an HMAC of SHA-2 is not available); the other texts are those of 11.0.13",
        ),
    ),
    (named("11.0.12"), Fact("Java 11", Evidence.MEASURED, "measured on JDK 17, and on JDK 11 where they differ")),
    (named("17.0.0"), Fact("Java 17", Evidence.MEASURED, "measured on JDK 17")),
    (named("21.0.0"), Fact("Java 21", Evidence.MEASURED, "measured on JDK 17, and on JDK 21 where they differ")),
    (named("25"), Fact("Java 25", Evidence.MEASURED, "measured on JDK 17, and on JDK 25 where they differ")),
)
"""From which Java on, and how sure we are of its texts, beyond what a row of the texts says of itself."""


NAMES = (COMMONS, TELEMETRY, HTTPCLIENT4, URLCONNECTION)


def checked(http_client: str) -> str:
    """The name, if it is one of `NAMES`; raises MockUsageError, telling the choices, for another one."""
    if http_client not in NAMES:
        raise MockUsageError(f"http_client {http_client!r} is not known: use one of {', '.join(NAMES)}")
    return http_client


def texts_of(java: Jdk) -> Fact[str]:
    """How sure we are of the texts that apply to `java`."""
    return next(fact for first, fact in reversed(JAVA_TEXTS) if java.is_at_least(first))
