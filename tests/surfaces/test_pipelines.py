"""The GitHub Action and the pre-commit hooks: what they run is run here, with the words that the files have."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import provider_stub
import sn_mock
from sn_mock.cli import main
from sn_mock.lab.pki import shared_pki

ROOT = Path(__file__).parent.parent.parent
ACTION = (ROOT / "action.yml").read_text(encoding="utf-8")
HOOKS = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
RUN = re.compile(r"env: \{(?P<env>.*)\}\n +run: (?P<run>.*)")
INPUT = re.compile(r'(\w+): "\$\{\{ inputs\.([\w-]+) \}\}"')


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a good folder, a bad one, a client's certificate and a policy that accepts it."""
    monkeypatch.chdir(tmp_path)
    assert main(["init", "good", "--yes"]) == 0
    shutil.copytree("good", "bad folder")
    records = Path("bad folder/instance.toml")
    records.write_text(records.read_text("utf-8").replace('keystore = "Client keystore"\n', "", 1), "utf-8")
    Path("client.pem").write_text(shared_pki()["acme-client"].pem(2))
    Path("ca.pem").write_text(shared_pki()["root"].pem())
    Path("other.pem").write_text(shared_pki()["unrelated-client"].pem())
    Path("p.toml").write_text('trust = ["ca.pem"]\n')
    return tmp_path


def sh(command: str, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """What a runner's shell makes of it, with this environment's commands."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["sh", "-e", "-c", command],
        env={**os.environ, "PATH": path, **(environment or {})},
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("inputs", "step", "code"),
    [
        ({"folder": "good", "junit": "out.xml"}, "sn-mock check", 0),
        ({"folder": "bad folder", "junit": "out.xml"}, "sn-mock check", 1),
        ({"folder": "good"}, "sn-mock expiry", 0),
        ({"policy": "p.toml", "certificate": "client.pem"}, "provider-stub judge", 0),
        ({"policy": "p.toml", "certificate": "other.pem"}, "provider-stub judge", 1),
        ({"folder": "$(touch slipped)", "junit": "out.xml"}, "sn-mock check", 2),
    ],
)
def test_the_action_runs_what_it_says(place: Path, inputs: dict[str, str], step: str, code: int) -> None:
    """Each step by its own words: exit codes pass on, blanks hold, an input is never read by the shell."""
    env, run = next(match for match in RUN.findall(ACTION) if match[1].startswith(step))
    done = sh(run, {name: inputs[given] for name, given in INPUT.findall(env)})
    assert done.returncode == code, done.stdout + done.stderr
    assert not (place / "slipped").exists()
    if code == 1 and step == "sn-mock check":
        assert "::error" in done.stdout
        assert "<failure" in (place / "out.xml").read_text("utf-8")


def test_the_action_declares_what_it_uses() -> None:
    """Every input that a step reads is declared, every declared one is read; no script holds an expression."""
    declared = set(re.findall(r"^  ([\w-]+):$", ACTION.partition("inputs:")[2].partition("runs:")[0], re.MULTILINE))
    assert set(re.findall(r"inputs\.([\w-]+)", ACTION)) == declared
    assert not [run for run in re.findall(r"run: (.*)", ACTION) if "${{" in run]


@pytest.mark.parametrize(
    ("hook", "args", "code"),
    [
        ("sn-mock-check", "good", 0),
        ("sn-mock-check", "good/instance.toml", 0),
        ("sn-mock-check", "'bad folder'", 1),
        ("provider-stub-judge", "client.pem --policy p.toml", 0),
        ("provider-stub-judge", "other.pem --policy p.toml", 1),
    ],
)
def test_a_hook_runs_with_the_args_of_its_user(place: Path, hook: str, args: str, code: int) -> None:
    """Entry and args, as pre-commit puts them together (it passes no file names)."""
    block = HOOKS.partition(f"id: {hook}\n")[2].partition("\n- id")[0]
    assert "pass_filenames: false" in block
    entry = re.search(r"entry: (.*)", block)
    assert entry is not None
    done = sh(shlex.join([*shlex.split(entry[1]), *shlex.split(args)]))
    assert done.returncode == code, done.stdout + done.stderr


def test_what_is_called_public_is_what_is_public() -> None:
    """docs/public.md names exactly the exports of the two packages."""
    text = (ROOT / "docs" / "public.md").read_text(encoding="utf-8")
    for package in (sn_mock, provider_stub):
        listed = text.partition(f"- `{package.__name__}`: ")[2].partition(".\n")[0].partition("; and")[0]
        assert set(re.findall(r"`(\w+)`", listed)) == set(package.__all__) - {"__version__"}


def test_no_page_installs_what_no_index_has() -> None:
    """There is no package of that name yet; the text for an index has no link that would lead nowhere there."""
    pages = [
        ROOT / "README.md",
        ROOT / "PACKAGE.md",
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / "examples").rglob("*.md"),
    ]
    sources = [*(ROOT / "sn_mock").rglob("*.py")]
    said = re.compile(r"pip install (-\S+ )*['\"]?sn-mock(\[\w+\])?['\"]?( |`|$)", re.MULTILINE)
    assert [path.name for path in (*pages, *sources) if said.search(path.read_text(encoding="utf-8"))] == []
    assert "](" not in (ROOT / "PACKAGE.md").read_text(encoding="utf-8")
