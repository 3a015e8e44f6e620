"""The container and pipeline examples: what they run is run here, as far as that needs no container engine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ports import free_port

ROOT = Path(__file__).parent.parent.parent
CONTAINER = ROOT / "examples" / "container"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """The compose file's /lab: examples, and a free port instead of 8443."""
    port = str(free_port())
    shutil.copytree(ROOT / "examples", tmp_path / "lab" / "examples")
    for path in (tmp_path / "lab").rglob("*.toml"):
        path.write_text(path.read_text("utf-8").replace("8443", port), "utf-8")
    (tmp_path / "tmp").mkdir()
    (tmp_path / "port").write_text(port)
    return tmp_path


def sh(script: str, place: Path) -> subprocess.CompletedProcess[str]:
    """A shell as in the image, with its folders moved to `place`."""
    port = (place / "port").read_text()
    moved = re.sub(r"(?<![\w.])/(lab|tmp)/", rf"{place}/\1/", script.replace("8443", port))
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    command = ["sh", "-euxc", moved]
    environment = {**os.environ, "PATH": path, "PROVIDER_STUB_RUN_DIR": str(place / "run")}
    return subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True, timeout=120)


def test_the_services_of_the_compose_file_do_their_work(place: Path) -> None:
    """certs writes, the provider serves its policy from there, the runner's call and tests pass."""
    text = (CONTAINER / "compose.yaml").read_text("utf-8")
    certs, provider = (one.replace(",", "").replace('"', "") for one in re.findall(r"command: \[(.*)\]", text))
    runner = "\n".join(
        line.strip() for line in text.partition("- |\n")[2].partition("    network_mode")[0].splitlines()
    )
    assert "sn-mock call" in runner
    served = f"python -m {provider.replace(' serve', ' up').replace(' --ready-file /tmp/ready', '')}"
    done = sh(f"cd lab\npython -m {certs}\n{served}\ntrap 'provider-stub down' EXIT\n{runner}", place)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "succeeded" in done.stdout


def test_the_image_can_be_built_and_its_user_can_write() -> None:
    """What the Dockerfile names exists; the volume's folder belongs to the user that writes there; no key goes in."""
    text = (CONTAINER / "Dockerfile").read_text("utf-8")
    user = re.search(r"^USER (\w+)$", text, re.MULTILINE)
    assert user is not None
    assert re.search(rf"install -d -o {user[1]} .*/lab/certs\b", text)
    assert 'ENTRYPOINT ["python", "-m"]' in text
    ignored = (ROOT / ".dockerignore").read_text("utf-8").split()
    assert {"certs/generated", "examples/instance/attachments", ".venv"} <= set(ignored)


def test_the_commands_of_the_workflow(place: Path) -> None:
    """Each sn-mock line of the workflow runs on a healthy instance folder, and writes the results it uploads."""
    text = (ROOT / "examples" / "ci" / "github-workflow.yml").read_text("utf-8")
    commands = re.findall(r"run: (sn-mock .*)$", text, re.MULTILINE)
    assert [command.split()[1] for command in commands] == ["check", "expiry", "reproduce"]
    prepared = "cp -r lab/examples/instance my-instance\nsn-mock certs pki --for my-instance\n"
    done = sh(prepared + "\n".join(commands), place)
    assert done.returncode == 0, done.stdout + done.stderr
    assert sorted(path.name for path in place.glob("*.xml")) == ["check.xml", "reproduce.xml"]
