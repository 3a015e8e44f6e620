"""The `provider-stub` command: up, status, visits, control, down; exit codes; several workers."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent.parent


@pytest.fixture
def run(tmp_path, pki):
    """`run(command, …)` in a folder with a policy; a provider left running is stopped at the end."""
    for name in ("root", "server", "other-root"):
        (tmp_path / f"{name}.pem").write_bytes(pki.path(name).read_bytes())
    (tmp_path / "policy.toml").write_text('trust = ["root.pem"]\nserver_certificate = "server.pem"\n')

    def command(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "provider_stub", *arguments],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    yield command
    command("down")


UP = ("up", "--policy", "policy.toml", "--port", "0", "--json")


def up(run, *more: str) -> dict:
    """Start in the background; its state."""
    done = run(*UP, *more)
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


class Target:
    """Something with a port, for `place`."""

    def __init__(self, port: int) -> None:
        self.port = port


def wait_for_visits(run, count: int) -> list[dict]:
    """`visits --json` as soon as it has that many."""
    for _ in range(50):
        found = json.loads(run("visits", "--json").stdout)
        if len(found) >= count:
            return found
        time.sleep(0.05)
    return found


def test_a_life_in_the_background(run, pki, place):
    """up is ready when it returns, twice is harmless; status, visits and down tell the truth."""
    state = up(run)
    assert state["already"] is False
    assert json.loads(run(*UP).stdout)["already"] is True
    target = Target(state["port"])
    assert place(target, pki.client_context()).status == 200
    assert place(target, pki.client_context("stranger")).error == "TLSV1_ALERT_UNKNOWN_CA"

    visits = wait_for_visits(run, 2)
    assert [visit["verdict"] for visit in visits] == ["accepted", "refused"]
    status = run("status", "--json")
    document = json.loads(status.stdout)
    assert (status.returncode, document["running"], document["counters"]["connections"]) == (0, True, 2)
    assert "unknown-ca" in run("visits").stdout

    down = run("down", "--json")
    assert (down.returncode, json.loads(down.stdout)["stopped"]["pid"]) == (0, state["pid"])
    assert run("status", "--json").returncode == 1
    assert run("down").returncode == 0
    assert len(json.loads(run("visits", "--json").stdout)) == 2


def test_control_changes_the_running_policy(run, pki, place):
    """set, load, show, clear; a bad value is refused with its key and changes nothing."""
    target = Target(up(run)["port"])
    stranger = pki.client_context("stranger")
    assert place(target, stranger).status is None
    assert run("control", "set", 'trust=["root.pem","other-root.pem"]').returncode == 0
    assert place(target, stranger).status == 200
    assert run("control", "set", "personality=nginx", "tickets=true").returncode == 0
    assert place(target, pki.client_context("self")).status == 400

    bad = run("control", "set", "personality=apache", "trust=[1]")
    assert bad.returncode == 2
    assert "trust: must be a list of files" in bad.stderr
    assert "personality: unknown personality 'apache'" in bad.stderr
    assert run("control", "set", "personality").returncode == 2
    assert json.loads(run("control", "set", "tls_max=1.2", "tickets=", "--json").stdout)["tls_max"] == "1.2"
    shown = json.loads(run("control", "show", "--json").stdout)
    assert (shown["personality"], len(shown["trust"])) == ("nginx", 2)
    assert "tickets" not in shown  # nothing after the sign: the default again
    assert run("control", "load", "policy.toml").returncode == 0
    assert place(target, stranger).error == "TLSV1_ALERT_UNKNOWN_CA"
    assert run("control", "clear").returncode == 0


def test_workers_share_the_port_and_the_journal(run, pki, place):
    """Two processes: every call is answered, every visit is written, a change reaches both."""
    target = Target(up(run, "--workers", "2")["port"])
    context = pki.client_context()
    assert [place(target, context).status for _ in range(24)] == [200] * 24
    visits = wait_for_visits(run, 24)
    assert len({visit["id"] for visit in visits}) == 24
    status = json.loads(run("status", "--json").stdout)
    assert (status["workers"], status["counters"]["requests"]) == (2, 24)
    run("control", "set", 'trust=["other-root.pem"]')
    assert {place(target, context).error for _ in range(12)} == {"TLSV1_ALERT_UNKNOWN_CA"}
    assert run("control", "set", "personality=none-such").returncode == 2


@pytest.mark.parametrize("command", ["serve", "up"])
def test_an_address_that_is_not_ours_is_named(run, command):
    """A host that is not this machine's gives one line that names it and the ways out, and nothing runs."""
    done = run(command, "--policy", "policy.toml", "--host", "no.such.invalid", "--port", "0")
    assert done.returncode == 2
    assert done.stderr.startswith("provider-stub: cannot listen on port 0 of no.such.invalid: ")
    assert done.stderr.endswith("; choose others with --host and --port\n")
    assert "Traceback" not in done.stderr


