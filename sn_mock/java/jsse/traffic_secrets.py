"""The traffic secrets of one connection, for the case that a flight has to be looked into.

They are never shown; where they cannot be had (`KeyLines.available`), a sealed flight that OpenSSL refuses has no words
of Java's.
"""

from __future__ import annotations

import ssl

from tls_transcript import KeyLines

_SERVER_HANDSHAKE = b"SERVER_HANDSHAKE_TRAFFIC_SECRET"
_SERVER_APPLICATION = b"SERVER_TRAFFIC_SECRET_0"


class TrafficSecrets(KeyLines):
    """The key log lines of one connection; `close` forgets them."""

    def __init__(self) -> None:
        super().__init__()
        self._followed: list[ssl.SSLContext] = []

    def follow(self, context: ssl.SSLContext) -> None:
        """Note the lines of this context's connection, until `close`: afterwards it serves another one."""
        super().follow(context)
        self._followed.append(context)

    def server_handshake(self) -> bytes | None:
        """The secret that the server's handshake messages are sealed with; None where it is not known."""
        return self._secret(_SERVER_HANDSHAKE)

    def server_application(self) -> bytes | None:
        """The first secret that what comes after the handshake is sealed with."""
        return self._secret(_SERVER_APPLICATION)

    def _secret(self, wanted: bytes) -> bytes | None:
        for line in self.text().splitlines():
            label, _, rest = line.partition(b" ")
            if label == wanted:
                return bytes.fromhex(rest.split()[1].decode())
        return None

    def close(self) -> None:
        """Forget everything."""
        while self._followed:
            self._followed.pop().keylog_filename = None  # type: ignore[assignment]
        super().close()
