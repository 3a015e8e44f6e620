"""Reading files that somebody else has named, and writing files that somebody else will read."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
from pathlib import Path

MAX_BYTES = 64 * 1024 * 1024
"""No keystore, certificate, WSDL, policy or instance file is longer."""
_CHUNK = 1024 * 1024
_NOT_BLOCKING = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_NO_ROOM_BESIDE = (errno.EACCES, errno.EPERM, errno.EROFS, errno.EBUSY, errno.EXDEV, errno.EINVAL)


def read(path: str | os.PathLike[str], limit: int = MAX_BYTES) -> bytes:
    """The content of a regular file; never waits for anybody.

    Raises:
        OSError: it cannot be read, is a device, FIFO, socket or directory, or has more than `limit` bytes; `strerror`
            says which.
    """
    name = os.fspath(path)
    try:
        _demand_regular(Path(name).stat(), name)  # before it is opened: opening a device may do something
        descriptor = os.open(name, os.O_RDONLY | _NOT_BLOCKING)
    except ValueError as error:  # a NUL in the name
        raise OSError(errno.EINVAL, f"is no file name ({error})", name.replace("\0", "\\0")) from None
    with os.fdopen(descriptor, "rb", buffering=0) as file:
        _demand_regular(os.fstat(descriptor), name)
        chunks: list[bytes] = []
        left = limit + 1
        while left > 0 and (chunk := file.read(min(left, _CHUNK))):
            chunks.append(chunk)
            left -= len(chunk)
    if left <= 0:
        raise OSError(errno.EFBIG, f"has more than {limit} bytes, which no such file needs", name)
    return b"".join(chunks)


def _demand_regular(found: os.stat_result, name: str) -> None:
    if stat.S_ISDIR(found.st_mode):
        raise OSError(errno.EISDIR, os.strerror(errno.EISDIR), name)
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EINVAL, "is not a regular file", name)


def write(path: str | os.PathLike[str], data: bytes, *, private: bool = False, waits: bool = True) -> None:
    """Write a whole file: readers see the old content or the new one, and after an error it is still the old one.

    Links are followed. What is no regular file (a device, a FIFO, this process's own output) is written through and
    never replaced; so is a file whose folder takes no second one (a single file mounted into a container).

    Args:
        private: the file is for its owner's eyes only (0600); else a new one has the usual mode, an old one its own.
        waits: for whoever is to read a FIFO; False for a service, which refuses one that nobody reads.

    Raises:
        OSError: with the path as it was given.
    """
    name = os.fspath(path)
    try:
        _write(name, data, private=private, waits=waits)
    except ValueError as error:
        raise OSError(errno.EINVAL, f"is no file name ({error})", name.replace("\0", "\\0")) from None
    except OSError as error:
        raise OSError(error.errno, error.strerror, name) from None


def written_through(path: str | os.PathLike[str]) -> bool:
    """Whether `write` would write into what is there instead of replacing it."""
    try:
        found = Path(path).stat()
    except OSError:
        return False
    return not stat.S_ISREG(found.st_mode) or _our_output(found) is not None


def _write(name: str, data: bytes, *, private: bool, waits: bool) -> None:
    if written_through(name):
        if Path(name).is_dir():
            raise OSError(errno.EISDIR, os.strerror(errno.EISDIR), name)
        ours = _our_output(Path(name).stat())
        if ours is None:
            _through(name, data, os.O_APPEND | (0 if waits else _NOT_BLOCKING))
        else:
            _print(ours, data)
        return
    from tempfile import mkstemp

    target = Path(os.path.realpath(name))
    mode = _mode(target, private=private)
    try:
        descriptor, draft = mkstemp(prefix=f".{target.name[:80]}.", dir=target.parent)
    except OSError as error:
        if error.errno in _NO_ROOM_BESIDE and target.exists():
            _through(name, data, os.O_TRUNC)
            return
        raise
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        Path(draft).chmod(mode)
        try:
            Path(draft).replace(target)
        except OSError as error:
            if error.errno not in _NO_ROOM_BESIDE or not target.exists():
                raise
            _through(name, data, os.O_TRUNC)
    finally:
        with contextlib.suppress(OSError):
            Path(draft).unlink(missing_ok=True)


def _through(name: str, data: bytes, how: int) -> None:
    descriptor = os.open(name, os.O_WRONLY | how | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOCTTY", 0))
    with os.fdopen(descriptor, "wb") as file:
        if how & _NOT_BLOCKING:
            os.set_blocking(descriptor, True)
        file.write(data)


def _mode(target: Path, *, private: bool) -> int:
    if private:
        return 0o600
    try:
        return stat.S_IMODE(target.stat().st_mode)
    except OSError:
        mask = os.umask(0o077)
        os.umask(mask)
        return 0o666 & ~mask


def _our_output(found: os.stat_result) -> int | None:
    """The descriptor, where this is our own stdout or stderr.

    `--junit /dev/stdout` with stdout redirected into a file: a second opening has a position of its own, and the two
    would overwrite each other.
    """
    for descriptor in (1, 2):
        with contextlib.suppress(OSError):
            if os.path.samestat(found, os.fstat(descriptor)):
                return descriptor
    return None


def _print(descriptor: int, data: bytes) -> None:
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    left = memoryview(data)
    while left:
        left = left[os.write(descriptor, left) :]
