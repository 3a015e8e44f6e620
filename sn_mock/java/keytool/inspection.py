"""Describing a keystore file for people: what Java sees in it, and what will hurt later (`sn-mock keystore show`)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from guarded.values import dataclass
from sn_mock.java.jsse.grading import grade
from sn_mock.java.keystore.entries import Entry, EntryKind, KeyStore, LoadFailure, UsableKey
from sn_mock.java.keystore.key_managers import key_managers
from sn_mock.java.keystore.loading import load
from sn_mock.java.keytool.warning_rules import Observation, harmless_of, warnings_for
from sn_mock.java.lang import jdk
from sn_mock.java.lang.jdk import REFERENCE, JavaName
from sn_mock.java.x509.certificates import Certificate, parse_certificate

_KEY_TYPE_ORDER = ("RSA", "EC", "RSASSA-PSS", "EdDSA", "DSA")
"""The order in which the keys are listed; the numbers of NewSunX509's aliases depend on who asks in which order."""


@dataclass(frozen=True, slots=True)
class CertificateReport:
    """One certificate of a chain."""

    subject: str
    issuer: str
    serial: int
    not_before: datetime
    not_after: datetime
    key_type: str
    key_bits: int | None
    signature_algorithm: str
    sha256: str
    eku: tuple[str, ...] | None
    """Extended key usages by Java's names; None without the extension, which allows every use."""

    def to_json(self) -> dict[str, Any]:
        """All fields; dates as ISO 8601 in UTC."""
        return {
            "subject": self.subject,
            "issuer": self.issuer,
            "serial": f"{self.serial:x}",
            "not_before": self.not_before.isoformat(),
            "not_after": self.not_after.isoformat(),
            "key_type": self.key_type,
            "key_bits": self.key_bits,
            "signature_algorithm": self.signature_algorithm,
            "sha256": self.sha256,
            "eku": None if self.eku is None else list(self.eku),
        }


@dataclass(frozen=True, slots=True)
class EntryReport:
    """One alias."""

    alias: str
    kind: EntryKind
    key_type: str | None
    chain: tuple[CertificateReport, ...]
    created: datetime | None

    def to_json(self) -> dict[str, Any]:
        """The contract's entry; `certificates` and `created` are added to it."""
        return {
            "alias": self.alias,
            "kind": str(self.kind),
            "key_type": self.key_type,
            "chain": [certificate.subject for certificate in self.chain],
            "created": None if self.created is None else self.created.isoformat(),
            "certificates": [certificate.to_json() for certificate in self.chain],
        }


@dataclass(frozen=True, slots=True)
class KeyStoreReport:
    """A keystore file as Java sees it."""

    file: str
    declared_type: str
    content: str
    """What the bytes are: JKS, JCEKS, PKCS12, or what else they look like."""
    usable_keys: tuple[str, ...]
    """`<key type>:<alias>` as the key manager of the chosen algorithm names them."""
    entries: tuple[EntryReport, ...]
    failure: LoadFailure | None
    warnings: tuple[str, ...]
    harmless: tuple[str, ...] = ()
    """Those of the warnings that ask for no correction while calls succeed."""

    def to_json(self) -> dict[str, Any]:
        """The contract's `keystore show` document."""
        failure = None
        if self.failure is not None:
            java = [throwable.to_json() for throwable in self.failure.java]
            failure = {"failed_at": self.failure.failed_at, "java": java}
        return {
            "file": self.file,
            "declared_type": self.declared_type,
            "content": self.content,
            "usable_keys": list(self.usable_keys),
            "entries": [entry.to_json() for entry in self.entries],
            "failure": failure,
            "warnings": list(self.warnings),
        }


def inspect(
    name: str,
    data: bytes,
    declared_type: str,
    password: str | None,
    key_password: str | None,
    algorithm: str = "SunX509",
    *,
    java: JavaName = REFERENCE,
    when: datetime | None = None,
    compat: bool = True,
) -> KeyStoreReport:
    """What Java does with this file, as a report; `when` (now if None) is the date for the warnings on validity.

    `java` and `compat` are as in `load`.
    """
    store = load(data, declared_type, password, java=java, compat=compat)
    keys: tuple[UsableKey, ...] | LoadFailure = ()
    if isinstance(store, KeyStore):
        keys = key_managers(store, key_password, algorithm=algorithm, java=java)
    observation = Observation(
        file_name=name,
        data=data,
        declared_type=declared_type,
        password=password,
        key_password=key_password,
        store=store,
        keys=keys,
        when=datetime.now(UTC) if when is None else when,
        java=jdk.named(java),
    )
    return report_on(observation, algorithm)


def report_on(observation: Observation, algorithm: str) -> KeyStoreReport:
    """The report on a file that has been opened already, its keys by that algorithm's key manager."""
    store, keys = observation.store, observation.keys
    failure = store if isinstance(store, LoadFailure) else keys if isinstance(keys, LoadFailure) else None
    return KeyStoreReport(
        file=observation.file_name,
        declared_type=observation.declared_type,
        content=observation.content,
        usable_keys=() if isinstance(keys, LoadFailure) else _usable(keys, algorithm, observation),
        entries=() if isinstance(store, LoadFailure) else tuple(_entry(entry) for entry in store.entries),
        failure=failure,
        warnings=warnings_for(observation),
        harmless=harmless_of(observation),
    )


def _usable(keys: tuple[UsableKey, ...], algorithm: str, seen: Observation) -> tuple[str, ...]:
    """By key type as `getClientAliases` is asked.

    NewSunX509 puts the fit ones first and calls a key `<count>.<keystore>.<alias>`: the first number goes up with every
    alias that it gives out. A key type without a name in this Java is never asked for.
    """
    numbered = algorithm.upper() != "SUNX509"
    if numbered:
        keys = tuple(sorted(keys, key=lambda key: grade(parse_certificate(key.chain[0]), seen.when, seen.java)))
    named = {key.key_type for key in keys if not key.key_type[0].isdigit()}
    types = [*_KEY_TYPE_ORDER, *sorted(named - set(_KEY_TYPE_ORDER))]
    listed = [key for key_type in types for key in keys if key.key_type == key_type]
    return tuple(
        f"{key.key_type}:{f'{count}.0.' if numbered else ''}{key.alias}"
        + (" (no key!)" if key.pkcs8 is None or key.refused else "")
        for count, key in enumerate(listed, start=1)
    )


def _entry(entry: Entry) -> EntryReport:
    chain = tuple(describe(parse_certificate(certificate)) for certificate in entry.chain)
    return EntryReport(entry.alias, entry.kind, entry.key_type, chain, entry.created)


def describe(certificate: Certificate) -> CertificateReport:
    """One certificate for a report."""
    return CertificateReport(
        subject=certificate.subject.rfc2253(),
        issuer=certificate.issuer.rfc2253(),
        serial=certificate.serial,
        not_before=certificate.not_before,
        not_after=certificate.not_after,
        key_type=certificate.public_key.java_algorithm,
        key_bits=certificate.public_key.bits,
        signature_algorithm=certificate.signature_algorithm.name,
        sha256=certificate.sha256,
        eku=certificate.extended_key_usage,
    )
