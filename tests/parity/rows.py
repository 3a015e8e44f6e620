"""Recorded rows: a question that was put to a real Java, its answer, and how to put it to sn-mock without one.

A file is gzipped JSON: `about`, `java` (version), `seed`, `date`, `part`, `common` (what several rows need) and `rows`,
each with `what` (words), `given` (the question) and `java` (the answer, in the words of each part's `our_answer`).
Keystores in it hold throw-away keys, made for the recording; the private keys of servers lie in PKCS#12 with the
password `changeit`.
"""

from __future__ import annotations

import gzip
import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12

from sn_mock.java.lang.jdk import Jdk, named
from sn_mock.lab.lab import Providers

from . import calls, key_choice, keystore_files, mutant_calls
from .mutants import Mutant
from .placing import PASSWORD
from .stores import StoreFile

JAVA = named(17)

Answer = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """One question and Java's answer."""

    part: str
    what: str
    given: Mapping[str, Any] = field(repr=False)
    java: Mapping[str, Any] = field(repr=False)
    common: Mapping[str, Any] = field(repr=False, default_factory=dict)
    version: str = JAVA.name
    """Whose answer it is."""


def read_rows(path: Path) -> tuple[Row, ...]:
    """The rows of one file."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        kept = json.load(file)
    return tuple(
        Row(kept["part"], row["what"], row["given"], row["java"], kept["common"], kept.get("java", JAVA.name))
        for row in kept["rows"]
    )


def write_rows(path: Path, about: Mapping[str, Any], part: str, rows: Sequence[Row]) -> None:
    """All rows of one part, which have `common` in common; the same rows give the same octets."""
    kept = {
        **about,
        "part": part,
        "common": rows[0].common if rows else {},
        "rows": [{"what": row.what, "given": row.given, "java": row.java} for row in rows],
    }
    text = json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
    path.write_bytes(gzip.compress(text.encode("utf-8", "surrogatepass"), mtime=0))


def version_of(row: Row) -> Jdk:
    """The Java that answered."""
    return named(row.version)


class Replay:
    """Puts rows to sn-mock; a context manager, since some of them need servers, which start when first needed."""

    def __enter__(self) -> Self:
        self._stack = ExitStack()
        self._servers: dict[str, mutant_calls.Servers] = {}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def answers(self, row: Row) -> Iterator[dict[str, Any]]:
        """What sn-mock answers, in each way in which it can be asked; all have to be Java's answer."""
        yield from _ASK[row.part](self, row)

    def _keystore(self, row: Row) -> Iterator[dict[str, Any]]:
        file = store_file(row)
        yield keystore_files.comparable(file, keystore_files.our_answer(file, row.given["algorithm"], version_of(row)))

    def _choice(self, row: Row) -> Iterator[dict[str, Any]]:
        given = row.given
        question = key_choice.Question(given["tls"], bytes.fromhex(given["request"]))
        when = datetime.fromisoformat(row.common["when"])
        ours = key_choice.our_answer(store_file(row), question, given["algorithm"], version_of(row), when)
        yield key_choice.comparable(ours, row.java, version_of(row))

    def _mutant(self, row: Row) -> Iterator[dict[str, Any]]:
        mutant = kept_mutant(row)
        servers = self._servers_of(str(version_of(row)))
        if mutant.store is None:
            yield mutant_calls.our_answer(mutant, servers.plain.present(mutant), servers.java)
        yield mutant_calls.through_stub(servers, mutant)

    def _call(self, row: Row) -> Iterator[dict[str, Any]]:
        case = calls.CallCase.from_json(row.given)
        answer = calls.our_answer(case, self._providers)
        # a busy machine may let a connection end otherwise once; a wrong word is wrong again
        yield answer if answer == row.java else calls.our_answer(case, self._providers)

    def _servers_of(self, java: str) -> mutant_calls.Servers:
        if java not in self._servers:
            self._servers[java] = self._stack.enter_context(mutant_calls.Servers(java))
        return self._servers[java]

    @cached_property
    def _providers(self) -> Providers:
        providers = Providers()
        self._stack.callback(providers.close)
        return providers


_ASK: Mapping[str, Callable[[Replay, Row], Iterator[dict[str, Any]]]] = {
    "keystores": Replay._keystore,
    "choices": Replay._choice,
    "mutants": Replay._mutant,
    "calls": Replay._call,
}
PARTS = tuple(_ASK)


# ---- keystore files: a file of `common`, or one of its own; the former with what was changed


def store_given(file: StoreFile, files: Mapping[str, bytes]) -> dict[str, Any]:
    """How a keystore file is kept beside `files`."""
    given: dict[str, Any] = {
        "name": file.name,
        "declared": file.declared_type,
        "store": file.store_password,
        "key": file.key_password,
    }
    spans = {name: _changed_span(data, file.data) for name, data in files.items()}
    nearest = min(spans, key=lambda name: len(spans[name][2]), default=None)
    if nearest is None or len(spans[nearest][2]) > len(file.data) // 2:
        return given | {"data": b64encode(file.data).decode()}
    start, removed, put = spans[nearest]
    return given | {"file": nearest, "change": [start, removed, b64encode(put).decode()]}


def _changed_span(before: bytes, after: bytes) -> tuple[int, int, bytes]:
    """(offset, octets taken away there, octets put there)."""
    most = min(len(before), len(after))
    head = next((place for place in range(most) if before[place] != after[place]), most)
    most -= head
    tail = next((place for place in range(most) if before[-1 - place] != after[-1 - place]), most)
    return head, len(before) - tail - head, after[head : len(after) - tail]


def store_file(row: Row) -> StoreFile:
    """The keystore file of a row."""
    given = row.given
    if "data" in given:
        data = b64decode(given["data"])
    else:
        before = b64decode(row.common["files"][given["file"]])
        start, removed, put = given["change"]
        data = before[:start] + b64decode(put) + before[start + removed :]
    return StoreFile(given["name"], given["declared"], data, given["store"], given["key"])


# ---- mutants

_BYTES, _LISTS = ("store",), ("chain", "trust", "advertise")


def mutant_given(mutant: Mutant, key_names: Mapping[bytes, str]) -> dict[str, Any]:
    """How a mutant is kept; its server's key by its name in `common`."""
    given = {name: value for name, value in asdict(mutant).items() if name != "sendable"}
    given |= {name: [b64encode(one).decode() for one in given[name]] for name in _LISTS}
    given["store"] = mutant.store and b64encode(mutant.store).decode()
    return given | {"key": key_names[mutant.key]}


def kept_mutant(row: Row) -> Mutant:
    """The mutant of a row."""
    values = {name: tuple(b64decode(one) for one in row.given[name]) for name in _LISTS}
    store = row.given["store"]
    key = server_key(row.common["keys"][row.given["key"]])
    return Mutant(**{**row.given, **values, "store": store and b64decode(store), "key": key})


def locked(key: bytes) -> str:
    """A server's private key (PEM) as it is kept: in PKCS#12."""
    loaded = serialization.load_pem_private_key(key, None)
    sealed = serialization.BestAvailableEncryption(PASSWORD.encode())
    return b64encode(pkcs12.serialize_key_and_certificates(b"server", loaded, None, None, sealed)).decode()  # type: ignore[arg-type]


def server_key(kept: str) -> bytes:
    """That key as PEM."""
    key, _, _ = pkcs12.load_key_and_certificates(b64decode(kept), PASSWORD.encode())
    assert key is not None
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
