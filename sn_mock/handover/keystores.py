"""Keystores without their keys: which entries, and how the file has to be made so that Java says of it what it said.

A `Recipe` makes a file from forged entries; the first one whose file Java opens (or refuses) in the very same words is
kept. Where none does, nothing is pretended: the keystore is marked as one that cannot be made again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from guarded.values import dataclass
from sn_mock.failure import MockUsageError
from sn_mock.handover.reforging import Forged
from sn_mock.java import keystore
from sn_mock.java.keystore import (
    EntryKind,
    KeyItem,
    KeyStore,
    LoadFailure,
    StoreItem,
    TrustedItem,
    write_jceks,
    write_jks,
    write_pkcs12,
)
from sn_mock.java.keytool import issuing
from sn_mock.java.keytool.distinguished_names import name_der
from sn_mock.java.lang.jdk import Jdk, named

PASSWORD = "replay-replay"
"""Of every store that is made again; the real one is not known."""
_ANOTHER = "another-password"
_CREATED = datetime(2020, 1, 1, tzinfo=UTC)
_ROUNDS = 1000
_NEWEST_JAVA = 21
NOT_MADE_AGAIN = "none"


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """One alias; certificates by their number in the recording."""

    alias: str
    kind: str
    chain: tuple[int, ...]

    def to_json(self) -> dict[str, Any]:
        """As the recording has it."""
        return {"alias": self.alias, "kind": self.kind, "chain": list(self.chain)}


_STORED = ("table", "row", "file_name", "declared", "recipe", "first")


@dataclass(frozen=True, slots=True)
class StoredKeystore:
    """A keystore row's file."""

    table: str
    row: str
    """sys_id of the record."""
    file_name: str
    declared: str
    recipe: str
    first: str
    """The file's first octet in hexadecimal, where Java found no keystore in it; some of its texts name it."""
    entries: tuple[StoredEntry, ...]

    def to_json(self) -> dict[str, Any]:
        """As the recording has it."""
        entries = [entry.to_json() for entry in self.entries]
        return {
            "table": self.table,
            "row": self.row,
            "file_name": self.file_name,
            "declared": self.declared,
            "recipe": self.recipe,
            "first": self.first,
            "entries": entries,
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> StoredKeystore:
        """From the recording; raises KeyError, TypeError for what is no such object."""
        entries = tuple(
            StoredEntry(str(one["alias"]), str(one["kind"]), tuple(map(int, one["chain"])))
            for one in document["entries"]
        )
        table, row, file_name, declared, recipe, first = (str(document[name]) for name in _STORED)
        return cls(table, row, file_name, declared, recipe, first, entries)


@lru_cache(maxsize=1)
def _unseen() -> tuple[StoreItem, ...]:
    """An entry for a store that its password does not open: what is in it is not known, and does not matter."""
    key = issuing.generate_key("RSA")
    certificate = issuing.self_signed_certificate(key, name_der("CN=unseen"), days=3650, now=_CREATED)
    return (KeyItem("unseen", key, (certificate,), None, _CREATED),)


Make = Callable[[Sequence[StoreItem]], bytes]
RECIPES: Mapping[str, Make] = {
    "JKS": lambda items: write_jks(items, PASSWORD),
    "PKCS12": lambda items: write_pkcs12(items, PASSWORD, encryption="modern", iterations=_ROUNDS),
    "PKCS12, as Java 8 writes it": lambda items: write_pkcs12(items, PASSWORD, encryption="legacy", iterations=_ROUNDS),
    "JCEKS": lambda items: write_jceks(items, PASSWORD, iterations=_ROUNDS),
    "JKS, another password": lambda items: write_jks(items, _ANOTHER),
    "PKCS12, another password": lambda items: write_pkcs12(items, _ANOTHER, encryption="modern", iterations=_ROUNDS),
    "PKCS12, as Java 8 writes it, another password": lambda items: write_pkcs12(
        items, _ANOTHER, encryption="legacy", iterations=_ROUNDS
    ),
    "JCEKS, another password": lambda items: write_jceks(items, _ANOTHER, iterations=_ROUNDS),
    "JKS, keys of another password": lambda items: write_jks(_with_keys_of(items), PASSWORD),
    "PKCS12, keys of another password": lambda items: write_pkcs12(
        _with_keys_of(items), PASSWORD, encryption="modern", iterations=_ROUNDS
    ),
    "JKS, cut short": lambda items: write_jks(items, PASSWORD)[:-_CUT],
    "PKCS12, cut short": lambda items: write_pkcs12(items, PASSWORD, iterations=_ROUNDS)[:-_CUT],
    "an empty file": lambda _: b"",
    "PKCS12 of an entry that nobody saw, another password": lambda _: write_pkcs12(
        _unseen(), _ANOTHER, encryption="modern", iterations=_ROUNDS
    ),
    "PKCS12 as Java 8 writes it, of an entry that nobody saw, another password": lambda _: write_pkcs12(
        _unseen(), _ANOTHER, encryption="legacy", iterations=_ROUNDS
    ),
    "PKCS12 of an entry that nobody saw": lambda _: write_pkcs12(
        _unseen(), PASSWORD, encryption="modern", iterations=_ROUNDS
    ),
    "JCEKS of an entry that nobody saw, another password": lambda _: write_jceks(
        _unseen(), _ANOTHER, iterations=_ROUNDS
    ),
}
"""Name → how the file is made; in the order in which they are tried."""
_CUT = 40
OF_ANOTHER_PASSWORD = "another password"
"""In the name of a recipe whose file is judged by chance: a wrong password may seem to open it."""
NO_KEYSTORE = "no keystore"
"""The recipe of a file that is something else: its first octet, and zeros."""


def _with_keys_of(items: Sequence[StoreItem]) -> list[StoreItem]:
    return [
        KeyItem(one.alias, one.pkcs8, one.chain, _ANOTHER, one.created) if isinstance(one, KeyItem) else one
        for one in items
    ]


def chosen_recipe(
    data: bytes, declared: str, password: str | None, items: Sequence[StoreItem], java: Jdk, algorithm: str
) -> str:
    """The recipe whose file Java judges as it judges `data`; `NOT_MADE_AGAIN` where none is."""
    wanted = _verdict(data, declared, password, java, algorithm)
    instead = None if password is None else PASSWORD
    for name in (*RECIPES, NO_KEYSTORE) * 2:  # a wrong password opens the last block of one file in 256
        made = made_file(name, items, data[:1].hex())
        if made is not None and _verdict(made, declared, instead, java, algorithm) == wanted:
            return name
    return NOT_MADE_AGAIN


def made_file(recipe: str, items: Sequence[StoreItem], first: str) -> bytes | None:
    """The file of that recipe; None where these entries cannot be in one, or the recipe is none."""
    if recipe == NO_KEYSTORE:
        return bytes.fromhex(first) + bytes(64)
    try:
        return RECIPES[recipe](items) if recipe in RECIPES else None
    except MockUsageError:
        return None


def _verdict(data: bytes, declared: str, password: str | None, java: Jdk, algorithm: str) -> object:
    """What a call gets out of the file: how many keys of which kind, or Java's words."""
    read = keystore.load(data, declared, password, java=java)
    if isinstance(read, LoadFailure):
        return read.failed_at, tuple(map(str, read.java))
    keys = keystore.key_managers(read, password, algorithm=algorithm, java=java)
    if isinstance(keys, LoadFailure):
        return keys.failed_at, tuple(map(str, keys.java))
    usable = tuple((key.alias, key.key_type, len(key.chain), key.pkcs8 is None or bool(key.refused)) for key in keys)
    return usable, len(keystore.trusted_certificates(read))


def contents(data: bytes, declared: str, password: str | None) -> KeyStore | None:
    """The entries, where any Java can read them: with the password, or (JKS) without asking for it."""
    java = named(_NEWEST_JAVA)
    for kind in (declared, "JKS", "PKCS12", "JCEKS"):
        for secret in (password, None):
            read = keystore.load(data, kind, secret, java=java)
            if isinstance(read, KeyStore) and read.entries:
                return read
    return None


def items_of(entries: Sequence[StoredEntry], certificates: Sequence[bytes], forged: Forged) -> list[StoreItem]:
    """The entries with forged certificates and their keys."""
    items: list[StoreItem] = []
    for entry in entries:
        chain = forged.chain(certificates[number] for number in entry.chain)
        if not chain:
            continue
        if entry.kind == EntryKind.TRUSTED_CERTIFICATE:
            items.append(TrustedItem(entry.alias, chain[0], _CREATED))
        else:
            items.append(KeyItem(entry.alias, forged.keys[chain[0]], chain, None, _CREATED))
    return items
