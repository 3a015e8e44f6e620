"""`python -m tests.bench.live`: what a live instance costs: start, reads, calls, a large table, memory.

The processor's time of the server's process is the measure, so that a busy machine does not spoil it: a thousand
milliseconds of one core, divided by those of one request, are the requests per second. Memory is the resident set of
the process and its descendants, in millions of bytes.
"""

from __future__ import annotations

import argparse
import base64
import http.client
import json
import os
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from provider_stub import Provider, ProviderPolicy
from sn_mock.lab.pki import furnish_instance, write_lab_pki
from tests.bench.browsing import Browser
from tests.bench.servers import ROOT, Server, environment

ROWS = 100_000
READS = 500
CALLS = 200
STARTS = 5
MOST_MB = 120.0
SCENARIO = "wrong-default-keystore"
_MB = 1.048576
_PASSWORD = "bench"
_HEADING = "## A live instance (`sn-mock serve`)"
_ABOUT = """Made by `python -m tests.bench.live`, load average {load}. The folder is the example with {rows:,} incidents
beside it. The CPU time and the memory of the server's process and its descendants count, so that a busy machine matters
little; the start is the best of five. A read is one request on a connection that is kept.
"""
_MET = {True: "met", False: "**missed**", None: ""}
QUERIES = (
    ("the first page", "sysparm_limit=20"),
    ("a page in the middle", "sysparm_limit=20&sysparm_offset=50000"),
    ("sorted", "sysparm_limit=20&sysparm_query=ORDERBYDESCsys_updated_on"),
    ("chosen and sorted", "sysparm_limit=20&sysparm_query=active=true^ORDERBYDESCnumber"),
    ("with a word in any field", "sysparm_limit=20&sysparm_query=123TEXTQUERY321=printer"),
    ("sorted by a reference's name", "sysparm_limit=20&sysparm_query=ORDERBYcaller_id.name&sysparm_display_value=all"),
)
_SERVICE = {"sys_id": "a" * 32, "name": "Bench", "service_id": "bench", "namespace": "x"}


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of the page."""

    what: str
    found: str
    target: str = ""
    met: bool | None = None
    """None where nothing was aimed at."""


class Instance:
    """A served instance, asked over one connection."""

    def __init__(self, folder: Path, *options: str) -> None:
        ready = folder / "ready.json"
        command = [sys.executable, "-m", "sn_mock", "serve", "dev", "--ready-file", str(ready), *options]
        told = {**environment(), "SN_MOCK_PASSWORD": _PASSWORD}
        self.begun = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, env=told, stdout=subprocess.DEVNULL)
        while not ready.exists() and process.poll() is None:
            time.sleep(0.002)
        self.start_ms = (time.perf_counter() - self.begun) * 1000
        found = json.loads(ready.read_text())
        self.console = found["console"]
        port = int(found["url"].rpartition(":")[2])
        self.server = Server("live", port, process, self.begun)
        self.start_cpu_ms = self.server.cpu_ms()
        context = ssl.create_default_context(cafile=found["ca"])
        self._connection = http.client.HTTPSConnection("localhost", port, context=context)
        self._headers = {"Authorization": "Basic " + base64.b64encode(f"admin:{_PASSWORD}".encode()).decode()}

    def get(self, target: str) -> bytes:
        """GET; the body."""
        self._connection.request("GET", target, headers=self._headers)
        answer = self._connection.getresponse()
        body = answer.read()
        assert answer.status == 200, body
        return body

    def cost(self, target: str, count: int) -> float:
        """Milliseconds of processor time for one such request, at an even pace."""
        self.get(target)
        before = self.server.cpu_ms()
        for _ in range(count):
            self.get(target)
        return (self.server.cpu_ms() - before) / count

    def cpu_of(self, target: str) -> float:
        """Milliseconds of processor time for one request."""
        before = self.server.cpu_ms()
        self.get(target)
        return self.server.cpu_ms() - before

    def stop(self) -> None:
        """End it."""
        self._connection.close()
        self.server.process.terminate()
        self.server.process.wait()


def _write(folder: Path, url: str) -> None:
    """The example with a large table, and a resource that places calls."""
    rows = folder / "dev" / "rows"
    (folder / "dev").mkdir()
    for path in (ROOT / "examples" / "instance").iterdir():
        if path.is_file():
            (folder / "dev" / path.name).write_bytes(path.read_bytes())
    rows.mkdir()
    with (rows / "incident.jsonl").open("w") as file:
        for number in range(ROWS):
            row = {
                "sys_id": f"{number:032x}",
                "number": f"INC{number:07}",
                "short_description": f"Printer {number} is on fire",
                "caller_id": "6816f79cc0a8016401c5a33be04be441",
                "state": str(number % 7 + 1),
                "priority": str(number % 5 + 1),
                "active": "true" if number % 2 else "false",
                "sys_created_on": f"2026-01-{number % 28 + 1:02} 00:00:00",
                "sys_updated_on": f"2026-02-{number % 28 + 1:02} 00:00:00",
                "sys_created_by": "admin",
                "sys_updated_by": "admin",
                "sys_mod_count": "0",
            }
            file.write(json.dumps(row) + "\n")
    script = (
        "var n = Number(request.queryParams.n[0]); for (var i = 0; i < n; i++) { var m = new sn_ws.SOAPMessageV2("
        f'"AcmeTickets", "CreateTicket"); m.setEndpoint("{url}"); var r = m.execute(); '
        "if (r.getStatusCode() != 200) throw r.getErrorMessage(); }"
    )
    operation = {"sys_id": "b" * 32, "web_service_definition": "a" * 32, "operation_script": script}
    (rows / "sys_ws_definition.jsonl").write_text(json.dumps(_SERVICE) + "\n")
    (rows / "sys_ws_operation.jsonl").write_text(json.dumps(operation) + "\n")


def main() -> int:
    """Measure, print, and put the section into docs/performance.md (or `--out FILE`); 0 where every target was met."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.live", description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "performance.md")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        made = write_lab_pki(folder / "certs" / "generated")
        policy = ProviderPolicy(
            trust=(str(made / "client-ca-bundle.pem"),),
            server_certificate=str(made / "provider.pem"),
            server_key=str(made / "provider.key"),
        )
        with Provider(policy) as provider:
            _write(folder, provider.url)
            furnish_instance(made, folder / "dev")
            rows = tuple(_measured(folder))
    text = section(rows)
    print(text)
    options.out.write_text(with_section(options.out.read_text("utf-8"), text), "utf-8")
    return 0 if all(row.met is not False for row in rows) else 1


