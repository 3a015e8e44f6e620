"""Every scenario of the catalogue happens as declared, and its fix mends it."""

from __future__ import annotations

import pytest

from sn_mock.diagnosis import diagnose
from sn_mock.diagnosis.texts.index import load
from sn_mock.lab.lab import Lab, Providers
from sn_mock.lab.runner import reproduce
from sn_mock.lab.scenarios import SCENARIOS
from tests.lab.printing import missing

STORIES = {story.scenario: story for story in load().stories}


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_breaks_and_mends_as_declared(name: str, providers: Providers) -> None:
    """Under each of its TLS versions: stage, Java text, statuses, connections, both alerts, the certificate the
    provider saw, and the first finding are as declared; the fixed twin succeeds and no rule fires on it. What
    `explain` offers the scenario for, one of these runs prints."""
    scenario = SCENARIOS[name]
    runs = {tls: reproduce(scenario, tls=tls, providers=providers) for tls in scenario.tls}

    assert {tls: run.differences for tls, run in runs.items() if not run.reproduced} == {}
    assert missing(STORIES[name], "", runs.values()) == []


ONLY_THE_PROVIDER_KNOWS = {
    "renewed-certificate-not-imported": "that it pins another certificate",
    "application-forbids-subject": "that the subject is not on its list",
    "api-gateway-forbidden": "that its 403 is about the certificate: a missing API key gets the same",
    "application-gateway-bad-request": "that its 400 is about the certificate: a broken request gets the same",
    "ws-security-both-wanted": "that a user name is missing; the fault is the one for an algorithm that is not allowed",
    "ws-security-header-stripped": "that no header arrived; the fault is the one for an algorithm that is not allowed",
    "middleware-not-imported": "under TLS 1.3, that it closed because of the certificate",
}
"""Scenarios whose root cause cannot be told from the instance's side alone, and what only the provider knows."""


@pytest.mark.parametrize("name", [name for name in SCENARIOS if name not in ONLY_THE_PROVIDER_KNOWS])
def test_the_instance_side_alone_names_the_root_cause(name: str, providers: Providers) -> None:
    """Without the provider's visit, as for a real endpoint, the first finding still is the declared root cause."""
    scenario = SCENARIOS[name]
    with Lab(scenario=scenario, providers=providers) as lab:
        for earlier in scenario.before:
            lab.change(earlier)
            lab.call()
        lab.change(scenario.broken)
        exchange, _ = lab.call()
        findings = diagnose(exchange, lab.instance)

    assert [finding.rule for finding in findings][:1] == [scenario.expected.finding]
