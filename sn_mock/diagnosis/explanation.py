"""What `explain` answers: the parts of a text that are known, the causes, and what is still to be found out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from guarded.values import dataclass
from sn_mock.diagnosis.reading.sides import Side
from sn_mock.diagnosis.texts.index import Wording


@dataclass(frozen=True, slots=True)
class Understood:
    """A part of the text that is known."""

    quote: str
    means: str
    side: Side
    """Whose log the line stands in."""
    place: str
    """On whose side such a line is found."""
    source: str
    evidence: str
    advice: str = ""

    def to_json(self) -> dict[str, Any]:
        """All fields."""
        return {
            "quote": self.quote,
            "means": self.means,
            "side": str(self.side),
            "place": self.place,
            "source": self.source,
            "evidence": self.evidence,
            "advice": self.advice,
        }


@dataclass(frozen=True, slots=True)
class Run:
    """A scenario of the catalogue, as `sn-mock reproduce` takes it."""

    scenario: str
    release: str = ""
    """What has to be asked for; "" where nothing has."""

    @property
    def command(self) -> str:
        """What to type."""
        return " ".join(("sn-mock reproduce", self.scenario, *(("--release", self.release) if self.release else ())))


@dataclass(frozen=True, slots=True)
class LikelyCause:
    """A root cause that fits the text."""

    rule: str
    title: str
    stage: str
    confirm: str
    """What to look at to know that it is this one, and none of the others."""
    fix: str
    source: str
    reproduce: tuple[Run, ...]
    """The runs that print this very text for this cause."""
    similar: tuple[str, ...]
    """Further scenarios of the cause: they print other texts."""
    placeholders: Mapping[str, str]
    """What the `<words>` in the remedy stand for."""

    @property
    def scenarios(self) -> tuple[str, ...]:
        """All of them, those that print the text first."""
        return (*(run.scenario for run in self.reproduce), *self.similar)

    def to_json(self) -> dict[str, Any]:
        """All fields."""
        return {
            "rule": self.rule,
            "title": self.title,
            "stage": self.stage,
            "confirm": self.confirm,
            "fix": self.fix,
            "source": self.source,
            "scenarios": list(self.scenarios),
            "produced_by_catalogue": bool(self.reproduce),
            "reproduce": [run.command for run in self.reproduce],
            "similar": list(self.similar),
            "placeholders": dict(self.placeholders),
        }


@dataclass(frozen=True, slots=True)
class Explanation:
    """What is known of a text."""

    text: str
    """The text, or the beginning of a long one."""
    side: Side
    """Whose log it is."""
    written_by: tuple[str, ...]
    """Programs that write so, the surest first."""
    certain: bool
    """True where the side is known and one cause alone is left."""
    understood: tuple[Understood, ...]
    causes: tuple[LikelyCause, ...]
    """Most likely first."""
    readings: Mapping[Side, tuple[str, ...]]
    """Where the side cannot be known: the causes by the side it could be; empty otherwise."""
    ruled_out: Mapping[str, str]
    """Causes that the text itself rules out, and by what."""
    wordings: tuple[Wording, ...]
    """Provider stacks that say it so."""
    collect: tuple[str, ...]
    """What to look for next, where the text does not settle it."""
    left_out: tuple[str, ...]
    """What of the input was not judged."""
    did_you_mean: str = ""
    """The words that were judged instead, where the text itself is one slip away from known words."""

    @property
    def known(self) -> bool:
        """False where nothing of the text is known."""
        return bool(self.understood or self.causes)

    def to_json(self) -> dict[str, Any]:
        """The explanation as one document."""
        return {
            "text": self.text,
            "known": self.known,
            "side": str(self.side),
            "written_by": list(self.written_by),
            "certain": self.certain,
            "did_you_mean": self.did_you_mean,
            "understood": [one.to_json() for one in self.understood],
            "causes": [cause.to_json() for cause in self.causes],
            "readings": {str(side): list(rules) for side, rules in self.readings.items()},
            "ruled_out": dict(self.ruled_out),
            "collect": list(self.collect),
            "left_out": list(self.left_out),
            "provider_stacks": [
                {"text": one.text, "stack": one.stack, "cause": one.cause, "evidence": one.evidence}
                for one in self.wordings
            ],
        }
