"""The instance's own speed: a call beside Python's `http.client`, commands as processes, `check` of large folders."""

from __future__ import annotations

import contextlib
import json
import random
import resource
import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.bench import servers

_EXAMPLE = servers.ROOT / "examples" / "instance"
_FUNCTIONS = (100, 200, 400, 800)
_ROUNDS_OF_CHECK = 9
_ROUNDS_OF_COMMANDS = 15
"""At least: a process is a fifth of a second, and a busy machine makes some of them dearer by half."""
_FUNCTION = """
[[sys_soap_message_function]]
soap_message = "AcmeTickets"
function_name = "Function{number}"
soap_endpoint = "https://localhost:8443/tickets"
enable_mutual_auth = true
protocol_profile = "myhttps"
envelope = "file:create-ticket.xml"
"""
_SCRIPT = "gs.info('started')"
COMMANDS: Mapping[str, tuple[tuple[str, ...], float | None]] = {
    "sn-mock --help": (("--help",), None),
    "sn-mock call": (("call", "{instance}", "AcmeTickets", "CreateTicket", "--endpoint", "{endpoint}"), 0.25),
    "sn-mock reproduce wrong-default-keystore": (("reproduce", "wrong-default-keystore"), 0.35),
    "sn-mock reproduce client-certificate-expired": (("reproduce", "client-certificate-expired"), 0.35),
    "sn-mock reproduce provider-certificate-expired": (("reproduce", "provider-certificate-expired"), 0.35),
    "sn-mock script": (("script", "{instance}", "{script}"), 0.30),
    "sn-mock check": (("check", "{instance}"), None),
}
"""Command -> its arguments, and the target in seconds of CPU."""


def calls(folder: Path, rounds: int) -> dict[str, dict[str, float]]:
    """TLS version -> CPU milliseconds of one call by `http.client` and by the instance, and `ratio`, `low` and `high`.

    What they are: `one_process`.
    """
    found = {}
    for tls in ("1.2", "1.3"):
        with _lab(folder / f"calls-{tls}", tls) as (home, port):
            arguments = [str(home), str(port), tls, str(rounds)]
            found[tls] = json.loads(_python("-m", "tests.bench.one_process", *arguments))
    return found


def commands(folder: Path, rounds: int) -> dict[str, float]:
    """Command -> CPU seconds of its process with the interpreter's start, median; the first run compiles."""
    spent: dict[str, list[float]] = {name: [] for name in COMMANDS}
    with _lab(folder / "commands", "1.3") as (home, port):
        script = home / "started.js"
        script.write_text(_SCRIPT, "utf-8")
        places = {
            "instance": str(home / "instance"),
            "endpoint": f"https://localhost:{port}/tickets",
            "script": str(script),
        }
        for number in range(max(rounds, _ROUNDS_OF_COMMANDS) + 1):
            for name in random.sample(list(COMMANDS), len(COMMANDS)):
                before = _children()
                _python("-m", "sn_mock", *(word.format(**places) for word in COMMANDS[name][0]))
                if number:
                    spent[name].append(_children() - before)
    return {name: statistics.median(times) for name, times in spent.items()}


def linearity(folder: Path) -> dict[int, float]:
    """Functions of an instance -> CPU seconds of `check`, less what it takes without any; the start is in neither."""
    plain = _home(folder / "linearity") / "instance"
    folders = {functions: folder / f"linearity-{functions}" for functions in (0, *_FUNCTIONS)}
    for functions, copy in folders.items():
        shutil.copytree(plain, copy)
        with (copy / "instance.toml").open("a", encoding="utf-8") as file:
            file.write("".join(_FUNCTION.format(number=number) for number in range(functions)))
    least = json.loads(_python("-m", "tests.bench.one_check", str(_ROUNDS_OF_CHECK), *map(str, folders.values())))
    spent = dict(zip(folders, least, strict=True))
    return {functions: spent[functions] - spent[0] for functions in _FUNCTIONS}


@contextlib.contextmanager
def _lab(folder: Path, tls: str) -> Iterator[tuple[Path, int]]:
    """The example instance with certificates of its own, and a provider for it; their folder and its port."""
    home = _home(folder)
    place = folder / "provider"
    place.mkdir()
    made = home / "certs"
    for theirs, ours in (
        ("client-ca-bundle.pem", "ca.pem"),
        ("provider.pem", "server.pem"),
        ("provider.key", "server.key"),
    ):
        shutil.copy(made / theirs, place / ours)
    with servers.running("provider-stub", place, folder / "server", tls=tls) as server:
        yield home, server.port


def _home(folder: Path) -> Path:
    shutil.copytree(_EXAMPLE, folder / "instance")
    _python("-m", "sn_mock", "certs", str(folder / "certs"), "--for", str(folder / "instance"))
    return folder


def _python(*arguments: str) -> str:
    """What it prints; findings and a call that fails have exit codes of their own."""
    environment = servers.environment()
    done = subprocess.run(
        [sys.executable, *arguments], env=environment, cwd=servers.ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{' '.join(arguments)}: {done.stderr[-500:]}")
    return done.stdout


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
