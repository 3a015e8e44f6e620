"""`JAVA_HOMES`: the Javas that `make parity` asks, and what it says of one that cannot be asked."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.parity.__main__ import main
from tests.parity.jvm import HOMES, homes_of


@pytest.mark.parametrize("written", ["/a:/b", "/a,/b", "/a /b", " /a\n/b:/a "])
def test_homes_are_divided_by_colons_commas_or_blanks(written: str) -> None:
    """Each is asked once, in the order given."""
    assert homes_of({HOMES: written}) == ["/a", "/b"]


def test_no_homes_mean_the_java_of_the_path() -> None:
    """An empty variable is none."""
    assert homes_of({}) == homes_of({HOMES: " "}) == []


@pytest.mark.parametrize("variable", [HOMES, "JAVA_HOME"])
def test_a_home_without_java_is_one_clear_line(
    variable: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The variable is named, and the folder that was looked into; nothing is compared."""
    for other in (HOMES, "JAVA_HOME"):
        monkeypatch.delenv(other, raising=False)
    monkeypatch.setenv(variable, str(tmp_path))

    assert main(["--cases", "1"]) == 2
    assert capsys.readouterr() == ("", f"{variable}: no java in {tmp_path}/bin\n")


def test_no_java_at_all_is_skipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where none was named and none is on the PATH, there is nothing to compare with, and nothing is wrong."""
    for other in (HOMES, "JAVA_HOME"):
        monkeypatch.delenv(other, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert main(["--seed", "1"]) == 0
    assert "skipped: no java" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("java", "said"),
    [
        (b"\x7fELF nothing of this machine's", "does not run: Exec format error"),
        (b"#!/bin/sh\necho hello\n", "does not run: it said 'hello\\n'"),
        (b"#!/bin/sh\necho '{}'\n", "does not do as a Java does"),
    ],
    ids=["another machine's", "garbage", "no answer"],
)
@pytest.mark.skipif(shutil.which("javac") is None, reason="needs a javac: the judge is compiled first")
def test_what_is_no_java_is_one_clear_line(
    java: bytes, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The program is named, and what is wrong with it."""
    program = tmp_path / "bin" / "java"
    program.parent.mkdir()
    program.write_bytes(java)
    program.chmod(0o755)

    assert main(["--java", str(tmp_path), "--seed", "1"]) == 2
    assert capsys.readouterr().err == f"--java: {program} {said}\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--seeds", "0"], "argument --seeds: 0 is less than 1"),
        (["--seeds", "1", "--jobs", "0"], "argument --jobs: 0 is less than 1"),
        (["--cases", "-5"], "argument --cases: -5 is less than 0"),
        (["--seed", "1", "--only", "-1"], "argument --only: -1 is less than 0"),
        (["--seeds", "1", "--logs", "{file}/logs"], "--logs {file}/logs: Not a directory"),
    ],
)
def test_a_count_of_nothing_is_refused(
    arguments: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Zero seeds are no clean run, and a folder for logs that cannot be made is named."""
    file = tmp_path / "file"
    file.touch()

    with pytest.raises(SystemExit) as ended:
        main([argument.format(file=file) for argument in arguments])
    assert ended.value.code == 2
    assert capsys.readouterr().err.endswith(f"error: {said.format(file=file)}\n")


def test_an_empty_home_is_no_java(capsys: pytest.CaptureFixture[str]) -> None:
    """`--java ""` is a variable that was not set, and not the Java of the path."""
    assert main(["--java", "", "--seed", "1"]) == 2
    assert capsys.readouterr().err == "--java: is empty: name the folder of a Java\n"
