"""Every command a page shows is run, and every link leads somewhere.

A fenced block marked `console` is run line by line as a user would, in a folder with a copy of `examples/` and a fresh
`certs/generated`. `# exit 1` behind a command is part of the page: it says that this command is meant to fail.
A block marked `sh` holds what a test must not do on a developer's machine (clone, install, containers); only those
words are allowed there.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from sn_mock.cli import COMMANDS
from sn_mock.instance import RELEASES
from sn_mock.lab.scenarios import SCENARIOS
from sn_mock.lab.scenarios.model import Expected
from tests.ports import free_port

ROOT = Path(__file__).parent.parent.parent
PAGES = sorted(
    path
    for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("*.md"))
    if path.is_file()
)
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]\n]*\]\(([^)\s]+)\)")
NOT_RUN = ("make", "git clone", "cd", "pip install", "docker", "python3 -m venv", ".ci/run", "keytool -importkeystore")
PORT = "8443"


@dataclass(frozen=True)
class Step:
    """One command of a page, the exit code the page promises, and the output lines it shows."""

    command: str
    exit_code: int
    shown: tuple[str, ...]


def steps(text: str) -> Iterator[Step]:
    """The commands of every `console` block, in order."""
    for language, block in BLOCK.findall(text):
        if language != "console":
            continue
        lines = block.replace("\\\n", " ").splitlines()
        starts = [index for index, line in enumerate(lines) if line.startswith("$ ")]
        for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
            command, _, remark = lines[start][2:].partition("  # exit ")
            shown = tuple(line.strip() for line in lines[start + 1 : end] if line.strip() not in ("", "…"))
            yield Step(command.strip(), int(remark or 0), shown)


def name_of(path: Path) -> str:
    """A page's name in test ids."""
    return str(path.relative_to(ROOT))


@pytest.fixture(scope="session")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a copy of `examples/` and their certificates, made once and copied for each page."""
    folder = tmp_path_factory.mktemp("examples")
    shutil.copytree(ROOT / "examples", folder / "examples")
    run(f"{sys.executable} -m sn_mock certs certs/generated --for examples/instance", folder, dict(os.environ))
    return folder


@pytest.fixture
def checkout(tmp_path: Path, examples: Path) -> Path:
    """A folder that looks like the project to a reader of the docs, with a port of its own instead of 8443."""
    port = str(free_port())
    shutil.copytree(examples, tmp_path, dirs_exist_ok=True)
    for path in (tmp_path / "examples").rglob("*"):
        if path.is_file() and path.suffix in (".toml", ".xml", ".wsdl", ".js", ".py"):
            path.write_text(path.read_text(encoding="utf-8").replace(PORT, port), encoding="utf-8")
    (tmp_path / "port").write_text(port)
    return tmp_path


@pytest.mark.parametrize("page", [path for path in PAGES if any(steps(path.read_text("utf-8")))], ids=name_of)
def test_commands_of_the_page_do_what_it_says(page: Path, checkout: Path) -> None:
    """Each command exits as the page says and prints what the page shows."""
    # given: the commands on the path, as after `make up`
    port = (checkout / "port").read_text()
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "COLUMNS": "120",
    }
    try:
        for step in steps(page.read_text("utf-8").replace(PORT, port)):
            # when
            done = run(step.command, checkout, environment)
            # then
            assert done.returncode == step.exit_code, f"$ {step.command}\n{done.stdout}{done.stderr}"
            missing = unshown(step.shown, done.stdout + done.stderr)
            assert missing is None, (
                f"$ {step.command}\nthe page shows:  {missing}\nit printed:\n{done.stdout}{done.stderr}"
            )
    finally:
        run("provider-stub down", checkout, environment)


@pytest.mark.parametrize("page", [path for path in PAGES if "```python" in path.read_text("utf-8")], ids=name_of)
def test_python_on_the_page_runs(page: Path, checkout: Path) -> None:
    """Each Python block runs: tests under pytest, the rest as a script, in a folder with an instance to load."""
    shutil.copytree(checkout / "examples" / "instance", checkout / "my-instance")
    for number, (language, block) in enumerate(BLOCK.findall(page.read_text("utf-8"))):
        if language == "python":
            file = checkout / f"test_block_{number}.py"
            file.write_text(block, "utf-8")
            runner = "-m pytest -q -p no:cacheprovider" if "def test_" in block else ""
            done = run(f"{sys.executable} {runner} {file.name}", checkout, dict(os.environ))
            assert done.returncode == 0, f"{block}\n{done.stdout}{done.stderr}"


def run(command: str, folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """One command line, as typed into bash."""
    return subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        stdin=subprocess.DEVNULL,
    )


def unshown(shown: tuple[str, ...], printed: str) -> str | None:
    """The first shown line that was not printed, in order; `…` stands for anything inside a line."""
    lines = iter(printed.splitlines())
    for wanted in shown:
        pattern = re.compile(".*".join(re.escape(part) for part in wanted.split("…")))
        if not any(pattern.search(line) for line in lines):
            return wanted
    return None


def test_shown_lines_are_really_compared() -> None:
    """The judge itself: order and wording count, `…` is a gap."""
    assert unshown(("a … c", "d"), "x\na b c\nd\n") is None
    assert unshown(("d", "a … c"), "a b c\nd\n") == "a … c"
    assert list(steps("```console\n$ false  # exit 1\nout\n…\n```\n")) == [Step("false", 1, ("out",))]


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_commands_that_are_not_run_are_of_the_harmless_kind(page: Path) -> None:
    """No command hides from the test above in a block that is not run."""
    for language, block in BLOCK.findall(page.read_text("utf-8")):
        assert language != "bash", "mark commands as console (run) or sh (not run)"
        if language == "sh":
            for line in block.splitlines():
                if line.strip() and not line.startswith("#"):
                    assert line.startswith(NOT_RUN), f"{line!r}: show this in a console block"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_make_targets_on_the_page_exist(page: Path) -> None:
    """Each `make X` that a page names is a target."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    text = page.read_text("utf-8")
    blocks = "\n".join(block for language, block in BLOCK.findall(text) if language == "sh")
    named = set(re.findall(r"`make ([a-z]+)", text)) | set(re.findall(r"^make ([a-z]+)", blocks, re.MULTILINE))
    assert named - targets == set()


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_commands_in_the_prose_exist(page: Path) -> None:
    """Each `sn-mock X` in the running text is a command."""
    named = set(re.findall(r"`sn-mock ([a-z][a-z-]*)", page.read_text("utf-8")))
    assert named - set(COMMANDS) == set()


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    """Links to files of the project, and to headings in them, are not dead."""
    for target in LINK.findall(BLOCK.sub("", page.read_text("utf-8"))):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, fragment = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), target
        if fragment and file.suffix == ".md":
            assert fragment in headings(file.read_text("utf-8")), target


