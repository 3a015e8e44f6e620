"""The secrets of TLS sessions, as browsers, OpenSSL and Wireshark write them down (draft-ietf-tls-keylogfile)."""

from __future__ import annotations

from typing import BinaryIO

from guarded.regex import regex

_LINE = regex(rb"^([A-Z0-9_]{3,40}) ([0-9a-fA-F]{64}) ((?:[0-9a-fA-F]{2}){16,64})\s*$")
_MOST_SECRETS = 200_000
"""Secrets that are kept in memory: those of some 40,000 connections of TLS 1.3."""
_LONGEST_LINE = 512
_WANTED = frozenset(
    {
        b"CLIENT_RANDOM",
        b"CLIENT_HANDSHAKE_TRAFFIC_SECRET",
        b"SERVER_HANDSHAKE_TRAFFIC_SECRET",
        b"CLIENT_TRAFFIC_SECRET_0",
        b"SERVER_TRAFFIC_SECRET_0",
    }
)


class KeyLog:
    """Secrets by label and client random. Never shown: neither in a repr nor in JSON."""

    def __init__(self) -> None:
        self._secrets: dict[tuple[bytes, bytes], bytes] = {}
        self.full = False
        """There were more than are kept."""

    def __len__(self) -> int:
        return len(self._secrets)

    def __repr__(self) -> str:
        return f"KeyLog({len(self._secrets)} secrets)"

    def add(self, text: bytes) -> None:
        """Take in lines; what is none is passed over, as every reader of such files does."""
        for line in text.split(b"\n"):
            self._line(line)

    def read(self, stream: BinaryIO) -> None:
        """Take in a file of any size. Raises OSError as the stream does."""
        while line := stream.readline(_LONGEST_LINE):
            self._line(line)

    def _line(self, line: bytes) -> None:
        found = _LINE.match(line)
        if found is None or found[1] not in _WANTED:
            return
        if len(self._secrets) >= _MOST_SECRETS:
            self.full = True
            return
        self._secrets[found[1], bytes.fromhex(found[2].decode())] = bytes.fromhex(found[3].decode())

    def secret(self, label: str, client_random: bytes) -> bytes | None:
        """A secret of that session; None where it is not known."""
        return self._secrets.get((label.encode(), client_random))

    def knows(self, client_random: bytes) -> bool:
        """Whether anything of that session is known."""
        return any((label, client_random) in self._secrets for label in _WANTED)
