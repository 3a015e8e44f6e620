"""The list of visits for people: a header, each run of the provider apart, our own probes called so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from provider_stub.process.client import line

HEADER = "started (UTC)        client           verdict, reason, alert, TLS, [certificate presented], requests"


def lines(visits: Sequence[Mapping[str, Any]], probes: Sequence[tuple[int, str]] = ()) -> Iterator[str]:
    """The lines; `probes` are (local port, when) of `sn-mock check --against`, which sends an empty certificate."""
    if not visits:
        return
    yield HEADER
    runs = [(run, list(those)) for run, those in groupby(visits, key=_run)]
    for number, (run, those) in enumerate(runs):
        if len(runs) > 1:
            now = ", the latest" if number == len(runs) - 1 else ""
            yield f"--- a run of the provider ({run}{now})"
        for visit in those:
            yield line(dict(visit)) + ("  <- sn-mock check asked" if _is_probe(visit, probes) else "")


def _run(visit: Mapping[str, Any]) -> str:
    """What the visits of one run of the provider have in common: the first part of their ids."""
    return str(visit["id"]).partition("-")[0]


def _is_probe(visit: Mapping[str, Any], probes: Sequence[tuple[int, str]]) -> bool:
    """The same port on the same day: nobody else has it in the same minute."""
    return any(port == visit["peer"]["port"] and when == str(visit["started"])[:16] for port, when in probes)
