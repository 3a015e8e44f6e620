"""A provider that closes at once: Java's words are a race, and replay knows which of them are one outcome."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sn_mock.cli import main
from sn_mock.handover import archive
from sn_mock.handover.bundle import bundle_call, replay_call
from sn_mock.handover.chance import closed, same_but_for_chance
from sn_mock.handover.recording import Asked
from sn_mock.lab import Lab
from sn_mock.lab.scenarios import SCENARIOS
from sn_mock.lab.setup import FUNCTION, MESSAGE

SOCKET = "java.net.SocketException"
BROKEN, BY_PEER, READ = "Broken pipe", "Connection reset by peer", "Connection reset"


def told(message: str, cause: str = "connection-reset", stage: str = "handshake", kind: str = SOCKET) -> dict[str, Any]:
    """An outcome of a call that failed."""
    java = [{"class": kind, "message": message}]
    return {"ok": False, "stage": stage, "cause": cause, "status_code": 0, "java": java}


@pytest.fixture
def members(tmp_path: Path) -> dict[str, bytes]:
    """The bundle of a call that a provider refused by a reset, before any certificate was sent."""
    path = tmp_path / "b.zip"
    scenario = SCENARIOS["reset-in-handshake"]
    with Lab(scenario=scenario) as lab:
        lab.change(scenario.broken)
        bundle_call(path, Asked(MESSAGE, FUNCTION), lab.instance, lab.call()[0])
    return archive.read(path)


def recorded_as(members: dict[str, bytes], **changed: Any) -> dict[str, bytes]:
    """The same bundle, with another outcome."""
    document = json.loads(members["recording.json"])
    document["outcome"] |= changed
    return {**members, "recording.json": json.dumps(document).encode()}


@pytest.mark.parametrize("recorded", [BROKEN, BY_PEER, READ])
@pytest.mark.parametrize("replayed", [BROKEN, BY_PEER, READ])
def test_words_of_one_reset_are_one_outcome(recorded: str, replayed: str) -> None:
    """Met in a write, after it, or in a read; all of one cause at one stage."""
    assert same_but_for_chance(told(recorded), told(replayed))


@pytest.mark.parametrize(
    "other",
    [
        told("Received fatal alert: unknown_ca", "unknown-ca", kind="javax.net.ssl.SSLHandshakeException"),
        told("Socket is closed"),
        told(READ, stage="http"),
        told("Read timed out", "handshake-timeout", kind="java.net.SocketTimeoutException"),
        {**told(READ), "ok": True},
    ],
)
def test_another_cause_stage_or_text_is_no_chance(other: dict[str, Any]) -> None:
    """The twin: what is no other word for that reset stays a difference, from either side."""
    assert not same_but_for_chance(told(BROKEN), other)
    assert not same_but_for_chance(other, told(BROKEN))


def test_a_broken_pipe_is_written_after_a_close() -> None:
    """Java wrote to a connection that was gone: the provider that is made closes; a reset it makes as a reset."""
    assert closed(told(BROKEN))
    assert closed(told(f"{BROKEN} (Write failed)"))
    assert not closed(told(BY_PEER))
    assert not closed(told(READ))


def test_replay_says_that_the_words_differ_by_chance(
    members: dict[str, bytes], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit 0 with both texts where only the words of the reset differ."""
    # given: a recording that ended with other words of the same reset
    java = [{"class": SOCKET, "message": BROKEN}]
    path = tmp_path / "other-words.zip"
    path.write_bytes(archive.packed(recorded_as(members, java=java)))
    # when
    code = main(["replay", str(path)])
    # then
    printed = capsys.readouterr().out
    assert code == 0
    assert "the same refusal; the provider closes at once, so Java's words differ by chance:" in printed
    assert BROKEN in printed.split("by chance:")[1]
    again = replay_call(archive.read(path), "b.zip")
    assert (again.same, again.differences) == (True, ())
    assert again.to_json()["by_chance"]


def test_replay_of_another_cause_is_a_difference(
    members: dict[str, bytes], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The twins: the same words are simply the same; text that no reset has is told, exit 1."""
    same = replay_call(members, "b.zip")
    assert (same.same, same.by_chance) == (True, "")
    java = [{"class": SOCKET, "message": "Socket is closed"}]
    path = tmp_path / "other.zip"
    path.write_bytes(archive.packed(recorded_as(members, java=java)))
    assert main(["replay", str(path)]) == 1
    assert "ended otherwise" in capsys.readouterr().out


@pytest.mark.parametrize("tls", ["1.2", "1.3"])
def test_a_refusal_by_a_close_replays(tls: str, tmp_path: Path) -> None:
    """The whole way: a certificate is refused, the socket closed at once; whatever Java then says."""
    scenario = SCENARIOS["unknown-client-ca"]
    path = tmp_path / "b.zip"
    with Lab(scenario=scenario, release="tokyo", tls=tls) as lab:
        lab.change(scenario.broken)
        lab.provider.policy = replace(lab.provider.policy, refusals={"unknown-ca": "abrupt"})
        exchange, _ = lab.call()
        bundle_call(path, Asked(MESSAGE, FUNCTION), lab.instance, exchange)
    assert replay_call(archive.read(path), str(path)).same
