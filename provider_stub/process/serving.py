"""`provider-stub serve`: one provider in the foreground until SIGTERM or SIGINT, then a clean end."""

from __future__ import annotations

import contextlib
import gc
import json
import os
import secrets
import signal
import sys
import time
from pathlib import Path
from typing import Any

from guarded import files
from provider_stub.process.options import ServeOptions
from provider_stub.process.processes import started
from provider_stub.process.workers import Supervisor
from provider_stub.provider import Provider

DRAIN_SECONDS = 5.0
KEPT_VISITS = 200
"""Visits kept in memory; the journal on disk has them all."""


def serve(options: ServeOptions) -> int:
    """Run until told to stop; 0."""
    name = f"{int(time.time()):x}{secrets.token_hex(1)}"  # visits of different runs may stand in one journal file
    if options.workers > 1:
        supervisor = Supervisor(options, drain_seconds=DRAIN_SECONDS, keep_visits=KEPT_VISITS, name=name)
        return run(supervisor, options)
    provider = Provider(
        options.policy,
        host=options.host,
        port=options.port,
        name=name,
        journal_path=options.journal,
        keep_visits=KEPT_VISITS,
        drain_seconds=DRAIN_SECONDS,
        control_port=options.control_port,
        pcap=options.pcap,
    )
    return run(provider, options)


def run(provider: Any, options: ServeOptions) -> int:
    """Start, say that it is ready, wait for the signal, stop."""
    signals = (signal.SIGTERM, signal.SIGINT)
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    provider.start()
    gc.freeze()
    try:
        state = provider.status()
        state |= {"policy": None if options.policy_file is None else str(options.policy_file.resolve())}
        state |= {"journal": None if options.journal is None else str(options.journal.resolve())}
        state |= {"pcap": None if options.pcap is None else str(options.pcap.resolve())}
        if options.ready_file is not None:
            announce(options.ready_file, state | {"control_token": provider.control_token})
        print(f"provider: {state['url']}  control: {state['control']}", flush=True)
        for note in state["notes"]:
            print(f"provider: note: {note}", file=sys.stderr, flush=True)
        signal.sigwait(signals)
        print("provider: stopping, answers under way are finished", file=sys.stderr, flush=True)
    finally:
        provider.stop()
        if options.ready_file is not None:
            withdraw(options.ready_file)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, signals)
    return 0


def announce(path: Path, state: dict[str, Any]) -> None:
    """Write the ready file in one step, so that nobody reads half of it, and for its owner only: it holds the token."""
    path.parent.mkdir(parents=True, exist_ok=True)
    document = {"pid": os.getpid(), "process_started": started(os.getpid()), **state}
    files.write(path, (json.dumps(document, indent=1) + "\n").encode(), private=True, waits=False)


def withdraw(path: Path) -> None:
    """Remove the ready file, if it is still the one of this process."""
    with contextlib.suppress(OSError, ValueError):
        if json.loads(files.read(path))["pid"] == os.getpid():
            path.unlink()
