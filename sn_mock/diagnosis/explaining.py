"""`explain`: from a line of a ticket to the causes that produce it, ranked, with what would tell them apart.

Two things are looked up: the table of known texts, and what the catalogue's scenarios declare (handed in by the lab,
which knows them). A text that neither knows is said to be unknown.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sn_mock.diagnosis.confirming import CONFIRM
from sn_mock.diagnosis.known_texts import KNOWN_TEXTS, KnownText
from sn_mock.diagnosis.rules import RULES

_BY_ID = {rule.id: rule for rule in RULES}
_CATALOGUE_WEIGHT = 2.0
"""What it counts that the catalogue produces a text for a cause, however many scenarios do."""
_MANY = 5
_LONGEST_INPUT = 200_000
"""Characters that are read of a log; the rest is left out."""
_QUOTE = 160


@dataclass(frozen=True, slots=True)
class Story:
    """What a scenario declares, as far as a line of text can show it."""

    scenario: str
    rule: str
    texts: tuple[str, ...]
    """Java's lines (`class: message`), or a text of the provider's answer; `{host}` and `{port}` stand for anything."""


@dataclass(frozen=True, slots=True)
class Wording:
    """A provider stack that words a cause in a certain way."""

    text: str
    """An alert's name, or a text of its answer."""
    stack: str
    cause: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Understood:
    """A part of the text that is known."""

    quote: str
    means: str
    place: str
    source: str
    evidence: str
    advice: str = ""

    def to_json(self) -> dict[str, Any]:
        """All fields."""
        return {
            "quote": self.quote,
            "means": self.means,
            "place": self.place,
            "source": self.source,
            "evidence": self.evidence,
            "advice": self.advice,
        }


@dataclass(frozen=True, slots=True)
class LikelyCause:
    """A root cause that fits the text."""

    rule: str
    title: str
    stage: str
    confirm: str
    """What to look at to know that it is this one."""
    fix: str
    source: str
    scenarios: tuple[str, ...]
    """Scenarios of the catalogue that produce this text for this cause; then those of the cause at large."""
    produced: bool
    """True where a scenario of this cause produces exactly this text."""

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
            "produced_by_catalogue": self.produced,
        }


@dataclass(frozen=True, slots=True)
class Explanation:
    """What is known of a text."""

    text: str
    understood: tuple[Understood, ...]
    causes: tuple[LikelyCause, ...]
    """Most likely first."""
    wordings: tuple[Wording, ...]
    """Provider stacks that say it so."""

    @property
    def known(self) -> bool:
        """False where nothing of the text is known."""
        return bool(self.understood or self.causes)

    def to_json(self) -> dict[str, Any]:
        """The explanation as one document."""
        return {
            "text": self.text,
            "known": self.known,
            "understood": [one.to_json() for one in self.understood],
            "causes": [cause.to_json() for cause in self.causes],
            "provider_stacks": [
                {"text": one.text, "stack": one.stack, "cause": one.cause, "evidence": one.evidence}
                for one in self.wordings
            ],
        }


def explain(text: str, stories: Sequence[Story] = (), wordings: Sequence[Wording] = ()) -> Explanation:
    """What a line (or a stack trace, a debug log, a log row) means. Pure."""
    text = text[:_LONGEST_INPUT]
    rows = [(row, match) for row in KNOWN_TEXTS if (match := row.pattern.search(text))]
    told = [story for story in stories if _tells(story, text)]
    scores: dict[str, float] = defaultdict(float)
    for row, _ in rows:
        for position, rule in enumerate(row.rules):
            scores[rule] += row.weight / (1 + position / 2)
    for rule, times in Counter(story.rule for story in told).items():
        scores[rule] += _CATALOGUE_WEIGHT + min(times, _MANY) / 10
    order = sorted(scores, key=lambda rule: -scores[rule])
    by_rule: dict[str, list[str]] = defaultdict(list)
    for story in stories:
        if story.scenario not in by_rule[story.rule]:
            by_rule[story.rule].append(story.scenario)
    return Explanation(
        text=text,
        understood=tuple(
            _understood(row, match, text) for row, match in sorted(rows, key=lambda pair: -pair[0].weight)
        ),
        causes=tuple(_cause(rule, told, by_rule[rule]) for rule in order),
        wordings=tuple(dict.fromkeys(one for one in wordings if _whole(one.text).search(text))),
    )


def _understood(row: KnownText, match: re.Match[str], text: str) -> Understood:
    begin = text.rfind("\n", 0, match.start()) + 1
    end = text.find("\n", match.end())
    line = text[begin : end if end >= 0 else len(text)].strip()
    quote = line if len(line) <= _QUOTE else match[0][:_QUOTE]
    return Understood(quote, row.means, row.place, row.source, str(row.evidence), row.advice)


def _cause(rule_id: str, told: Iterable[Story], others: Iterable[str]) -> LikelyCause:
    rule = _BY_ID[rule_id]
    producing = tuple(dict.fromkeys(story.scenario for story in told if story.rule == rule_id))
    return LikelyCause(
        rule=rule.id,
        title=rule.title,
        stage=str(rule.stage),
        confirm=CONFIRM[rule.id],
        fix=rule.change,
        source=rule.source,
        scenarios=tuple(dict.fromkeys((*producing, *others))),
        produced=bool(producing),
    )


def _tells(story: Story, text: str) -> bool:
    return any(_as_pattern(line).search(text) for line in story.texts)


@lru_cache(maxsize=256)
def _whole(words: str) -> re.Pattern[str]:
    """These words, not as part of longer ones."""
    return re.compile(rf"(?<!\w){re.escape(words)}(?!\w)", re.IGNORECASE)


@lru_cache(maxsize=1024)
def _as_pattern(line: str) -> re.Pattern[str]:
    """A declared line as it may stand in a log: with or without the class, with any host and port."""
    class_name, separator, message = line.partition(": ")
    wanted = message if separator and message.strip("{}") not in ("host", "") else class_name
    pattern = re.escape(wanted)
    for name in ("host", "port", "scheme"):
        pattern = pattern.replace(re.escape("{" + name + "}"), r"[^\s'/]+")
    return re.compile(re.sub(r"\\?\d+(?:\\?\ )?ms", r"\\d+ ms", pattern) + r"(?![\w-])", re.IGNORECASE)
