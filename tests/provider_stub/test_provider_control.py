"""The control port and the state file belong to the provider's owner; a change applies everywhere or nowhere."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from provider_stub import Provider
from provider_stub.process.background import ControlError, RunDirectory, start, stop
from provider_stub.process.client import ask
from provider_stub.process.processes import process, send

ROOT = Path(__file__).parent.parent.parent


class Controlled:
    """A provider with a control port, and one request to it."""

    def __init__(self, provider: Provider) -> None:
        self.port = provider.status()["control_port"]
        self.token = provider.control_token
        self.state = {"control_port": self.port, "control_token": self.token}

    def status(self, path: str = "/status", method: str = "GET", body: str | None = None, **headers: str) -> int:
        """The HTTP status that these headers get."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        response = connection.getresponse()
        self.answer = json.loads(response.read())
        connection.close()
        return response.status


@pytest.fixture
def controlled(pki):
    """A provider in this process, with its control port."""
    with Provider(pki.policy(), control_port=0) as provider:
        yield Controlled(provider)


def test_the_token_opens_the_control_port(controlled):
    """With the token every request is answered; unknown ones get a list."""
    known = {"Authorization": f"Bearer {controlled.token}"}
    assert controlled.status(**known) == 200
    assert controlled.token not in json.dumps(controlled.answer)
    assert controlled.status("/nothing", **known) == 404
    assert "GET /policy" in controlled.answer["error"]


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Bearer"}, {"Authorization": "Bearer x"}, {"Authorization": "Basic {}"}]
)
def test_nobody_else_gets_anything(controlled, headers):
    """Another user of the machine finds the port, and neither reads nor changes anything."""
    headers = {name: value.format(controlled.token) for name, value in headers.items()}
    change = json.dumps({"folder": "/", "policy": {"client_auth": "none"}})
    assert controlled.status(**headers) == 401
    assert controlled.status("/visits/open", **headers) == 401
    assert controlled.status("/policy", "PATCH", change, **headers) == 401
    assert set(controlled.answer) == {"error"}
    assert "client_auth" not in ask(controlled.state, "GET", "/policy")


@pytest.mark.parametrize(
    "headers", [{"Origin": "http://evil.example"}, {"Host": "evil.example"}, {"Host": "127.0.0.1.evil.example:1"}]
)
def test_a_web_page_gets_nothing_even_with_the_token(controlled, headers):
    """Origin and foreign host names (DNS rebinding) are refused first."""
    assert controlled.status(Authorization=f"Bearer {controlled.token}", **headers) == 403


@pytest.fixture
def special(tmp_path):
    """Paths that are there and are no regular files."""
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "folder").mkdir()
    (tmp_path / "link-to-zero").symlink_to("/dev/zero")
    return tmp_path


@pytest.mark.parametrize(
    "key", ["trust", "advertise", "crl", "trusted_leaves", "wsdl", "responses", "server_certificate"]
)
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("fifo", "is not a regular file"),
        ("/dev/zero", "is not a regular file"),
        ("link-to-zero", "is not a regular file"),
        ("folder", "Is a directory"),
        ("a\0b", "without NUL"),
        ("\ud800", "half a character"),
    ],
)
def test_a_policy_names_regular_files(controlled, special, key, name, words):
    """A FIFO or a device is refused with its key, at once, and the control port goes on answering."""
    value = [name] if key in ("trust", "advertise", "crl", "trusted_leaves") else name
    with pytest.raises(ControlError, match=words) as refused:
        ask(controlled.state, "PATCH", "/policy", {"folder": str(special), "policy": {key: value}})
    assert key in str(refused.value)
    assert ask(controlled.state, "GET", "/status")["counters"]["connections"] == 0


def test_status_answers_while_a_change_takes_long(controlled, monkeypatch):
    """A change is worked on in a thread of its own; reading its files keeps nobody waiting."""
    import threading

    from provider_stub.server import control

    begun, go = threading.Event(), threading.Event()

    def slow(*arguments, **options):
        begun.set()
        assert go.wait(30)
        return from_mapping(*arguments, **options)

    from_mapping = control.from_mapping
    monkeypatch.setattr(control, "from_mapping", slow)
    change = threading.Thread(target=ask, args=(controlled.state, "PUT", "/policy", {"policy": {}}))
    change.start()
    assert begun.wait(10)
    assert ask(controlled.state, "GET", "/status")["workers"] == 1
    go.set()
    change.join()


