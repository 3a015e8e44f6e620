"""Mutants: a healthy lab of certificates in which one certificate was changed before it was signed.

A mutant is known by the run's seed and its number; keys are fresh in every run, and nothing in a mutant depends on
them. Only what OpenSSL loads is dealt, since nobody could present anything else.
"""

from __future__ import annotations

import base64
import json
import random
import ssl
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from cryptography.hazmat.primitives import serialization

from sn_mock.java.keystore import KeyItem, write_jks, write_pkcs12

from . import mutant_extensions as values
from .mutant_parts import GENERALIZED_TIME, UTC_TIME, Changed, Extension, Parts, keys, number, private, public, tlv
from .mutated_extensions import add_extension, change_extension, extension
from .mutated_keys import change_public_key
from .mutated_names import change_issuer, change_subject, name
from .mutated_structure import change_structure
from .mutated_times import change_time
from .placing import PASSWORD

Mutation = Callable[[random.Random, Parts], Changed]

TRIES = 4
"""Numbers that belong to one place in a run: see `mutant_calls`."""
_REDRAWS = 40

ROOT = name(("C", "NL"), ("O", "Lab"), ("CN", "Lab Root CA"))
MIDDLE = name(("O", "Lab"), ("CN", "Lab Issuing CA"))
_LEAF = name(("O", "Acme"), ("CN", "localhost"))
_CLIENT = name(("O", "Acme"), ("CN", "client"))

KINDS: Mapping[str, int] = {
    "leaf extension": 28,
    "leaf name": 10,
    "leaf time": 8,
    "leaf structure": 9,
    "intermediate": 16,
    "anchor": 10,
    "client": 19,
}
"""What is changed -> its share of a run."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One changed certificate, and all that a call with it needs. Certificates are DER."""

    number: int
    kind: str
    what: str
    tls: str
    chain: tuple[bytes, ...] = field(repr=False)
    """What the provider presents, leaf first."""
    key: bytes = field(repr=False)
    """Of the provider's leaf, PEM."""
    trust: tuple[bytes, ...] = field(repr=False)
    """The instance's trust store."""
    store: bytes | None = field(default=None, repr=False)
    store_type: str = "JKS"
    key_manager: str = "SunX509"
    advertise: tuple[bytes, ...] = field(default=(), repr=False)
    """The certificates whose subjects stand in the CertificateRequest."""
    sendable: tuple[bytes, ...] = field(default=(), repr=False)
    """The changed certificate of a client."""

    def __str__(self) -> str:
        manager = f", {self.key_manager}" if self.store else ""
        return f"mutant {self.number}, {self.kind}, TLS {self.tls}{manager}: {self.what}"

    def chain_pem(self) -> bytes:
        """What the provider presents, as it is loaded."""
        return b"".join(ssl.DER_cert_to_PEM_cert(one).encode() for one in self.chain)

    def to_json(self) -> str:
        """Everything but the provider's key, to look at it again."""
        shown = {
            "what": str(self),
            "chain": [base64.b64encode(one).decode() for one in self.chain],
            "trust": [base64.b64encode(one).decode() for one in self.trust],
            "advertise": [base64.b64encode(one).decode() for one in self.advertise],
            "store_type": self.store_type,
            "store": self.store and base64.b64encode(self.store).decode(),
        }
        return json.dumps(shown, indent=1)


def place_kind(seed: int, place: int) -> str:
    """What is changed at one place of a run."""
    return random.Random(f"{seed} {place}").choices(list(KINDS), list(KINDS.values()))[0]


