"""The lab's keystore files: which keys and trusted certificates, under which aliases and passwords."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Literal

from guarded.values import dataclass
from sn_mock.java.keystore import KeyItem, StoreItem, TrustedItem, write_jks, write_pkcs12
from sn_mock.lab.pki.lab_pki import Pki

LAB_PASSWORD = "changeit"
"""The password of every lab keystore; Java's traditional default, and no secret."""


@dataclass(frozen=True, slots=True)
class KeySpec:
    """One private-key entry."""

    alias: str
    identity: str
    """Whose private key, and whose certificate chain."""
    chain: str = "full"
    """`full` (leaf to root), `leaf` (the leaf alone), `no-root`, or `reversed`."""
    certificates: str | None = None
    """Take the chain from another identity: a signed reply that was never imported over the self-signed one."""


@dataclass(frozen=True, slots=True)
class KeystoreSpec:
    """A keystore file to write. The default is one CA-signed key with its whole chain, as KB1648222 prescribes."""

    keys: tuple[KeySpec, ...] = (KeySpec("acme", "acme-client"),)
    trusted: tuple[tuple[str, str], ...] = ()
    """(alias, identity): trusted-certificate entries."""
    format: str = "JKS"
    """`JKS` or `PKCS12`."""
    encryption: Literal["modern", "legacy"] | None = None
    """Of PKCS#12: as keytool of JDK 16 and later, or as older ones; None: what the instance's Java can read."""
    password: str = field(default=LAB_PASSWORD, repr=False)
    key_password: str | None = field(default=None, repr=False)
    """None: the same as the store password, as KB0824494 demands."""


def write_keystore(pki: Pki, spec: KeystoreSpec) -> bytes:
    """The file's bytes."""
    items: list[StoreItem] = [_key(pki, key, spec.key_password) for key in spec.keys]
    items += [TrustedItem(alias, pki[identity].der, pki.now) for alias, identity in spec.trusted]
    if spec.format != "PKCS12":
        return write_jks(items, spec.password)
    return write_pkcs12(items, spec.password, encryption=spec.encryption or "modern")


def _key(pki: Pki, spec: KeySpec, password: str | None) -> KeyItem:
    chain = pki[spec.certificates or spec.identity].der_chain
    return KeyItem(spec.alias, pki[spec.identity].pkcs8, _CHAINS[spec.chain](chain), password, pki.now)


_CHAINS: Mapping[str, Callable[[tuple[bytes, ...]], tuple[bytes, ...]]] = {
    "full": lambda chain: chain,
    "leaf": lambda chain: chain[:1],
    "no-root": lambda chain: chain[:-1],
    "reversed": lambda chain: chain[::-1],
}
