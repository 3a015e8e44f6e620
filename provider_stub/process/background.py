"""The provider as a background process: where its state is kept, how it is started and stopped.

Everything is in one run directory (`.run` in the current directory unless told otherwise): `provider.json` says what
runs, `visits.jsonl` is the journal, `provider.log` has the process's own words. One directory, one provider.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

START_SECONDS = 15.0
STOP_SECONDS = 10.0
_POLL = 0.01


class StartError(Exception):
    """The background process ended before it was ready; the message is what it said."""


class ControlError(Exception):
    """The provider's control port did not do what was asked; the message says why."""


@dataclass(frozen=True, slots=True)
class RunDirectory:
    """The files of one background provider."""

    folder: Path

    @property
    def state_file(self) -> Path:
        """Written when the provider is ready, removed when it has ended."""
        return self.folder / "provider.json"

    @property
    def journal(self) -> Path:
        """Visits as JSON lines."""
        return self.folder / "visits.jsonl"

    @property
    def log(self) -> Path:
        """Standard output and error of the process."""
        return self.folder / "provider.log"

    def running(self) -> dict[str, Any] | None:
        """What the state file says, if the process it names is alive and still the one that wrote it."""
        try:
            state = json.loads(self.state_file.read_text("utf-8"))
        except (OSError, ValueError):
            return None
        if not isinstance(state, dict) or not isinstance(state.get("pid"), int) or "process_started" not in state:
            return None
        return state if process_started(state["pid"]) == state["process_started"] else None


def process_started(pid: int) -> str | None:
    """A mark that tells a process from a later one with the same number; None where there is no such process."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
    except OSError:
        if Path("/proc/self/stat").exists():
            return None
        try:
            os.kill(pid, 0)
        except OSError:
            return None
        return "alive"
    return None if fields[0] == "Z" else fields[19]


def start(run: RunDirectory, arguments: Sequence[str]) -> dict[str, Any]:
    """Start `provider-stub serve` in the background and wait until it is ready.

    Raises:
        StartError: it ended or took too long.
    """
    run.folder.mkdir(parents=True, exist_ok=True)
    run.state_file.unlink(missing_ok=True)
    command = [sys.executable, "-m", "provider_stub", "serve", *arguments]
    command += ["--ready-file", str(run.state_file), "--journal", str(run.journal)]
    with run.log.open("wb") as log:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        state = run.running()
        if state is not None:
            process.returncode = 0  # it goes on without us: no warning that nobody waits for it
            return state
        if process.poll() is not None:
            raise StartError(run.log.read_text("utf-8", "replace").strip() or f"exit code {process.returncode}")
        time.sleep(_POLL)
    process.kill()
    process.wait()
    raise StartError(f"not ready after {START_SECONDS:.0f} s; see {run.log}")


def stop(run: RunDirectory) -> dict[str, Any] | None:
    """End the background provider and wait until it is gone; None where none was running."""
    state = run.running()
    if state is None:
        run.state_file.unlink(missing_ok=True)
        return None
    pid, began = int(state["pid"]), state["process_started"]
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while process_started(pid) == began:
        if time.monotonic() > deadline:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            break
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)
        time.sleep(_POLL)
    run.state_file.unlink(missing_ok=True)
    return state