def draw(seed: int, number: int) -> Mutant:
    """The mutant with this number; raises RuntimeError if OpenSSL takes none of those that chance offers."""
    kind = place_kind(seed, number // TRIES)
    chance = random.Random(f"{seed} {number} {kind}")
    for _ in range(_REDRAWS):
        mutant = _MAKERS[kind](chance, number, kind)
        if presentable(mutant):
            return mutant
    raise RuntimeError(f"seed {seed}, number {number}: OpenSSL loads no {kind} of {_REDRAWS}")


def presentable(mutant: Mutant) -> bool:
    """Whether OpenSSL loads what the provider is to present, and reads what the client may send."""
    try:
        context = server_context(mutant)
        for certificate in (*mutant.advertise, *mutant.sendable):
            context.load_verify_locations(cadata=certificate)
    except (ssl.SSLError, ValueError):
        return False
    return True


def server_context(mutant: Mutant) -> ssl.SSLContext:
    """A server that presents the mutant's chain in its TLS version; raises SSLError where OpenSSL does not load it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    version = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}[mutant.tls]
    context.minimum_version = context.maximum_version = version
    with tempfile.NamedTemporaryFile(suffix=".pem") as file:
        file.write(mutant.key + mutant.chain_pem())
        file.flush()
        context.load_cert_chain(file.name)
    return context


# ---- healthy certificates, more or less richly made


def _extensions(
    chance: random.Random, usual: Mapping[str, values.Maker], always: frozenset[str], aki: values.Maker
) -> tuple[Extension, ...]:
    kept = [kind for kind in usual if kind in always or chance.random() < 0.7]
    found = [extension(kind, usual[kind](chance), critical=kind in ("bc", "ku") and "bc" in always) for kind in kept]
    if chance.random() < 0.7:
        found.append(extension("aki", aki(chance)))
    for kind in chance.sample(list(values.RARE), chance.choice([0, 1, 2, 3])):
        if kind not in _SELDOM_SOUND or chance.random() < 0.2:
            found.append(extension(kind, values.RARE[kind](chance)))
    chance.shuffle(found)
    return tuple(found)


_SELDOM_SOUND = frozenset({"nc", "pcon", "inhibit", "pmap", "ns", "feature"})
_START, _END = tlv(UTC_TIME, b"200101000000Z"), tlv(UTC_TIME, b"420101000000Z")


def _root(chance: random.Random, *, plain: bool = True) -> Parts:
    aki = values.authority_key(values.ROOT_ID, ROOT, 1)
    extensions: tuple[Extension, ...]
    if plain:
        extensions = (
            extension("bc", b"\x30\x03\x01\x01\xff", critical=True),
            extension("ku", b"\x03\x02\x01\x06", critical=True),
            extension("ski", tlv(4, values.ROOT_ID)),
        )
    else:
        usual = {**values.AUTHORITY, "ski": lambda _: tlv(4, values.ROOT_ID)}
        extensions = _extensions(chance, usual, frozenset({"bc"}), aki)
    return Parts(number(1), ROOT, _START, _END, ROOT, public("root"), extensions)


def _middle(chance: random.Random) -> Parts:
    aki = values.authority_key(values.ROOT_ID, ROOT, 1)
    usual = {**values.AUTHORITY, "ski": lambda _: tlv(4, values.MIDDLE_ID)}
    return Parts(
        number(2), ROOT, _START, _END, MIDDLE, public("middle"), _extensions(chance, usual, frozenset({"bc"}), aki)
    )


def _leaf(chance: random.Random, key: str, *, below_root: bool = True) -> Parts:
    issuer = (values.ROOT_ID, ROOT, 1) if below_root else (values.MIDDLE_ID, MIDDLE, 2)
    extensions = _extensions(chance, values.LEAF, frozenset({"san"}), values.authority_key(*issuer))
    end = tlv(GENERALIZED_TIME, b"20420101000000Z") if chance.random() < 0.1 else _END
    return Parts(number(0x5AB1E7), issuer[1], _START, end, _LEAF, public(key), extensions)


def _client(chance: random.Random, subject: bytes = _CLIENT) -> Parts:
    aki = values.authority_key(values.ROOT_ID, ROOT, 1)
    extensions = _extensions(chance, values.CLIENT, frozenset(), aki)
    return Parts(number(9), ROOT, _START, _END, subject, public("client"), extensions)


@lru_cache(maxsize=1)
def plain_root() -> bytes:
    """The healthy trust anchor."""
    return _root(random.Random(0)).signed(keys()["root"])


@lru_cache(maxsize=1)
def healthy_leaf() -> bytes:
    """A provider's certificate below it."""
    return _leaf(random.Random(0), "leaf").signed(keys()["root"])


# ---- one maker for each kind


def _changed(chance: random.Random, parts: Parts, mutations: Mapping[Mutation, int]) -> Changed:
    """One change, and now and then a second one."""
    said = []
    for _ in range(chance.choice([1, 1, 1, 1, 1, 2])):
        mutation = chance.choices(list(mutations), list(mutations.values()))[0]
        parts, what = mutation(chance, parts)
        said.append(what)
    return parts, " | ".join(said)


_LEAF_MUTATIONS: Mapping[str, Mapping[Mutation, int]] = {
    "leaf extension": {change_extension: 3, add_extension: 2},
    "leaf name": {change_issuer: 3, change_subject: 2},
    "leaf time": {change_time: 1},
    "leaf structure": {change_structure: 1},
}
_ANY_MUTATION: Mapping[Mutation, int] = {
    change_extension: 10,
    add_extension: 6,
    change_time: 2,
    change_structure: 3,
}


def _pem(key: str) -> bytes:
    return private(key, serialization.Encoding.PEM)


def _tls(chance: random.Random) -> str:
    return chance.choice(["1.2", "1.3"])


def _changed_leaf(chance: random.Random, number: int, kind: str) -> Mutant:
    key = "rsa leaf" if chance.random() < 0.15 else "leaf"
    leaf, what = _changed(chance, _leaf(chance, key), _LEAF_MUTATIONS[kind])
    return Mutant(number, kind, what, _tls(chance), (leaf.signed(keys()["root"]),), _pem(key), (plain_root(),))


_ALL_MUTATIONS: Mapping[Mutation, int] = {
    **_ANY_MUTATION,
    change_issuer: 3,
    change_subject: 3,
    change_public_key: 7,
}


def changed_certificate(chance: random.Random) -> tuple[bytes, str]:
    """Any certificate with any change, and what it was: for files that nobody but Java has to read."""
    healthy = chance.choice([_client(chance), _leaf(chance, "leaf"), _root(chance, plain=False)])
    parts, what = _changed(chance, healthy, _ALL_MUTATIONS)
    return parts.signed(keys()["root"]), what


def _changed_middle(chance: random.Random, number: int, kind: str) -> Mutant:
    middle, what = _changed(chance, _middle(chance), {**_ANY_MUTATION, change_subject: 4, change_issuer: 1})
    leaf = _below(chance, _leaf(chance, "leaf", below_root=False), middle).signed(keys()["middle"])
    above = middle.signed(keys()["root"])
    anchored = chance.random() < 0.15
    what += ", is the anchor" if anchored else ""
    trust = (above,) if anchored else (plain_root(),)
    return Mutant(number, kind, what, _tls(chance), (leaf, above), _pem("leaf"), trust)


def _changed_anchor(chance: random.Random, number: int, kind: str) -> Mutant:
    root, what = _changed(chance, _root(chance, plain=False), {**_ANY_MUTATION, change_subject: 5})
    root = replace(root, issuer=root.subject if chance.random() < 0.9 else root.issuer)
    leaf = _below(chance, _leaf(chance, "leaf"), root).signed(keys()["root"])
    above = root.signed(keys()["root"])
    chain = (leaf, above) if chance.random() < 0.2 else (leaf,)
    return Mutant(number, kind, what, _tls(chance), chain, _pem("leaf"), (above,))


def _below(chance: random.Random, leaf: Parts, above: Parts) -> Parts:
    """The leaf bears the changed name of its issuer, or the one that is meant."""
    return replace(leaf, issuer=above.subject if chance.random() < 0.75 else leaf.issuer)


_CLIENT_MUTATIONS: Mapping[Mutation, int] = {**_ANY_MUTATION, change_issuer: 7, change_subject: 2}


def _changed_client(chance: random.Random, number: int, kind: str) -> Mutant:
    client, what = _changed(chance, _client(chance), _CLIENT_MUTATIONS)
    pkcs8 = private("client", serialization.Encoding.DER)
    aliases = chance.sample(["snow", "b", "key1", "third", "zz"], chance.choice([1, 2, 2, 3]))
    items = []
    for place, alias in enumerate(aliases):
        other = client if place == 0 else _client(chance, name(("O", "Acme"), ("CN", alias)))
        chain = [other.signed(keys()["root"])]
        items.append(KeyItem(alias, pkcs8, tuple(chain + [plain_root()] * (chance.random() < 0.3))))
    chance.shuffle(items)
    store_type = chance.choice(["JKS"] * 5 + ["PKCS12"])
    data = write_jks(items, PASSWORD) if store_type == "JKS" else write_pkcs12(items, PASSWORD, iterations=20)
    manager = chance.choice(["SunX509", "NewSunX509"])
    advertised = chance.choice(
        [
            (),
            (plain_root(),),
            (plain_root(),),
            (replace(_root(chance), subject=client.issuer).signed(keys()["root"]),),
        ]
    )
    return Mutant(
        number,
        kind,
        what,
        _tls(chance),
        (healthy_leaf(),),
        _pem("leaf"),
        (plain_root(),),
        data,
        store_type,
        manager,
        advertised,
        (client.signed(keys()["root"]),),
    )


_MAKERS: Mapping[str, Callable[[random.Random, int, str], Mutant]] = {
    **dict.fromkeys(_LEAF_MUTATIONS, _changed_leaf),
    "intermediate": _changed_middle,
    "anchor": _changed_anchor,
    "client": _changed_client,
}
