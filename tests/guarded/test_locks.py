"""One process at a time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from guarded.locks import LockedError, lock

ROOT = Path(__file__).parent.parent.parent
HOLD = """
import sys
from pathlib import Path
from guarded.locks import lock
with lock(Path(sys.argv[1]), seconds=5):
    print(flush=True)
    input()
"""


def test_a_held_lock_is_waited_for_and_then_told(tmp_path: Path) -> None:
    """Given another process that holds it: an error that names the file; after its end, however it ends, it is free."""
    path = tmp_path / "lock"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(LockedError, match="lock is held by another process"), lock(path, seconds=0.1):
            pass
        other.kill()
    with lock(path, seconds=5):
        assert path.stat().st_mode & 0o777 == 0o600


def test_a_lock_behind_a_link_is_not_taken(tmp_path: Path) -> None:
    """Nobody makes us create a file elsewhere."""
    (tmp_path / "lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="symbolic links"), lock(tmp_path / "lock", seconds=1):
        pass
    assert not (tmp_path / "elsewhere").exists()