def test_every_page_is_in_the_index() -> None:
    """No page of docs/ is left for nobody to find."""
    docs = ROOT / "docs"
    linked = {
        (docs / target.partition("#")[0]).resolve() for target in LINK.findall((docs / "index.md").read_text("utf-8"))
    }
    assert {path.resolve() for path in docs.rglob("*.md")} - linked - {docs / "index.md"} == set()


def headings(text: str) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    titles = re.findall(r"^#+ (.+)$", BLOCK.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_readme_fits_its_budget() -> None:
    """README stays within 200 lines, and its first screen has the two commands."""
    lines = (ROOT / "README.md").read_text("utf-8").splitlines()
    assert len(lines) <= 200
    first_screen = "\n".join(lines[:40])
    assert "make up" in first_screen


SEVEN_STEPS = (ROOT / "docs/how-to/set-up-in-seven-steps.md").read_text(encoding="utf-8")
WRONG_TURNS = re.findall(r"^\| [^|]+ \| ([^|]+) \| (\[[^|]+\)) \|$", SEVEN_STEPS, re.MULTILINE)


def _outcomes(name: str) -> list[Expected]:
    scenario = SCENARIOS[name]
    return [scenario.outcome(release, tls) for release in RELEASES if scenario.runs_on(release) for tls in scenario.tls]


def test_every_step_of_the_guide_has_its_wrong_turns() -> None:
    """Seven steps, each with scenarios; what is quoted is a text of the scenario, "no certificate" is none sent."""
    sections = SEVEN_STEPS.split("\n## Step ")[1:]
    assert [section[0] for section in sections] == list("1234567")
    assert all("](../scenarios.md#" in section for section in sections)
    assert len(WRONG_TURNS) >= 30
    for seen, links in WRONG_TURNS:
        for name in re.findall(r"\[([a-z0-9-]+)\]", links):
            outcomes = _outcomes(name)
            for quoted in re.findall(r"`([^`]+)`", seen):
                assert any(quoted in java for one in outcomes for java in one.java), (name, quoted)
            if seen == "no certificate is sent":
                assert {one.presented for one in outcomes} == {None}, name
