"""Many simulated instances on one provider, driven by Locust itself (which replaces the world by gevent's)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from provider_stub import Visit
from sn_mock.lab import Lab

pytestmark = pytest.mark.skipif(find_spec("locust") is None, reason="the extra `load` is not installed")
"""Never imported here: Locust replaces sockets and threads of the whole process."""

LOCUSTFILE = """
from pathlib import Path

from locust import constant, events, task
from sn_mock.locust_user import InstanceUser


class Tickets(InstanceUser):
    instance_folder = {folder!r}
    keep_alive = {keep_alive}
    wait_time = constant(0)

    @task
    def create(self):
        for _ in range(3):
            self.call("AcmeTickets", "CreateTicket", short_description="load")


@events.request.add_listener
def note(exception, response, **_):
    if exception:
        Path("told.txt").write_text(f"{{type(response).__name__}}: {{exception}}")
"""


def drive(lab: Lab, folder: Path, *options: str, keep_alive: bool = False) -> tuple[int, list[dict[str, Any]]]:
    """Locust's exit code and its statistics of a short run of two instances."""
    lab.instance.save(folder / "instance")
    locustfile = folder / "locustfile.py"
    locustfile.write_text(LOCUSTFILE.format(folder=str(folder / "instance"), keep_alive=keep_alive))
    command = [sys.executable, "-m", "locust", "-f", str(locustfile), "--headless", "--only-summary", "--json"]
    command += ["--users", "2", "--spawn-rate", "2", "--run-time", "1s", "--stop-timeout", "5", *options]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=folder, env=environment, timeout=120
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, json.loads(done.stdout)


def test_instances_call_with_their_own_keys(tmp_path: Path) -> None:
    """Given two users for a second: every request of Locust's is a visit with the instance's certificate."""
    with Lab() as lab:
        code, statistics = drive(lab, tmp_path)
        visits = lab.provider.visits

    (row,) = statistics
    assert (code, row["method"], row["name"], row["num_failures"]) == (0, "SOAP", "AcmeTickets.CreateTicket", 0)
    assert 3 <= row["num_requests"] <= len(visits)
    assert {_who(visit) for visit in visits if visit.requests} == {"CN=acme-client"}


def test_a_failing_call_is_counted_with_its_reason(tmp_path: Path) -> None:
    """The twin, with the wrong default keystore: Locust counts failures, with Java's text and the rule."""
    with Lab(scenario="wrong-default-keystore") as lab:
        code, statistics = drive(lab, tmp_path)

    (row,) = statistics
    assert code == 1
    assert row["num_failures"] == row["num_requests"] >= 3
    told = (tmp_path / "told.txt").read_text()
    assert told.startswith("Exchange: javax.net.ssl.SSLHandshakeException: Received fatal alert: ")
    assert told.endswith(" (legacy-properties-beat-profile)")


def test_connections_are_kept_where_that_is_wanted(tmp_path: Path) -> None:
    """With `keep_alive` each of the two instances has one connection, whatever it calls."""
    with Lab() as lab:
        _, statistics = drive(lab, tmp_path, keep_alive=True)
        visits = lab.provider.visits

    assert statistics[0]["num_requests"] >= 6
    assert len([visit for visit in visits if visit.requests]) == 2


def test_host_sends_the_calls_elsewhere(tmp_path: Path) -> None:
    """Locust's `--host` names scheme and address; the path stays the record's."""
    with Lab() as lab, Lab() as other:
        _, statistics = drive(lab, tmp_path, "--host", f"https://localhost:{other.provider.port}")
        assert statistics[0]["num_failures"] == 0
        assert not lab.provider.visits
        assert {request.target for visit in other.provider.visits for request in visit.requests} == {"/tickets"}


def _who(visit: Visit) -> str:
    return visit.presented[0].subject.split(",")[0] if visit.presented else ""
