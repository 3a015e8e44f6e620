"""What a release contains, and that it works where nothing of this checkout is."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
import zipfile
from pathlib import Path
from typing import Any

from tests.house.table import SIDES

ROOT = Path(__file__).parent.parent.parent
PACKAGES = tuple(SIDES)
KEY_FILES = (".jks", ".p12", ".pfx", ".jceks", ".key", ".pem")


def test_wheel_holds_the_packages_and_nothing_else(distribution: Any) -> None:
    """The wheel has the packages with their type markers; no tests, no keys."""
    names = zipfile.ZipFile(distribution.wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == set(PACKAGES)
    assert {f"{package}/py.typed" for package in PACKAGES} <= set(names)
    assert [name for name in names if name.endswith((*KEY_FILES, ".pyc"))] == []


def test_wheel_carries_every_module(distribution: Any) -> None:
    """No module of the checkout is missing in the wheel."""
    names = set(zipfile.ZipFile(distribution.wheel).namelist())
    modules = {str(path.relative_to(ROOT)) for package in PACKAGES for path in (ROOT / package).rglob("*.py")}
    assert modules - names == set()


def test_wheel_carries_the_licence_and_the_scripts(distribution: Any) -> None:
    """Licence text, console scripts and the pytest entry point are part of the metadata."""
    archive = zipfile.ZipFile(distribution.wheel)
    info = next(name.split("/")[0] for name in archive.namelist() if ".dist-info/" in name)
    assert f"{info}/licenses/LICENSE" in archive.namelist()
    entry_points = archive.read(f"{info}/entry_points.txt").decode()
    assert "sn-mock = sn_mock.__main__:main" in entry_points
    assert "provider-stub = provider_stub.cli:main" in entry_points
    assert "[pytest11]\nsn_mock = sn_mock.pytest_plugin" in entry_points


def _tracked() -> set[str]:
    """What the version control knows, except its own file; nothing where this is no checkout."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        return set()
    listed = subprocess.run([git, "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    return set(filter(None, listed)) - {".gitignore"}


def test_the_text_of_an_index_page_has_no_dead_link(distribution: Any) -> None:
    """The metadata carry PACKAGE.md, who made it, and what it runs on."""
    archive = zipfile.ZipFile(distribution.wheel)
    name = next(one for one in archive.namelist() if one.endswith(".dist-info/METADATA"))
    head, _, text = archive.read(name).decode().partition("\n\n")
    assert "\nAuthor: " in head
    assert "Operating System :: POSIX :: Linux" in head
    assert text.strip() == (ROOT / "PACKAGE.md").read_text(encoding="utf-8").strip()


def test_sdist_can_be_tested_by_who_gets_it(distribution: Any) -> None:
    """The source archive has tests, docs, examples and the Makefile; no keys, no environment, no generated files."""
    with tarfile.open(distribution.sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {
        "Makefile",
        "README.md",
        "CHANGELOG.md",
        "LICENSE",
        "certs/README.md",
        ".dockerignore",
        "examples/container/compose.yaml",
        "tests/test_architecture.py",
    } <= names
    assert _tracked() - names == set()
    assert [name for name in names if name.endswith(KEY_FILES)] == []
    assert [name for name in names if name.startswith((".venv", "certs/generated", ".run", ".git/"))] == []


def test_installed_wheel_runs_its_commands(clean_environment: Path, tmp_path: Path) -> None:
    """In a clean environment both console scripts answer, from the wheel and not from this checkout."""
    where = subprocess.run(
        [clean_environment / "python", "-c", "import sn_mock; print(sn_mock.__file__)"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=True,
    )
    assert where.stdout.startswith(str(clean_environment.parent))
    for command in (["sn-mock", "scenarios"], ["provider-stub", "--help"], ["sn-mock", "certs", "certs/generated"]):
        done = subprocess.run(
            [clean_environment / command[0], *command[1:]], capture_output=True, text=True, cwd=tmp_path, timeout=60
        )
        assert done.returncode == 0, done.stderr


def test_example_suite_runs_with_the_installed_wheel(clean_environment: Path, tmp_path: Path) -> None:
    """The suite a user copies from examples/ passes as it is, with nothing but the installed package."""
    suite = shutil.copytree(ROOT / "examples" / "pytest_suite", tmp_path / "suite")
    done = subprocess.run(
        [clean_environment / "python", "-m", "pytest", "-q", "-p", "no:cacheprovider", str(suite)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_example_wsdl_is_the_service_that_answers() -> None:
    """The WSDL to copy is the one the provider answers by default."""
    packaged = ROOT / "provider_stub" / "soap" / "schemas" / "tickets.wsdl"
    assert (ROOT / "examples" / "wsdl" / "tickets.wsdl").read_bytes() == packaged.read_bytes()
