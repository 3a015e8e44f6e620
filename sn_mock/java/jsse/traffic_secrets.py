"""The traffic secrets of one connection, kept in memory for the case that a flight has to be looked into.

OpenSSL writes them to a file of the NSS key log format, which here has no name on any disk (memfd_create, Linux). They
are never shown; where there is no such file, a sealed flight that OpenSSL refuses has no words of Java's.
"""

from __future__ import annotations

import os
import ssl

_SERVER_HANDSHAKE = b"SERVER_HANDSHAKE_TRAFFIC_SECRET"


class TrafficSecrets:
    """Owns the file; `close` forgets it."""

    def __init__(self) -> None:
        self._file: int | None = None
        self._context: ssl.SSLContext | None = None

    def follow(self, context: ssl.SSLContext) -> None:
        """Note the secrets of the connections of this context."""
        if not hasattr(os, "memfd_create"):
            return
        if self._file is None:
            self._file = os.memfd_create("secrets", os.MFD_CLOEXEC)
        context.keylog_filename = f"/proc/self/fd/{self._file}"
        self._context = context

    def server_handshake(self) -> bytes | None:
        """The secret that the server's handshake messages are sealed with; None where it is not known."""
        if self._file is None:
            return None
        for line in os.pread(self._file, 1 << 16, 0).splitlines():
            label, _, rest = line.partition(b" ")
            if label == _SERVER_HANDSHAKE:
                return bytes.fromhex(rest.split()[1].decode())
        return None

    def close(self) -> None:
        """Forget everything."""
        if self._context is not None:
            self._context.keylog_filename = None  # type: ignore[assignment]
            self._context = None
        if self._file is not None:
            os.close(self._file)
            self._file = None
