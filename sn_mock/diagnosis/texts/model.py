"""A known text: the phrases by which it is met, and what it means on whose side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import IntEnum

from guarded.values import dataclass
from sn_mock.diagnosis.reading.sides import Side
from sn_mock.diagnosis.reading.words import phrase
from sn_mock.evidence import Evidence


class Weight(IntEnum):
    """How much a text says. Where a heavier one is met, the lighter ones name no cause."""

    STATUS = 1
    """An HTTP status by its number: whatever stands beside it says more."""
    VAGUE = 2
    """Something failed, and the reason stands elsewhere."""
    PLAIN = 3
    """What happened, with several causes."""
    EXACT = 4
    """What happened, and nearly why."""
    VERDICT = 5
    """The one who decided says why."""


@dataclass(frozen=True, slots=True)
class KnownText:
    """One line, or a family of lines that mean the same."""

    phrases: tuple[tuple[str, ...], ...]
    """Any of them is the text (`reading.words.phrase`)."""
    means: str
    causes: Mapping[Side, tuple[str, ...]]
    """Side of the line to causes, the most likely first. `Side.UNKNOWN` stands for any side without an entry."""
    source: str
    evidence: Evidence
    weight: Weight
    advice: str = ""
    """What to do where a cause alone does not tell."""
    whole: bool = False
    """True where the text counts only as the whole of a line: a bare name that is a common word elsewhere."""

    @property
    def place(self) -> str:
        """On whose side such a line is found."""
        return " or ".join(str(side) for side in self.causes if side is not Side.UNKNOWN) or "any log"

    def causes_at(self, side: Side) -> tuple[str, ...]:
        """The causes of such a line on that side; () where it names none there."""
        return self.causes.get(side, self.causes.get(Side.UNKNOWN, ()))


SILENT = "-"
"""Stands for: on that side, the text names no cause."""
NONE: Mapping[Side, tuple[str, ...]] = {Side.UNKNOWN: ()}
DOCUMENTED, MEASURED, REPORTED, ASSUMED = Evidence.DOCUMENTED, Evidence.MEASURED, Evidence.REPORTED, Evidence.ASSUMED


def text(
    phrases: str,
    means: str,
    *,
    any_side: str = "",
    instance: str = "",
    provider: str = "",
    tool: str = "",
    source: str,
    evidence: Evidence = MEASURED,
    weight: Weight = Weight.EXACT,
    advice: str = "",
    whole: bool = False,
) -> KnownText:
    """A row. Phrases are separated by ` | `; causes by blanks, and a side without any names none."""
    causes: dict[Side, tuple[str, ...]] = {}
    if any_side:
        causes[Side.UNKNOWN] = tuple(any_side.split())
    for side, said in ((Side.INSTANCE, instance), (Side.PROVIDER, provider), (Side.TOOL, tool)):
        if said:
            causes[side] = () if said == SILENT else tuple(said.split())
    rows = tuple(filter(None, (phrase(one) for one in phrases.split(" | "))))
    return KnownText(rows, means, causes or NONE, source, evidence, weight, advice, whole)


@dataclass(frozen=True, slots=True)
class OwnCause:
    """A cause that no rule of `RULES` finds, as it lies outside the records and the exchange."""

    id: str
    title: str
    stage: str
    confirm: str
    fix: str
    source: str
    evidence: Evidence = Evidence.DOCUMENTED


@dataclass(frozen=True, slots=True)
class Fact:
    """What a line proves, and the causes that it rules out."""

    name: str
    phrases: tuple[tuple[str, ...], ...]
    sides: frozenset[Side] = field(default_factory=lambda: frozenset(Side))
    rules_out: tuple[str, ...] = ()
    """These are guesses no longer; a text that names one of them first keeps it."""
    disproves: tuple[str, ...] = ()
    """A text that names one of these first is disproved: none of them is left of it."""


@dataclass(frozen=True, slots=True)
class Witness:
    """What is known beside the text, from somebody who saw the connection itself."""

    side: Side
    """Whose words the text is in."""
    facts: tuple[Fact, ...] = ()
    blamed: tuple[str, ...] = ()
    """Causes that were seen; they stand before all that the text alone could name."""


NOTHING_SENT = (
    "client-ca-not-advertised mutual-auth-off keystore-without-key reply-under-other-alias client-chain-incomplete "
    "profile-not-chosen mutual-auth-on-wrong-record scheme-not-rewritten mid-server-without-mutual-auth "
    "profile-without-keystore key-type-not-accepted provider-requires-certificate web-server-certificate-imported"
)
"""Why a provider that wants a client certificate gets none."""
CA_UNKNOWN = "client-ca-unknown self-signed-client-certificate client-chain-incomplete"
"""Why a provider finds no issuer of the client certificate."""
REFUSED_SILENTLY = (
    "client-certificate-expired client-ca-unknown client-certificate-purpose client-certificate-not-yet-valid "
    "client-ca-not-advertised"
)
"""What may be wrong with the client certificate where a provider ends the connection without a word; under TLS 1.3
also after the handshake."""
PROVIDER_UNTRUSTED = "provider-not-trusted provider-chain-incomplete trusted-certificate-inactive"
"""Why the instance finds no issuer of the provider's certificate."""
