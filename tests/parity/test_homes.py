"""`JAVA_HOMES`: the Javas that `make parity` asks, and what it says of one that cannot be asked."""

from __future__ import annotations

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
