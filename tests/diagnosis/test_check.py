"""`check`: the rules before any call, and the question a probed provider asks."""

from __future__ import annotations

import json
from collections import OrderedDict
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from sn_mock.commands.calls.check import _verdict
from sn_mock.diagnosis import RULES, check, checking
from sn_mock.instance import Secret
from sn_mock.java import keystore
from sn_mock.java.keystore import KeyStore, LoadFailure
from sn_mock.java.keystore.loading import load
from sn_mock.java.keytool import inspection
from sn_mock.lab.lab import Lab, Providers
from sn_mock.lab.scenarios import SCENARIOS
from sn_mock.outbound.calls.probe import probe
from sn_mock.outbound.calls.session import Session
from sn_mock.outbound.credentials import opened_files
from sn_mock.outbound.credentials.shelf import KeystoreShelf

NEEDS_A_PROVIDER = {"client-ca-not-advertised", "web-server-certificate-imported"}
HINTS = {rule.id for rule in RULES if rule.hint}
BEFORE_CALL = {rule.id for rule in RULES if rule.before_call} - NEEDS_A_PROVIDER - HINTS
STILL_EXPIRED = {"cross-signed-root-expired"}
"""Scenarios whose fix leaves an expired trusted certificate behind, which is worth a finding of its own."""


@pytest.mark.parametrize("name", SCENARIOS)
def test_what_the_records_show_is_found_before_the_call(name: str, providers: Providers) -> None:
    """Root causes that lie in the records are the first finding, what may well work a hint; mended, there is none."""
    scenario = SCENARIOS[name]
    with Lab(scenario=scenario, providers=providers) as lab:
        broken = check(lab.instance, datetime.now(UTC))
        lab.fix()
        fixed = check(lab.instance, datetime.now(UTC))

    if scenario.expected.finding in BEFORE_CALL:
        assert [finding.rule for finding in broken.findings][:1] == [scenario.expected.finding]
        assert not broken.ok
    assert {scenario.expected.finding} & HINTS <= {hint.rule for hint in broken.hints}
    assert not HINTS & {hint.rule for hint in fixed.hints}
    assert fixed.ok or name in STILL_EXPIRED
    json.dumps(broken.to_json())


@pytest.mark.parametrize(
    "name",
    [
        "client-ca-not-advertised",
        "web-server-certificate-imported",
        "provider-chain-incomplete",
        "provider-not-trusted",
        "wrong-default-keystore",
    ],
)
def test_a_probed_provider_is_judged_by_its_own_question(name: str, providers: Providers) -> None:
    """With `--against` the key that would be sent is known, and so is whether the provider is trusted."""
    with Lab(scenario=name, providers=providers) as lab:
        seen = probe(Session.on(lab.instance), "localhost", lab.provider.port)
        broken = check(lab.instance, datetime.now(UTC), seen)
        requests = [visit for visit in lab.provider.visits if visit.requests]
        lab.fix()
        fixed = check(lab.instance, datetime.now(UTC), probe(Session.on(lab.instance), "localhost", lab.provider.port))

    assert [finding.rule for finding in broken.findings][:1] == [SCENARIOS[name].expected.finding]
    assert requests == [], "a probe sends no request"
    assert fixed.ok
    assert fixed.calls[0].key_choice is not None
    assert fixed.calls[0].key_choice.sent


def test_hints_do_not_make_an_instance_bad(providers: Providers) -> None:
    """A certificate that runs out within the year is a hint as of that day, and no finding."""
    with Lab(providers=providers) as lab:
        soon = datetime.now(UTC).replace(microsecond=0)
        today = check(lab.instance, soon)
        later = check(lab.instance, soon.replace(year=soon.year + 1, day=1))

    assert today.ok
    assert any(hint.rule == "certificate-expiry" for hint in later.hints)
    assert {hint.rule for hint in today.hints}.isdisjoint({"certificate-expiry"})


