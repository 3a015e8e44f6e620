"""A provider that refuses without a word: what the instance's own records show is told first, as far as it goes.

Under TLS 1.3 the refusal comes after the client's handshake, so it looks like a missing answer. The calls are real and
are judged without the provider's journal, as `sn-mock call` judges them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from captures.recorder import Recorder
from sn_mock.diagnosis import check, diagnose
from sn_mock.exchange import Exchange
from sn_mock.failure import Failure, Stage
from sn_mock.lab import Lab
from sn_mock.lab.lab import Providers
from sn_mock.lab.pki import KeystoreSpec
from sn_mock.lab.pki.keystores import KeySpec
from sn_mock.lab.setup import LabSetup, Message, ProviderSetup, Store
from tests.diagnosis.test_captures_explained import explained
from tls_transcript import KeyLines, recording_unavailable

ENDS = ("node", "abrupt", "reset")
"""Stacks that refuse without an alert; the last two make Java say one of several texts, by chance."""
BEHIND = {"no-response", "connection-reset", "closed-in-handshake"}
CRASHES = {"request:close": "no-response", "request:reset": "connection-reset"}


def presenting(identity: str, **policy: object) -> LabSetup:
    """The lab whose client has that certificate."""
    store = Store(content=KeystoreSpec((KeySpec("acme", identity),)))
    return LabSetup(stores=(store,), provider=ProviderSetup(advertise="none", policy=policy))


def called(setup: LabSetup, tls: str, providers: Providers) -> tuple[Exchange, list[str], list[str]]:
    """The call; the rules that it names from the instance's side alone; and those that `check` names."""
    with Lab(setup=setup, tls=tls, providers=providers) as lab:
        exchange, _ = lab.call()
        alone = diagnose(exchange, lab.instance)
        checked = check(lab.instance, datetime.now(UTC)).findings
    return replace(exchange, findings=alone), [one.rule for one in alone], [one.rule for one in checked]


@pytest.mark.parametrize("tls", ["1.2", "1.3"])
@pytest.mark.parametrize("personality", ENDS)
@pytest.mark.parametrize(
    ("identity", "rule"),
    [
        ("expired-client", "client-certificate-expired"),
        ("future-client", "client-certificate-not-yet-valid"),
        ("server-auth-client", "client-certificate-purpose"),
        ("self-signed-client", "self-signed-client-certificate"),
    ],
)
def test_a_defect_of_our_certificate_is_told_before_a_crash(
    identity: str, rule: str, personality: str, tls: str, providers: Providers
) -> None:
    """Given a defect that `check` sees in the certificate, the refusal without an alert names it first."""
    _, rules, checked = called(presenting(identity, personality=personality), tls, providers)

    assert rules[0] == rule
    assert set(rules) & BEHIND, "what else it can be is not hidden"
    if identity != "self-signed-client":
        assert rule in checked
        assert "client-ca-unknown" not in rules, "the certificate explains it, and nothing points to its CA"


@pytest.mark.parametrize("personality", ENDS)
def test_a_certificate_that_was_not_sent_is_told_before_a_crash(personality: str, providers: Providers) -> None:
    """Given a provider that asked and got none, why none was sent is told first."""
    off = Message(mutual_auth=False, profile=None, function_mutual_auth=False, function_profile=None)
    setup = replace(
        presenting("acme-client", personality=personality, refusals={"no-certificate": "reset"}), message=off
    )

    exchange, rules, _ = called(setup, "1.3", providers)

    assert rules[0] == "mutual-auth-off"
    assert set(rules[1:]) & BEHIND
    assert "misses a client certificate" in exchange.findings[0].evidence[-1]


@pytest.mark.parametrize(("fault", "rule"), CRASHES.items())
def test_a_crash_with_a_good_certificate_is_a_crash(fault: str, rule: str, providers: Providers) -> None:
    """The twin: nothing is wrong with the certificate, so nobody's CA is blamed; what cannot be known is said."""
    exchange, rules, checked = called(presenting("acme-client", fault=fault), "1.3", providers)

    assert rules[0] == rule
    assert "client-ca-unknown" not in rules
    assert not checked
    assert "looks the same from here" in exchange.findings[0].evidence[-1]


@pytest.mark.parametrize(("fault", "rule"), CRASHES.items())
def test_under_tls_1_2_the_certificate_was_judged_in_the_handshake(fault: str, rule: str, providers: Providers) -> None:
    """The twin: a request that is not answered says nothing of a certificate that was accepted, whatever its dates."""
    setup = presenting("expired-client", fault=fault, refusals={"expired": "accept"})

    exchange, rules, _ = called(setup, "1.2", providers)

    assert rules[0] == rule, exchange.failure
    assert not any("looks the same" in line for line in exchange.findings[0].evidence)


def test_a_pooled_connection_had_its_certificate_accepted(providers: Providers) -> None:
    """Given a reused connection that is reset, its age is blamed under TLS 1.3 as well, and no certificate."""
    with Lab(setup=presenting("expired-client", personality="reset"), tls="1.3", providers=providers) as lab:
        exchange, _ = lab.call()
        kept = replace(exchange, attempts=(replace(exchange.attempts[-1], reused=True),))
        kept = replace(kept, failure=Failure(Stage.HTTP, "connection-reset", ()))
        rules = [one.rule for one in diagnose(kept, lab.instance)]

    assert rules == ["idle-connection-reset", "connection-reset"]


@pytest.mark.skipif(recording_unavailable() is not None, reason=str(recording_unavailable()))
@pytest.mark.skipif(not KeyLines.available(), reason="this system has no files without a name")
@pytest.mark.parametrize("tls", ["1.2", "1.3"])
@pytest.mark.parametrize("sends", [True, False])
def test_a_capture_tells_the_same(sends: bool, tls: str, tmp_path: Path, providers: Providers) -> None:
    """A capture in which no certificate was sent and a reset follows blames that first; with one, the reset itself."""
    off = Message(mutual_auth=False, profile=None, function_mutual_auth=False, function_profile=None)
    setup = (
        presenting("acme-client", personality="reset")
        if not sends
        else presenting("acme-client", fault="request:reset")
    )
    recorder = Recorder(tmp_path / "x.pcapng")
    with Lab(
        setup=setup if sends else replace(setup, message=off), tls=tls, providers=providers, recorder=recorder
    ) as lab:
        lab.call()
    recorder.close()

    told = explained((tmp_path / "x.pcapng").read_bytes()).explanation

    first = told.causes[0].rule
    assert (first == "mutual-auth-off") is not sends
    assert ("connection-reset" in {cause.rule for cause in told.causes}) or first == "no-response"
