"""The page of releases: what each one does, since when, and how we know."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docs.printing.markdown import NOTICE, code, table
from sn_mock.evidence import Fact, worded
from sn_mock.instance.release_facts import FACTS
from sn_mock.instance.release_notes import RELEASE_NOTES
from sn_mock.instance.releases import RELEASES
from sn_mock.received import Report, behind


def releases_page(reports: Sequence[Report] | None = None) -> str:
    """Every fact with the releases in which it changed; `reports` are those received, unless told."""
    names = ", ".join(code(name) for name in RELEASES)
    sections = "\n".join(
        f"## {name}\n\n{definition.meaning}\n\n{table(_HEAD, _changes(name, reports))}"
        for name, definition in FACTS.items()
    )
    return (
        f"# Releases\n\n{NOTICE}\n"
        "What sn-mock holds true of each release. A row says from which release on a value holds;\n"
        "it stays until the next row. The last column counts the reports from real instances behind a row; yours is\n"
        "[welcome](how-to/send-evidence.md). Marks are explained in [architecture.md](architecture.md#evidence).\n"
        "Where your instance differs, put the fact's name and your value under `[quirks]` in its `instance.toml`.\n\n"
        f"Releases, oldest first: {names}.\n\n{sections}"
        f"\n## Remarks\n\nWhat else is public about a release; nothing here depends on it.\n\n"
        + table(("release", "remark", "evidence", "source"), _remarks())
    )


def _remarks() -> list[tuple[str, str, str, str]]:
    return [(RELEASES[note.release].label, note.what, str(note.evidence), note.source) for note in RELEASE_NOTES]


_HEAD = ("from", "value", "evidence", "source", "reports")


def _changes(name: str, reports: Sequence[Report] | None) -> list[tuple[str, str, str, str, str]]:
    rows: list[tuple[str, Fact[Any], list[str]]] = []
    for release in RELEASES.values():
        fact = release.facts[name]
        if not rows or fact != rows[-1][1]:
            rows.append((release.label, fact, []))
        rows[-1][2].append(release.name)
    return [
        (label, code(worded(fact.value)), str(fact.evidence), fact.source, behind(f"fact {name}", held, reports))
        for label, fact, held in rows
    ]
