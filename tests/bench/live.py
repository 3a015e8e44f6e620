"""`python -m tests.bench.live`: what a live instance costs: start, reads, calls, a large table, memory.

The processor's time of the server's process is the measure, so that a busy machine does not spoil it: a thousand
milliseconds of one core, divided by those of one request, are the requests per second.
"""

from __future__ import annotations

import base64
import http.client
import json
import os
import ssl
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from provider_stub import Provider, ProviderPolicy
from sn_mock.lab.pki import furnish_instance, write_lab_pki
from tests.bench.servers import ROOT, Server

ROWS = 100_000
READS = 500
CALLS = 200
_PASSWORD = "bench"
QUERIES = (
    ("the first page", "sysparm_limit=20"),
    ("a page in the middle", "sysparm_limit=20&sysparm_offset=50000"),
    ("sorted", "sysparm_limit=20&sysparm_query=ORDERBYDESCsys_updated_on"),
    ("chosen and sorted", "sysparm_limit=20&sysparm_query=active=true^ORDERBYDESCnumber"),
    ("sorted by a reference's name", "sysparm_limit=20&sysparm_query=ORDERBYcaller_id.name&sysparm_display_value=all"),
)
_SERVICE = {"sys_id": "a" * 32, "name": "Bench", "service_id": "bench", "namespace": "x"}


class Instance:
    """A served instance, asked over one connection."""

    def __init__(self, folder: Path, *options: str) -> None:
        ready = folder / "ready.json"
        command = [sys.executable, "-m", "sn_mock", "serve", "dev", "--ready-file", str(ready), *options]
        environment = {**os.environ, "SN_MOCK_PASSWORD": _PASSWORD, "PYTHONPATH": str(ROOT)}
        self.begun = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL)
        while not ready.exists() and process.poll() is None:
            time.sleep(0.002)
        self.start_ms = (time.perf_counter() - self.begun) * 1000
        told = json.loads(ready.read_text())
        port = int(told["url"].rpartition(":")[2])
        self.server = Server("live", port, process, self.begun)
        self.start_cpu_ms = self.server.cpu_ms()
        context = ssl.create_default_context(cafile=told["ca"])
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
    """Measure and print."""
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
            _measure(folder)
    return 0


def _measure(folder: Path) -> None:
    for what, options in (("with the console", ()), ("without it", ("--no-console",))):
        instance = Instance(folder, *options)
        rss = instance.server.rss_mib()
        print(f"start, {what}: {instance.start_ms:.0f} ms ({instance.start_cpu_ms:.0f} ms of CPU), {rss:.0f} MiB")
        if not options:
            instance.stop()
    begun = time.perf_counter()
    instance.get("/api/now/table/incident?sysparm_limit=1")
    print(f"{ROWS} rows of another table, first look: {(time.perf_counter() - begun) * 1000:.0f} ms")
    read = instance.cost("/api/now/table/sys_protocol_profile?sysparm_limit=1", READS)
    print(f"Table API read: {read:.2f} ms of CPU, {1000 / read:.0f}/s on one core")
    before = instance.server.cpu_ms()
    instance.get("/api/x/bench?n=5")
    started = instance.server.cpu_ms() - before
    before = instance.server.cpu_ms()
    instance.get(f"/api/x/bench?n={CALLS}")
    call = (instance.server.cpu_ms() - before) / CALLS
    each = f"{call:.2f} ms of CPU, {1000 / call:.0f}/s on one core"
    print(f"outbound call from a script: {each} (the script and its first five: {started:.0f} ms)")
    for what, query in QUERIES:
        print(f"  {what}: {instance.cost(f'/api/now/table/incident?{query}', 10):.0f} ms of CPU")
    print(f"memory with these rows: {instance.server.rss_mib():.0f} MiB")
    instance.stop()


if __name__ == "__main__":
    sys.exit(main())
