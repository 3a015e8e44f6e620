"""docs/performance.md, from the measurements."""

from __future__ import annotations

import statistics

from tests.bench.comparing import CALLS_OF_SLICE, SLICES, Comparison, Spread
from tests.bench.instance_side import COMMANDS
from tests.bench.load import Run
from tests.bench.peers import JOURNAL, PEERS
from tests.bench.soak import Crowd, Memory

_MODES = {"new": "New connection, full mTLS handshake, one SOAP POST", "keep": "SOAP POST on a kept-alive connection"}
_SHORT = {"new": "new connection", "keep": "kept alive"}
_MET = {True: "met", False: "**missed**"}
_HEAD = """# How fast it is

Made by `make bench` (`python -m tests.bench`). {machine}.

Every server runs with the same certificates on loopback, is warmed up, and gets the same SOAP POST. The load comes from
the same machine, so **CPU per call is the figure to trust**: user and system time of the server's processes, read from
their clocks in nanoseconds. Calls per second are limited by the client. `provider-stub` parses and answers SOAP and
keeps the transcript of every handshake; with `--journal` (and always with `up`) it writes all of that to disk. The
others answer a constant.

A comparison is made in slices: in each of them every server has a turn, in random order, of {new} new connections or
{keep} calls on connections that were opened before, and a server's time counts until 0.1 s after the last turn, so that
what it puts off is in it. Whatever else the machine is busy with meets the servers of one slice alike, so **a ratio is
taken slice by slice**: what is told is the median of these ratios, and in brackets the quartiles, between which half of
them lie. provider-stub and nginx are started anew in each round of {slices} slices and have a turn in all of them; the
others are started once and have one turn a round. CPU per call is the median of a server's slices. On a busy machine
caches are colder and all figures higher, those of an interpreter more than others': the load average tells.
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

    def comparison(self, mode: str, kind: str, tls: str, found: Comparison, target: float) -> None:
        """One table of servers."""
        self._parts.append(f"\n## {_MODES[mode]}: {kind.upper()}, TLS {tls}\n")
        rows = ["| server | CPU per call | x nginx | per core and second | seen calls/s |", "|---|---|---|---|---|"]
        for name in found.turns:
            spent = found.cpu_ms(name)
            ratio = found.ratio(name, "nginx") if "nginx" in found.turns else ""
            cpu = f"{spent:.2f} ms" if mode == "new" else f"{spent * 1000:.0f} us"
            rows.append(f"| {name} | {cpu} | {ratio} | {1000 / spent:.0f} | {found.rate(name):.0f} |")
        self._parts.append("\n".join(rows) + "\n")
        case = f"{_SHORT[mode]}, {kind.upper()}, TLS {tls}"
        if "nginx" in found.turns:
            self._at_most(case, target, "nginx", found.ratio("provider-stub", "nginx"))
        mocks = [name for name in found.turns if PEERS[name].mock]
        if mocks:
            dearest, best = found.cpu_ms(JOURNAL), min(mocks, key=found.cpu_ms)
            figures = f"{dearest * 1000:.0f} us with the journal, {best} {found.cpu_ms(best) * 1000:.0f} us"
            self._target(f"mocks: {case}", "ahead of every mock", figures, dearest < found.cpu_ms(best))
        if mode == "new":
            self._at_most(f"journal: {case}", 1.15, "without", found.ratio(JOURNAL, "provider-stub"))

    def _at_most(self, case: str, target: float, base: str, found: Spread) -> None:
        """A target for the median of the slices' ratios."""
        self._target(case, f"at most {target} x {base}", str(found), found.middle <= target)

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
            ratio = Spread(spent["low"], spent["ratio"], spent["high"])
            rows.append(f"| {tls} | {spent['http.client']:.2f} ms | {spent['instance']:.2f} ms | {ratio} |")
            self._at_most(f"instance's call, TLS {tls}", 2.0, "http.client", ratio)
        self._parts.append(
            "\n## The instance's own call (P-256)\n\nCPU of one `execute()` in a process that has called before, "
            "and of a POST by Python's `http.client` with a context that is kept: a connection of its own, the same "
            "handshake, key and envelope. The two take turns of four calls; the ratio is the median of the ratios of "
            "such pairs, with its quartiles. What a call waits in the handshake where Java computes (2 ms before it "
            "answers the server's flight in TLS 1.3, 4 ms before it signs) is no CPU and stands in no figure here.\n\n"
            + "\n".join(rows)
            + "\n"
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
        slices = {"slices": SLICES, **CALLS_OF_SLICE}
        head = _HEAD.format(machine=f"Machine: {machine}", **slices)
        return head + self._absent + "\n## Targets\n\n" + "\n".join(rows) + "\n" + "".join(self._parts)
