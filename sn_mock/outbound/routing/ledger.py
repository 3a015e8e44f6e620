"""`Ledger`: keeps account of the decisions of one call, each with the evidence it rests on."""

from __future__ import annotations

from typing import Any

from sn_mock.evidence import Evidence, Fact
from sn_mock.exchange import Decision
from sn_mock.instance import Instance
from sn_mock.java.lang import jdk
from sn_mock.java.lang.jdk import Jdk


class Ledger:
    """Reads release facts and properties of one instance and remembers which were asked for, and why."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.decisions: list[Decision] = []
        self.facts: dict[str, str] = {}

    def fact(self, name: str) -> Any:
        """The value of a release fact; the call then rests on it."""
        fact = self.instance.fact(name)
        self.facts[name] = fact.told
        return fact.value

    def java(self) -> Jdk:
        """The instance's Java; the call then rests on that fact."""
        return jdk.named(self.fact("java"))

    def decided(self, fact: str, sentence: str) -> None:
        """Note a decision that a release fact forces."""
        grounds = self.instance.fact(fact)
        self.note(fact, grounds.value, sentence, grounds)

    def note(self, about: str, outcome: Any, sentence: str, grounds: Fact[Any]) -> None:
        """Note a decision of records, script or URL, its outcome, and the grounds for it."""
        self.decisions.append(Decision(about, outcome, f"{sentence} [{grounds.evidence}: {grounds.source}]"))

    def flag(self, name: str, default: bool) -> bool:
        """A true/false system property as ServiceNow reads it: only the text `true` is true."""
        value = self.instance.property(name)
        return default if value is None or not value.strip() else value.strip().lower() == "true"

    def number(self, name: str, default: int) -> int:
        """A whole-number system property; what is not a number counts as not set."""
        value = (self.instance.property(name) or "").strip()
        return int(value) if value.isascii() and value.isdigit() else default


RECORD = Fact("", Evidence.DOCUMENTED, "the instance's own records")
"""Grounds of a decision that the records alone make."""
