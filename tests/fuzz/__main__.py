"""`python -m tests.fuzz [--seconds N] [READER…]`: attack readers for a while each; exit code 1 where one broke.

With atheris (`pip install atheris`, CPython up to 3.13) the attack is guided by coverage; without it the same damage is
done at random, and a line says so. What broke a reader is kept in tests/fuzz/found/READER/, where a test takes it up.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import random
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path

FOUND = Path(__file__).parent / "found"


def main() -> int:
    """Attack them one after the other."""
    from tests.fuzz.readers import READERS

    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="for each reader (default: 60)")
    parser.add_argument("--guided", metavar="READER", help=argparse.SUPPRESS)
    parser.add_argument("readers", nargs="*", metavar="READER", help=f"default: all of {', '.join(READERS)}")
    options = parser.parse_args()
    if options.guided:
        return _guided(options.guided, options.seconds)
    unknown = [name for name in options.readers if name not in READERS]
    if unknown:
        parser.error(f"no such reader: {', '.join(unknown)}")
    guided = importlib.util.find_spec("atheris") is not None
    if not guided:
        print("atheris is not installed: damage is done at random, not guided by coverage", flush=True)
    broken = [name for name in options.readers or READERS if not _attack(name, options.seconds, guided=guided)]
    print(f"broken: {', '.join(broken)}" if broken else "no reader broke")
    return 1 if broken else 0


def _attack(name: str, seconds: float, *, guided: bool) -> bool:
    if not guided:
        return _at_random(name, seconds)
    command = [sys.executable, "-m", "tests.fuzz", "--guided", name, "--seconds", str(seconds)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    runs = next((line for line in reversed(done.stdout.splitlines()) if line.startswith("Done ")), "")
    print(f"{name}: {runs or 'BROKEN'}", flush=True)
    if done.returncode:
        print(done.stdout[-3000:], flush=True)
    return done.returncode == 0


def _guided(name: str, seconds: float) -> int:
    import atheris

    with atheris.instrument_imports(include=["guarded", "provider_stub", "sn_mock", "tls_transcript"]):
        from tests.fuzz.readers import READERS, check

    def attack(data: bytes) -> None:
        try:
            check(name, data)
        except BaseException:
            keep(name, data)
            raise

    with tempfile.TemporaryDirectory() as corpus:
        for number, seed in enumerate(READERS[name].seeds()):
            (Path(corpus) / str(number)).write_bytes(seed)
        arguments = [sys.argv[0], corpus, f"-max_total_time={int(seconds)}", "-max_len=20000", "-timeout=30"]
        atheris.Setup([*arguments, "-rss_limit_mb=2048", f"-artifact_prefix={corpus}/"], attack)
        atheris.Fuzz()
    return 0


def _at_random(name: str, seconds: float) -> bool:
    from tests.fuzz.readers import READERS, check

    chance = random.Random(name)
    seeds, runs = READERS[name].seeds(), 0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        data = bytearray(chance.choice(seeds))
        for _ in range(chance.randint(1, 6)):
            start = chance.randint(0, len(data))
            length = chance.choice((0, 1, 4, 40))
            data[start : start + length] = chance.choice(
                (b"", chance.randbytes(2), bytes(data[start : start + 30]) * 2)
            )
        runs += 1
        try:
            check(name, bytes(data))
        except BaseException:
            print(f"{name}: BROKEN by {keep(name, bytes(data))}\n{traceback.format_exc()}", flush=True)
            return False
    print(f"{name}: {runs} runs", flush=True)
    return True


def keep(name: str, data: bytes) -> Path:
    """Keep an input that broke a reader."""
    path = FOUND / name / hashlib.sha256(data).hexdigest()[:16]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


if __name__ == "__main__":
    sys.exit(main())
