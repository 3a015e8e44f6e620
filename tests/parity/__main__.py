"""`make parity`: compare sn-mock with each given Java, field by field. Exit code 1 on a difference."""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from . import answers, calls, key_choice, keystore_files, many_seeds, mutant_calls, peers
from .differences import Difference
from .identities import Pool
from .jvm import HOMES, JavaMissingError, JudgeEndedError, Jvm, UnfitJavaError, compile_judge, find_java, homes_of
from .mutants import Mutant
from .stores import StoreFile

Batches = Iterator[tuple[int, list[Difference]]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the comparison; returns the exit code."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.only is not None and options.seed is None:
        parser.error("--only needs --seed: a number means a mutant of one seed")
    homes = options.java or homes_of(os.environ)
    named = "--java" if options.java else HOMES if homes else "JAVA_HOME"
    try:
        for home in homes or filter(None, [os.environ.get("JAVA_HOME")]):
            find_java(home)
        if "" in homes:
            raise JavaMissingError("is empty: name the folder of a Java")
    except JavaMissingError as missing:
        print(f"{named}: {missing}", file=sys.stderr)
        return 2
    if options.seeds is not None:
        if options.seed is not None:
            parser.error("--seeds draws its own seeds: leave out --seed")
        try:
            options.logs.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            parser.error(f"--logs {options.logs}: {error.strerror}")
        return many_seeds.run(options.seeds, options.logs, options.jobs, _passed_on(options))
    seed = random.SystemRandom().randrange(1 << 32) if options.seed is None else options.seed
    print(f"seed {seed} (repeat with --seed {seed})")
    try:
        with tempfile.TemporaryDirectory() as folder:
            program = compile_judge(Path(folder), homes)
            found = 0
            for home in homes or [None]:
                with Jvm(program, home) as jvm:
                    found += _judged(jvm, options, seed)
    except UnfitJavaError as unfit:
        print(f"{'--java' if options.java else HOMES if homes else 'java'}: {unfit}", file=sys.stderr)
        return 2
    except JavaMissingError as missing:
        print(f"skipped: {missing}")
        return 0
    except JudgeEndedError as ended:
        print(f"the Java process ended: {ended}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    print("no differences" if not found else f"{found} differences")
    return 1 if found else 0


def _from(least: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if (value := int(text)) < least:
            raise argparse.ArgumentTypeError(f"{value} is less than {least}")
        return value

    return number


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.parity", description=__doc__)
    parser.add_argument("--seed", type=int, help="repeat the cases of an earlier run")
    parser.add_argument(
        "--seeds", type=_from(1), metavar="N", help="so many whole runs, each with a fresh seed and a log"
    )
    parser.add_argument(
        "--jobs",
        type=_from(1),
        default=many_seeds.default_jobs(),
        help="of --seeds: runs at a time (default %(default)s)",
    )
    parser.add_argument(
        "--logs", type=Path, default=Path(".run/parity/seeds"), help="of --seeds: their logs (default %(default)s)"
    )
    parser.add_argument("--cases", type=_from(0), default=10_000, help="random key choices (default %(default)s)")
    parser.add_argument(
        "--corruptions", type=_from(0), default=5_000, help="damaged keystore files (default %(default)s)"
    )
    parser.add_argument(
        "--foreign", type=_from(0), default=1, help="rounds of keystores by the other tools here (default %(default)s)"
    )
    parser.add_argument("--calls", type=_from(0), default=120, help="calls over real sockets (default %(default)s)")
    parser.add_argument("--mutants", type=_from(0), default=2_000, help="changed certificates (default %(default)s)")
    parser.add_argument("--only", type=_from(0), metavar="NUMBER", help="the mutant of that number alone; needs --seed")
    parser.add_argument(
        "--answers", type=_from(0), default=1_000, help="HTTP answers, good and odd (default %(default)s)"
    )
    parser.add_argument("--peers", type=_from(0), default=500, help="broken TLS peers (default %(default)s)")
    parser.add_argument(
        "--odd", type=_from(0), default=300, help="honest TLS servers that are odd (default %(default)s)"
    )
    parser.add_argument(
        "--java",
        action="append",
        metavar="HOME",
        help=f"a JAVA_HOME to ask, may be repeated (default: {HOMES})",
    )
    parser.add_argument(
        "--keep", type=Path, default=Path(".run/parity"), help="folder for the files of differing cases"
    )
    parser.add_argument(
        "--show",
        type=_from(0),
        default=20,
        metavar="N",
        help="differences to print and keep of each part (default %(default)s)",
    )
    return parser


def _passed_on(options: argparse.Namespace) -> list[str]:
    """The options of one of many runs."""
    counts = ("cases", "corruptions", "foreign", "calls", "mutants", "answers", "peers", "odd", "show")
    told = [word for name in counts for word in (f"--{name}", str(getattr(options, name)))]
    return told + [word for home in options.java or () for word in ("--java", home)]


def _judged(jvm: Jvm, options: argparse.Namespace, seed: int) -> int:
    print(f"Java {jvm.version}, clients {', '.join(jvm.clients)}")
    if options.only is not None:
        return _told("mutants", mutant_calls.compare_mutants(jvm, seed, 1, options.only), options)
    pool = Pool(random.Random(seed))
    chance = random.Random(seed + 1)
    found = _told("key choices", key_choice.compare_choices(jvm, pool, chance, options.cases), options)
    if options.corruptions and _worded(jvm, "keystore files", keystore_files.JAVA_GENERATIONS):
        files = keystore_files.base_files(jvm, pool, chance)
        batches = keystore_files.compare_files(jvm, pool, files, chance, options.corruptions)
        found += _told("keystore files", batches, options)
    if options.foreign and _worded(jvm, "foreign keystores", keystore_files.JAVA_GENERATIONS):
        asked = keystore_files.compare_foreign(jvm, pool, random.Random(seed + 3), options.foreign)
        found += _told("foreign keystores", asked, options)
    if options.calls and _worded(jvm, "calls", calls.JAVA_GENERATIONS):
        found += _told("calls", calls.compare_calls(jvm, chance, options.calls), options)
    if options.mutants and _worded(jvm, "mutants", mutant_calls.JAVA_GENERATIONS):
        found += _told("mutants", mutant_calls.compare_mutants(jvm, seed, options.mutants), options)
    chance = random.Random(seed + 2)
    if options.answers and _worded(jvm, "HTTP answers", answers.JAVA_GENERATIONS):
        found += _told("HTTP answers", answers.compare_answers(jvm, chance, options.answers), options)
    if options.peers and _worded(jvm, "broken peers", peers.JAVA_GENERATIONS):
        found += _told("broken peers", peers.compare_peers(jvm, chance, options.peers), options)
    if options.peers and _worded(jvm, "servers by key", peers.JAVA_GENERATIONS):
        asked = peers.compare_keyed(jvm, random.Random(seed + 5), options.peers)
        found += _told("servers by key", asked, options)
        asked = peers.compare_hellos(jvm, random.Random(seed + 6), options.peers // 4)
        found += _told("hellos", asked, options)
    chance = random.Random(seed + 4)
    if options.odd and _worded(jvm, "odd servers", peers.JAVA_GENERATIONS):
        found += _told("odd servers", peers.compare_odd(jvm, chance, options.odd), options)
    return found


def _worded(jvm: Jvm, what: str, generations: Sequence[int]) -> bool:
    """Whether sn-mock claims to speak this Java's words there."""
    if jvm.generation in generations:
        return True
    print(f"{what}: not compared, the words are those of Java {' and '.join(map(str, generations))}")
    return False


def _told(what: str, batches: Batches, options: argparse.Namespace) -> int:
    """Print the progress and the differences; returns how many there are."""
    started, cases, found, races = time.monotonic(), 0, 0, 0
    for count, differences in batches:
        cases += count
        for difference in differences:
            races += difference.race
            found += not difference.race
            if found + races <= options.show:
                print(difference)
                _kept(difference, options.keep / f"{what.replace(' ', '-')}-{found + races}")
        if sys.stdout.isatty():
            print(f"\r{what}: {cases} cases, {found} differences", end="", flush=True)
    end = "\r" if sys.stdout.isatty() else ""
    raced = f", {races} races" if races else ""
    print(f"{end}{what}: {cases} cases, {found} differences{raced}, {time.monotonic() - started:.0f} s", flush=True)
    return found


def _kept(difference: Difference, folder: Path) -> None:
    """Leave the files of a differing case where they can be looked at; they hold throw-away keys only."""
    for attachment in difference.attachments:
        folder.mkdir(parents=True, exist_ok=True)
        if isinstance(attachment, StoreFile):
            (folder / "keystore").write_bytes(attachment.data)
            (folder / "keystore").chmod(0o600)
        elif isinstance(attachment, Mutant):
            (folder / "mutant.json").write_text(attachment.to_json(), encoding="utf-8")
        else:
            (folder / "request.txt").write_text(f"{attachment}\n", encoding="utf-8")
    if difference.attachments:
        (folder / "difference.txt").write_text(f"{difference}\n", encoding="utf-8")
        print(f"      kept in  {folder}")


if __name__ == "__main__":
    sys.exit(main())
