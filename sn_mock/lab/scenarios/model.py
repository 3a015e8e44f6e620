"""A scenario: one way an outbound mutual-TLS call fails, what everybody then sees, and what mends it. Data only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from typing import Any

from guarded.values import dataclass
from sn_mock.evidence import Evidence
from sn_mock.failure import Stage
from sn_mock.instance import RELEASES
from sn_mock.java.lang.jdk import EVERY_JAVA, Span
from sn_mock.lab.setup import LabSetup

TLS_VERSIONS = ("TLSv1.2", "TLSv1.3")


@dataclass(frozen=True, slots=True)
class Source:
    """Where we know a scenario from, and how well."""

    reference: str
    """A KB number, PRB number, docs page, RFC section, public URL, or "measured on JDK 17"."""
    evidence: Evidence
    note: str = ""

    def to_json(self) -> dict[str, str]:
        """Reference, evidence mark and note."""
        return {"reference": self.reference, "evidence": str(self.evidence), "note": self.note}


@dataclass(frozen=True, slots=True)
class Expected:
    """What a broken call must look like, from both ends."""

    finding: str
    """The diagnosis rule that must come first: the root cause."""
    stage: Stage | None = Stage.HANDSHAKE
    """None where the instance itself sees no failure (a redirect that is not followed)."""
    cause: str | None = None
    """The failure's cause word; None where no exception is thrown (an HTTP status tells the story)."""
    java: tuple[str, ...] = ()
    """`class: message` of each throwable, outermost first; may hold `{host}` and `{port}`."""
    status_code: int = 0
    """`getStatusCode()` of the response."""
    log_status: int | None = -1
    """`response_status` of the outbound HTTP log row; None where no request was made, and so no row."""
    http_reply: str | None = None
    """A text that the provider's HTTP response contains."""
    presented: str | None = None
    """The identity whose certificate reached the provider; None: none did."""
    alert_sent: str | None = None
    """The fatal alert the provider sent."""
    alert_received: str | None = None
    """The fatal alert the instance sent."""
    connections: int = 1
    """TCP connections the call made (the HTTP client's retries)."""
    visits: bool = True
    """False where the call never reaches the provider."""

    def to_json(self) -> dict[str, Any]:
        """What is expected, for the reproduce document."""
        return {
            "stage": str(self.stage) if self.stage else None,
            "cause": self.cause,
            "java": list(self.java),
            "status_code": self.status_code,
            "log_status": self.log_status,
            "http_reply": self.http_reply,
            "presented": self.presented,
            "alert_sent": self.alert_sent,
            "alert_received": self.alert_received,
            "connections": self.connections,
            "finding": self.finding,
        }


@dataclass(frozen=True, slots=True)
class Variant:
    """Where the outcome differs: for a TLS version, an HTTP client, a Java, or from one release (to another)."""

    change: Mapping[str, Any]
    """Fields of `Expected` that differ."""
    tls: str | None = None
    http_client: str | None = None
    first_release: str | None = None
    last_release: str | None = None
    javas: Span = EVERY_JAVA

    def applies(self, release: str, tls: str) -> bool:
        """Whether this variant holds for the release (lower-case name) under that TLS version."""
        names = list(RELEASES)
        position = names.index(release)
        return (
            self.tls in (None, tls)
            and self.javas.covers(RELEASES[release].java)
            and self.http_client in (None, RELEASES[release].facts["http_client"].value)
            and (self.first_release is None or names.index(self.first_release) <= position)
            and (self.last_release is None or position <= names.index(self.last_release))
        )


@dataclass(frozen=True, slots=True)
class Scenario:
    """One entry of the catalogue."""

    id: str
    """A stable kebab-case name."""
    group: str
    title: str
    story: str
    """What happened, as one would tell it to a colleague: two to four sentences."""
    broken: LabSetup
    fixed: LabSetup
    fix: str
    """What was changed where, in words."""
    expected: Expected
    sources: tuple[Source, ...]
    variants: tuple[Variant, ...] = ()
    """Applied to `expected` in order."""
    release: str = "helsinki"
    """The release it runs on when none is asked for."""
    first_release: str = "fuji"
    last_release: str = "brazil"
    tls: tuple[str, ...] = TLS_VERSIONS
    kb: tuple[str, ...] = ()
    """KB articles that tell this story; `reproduce KBnnnnnnn` finds it by them."""
    before: tuple[LabSetup, ...] = field(default=())
    """Labs in which the same call is placed first, in order: what caches and pooled connections remember."""
    see_also: tuple[str, ...] = ()

    def outcome(self, release: str, tls: str) -> Expected:
        """What must happen on that release under that TLS version."""
        expected = self.expected
        for variant in self.variants:
            if variant.applies(release, tls):
                expected = replace(expected, **variant.change)
        return expected

    def runs_on(self, release: str) -> bool:
        """Whether the story can happen on that release."""
        names = list(RELEASES)
        return names.index(self.first_release) <= names.index(release) <= names.index(self.last_release)

    def twin(self, release: str, tls: str) -> str | None:
        """The release on which it runs under that TLS version: this one, or the first later one whose Java knows it.

        None where the story ends before there is one.
        """
        names = list(RELEASES)
        later = names[names.index(release) : names.index(self.last_release) + 1]
        return next((name for name in later if RELEASES[name].knows(tls)), None)

    def to_json(self) -> dict[str, Any]:
        """The catalogue's entry: everything but the labs."""
        return {
            "id": self.id,
            "group": self.group,
            "title": self.title,
            "story": self.story,
            "fix": self.fix,
            "kb": list(self.kb),
            "release": self.release,
            "releases": [self.first_release, self.last_release],
            "tls": list(self.tls),
            "expected": self.expected.to_json(),
            "sources": [source.to_json() for source in self.sources],
            "see_also": list(self.see_also),
        }
