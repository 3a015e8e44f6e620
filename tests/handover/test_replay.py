"""What a bundle replays: failures of every stage, told by the provider, by the instance, or on the way."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sn_mock.failure import MockUsageError
from sn_mock.handover.archive import read
from sn_mock.handover.bundle import bundle_call, replay_call
from sn_mock.handover.recording import Asked, Recording
from sn_mock.lab import Lab
from sn_mock.lab.scenarios import SCENARIOS
from sn_mock.lab.setup import FUNCTION, MESSAGE

KINDS = (
    "broken-row-in-merged-store",
    "wrong-store-password-pkcs12",
    "pkcs12-under-java-key-store",
    "wrong-default-keystore",
    "unknown-client-ca",
    "client-ca-not-advertised",
    "certificate-not-imported",
    "closed-instead-of-answer",
    "host-name-not-in-certificate",
    "plain-http-port",
    "mutual-auth-off",
    "soap-fault",
)
"""One scenario for each mechanism: recipes of keystores, alerts, a chain that is not trusted, endings, answers."""


@pytest.mark.parametrize("redact", [False, True], ids=["plain", "redacted"])
@pytest.mark.parametrize("name", [name for name in KINDS if name in SCENARIOS])
def test_a_failure_replays_as_it_was(name: str, redact: bool, tmp_path: Path) -> None:
    """Stage, cause and Java text from the zip file alone, under pseudonyms, too."""
    path = tmp_path / "b.zip"
    with Lab(scenario=SCENARIOS[name]) as lab:
        lab.change(SCENARIOS[name].broken)
        exchange, _ = lab.call()
        done = bundle_call(path, Asked(MESSAGE, FUNCTION), lab.instance, exchange, redact=redact)

    again = replay_call(read(path), str(path))

    assert done.notes == ()
    assert again.same
    assert again.exchange.failure is None or again.exchange.failure.cause == exchange.failure.cause  # type: ignore[union-attr]


def test_every_kind_is_a_scenario() -> None:
    """The list above names scenarios that exist."""
    assert [name for name in KINDS if name not in SCENARIOS] == []


def _members(path: Path, name: str) -> dict[str, bytes]:
    with Lab(scenario=SCENARIOS[name]) as lab:
        lab.change(SCENARIOS[name].broken)
        bundle_call(path, Asked(MESSAGE, FUNCTION), lab.instance, lab.call()[0], redact=False)
    return read(path)


def test_no_value_of_a_recording_breaks_replay(tmp_path: Path) -> None:
    """Whatever stands at a place of a recording that somebody sent: it is read, or refused with its place."""
    document = json.loads(_members(tmp_path / "b.zip", "soap-fault")["recording.json"])
    assert Recording.from_json(document).to_json() == document
    places = [(part, name) for part in ("provider", "outcome") for name in document[part]]
    for part, name in places:
        for value in (1.5, [[]], {"a": 1}, [1, "x"]):
            if name == "authorities_present":  # nobody reads it
                continue
            changed = {**document, part: {**document[part], name: value}}
            with pytest.raises(MockUsageError, match=r"^recording\.json is none of sn-mock's"):
                Recording.from_json(changed)


def test_an_alert_that_nobody_says_is_no_fault_of_ours(tmp_path: Path) -> None:
    """A recorded alert that the provider cannot be told to send is named; one that it can is placed again."""
    members = _members(tmp_path / "b.zip", "unknown-client-ca")
    document = json.loads(members["recording.json"])
    assert replay_call(members, "b.zip").same

    document["provider"]["alert"] = "x"
    with pytest.raises(MockUsageError, match="ended by the alert x cannot be placed again"):
        replay_call({**members, "recording.json": json.dumps(document).encode()}, "b.zip")