def _measured(folder: Path) -> Iterator[Figure]:
    """The rows of the page, in the order in which they were measured on one instance."""
    for what, wished in (("the console", ()), ("`--no-console`", ("--no-console",))):
        starts = [_start(folder, *wished) for _ in range(STARTS)]
        wall, cpu = (min(found) for found in zip(*starts, strict=True))
        yield Figure(f"start with {what}", f"{cpu:.0f} ms of CPU, {wall:.0f} ms in all", "under 1 s of CPU", cpu < 1000)
    instance = Instance(folder)
    try:
        yield from _answers(instance)
        yield from _held(instance)
    finally:
        instance.stop()


def _start(folder: Path, *options: str) -> tuple[float, float]:
    instance = Instance(folder, *options)
    instance.stop()
    return instance.start_ms, instance.start_cpu_ms


def _answers(instance: Instance) -> Iterator[Figure]:
    instance.get("/api/now/table/incident?sysparm_limit=1")  # the rows are read
    read = instance.cost("/api/now/table/sys_protocol_profile?sysparm_limit=1", READS)
    yield Figure("a read of the Table API", _rate(read), "200/s on one core", read < 1000 / 200)
    instance.get("/api/x/bench?n=5")
    call = instance.cpu_of(f"/api/x/bench?n={CALLS - 5}") / (CALLS - 5)
    yield Figure("an outbound call of a script, mutual TLS and all", _rate(call), "50/s on one core", call < 1000 / 50)
    for what, query in QUERIES:
        list_ms = instance.cost(f"/api/now/table/incident?{query}", 10)
        yield Figure(f"a page of {ROWS:,} rows: {what}", f"{list_ms:.0f} ms of CPU", "under 150 ms", list_ms < 150)


def _held(instance: Instance) -> Iterator[Figure]:
    """Memory in the order in which somebody works: rows read, calls kept, pages opened, a scenario run."""
    yield _memory(instance, f"after {CALLS} calls and the reads above")
    browser = Browser(instance.console)
    before = instance.server.cpu_ms()
    pages = browser.open_all()
    each = (instance.server.cpu_ms() - before) / pages
    yield Figure(f"one of {pages} pages of the console", f"{each:.1f} ms of CPU")
    yield _memory(instance, "after each of these pages was opened", MOST_MB)
    browser.post("/explain", text="javax.net.ssl.SSLHandshakeException: Received fatal alert: bad_certificate")
    browser.post(f"/scenarios/{SCENARIO}", at="/scenarios")
    browser.close()
    yield _memory(instance, "after a text was explained and a scenario run")
    yield Figure("memory: the most at any moment", f"{instance.server.peak_mib() * _MB:.1f} MB")


def _rate(milliseconds: float) -> str:
    return f"{milliseconds:.2f} ms of CPU, {1000 / milliseconds:.0f}/s on one core"


def _memory(instance: Instance, when: str, most: float | None = None) -> Figure:
    held = instance.server.rss_mib() * _MB
    target = "" if most is None else f"under {most:.0f} MB"
    return Figure(f"memory {when}", f"{held:.1f} MB", target, None if most is None else held < most)


def section(rows: Iterable[Figure]) -> str:
    """The rows as a section of docs/performance.md."""
    told = "\n".join(f"| {row.what} | {row.found} | {row.target} | {_MET[row.met]} |" for row in rows)
    load = f"{os.getloadavg()[0]:.1f}"
    return (
        f"{_HEADING}\n\n{_ABOUT.format(rows=ROWS, load=load)}\n| what | found | target | |\n|---|---|---|---|\n{told}\n"
    )


def with_section(page: str, text: str) -> str:
    """The page with this section in the place of the former one, or at its end."""
    before, heading, rest = page.partition(_HEADING)
    _, following, after = rest.partition("\n## ")
    return f"{before if heading else page.rstrip() + chr(10) * 2}{text}{following}{after}"


def kept_section(former: str, page: str) -> str:
    """A page that was made anew, with the section that the former one had."""
    _, heading, rest = former.partition(_HEADING)
    return with_section(page, heading + rest.partition("\n## ")[0]) if heading else page


if __name__ == "__main__":
    sys.exit(main())
