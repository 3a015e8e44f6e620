"""Run scenarios: the broken call, then the same call mended, and whether both went as declared."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING, Any

from guarded.values import dataclass
from provider_stub import Visit
from sn_mock.exchange import Exchange
from sn_mock.failure import MockUsageError
from sn_mock.instance.releases import RELEASES
from sn_mock.instance.releases import release as release_named
from sn_mock.java.x509.summaries import summary
from sn_mock.lab.lab import Lab, Providers, tls_name, tls_of
from sn_mock.lab.pki import Pki, shared_pki
from sn_mock.lab.scenarios import SCENARIOS, Expected, Scenario, find

if TYPE_CHECKING:
    from captures.recorder import Recorder

Progress = Callable[[int, int, str], None]
"""Called before each run with (number of it, how many there are, what is run)."""


@dataclass(frozen=True, slots=True)
class Side:
    """One call, as both ends recorded it."""

    exchange: Exchange
    visit: Visit | None

    def to_json(self) -> dict[str, Any]:
        """Exchange and visit."""
        return {"exchange": self.exchange.to_json(), "visit": self.visit.to_json() if self.visit else None}


@dataclass(frozen=True, slots=True)
class Reproduction:
    """A scenario that was run on one release under one TLS version."""

    scenario: Scenario
    release: str
    tls: str
    broken: Side
    fixed: Side
    expected: Expected
    note: str | None
    """Why it did not run on the release that was asked for; None where it did."""
    differences: tuple[str, ...]
    """Where the run differed from what the scenario declares; () when it is reproduced."""

    @property
    def reproduced(self) -> bool:
        """True only if the broken call failed as declared and the fixed call succeeded."""
        return not self.differences

    def to_json(self) -> dict[str, Any]:
        """One element of the contract's reproduce document."""
        return {
            "id": self.scenario.id,
            "kb": list(self.scenario.kb),
            "title": self.scenario.title,
            "story": self.scenario.story,
            "release": self.release,
            "tls": self.tls,
            "note": self.note,
            "reproduced": self.reproduced,
            "differences": list(self.differences),
            "broken": {**self.broken.to_json(), "expected": self.expected.to_json()},
            "fixed": self.fixed.to_json(),
            "fix": self.scenario.fix,
            "sources": [source.to_json() for source in self.scenario.sources],
        }


def reproduce(
    scenario: Scenario,
    release: str | None = None,
    tls: str | None = None,
    *,
    providers: Providers | None = None,
    pki: Pki | None = None,
    when: datetime | None = None,
    recorder: Recorder | None = None,
) -> Reproduction:
    """Run one scenario, broken and fixed. `release` and `tls` default to the scenario's own, `when` to now.

    `recorder` gets every connection of both calls.

    Raises MockUsageError where the scenario cannot happen on that release or under that TLS version.
    """
    asked = release_named(release).name if release else scenario.release
    if not scenario.runs_on(asked):
        raise MockUsageError(
            f"{scenario.id} happens from {scenario.first_release} to {scenario.last_release}, not on {asked}"
        )
    version = tls_name(tls) if tls else tls_of(asked, None, scenario.tls)
    if version not in scenario.tls:
        raise MockUsageError(f"{scenario.id} happens under {' and '.join(scenario.tls)}, not under {version}")
    twin = scenario.twin(asked, version)
    if twin is None:
        raise MockUsageError(_no_twin(scenario, asked, version))
    name = twin
    note = None if name == asked else _elsewhere(asked, version, name)
    certificates = pki or (Pki(when) if when else shared_pki())
    with Lab(
        release=name,
        tls=version,
        scenario=scenario,
        providers=providers,
        pki=certificates,
        when=when,
        recorder=recorder,
    ) as lab:
        for earlier in scenario.before:
            lab.change(earlier)
            lab.call()
        if scenario.before:
            lab.change(scenario.broken)
        broken = Side(*lab.call())
        expected = scenario.outcome(name, version)
        differences = [f"broken call: {line}" for line in _differences(expected, broken, lab, certificates)]
        lab.fix()
        fixed = Side(*lab.call())
    differences += [f"fixed call: {line}" for line in _still_wrong(fixed)]
    return Reproduction(scenario, name, version, broken, fixed, expected, note, tuple(differences))


