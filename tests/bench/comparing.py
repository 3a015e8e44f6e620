"""Servers side by side: slices of a few dozen calls, in each of which every server has its turn.

What disturbs a machine lasts longer than a slice, so it meets all servers of a slice alike. A ratio is therefore taken
slice by slice, never between figures of different moments, and told with its quartiles: they say how sure it is.
"""

from __future__ import annotations

import contextlib
import random
import ssl
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from tests.bench import load, servers
from tests.bench.peers import PEERS

SLICES = 8
"""Per round; rivals have a turn in each, the others in the first."""
CALLS_OF_SLICE = {"new": 40, "keep": 400}
CONNECTIONS = {"new": 4, "keep": 8}
WARM_CALLS = 240
"""Of a server that was started anew: more than the visits that `serve` keeps in memory, so that it is what it will be
for days. Those whose code is compiled while it runs need more (`Peer.calls`)."""
_SETTLE_SECONDS = 0.1
"""After a slice, before its end is taken: what a server puts off (a journal's lines) is its own work, too."""


@dataclass(frozen=True)
class Spread:
    """The middle of many figures, and what bounds the middle half of them."""

    low: float
    middle: float
    high: float

    @classmethod
    def of(cls, figures: Iterable[float]) -> Self:
        """Quartiles and median; of a single figure all three are that figure."""
        known = list(figures)
        low, middle, high = statistics.quantiles(known, n=4, method="inclusive") if len(known) > 1 else known * 3
        return cls(low, middle, high)

    def __str__(self) -> str:
        return f"{self.middle:.2f} ({self.low:.2f} to {self.high:.2f})"


@dataclass(frozen=True)
class Turn:
    """One server's calls in one slice."""

    cpu_ms: float
    """CPU time per call."""
    rate: float
    """Calls per second, as the client saw them."""


@dataclass
class Comparison:
    """Server -> number of the slice -> its turn."""

    turns: Mapping[str, dict[int, Turn]] = field(default_factory=dict)

    def cpu_ms(self, name: str) -> float:
        """CPU time per call, the median of its slices."""
        return statistics.median(turn.cpu_ms for turn in self.turns[name].values())

    def rate(self, name: str) -> float:
        """Calls per second, the median of its slices."""
        return statistics.median(turn.rate for turn in self.turns[name].values())

    def ratio(self, name: str, base: str) -> Spread:
        """Its CPU time by that of `base` in the same slice."""
        other = self.turns[base]
        return Spread.of(turn.cpu_ms / other[number].cpu_ms for number, turn in self.turns[name].items())


def compare(names: Sequence[str], place: Path, folder: Path, tls: str, mode: str, rounds: int) -> Comparison:
    """All of them; rivals are started anew in every round, so that no ratio rests on one process's luck."""
    context = load.client_context(place, tls)
    warm = load.new_connections if mode == "new" else load.kept_alive
    found = Comparison({name: {} for name in names})
    rivals = [name for name in names if PEERS[name].rival]
    with contextlib.ExitStack() as stack:
        up = {}

        def start(stack: contextlib.ExitStack, name: str, number: int) -> None:
            home = folder / f"{place.name}-{tls}-{mode}-{name.replace(' ', '-')}-{number}"
            up[name] = stack.enter_context(servers.running(name, place, home, tls=tls))
            warm(up[name].port, context, max(WARM_CALLS, PEERS[name].calls), CONNECTIONS[mode])

        for name in names:
            if name not in rivals:
                start(stack, name, 0)
        for number in range(rounds):
            with contextlib.ExitStack() as of_round:
                for name in rivals:
                    start(of_round, name, number)
                acts = {name: _act(of_round, up[name].port, context, mode) for name in names}
                for part in range(SLICES):
                    asked = rivals if part else names
                    told = _slice({name: up[name] for name in asked}, acts, CALLS_OF_SLICE[mode])
                    for name, turn in told.items():
                        found.turns[name][number * SLICES + part] = turn
            print(".", end="", file=sys.stderr, flush=True)
    return found


def _act(stack: contextlib.ExitStack, port: int, context: ssl.SSLContext, mode: str) -> Callable[[int], float]:
    """What makes so many calls and tells the seconds; connections that are kept are open by now."""
    if mode == "new":
        return lambda calls: load.new_connections(port, context, calls, CONNECTIONS[mode])
    return stack.enter_context(load.Kept(port, context, CONNECTIONS[mode])).calls


def _slice(
    asked: Mapping[str, servers.Server], acts: Mapping[str, Callable[[int], float]], calls: int
) -> dict[str, Turn]:
    """Everyone's turn, in an order of its own; a server's CPU time counts from the slice's beginning to its end."""
    before = {name: server.cpu_ms() for name, server in asked.items()}
    seconds = {name: acts[name](calls) for name in random.sample(list(asked), len(asked))}
    time.sleep(_SETTLE_SECONDS)
    return {
        name: Turn((server.cpu_ms() - before[name]) / calls, calls / seconds[name]) for name, server in asked.items()
    }
