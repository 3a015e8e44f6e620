"""The index: rules, scenarios and Java texts in the short form that `explain` needs, as one JSON file.

It is printed from the tables in the code (`make docs`), so that one line is explained without loading them all; a test
compares it with them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from guarded.values import dataclass

FILE = Path(__file__).with_name("index.json")


@dataclass(frozen=True, slots=True)
class RuleWords:
    """A rule, as far as it can be told without a case."""

    id: str
    title: str
    stage: str
    confirm: str
    """What to look at to know that it is this one."""
    fix: str
    """The remedy; what only a case could fill in stands as `<word>`."""
    source: str


@dataclass(frozen=True, slots=True)
class Told:
    """A line that a scenario prints, and where."""

    text: str
    """Java's line (`class: message`), or a text of the provider's answer; `{host}` and `{port}` stand for anything."""
    release: str
    """The release that has to be asked for; "" where the scenario prints it without being asked."""


@dataclass(frozen=True, slots=True)
class Story:
    """What a scenario declares, as far as a line of text can show it."""

    scenario: str
    rule: str
    texts: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Wording:
    """A provider stack that words a cause in a certain way."""

    text: str
    """An alert's name, or a text of its answer."""
    stack: str
    cause: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Index:
    """All of it."""

    rules: Mapping[str, RuleWords]
    stories: tuple[Story, ...]
    wordings: tuple[Wording, ...]
    java_texts: tuple[tuple[str, str], ...]
    """Text template and cause word."""
    keystore_texts: tuple[str, ...]
    """`Class: message` of what the keystore readers throw; `{}` stands for a value."""

    def to_json(self) -> dict[str, Any]:
        """The index as it stands in the file."""
        return {
            "rules": [[one.id, one.title, one.stage, one.confirm, one.fix, one.source] for one in self.rules.values()],
            "stories": [
                [one.scenario, one.rule, [[told.text, told.release] for told in one.texts]] for one in self.stories
            ],
            "wordings": [[one.text, one.stack, one.cause, one.evidence] for one in self.wordings],
            "java_texts": [list(pair) for pair in self.java_texts],
            "keystore_texts": list(self.keystore_texts),
        }


@cache
def load() -> Index:
    """The index from its file."""
    raw = json.loads(FILE.read_text(encoding="utf-8"))
    return Index(
        rules={row[0]: RuleWords(*row) for row in raw["rules"]},
        stories=tuple(
            Story(scenario, rule, tuple(Told(*pair) for pair in texts)) for scenario, rule, texts in raw["stories"]
        ),
        wordings=tuple(Wording(*row) for row in raw["wordings"]),
        java_texts=tuple((said, cause) for said, cause in raw["java_texts"]),
        keystore_texts=tuple(raw["keystore_texts"]),
    )


def print_to(index: Index) -> str:
    """The text of the file, one row a line."""
    parts = []
    for key, rows in index.to_json().items():
        lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        parts.append(f"{json.dumps(key)}: [\n{lines}\n]")
    return "{\n" + ",\n".join(parts) + "\n}\n"