# The state file


@pytest.fixture
def run(tmp_path, pki):
    """A run directory with a policy beside it; what runs there is stopped at the end."""
    folder = RunDirectory(tmp_path / "run")
    yield folder
    stop(folder)


def arguments(pki, *more: str) -> list[str]:
    """For `provider-stub serve`."""
    policy = pki.folder / "policy.toml"
    policy.write_text('trust = ["root.pem"]\nserver_certificate = "server.pem"\n')
    return ["--policy", str(policy), "--port", "0", *more]


def test_the_state_file_is_the_owners(run, pki):
    """Token and journal are for the owner's eyes; what is printed has no token."""
    state, already = start(run, arguments(pki))
    assert not already
    for file in (run.state_file, run.log):
        assert file.stat().st_mode & 0o777 == 0o600
    assert run.folder.stat().st_mode & 0o777 == 0o700
    done = subprocess.run(
        [sys.executable, "-m", "provider_stub", "status", "--json", "--run-dir", str(run.folder)],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    assert json.loads(done.stdout)["running"] is True
    assert state["control_token"] not in done.stdout


def test_two_starts_at_once_start_one(run, pki):
    """Three `up` at the same moment: one provider, one pid, and `down` ends it."""
    command = [sys.executable, "-m", "provider_stub", "up", "--json", "--run-dir", str(run.folder), *arguments(pki)]
    starts = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) for _ in range(3)]
    told = [json.loads(one.communicate()[0]) for one in starts]
    assert len({state["pid"] for state in told}) == 1
    assert sorted(state["already"] for state in told) == [False, True, True]
    assert process(told[0]["pid"]) is not None
    assert stop(run)["pid"] == told[0]["pid"]
    assert process(told[0]["pid"]) is None


def _stranger(*words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", "input()", *words], stdin=subprocess.PIPE)


def _state(pid: object, started: object, **more: object) -> str:
    whole = {"pid": pid, "process_started": started, "url": "x", "port": 1, "control_port": 1, "control_token": "t"}
    return json.dumps(whole | more)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[" * 100_000,
        "[1]",
        '{"pid": 1}',
        _state(0, None),
        _state(-1, None),
        _state(0, "1"),
        _state(1, "alive"),
        _state(True, "1"),
        _state(os.getpid(), None),
        _state(os.getpid(), "1"),
        _state(2**70, "1"),
    ],
)
def test_a_state_file_of_nobody_is_not_believed(run, content):
    """Whatever it says: nothing runs, nobody is signalled, and `down` clears it away."""
    run.folder.mkdir()
    run.state_file.write_text(content)
    assert run.running() is None
    assert stop(run) is None
    assert not run.state_file.exists()


def test_a_stranger_is_not_signalled(run):
    """Given a state file with a right pid and start time of a process that is no provider: it lives on."""
    run.folder.mkdir()
    with _stranger() as other:
        run.state_file.write_text(_state(other.pid, process(other.pid).started))
        assert stop(run) is None
        assert other.poll() is None
        other.communicate(b"\n")


def test_the_provider_of_another_folder_is_not_signalled(run, tmp_path, pki):
    """A copied state file names a provider of ours that announced itself elsewhere: it is left alone."""
    elsewhere = RunDirectory(tmp_path / "elsewhere")
    try:
        state, _ = start(elsewhere, arguments(pki))
        run.folder.mkdir()
        run.state_file.write_bytes(elsewhere.state_file.read_bytes())
        assert run.running() is None
        assert stop(run) is None
        assert elsewhere.running() == state
    finally:
        stop(elsewhere)


def test_a_signal_reaches_the_process_that_was_meant():
    """`send` compares before it signals: another start time is another process."""
    import dataclasses

    with _stranger() as other:
        found = process(other.pid)
        assert not send(dataclasses.replace(found, started="1"), signal.SIGKILL)
        assert other.poll() is None
        assert send(found, signal.SIGKILL)
    assert process(other.pid) is None
    assert not send(found, signal.SIGKILL)


