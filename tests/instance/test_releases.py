"""Releases are a complete table of facts, each with evidence and a public source."""

from __future__ import annotations

import pytest

from sn_mock.evidence import Evidence
from sn_mock.failure import MockUsageError
from sn_mock.instance import NEWEST, RELEASES, SYSTEM_PROPERTIES, Instance
from sn_mock.instance.release_facts import FACTS
from sn_mock.instance.release_notes import RELEASE_NOTES
from sn_mock.instance.releases import release


def test_releases_in_order() -> None:
    """Every release from Eureka to Brazil is there, oldest first."""
    assert [entry.label for entry in RELEASES.values()] == [
        "Eureka",
        "Fuji",
        "Geneva",
        "Helsinki",
        "Istanbul",
        "Jakarta",
        "Kingston",
        "London",
        "Madrid",
        "New York",
        "Orlando",
        "Paris",
        "Quebec",
        "Rome",
        "San Diego",
        "Tokyo",
        "Utah",
        "Vancouver",
        "Washington DC",
        "Xanadu",
        "Yokohama",
        "Zurich",
        "Australia",
        "Brazil",
    ]
    assert NEWEST is RELEASES["brazil"]


@pytest.mark.parametrize("name", RELEASES)
def test_every_release_answers_every_fact(name: str) -> None:
    """No release lacks a fact, every value is one the fact can take, and every source says something."""
    facts = RELEASES[name].facts

    assert set(facts) == set(FACTS)
    assert [fact for fact in facts if FACTS[fact].problem(facts[fact].value)] == []
    assert [fact for fact in facts if not facts[fact].source or facts[fact].evidence is Evidence.OVERRIDE] == []


@pytest.mark.parametrize(
    ("fact", "release_name", "value"),
    [
        ("protocol_profiles", "eureka", False),
        ("protocol_profiles", "fuji", True),
        ("scheme_rewrite", "geneva", False),
        ("scheme_rewrite", "helsinki", True),
        ("legacy_properties", "eureka", "win"),
        ("legacy_properties", "brazil", "win"),
        ("uppercase_keystore_filename", "eureka", "used"),
        ("uppercase_keystore_filename", "fuji", "ignored"),
        ("uppercase_keystore_filename", "helsinki", "ignored"),
        ("uppercase_keystore_filename", "istanbul", "used"),
        ("several_profiles", "helsinki", "first_wins"),
        ("several_profiles", "istanbul", "by_name"),
        ("profile_source", "paris", "function"),
        ("profile_source", "quebec", "message"),
        ("sni", "istanbul", False),
        ("sni", "jakarta", True),
        ("verify_revoked_certificate", "newyork", False),
        ("verify_revoked_certificate", "orlando", True),
        ("mid_mutual_auth", "washingtondc", False),
        ("mid_mutual_auth", "xanadu", True),
        ("keystore_cache", "yokohama", True),
        ("keystore_cache", "zurich", False),
        ("verify_hostname", "australia", False),
        ("verify_hostname", "brazil", True),
        ("java", "paris", 8),
        ("java", "quebec", 11),
        ("java", "vancouver", 11),
        ("java", "washingtondc", 17),
        ("java", "australia", 21),
        ("warn_days_minimum", "helsinki", 0),
        ("warn_days_minimum", "istanbul", 20),
    ],
)
def test_what_changed_when(fact: str, release_name: str, value: object) -> None:
    """The turning points of the public record."""
    assert RELEASES[release_name].facts[fact].value == value


@pytest.mark.parametrize("fact", ["uppercase_keystore_filename", "several_profiles"])
def test_single_source_experiences_are_not_sold_as_documented(fact: str) -> None:
    """What one blog reports is REPORTED, and says that its mechanism is assumed."""
    known = RELEASES["geneva"].facts[fact]
    assert known.evidence is Evidence.REPORTED
    assert "mechanism is ASSUMED" in known.source


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("helsinki", "helsinki"),
        ("Washington DC", "washingtondc"),
        ("washington", "washingtondc"),
        ("new-york", "newyork"),
        ("San Diego", "sandiego"),
    ],
)
def test_release_names_are_read_kindly(written: str, name: str) -> None:
    """Case, spaces and hyphens of a release name do not matter."""
    assert release(written).name == name


def test_unknown_release_suggests_one() -> None:
    """A misspelt release is refused with the nearest name."""
    with pytest.raises(MockUsageError, match="did you mean 'helsinki'"):
        release("helsinky")


def test_quirk_overrides_a_fact() -> None:
    """A quirk replaces value, evidence and source; other facts stay the release's."""
    instance = Instance(release=RELEASES["geneva"]).with_quirk("uppercase_keystore_filename", "used")

    fact = instance.fact("uppercase_keystore_filename")
    assert (fact.value, fact.evidence, fact.source) == ("used", Evidence.OVERRIDE, "[quirks] of this instance")
    assert instance.fact("several_profiles") == RELEASES["geneva"].facts["several_profiles"]
    taken_back = instance.with_quirk("uppercase_keystore_filename", None)
    assert taken_back.fact("uppercase_keystore_filename").value == "ignored"


def test_wrong_quirks_and_facts_are_refused() -> None:
    """Unknown facts and impossible values are errors wherever they come from."""
    with pytest.raises(MockUsageError, match="did you mean 'scheme_rewrite'"):
        Instance(quirks={"scheme_rewrit": True})
    with pytest.raises(MockUsageError, match="'java' must be 8 or 11 or 17 or 21 or 25"):
        Instance().with_quirk("java", 9)
    with pytest.raises(MockUsageError, match="unknown release fact 'jav'; did you mean 'java'"):
        Instance().fact("jav")


@pytest.mark.parametrize("name", SYSTEM_PROPERTIES)
def test_every_property_default_has_a_source(name: str) -> None:
    """A default names its evidence and source in every release that has the property."""
    for entry in RELEASES.values():
        default = SYSTEM_PROPERTIES[name].default(entry)
        assert default is None or default.source


def test_property_falls_back_to_the_release_default() -> None:
    """A row wins, even an empty one; without a row the release's default answers, then the caller's."""
    instance = Instance(release=RELEASES["helsinki"])

    assert instance.property("glide.http.timeout") == "175000"
    assert instance.with_property("glide.http.timeout", "").property("glide.http.timeout") == ""
    assert instance.with_property("glide.http.timeout", "5").property("glide.http.timeout") == "5"
    assert instance.property("acme.unknown") is None
    assert instance.property("acme.unknown", "fallback") == "fallback"
    verify_hostname = "com.glide.communications.httpclient.verify_hostname"
    assert instance.property(verify_hostname) == "false"
    assert instance.with_release("brazil").property(verify_hostname) == "true"
    assert instance.with_quirk("verify_hostname", True).property(verify_hostname) == "true"
    assert instance.property("glide.outbound.tls_sni.enabled") is None
    assert instance.with_release("jakarta").property("glide.outbound.tls_sni.enabled") == "false"


def test_notes_belong_to_known_releases() -> None:
    """Remarks refer to releases that exist, and say where they come from."""
    assert [note for note in RELEASE_NOTES if note.release not in RELEASES or not note.source] == []
