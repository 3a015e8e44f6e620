"""The key log lines of OpenSSL contexts, kept in memory: a file of the NSS key log format without a name on any disk.

OpenSSL writes to a file only; memfd_create (Linux) makes one that nobody else can open. What is in it is never shown.
"""

from __future__ import annotations

import os
import ssl

_AT_ONCE = 1 << 20
_FORGOTTEN_FROM = 1 << 20
"""Bytes from which on lines that were asked for are dropped."""


class KeyLines:
    """Owns the file; `close` forgets it."""

    def __init__(self) -> None:
        self._file: int | None = None
        self._told = 0

    @staticmethod
    def available() -> bool:
        """Whether this system has such files."""
        return hasattr(os, "memfd_create")

    def follow(self, context: ssl.SSLContext) -> None:
        """Note the lines of the connections of this context; nothing happens where `available` says no."""
        if not self.available():
            return
        if self._file is None:
            self._file = os.memfd_create("secrets", os.MFD_CLOEXEC)
        context.keylog_filename = f"/proc/self/fd/{self._file}"

    def text(self) -> bytes:
        """The first lines of all."""
        return b"" if self._file is None else os.pread(self._file, 1 << 16, 0)

    def fresh(self) -> bytes:
        """The lines that are new since this was asked last."""
        if self._file is None:
            return b""
        new = os.pread(self._file, _AT_ONCE, self._told)
        self._told += len(new)
        if self._told > _FORGOTTEN_FROM and len(new) < _AT_ONCE:
            os.ftruncate(self._file, 0)  # OpenSSL appends
            self._told = 0
        return b"".join(line for line in new.splitlines(keepends=True) if not line.startswith(b"#"))

    def close(self) -> None:
        """Forget everything."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
