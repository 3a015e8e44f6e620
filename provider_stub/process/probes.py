"""Which connections were our own: `sn-mock check --against` leaves visits that look like a customer without a key."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

_FILE = "probes.jsonl"
_KEPT = 1000


def note(folder: Path, ports: Iterable[int]) -> None:
    """Write down the local ports of a probe, where a provider keeps its state in that folder."""
    if not folder.is_dir():
        return
    now = datetime.now(UTC)
    minutes = {f"{moment:%Y-%m-%dT%H:%M}" for moment in (now - timedelta(minutes=1), now)}
    with (folder / _FILE).open("a", encoding="utf-8") as file:
        file.writelines(json.dumps([port, minute]) + "\n" for port in ports for minute in sorted(minutes))


def read(folder: Path) -> list[tuple[int, str]]:
    """(local port, minute) of the latest probes; lines that are none are left out."""
    try:
        lines = (folder / _FILE).read_text("utf-8").splitlines()[-_KEPT:]
    except (OSError, UnicodeDecodeError):
        return []
    found = []
    for line in lines:
        try:
            port, minute = json.loads(line)
        except (ValueError, TypeError):
            continue
        found.append((port, minute))
    return found
