"""Changing one entry of a keystore file while all others, and their passwords, stay as they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from sn_mock.failure import MockUsageError
from sn_mock.java.keystore.entries import Entry, EntryKind, KeyStore
from sn_mock.java.keystore.items import SealedKeyItem, StoreItem, TrustedItem
from sn_mock.java.keystore.jks.sun_writer import write_jceks, write_jks
from sn_mock.java.keystore.pkcs12.writer import write_pkcs12
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import REFERENCE, Jdk

_WRITERS: dict[str, Callable[[Sequence[StoreItem], str], bytes]] = {
    "JKS": write_jks,
    "JCEKS": write_jceks,
    "PKCS12": write_pkcs12,
}


_PBES2 = bytes.fromhex("06092a864886f70d01050d")
_PKCS12_SCHEMES = bytes.fromhex("060a2a864886f70d010c01")


def write_store(
    content: str, items: Sequence[StoreItem], password: str, *, like: bytes = b"", java: Jdk = REFERENCE
) -> bytes:
    """A store of that content; raises MockUsageError for a type that is not written.

    A PKCS#12 is encrypted as the file `like` is: one that an old Java reads stays readable to it. A new one is such
    that `java` can read it.
    """
    old_like = _PKCS12_SCHEMES in like and _PBES2 not in like
    if content.upper() == "PKCS12" and (old_like or not (like or java.has(Feature.PKCS12_OF_2021))):
        return write_pkcs12(items, password, encryption="legacy")
    writer = _WRITERS.get(content.upper())
    if writer is None:
        raise MockUsageError(f"keystores of type {content!r} are not written; take JKS, JCEKS or PKCS12")
    return writer(items, password)


def items_of(store: KeyStore) -> list[StoreItem]:
    """The store's entries for a writer of the same content; raises MockUsageError for what cannot be carried over."""
    return [_item(entry) for entry in store.entries]


def with_chain(items: Sequence[StoreItem], alias: str, chain: tuple[bytes, ...]) -> list[StoreItem]:
    """The items, the key under `alias` now with this chain."""
    return [
        replace(item, chain=chain) if isinstance(item, SealedKeyItem) and item.alias == alias else item
        for item in items
    ]


def _item(entry: Entry) -> StoreItem:
    if entry.kind is EntryKind.TRUSTED_CERTIFICATE:
        return TrustedItem(entry.alias, entry.chain[0], entry.created)
    if entry.kind is EntryKind.SECRET_KEY or entry.protected_key is None:
        raise MockUsageError(
            f"the keystore holds {entry.alias!r}, which cannot be carried over; use keytool for this store"
        )
    return SealedKeyItem(entry.alias, entry.protected_key, entry.chain, entry.created)
