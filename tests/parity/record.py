"""`python -m tests.parity.record FOLDER`: put new questions to the Java of this machine and keep its answers.

The rows are chosen by Java's answers alone, never by ours: of every refusal a few, and of what is accepted a share.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import tempfile
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sn_mock.java.lang.features import Feature, update_name
from sn_mock.java.lang.jdk import Jdk, named
from sn_mock.lab.lab import Providers
from sn_mock.lab.pki import LAB_PASSWORD

from . import calls, key_choice, keystore_files, mutant_calls
from .identities import Pool, kinds_of
from .jvm import JavaMissingError, Jvm, compile_judge
from .mutants import KINDS
from .requests import random_request
from .rows import JAVA, Row, locked, mutant_given, read_rows, store_given, write_rows
from .stores import StoreFile, make_request, random_contents

_SMALL_KEYS = ("p256", "p384", "ed25519", "rsa-1024", "dsa-1024")
"""Enough kinds, and small files."""

_ABOUT = (
    "What a real Java did, recorded by `python -m tests.parity.record`; its module `rows` explains the form. "
    "All keys and certificates were made for the recording and are used nowhere else; the password is changeit."
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Record; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.parity.record", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, help="default: another one every time")
    parser.add_argument("--java", metavar="HOME", help="another Java: what it refuses in words of its own")
    parser.add_argument("--part", action="append", choices=RECORDERS, help="only this part; may be given several times")
    options = parser.parse_args(arguments)
    seed = random.SystemRandom().randrange(1 << 32) if options.seed is None else options.seed
    try:
        with tempfile.TemporaryDirectory() as folder:
            program = compile_judge(Path(folder), [options.java] if options.java else [])
            with Jvm(program, options.java) as jvm:
                if jvm.generation != JAVA.generation and not options.java:
                    print(f"rows are recorded on Java {JAVA}; this is {jvm.version}", file=sys.stderr)
                    return 2
                parts = options.part or (RECORDERS if jvm.java == JAVA else OF_OTHERS)
                for part in parts:
                    _record(jvm, seed, part, options.folder)
    except JavaMissingError as missing:
        print(f"cannot record: {missing}", file=sys.stderr)
        return 2
    return 0


_DRAWN_OF_OTHERS: Mapping[str, Mapping[str, int]] = {
    "keystores": {"8": 700, "11": 700, "21": 700},
    "mutants": {"8": 250, "11": 250, "21": 250},
}
"""How many questions a generation is asked; its later updates, of which there are many, are asked fewer."""


def _record(jvm: Jvm, seed: int, part: str, folder: Path) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    about = {"about": _ABOUT, "java": jvm.version, "seed": seed, "date": now.date().isoformat()}
    folder.mkdir(parents=True, exist_ok=True)
    reference = folder / f"{part}.json.gz"
    path = reference if jvm.java == JAVA else folder / f"{part}-of-{label(jvm.java)}.json.gz"
    known = [] if path == reference else [row.java for row in read_rows(reference)]
    rows = RECORDERS[part](jvm, seed, now, known)
    write_rows(path, about, part, rows)
    print(f"{path}: {len(rows)} rows, {path.stat().st_size} octets")


def label(java: Jdk) -> str:
    """`11` for the update that a bare number means, `11.0.32` for another one."""
    bare = java == named(java.generation)
    return str(java.generation) if bare else update_name(java.generation, java.update)


def _kind(answer: Mapping[str, Any]) -> str:
    """The refusal without what is particular to one question; empty where there is none."""
    chain = answer.get("exception") or ()
    return " <- ".join(re.sub(r"[0-9]+|'.*?'|\"[^\"]*\"", "#", f"{name}: {text}") for name, text in chain)


class _Choice:
    """Which of many answers are worth a row: so many of each kind of refusal that is not known, so many accepted."""

    def __init__(self, each: int, accepted: int, known: Sequence[Mapping[str, Any]] = ()) -> None:
        self._each, self._accepted = each, accepted
        self._known = frozenset(kind for kind in map(_kind, known) if kind)
        self._seen: Counter[tuple[str, str]] = Counter()

    def takes(self, group: str, answer: Mapping[str, Any]) -> bool:
        """Whether this one is still wanted."""
        kind = _kind(answer)
        if kind in self._known:  # as the reference Java says it
            return False
        self._seen[group, kind] += 1
        return self._seen[group, kind] <= (self._each if kind else self._accepted)


def _keystores(jvm: Jvm, seed: int, now: datetime, known: Sequence[Mapping[str, Any]]) -> list[Row]:
    pool, chance = Pool(random.Random(seed), _SMALL_KEYS), random.Random(seed + 1)
    files = keystore_files.base_files(jvm, pool, chance, 1)
    named = {f"{place} {file.name}": file.data for place, file in enumerate(files)}
    choice, kept = _Choice(1, 2 if known else 30, known), []
    serialised = tuple(file for file in files if "secret key" in file.name)
    for _ in range(_DRAWN_OF_OTHERS["keystores"].get(label(jvm.java), 150) if known else 7_000):
        drawn = serialised if chance.random() < 0.3 else files
        file, algorithm = keystore_files.random_file(chance, pool, drawn, 1)
        java = keystore_files.java_answer(jvm, file, algorithm)
        if choice.takes("", java):
            kept.append((file, {**store_given(file, named), "algorithm": algorithm}, java))
    used = {given["file"] for _, given, _ in kept if "file" in given}
    common = {"files": {name: b64encode(data).decode() for name, data in named.items() if name in used}}
    return [Row("keystores", f"{file.name}, {given['algorithm']}", given, java, common) for file, given, java in kept]


def _choices(jvm: Jvm, seed: int, now: datetime, known: Sequence[Mapping[str, Any]]) -> list[Row]:
    pool, chance = (
        Pool(random.Random(seed), tuple(one for one in _SMALL_KEYS if one in kinds_of(jvm.java))),
        random.Random(seed + 1),
    )
    key_choice.give_server_key(jvm, pool)
    found: list[tuple[StoreFile, str, key_choice.Question, dict[str, Any]]] = []
    named = {}
    for place in range(3 if known else 12):
        kind, algorithm = chance.choice(["JKS", "PKCS12", "JCEKS"]), chance.choice(["SunX509", "NewSunX509"])
        made = jvm.one(make_request(kind, random_contents(chance, pool)[:6], "changeit", "changeit"))
        file = StoreFile(f"choice {place}", kind, key_choice.made_data(made), "changeit", "changeit")
        named[file.name] = file.data
        questions = [
            key_choice.Question(tls, random_request(chance, tls, pool.authority_names))
            for tls in (["TLSv1.2", "TLSv1.3"] if jvm.java.has(Feature.TLS13) else ["TLSv1.2"]) * 5
        ]
        answers = key_choice.java_answers(jvm, file, algorithm, questions)
        found += [(file, algorithm, *pair) for pair in zip(questions, answers, strict=True)]
    common = {
        "when": now.isoformat(),
        "files": {name: b64encode(data).decode() for name, data in named.items()},
    }
    return [
        Row(
            "choices",
            f"{file.name}, {algorithm}, {question.tls}",
            {
                **store_given(file, named),
                "algorithm": algorithm,
                "tls": question.tls,
                "request": question.request.hex(),
            },
            java,
            common,
        )
        for file, algorithm, question, java in found
    ]


def _mutants(jvm: Jvm, seed: int, now: datetime, known: Sequence[Mapping[str, Any]]) -> list[Row]:
    choice, kept = _Choice(1, 2 if known else 8, known), []
    with mutant_calls.Servers(jvm.version) as servers:
        for place in range(_DRAWN_OF_OTHERS["mutants"].get(label(jvm.java), 40) if known else 1_500):
            mutant, java = mutant_calls.wanted(jvm, servers, seed, place)
            if java is not None and not mutant_calls.provider_ended(mutant, java) and choice.takes(mutant.kind, java):
                kept.append((mutant, java))
    names = {key: f"server {place}" for place, key in enumerate(dict.fromkeys(mutant.key for mutant, _ in kept))}
    common = {"keys": {name: locked(key) for key, name in names.items()}}
    assert known or {mutant.kind for mutant, _ in kept} == set(KINDS)
    return [Row("mutants", str(mutant), mutant_given(mutant, names), java, common) for mutant, java in kept]


def _calls(jvm: Jvm, seed: int, now: datetime, _known: Sequence[Mapping[str, Any]]) -> list[Row]:
    chance, choice, rows = random.Random(seed), _Choice(1, 3), []
    clients = [*jvm.clients, "commons-httpclient-3.1+telemetry"]
    providers = Providers()
    try:
        for _ in range(150):
            case = calls.random_case(chance, clients, JAVA)
            if case.timeout_ms < calls.LONG_MS and chance.random() < 0.7:
                continue  # these take a second each, also when they are replayed
            if case.network == "no-such-host":
                continue  # what a resolver says depends on the machine
            if case.content == "PKCS12" and (case.password != LAB_PASSWORD or case.key_password):
                continue  # one wrong password in 256 decrypts to something, and the file is made anew for each replay
            _, java = calls.both_answers(jvm, case, providers)
            if choice.takes(case.client, java):
                rows.append(Row("calls", str(case), asdict(case), java))
    finally:
        providers.close()
    return rows


RECORDERS: Mapping[str, Callable[[Jvm, int, datetime, Sequence[Mapping[str, Any]]], list[Row]]] = {
    "keystores": _keystores,
    "choices": _choices,
    "mutants": _mutants,
    "calls": _calls,
}
OF_OTHERS = ("keystores", "mutants")
"""What is recorded of other Javas: how they read DER, in the words that JDK 17 has not. Of later updates `--part`."""


if __name__ == "__main__":
    sys.exit(main())
