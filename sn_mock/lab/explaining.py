"""`explain` with the catalogue behind it: what the scenarios declare, and how provider stacks word a refusal."""

from __future__ import annotations

from functools import cache

from provider_stub.refusals.causes import Cause
from provider_stub.refusals.personality import PERSONALITIES, HttpAnswer, SendAlert
from sn_mock import diagnosis
from sn_mock.diagnosis.explaining import Explanation, Story, Wording
from sn_mock.instance import RELEASES
from sn_mock.lab.scenarios import SCENARIOS, Scenario


def explain(text: str) -> Explanation:
    """What a line of a ticket, a stack trace or a log means: causes ranked, the scenarios that produce it."""
    return diagnosis.explain(text, stories(), wordings())


@cache
def stories() -> tuple[Story, ...]:
    """Every scenario's declared texts, over all releases and TLS versions it can happen on."""
    return tuple(Story(scenario.id, scenario.expected.finding, _texts(scenario)) for scenario in SCENARIOS.values())


def _texts(scenario: Scenario) -> tuple[str, ...]:
    texts: dict[str, None] = {}
    for release in RELEASES:
        if scenario.runs_on(release):
            for tls in scenario.tls:
                outcome = scenario.outcome(release, tls)
                texts.update(dict.fromkeys(outcome.java[:1]))
                if outcome.http_reply:
                    texts[outcome.http_reply] = None
    return tuple(texts)


@cache
def wordings() -> tuple[Wording, ...]:
    """How each provider stack tells each cause of refusal."""
    found: dict[Wording, None] = {}
    for personality in PERSONALITIES.values():
        for cause in Cause:
            outcome = personality.outcome(cause)
            if isinstance(outcome, SendAlert):
                texts = {outcome.tls12.name.lower(), outcome.tls13.name.lower()}
            elif isinstance(outcome, HttpAnswer):
                texts = {outcome.title}
            else:
                continue
            for text in sorted(texts):
                found[Wording(text, personality.title, str(cause), personality.evidence)] = None
    return tuple(found)
