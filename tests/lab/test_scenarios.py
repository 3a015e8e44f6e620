"""The catalogue checks itself: ids, sources, references, and that every rule and known text is within reach."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

from sn_mock.diagnosis import RULES
from sn_mock.failure import MockUsageError
from sn_mock.instance import RELEASES
from sn_mock.java.exceptions.causes import CAUSES
from sn_mock.lab import scenarios
from sn_mock.lab.pki import IDENTITIES
from sn_mock.lab.scenarios import SCENARIOS, Scenario, catalogue, find
from sn_mock.lab.scenarios.contents import CHAPTERS

UNIT_TESTED = {
    "key-algorithm-unknown-to-java",
    "keystore-algorithm-unread",
    "keystore-password-not-ascii",
    "keystore-certificate-unreadable",
    "key-type-not-accepted",
    "key-cannot-sign",
    "provider-certificate-weak",
    "provider-chain-invalid",
    "provider-certificate-unreadable",
    "provider-breaks-tls",
    "no-route-to-host",
    "bad-http-response",
    "provider-requires-certificate",
    "provider-ends-handshake",
    "connection-type-not-http",
    "connection-without-url",
    "credential-type-unknown",
    "credential-missing",
    "external-credential-store",
    "credential-without-oauth-profile",
    "ws-security-profile-missing",
    "ws-security-nonce-replayed",
    "ws-security-refused",
    "mid-external-store",
    "outbound-policy-does-not-apply",
    "oauth-profile-missing",
    "oauth-provider-not-active",
    "token-url-missing",
    "token-needs-a-person",
    "grant-not-simulated",
    "token-request-profile-not-chosen",
}
"""Rules that no scenario of the lab shows first; tests/diagnosis/test_rules.py has a case for each, those of steps,
tokens and unread keystores are in tests/outbound/steps, tokens and credentials."""

OUTBOUND_ARTICLES = [
    "KB0546238",
    "KB0621614",
    "KB0639261",
    "KB0655967",
    "KB0659194",
    "KB0683345",
    "KB0691876",
    "KB0694711",
    "KB0696002",
    "KB0696599",
    "KB0696776",
    "KB0722835",
    "KB0744261",
    "KB0748183",
    "KB0760206",
    "KB0824494",
    "KB0827179",
    "KB0863673",
    "KB1217702",
    "KB1648222",
    "KB2466570",
    "KB2594372",
    "KB2712211",
    "KB2794513",
    "KB3029494",
    "KB3067060",
    "KB3067106",
    "KB3067152",
    "KB3067183",
]


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)
def test_an_entry_is_complete(scenario: Scenario) -> None:
    """Every scenario has a kebab-case id, a story, a fix, sources with evidence, and a root cause that is a rule."""
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", scenario.id)
    assert scenario.story.endswith((".", ":"))
    assert scenario.fix.endswith((".", ":", ")"))
    assert scenario.title
    assert all(source.reference and source.evidence for source in scenario.sources)
    assert all(re.fullmatch(r"KB\d{7}", number) for number in scenario.kb)
    assert scenario.expected.finding in {rule.id for rule in RULES}
    assert scenario.broken != scenario.fixed


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)
def test_every_outcome_is_made_of_known_words(scenario: Scenario) -> None:
    """On every release and TLS version a scenario declares a cause word that exists and an identity of the lab."""
    for release in filter(scenario.runs_on, RELEASES):
        for tls in scenario.tls:
            expected = scenario.outcome(release, tls)
            alert_words = {expected.alert_sent and expected.alert_sent.replace("_", "-"), None}
            assert expected.cause in {*CAUSES, *alert_words}
            assert expected.presented is None or expected.presented in IDENTITIES
            told = expected.java or expected.status_code or expected.log_status is None
            assert told, "a failure has a Java text or an HTTP status, or ends before any request"


def test_every_rule_is_somebodys_root_cause() -> None:
    """A rule that no scenario declares first would never be seen to work (or is tested by itself)."""
    declared = {scenario.expected.finding for scenario in SCENARIOS.values()}

    assert {rule.id for rule in RULES} - declared == UNIT_TESTED


def test_every_rule_says_how_to_confirm_it() -> None:
    """`explain` has something to look at for each rule, a sentence of its own."""
    told = [rule.confirm for rule in RULES]
    assert all(len(words.split()) > 2 for words in told)
    assert len(set(told)) == len(told)


@pytest.mark.parametrize("article", OUTBOUND_ARTICLES)
def test_every_article_about_outbound_calls_leads_to_a_scenario(article: str) -> None:
    """`reproduce KBnnnnnnn` finds something for each article that concerns outbound calls, in any letter case."""
    assert find(article)
    assert find(article.lower()) == find(article)


def test_a_misspelt_name_is_answered_with_a_near_one() -> None:
    """An unknown scenario is misuse; the message offers what was probably meant."""
    with pytest.raises(MockUsageError, match="wrong-default-keystore"):
        find("wrong-default-keystor")
    with pytest.raises(MockUsageError, match="sn-mock scenarios"):
        find("zzz")


def test_the_contents_are_those_of_the_chapters() -> None:
    """Each chapter's scenarios in their order, and no other chapter; an id leads to its own scenario."""
    folder = Path(scenarios.__file__).parent
    others = {"__init__", "contents", "model", "wording"}
    assert set(CHAPTERS) == {path.stem for path in folder.glob("*.py")} - others
    for chapter, ids in CHAPTERS.items():
        module = import_module(f"{scenarios.__name__}.{chapter}")
        assert ids.split() == [scenario.id for scenario in module.SCENARIOS], chapter
    assert [SCENARIOS[name].id for name in SCENARIOS] == list(SCENARIOS)
    assert "no-such-scenario" not in SCENARIOS


def test_the_catalogue_prints_as_json() -> None:
    """One object per scenario, with the keys that tools read."""
    entries = catalogue()

    assert [entry["id"] for entry in entries] == list(SCENARIOS)
    assert {"id", "group", "title", "story", "fix", "kb", "release", "tls", "expected", "sources"} <= set(entries[0])
