"""Visits as JSON lines on disk, rotated by size; several processes may append to one file."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Self

from provider_stub.journal.visit import Visit

DEFAULT_MAX_BYTES = 32 * 1024 * 1024
DEFAULT_GENERATIONS = 3


class JsonLines:
    """An append-only file of visits; `visits.jsonl` becomes `visits.jsonl.1` and so on when it grows too large."""

    def __init__(
        self, path: Path, *, max_bytes: int = DEFAULT_MAX_BYTES, generations: int = DEFAULT_GENERATIONS
    ) -> None:
        self._path, self._max_bytes, self._generations = path, max_bytes, generations
        self._descriptor = self._open()
        self._inode = os.fstat(self._descriptor).st_ino

    def _open(self) -> int:
        return os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)

    def write(self, visit: Visit) -> None:
        """Append one line, whole; under a lock, so that a rotation by another process loses nothing."""
        line = (json.dumps(visit.to_json(), separators=(",", ":")) + "\n").encode()
        while True:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX)
            if self._is_current():
                break
            self._reopen()
        try:
            if os.fstat(self._descriptor).st_size + len(line) > self._max_bytes:
                self._rotate()
            os.write(self._descriptor, line)
        finally:
            fcntl.flock(self._descriptor, fcntl.LOCK_UN)

    def _is_current(self) -> bool:
        try:
            return self._path.stat().st_ino == self._inode
        except FileNotFoundError:
            return False

    def _reopen(self) -> None:
        os.close(self._descriptor)
        self._descriptor = self._open()
        self._inode = os.fstat(self._descriptor).st_ino

    def _rotate(self) -> None:
        if os.fstat(self._descriptor).st_size == 0:
            return
        for number in range(self._generations - 1, 0, -1):
            older = generation(self._path, number)
            if older.exists():
                older.replace(generation(self._path, number + 1))
        self._path.replace(generation(self._path, 1))
        self._reopen()
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)

    def close(self) -> None:
        """Close the file."""
        os.close(self._descriptor)


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
    for file in sorted(path.parent.glob(f"{path.name}.[0-9]*"), key=lambda p: -int(p.suffix[1:])):
        with contextlib.suppress(FileNotFoundError), file.open("rb") as lines:
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
    while line := file.readline():
        if not line.endswith(b"\n"):
            file.seek(-len(line), os.SEEK_CUR)  # still being written
            return
        with contextlib.suppress(ValueError):  # a file that somebody else has written into
            yield json.loads(line)
