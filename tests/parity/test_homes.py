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


def test_a_home_without_java_is_one_clear_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The variable is named, and the folder that was looked into; nothing is compared."""
    monkeypatch.setenv(HOMES, str(tmp_path))

    assert main(["--seed", "1"]) == 2
    assert capsys.readouterr().err == f"{HOMES}: no java in {tmp_path}/bin\n"
