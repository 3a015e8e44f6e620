"""`--seeds N` is taken up where it was stopped, and one difference in one seed is enough to fail."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.parity import __main__ as command
from tests.parity import many_seeds

_CLEAN = (
    "key choices: 10 cases, 0 differences, 1 s\nbroken peers: 5 cases, 0 differences, 1 races, 2 s\nno differences\n"
)
_FOUND = "key choices: 10 cases, 2 differences, 1 s\n2 differences\n"


@pytest.fixture
def says(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the next seeds' runs print, in turn; the last for ever."""
    texts: list[str] = []

    def run(command: list[str], *, stdout: Any, **_: object) -> None:
        stdout.write(texts.pop(0) if len(texts) > 1 else texts[0])

    monkeypatch.setattr(subprocess, "run", run)
    return texts


def test_all_clean_is_zero(says: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A line for each seed, and the sum of all."""
    says.append(_CLEAN)

    code = command.main(["--seeds", "3", "--jobs", "1", "--logs", str(tmp_path)])

    *each, total = capsys.readouterr().out.splitlines()
    assert code == 0
    assert len(each) == 3
    assert total == "3 of 3 seeds clean: 30 key choices, 15 broken peers: 0 differences, 3 races in Java"


@pytest.mark.parametrize("odd", [_FOUND, "a traceback\n"])
def test_one_that_is_not_clean_is_one(odd: str, says: list[str], tmp_path: Path) -> None:
    """A difference, or a run that broke off."""
    says.extend([_CLEAN, odd, _CLEAN])

    assert command.main(["--seeds", "3", "--jobs", "1", "--logs", str(tmp_path)]) == 1


def test_it_is_taken_up(says: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What has a verdict is not run again; what broke off is, with its seed; other options begin anew."""
    says.append(_CLEAN)
    command.main(["--seeds", "2", "--jobs", "1", "--logs", str(tmp_path)])
    broken = sorted(tmp_path.iterdir())[0]
    broken.write_text(broken.read_text().replace("no differences\n", ""))
    capsys.readouterr()

    command.main(["--seeds", "2", "--jobs", "1", "--logs", str(tmp_path)])
    told = capsys.readouterr().out
    command.main(["--seeds", "1", "--jobs", "1", "--logs", str(tmp_path), "--cases", "10"])
    again = capsys.readouterr().out

    assert told.count("(done before)") == 1
    assert f"seed {broken.stem.removeprefix('seed-')}: " in told
    assert len(many_seeds.read(broken).cases) == 2  # type: ignore[union-attr]
    assert "(done before)" not in again


def test_a_seed_and_many_seeds_exclude_each_other(tmp_path: Path) -> None:
    """Many seeds are fresh ones."""
    with pytest.raises(SystemExit):
        command.main(["--seeds", "2", "--seed", "1", "--logs", str(tmp_path)])
