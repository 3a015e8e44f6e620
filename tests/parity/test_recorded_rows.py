"""What a real Java did, recorded, and put to sn-mock again: the comparison of `make parity` without a Java.

`python -m tests.parity.record tests/parity/recorded` records new rows. The keystores hold throw-away keys only.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.parity import record, rows
from tests.parity.differences import compare
from tests.parity.mutants import KINDS
from tests.parity.rows import PARTS, Replay, Row, read_rows, write_rows
from tests.parity.stores import StoreFile

FOLDER = Path(__file__).parent / "recorded"
ROWS_OF = {part: read_rows(FOLDER / f"{part}.json.gz") for part in PARTS}
OTHERS = {path.name.removesuffix(".json.gz"): read_rows(path) for path in sorted(FOLDER.glob("[ckm]*-of-*.json.gz"))}
"""Of other Javas and later updates: what they refuse in words that JDK 17 has not, and which keys they choose."""
ROWS = [row for rows_of in (ROWS_OF | OTHERS).values() for row in rows_of]
NAMES = [f"{part}-{place}" for part, rows_of in (ROWS_OF | OTHERS).items() for place in range(len(rows_of))]


@pytest.fixture(scope="module")
def replay() -> Iterator[Replay]:
    """Servers and providers, started when first needed."""
    with Replay() as running:
        yield running


@pytest.mark.parametrize("row", ROWS, ids=NAMES)
def test_it_is_as_java_did_it(row: Row, replay: Replay) -> None:
    """Every field of the answer, in each way in which sn-mock can be asked."""
    answers = list(replay.answers(row))

    assert answers
    assert [str(one) for answer in answers for one in compare(row.what, answer, row.java)] == []


def test_there_are_rows_of_every_part() -> None:
    """Refusals and acceptances, of every kind of mutant, and more than three hundred."""
    assert set(record.RECORDERS) == set(PARTS)
    assert len(ROWS) > 300
    assert {row.given["kind"] for row in ROWS_OF["mutants"]} == set(KINDS)
    for part, rows_of in ROWS_OF.items():
        assert len(rows_of) >= 30, part
        refused = [bool(row.java.get("exception")) for row in rows_of]
        assert any(refused), part
        assert not all(refused), part


def test_there_are_rows_of_other_javas() -> None:
    """Keystores and certificates on 8, 11 and 21 and later updates; refusals are those that no row of JDK 17 has."""
    assert {name for name in OTHERS if "keystores" in name} >= {f"keystores-of-{java}" for java in (8, 11, 21)}
    assert {"choices-of-17.0.19", "choices-of-11.0.32", "keystores-of-8u504", "mutants-of-21.0.13"} <= set(OTHERS)
    for name, rows_of in OTHERS.items():
        (java,) = {rows.version_of(row) for row in rows_of}
        assert name.endswith(f"-of-{record.label(java)}")
        assert any(row.java.get("exception") for row in rows_of)


@pytest.mark.parametrize("part", PARTS)
def test_a_file_says_where_it_comes_from(part: str) -> None:
    """Java's version, seed and date; and no private key lies open in it."""
    text = gzip.decompress((FOLDER / f"{part}.json.gz").read_bytes()).decode("utf-8", "surrogatepass")
    kept = json.loads(text)

    assert kept["java"].startswith("17.")
    assert isinstance(kept["seed"], int)
    assert kept["date"].startswith("20")
    assert "PRIVATE KEY" not in text


def test_the_files_stay_small() -> None:
    """All of them together."""
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 700_000


def test_a_wrong_row_is_found_out(replay: Replay) -> None:
    """A field that Java answered otherwise is a difference, in each part."""
    for part in PARTS:
        row = ROWS_OF[part][0]
        name = next(iter(row.java))
        wrong = {**row.java, name: "something else"}
        assert name in {one.what for answer in replay.answers(row) for one in compare(row.what, answer, wrong)}


def test_rows_are_read_as_they_were_written(tmp_path: Path) -> None:
    """Also a keystore file that is kept as a change of another one; the same rows give the same octets."""
    whole = bytes(range(256)) * 3
    files = {"base": whole}
    damaged = [whole, b"", whole[:100], whole + b"x", whole[:50] + b"yy" + whole[51:], b"another"]
    kept = [
        Row("keystores", "w", rows.store_given(StoreFile("w", "JKS", data, "a", None), files), {"entries": []})
        for data in damaged
    ]
    common = {"files": {"base": rows.b64encode(whole).decode()}}
    kept = [Row(row.part, row.what, row.given, row.java, common) for row in kept]
    for name in ("one", "two"):
        write_rows(tmp_path / name, {"about": "a test"}, "keystores", kept)

    assert [rows.store_file(row).data for row in read_rows(tmp_path / "one")] == damaged
    assert read_rows(tmp_path / "one") == tuple(kept)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
