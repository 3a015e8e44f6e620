"""`KeyManagerFactory.init`: which keys a key manager holds, and what it says when it cannot open one.

SunX509 opens every key at once and enumerates a HashMap; NewSunX509 opens a key when it has been chosen. Measured on
JDK 17.
"""

from __future__ import annotations

from dataclasses import replace

from sn_mock.java.keystore.entries import Entry, EntryKind, KeyStore, LoadFailure, UsableKey
from sn_mock.java.keystore.generations import in_words_of
from sn_mock.java.keystore.pbe.budget import one_reading
from sn_mock.java.keystore.unlocking import unlock
from sn_mock.java.lang import jdk
from sn_mock.java.lang.jdk import REFERENCE, JavaName, Jdk
from sn_mock.java.lang.order import hash_map_order
from sn_mock.java.lang.thrown import JavaThrow
from sn_mock.java.x509.certificates import parse_certificate
from sn_mock.java.x509.private_keys import private_key_algorithm

_KEEPS_STORE = frozenset({"NEWSUNX509", "PKIX"})


@one_reading
def key_managers(
    store: KeyStore, key_password: str | None, *, algorithm: str = "SunX509", java: JavaName = REFERENCE
) -> tuple[UsableKey, ...] | LoadFailure:
    """The keys the factory of that algorithm would offer, in the order in which it asks them; or its refusal.

    `key_password` None is Java's null. Aliases are the keystore's own (NewSunX509 prefixes them when it answers).
    """
    opener = jdk.named(java)
    try:
        if algorithm.upper() in _KEEPS_STORE:
            return _chosen_later(store, key_password, opener)
        return _opened_at_once(store, key_password, opener)
    except JavaThrow as refused:
        return LoadFailure("kmf.init", in_words_of(opener, refused.chain, empty_file=False))


def trusted_certificates(store: KeyStore) -> tuple[bytes, ...]:
    """The certificates of the trusted entries, in the order of `aliases()`."""
    return tuple(entry.chain[0] for entry in store.entries if entry.kind is EntryKind.TRUSTED_CERTIFICATE)


def trust_anchors(store: KeyStore) -> tuple[bytes, ...]:
    """What `TrustManagerFactory.init` trusts: the trusted entries and, unexpectedly, the leaf of every key's chain."""
    kinds = (EntryKind.TRUSTED_CERTIFICATE, EntryKind.PRIVATE_KEY)
    return tuple(entry.chain[0] for entry in store.entries if entry.kind in kinds)


def _opened_at_once(store: KeyStore, key_password: str | None, java: Jdk) -> tuple[UsableKey, ...]:
    keys: dict[str, UsableKey] = {}
    for entry in store.entries:
        if entry.protected_key is None or entry.kind is EntryKind.TRUSTED_CERTIFICATE:
            continue
        pkcs8 = unlock(entry, key_password, java)
        if entry.kind is EntryKind.PRIVATE_KEY:
            keys[entry.alias] = _usable(entry, pkcs8, java)
    return tuple(keys[alias] for alias in hash_map_order(keys))


def _chosen_later(store: KeyStore, key_password: str | None, java: Jdk) -> tuple[UsableKey, ...]:
    return tuple(
        _asked_for(entry, key_password, java) for entry in store.entries if entry.kind is EntryKind.PRIVATE_KEY
    )


def _asked_for(entry: Entry, key_password: str | None, java: Jdk) -> UsableKey:
    """As `KeyStore.getEntry` gives it: not at all where key and certificate are of different algorithms."""
    try:
        pkcs8 = unlock(entry, key_password, java)
        own = private_key_algorithm(pkcs8, java)
        certified = parse_certificate(entry.chain[0], java).public_key.java_algorithm
    except JavaThrow:
        return _usable(entry, None, java)
    return replace(_usable(entry, pkcs8, java), refused=own if own != certified else "")


def _usable(entry: Entry, pkcs8: bytes | None, java: Jdk) -> UsableKey:
    """A key under the type that this Java knows it by: an algorithm it has no name for goes by its number."""
    key_type = parse_certificate(entry.chain[0], java).public_key.java_algorithm
    return UsableKey(entry.alias, key_type, entry.chain, pkcs8)
