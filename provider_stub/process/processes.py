"""Other processes: whose they are, since when they run and as what; a signal that reaches the one that was meant."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

from guarded.values import dataclass

_PROC = Path("/proc")
_PS_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Process:
    """One running process."""

    pid: int
    started: str
    """A mark that tells it from a later one with the same number."""
    owner: int
    """User id."""
    command: tuple[str, ...]
    folder: Path | None
    """Its current directory; None where the system does not tell."""


def runs(target: Process) -> bool:
    """Whether this very process is still there."""
    found = process(target.pid)
    return found is not None and found.started == target.started


def process(pid: int) -> Process | None:
    """The process of that number; None where there is none (or only its remains, a zombie)."""
    if pid <= 0:
        return None
    return _from_proc(pid) if (_PROC / "self" / "stat").exists() else _from_ps(pid)


def started(pid: int) -> str | None:
    """`Process.started` of that number; None where there is none."""
    found = process(pid)
    return None if found is None else found.started


def _from_proc(pid: int) -> Process | None:
    place = _PROC / str(pid)
    try:
        fields = (place / "stat").read_text("ascii", "replace").rpartition(")")[2].split()
        owner = place.stat().st_uid
        command = (place / "cmdline").read_bytes().decode("utf-8", "surrogateescape").split("\0")[:-1]
    except OSError:
        return None
    if fields[0] == "Z":
        return None
    try:
        folder: Path | None = (place / "cwd").readlink()
    except OSError:  # somebody else's
        folder = None
    return Process(pid, fields[19], owner, tuple(command), folder)


def _from_ps(pid: int) -> Process | None:
    """Where there is no /proc (macOS): its words are cut at blanks, and the current directory is not told."""
    try:
        told = subprocess.run(
            ["/bin/ps", "-o", "lstart=", "-o", "uid=", "-o", "stat=", "-o", "command=", "-p", str(pid)],
            capture_output=True,
            text=True,
            timeout=_PS_SECONDS,
            check=False,
        ).stdout.split()
    except (OSError, subprocess.SubprocessError):
        return None
    if len(told) < 8 or not told[5].isdigit() or told[6].startswith("Z"):
        return None
    return Process(pid, " ".join(told[:5]), int(told[5]), tuple(told[7:]), None)


def send(target: Process, number: int) -> bool:
    """Signal exactly this process; False where it is gone, whoever has its number now."""
    try:
        handle = os.pidfd_open(target.pid)
    except AttributeError:
        handle = None
    except OSError:
        return False
    try:
        if not runs(target):
            return False
        if handle is None:
            os.kill(target.pid, number)
        else:
            signal.pidfd_send_signal(handle, number)
    except ProcessLookupError:
        return False
    finally:
        if handle is not None:
            os.close(handle)
    return True
