"""`Background`: the provider that `make up` or `provider-stub up` left running, as its journal tells of it."""

from __future__ import annotations

import threading
import time
from collections import deque
from pathlib import Path

from provider_stub.journal.lines import Tail
from provider_stub.process.background import RunDirectory
from sn_mock.exchange import Exchange
from sn_mock.report.story import VisitJson

_SHOWN = 100


class Background:
    """Its newest visits; read on from the last look, by whoever asks."""

    def __init__(self, folder: Path) -> None:
        self._run = RunDirectory(folder)
        self._lock = threading.Lock()
        self._tail = Tail(self._run.journal)
        self._visits: deque[VisitJson] = deque(maxlen=_SHOWN)

    @property
    def place(self) -> tuple[str, int] | None:
        """URL and port of the one that runs; None where none does."""
        state = self._run.running()
        return None if state is None else (str(state["url"]), int(state["port"]))

    def visits(self) -> tuple[VisitJson, ...]:
        """The newest first; those of earlier runs are among them."""
        with self._lock:
            self._visits.extend(self._tail.news())
            return tuple(reversed(self._visits))

    def close(self) -> None:
        """Let go of the journal."""
        with self._lock:
            self._tail.__exit__()

    def visit(self, exchange: Exchange, seconds: float) -> VisitJson | None:
        """Its record of a call's last connection, waited for that long; None where the call went elsewhere."""
        mine = exchange.attempts[-1].local_port if exchange.attempts else None
        place = self.place if mine is not None and exchange.route else None
        if place is None or exchange.route is None or exchange.route.port != place[1]:
            return None
        given_up = time.monotonic() + seconds
        while True:
            found = next((one for one in self.visits() if one["peer"]["port"] == mine), None)
            if found is not None or time.monotonic() >= given_up:
                return found
            time.sleep(0.02)