def reproduce_many(
    ids: Sequence[str] = (),
    release: str | None = None,
    tls: str | None = None,
    progress: Progress | None = None,
    *,
    when: datetime | None = None,
    recorder: Recorder | None = None,
) -> list[Reproduction]:
    """Run the scenarios of those ids or KB numbers (none given: the whole catalogue), each under its TLS versions.

    Of the whole catalogue, what cannot happen on the asked release or version is left out; of scenarios asked for by
    name nothing is, and MockUsageError says why one cannot run. `when` moves the whole lab to that day, certificates
    and both sides' clocks; `recorder` gets every connection of the calls.
    """
    scenarios = [scenario for name in ids for scenario in find(name)] if ids else list(SCENARIOS.values())
    wanted = list(
        dict.fromkeys((scenario.id, *pair) for scenario in scenarios for pair in _runs(scenario, release, tls))
    )
    if ids:
        _refuse_impossible(scenarios, release, tls, {name for name, _, _ in wanted})
    results: list[Reproduction] = []
    pki = Pki(when) if when else None
    with closing(Providers()) as providers:
        for number, (name, on_release, version) in enumerate(wanted, start=1):
            if progress:
                progress(number, len(wanted), f"{name}, {on_release}, {version}")
            run = reproduce(
                SCENARIOS[name], on_release, version, providers=providers, pki=pki, when=when, recorder=recorder
            )
            results.append(run)
    return results


def _runs(scenario: Scenario, release: str | None, tls: str | None) -> Iterator[tuple[str, str]]:
    """Release and TLS version of each run: a version that the release's Java does not know runs on its twin.

    Of a release that was asked for without a version, nothing runs elsewhere.
    """
    name = release_named(release).name if release else scenario.release
    versions = (tls_name(tls),) if tls else scenario.tls
    if scenario.runs_on(name):
        for version in versions:
            here = tls is not None or release is None or RELEASES[name].knows(version)
            if version in scenario.tls and here and scenario.twin(name, version):
                yield name, version


def _elsewhere(asked: str, version: str, name: str) -> str:
    java = RELEASES[asked].java
    return f"{asked} runs Java {java}, which knows no {version}: run on {name}, the first release that does"


def _no_twin(scenario: Scenario, asked: str, version: str) -> str:
    return (
        f"{scenario.id} cannot happen under {version}: it belongs to {scenario.first_release} to "
        f"{scenario.last_release}, and {asked} runs Java {RELEASES[asked].java}, which knows no {version}"
    )


def _refuse_impossible(scenarios: list[Scenario], release: str | None, tls: str | None, running: set[str]) -> None:
    """Nothing of what was asked for by name can run: say why."""
    if not running:
        scenario = scenarios[0]
        name = release_named(release).name if release else scenario.release
        version = tls_name(tls) if tls else scenario.tls[-1]
        if scenario.runs_on(name) and version in scenario.tls:
            raise MockUsageError(_no_twin(scenario, name, version))
        raise MockUsageError(
            f"{scenario.id} happens from {scenario.first_release} to {scenario.last_release} under "
            f"{' and '.join(scenario.tls)}; asked for: {release or 'any release'}, {tls or 'any TLS version'}"
        )


def _differences(expected: Expected, broken: Side, lab: Lab, pki: Pki) -> Iterator[str]:
    exchange, visit = broken.exchange, broken.visit
    failure = exchange.failure
    java = tuple(str(throwable) for throwable in failure.java) if failure else ()
    wanted_java = tuple(lab.address.fill(line) for line in expected.java)
    leaf = visit.presented_chain[0] if visit and visit.presented_chain else None
    presented = pki[expected.presented].der if expected.presented else None
    pairs: tuple[tuple[str, Any, Any], ...] = (
        ("stage", str(expected.stage) if expected.stage else None, str(failure.stage) if failure else None),
        ("cause", expected.cause, failure.cause if failure and expected.cause else None),
        ("Java text", wanted_java, java),
        ("getStatusCode()", expected.status_code, exchange.response.status_code),
        ("outbound log response_status", expected.log_status, exchange.outbound_http_log.get("response_status")),
        ("connections", expected.connections, len(exchange.attempts)),
        ("certificate the provider saw", _subject(presented), _subject(leaf)),
        ("alert of the provider", expected.alert_sent, visit.alert_sent if visit else None),
        ("alert of the instance", expected.alert_received, visit.alert_received if visit else None),
        ("provider visited", expected.visits, visit is not None),
        ("first finding", expected.finding, exchange.findings[0].rule if exchange.findings else None),
    )
    for what, declared, seen in pairs:
        if declared != seen:
            yield f"{what}: declared {declared!r}, seen {seen!r}"
    if expected.http_reply and expected.http_reply not in exchange.response.body:
        yield f"reply: declared to contain {expected.http_reply!r}"


def _subject(der: bytes | None) -> str | None:
    read = summary(der) if der else None
    return read.subject if read else None


def _still_wrong(fixed: Side) -> Iterator[str]:
    exchange = fixed.exchange
    if exchange.failure is not None:
        java = "; ".join(map(str, exchange.failure.java))
        yield f"failed at {exchange.failure.stage}: {exchange.failure.cause}, {java}"
    elif not exchange.ok:
        yield f"answered with status {exchange.response.status_code}"
    for finding in exchange.findings:
        yield f"the rule {finding.rule} fired"