def test_a_taken_port_is_named(run):
    """The message says which port and how to choose another; nothing runs."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        for workers in ("1", "2"):
            done = run("up", "--policy", "policy.toml", "--port", str(port), "--workers", workers)
            assert done.returncode == 2
            assert done.stderr == f"provider-stub: port {port} on 127.0.0.1 is taken; choose another with --port\n"
        done = run("serve", "--policy", "policy.toml", "--port", "0", "--control-port", str(port))
        assert done.stderr.strip().endswith(f"port {port} is taken; choose another with --control-port")
    assert run("status").returncode == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("up", "--policy", "missing.toml"), "missing.toml: policy: cannot be read"),
        (("serve", "--policy", "bad.toml"), "bad.toml: personality: unknown personality 'x'"),
        (("serve", "--port", "70000"), "not a port"),
        (("serve", "--workers", "0"), "not a number of workers"),
        (("serve", "--port", "0", "--journal", "missing/visits.jsonl"), "missing/visits.jsonl: No such file"),
        (("dance",), "invalid choice"),
    ],
)
def test_bad_input_is_exit_code_2_without_traceback(run, tmp_path, arguments, words):
    """Every mistake is a sentence on stderr."""
    (tmp_path / "bad.toml").write_text('personality = "x"\ntrust = ["nope.pem"]')
    done = run(*arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    if "bad.toml" in arguments:
        assert "trust[0]: cannot read" in done.stderr


def test_sigterm_under_load_drains(run, tmp_path, pki, place):
    """Answers under way are finished, and every connection that was accepted is in the journal."""
    import threading

    (tmp_path / "policy.toml").write_text(
        'trust = ["root.pem"]\nserver_certificate = "server.pem"\ndelay_ms = 300\ndelay_at = "request"\n'
    )
    state = up(run)
    outcomes: list[int | None] = []
    target = Target(state["port"])
    callers = [
        threading.Thread(target=lambda: outcomes.append(place(target, pki.client_context()).status)) for _ in range(8)
    ]
    for caller in callers:
        caller.start()
    for _ in range(200):
        if json.loads(run("status", "--json").stdout)["counters"]["connections"] == 8:
            break
    assert run("down").returncode == 0
    for caller in callers:
        caller.join()
    visits = json.loads(run("visits", "--json").stdout)
    assert len(visits) == 8
    answered = [visit for visit in visits if visit["requests"] and visit["requests"][0]["status"] == 200]
    assert len(answered) == outcomes.count(200)


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        ('trust = ["other-root.pem"]\n', 1, "it differs in trust, server_certificate"),
        ('trust = ["root.pem"]\nserver_certificate = "server.pem"\n', 0, ""),
        ("trust = [", 2, "is not TOML"),
        ('trust = ["nowhere.pem"]\n', 2, "nowhere.pem"),
        (None, 2, "No such file or directory"),
    ],
)
def test_up_again_says_which_policy_is_obeyed(run, tmp_path, content, code, said):
    """Another policy is not in force, and a broken one is told; the same by another name is what runs."""
    up(run)
    if content is not None:
        (tmp_path / "another.toml").write_text(content)
    done = run("up", "--policy", "another.toml")
    assert done.returncode == code, done.stdout + done.stderr
    assert "already up" in done.stdout
    assert said in done.stderr
    assert f"obeys {tmp_path.resolve() / 'policy.toml' if code else 'another.toml'}" in done.stdout + done.stderr


def test_up_after_its_policy_file_was_edited_says_so_and_loading_it_is_the_way(run, tmp_path):
    """The file's new words are not in force; `control load`, which the refusal names, brings them into force."""
    up(run)
    with (tmp_path / "policy.toml").open("a") as policy:
        policy.write('client_auth = "optional"\n')
    done = run(*UP)
    assert done.returncode == 1
    assert json.loads(done.stdout)["not_so"]
    assert "differs in client_auth" in done.stderr
    assert "provider-stub control load policy.toml" in done.stderr
    assert run("control", "load", "policy.toml").returncode == 0
    assert up(run)["not_so"] == []


def test_up_with_other_options_than_those_that_run_is_not_as_asked(run):
    """A port or a number of workers that was asked for is named; those that run, and any free port, are fine."""
    state = up(run)
    for option, value in (("--workers", "2"), ("--port", "1"), ("--host", "127.0.0.2"), ("--pcap", "x.pcapng")):
        done = run("up", option, value)
        assert done.returncode == 1, done.stdout
        assert f"{option} {value} is not so" in done.stderr
    done = run("up", "--workers", "1", "--port", str(state["port"]), "--host", "127.0.0.1", "--control-port", "0")
    assert (done.returncode, done.stderr) == (0, "")


def test_follow_prints_visits_as_they_come(run, tmp_path, pki, place):
    """`visits --follow` shows the next visit without being asked again."""
    target = Target(up(run)["port"])
    for name in ("client", "stranger"):
        place(target, pki.client_context(name))
    wait_for_visits(run, 2)
    command = [sys.executable, "-m", "provider_stub", "visits", "--follow", "--last", "1"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True) as follower:
        assert "CN=stranger" in follower.stdout.readline()
        place(target, pki.client_context("second"))
        assert "CN=second" in follower.stdout.readline()
        follower.terminate()
