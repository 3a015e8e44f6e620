"""`make up` and `make down`: the lab, its provider in the background, one call that works; harmless twice."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.ports import free_port

ROOT = Path(__file__).parent.parent.parent
Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def sn_mock_in(tmp_path: Path) -> Iterator[Command]:
    """Runs `sn-mock` in a folder that holds what a fresh clone holds; the provider is stopped at the end."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples", ignore=shutil.ignore_patterns("*.jks", "*.pem"))

    def run(*arguments: str, folder: Path = tmp_path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "sn_mock", *arguments],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=60,
            stdin=subprocess.DEVNULL,
        )

    yield run
    run("down")


def test_up_twice_and_down(sn_mock_in: Command) -> None:
    """From nothing to a created ticket, both sides shown; again it is harmless; down stops it, twice too."""
    port = free_port()
    # when: the first time
    first = sn_mock_in("up", "--port", str(port))
    # then: keystore and alias with reasons, TLS version, status, response, the provider's side, what next
    assert first.returncode == 0, first.stdout + first.stderr
    assert f"provider up: https://localhost:{port}/tickets" in first.stdout
    for words in (
        "ACME client",
        "alias acme",
        "how the route was decided",
        "TLSv1.",
        "status 200",
        "CreateTicketResponse",
        "what the provider wrote down",
        "try next",
    ):
        assert words in first.stdout
    # and: README's first screen shows what is really printed
    shown = re.search(r"```text\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    assert shown is not None
    printed = iter(first.stdout.replace(str(port), "8443").splitlines())
    for line in shown[1].splitlines():
        assert line in ("", "…") or line in printed, line
    # when it is run again
    again = sn_mock_in("up", "--port", str(port))
    # then
    assert again.returncode == 0, again.stdout + again.stderr
    assert "already up" in again.stdout
    # then: another port is refused while it runs
    other = sn_mock_in("up", "--port", str(free_port()))
    assert other.returncode == 2
    assert "make down" in other.stderr
    # when: down, twice
    assert f":{port}" in sn_mock_in("down").stdout
    assert sn_mock_in("down").stdout == "nothing to stop\n"
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port)).close()


def test_up_again_with_an_edited_policy_says_that_it_is_not_in_force(sn_mock_in: Command, tmp_path: Path) -> None:
    """What the running provider obeys is not what the file says; after down and up it is."""
    port = str(free_port())
    assert sn_mock_in("up", "--port", port).returncode == 0
    policy = tmp_path / "examples" / "provider-policy.toml"
    kept = policy.read_text("utf-8")
    # when: one more word, then a broken one
    policy.write_text(kept + "tickets = true\n", "utf-8")
    again = sn_mock_in("up", "--port", port)
    policy.write_text(kept + "tickets = \n", "utf-8")
    broken = sn_mock_in("up", "--port", port)
    # then
    assert again.returncode == 2
    assert "differs in tickets" in again.stderr
    assert "sn-mock down, then up" in again.stderr
    assert broken.returncode == 2
    assert "is not TOML" in broken.stderr
    # and the twin
    policy.write_text(kept + "tickets = true\n", "utf-8")
    assert sn_mock_in("down").returncode == 0
    assert sn_mock_in("up", "--port", port).returncode == 0
    assert sn_mock_in("up", "--port", port).returncode == 0


def test_up_sends_the_test_values_and_diagnoses_what_a_reader_breaks(sn_mock_in: Command, tmp_path: Path) -> None:
    """The first ticket carries the record's test value, not a bare variable; a call broken since then is explained."""
    # when: the first call
    port = str(free_port())
    assert sn_mock_in("up", "--port", port).returncode == 0
    # then: the provider read the value
    visit = json.loads((tmp_path / ".run" / "visits.jsonl").read_text("utf-8").splitlines()[-1])
    assert "Printer on fire" in visit["requests"][0]["body"]
    # when: the instance is broken, as its comments invite to do
    records = tmp_path / "examples" / "instance" / "instance.toml"
    records.write_text(records.read_text("utf-8").replace('"changeit"', '"mistyped"'), "utf-8")
    broken = sn_mock_in("up", "--port", port)
    # then: 1, the exception, and the remedy
    assert broken.returncode == 1
    assert "Keystore was tampered with, or password was incorrect" in broken.stdout
    assert "(wrong-store-password)" in broken.stdout


def test_taken_port_names_the_way_out(sn_mock_in: Command) -> None:
    """A port that somebody else has gives one clear line with PORT=, and nothing is left running."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = sn_mock_in("up", "--port", str(port))
    assert done.returncode == 2
    assert done.stderr == f"sn-mock: port {port} is taken; choose another: make up PORT={port + 1}\n"
    assert sn_mock_in("down").stdout == "nothing to stop\n"


def test_up_in_an_empty_folder_brings_the_examples(sn_mock_in: Command, tmp_path: Path) -> None:
    """Where a wheel was installed there is no project's folder: the examples come along, and the call succeeds."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    try:
        done = sn_mock_in("up", "--port", "0", folder=elsewhere)
        assert "AcmeTickets / CreateTicket: succeeded" in done.stdout, done.stderr
        assert (elsewhere / "examples" / "wsdl" / "tickets.wsdl").is_file()
    finally:
        sn_mock_in("down", folder=elsewhere)


def test_up_beside_somebody_elses_examples_says_what_to_do(sn_mock_in: Command, tmp_path: Path) -> None:
    """A folder of that name that is not ours is left alone."""
    (tmp_path / "there" / "examples").mkdir(parents=True)
    done = sn_mock_in("up", folder=tmp_path / "there")
    assert done.returncode == 2
    assert "sn-mock init DIR" in done.stderr
    assert list((tmp_path / "there" / "examples").iterdir()) == []


def test_port_out_of_range(sn_mock_in: Command) -> None:
    """A number that is no port is refused before anything is written."""
    done = sn_mock_in("up", "--port", "70000")
    assert done.returncode == 2
    assert "70000" in done.stderr


def test_make_alone_prints_help() -> None:
    """`make` lists every target with its meaning and does nothing."""
    done = subprocess.run(["make", "--no-print-directory"], cwd=ROOT, capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr
    for target in ("up", "down", "certs", "test", "lint", "bench", "parity", "docs", "clean"):
        assert re.search(rf"^  make {target} +\S", done.stdout, re.MULTILINE)


def test_make_up_passes_the_port_on() -> None:
    """PORT= chooses the provider's port."""
    done = subprocess.run(["make", "-n", "up", "PORT=9999"], cwd=ROOT, capture_output=True, text=True, timeout=30)
    assert "sn_mock up --port 9999" in done.stdout
