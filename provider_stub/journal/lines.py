"""Visits as JSON lines on disk, rotated by size; several processes may append to one file."""

from __future__ import annotations

import contextlib
import json
import os
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Self

from guarded import clock
from provider_stub.journal.visit import Told, Visit

try:
    import fcntl
except ImportError:  # Windows has no such locks; nor has it workers that share a journal
    fcntl = None  # type: ignore[assignment]

DEFAULT_MAX_BYTES = 32 * 1024 * 1024
DEFAULT_GENERATIONS = 3
MAX_LINE_BYTES = 16 * 1024 * 1024
"""A longer line in the file is not one of ours, and is not read."""
_LOCK_SECONDS = 0.1
_SHAPE: Mapping[str, type | tuple[type, ...]] = {
    "id": str,
    "started": str,
    "peer": dict,
    "verdict": str,
    "reason": (str, type(None)),
    "alert_sent": (str, type(None)),
    "alert_received": (str, type(None)),
    "tls": (dict, type(None)),
    "presented": list,
    "requests": list,
}
"""What a line must have to count as a visit."""


class JsonLines:
    """An append-only file of visits; `visits.jsonl` becomes `visits.jsonl.1` and so on when it grows too large."""

    def __init__(
        self, path: Path, *, max_bytes: int = DEFAULT_MAX_BYTES, generations: int = DEFAULT_GENERATIONS
    ) -> None:
        self._path, self._max_bytes, self._generations = path, max_bytes, generations
        self._descriptor = self._open()
        self._inode = os.fstat(self._descriptor).st_ino

    def _open(self) -> int:
        return os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_CLOEXEC", 0), 0o600)

    def write(self, visit: Visit) -> None:
        """`append` the line of a visit."""
        self.append(line(visit))

    def append(self, line: bytes) -> None:
        """Append it, whole or not at all; under a lock, so that a rotation by another process loses nothing.

        A lock that is not to be had at once (its holder stands still) is done without: the line is appended where the
        file is, and nothing is rotated.

        Raises:
            OSError: the disk takes no more.
        """
        with self._held() as size:
            if size is not None and size + len(line) > self._max_bytes:
                self._rotate()
                size = os.fstat(self._descriptor).st_size
            self._append(line, size)

    def append_together(self, lines: Sequence[bytes]) -> bool:
        """All of them in one go; False where that cannot be (no lock, a rotation, a full disk): none is there then."""
        together = b"".join(lines)
        try:
            with self._held() as size:
                if size is None or size + len(together) > self._max_bytes:
                    return False
                self._append(together, size)
        except OSError:
            return False
        return True

    @contextlib.contextmanager
    def _held(self) -> Iterator[int | None]:
        """The file's size, and nobody else writes to it; None where the lock is not to be had."""
        locked = self._lock()
        size = self._current_size()
        while locked and size is None:
            self._reopen()
            locked, size = self._lock(), self._current_size()
        try:
            yield size if locked else None
        finally:
            if locked and fcntl is not None:
                fcntl.flock(self._descriptor, fcntl.LOCK_UN)

    def _lock(self) -> bool:
        if fcntl is None:
            return True
        deadline = None
        while True:
            try:
                fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return True
            except BlockingIOError:
                now = clock.monotonic()
                deadline = deadline or now + _LOCK_SECONDS
                if now > deadline:
                    return False
                time.sleep(0.001)

    def _append(self, line: bytes, size: int | None) -> None:
        """Write all of it; what a full disk took of a line is taken back, or ended so that the next one is whole."""
        left = memoryview(line)
        try:
            while left:
                left = left[os.write(self._descriptor, left) :]
        except OSError:
            if len(left) < len(line):
                with contextlib.suppress(OSError):
                    if size is None:
                        os.write(self._descriptor, b"\n")
                    else:
                        os.ftruncate(self._descriptor, size)
            raise

    def _current_size(self) -> int | None:
        """Of the file at the path; None where ours is there no more."""
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return None
        return found.st_size if found.st_ino == self._inode else None

    def _reopen(self) -> None:
        found = self._open()  # where that fails, ours stays open: its number would soon be a client's connection
        os.close(self._descriptor)
        self._descriptor, self._inode = found, os.fstat(found).st_ino

    def _rotate(self) -> None:
        if os.fstat(self._descriptor).st_size == 0:
            return
        for number in range(self._generations - 1, 0, -1):
            older = generation(self._path, number)
            if older.exists():
                older.replace(generation(self._path, number + 1))
        self._path.replace(generation(self._path, 1))
        self._reopen()
        self._lock()

    def close(self) -> None:
        """Close the file."""
        os.close(self._descriptor)


def line(visit: Visit, known: Told | None = None) -> bytes:
    """A visit as it stands in a journal; `known` is shared by those that are written together."""
    return f"{visit.json_text(known)}\n".encode()


def generation(path: Path, number: int) -> Path:
    """The name of an older file: `visits.jsonl.1` is the youngest of them."""
    return path.with_name(f"{path.name}.{number}")


def read(path: Path) -> Iterator[dict[str, Any]]:
    """All visits on disk, oldest first, with those of older generations; a half-written last line is left out."""
    yield from read_older(path)
    with Tail(path) as tail:
        yield from tail.news()


def read_older(path: Path) -> Iterator[dict[str, Any]]:
    """The visits of the older generations, oldest first."""
    pattern = re.compile(re.escape(path.name) + r"\.([1-9][0-9]{0,3})")
    try:
        names = [found for file in path.parent.iterdir() if (found := pattern.fullmatch(file.name))]
    except OSError:
        return
    for found in sorted(names, key=lambda found: -int(found[1])):
        with contextlib.suppress(OSError), (path.parent / found[0]).open("rb") as lines:
            yield from _visits(lines)


class Tail:
    """The newest file of a journal, read on from where the last look ended; goes along with a rotation."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: BinaryIO | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def news(self) -> Iterator[dict[str, Any]]:
        """The visits written since the last look."""
        while True:
            if self._file is None:
                try:
                    self._file = self._path.open("rb")
                except FileNotFoundError:
                    return
            rotated = self._rotated(self._file)  # looked at first: nothing is written to a file after its rotation
            yield from _visits(self._file)
            if not rotated:
                return
            self._file.close()
            self._file = None

    def _rotated(self, file: BinaryIO) -> bool:
        try:
            return self._path.stat().st_ino != os.fstat(file.fileno()).st_ino
        except FileNotFoundError:
            return False


def _visits(file: BinaryIO) -> Iterator[dict[str, Any]]:
    """Those that are ours: a file may have lines that somebody else has written."""
    while line := file.readline(MAX_LINE_BYTES):
        if not line.endswith(b"\n"):
            if len(line) == MAX_LINE_BYTES:
                continue
            file.seek(-len(line), os.SEEK_CUR)  # still being written
            return
        with contextlib.suppress(ValueError, RecursionError):
            visit = json.loads(line)
            if is_visit(visit):
                yield visit


def is_visit(document: Any) -> bool:
    """Whether this is a visit as `Visit.to_json` writes it, as far as readers rely on it."""
    if not isinstance(document, dict) or not all(
        isinstance(document.get(key, 0), kind) for key, kind in _SHAPE.items()
    ):
        return False
    peer, tls = document["peer"], document["tls"]
    return (
        "host" in peer
        and "port" in peer
        and (tls is None or "version" in tls)
        and all(isinstance(one, dict) and isinstance(one.get("subject"), str) for one in document["presented"])
        and all(isinstance(one, dict) and {"method", "target", "status"} <= one.keys() for one in document["requests"])
    )
