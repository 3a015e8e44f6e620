"""HTTP answers and broken TLS peers as real Java clients met them (`record_java_answers` made the rows)."""

from __future__ import annotations

import gzip
import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from sn_mock.failure import JavaException
from sn_mock.java.httpclient.clients import known
from sn_mock.java.httpclient.reading import engine
from sn_mock.java.httpclient.reading.clients import Peer
from sn_mock.java.httpclient.reading.values import Thrown, ThrownError
from sn_mock.java.lang.jdk import named
from tests.parity import answers, peers, scripted_peer
from tests.parity.broken_peers import PeerCase
from tests.parity.http_answers import AnswerCase
from tests.parity.scripted_peer import Script, http_conversation


def name_of(path: Path) -> str:
    """`java-17`."""
    return path.name.removesuffix(".json.gz")


FILES = sorted((Path(__file__).parent / "recorded").glob("*.json.gz"))
OVER_THE_WIRE = ("redirect", "kept")
"""Families that take more than one answer."""
PORT = 65432


def load(path: Path) -> dict[str, Any]:
    """One recording."""
    loaded: dict[str, Any] = json.loads(gzip.decompress(path.read_bytes()))
    return loaded


HEARD = [path for path in FILES if load(path)["answers"]]
"""Those with HTTP answers: of later updates there are broken peers alone."""


def octets_of(row: dict[str, Any]) -> tuple[Script, ...]:
    """What the peer said on its connections."""
    return tuple(
        Script(tuple(tuple(b64decode(piece) for piece in answer) for answer in script["answers"]), script["end"])
        for script in row["scripts"]
    )


def arriving(script: Script) -> Callable[[], bytes]:
    """The first answer, piece by piece, and the end of the stream."""
    pieces: Iterator[bytes] = iter([piece for piece in script.answers[0] if piece])

    def more() -> bytes:
        if piece := next(pieces, b""):
            return piece
        if script.end == "fin":
            return b""
        name, text = (
            ("Exception", "Connection reset") if script.end == "rst" else ("TimeoutException", "Read timed out")
        )
        raise ThrownError(Thrown((JavaException(f"java.net.Socket{name}", text),), "broken"))

    return more


def read_in_memory(row: dict[str, Any], client: str, java: str) -> dict[str, Any]:
    """sn-mock's reading of a single answer, in the form of the rows."""
    read = engine.read(known(client).reader, arriving(octets_of(row)[0]), Peer("127.0.0.1", PORT, named(java)))
    if isinstance(read, Thrown) and read.told is not None:
        read = read.told
    if isinstance(read, Thrown):
        texts = [[one.class_name, one.message and one.message.replace(str(PORT), "<port>")] for one in read.java]
        return {"status": None, "headers": [], "body": "", "exception": texts}
    headers = [list(header) for header in read.headers]
    return {"status": read.status_code, "headers": headers, "body": b64encode(read.body).decode(), "exception": []}


@pytest.mark.parametrize("path", HEARD, ids=name_of)
def test_an_answer_is_read_as_java_reads_it(path: Path) -> None:
    """Status, headers, body or exception chain of every recorded answer, for each client."""
    recording = load(path)
    rows = [row for row in recording["answers"] if row["what"] not in OVER_THE_WIRE]
    wrong = [
        (row["what"], client, ours, told)
        for row in rows
        for client, told in row["told"].items()
        if (ours := read_in_memory(row, client, recording["java"]))
        != {name: value for name, value in told.items() if name != "connections"}
    ]
    assert len(rows) >= 150
    assert wrong == []


@pytest.mark.parametrize("path", HEARD, ids=name_of)
def test_redirects_and_kept_connections_are_javas(path: Path) -> None:
    """Where a redirect leads, what is thrown instead, and how many connections two requests take."""
    recording = load(path)
    wrong = []
    rows = [row for row in recording["answers"] if row["what"] in OVER_THE_WIRE]
    for row in rows:
        case = AnswerCase(row["what"], octets_of(row), row["limit"], row["times"])
        for client, told in row["told"].items():
            with scripted_peer.Peer(http_conversation(case.scripts)) as peer:
                exchange = answers.asked(case, client, recording["java"], peer.port)
                ours = answers.from_exchange(exchange, peer)
            if ours != told:
                wrong.append((str(case), client, ours, told))
    assert rows
    assert wrong == []


@pytest.mark.parametrize("path", [path for path in FILES if load(path)["peers"]], ids=name_of)
def test_a_broken_peer_is_told_as_java_tells_it(path: Path) -> None:
    """Exception chain and number of connections for every recorded tamper."""
    recording = load(path)

    def asked(row: dict[str, Any]) -> tuple[str, str, object, object]:
        case = PeerCase(row["what"], row["tls"], row["seed"])
        return str(case), row["client"], peers.asked_ours(case, row["client"], recording["java"]), row["told"]

    with ThreadPoolExecutor(8) as several:  # some peers are waited for
        answers_of_ours = list(several.map(asked, recording["peers"]))
    assert [each for each in answers_of_ours if each[2] != each[3]] == []
