"""Completion of names that somebody else has written: they are words, never commands."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sn_mock.cli import main
from sn_mock.instance import Instance

HOSTILE = "A b$(touch pwned-a) `touch pwned-b`; touch pwned-c"
_SHELLS = {
    "bash": """{script}
COMP_WORDS=(sn-mock call folder "$1"); COMP_CWORD=3; _sn_mock; printf '%s\\n' "${{COMPREPLY[@]}}" """,
    "zsh": """autoload -U compinit; compinit -u -D
{script}
words() {{ emulate -L sh; setopt kshglob noshglob braceexpand nounset
COMP_WORDS=(sn-mock call folder "$1"); COMP_CWORD=3; _sn_mock; print -r -- "${{COMPREPLY[@]}}"; }}
words "$1" """,
}


@pytest.mark.parametrize("shell", _SHELLS)
def test_a_name_is_completed_and_not_run(shell: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`$(…)` in a message's name runs neither on TAB nor when the line is entered; a harmless name comes as it is."""
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    folder = tmp_path / "folder"
    folder.mkdir()
    rows = "".join(f'[[sys_soap_message]]\nname = "{name}"\n' for name in (HOSTILE, "Tickets"))
    (folder / "instance.toml").write_text(f'[instance]\nname = "x"\nrelease = "brazil"\n{rows}')
    assert [row.name for row in Instance.load(folder).soap_messages] == [HOSTILE, "Tickets"]
    command = tmp_path / "bin" / "sn-mock"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m sn_mock "$@"\n')
    command.chmod(0o755)
    main(["completion", shell])
    script = _SHELLS[shell].format(script=capsys.readouterr().out)

    def complete(typed: str) -> str:
        path = f"{command.parent}:/usr/bin:/bin"
        return subprocess.run(
            [shell, "-c", script, shell, typed],
            cwd=tmp_path,
            env={"PATH": path, "HOME": str(tmp_path), "PYTHONPATH": str(Path(__file__).parents[2])},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        ).stdout.strip()

    assert complete("Ti") == "Tickets"
    offered = complete("A")
    entered = subprocess.run([shell, "-c", f"echo {offered}"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert entered.stdout.strip() == HOSTILE
    assert not list(tmp_path.glob("pwned*"))


def test_a_name_of_two_lines_is_no_word(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A line end or an escape in a name would be another word, or none that is in the folder."""
    names = ("Tickets", "one\\ntwo", "red\\u001b[31m", "\\u202e")
    rows = "".join(f'[[sys_soap_message]]\nname = "{name}"\n' for name in names)
    (tmp_path / "instance.toml").write_text(f'[instance]\nname = "x"\nrelease = "brazil"\n{rows}')

    assert main(["completion", "words", "--", "call", str(tmp_path)]) == 0
    words = capsys.readouterr().out.splitlines()
    assert [word for word in words if not word.startswith("--")] == ["Tickets"]
