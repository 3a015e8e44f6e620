"""Broken TLS peers as Java 8u252 met them, recorded, and put to sn-mock again: its JSSE is the one before 8u261."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from tests.parity.broken_peers import FAMILIES, PeerCase
from tests.parity.peers import asked_ours

_KEPT = json.loads(gzip.decompress((Path(__file__).parent / "recorded" / "peers-of-8.json.gz").read_bytes()))
ROWS: list[dict[str, Any]] = _KEPT["rows"]


@pytest.mark.parametrize("row", ROWS, ids=[f"{row['what']}-{place}" for place, row in enumerate(ROWS)])
def test_it_is_as_java_8_did_it(row: dict[str, Any]) -> None:
    """Exception chain, status and number of connections of each client."""
    ours = asked_ours(PeerCase(row["what"], "1.2", row["seed"]), row["client"], 8)

    assert json.loads(json.dumps(ours)) == row["java"]


def test_the_rows_cover_every_family() -> None:
    """Refused and taken, by each client."""
    assert _KEPT["java"] == "1.8.0_252"
    assert {row["what"] for row in ROWS} == set(FAMILIES)
    assert {bool(row["java"]["exception"]) for row in ROWS} == {True, False}
    assert len({row["client"] for row in ROWS}) == 3
