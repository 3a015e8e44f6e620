"""`explain` offers a scenario for a line only where it prints it; what prints without a release is in the catalogue."""

from __future__ import annotations

import pytest

from sn_mock.diagnosis.explaining import explain
from sn_mock.diagnosis.explanation import Run
from sn_mock.diagnosis.texts.index import Story, load
from sn_mock.lab.runner import reproduce_many
from sn_mock.lab.scenarios.wording import HANDSHAKE
from tests.lab.printing import missing

OFFERS = [
    (story, release)
    for story in load().stories
    for release in dict.fromkeys(told.release for told in story.texts if told.release)
]


@pytest.mark.parametrize(("story", "release"), OFFERS, ids=[f"{one.scenario}-{name}" for one, name in OFFERS])
def test_a_scenario_prints_what_it_is_offered_for(story: Story, release: str) -> None:
    """On the release that the offer names, run as its command says."""
    assert missing(story, release, reproduce_many([story.scenario], release)) == []


@pytest.mark.parametrize(
    ("said", "rule", "offered"),
    [
        ("java.io.IOException: DerInputStream.getLength(): lengthTag=109, too big.", "not-a-keystore", True),
        ("java.io.IOException: toDerInputStream rejects tag type 45", "not-a-keystore", False),
        ("java.io.IOException: Tag number over 30 is not supported", "not-a-keystore", False),
        ("java.io.IOException: stream does not represent a PKCS12 key store", "not-a-keystore", False),
        ("java.io.IOException: BCFKS KeyStore corrupted: MAC calculation failed.", "wrong-store-password", False),
        ("java.io.IOException: Keystore was tampered with, or password was incorrect", "wrong-store-password", True),
    ],
)
def test_a_scenario_of_the_same_cause_is_called_similar(said: str, rule: str, offered: bool) -> None:
    """Scenarios that print another line are no reproduction of this one."""
    cause = {one.rule: one for one in explain(said).causes}[rule]

    assert bool(cause.reproduce) is offered
    assert cause.similar


def test_a_line_of_some_releases_names_one_that_prints_it() -> None:
    """Where a scenario prints the line elsewhere than it runs by itself, the release is told; what needs none leads."""
    cause = explain("java.net.SocketException: Socket is closed").causes[0]

    assert [run.release for run in cause.reproduce] == sorted(run.release for run in cause.reproduce)
    assert cause.reproduce[0].command == "sn-mock reproduce socket-is-closed"
    assert Run("provider-not-trusted", "brazil") in cause.reproduce
    assert cause.reproduce[-1].command.endswith(" --release brazil")


@pytest.mark.parametrize(
    ("said", "runs"),
    [
        ("java.net.SocketException: Connection reset", [Run("reset-in-handshake")]),
        ("java.net.SocketException: Connection reset by peer", []),
        ("java.net.ConnectException: Connection refused (Connection refused)", [Run("connection-refused")]),
        ("java.net.ConnectException: Connection refused", [Run("connection-refused", "brazil")]),
        ("java.net.ConnectException: Connection refused (connect failed)", []),
        ("java.net.SocketTimeoutException: connect timed out", [Run("connect-timeout")]),
        ("java.net.SocketTimeoutException: Connect timed out", [Run("connect-timeout", "brazil")]),
        (f"{HANDSHAKE}: Received fatal alert: bad_certificate", [Run("wrong-default-keystore")]),
        (f"{HANDSHAKE}: (bad_certificate) Received fatal alert: bad_certificate", []),
    ],
)
def test_a_run_is_offered_for_the_very_line(said: str, runs: list[Run]) -> None:
    """A longer line, another Java's letters and the alert in front are other lines."""
    assert list(explain(said).causes[0].reproduce[:1]) == runs
