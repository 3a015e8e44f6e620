"""The catalogue: every known way a call fails, run at the press of a button: the broken call, then the mended one."""

from __future__ import annotations

from itertools import groupby

from sn_mock.instance import RELEASES
from sn_mock.lab import reproduce
from sn_mock.lab.runner import Side
from sn_mock.lab.scenarios import SCENARIOS, Scenario
from sn_mock.live.console.asked import Answer, Asked, NotThereError, Page, Seen
from sn_mock.live.console.desk.desk import Desk
from sn_mock.report import Chapter, chapter_html


def catalogue_page(asked: Asked) -> Answer:
    """`/scenarios`, narrowed by `?words=`."""
    words = asked.query.get("words", "")
    found = [one for one in SCENARIOS.values() if _has(one, words.lower().split())]
    groups = [(group, list(members)) for group, members in groupby(found, key=lambda one: one.group)]
    return Page("scenarios.html", {"groups": groups, "words": words, "total": len(found)})


def _has(scenario: Scenario, words: list[str]) -> bool:
    told = " ".join((scenario.id, scenario.title, scenario.group, scenario.expected.finding, *scenario.kb)).lower()
    return all(word in told for word in words)


def scenario_page(desk: Desk, asked: Asked) -> Answer:
    """`/scenarios/<id>`; with `?run=` the two calls of a run."""
    scenario = _scenario(asked)
    run = desk.runs.get(asked.query.get("run", ""))
    told = None
    if run is not None and run.scenario.id == scenario.id:
        told = [
            (name, chapter_html(Chapter(side.exchange, side.visit, f"{title} on {_label(side)}, {run.tls}"), name))
            for name, title, side in (
                ("broken", "The broken call", run.broken),
                ("fixed", "The call mended", run.fixed),
            )
        ]
    release = run.release if run and told else scenario.release
    version = run.tls if run and told else _version(scenario, release)
    return Page(
        "scenario.html",
        {
            "scenario": scenario,
            "release": release,
            "version": version,
            "outcome": scenario.outcome(release, version),
            "releases": [one for one in RELEASES.values() if scenario.runs_on(one.name)],
            "run": run if told else None,
            "told": told,
        },
    )


def _label(side: Side) -> str:
    return RELEASES[side.exchange.release].label


def run_scenario(desk: Desk, asked: Asked) -> Answer:
    """Run it; the result has an address while the console runs."""
    scenario = _scenario(asked)
    release = asked.form.get("release") or None
    tls = asked.form.get("tls", "").removeprefix("TLSv") or None
    outcome = reproduce(scenario, release, tls)
    return Seen(f"/scenarios/{scenario.id}?run={desk.runs.keep(outcome)}")


def _version(scenario: Scenario, release: str) -> str:
    """The newest TLS version that the story knows and the release's Java speaks."""
    spoken = [one for one in scenario.tls if RELEASES[release].knows(one)]
    return (spoken or list(scenario.tls))[-1]


def _scenario(asked: Asked) -> Scenario:
    found = SCENARIOS.get(asked.path["id"])
    if found is None:
        raise NotThereError(f"the catalogue has no {asked.path['id']}")
    return found
