"""The page of diagnosis rules: root causes, how each is told, and what to change where."""

from __future__ import annotations

from html import escape

from docs.printing.markdown import NOTICE, anchor, table
from sn_mock.diagnosis import RULES
from sn_mock.diagnosis.rule import Rule
from sn_mock.lab.scenarios import SCENARIOS


def rules_page() -> str:
    """Every rule in the order in which they are asked."""
    shown_by: dict[str, list[str]] = {}
    for scenario in SCENARIOS.values():
        for version in scenario.tls:
            names = shown_by.setdefault(scenario.outcome(scenario.release, version).finding, [])
            if scenario.id not in names:
                names.append(scenario.id)
    rows = [(f"[{rule.id}](#{anchor(rule.id)})", rule.title, str(rule.stage), _when(rule)) for rule in RULES]
    sections = "\n".join(_section(rule, shown_by.get(rule.id, [])) for rule in RULES)
    return (
        f"# Diagnosis rules\n\n{NOTICE}\n"
        "After a call every rule whose symptom fits is asked, in this order: the more specific before the more\n"
        "general. The first finding is the root cause. Words in angle brackets stand for the case's own values.\n\n"
        + table(("rule", "root cause", "stage", "asked"), rows)
        + f"\n{sections}"
    )


def _plain(words: str) -> str:
    """Words in angle brackets stay words: Markdown would take them for tags."""
    return escape(words, quote=False)


def _when(rule: Rule) -> str:
    early = "before a call a hint" if rule.hint else "before a call too"
    return early if rule.before_call else "after a call"


def _section(rule: Rule, scenarios: list[str]) -> str:
    seen = ", ".join(f"[{name}](scenarios.md#{anchor(name)})" for name in scenarios)
    shown = f"Shown by: {seen}.\n\n" if seen else ""
    return (
        f"## {rule.id}\n\n**{rule.title}.**\n\n*Look at:* {_plain(rule.confirm)}.\n\n"
        f"*Change:* {_plain(rule.change)}\n\n{shown}"
        f"Source: {rule.source} ({rule.evidence}).\n"
    )
