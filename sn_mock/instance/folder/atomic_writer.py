"""Writing the files of an instance folder: all of them, or none."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from sn_mock.failure import MockUsageError


def write_atomically(folder: Path, files: Mapping[str, bytes | IO[bytes]]) -> None:
    """Write `files` (path below the folder → content) into the folder, creating it when needed.

    A new folder appears complete or not at all. In an existing one every file is replaced whole and `instance.toml`
    last, so that a reader never sees a row whose attachment is missing. Raises `MockUsageError` where the disk refuses.
    """
    for name in files:
        if Path(name).is_absolute() or ".." in Path(name).parts:
            raise MockUsageError(f"'{name}' lies outside the folder {folder}; next step: use a path inside it")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise MockUsageError(f"{folder} cannot be written: {error.strerror}") from error
    try:
        for name, data in files.items():
            path = staging / name
            path.parent.mkdir(parents=True, exist_ok=True)
            _write_private(path, data)
        if not folder.exists():
            staging.chmod(0o755)
            staging.rename(folder)
            return
        for name in sorted(files, key=lambda name: (name == "instance.toml", name)):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (staging / name).replace(folder / name)
    except OSError as error:
        raise MockUsageError(f"{folder} cannot be written: {error.strerror}") from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _write_private(path: Path, data: bytes | IO[bytes]) -> None:
    """Keystores and passwords: readable by their owner only."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        if isinstance(data, bytes):
            file.write(data)
        else:
            shutil.copyfileobj(data, file)


def write_file_atomically(path: Path, data: bytes) -> None:
    """Replace one file as a whole. Raises `MockUsageError` where the disk refuses."""
    staging = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        _write_private(staging, data)
        staging.replace(path)
    except OSError as error:
        staging.unlink(missing_ok=True)
        raise MockUsageError(f"{path} cannot be written: {error.strerror}") from error
