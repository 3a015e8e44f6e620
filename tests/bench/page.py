"""docs/performance.md, from the measurements."""

from __future__ import annotations

import statistics

from tests.bench.load import Run
from tests.bench.soak import Crowd, Memory

_MODES = {"new": "New connection, full mTLS handshake, one SOAP POST", "keep": "SOAP POST on a kept-alive connection"}
_HEAD = """# How fast the provider is

Made by `make bench` (`python -m tests.bench`), which starts every server with the same certificates on loopback, gives
them the same SOAP POST in interleaved rounds and reads the CPU time of their processes. Medians. The load comes from
the same machine, so **CPU per call is the figure to trust**, calls per second is limited by the client. The provider
parses and answers SOAP and keeps the transcript of every handshake; the others answer a constant. Writing the journal
to disk (`--journal`, and always with `up`) costs about 0.4 ms per connection on top.

On a busy machine the ratios of separate runs differ by some 10 %, and waiting times mean nothing.
"""


class Page:
    """Collects sections; `met` is False as soon as a target was missed."""

    def __init__(self, machine: str, absent: dict[str, str]) -> None:
        self._parts = [_HEAD, f"Machine: {machine}.\n"]
        if absent:
            self._parts.append("Absent: " + "; ".join(f"{name} ({why})" for name, why in absent.items()) + ".\n")
        self._parts.append(
            "Not on this machine, so not in the table: WireMock, MockServer, mountebank, Mockoon, Microcks, SoapUI.\n"
        )
        self.met = True

    def comparison(self, mode: str, kind: str, tls: str, results: dict[str, Run], target: float) -> None:
        """One table of servers."""
        self._parts.append(f"\n## {_MODES[mode]}: {kind.upper()}, TLS {tls}\n")
        rows = ["| server | CPU per call | x nginx | per core and second | seen calls/s |", "|---|---|---|---|---|"]
        base = results["nginx"].cpu_ms_per_call if "nginx" in results else None
        for name, run in results.items():
            ratio = "" if base is None else f"{run.cpu_ms_per_call / base:.2f}"
            cpu = f"{run.cpu_ms_per_call:.2f} ms" if mode == "new" else f"{run.cpu_ms_per_call * 1000:.0f} us"
            rows.append(f"| {name} | {cpu} | {ratio} | {1000 / run.cpu_ms_per_call:.0f} | {run.rate:.0f} |")
        self._parts.append("\n".join(rows) + "\n")
        if base is not None:
            self._target(f"at most {target} x nginx", results["provider-stub"].cpu_ms_per_call / base <= target)

    def start(self, found: list[tuple[float, float]]) -> None:
        """Process start to first answer."""
        clock = [wall for wall, _ in found]
        median, cpu = statistics.median(clock), statistics.median(cpu for _, cpu in found)
        self._parts.append(
            f"\n## Start\n\nFrom the start of the process to the first complete mTLS answer: median {median:.0f} ms "
            f"({min(clock):.0f} to {max(clock):.0f} ms, {len(clock)} starts), of which {cpu:.0f} ms are CPU time of "
            "the provider; the rest is waiting for a core. Python's bytecode is there, as after an installation.\n"
        )
        self._target("under 200 ms", median < 200)

    def memory(self, memory: Memory) -> None:
        """Resident memory."""
        self._parts.append(
            f"\n## Memory\n\n{memory.at_start:.1f} MiB after the start, {memory.after:.1f} MiB after 12,000 calls "
            "(half of them on connections of their own).\n"
        )
        self._target("under 40 MiB", memory.after < 40)

    def scaling(self, found: dict[int, Run]) -> None:
        """One to two hundred connections."""
        rows = ["| connections | CPU per call | seen calls/s |", "|---|---|---|"]
        rows += [f"| {n} | {run.cpu_ms_per_call * 1000:.0f} us | {run.rate:.0f} |" for n, run in found.items()]
        self._parts.append("\n## Kept-alive connections side by side (P-256)\n\n" + "\n".join(rows) + "\n")

    def workers(self, found: dict[int, Run]) -> None:
        """`--workers`."""
        rows = ["| `--workers` | CPU per call | seen calls/s |", "|---|---|---|"]
        rows += [f"| {n} | {run.cpu_ms_per_call:.2f} ms | {run.rate:.0f} |" for n, run in found.items()]
        note = "Two load processes share the cores with the workers, so the rate cannot double here."
        self._parts.append(f"\n## Worker processes (RSA-2048, new connections)\n\n{chr(10).join(rows)}\n\n{note}\n")

    def crowd(self, crowd: Crowd) -> None:
        """Idle connections and a rush."""
        self._parts.append(
            f"\n## A full house\n\nWith {crowd.idle} idle TLS connections ({crowd.kib_per_idle:.0f} KiB each) "
            f"{crowd.answered} of {crowd.at_once} clients that called at the same moment were answered, "
            f"the slowest after {crowd.slowest_ms:.0f} ms.\n"
        )
        self._target("all answered", crowd.answered == crowd.at_once)

    def _target(self, words: str, met: bool) -> None:
        self.met = self.met and met
        self._parts.append(f"\nTarget: {words}: {'met' if met else '**missed**'}.\n")

    def text(self) -> str:
        """The page."""
        return "".join(self._parts)
