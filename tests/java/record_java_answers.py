"""Record what real Java clients make of random HTTP answers and broken TLS peers.

    .venv/bin/python -m tests.java.record_java_answers [--seed N] [--java HOME]

Writes `recorded/java-<generation>.json.gz` beside this file, of a later update `java-17.0.19.json.gz`, of one family of
peers `request-17.json.gz`: Java's version, the seed, and a row for each case and client with the octets that were said.
`test_recorded_answers` holds sn-mock to the rows; `make parity` asks anew.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import tempfile
from base64 import b64encode
from dataclasses import replace
from pathlib import Path
from typing import Any

from sn_mock.java.lang.features import Feature
from tests.parity import answers, peers
from tests.parity.broken_peers import FAMILIES, random_peer
from tests.parity.http_answers import AnswerCase, random_answer
from tests.parity.jvm import Jvm, compile_judge
from tests.parity.record import label
from tests.parity.scripted_peer import Peer, http_conversation

FOLDER = Path(__file__).parent / "recorded"
ANSWERS, PEERS = 240, 120
_OF_THE_CERTIFICATE = "incorrect list length"
"""A text that quotes a length which depends on the certificates of the day."""


def main() -> None:
    """Record one file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=20261129)
    parser.add_argument("--java", metavar="HOME")
    parser.add_argument("--peers", type=int, metavar="N", help="so many broken peers alone, of a later update")
    parser.add_argument("--family", choices=FAMILIES, help="with --peers: of this one alone, in a file of its own")
    options = parser.parse_args()
    chance = random.Random(options.seed)
    with (
        tempfile.TemporaryDirectory() as folder,
        Jvm(compile_judge(Path(folder), [options.java] if options.java else []), options.java) as jvm,
    ):
        said = [_answer_rows(jvm, random_answer(chance)) for _ in range(0 if options.peers else ANSWERS)]
        asked = options.peers or (PEERS if jvm.java.has(Feature.JSSE_11) else 0)
        broken = [_peer_row(jvm, chance, number, options.family) for number in range(asked)]
        kept = [row for row in broken if _OF_THE_CERTIFICATE not in str(row)]
        recorded = {"java": jvm.version, "seed": options.seed, "answers": said, "peers": kept}
        FOLDER.mkdir(exist_ok=True)
        target = FOLDER / f"{options.family or 'java'}-{label(jvm.java)}.json.gz"
    with gzip.GzipFile(target, "wb", mtime=0) as file:
        file.write(json.dumps(recorded, separators=(",", ":")).encode())
    print(f"{target.name}: {len(said)} answers, {len(kept)} peers, Java {recorded['java']}")


def _answer_rows(jvm: Jvm, case: AnswerCase) -> dict[str, Any]:
    told = {}
    for client in sorted(jvm.clients):
        with Peer(http_conversation(case.scripts)) as peer:
            told[client] = answers.from_java(jvm.one(answers.java_ask(case, client, peer.port)), peer)
    scripts = [
        {
            "answers": [[b64encode(piece).decode() for piece in answer] for answer in script.answers],
            "end": script.end,
        }
        for script in case.scripts
    ]
    return {"what": case.what, "scripts": scripts, "limit": case.limit_ms, "times": case.times, "told": told}


def _peer_row(jvm: Jvm, chance: random.Random, number: int, family: str | None) -> dict[str, Any]:
    case, client = random_peer(chance), sorted(jvm.clients)[number % len(jvm.clients)]
    case = replace(case, what=family or case.what)
    told = peers.asked_java(jvm, case, client)
    return {"what": case.what, "tls": case.tls, "seed": case.seed, "client": client, "told": told}


if __name__ == "__main__":
    main()
