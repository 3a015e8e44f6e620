"""The Java HTTP clients whose words sn-mock can speak, and the Java generations that change some of the words."""

from __future__ import annotations

from sn_mock.evidence import Evidence, Fact
from sn_mock.failure import MockUsageError
from sn_mock.java.lang.jdk import Jdk, named

COMMONS = "commons-httpclient-3.1"
TELEMETRY = "commons-httpclient-3.1+telemetry"
HTTPCLIENT4 = "httpclient-4.5"
URLCONNECTION = "urlconnection"


def _between(name: str, first: str, last: str) -> Fact[str]:
    return Fact(
        name,
        Evidence.ASSUMED,
        f"lies between {first} and {last}, which were measured; which update brought what is DOCUMENTED where "
        "docs/java-texts.md says so",
    )


def _beyond(newest: str, first: str) -> tuple[Jdk, Fact[str]]:
    java = named(first)
    why = f"later than {newest}, the newest that was measured: taken to be as that one"
    return java, Fact(f"Java {java.generation} from {first} on", Evidence.ASSUMED, why)


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
            "lies between 8u252 and 8u504, which were measured: the TLS code is JDK 11's (JDK-8245485, in OpenJDK "
            "since 8u272), TLS 1.3 is offered by default from 8u341 on (JDK-8245263); keystores from 8u301 on with "
            "PBES2 and HMACs of SHA-2 (CSR JDK-8267701)",
        ),
    ),
    (
        named("8u504"),
        Fact(
            "Java 8 from 8u504 on",
            Evidence.MEASURED,
            "measured on 8u504; not modelled: a HelloRetryRequest without a key share",
        ),
    ),
    _beyond("8u504", "8u505"),
    (
        named("11.0.0"),
        Fact(
            "Java 11 before 11.0.12",
            Evidence.MEASURED,
            "keystores measured on 11.0.7 (an HMAC of SHA-2 is not available); the other texts are those of 11.0.13",
        ),
    ),
    (
        named("11.0.12"),
        Fact("Java 11", Evidence.MEASURED, "measured on JDK 17, and on 11.0.13 where they differ"),
    ),
    (named("11.0.14"), _between("Java 11 from 11.0.14 on", "11.0.13", "11.0.24")),
    (
        named("11.0.24"),
        Fact(
            "Java 11 from 11.0.24 on",
            Evidence.MEASURED,
            "measured on 11.0.24 and 11.0.32",
        ),
    ),
    _beyond("11.0.32", "11.0.33"),
    (named("17.0.0"), Fact("Java 17", Evidence.MEASURED, "measured on JDK 17")),
    (named("17.0.16"), _between("Java 17 from 17.0.16 on", "17.0.15", "17.0.19")),
    (
        named("17.0.19"),
        Fact(
            "Java 17 from 17.0.19 on",
            Evidence.MEASURED,
            "measured on 17.0.19, 17.0.20 and 17.0.21",
        ),
    ),
    _beyond("17.0.21", "17.0.22"),
    (
        named("21.0.0"),
        Fact("Java 21", Evidence.MEASURED, "measured on JDK 17, and on 21.0.8 where they differ"),
    ),
    (named("21.0.9"), _between("Java 21 from 21.0.9 on", "21.0.8", "21.0.13")),
    (named("21.0.13"), Fact("Java 21 from 21.0.13 on", Evidence.MEASURED, "measured on 21.0.13")),
    _beyond("21.0.13", "21.0.14"),
    (named("25"), Fact("Java 25", Evidence.MEASURED, "measured on JDK 17, and on JDK 25 where they differ")),
    _beyond("25", "25.0.1"),
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
