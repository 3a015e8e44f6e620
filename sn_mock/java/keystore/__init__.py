"""Keystores as Java reads them: JKS, JCEKS and PKCS#12.

Nouns:

* **file** — the bytes of an attachment; they may be anything.
* **declared type** — what the record claims (`JKS`, `PKCS12`, …); Java tries it first and sometimes the other one too.
* **KeyStore** — what Java holds after `load`: entries in the order of `aliases()`.
* **Entry** — one alias: a private key with its chain, a trusted certificate, a secret key. Its key is still encrypted.
* **LoadFailure** — Java's refusal: at which step, and the chain of exceptions.
* **UsableKey** — a key that a key manager opened with the key password and may choose.
* **JavaThrow** — Java's exception while the readers run; it becomes a LoadFailure at the surface.

Flow: `load(file, declared type, password)` → `KeyStore` → `key_managers(store, key password)` → `UsableKey`s, in the
order in which Java asks them. `trusted_certificates` gives the trusted entries, `trust_anchors` what Java trusts.
`write_jks` and `write_pkcs12` go the other way. `sn_mock.java.keytool` describes a file for people, and makes and mends
keystores as keytool does.

The writers are loaded when first used: a call only reads.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from sn_mock.java.keystore.entries import Entry, EntryKind, KeyStore, LoadFailure, UsableKey
from sn_mock.java.keystore.items import KeyItem, StoreItem, TrustedItem
from sn_mock.java.keystore.key_managers import key_managers, trust_anchors, trusted_certificates
from sn_mock.java.keystore.loading import load

if TYPE_CHECKING:
    from sn_mock.java.keystore.jks.sun_writer import write_jceks, write_jks
    from sn_mock.java.keystore.pkcs12.writer import write_pkcs12

__all__ = [
    "Entry",
    "EntryKind",
    "KeyItem",
    "KeyStore",
    "LoadFailure",
    "StoreItem",
    "TrustedItem",
    "UsableKey",
    "key_managers",
    "load",
    "trust_anchors",
    "trusted_certificates",
    "write_jceks",
    "write_jks",
    "write_pkcs12",
]

_WRITERS = {
    "write_jceks": "sn_mock.java.keystore.jks.sun_writer",
    "write_jks": "sn_mock.java.keystore.jks.sun_writer",
    "write_pkcs12": "sn_mock.java.keystore.pkcs12.writer",
}


def __getattr__(name: str) -> Any:
    """Load a writer on first use (PEP 562)."""
    if name not in _WRITERS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_WRITERS[name]), name)
