"""`python -m tests.bench.one_process HOME PORT TLS ROUNDS`: a call by the instance beside one by `http.client`.

Both in this process, on a connection of their own, with the same key and certificate, TLS version and envelope; CPU
time of the calling thread. `http.client` keeps its context. They take turns after a few calls, in random order: what
else the machine does slows both down by half for a second or so, and must not meet one of them alone. Prints as JSON
the medians of the turns (ms), and of the ratios of each two turns the median and the quartiles.
"""

from __future__ import annotations

import http.client
import json
import random
import ssl
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from sn_mock import Instance, SOAPMessageV2, use

_TURNS = 10
"""Of each way, in a round."""
_CALLS = 4
"""In a turn: a hundredth of a second."""


def main(home: Path, port: int, tls: str, rounds: int) -> None:
    """Warm up, measure, print."""
    context = ssl.create_default_context(cafile=home / "certs" / "root-ca.pem")
    context.load_cert_chain(home / "certs" / "acme-client.pem", home / "certs" / "acme-client.key")
    context.maximum_version = ssl.TLSVersion[f"TLSv{tls.replace('.', '_')}"]
    envelope = (home / "instance" / "create-ticket.xml").read_bytes()

    def by_http_client() -> int:
        connection = http.client.HTTPSConnection("localhost", port, context=context)
        connection.request("POST", "/tickets", envelope, {"Content-Type": "text/xml"})
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status

    def by_the_instance() -> int:
        message = SOAPMessageV2("AcmeTickets", "CreateTicket")
        message.setEndpoint(f"https://localhost:{port}/tickets")
        return int(message.execute().getStatusCode())

    ways: dict[str, Callable[[], int]] = {"http.client": by_http_client, "instance": by_the_instance}
    spent: dict[str, list[float]] = {name: [] for name in ways}
    with use(Instance.load(home / "instance")):
        for call in ways.values():
            for _ in range(_TURNS):  # what is made at first, contexts and compiled methods, is there afterwards
                assert call() == 200
        for _ in range(rounds * _TURNS):
            for name in random.sample(list(ways), len(ways)):
                begun = time.thread_time()
                for _ in range(_CALLS):
                    ways[name]()
                spent[name].append((time.thread_time() - begun) * 1000 / _CALLS)
    ratios = [ours / theirs for theirs, ours in zip(spent["http.client"], spent["instance"], strict=True)]
    low, middle, high = statistics.quantiles(ratios, n=4)
    found = {name: statistics.median(times) for name, times in spent.items()}
    print(json.dumps({**found, "ratio": middle, "low": low, "high": high}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
