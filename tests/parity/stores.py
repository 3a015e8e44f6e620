"""Random keystores: 1 to 12 entries of mixed kinds, under aliases of any script and case."""

from __future__ import annotations

import random
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field

from tls_transcript import names

from .identities import Identity, Pool
from .jvm import Ask

_SYLLABLES = (
    *("acme", "Client", "KEY", "servicenow", "prod", "test", "1", "42", "-", "_", ".", " ", "mykey", "Ω", "ß", "é"),
    *("Ключ", "鍵", "مفتاح", "ÅÄÖ", "İstanbul", "Σίσυφος", "ǅ", "ﬁ", "😀", "a", "A", "b", "B", "K"),
)


@dataclass(frozen=True, slots=True)
class StoreFile:
    """A keystore file and how it is to be opened."""

    name: str
    declared_type: str
    data: bytes = field(repr=False)
    store_password: str | None = field(default=None, repr=False)
    key_password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class StoredKey:
    """One entry to write; `identity` None makes a trusted certificate, or a secret key."""

    alias: str
    identity: Identity | None
    certificate: bytes | None = field(default=None, repr=False)
    secret: tuple[str, bytes] | None = field(default=None, repr=False)
    """Algorithm and octets of a secret key."""


def random_alias(chance: random.Random) -> str:
    """An alias of one to four syllables."""
    return "".join(chance.choice(_SYLLABLES) for _ in range(chance.choice([1, 1, 2, 2, 3, 4])))


def random_contents(chance: random.Random, pool: Pool, kinds: Sequence[str] | None = None) -> tuple[StoredKey, ...]:
    """The entries of a random keystore; now and then a key with a foreign private key, or a trusted certificate."""
    dealt = [identity for identity in pool.identities if kinds is None or identity.kind in kinds]
    found = []
    for _ in range(chance.choice([1, 1, 2, 2, 3, 3, 4, 5, 6, 8, 10, 12])):
        alias = random_alias(chance)
        if chance.random() < 0.08:
            found.append(StoredKey(alias, None, chance.choice(pool.authority_certificates)))
            continue
        identity = chance.choice(dealt)
        if chance.random() < 0.03:
            other = chance.choice(dealt)
            identity = Identity(identity.kind, other.java_type, other.pkcs8, identity.chain)
        found.append(StoredKey(alias, identity))
    return tuple(found)


def make_request(keystore_type: str, contents: Sequence[StoredKey], store: str, key: str) -> Ask:
    """The question that lets Java write this keystore."""
    raw = {}
    for index, entry in enumerate(contents):
        if entry.secret is not None:
            algorithm, octets = entry.secret
            fields = [entry.alias.encode(), f"secret {algorithm}".encode(), octets, key.encode()]
        elif entry.identity is None:
            fields = [entry.alias.encode(), b"", b"", b"", entry.certificate or b""]
        else:
            java_type = entry.identity.java_type.encode()
            chain = _linked(entry.identity.chain) if keystore_type == "PKCS12" else entry.identity.chain
            fields = [entry.alias.encode(), java_type, entry.identity.pkcs8, key.encode(), *chain]
        raw[f"entry{index}"] = ",".join(b64encode(value).decode() for value in fields)
    return Ask("make", {"type": keystore_type, "store": store}, raw)


def _linked(chain: Sequence[bytes]) -> list[bytes]:
    """The chain up to the first certificate that did not issue the one before; Java's PKCS12 writes nothing else."""
    kept = [chain[0]]
    for certificate in chain[1:]:
        if certificate in kept or names.subject_of(certificate) != names.issuer_of(kept[-1]):
            break
        kept.append(certificate)
    return kept