def test_a_certificate_that_has_ended_is_to_be_renewed_now(providers: Providers) -> None:
    """A day that is gone is no advice, and a number of days below nought is none either; the twin names the day."""
    with Lab(providers=providers) as lab:
        now = datetime.now(UTC).replace(microsecond=0, day=1)
        hints = {
            years: [
                hint
                for hint in check(lab.instance, now.replace(year=now.year + years)).hints
                if hint.rule == "certificate-expiry"
            ]
            for years in (1, 2)
        }

    assert any("days left" in hint.evidence[0] for hint in hints[1])
    ended = [hint for hint in hints[2] if "days ago" in hint.evidence[0]]
    assert ended
    assert all(hint.fix.startswith("Start the renewal now:") for hint in ended)
    assert not any("(-" in hint.evidence[0] for hint in hints[2])


@pytest.mark.parametrize(("password", "rule"), [(None, "wrong-store-password"), (Secret("changeit"), None)])
def test_an_empty_password_is_called_that(providers: Providers, password: Secret | None, rule: str | None) -> None:
    """A record without its password is not said to have a key with another one; what Java then gets is ASSUMED."""
    with Lab(providers=providers) as lab:
        row = next(row for row in lab.instance.certificates if row.is_keystore)
        report = check(lab.instance.replace(row, key_store_password=password), datetime.now(UTC))

    assert [finding.rule for finding in report.findings] == ([] if rule is None else [rule])
    if rule is not None:
        assert "key_store_password is empty; Java is taken to get none then (ASSUMED)" in str(
            report.findings[0].evidence
        )


def test_no_secret_leaves_a_report(providers: Providers) -> None:
    """Neither passwords nor keys are in the document."""
    with Lab(scenario="wrong-store-password", providers=providers) as lab:
        document = json.dumps(check(lab.instance, datetime.now(UTC)).to_json())

    assert "changeit" not in document
    assert "secret" not in document
    assert "PRIVATE KEY" not in document


def test_a_call_that_would_fail_is_never_nothing_wrong(monkeypatch: pytest.MonkeyPatch, providers: Providers) -> None:
    """Where no rule explains the failure, the verdict says that, and the report is not ok."""
    monkeypatch.setattr(checking, "RULES", ())
    with Lab(scenario="profile-name-with-capital", providers=providers) as lab:
        report = replace(check(lab.instance, datetime.now(UTC)), records=())

    assert (report.calls[0].failure is not None, report.findings, report.ok) == (True, (), False)
    assert _verdict(report) == "no rule of sn-mock explains what would fail"


@pytest.mark.parametrize("broken", [False, True])
@pytest.mark.parametrize("functions", [1, 10, 30])
def test_each_keystore_is_opened_once(
    monkeypatch: pytest.MonkeyPatch, providers: Providers, functions: int, broken: bool
) -> None:
    """Plans, rules, validation, expiry and the probe ask one shelf: two keystores are two loads, for any functions."""
    loads: list[bytes] = []

    def counted(data: bytes, *args: Any, **options: Any) -> KeyStore | LoadFailure:
        loads.append(data)
        return load(data, *args, **options)

    monkeypatch.setattr(opened_files, "_kept", OrderedDict())  # nothing is known of other tests' files
    for module in (keystore, inspection):
        monkeypatch.setattr(module, "load", counted)
    with Lab(scenario="wrong-default-keystore", providers=providers) as lab:
        instance = lab.instance
        if broken:
            row = next(row for row in instance.certificates if row.is_keystore)
            instance = instance.replace(row, key_store_password=Secret("wrong"))
        one = instance.soap_functions[0]
        several = tuple(
            replace(one, function_name=f"F{number}", sys_id=f"{number:032x}") for number in range(functions)
        )
        instance = replace(instance, soap_functions=several)
        shelf = KeystoreShelf(instance)
        seen = probe(Session.on(instance), "localhost", lab.provider.port, shelf)
        report = check(instance, datetime.now(UTC), seen, shelf)

    assert len(report.calls) == functions
    assert len(loads) == len({row.sys_id for row in instance.certificates if row.is_keystore}) == 2
    assert report.ok is False
    assert any(finding.rule == "certificate-record-invalid" for finding in report.records) is broken
