"""What a handshake settled: protocol and cipher suite, and which key was shown or passed over."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from guarded.values import dataclass


class PassedOverCause(StrEnum):
    """What spoke against a key, in a word for rules."""

    KEY_TYPE = "key-type"
    """The provider asked for other types of keys."""
    CA_NAMES = "ca-names"
    """Its chain names no CA that the provider names."""
    CONSTRAINTS = "constraints"
    """Its key or signature is too weak for Java."""
    ANOTHER = "another"
    """Another key was chosen first, or suits better."""


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A key that was not chosen, and why."""

    keystore: str
    alias: str
    why: str
    cause: PassedOverCause = PassedOverCause.ANOTHER
    keystore_id: str = ""
    """The keystore record's sys_id (names need not be unique)."""

    def to_json(self) -> dict[str, Any]:
        """One element of the contract's `rejected`."""
        return {"keystore": self.keystore, "alias": self.alias, "why": self.why}


@dataclass(frozen=True, slots=True)
class KeyChoice:
    """The key manager's answer to the provider's CertificateRequest."""

    keystore: str | None
    alias: str | None
    subject: str | None
    """RFC 2253 text of the chosen leaf's subject."""
    sent: bool
    """True when a Certificate message with that chain went out; False when it was empty, or the connection broke before
    it left."""
    chain: tuple[bytes, ...] = ()
    """The DER certificates that were sent."""
    rejected: tuple[PassedOver, ...] = ()
    keystore_id: str = ""
    """The keystore record's sys_id (names need not be unique)."""
    withheld: str = ""
    """Why a key was chosen and its chain does not go out all the same; empty where it goes out, or none was chosen."""

    @property
    def outcome(self) -> str:
        """What goes out, to follow `would send`: `alias a of keystore K`, or none and why."""
        named = f"alias {self.alias} of keystore {self.keystore}"
        if self.alias is None:
            return "no client certificate"
        return named if self.sent else f"no client certificate: {named} is chosen, but {self.withheld}"

    def to_json(self) -> dict[str, Any]:
        """The contract's `key_choice` object."""
        return {
            "keystore": self.keystore,
            "alias": self.alias,
            "subject": self.subject,
            "sent": self.sent,
            "withheld": self.withheld or None,
            "rejected": [key.to_json() for key in self.rejected],
        }


@dataclass(frozen=True, slots=True)
class TlsSession:
    """What was negotiated: the protocol (`TLSv1.3`) and the cipher suite by its Java (IANA) name."""

    version: str
    cipher: str

    def to_json(self) -> dict[str, Any]:
        """The contract's `tls` object."""
        return {"version": self.version, "cipher": self.cipher}
