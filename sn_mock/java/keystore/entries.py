"""The nouns of a keystore as Java holds it in memory after `KeyStore.load`."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from enum import StrEnum
from typing import Literal

from guarded.values import dataclass
from sn_mock.failure import JavaChain
from sn_mock.java.lang.jdk import REFERENCE, Jdk
from sn_mock.java.lang.lower_case import lower
from sn_mock.java.x509.certificates import parse_certificate


class EntryKind(StrEnum):
    """What an alias names."""

    PRIVATE_KEY = "PrivateKey"
    """A private key with its certificate chain: the only kind that can answer a CertificateRequest."""
    TRUSTED_CERTIFICATE = "TrustedCertificate"
    """A certificate to trust; it never authenticates the instance."""
    SECRET_KEY = "SecretKey"
    """A symmetric key (JCEKS and PKCS#12 only); TLS ignores it."""
    KEY_WITHOUT_CHAIN = "key without certificate chain"
    """A private key without its certificates, e.g. in a PKCS#12 opened with a null password; TLS ignores it."""


class Protection(StrEnum):
    """Which algorithm family guards a key inside its store, and so in which words a wrong key password is told."""

    JKS = "JKS"
    JCEKS = "JCEKS"
    PKCS12 = "PKCS12"


@dataclass(frozen=True, slots=True)
class Entry:
    """One alias of a loaded keystore."""

    alias: str
    """As `KeyStore.aliases()` returns it (lower case for every type but CaseExactJKS)."""
    kind: EntryKind
    chain: tuple[bytes, ...] = ()
    """DER certificates, leaf first, exactly as Java would send them; one certificate for a trusted entry."""
    protected_key: bytes | None = field(default=None, repr=False)
    """The still encrypted key; it is opened only by `key_managers`."""
    created: datetime | None = None
    protection: Protection = Protection.JKS
    stored_alias: str | None = None
    """The name as the file has it, letter case included; None where Java made one up."""

    @property
    def key_type(self) -> str | None:
        """Java's name for the leaf's public key algorithm (RSA, EC, EdDSA, DSA, RSASSA-PSS, …); None without one."""
        return parse_certificate(self.chain[0]).public_key.java_algorithm if self.chain else None


@dataclass(frozen=True, slots=True)
class KeyStore:
    """A keystore that Java loaded."""

    declared_type: str
    content: str
    """What the bytes really are: JKS, JCEKS or PKCS12."""
    entries: tuple[Entry, ...] = ()
    """In the order of `KeyStore.aliases()`."""

    def entry(self, alias: str, java: Jdk = REFERENCE) -> Entry | None:
        """The entry of that alias, found as `KeyStore.isKeyEntry(alias)` finds it; None where there is none."""
        wanted = alias if self.declared_type.upper() == "CASEEXACTJKS" else lower(alias, java)
        return next((entry for entry in self.entries if entry.alias == wanted), None)


@dataclass(frozen=True, slots=True)
class LoadFailure:
    """Java refused: the type's name, the file while loading it, or a key while `KeyManagerFactory.init` opened it."""

    failed_at: Literal["getInstance", "load", "kmf.init"]
    java: JavaChain


@dataclass(frozen=True, slots=True)
class UsableKey:
    """A key that a key manager may choose: opened with the key password and accompanied by a chain."""

    alias: str
    key_type: str
    """Java's name of the leaf's public key algorithm; it is what Java compares with the server's wish."""
    chain: tuple[bytes, ...]
    pkcs8: bytes | None = field(default=None, repr=False)
    """The private key; None where the key manager only notices at signing time that it cannot open it (NewSunX509)."""
    refused: str = ""
    """NewSunX509: the key's own algorithm, where it is not its certificate's, so that `KeyStore.getEntry` fails."""
