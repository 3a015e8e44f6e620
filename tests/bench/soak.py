"""Long and wide: memory after 12,000 calls, 1,000 idle connections, 200 handshakes at once."""

from __future__ import annotations

import socket
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from tests.bench import load, servers

CALLS = 12_000


@dataclass(frozen=True)
class Memory:
    """Resident memory in MiB."""

    at_start: float
    after: float


@dataclass(frozen=True)
class Crowd:
    """What a full house looks like."""

    idle: int
    kib_per_idle: float
    at_once: int
    answered: int
    slowest_ms: float


def memory(place: Path, folder: Path) -> Memory:
    """Before and after 12,000 calls, half of them on connections of their own."""
    context = load.client_context(place, "1.3")
    with servers.running("provider-stub", place, folder / "memory") as server:
        at_start = server.rss_mib()
        load.new_connections(server.port, context, CALLS // 2, 4)
        load.kept_alive(server.port, context, CALLS // 2, 4)
        return Memory(at_start, server.rss_mib())


def crowd(place: Path, folder: Path) -> Crowd:
    """1,000 idle TLS connections stay, and 200 clients call at the same moment."""
    context = load.client_context(place, "1.3")
    times: list[float] = []
    with servers.running("provider-stub", place, folder / "crowd") as server:
        load.new_connections(server.port, context, 100, 4)
        before = server.rss_mib()
        idle: list[socket.socket] = [load.connect(server.port, context) for _ in range(1000)]
        kib = (server.rss_mib() - before) * 1024 / len(idle)
        gate = threading.Barrier(200)

        def one() -> None:
            gate.wait()
            begun = time.perf_counter()
            with load.connect(server.port, context) as connection:
                load.post(connection, load.request(server.port))
            times.append((time.perf_counter() - begun) * 1000)

        callers = [threading.Thread(target=one) for _ in range(200)]
        for caller in callers:
            caller.start()
        for caller in callers:
            caller.join()
        for connection in idle:
            connection.close()
    return Crowd(1000, kib, 200, len(times), max(times))
