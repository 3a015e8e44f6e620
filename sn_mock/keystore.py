"""Keystores as Java reads them, for whoever uses sn-mock as a library; they live in `sn_mock.java.keystore`."""

from sn_mock.java.keystore import (
    Entry,
    EntryKind,
    KeyItem,
    KeyStore,
    LoadFailure,
    StoreItem,
    TrustedItem,
    UsableKey,
    key_managers,
    load,
    trust_anchors,
    trusted_certificates,
    write_jceks,
    write_jks,
    write_pkcs12,
)

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
