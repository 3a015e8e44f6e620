"""The servers that are compared: how each is started, and what CPU and memory it has used."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.bench.peers import PEERS
from tests.ports import free_port

ROOT = Path(__file__).parent.parent.parent
START_SECONDS = 60.0
_PAGE_KIB = os.sysconf("SC_PAGE_SIZE") // 1024


@dataclass
class Server:
    """A running server and its processes."""

    name: str
    port: int
    process: subprocess.Popen[bytes]
    started: float
    """perf_counter() at the start of its process."""

    def pids(self) -> list[int]:
        """The process and its descendants."""
        found = [self.process.pid]
        for pid in found:
            with contextlib.suppress(OSError):
                for children in Path(f"/proc/{pid}/task").glob("*/children"):
                    found += [int(child) for child in children.read_text().split()]
        return found

    def cpu_ms(self) -> float:
        """User and system time of all processes, in milliseconds."""
        return sum(_cpu_ms(pid) for pid in self.pids())

    def rss_mib(self) -> float:
        """Resident memory of all processes, in MiB."""
        return sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE_KIB for pid in self.pids()) / 1024

    def peak_mib(self) -> float:
        """The most that the process itself, without its descendants, has held at once, in MiB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def _cpu_ms(pid: int) -> float:
    """A process's CPU time with all its threads, ended ones, too (Linux clock id of a process, CPUCLOCK_SCHED)."""
    return time.clock_gettime_ns((~pid << 3) | 2) / 1e6


def available() -> dict[str, str | None]:
    """Server name -> None, or why it is absent."""
    return {name: None if peer.found() else f"no {peer.wants}" for name, peer in PEERS.items()}


def environment() -> dict[str, str]:
    """Python's bytecode is there, as after an installation: a checkout may not be compiled."""
    told = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": str(ROOT / "build" / "bytecode")}
    told.pop("PYTHONDONTWRITEBYTECODE", None)
    return told


@contextlib.contextmanager
def running(name: str, certificates: Path, folder: Path, *, tls: str = "1.3", workers: int = 1) -> Iterator[Server]:
    """Start a server that demands client certificates of `certificates/ca.pem`."""
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    command = PEERS[name].command(certificates, folder, port, tls, workers)
    begun = time.perf_counter()
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env=environment(), cwd=ROOT)
    server = Server(name, port, process, begun)
    try:
        _wait(server, folder)
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(server: Server, folder: Path) -> None:
    while time.perf_counter() - server.started < START_SECONDS:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", server.port), 0.2):
            return
        if server.process.poll() is not None:
            break
        time.sleep(0.002)
    raise RuntimeError(f"{server.name} did not start: {(folder / 'log').read_text(errors='replace')[-500:]}")
