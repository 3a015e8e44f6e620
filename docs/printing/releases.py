"""The page of releases: what each one does, since when, and how we know."""

from __future__ import annotations

from typing import Any

from docs.printing.markdown import NOTICE, code, table
from sn_mock.evidence import Fact
from sn_mock.instance.release_facts import FACTS
from sn_mock.instance.release_notes import RELEASE_NOTES
from sn_mock.instance.releases import RELEASES


def releases_page() -> str:
    """Every fact with the releases in which it changed."""
    names = ", ".join(code(name) for name in RELEASES)
    sections = "\n".join(
        f"## {name}\n\n{definition.meaning}\n\n{table(('from', 'value', 'evidence', 'source'), _changes(name))}"
        for name, definition in FACTS.items()
    )
    return (
        f"# Releases\n\n{NOTICE}\n"
        "What sn-mock holds true of each release. A row says from which release on a value holds;\n"
        "it stays until the next row. Evidence marks are explained in [architecture.md](architecture.md#evidence).\n"
        "Where your instance differs, put the fact's name and your value under `[quirks]` in its `instance.toml`.\n\n"
        f"Releases, oldest first: {names}.\n\n{sections}"
        f"\n## Remarks\n\nWhat else is public about a release; nothing here depends on it.\n\n"
        + table(("release", "remark", "evidence", "source"), _remarks())
    )


def _remarks() -> list[tuple[str, str, str, str]]:
    return [(RELEASES[note.release].label, note.what, str(note.evidence), note.source) for note in RELEASE_NOTES]


def _changes(name: str) -> list[tuple[str, str, str, str]]:
    rows = []
    before: Fact[Any] | None = None
    for release in RELEASES.values():
        fact = release.facts[name]
        if fact != before:
            rows.append((release.label, code(show(fact.value)), str(fact.evidence), fact.source))
        before = fact
    return rows


def show(value: Any) -> str:
    """A fact's value as it is written in an instance file."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return ", ".join(value)
    return str(value)
