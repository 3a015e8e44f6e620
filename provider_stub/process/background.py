"""The provider as a background process: where its state is kept, how it is started and stopped.

Everything is in one run directory (`.run` in the current directory unless told otherwise): `provider.json` says what
runs and holds the token of its control port (mode 0600), `visits.jsonl` is the journal, `provider.log` has the
process's own words. One directory, one provider: who starts or stops holds `provider.lock`.

A state file is believed where it is ours, and names a process of ours that was started to write this very file.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from guarded import clock, files
from guarded.locks import LockedError, lock
from guarded.values import dataclass
from provider_stub.process.processes import Process, process, runs, send

START_SECONDS = 15.0
STOP_SECONDS = 10.0
MAX_STATE_BYTES = 64 * 1024
_LOCK_SECONDS = START_SECONDS + STOP_SECONDS + 5.0
_LOG_TAIL = 4096
_POLL = 0.01
_SECRET = "control_token"
_WANTED: Mapping[str, type] = {
    "pid": int,
    "process_started": str,
    "url": str,
    "port": int,
    "control_port": int,
    _SECRET: str,
}


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
        """What the state file says, if the process it names is alive and is the one that wrote it."""
        found = self._found()
        return None if found is None else found[0]

    def _found(self) -> tuple[dict[str, Any], Process] | None:
        state = _read_state(self.state_file)
        if state is None:
            return None
        found = process(state["pid"])
        if found is None or found.started != state["process_started"] or not _is_ours(found, self.state_file):
            return None
        return state, found

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Nobody else starts or stops meanwhile; made for its owner only where it is new."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            with lock(self.folder / "provider.lock", seconds=_LOCK_SECONDS):
                yield
        except LockedError:
            raise ControlError(
                f"another provider-stub has been starting or stopping in {self.folder} for more than "
                f"{_LOCK_SECONDS:.0f} s; next step: end it, or give another --run-dir"
            ) from None


def shown(state: Mapping[str, Any]) -> dict[str, Any]:
    """The state without its secret: what may be printed."""
    return {key: value for key, value in state.items() if key != _SECRET}


def _read_state(path: Path) -> dict[str, Any] | None:
    try:
        found = path.lstat()
        if not stat.S_ISREG(found.st_mode) or (hasattr(os, "geteuid") and found.st_uid != os.geteuid()):
            return None
        state = json.loads(files.read(path, MAX_STATE_BYTES))
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(state, dict) or any(type(state.get(key)) is not kind for key, kind in _WANTED.items()):
        return None
    return state if state["pid"] > 1 and 0 < state["control_port"] < 65536 else None


def _is_ours(found: Process, state_file: Path) -> bool:
    """Whether it is a `provider-stub serve` of this user that was told to announce itself in `state_file`."""
    words = found.command
    ours = any(word == "provider_stub" or Path(word).name.startswith("provider-stub") for word in words)
    if found.owner != os.geteuid() or not ours or "serve" not in words or "--ready-file" not in words[:-1]:
        return False
    told = Path(words[words.index("--ready-file") + 1])
    if found.folder is None and not told.is_absolute():
        return True
    return os.path.realpath((found.folder or Path()) / told) == os.path.realpath(state_file)


def start(run: RunDirectory, arguments: Sequence[str]) -> tuple[dict[str, Any], bool]:
    """Start `provider-stub serve` in the background and wait until it is ready, unless one runs already.

    Returns:
        Its state, and whether it ran already.

    Raises:
        StartError: it ended or took too long.
        ControlError: others start and stop here all the time.
        OSError: the run directory cannot be used.
    """
    if not hasattr(os, "fork"):
        raise StartError("a provider in the background needs Linux or macOS; next step: provider-stub serve")
    with run._alone():
        state = run.running()
        return (state, True) if state is not None else (_start(run, arguments), False)


def _start(run: RunDirectory, arguments: Sequence[str]) -> dict[str, Any]:
    run.state_file.unlink(missing_ok=True)
    command = [sys.executable, "-m", "provider_stub", "serve", *arguments]
    command += ["--ready-file", str(run.state_file), "--journal", str(run.journal)]
    private = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
    with os.fdopen(os.open(run.log, private, 0o600), "wb") as log:
        child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )
    deadline = clock.monotonic() + START_SECONDS
    while clock.monotonic() < deadline:
        state = run.running()
        if state is not None and state["pid"] == child.pid:
            child.returncode = 0  # it goes on without us: no warning that nobody waits for it
            return state
        if child.poll() is not None:
            raise StartError(_last_words(run.log) or f"exit code {child.returncode}")
        time.sleep(_POLL)
    child.kill()
    child.wait()
    raise StartError(f"not ready after {START_SECONDS:.0f} s; see {run.log}")


def _last_words(log: Path) -> str:
    return files.read(log)[-_LOG_TAIL:].decode("utf-8", "replace").strip()


def stop(run: RunDirectory) -> dict[str, Any] | None:
    """End the background provider and wait until it is gone; None where none was running.

    Raises:
        ControlError: others start and stop here all the time.
    """
    if not run.folder.is_dir():
        return None
    with run._alone():
        found = run._found()
        if found is not None:
            _end(found[1])
        run.state_file.unlink(missing_ok=True)
    return None if found is None else found[0]


def _end(running: Process) -> None:
    send(running, signal.SIGTERM)
    send(running, signal.SIGCONT)  # a stopped one would not hear it
    deadline = clock.monotonic() + STOP_SECONDS
    while runs(running):
        if clock.monotonic() > deadline:
            send(running, signal.SIGKILL)
            break
        with contextlib.suppress(ChildProcessError):
            os.waitpid(running.pid, os.WNOHANG)
        time.sleep(_POLL)
