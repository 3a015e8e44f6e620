"""How sure we are of a fact, and where it comes from.

Everything sn-mock claims about ServiceNow or Java carries one of four marks, and the surfaces show it:
a guess sold as a fact would be worse than a missing feature.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Generic, TypeVar

from guarded.values import dataclass

T = TypeVar("T", covariant=True)


class Evidence(StrEnum):
    """The four degrees of certainty, strongest first, and the user's word on their own instance."""

    MEASURED = "MEASURED"
    """Seen on a real JVM or a real TLS stack, and repeatable with `make parity`."""
    DOCUMENTED = "DOCUMENTED"
    """Stated by ServiceNow (docs page, KB article, release note) or by a specification."""
    REPORTED = "REPORTED"
    """Told by users of real instances; often a single source."""
    ASSUMED = "ASSUMED"
    """Our inference; the source says from what."""
    OVERRIDE = "OVERRIDE"
    """Set by the user for one instance (`[quirks]`); never in the tables."""


@dataclass(frozen=True, slots=True)
class Fact(Generic[T]):
    """A value together with how we know it."""

    value: T
    evidence: Evidence
    source: str
    """A KB number, docs page, RFC section, release note, public URL, or "measured on JDK N"."""

    @property
    def told(self) -> str:
        """`value (EVIDENCE: source)`, with the value as a record has it."""
        return f"{worded(self.value)} ({self.evidence}: {self.source})"


def overrides(told: Mapping[str, str]) -> Mapping[str, str]:
    """Of facts as they were told, those that the user set for this instance: name to the bare value."""
    end = f" ({Evidence.OVERRIDE}: "
    return {name: text.partition(end)[0] for name, text in told.items() if end in text}


def worded(value: object) -> str:
    """A fact's value in the words of records: `true`, and lists with commas."""
    if isinstance(value, bool):
        return str(value).lower()
    return ", ".join(map(str, value)) if isinstance(value, tuple | list) else str(value)
