"""The lab: an instance and a provider that fit together on every release, and whose records agree."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from provider_stub import Visit
from sn_mock.evidence import overrides, worded
from sn_mock.failure import MockUsageError
from sn_mock.instance import RELEASES
from sn_mock.lab import Lab, LabSetup, reproduce, reproduce_many
from sn_mock.lab.lab import Providers
from sn_mock.lab.scenarios import SCENARIOS
from sn_mock.report.story import story
from tls_transcript import disagreements


@pytest.mark.parametrize(
    ("release", "tls"),
    [
        (name, tls)
        for name, release in RELEASES.items()
        for tls in ("1.2", "1.3")
        if name != "eureka" and release.knows(f"TLSv{tls}")
    ],
)
def test_a_healthy_lab_works_on_every_release(release: str, tls: str, providers: Providers) -> None:
    """The call succeeds with the profile's key, and nothing is found to complain about."""
    with Lab(release=release, tls=tls, providers=providers) as lab:
        exchange, visit = lab.call(short_description="Printer & paper")

    assert exchange.ok
    assert exchange.findings == ()
    assert exchange.tls is not None
    assert exchange.tls.version == f"TLSv{tls}"
    assert exchange.key_choice is not None
    assert exchange.key_choice.keystore == "ACME client"
    assert visit is not None
    assert visit.verdict == "accepted"
    assert "Printer &amp; paper" in exchange.request_body


@pytest.mark.parametrize("scenario", ["wrong-default-keystore", "provider-not-trusted", "unknown-client-ca"])
@pytest.mark.parametrize("tls", ["1.2", "1.3"])
def test_both_ends_tell_the_same_story(scenario: str, tls: str, providers: Providers) -> None:
    """The two transcripts of one connection, accepted or refused, do not contradict each other."""
    with Lab(scenario=scenario, tls=tls, providers=providers) as lab:
        broken, refused = lab.call()
        lab.fix()
        fixed, accepted = lab.call()

    assert refused is not None
    assert accepted is not None
    assert disagreements(broken.transcript, refused.transcript) == ()
    assert disagreements(fixed.transcript, accepted.transcript) == ()
    assert b"Printer on fire" in accepted.requests[0].body, "the record's test value, not a bare variable"


def test_a_lab_brings_and_stops_its_own_provider() -> None:
    """Without shared providers a lab starts one, and its port is free again afterwards."""
    with Lab() as lab:
        port = lab.provider.port
        exchange, _ = lab.call()
    with Lab(policy={"client_auth": "none"}) as other:
        open_exchange, _ = other.call()

    assert port
    assert exchange.ok
    assert open_exchange.ok
    assert open_exchange.key_choice is None


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ({"release": "hogwarts"}, "unknown release"),
        ({"tls": "1.1"}, "speaks 1.2 and 1.3"),
        ({"scenario": "no-such-thing"}, "no scenario"),
        ({"policy": {"clientauth": "none"}}, "no field 'clientauth'"),
        ({"setup": LabSetup(network="moon")}, "unknown network"),
    ],
)
def test_misuse_is_told_with_the_next_step(arguments: dict[str, object], complaint: str) -> None:
    """Names that do not exist are MockUsageErrors, and nothing is left running."""
    with pytest.raises(MockUsageError, match=complaint), Lab(**arguments):  # type: ignore[arg-type]
        pass


def test_a_lab_without_scenario_has_nothing_to_fix(providers: Providers) -> None:
    """`fix()` is for scenarios."""
    with Lab(providers=providers) as lab, pytest.raises(MockUsageError, match="nothing to fix"):
        lab.fix()


def test_what_is_not_as_declared_is_not_reproduced(providers: Providers) -> None:
    """The runner can say no: a scenario that declares another outcome than happens is not reproduced."""
    from dataclasses import replace

    honest = SCENARIOS["unknown-client-ca"]
    wrong = replace(honest, variants=(), expected=replace(honest.expected, cause="certificate-expired", java=("x: y",)))

    result = reproduce(wrong, tls="1.3", providers=providers)

    assert not result.reproduced
    assert any("Java text" in line for line in result.differences)
    assert any("cause" in line for line in result.differences)


def test_a_fix_that_mends_nothing_is_not_reproduced(providers: Providers) -> None:
    """The fixed twin has to succeed."""
    from dataclasses import replace

    honest = SCENARIOS["unknown-client-ca"]

    result = reproduce(replace(honest, fixed=honest.broken), tls="1.3", providers=providers)

    assert not result.reproduced
    assert all(line.startswith("fixed call") for line in result.differences)