def test_a_state_file_behind_a_link_is_not_read(run, tmp_path, pki):
    """The state file is a file of its own."""
    start(run, arguments(pki))
    linked = RunDirectory(tmp_path / "linked")
    linked.folder.mkdir()
    linked.state_file.symlink_to(run.state_file)
    assert linked.running() is None


def test_a_stopped_provider_is_ended(run, pki):
    """One that stands still does not answer, `down` ends it all the same."""
    state, _ = start(run, arguments(pki))
    os.kill(state["pid"], signal.SIGSTOP)
    assert stop(run)["pid"] == state["pid"]
    assert process(state["pid"]) is None


def test_a_dead_control_port_is_a_sentence(run):
    """A provider's process whose control port nobody answers: exit code 2, one line; `visits` too."""
    run.folder.mkdir()
    words = ("provider_stub", "serve", "--ready-file", str(run.state_file))
    with _stranger(*words) as other:
        run.state_file.write_text(_state(other.pid, process(other.pid).started))
        for command in (("status",), ("visits",), ("control", "show")):
            done = subprocess.run(
                [sys.executable, "-m", "provider_stub", *command, "--run-dir", str(run.folder)],
                capture_output=True,
                text=True,
                check=False,
                cwd=ROOT,
            )
            assert done.returncode == 2
            assert done.stderr.startswith("provider-stub: the control port 1 does not answer")
        other.communicate(b"\n")


# Several workers


def _children(pid: int) -> list[int]:
    return [int(child) for file in Path(f"/proc/{pid}/task").glob("*/children") for child in file.read_text().split()]


@pytest.mark.parametrize(("number", "words"), [(signal.SIGKILL, "is gone"), (signal.SIGSTOP, "does not answer")])
def test_a_worker_that_fell_is_named_and_the_others_serve(run, pki, number, words):
    """`status` answers and says who; a change goes to the living, or nowhere while one may come back; `down` works."""
    state, _ = start(run, arguments(pki, "--workers", "2"))
    fallen, _ = _children(state["pid"])
    os.kill(fallen, number)
    time.sleep(0.05)
    status = ask(state, "GET", "/status")
    assert status["problems"] == [f"worker process {fallen} {words}"]
    assert (status["workers"], status["workers_answering"]) == (2, 1)
    change = {"folder": "/", "policy": {"idle_timeout": 7}}
    if number == signal.SIGKILL:
        assert ask(state, "PATCH", "/policy", change)["idle_timeout"] == 7
    else:
        with pytest.raises(ControlError, match=f"worker process {fallen} does not answer"):
            ask(state, "PATCH", "/policy", change)
        assert "idle_timeout" not in ask(state, "GET", "/policy")
        os.kill(fallen, signal.SIGCONT)
        time.sleep(0.3)
        assert ask(state, "PATCH", "/policy", change)["idle_timeout"] == 7
        assert ask(state, "GET", "/status")["problems"] == []
    assert stop(run)["pid"] == state["pid"]
    assert process(fallen) is None


def test_down_ends_a_worker_that_stands_still(run, pki):
    """A stopped worker is ended by its supervisor, and nobody is left."""
    state, _ = start(run, arguments(pki, "--workers", "2"))
    fallen, other = _children(state["pid"])
    os.kill(fallen, signal.SIGSTOP)
    stop(run)
    assert [process(pid) for pid in (state["pid"], fallen, other)] == [None] * 3


def test_a_change_that_one_worker_cannot_use_is_nobodys(run, pki, tmp_path):
    """Given a file that is gone when the workers read it: the key is named, and none has changed."""
    state, _ = start(run, arguments(pki, "--workers", "2"))
    with pytest.raises(ControlError, match=r"trust\[0\]"):
        ask(state, "PATCH", "/policy", {"folder": str(tmp_path), "policy": {"trust": ["gone.pem"]}})
    assert ask(state, "GET", "/policy")["trust"] == [str(pki.path("root"))]
