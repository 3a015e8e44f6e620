"""Writing the files of an instance folder: all of them, or none."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from guarded import files
from sn_mock.failure import MockUsageError


def write_atomically(folder: Path, contents: Mapping[str, bytes | IO[bytes]]) -> None:
    """Write `contents` (path below the folder → content) into the folder, creating it when needed.

    A new folder appears complete or not at all. In an existing one every file is replaced whole and `instance.toml`
    last, so that a reader never sees a row whose attachment is missing. Raises `MockUsageError` where the disk refuses.
    """
    from shutil import rmtree
    from tempfile import mkdtemp

    for name in contents:
        if Path(name).is_absolute() or ".." in Path(name).parts:
            raise MockUsageError(f"'{name}' lies outside the folder {folder}; next step: use a path inside it")
        _refuse_way_out(folder, name)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        staging = Path(mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise MockUsageError(f"{folder} cannot be written: {error.strerror}") from error
    try:
        for name, data in contents.items():
            path = staging / name
            path.parent.mkdir(parents=True, exist_ok=True)
            _write_private(path, data)
        if not folder.exists():
            staging.chmod(0o755)
            staging.rename(folder)
            return
        for name in sorted(contents, key=lambda name: (name == "instance.toml", name)):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (staging / name).replace(folder / name)
    except OSError as error:
        raise MockUsageError(f"{folder} cannot be written: {error.strerror}") from error
    finally:
        rmtree(staging, ignore_errors=True)


def _refuse_way_out(folder: Path, name: str) -> None:
    """A link inside the folder may lead out of it; what is written stays inside, as what is read does."""
    try:
        inside = (folder / name).parent.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError, ValueError) as error:
        raise MockUsageError(f"'{name}' cannot be written below {folder}: {error}") from None
    if not inside:
        raise MockUsageError(
            f"'{name}' would be written outside {folder}, because a folder on the way is a link; next step: make it a "
            "folder"
        )


def _write_private(path: Path, data: bytes | IO[bytes]) -> None:
    """Keystores and passwords: readable by their owner only."""
    from shutil import copyfileobj

    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        if isinstance(data, bytes):
            file.write(data)
        else:
            copyfileobj(data, file)


def write_file_atomically(path: Path, data: bytes) -> None:
    """Write one file as a whole, or through what is no regular file. Raises `MockUsageError` where the disk refuses."""
    try:
        files.write(path, data, private=True)
    except OSError as error:
        raise MockUsageError(f"{path} cannot be written: {error.strerror}") from error
