"""`python -m tests.bench`: measure, print, and write docs/performance.md (or `--out FILE`)."""

from __future__ import annotations

import argparse
import os
import platform
import ssl
import sys
import tempfile
import time
from pathlib import Path

from tests.bench import certificates, instance_side, live, load, servers, soak
from tests.bench.comparing import compare
from tests.bench.page import Page
from tests.bench.peers import command_of, version_of

KINDS = ("rsa-2048", "p-256")
TARGETS = {("new", "rsa-2048"): 1.2, ("new", "p-256"): 1.25, ("keep", "rsa-2048"): 2.0, ("keep", "p-256"): 2.0}


def main() -> int:
    """Run everything; 0 where every target was met."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="rounds per comparison, of 8 slices each (default: 7)")
    parser.add_argument("--out", type=Path, default=servers.ROOT / "docs" / "performance.md")
    options = parser.parse_args()
    absent = {name: reason for name, reason in servers.available().items() if reason}
    names = [name for name in servers.available() if name not in absent]
    page = Page(absent)
    begun = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        places = {kind: certificates.write(folder, kind) for kind in KINDS}
        for mode in ("new", "keep"):
            for kind in KINDS:
                for tls in ("1.2", "1.3"):
                    found = compare(names, places[kind], folder, tls, mode, options.rounds)
                    page.comparison(mode, kind, tls, found, TARGETS[mode, kind])
        page.start(_start_times(places["p-256"], folder))
        page.memory(soak.memory(places["p-256"], folder))
        page.scaling(_scaling(places["p-256"], folder))
        page.workers(_workers(places["rsa-2048"], folder))
        page.crowd(soak.crowd(places["p-256"], folder))
        page.instance_calls(instance_side.calls(folder, options.rounds))
        page.commands(instance_side.commands(folder, options.rounds))
        page.linearity(instance_side.linearity(folder))
        page.servers({name: (version_of(name), command_of(name, places["p-256"])) for name in names})
    text = page.text(f"{_machine()}; load average {begun:.1f} before the start, {os.getloadavg()[0]:.1f} at the end")
    former = options.out.read_text("utf-8") if options.out.exists() else ""
    options.out.write_text(live.kept_section(former, text), "utf-8")
    print(text)
    return 0 if page.met else 1


def _machine() -> str:
    return (
        f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}, "
        f"{ssl.OPENSSL_VERSION}"
    )


def _start_times(place: Path, folder: Path) -> list[tuple[float, float]]:
    """Milliseconds from the start of the process to the first complete mTLS answer, and CPU time until then.

    The first start compiles (as an installation does) and is not counted.
    """
    found = []
    context = load.client_context(place, "1.3")
    for number in range(8):
        with servers.running("provider-stub", place, folder / f"start-{number}") as server:
            with load.connect(server.port, context) as connection:
                load.post(connection, load.request(server.port))
            found.append(((time.perf_counter() - server.started) * 1000, server.cpu_ms()))
    return found[1:]


def _scaling(place: Path, folder: Path) -> dict[int, load.Run]:
    """Keep-alive calls over 1 to 200 connections."""
    context = load.client_context(place, "1.3")
    found = {}
    with servers.running("provider-stub", place, folder / "scaling") as server:
        for connections in (1, 8, 50, 200):
            with load.Kept(server.port, context, connections) as kept:
                before = server.cpu_ms()
                seconds = kept.calls(4000)
                found[connections] = load.Run(4000, seconds, (server.cpu_ms() - before) / 4000)
    return found


def _workers(place: Path, folder: Path) -> dict[int, load.Run]:
    """New connections with one and two worker processes, two load processes."""
    found = {}
    for workers in (1, 2):
        with servers.running("provider-stub", place, folder / f"workers-{workers}", workers=workers) as server:
            load.in_processes(server.port, place, 100, 2)
            before = server.cpu_ms()
            seconds = load.in_processes(server.port, place, 800, 2)
            found[workers] = load.Run(800, seconds, (server.cpu_ms() - before) / 800)
    return found


if __name__ == "__main__":
    sys.exit(main())
