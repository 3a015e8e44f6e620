"""Ports for servers that begin later."""

from __future__ import annotations

import random
import socket

_OURS = range(20_000, 32_000)
"""Below those that Linux (32768) and others (49152) give to clients: a port of theirs that is free now can be the
near end of anybody's connection a moment later, and a server is refused it."""


def free_port() -> int:
    """A port at which nobody listens, and which no client is given."""
    chosen = random.SystemRandom()
    while True:
        port = chosen.choice(_OURS)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
