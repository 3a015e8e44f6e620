"""Stacks that change what lies under us: no libssl to find, gevent, frozen clocks. It works, or a line says why."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from provider_stub import Provider, ProviderPolicy

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def built_in(tmp_path: Path) -> dict[str, str]:
    """The environment of a Python whose _ssl is part of the interpreter, as in static builds."""
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text("import ssl\ndel ssl._ssl.__file__\n")
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)])}


def run(environment: dict[str, str], *arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """`python -m …`."""
    command = [sys.executable, "-m", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd, env=environment)


def test_an_ordinary_policy_works_without_libssl(built_in: dict[str, str], tmp_path: Path) -> None:
    """`trust` alone: the provider starts, and says that no CA names are sent, and why."""
    certificates = tmp_path / "certs"
    assert run(built_in, "sn_mock", "certs", str(certificates)).returncode == 0
    policy = tmp_path / "policy.toml"
    policy.write_text(
        'trust = ["certs/client-ca-bundle.pem"]\nserver_certificate = "certs/provider.pem"\n'
        'server_key = "certs/provider.key"\n'
    )
    try:
        up = run(built_in, "provider_stub", "up", "--policy", str(policy), "--port", "0", cwd=tmp_path)
        assert (up.returncode, up.stderr) == (0, "")
        assert (
            "note: no CA names are sent in the CertificateRequest, because the _ssl module is built into" in up.stdout
        )
        refused = run(built_in, "provider_stub", "control", "set", "personality=nginx", cwd=tmp_path)
        assert refused.returncode == 2
        assert refused.stderr.startswith("provider-stub: personality: cannot be had with this Python")
        assert run(built_in, "provider_stub", "status", cwd=tmp_path).returncode == 0
    finally:
        run(built_in, "provider_stub", "down", cwd=tmp_path)


def test_a_scenario_that_needs_libssl_says_so(built_in: dict[str, str]) -> None:
    """Exit code 2, one line that names the key and the way out; not our own fault, and no traceback."""
    done = run(built_in, "sn_mock", "reproduce", "wrong-default-keystore")

    assert done.returncode == 2
    assert "internal error" not in done.stderr
    assert done.stderr.count("\n") == 1
    assert "next step: leave it out, or use another Python" in done.stderr


def test_gevent_takes_no_call(tmp_path: Path) -> None:
    """After `monkey.patch_all()` a call works and is recorded on both sides."""
    pytest.importorskip("gevent")
    script = (
        "from gevent import monkey\nmonkey.patch_all()\nfrom sn_mock.lab import Lab\n"
        "with Lab() as lab:\n    exchange, visit = lab.call()\n    print(exchange.ok, visit.verdict)\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=ROOT, env=environment
    )

    assert done.stdout == "True accepted\n", done.stderr


def deadline_ends_a_silent_client() -> str | None:
    """The reason of a visit that only a deadline could end."""
    policy = ProviderPolicy(client_auth="none", handshake_timeout=0.2)
    with Provider(policy) as provider, socket.create_connection(("127.0.0.1", provider.port), 20) as sock:
        assert sock.recv(1) == b""
        return provider.wait_for_visits(1)[0].reason


def test_deadlines_run_while_clocks_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Given a process whose every clock in `time` stands still: a silent client is ended all the same."""
    for name in ("monotonic", "time", "perf_counter"):
        monkeypatch.setattr(time, name, lambda: 1e9)
    assert deadline_ends_a_silent_client() == "silent"


def test_deadlines_run_under_freezegun() -> None:
    """The same with the library that tests use for it, also where it was there first."""
    freezegun = pytest.importorskip("freezegun")
    with freezegun.freeze_time("2020-02-29"):
        assert deadline_ends_a_silent_client() == "silent"


NOT_UNIX = """
import os, signal, socket, sys
for name in ("fcntl", "resource", "pwd", "grp", "termios"):
    sys.modules[name] = None
for name in ("fork", "geteuid", "getuid", "O_NONBLOCK", "O_NOFOLLOW", "O_CLOEXEC", "pidfd_open", "memfd_create"):
    if hasattr(os, name):
        delattr(os, name)
del signal.pthread_sigmask
"""


@pytest.fixture(scope="module")
def not_unix(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a Python without what only Unix has; what Windows lacks besides cannot be taken away here."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "sitecustomize.py").write_text(NOT_UNIX)
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)])}


def test_nothing_needlessly_unix_keeps_anybody_from_the_readers(not_unix: dict[str, str], tmp_path: Path) -> None:
    """certs, keystore, explain, check and call work; what needs Unix is told in one line."""
    certificates = tmp_path / "certs"
    instance = tmp_path / "instance"
    shutil.copytree(ROOT / "examples" / "instance", instance, ignore=shutil.ignore_patterns("*.jks", "*.pem"))
    done = run(not_unix, "sn_mock", "certs", str(certificates), "--for", str(instance))
    assert (done.returncode, done.stderr) == (0, "")
    for command in (
        ("keystore", "show", str(certificates / "acme-client.jks"), "--password", "changeit"),
        ("explain", "Received fatal alert: bad_certificate"),
        ("check", str(instance)),
        ("call", str(instance), "AcmeTickets", "CreateTicket", "--endpoint", "https://localhost:1/"),
        ("reproduce", "client-certificate-expired"),
    ):
        done = run(not_unix, "sn_mock", *command)
        assert done.stderr == "", command
        assert done.returncode in (0, 1)
    for name in ("serve", "up"):
        done = run(not_unix, "provider_stub", name, "--port", "0", cwd=tmp_path)
        assert done.returncode == 2
        assert "needs Linux or macOS; next step: " in done.stderr
        assert done.stderr.count("\n") == 1