def test_a_reproduction_prints_as_the_contract_says() -> None:
    """Both sides, broken and fixed, with what was expected; asked for by KB number, under each TLS version."""
    told: list[tuple[int, int, str]] = []

    results = reproduce_many(["KB2466570"], progress=lambda *step: told.append(step))

    assert [result.tls for result in results] == ["TLSv1.2", "TLSv1.3"]
    assert [step[:2] for step in told] == [(1, 2), (2, 2)]
    document = results[0].to_json()
    assert {"id", "kb", "title", "release", "tls", "reproduced", "broken", "fixed", "fix"} <= set(document)
    assert set(document["broken"]) == {"exchange", "visit", "expected"}
    assert set(document["fixed"]) == {"exchange", "visit"}


OTHERWISE = [
    (one.id, name, lab)
    for one in SCENARIOS.values()
    for name, lab in (("broken", one.broken), ("fixed", one.fixed))
    if lab.quirks or lab.release
]


@pytest.mark.parametrize(("scenario", "side", "setup"), OTHERWISE, ids=[f"{one}-{name}" for one, name, _ in OTHERWISE])
def test_what_is_otherwise_than_on_the_release_is_said(
    scenario: str, side: str, setup: LabSetup, providers: Providers
) -> None:
    """The report's first sentence names the call's own release, and each fact it rests on that is not the release's."""
    result = reproduce(SCENARIOS[scenario], providers=providers)
    exchange = getattr(result, side).exchange
    where = story(exchange).sentences[0].partition(",")[0]

    own = [f"{name} = {worded(setup.quirks[name])}" for name in sorted(setup.quirks) if name in exchange.facts]
    label = RELEASES[setup.release or result.release].label
    assert where == (f"On {label} with {', '.join(own)}" if own else f"On {label}")


def test_an_upgrade_is_one_to_a_release() -> None:
    """The call that a newer Java mends is placed on the release that has it; the healthy twin says nothing more."""
    result = reproduce(SCENARIOS["upgrade-makes-keystore-readable"])

    assert (result.broken.exchange.release, result.fixed.exchange.release) == ("paris", "quebec")
    assert not overrides(result.fixed.exchange.facts)
    assert SCENARIOS["upgrade-changes-the-key"].before[0].release == "paris"


@pytest.mark.parametrize(
    ("ids", "release", "tls"), [(["several-profiles"], "brazil", None), (["no-common-cipher-suite"], None, "1.3")]
)
def test_what_cannot_happen_is_refused_when_asked_for_by_name(
    ids: list[str], release: str | None, tls: str | None
) -> None:
    """A story that a release or a TLS version does not know is not run, and the message says where it happens."""
    with pytest.raises(MockUsageError, match="happens from"):
        reproduce_many(ids, release, tls)


def test_a_lab_can_stand_on_another_day(providers: Providers) -> None:
    """With `when` both ends judge certificates as of that day, and the finding says which one has run out."""
    in_two_years = datetime.now(UTC) + timedelta(days=700)
    with Lab(release="helsinki", tls="1.2", providers=providers, when=in_two_years) as lab:
        exchange, _ = lab.call()

    assert exchange.failure is not None
    assert exchange.failure.cause == "server-certificate-expired"
    assert exchange.findings[0].rule == "provider-certificate-expired"


def test_a_visit_is_taken_when_it_is_over(providers: Providers, monkeypatch: pytest.MonkeyPatch) -> None:
    """A visit is listed with its verdict, before the last alert has come; the lab waits until it is complete."""
    with Lab(providers=providers) as lab:
        exchange, visit = lab.call()
        assert visit is not None
        states = iter([True, True, False])
        asked = []

        def wait(count: int, timeout: float) -> tuple[Visit, ...]:
            asked.append(count)
            return (replace(visit, open=next(states)),)

        monkeypatch.setattr(lab, "provider", SimpleNamespace(wait_for_visits=wait))
        found = lab.visit_of(exchange)
    assert found == replace(visit, open=False)
    assert len(asked) == 3


def test_a_kept_connection_is_not_waited_for(providers: Providers) -> None:
    """The twin: a pooled connection stays open, and its visit is taken as it is."""
    with Lab(setup=LabSetup(keep_alive=True), providers=providers) as lab:
        _, visit = lab.call()
        assert visit is not None
        assert visit.open
