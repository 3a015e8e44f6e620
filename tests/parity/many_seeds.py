"""`--seeds N`: N whole comparisons, each with a seed and a log of its own, some at a time; a stopped run is taken up.

A log begins with what was run, options and source, and ends with the verdict. Of the same run, a log that has a
verdict counts as done; one without is begun again with its seed.
"""

from __future__ import annotations

import hashlib
import os
import random
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

PART = re.compile(r"([A-Za-z ]+): ([0-9]+) cases, ([0-9]+) differences(?:, ([0-9]+) races)?, ([0-9]+) s$")
"""A part's last line, see `__main__`."""
_VERDICT = re.compile(r"(no|[0-9]+) differences$|skipped: .*$")
_COMPARED = ("sn_mock", "tls_transcript", "tests/parity")
"""The folders whose sources make an older log another run's."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a log says of one seed."""

    seed: int
    cases: Counter[str]
    differences: int
    races: int
    seconds: int
    ended: str
    """The last line."""

    def __str__(self) -> str:
        told = ", ".join(f"{count} {part}" for part, count in self.cases.items())
        return f"seed {self.seed}: {told}: {self.ended}, {self.races} races in Java, {self.seconds} s"

    @property
    def clean(self) -> bool:
        """It was run to its end, and nothing was found."""
        return self.ended == "no differences"


def run(count: int, folder: Path, jobs: int, options: Sequence[str]) -> int:
    """Run until `count` seeds have a verdict; prints each and the sum. Returns 1 where one is not clean."""
    told = f"source {_digest()}, options {' '.join(options)}"
    known = [path for path in sorted(folder.glob("seed-*.log")) if _first_line(path) == told]
    done = [verdict for path in known if (verdict := read(path)) is not None][:count]
    for verdict in done:
        print(f"{verdict} (done before)", flush=True)
    left = [_seed_of(path) for path in known if read(path) is None]
    system = random.SystemRandom()
    seeds = (left + [system.randrange(1 << 32) for _ in range(count)])[: count - len(done)]
    with ThreadPoolExecutor(max(1, jobs)) as pool:
        running = [pool.submit(_run_one, seed, folder, told, tuple(options)) for seed in seeds]
        for future in as_completed(running):
            done.append(future.result())
            print(done[-1], flush=True)
    for line in _summed(done):
        print(line)
    return 0 if all(verdict.clean for verdict in done) else 1


def read(path: Path) -> Verdict | None:
    """The verdict that a log ends with; None where the run was broken off."""
    lines = path.read_text(encoding="utf-8").splitlines()
    if not lines or not _VERDICT.match(lines[-1]):
        return None
    parts = [match for line in lines if (match := PART.fullmatch(line.rpartition("\r")[2]))]
    cases: Counter[str] = Counter()
    for part in parts:
        cases[part[1]] += int(part[2])
    return Verdict(
        _seed_of(path),
        cases,
        sum(int(part[3]) for part in parts),
        sum(int(part[4] or 0) for part in parts),
        sum(int(part[5]) for part in parts),
        lines[-1],
    )


def _run_one(seed: int, folder: Path, told: str, options: Sequence[str]) -> Verdict:
    path = folder / f"seed-{seed}.log"
    command = [sys.executable, "-m", "tests.parity", "--seed", str(seed), "--keep", str(folder / f"kept-{seed}")]
    with path.open("w", encoding="utf-8") as log:
        log.write(told + "\n")
        log.flush()
        subprocess.run([*command, *options], stdout=log, stderr=subprocess.STDOUT, check=False)
    verdict = read(path)
    if verdict is None:
        last = path.read_text(encoding="utf-8").splitlines()[-1]
        return Verdict(seed, Counter(), 0, 0, 0, f"broken off ({last}), see {path}")
    return verdict


def _summed(verdicts: Sequence[Verdict]) -> Iterator[str]:
    cases: Counter[str] = Counter()
    for verdict in verdicts:
        cases.update(verdict.cases)
    told = ", ".join(f"{count} {part}" for part, count in cases.items())
    clean = sum(verdict.clean for verdict in verdicts)
    found, races = (sum(getattr(verdict, what) for verdict in verdicts) for what in ("differences", "races"))
    yield f"{clean} of {len(verdicts)} seeds clean: {told}: {found} differences, {races} races in Java"


def _digest() -> str:
    root, digest = Path(__file__).parents[2], hashlib.sha256()
    for path in sorted(path for folder in _COMPARED for path in (root / folder).rglob("*.*")):
        if path.suffix in (".py", ".java"):
            digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def _first_line(path: Path) -> str:
    with path.open(encoding="utf-8") as log:
        return log.readline().rstrip("\n")


def _seed_of(path: Path) -> int:
    return int(path.stem.removeprefix("seed-"))


def default_jobs() -> int:
    """One comparison keeps a processor busy, or nearly so."""
    return max(1, min(4, os.cpu_count() or 1))
