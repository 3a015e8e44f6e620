"""The page of scenarios: every known way outbound mutual authentication fails, with its mend and its sources."""

from __future__ import annotations

from itertools import groupby

from docs.printing.markdown import NOTICE, anchor, code, table
from sn_mock.instance import RELEASES
from sn_mock.lab.scenarios import SCENARIOS, Expected, Scenario


def scenarios_page() -> str:
    """The catalogue in reading order."""
    overview = "\n".join(
        f"- **{group}**: " + ", ".join(f"[{one.id}](#{anchor(one.id)})" for one in members)
        for group, members in groupby(SCENARIOS.values(), key=lambda one: one.group)
    )
    sections = "\n".join(_section(scenario) for scenario in SCENARIOS.values())
    return (
        f"# Scenarios\n\n{NOTICE}\n"
        "Each runs a healthy lab with one defect, then the same lab mended: `sn-mock reproduce ID`, or a KB number.\n"
        f"What a broken call looks like differs by release and TLS version; shown is the scenario's own release.\n\n"
        f"{overview}\n\n{sections}"
    )


def _section(scenario: Scenario) -> str:
    span = f"{RELEASES[scenario.first_release].label} to {RELEASES[scenario.last_release].label}"
    rows = []
    for version in scenario.tls:
        expected = scenario.outcome(scenario.release, version)
        rows.append((version, str(expected.stage), _seen(expected), code(expected.finding)))
    sources = "\n".join(
        f"- {source.reference} ({source.evidence}){': ' + source.note if source.note else ''}"
        for source in scenario.sources
    )
    more = (
        f"See also: {', '.join(f'[{name}](#{anchor(name)})' for name in scenario.see_also)}.\n"
        if scenario.see_also
        else ""
    )
    return (
        f"## {scenario.id}\n\n**{scenario.title}.** {scenario.story}\n\n"
        f"*Mend:* {scenario.fix}\n\n"
        f"Runs on {RELEASES[scenario.release].label} (possible: {span}).\n\n"
        f"{table(('TLS', 'stage', 'what is seen', 'finding'), rows)}\n"
        f"{sources}\n{more}"
    )


def _seen(expected: Expected) -> str:
    lines = [code(text) for text in expected.java]
    if expected.http_reply is not None:
        lines.append(f"HTTP {expected.status_code}: {expected.http_reply}")
    elif not lines:
        lines.append(f"HTTP {expected.status_code}")
    lines.append(f"provider saw: {code(expected.presented) if expected.presented else 'no certificate'}")
    return "\n".join(lines)
