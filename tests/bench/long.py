"""`python -m tests.bench.long` (`make soak`): a long and a wide run; exit code 1 where memory grows or one is lost.

100,000 handshakes with a call each, 1,000,000 calls on kept connections, 2,000 connections at once that all stay and
are all served. Memory is flat where the second half of a run adds not more than 4 MiB.
"""

from __future__ import annotations

import argparse
import resource
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from tests.bench import certificates, load, servers

FLAT_MIB = 4.0
CONNECTIONS = 8


def main() -> int:
    """Run all three and print a line each."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.long", description=__doc__)
    parser.add_argument("--handshakes", type=int, default=100_000)
    parser.add_argument("--calls", type=int, default=1_000_000)
    parser.add_argument("--connections", type=int, default=2_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        place = certificates.write(folder, "p-256")
        context = load.client_context(place, "1.3")
        good = [
            _halves(
                f"{options.handshakes} handshakes with a call each",
                place,
                folder / "handshakes",
                lambda port, calls: load.new_connections(port, context, calls, CONNECTIONS),
                options.handshakes,
            ),
            _halves(
                f"{options.calls} calls on {CONNECTIONS} kept connections",
                place,
                folder / "calls",
                lambda port, calls: load.kept_alive(port, context, calls, CONNECTIONS),
                options.calls,
            ),
            _crowd(place, folder / "crowd", options.connections),
        ]
    return 0 if all(good) else 1


def _halves(title: str, place: Path, folder: Path, act: Callable[[int, int], float], calls: int) -> bool:
    with servers.running("provider-stub", place, folder) as server:
        act(server.port, max(400, calls // 10))  # the journal in memory fills, caches too
        marks, seconds = [server.rss_mib()], 0.0
        for _ in range(2):
            seconds += act(server.port, calls // 2)
            marks.append(server.rss_mib())
    first, second = marks[1] - marks[0], marks[2] - marks[1]
    flat = second <= FLAT_MIB
    growth = f"{first:+.1f} in the first half, {second:+.1f} in the second: {'flat' if flat else 'NOT flat'}"
    print(f"{title}: {calls / seconds:.0f} a second; {marks[0]:.1f} MiB, {growth}", flush=True)
    return flat


def _crowd(place: Path, folder: Path, count: int) -> bool:
    """All connect, all stay, all call at the same moment."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 2 * count + 200)), hard))
    context = load.client_context(place, "1.3")
    with servers.running("provider-stub", place, folder) as server:
        before = server.rss_mib()
        begun = time.perf_counter()
        kept = [load.connect(server.port, context) for _ in range(count)]
        seconds = time.perf_counter() - begun
        held = server.rss_mib() - before
        answered = _all_at_once(kept, load.request(server.port))
        for connection in kept:
            connection.close()
    made = f"made in {seconds:.0f} s, {held * 1024 / count:.0f} KiB each"
    print(f"{count} connections at once: {made}, {answered} answered when all called at once", flush=True)
    return answered == count


def _all_at_once(connections: list[socket.socket], data: bytes) -> int:
    answered: list[bool] = []
    gate = threading.Barrier(len(connections))

    def one(connection: socket.socket) -> None:
        gate.wait()
        try:
            connection.settimeout(120)
            load.post(connection, data)  # type: ignore[arg-type]
            answered.append(True)
        except OSError:
            answered.append(False)

    threading.stack_size(256 * 1024)
    callers = [threading.Thread(target=one, args=(connection,)) for connection in connections]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    return sum(answered)


if __name__ == "__main__":
    sys.exit(main())
