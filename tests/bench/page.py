"""docs/performance.md, from the measurements."""

from __future__ import annotations

import statistics

from tests.bench.instance_side import COMMANDS
from tests.bench.load import Run
from tests.bench.peers import JOURNAL, PEERS
from tests.bench.soak import Crowd, Memory

_MODES = {"new": "New connection, full mTLS handshake, one SOAP POST", "keep": "SOAP POST on a kept-alive connection"}
_SHORT = {"new": "new connection", "keep": "kept alive"}
_MET = {True: "met", False: "**missed**"}
_HEAD = """# How fast it is

Made by `make bench` (`python -m tests.bench`). {machine}.

Every server runs with the same certificates on loopback, is warmed up, and gets the same SOAP POST in rounds of random
order; connections that are kept are opened before the clock starts. The figures are medians of the CPU time of the
servers' processes. The load comes from the same machine, so **CPU per call is the figure to trust**: calls per second
are limited by the client. Ratios of one run drift by some 10 %, on a busy machine by more, and waiting times mean
nothing there. `provider-stub` parses and answers SOAP and keeps the transcript of every handshake; with `--journal`
(and always with `up`) it writes all of that to disk. The others answer a constant.

Where the load average was above the number of cores, runs disagree on targets that are missed or met by some 10 %: read
the tables then, and repeat the run on a quiet machine.
"""


class Page:
    """Collects sections and targets; `met` is False as soon as a target was missed."""

    def __init__(self, absent: dict[str, str]) -> None:
        self._parts: list[str] = []
        gone = "; ".join(f"{name} ({why})" for name, why in absent.items())
        self._absent = f"\nAbsent: {gone}.\n" if gone else ""
        self._targets: list[tuple[str, str, str, bool]] = []

    @property
    def met(self) -> bool:
        """Every target."""
        return all(met for *_, met in self._targets)

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
        if base is None:
            return
        own, journal = results["provider-stub"].cpu_ms_per_call, results[JOURNAL].cpu_ms_per_call
        case = f"{_SHORT[mode]}, {kind.upper()}, TLS {tls}"
        self._target(case, f"at most {target} x nginx", f"{own / base:.2f}", own / base <= target)
        mocks = [name for name in results if PEERS[name].mock]
        if mocks:
            name = min(mocks, key=lambda mock: results[mock].cpu_ms_per_call)
            best = results[name].cpu_ms_per_call
            found = f"{max(own, journal) * 1000:.0f} us with the journal, {name} {best * 1000:.0f} us"
            self._target(f"mocks: {case}", "ahead of every mock", found, max(own, journal) < best)
        if mode == "new":
            self._target(f"journal: {case}", "at most 1.15 x without", f"{journal / own:.2f}", journal / own <= 1.15)

    def servers(self, told: dict[str, tuple[str, str]]) -> None:
        """Name -> what it says of itself, and its command line."""
        rows = "".join(
            f"\n{name}{f', {version}' if version else ''}:\n\n    {line}\n" for name, (version, line) in told.items()
        )
        self._parts.append(
            "\n## The servers, and how they were started\n\nWhat stands in their files, and where they are looked for, "
            f"is in `tests/bench/peers.py`.\n{rows}"
        )

    def start(self, found: list[tuple[float, float]]) -> None:
        """Process start to first answer."""
        clock = [wall for wall, _ in found]
        median, cpu = statistics.median(clock), statistics.median(cpu for _, cpu in found)
        self._parts.append(
            f"\n## Start\n\nFrom the start of the process to the first complete mTLS answer: median {median:.0f} ms "
            f"({min(clock):.0f} to {max(clock):.0f} ms, {len(clock)} starts), of which {cpu:.0f} ms are CPU time of "
            "the provider; the rest is waiting for a core. Python's bytecode is there, as after an installation.\n"
        )
        self._target("start to first answer", "under 200 ms", f"{median:.0f} ms", median < 200)

    def memory(self, memory: Memory) -> None:
        """Resident memory."""
        self._parts.append(
            f"\n## Memory\n\n{memory.at_start:.1f} MiB after the start, {memory.after:.1f} MiB after 12,000 calls "
            "(half of them on connections of their own).\n"
        )
        self._target("memory after 12,000 calls", "under 40 MiB", f"{memory.after:.1f} MiB", memory.after < 40)

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
        answered = f"{crowd.answered} of {crowd.at_once}"
        self._target("a full house", "all are answered", answered, crowd.answered == crowd.at_once)

    def instance_calls(self, found: dict[str, dict[str, float]]) -> None:
        """The instance's own call beside `http.client`."""
        rows = ["| TLS | http.client | instance | ratio |", "|---|---|---|---|"]
        for tls, spent in found.items():
            theirs, ours = spent["http.client"], spent["instance"]
            rows.append(f"| {tls} | {theirs:.2f} ms | {ours:.2f} ms | {ours / theirs:.2f} |")
            self._target(
                f"instance's call, TLS {tls}", "at most 2 x http.client", f"{ours / theirs:.2f}", ours <= 2 * theirs
            )
        self._parts.append(
            "\n## The instance's own call (P-256)\n\nCPU of one `execute()` in a process that has called before, "
            "and of a POST by Python's `http.client` with a context that is kept: a connection of its own, the same "
            "handshake, key and envelope.\n\n" + "\n".join(rows) + "\n"
        )

    def commands(self, found: dict[str, float]) -> None:
        """Commands as processes."""
        rows = ["| command | CPU |", "|---|---|"] + [f"| `{name}` | {spent:.2f} s |" for name, spent in found.items()]
        self._parts.append(
            "\n## Commands\n\nUser and system time of the whole process, Python's start and its imports included.\n\n"
            + "\n".join(rows)
            + "\n"
        )
        for name, spent in found.items():
            limit = COMMANDS[name][1]
            if limit is not None:
                self._target(f"`{name}`", f"at most {limit} s", f"{spent:.2f} s", spent <= limit)

    def linearity(self, found: dict[int, float]) -> None:
        """`check` of instances with many functions."""
        rows = ["| functions | CPU | per function |", "|---|---|---|"]
        rows += [f"| {n} | {spent:.2f} s | {spent / n * 1000:.2f} ms |" for n, spent in found.items()]
        self._parts.append("\n## `sn-mock check` of large instances\n\n" + "\n".join(rows) + "\n")
        fewest, most = min(found), max(found)
        growth = (found[most] / most) / (found[fewest] / fewest)
        self._target("`check` is linear", f"{most} cost at most 1.5 x each of {fewest}", f"{growth:.2f}", growth <= 1.5)

    def _target(self, what: str, wanted: str, found: str, met: bool) -> None:
        self._targets.append((what, wanted, found, met))

    def text(self, machine: str) -> str:
        """The page."""
        rows = ["| what | target | found | |", "|---|---|---|---|"]
        rows += [f"| {what} | {wanted} | {found} | {_MET[met]} |" for what, wanted, found, met in self._targets]
        head = _HEAD.format(machine=f"Machine: {machine}")
        return head + self._absent + "\n## Targets\n\n" + "\n".join(rows) + "\n" + "".join(self._parts)
