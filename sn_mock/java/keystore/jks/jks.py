"""Reading a JKS file: entries into a Hashtable, looked up in lower case unless the type is CaseExactJKS."""

from __future__ import annotations

from sn_mock.java.keystore.entries import Entry, EntryKind, Protection
from sn_mock.java.keystore.jks import sun_store
from sn_mock.java.keystore.jks.sun_store import StoredEntry
from sn_mock.java.lang.jdk import Jdk
from sn_mock.java.lang.lower_case import lower
from sn_mock.java.lang.order import hashtable_order

_MAGICS = frozenset({sun_store.JKS_MAGIC})


def read(data: bytes, password: str | None, java: Jdk) -> tuple[Entry, ...]:
    """The entries in the order of `aliases()`; raises the JDK's exceptions."""
    return as_enumerated(sun_store.read(data, password, _MAGICS, java), Protection.JKS, java)


def read_case_exact(data: bytes, password: str | None, java: Jdk) -> tuple[Entry, ...]:
    """The same for CaseExactJKS, which looks an alias up as it is written."""
    return as_enumerated(sun_store.read(data, password, _MAGICS, java), Protection.JKS, java, case_exact=True)


def as_enumerated(
    stored: list[StoredEntry], protection: Protection, java: Jdk, *, case_exact: bool = False
) -> tuple[Entry, ...]:
    """As a Hashtable enumerates what was put in file order; a repeated alias replaces the earlier entry.

    Java asks for each enumerated alias in lower case, so an entry that another tool stored under a mixed-case alias is
    enumerated and yet not found.
    """
    by_alias = {entry.alias: entry for entry in stored}
    aliases = hashtable_order(entry.alias for entry in stored)
    return tuple(
        _entry(alias, by_alias.get(alias if case_exact else lower(alias, java)), protection) for alias in aliases
    )


def _entry(alias: str, stored: StoredEntry | None, protection: Protection) -> Entry:
    if stored is None:
        return Entry(alias, EntryKind.KEY_WITHOUT_CHAIN, protection=protection)
    return Entry(alias, _kind(stored), stored.chain, stored.protected_key, stored.created, protection)


def _kind(stored: StoredEntry) -> EntryKind:
    if stored.tag == sun_store.TRUSTED_CERTIFICATE:
        return EntryKind.TRUSTED_CERTIFICATE
    if stored.tag == sun_store.SECRET_KEY:
        return EntryKind.SECRET_KEY
    return EntryKind.PRIVATE_KEY if stored.chain else EntryKind.KEY_WITHOUT_CHAIN
