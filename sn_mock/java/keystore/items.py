"""What the writers put into a keystore."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from datetime import UTC, datetime

from guarded.values import dataclass
from sn_mock.failure import MockUsageError
from sn_mock.java.lang.jdk import REFERENCE
from sn_mock.java.lang.lower_case import lower


@dataclass(frozen=True, slots=True)
class KeyItem:
    """A private key and its chain, leaf first."""

    alias: str
    pkcs8: bytes = field(repr=False)
    """The key as unencrypted PKCS#8 DER."""
    chain: Sequence[bytes]
    """DER certificates."""
    password: str | None = field(default=None, repr=False)
    """The key's own password; None takes the store's, which is what ServiceNow needs."""
    created: datetime | None = None


@dataclass(frozen=True, slots=True)
class SealedKeyItem:
    """A key that is already encrypted in the format of the store it goes to; it keeps its password."""

    alias: str
    protected_key: bytes = field(repr=False)
    """The EncryptedPrivateKeyInfo."""
    chain: Sequence[bytes]
    created: datetime | None = None


@dataclass(frozen=True, slots=True)
class TrustedItem:
    """A certificate to trust."""

    alias: str
    certificate: bytes
    """DER."""
    created: datetime | None = None


StoreItem = KeyItem | SealedKeyItem | TrustedItem


def by_alias(items: Sequence[StoreItem]) -> dict[str, StoreItem]:
    """The items by the lower-case alias Java would store; raises MockUsageError where two items would share one."""
    found: dict[str, StoreItem] = {}
    for item in items:
        alias = lower(item.alias, REFERENCE)
        if alias in found:
            raise MockUsageError(f"two entries would have the alias {alias!r}; Java ignores letter case in aliases")
        found[alias] = item
    return found


def millis(created: datetime | None) -> int:
    """A creation time in milliseconds since 1970, as Java stores it; now for None."""
    moment = datetime.now(UTC) if created is None else created
    return int(moment.timestamp() * 1000)
