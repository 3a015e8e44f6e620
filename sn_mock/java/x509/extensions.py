"""Certificate extensions as Java takes them in: only a broken critical one refuses the certificate.

A broken one that is not critical is absent for every rule of Java's; only its raw value can still be asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import cast

from guarded.values import dataclass
from sn_mock.java.asn1 import der, oids
from sn_mock.java.asn1.oids import oid_named
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import Jdk
from sn_mock.java.lang.thrown import JavaThrow, io
from sn_mock.java.x509 import extension_values, general_names
from sn_mock.java.x509 import location_values as x509_location_values
from sn_mock.java.x509.extension_values import (
    NOT_CA,
    PARSERS,
    AuthorityKeyId,
    NameConstraints,
    Policy,
    PolicyConstraints,
)
from sn_mock.java.x509.general_names import GeneralName

_OCSP = oid_named("OCSP")


@dataclass(frozen=True, slots=True)
class Extensions:
    """The extensions of one certificate; the views give None for one that is absent or that Java could not parse."""

    values: Mapping[str, bytes] = field(default_factory=dict)
    """`getExtensionValue` by OID, without its OCTET STRING: also of extensions that Java could not parse."""
    critical: frozenset[str] = frozenset()
    parsed: Mapping[str, object] = field(default_factory=dict)
    """What the parsers of `x509_extension_values` made of the extensions that Java knows."""

    @property
    def key_usage(self) -> frozenset[str] | None:
        """Names of `KEY_USAGE_BITS` that are set (`getKeyUsage`)."""
        return cast("frozenset[str] | None", self.parsed.get(extension_values.KEY_USAGE))

    @property
    def extended_key_usage(self) -> tuple[str, ...] | None:
        """Dotted OIDs (`getExtendedKeyUsage`)."""
        return cast("tuple[str, ...] | None", self.parsed.get(extension_values.EXTENDED_KEY_USAGE))

    def unreadable_usage(self, java: Jdk) -> str | None:
        """Java's complaint where `getExtendedKeyUsage` throws; None where it does not, or the Java never does."""
        encoded = self.values.get(extension_values.EXTENDED_KEY_USAGE)
        if encoded is None or self.extended_key_usage is not None or not java.has(Feature.TELLS_UNREADABLE_USAGE):
            return None
        try:
            PARSERS[extension_values.EXTENDED_KEY_USAGE](encoded, False, java)
        except JavaThrow as refused:
            return refused.said
        return None

    @property
    def basic_constraints(self) -> int:
        """`getBasicConstraints()`: the path length, NO_LIMIT for a CA without one, NOT_CA without the extension too."""
        return cast("int", self.parsed.get(extension_values.BASIC_CONSTRAINTS, NOT_CA))

    @property
    def alternative_names(self) -> tuple[GeneralName, ...] | None:
        """The subject's alternative names, at least one."""
        return cast("tuple[GeneralName, ...] | None", self.parsed.get(extension_values.ALTERNATIVE_NAMES))

    @property
    def name_constraints(self) -> NameConstraints | None:
        """A CA's constraints on the names below it."""
        return cast("NameConstraints | None", self.parsed.get(extension_values.NAME_CONSTRAINTS))

    @property
    def authority_key_id(self) -> AuthorityKeyId | None:
        """Which key signed this certificate."""
        return cast("AuthorityKeyId | None", self.parsed.get(extension_values.AUTHORITY_KEY_ID))

    @property
    def policies(self) -> tuple[Policy, ...] | None:
        """The certificate policies."""
        return cast("tuple[Policy, ...] | None", self.parsed.get(extension_values.POLICIES))

    @property
    def policy_mappings(self) -> tuple[tuple[str, str], ...]:
        """(issuer's domain, subject's domain); () without the extension."""
        return cast("tuple[tuple[str, str], ...]", self.parsed.get(extension_values.POLICY_MAPPINGS, ()))

    @property
    def policy_constraints(self) -> PolicyConstraints | None:
        """When a policy is required."""
        return cast("PolicyConstraints | None", self.parsed.get(extension_values.POLICY_CONSTRAINTS))

    @property
    def inhibit_any_policy(self) -> int | None:
        """After how many certificates anyPolicy stands for nothing."""
        return cast("int | None", self.parsed.get(extension_values.INHIBIT_ANY_POLICY))

    @property
    def netscape_type(self) -> frozenset[int] | None:
        """The bits of the Netscape certificate type: 0 SSL client, 1 SSL server, 5 SSL CA."""
        return cast("frozenset[int] | None", self.parsed.get(extension_values.NETSCAPE_TYPE))

    @property
    def crl_uris(self) -> tuple[str, ...]:
        """Where CRLs are published."""
        names = cast("tuple[GeneralName, ...]", self.parsed.get(x509_location_values.CRL_POINTS, ()))
        return tuple(name.text for name in names if name.kind == general_names.URI)

    @property
    def ocsp_uris(self) -> tuple[str, ...]:
        """Where OCSP responders are."""
        found = self.parsed.get(x509_location_values.AUTHORITY_INFO, ())
        return tuple(
            location.text
            for method, location in cast("tuple[tuple[str, GeneralName], ...]", found)
            if method == _OCSP and location.kind == general_names.URI
        )


def parse_extensions(cursor: der.Input) -> Extensions:
    """The `Extensions` SEQUENCE of RFC 5280 section 4.1; raises the JDK's IOExceptions."""
    taken: dict[str, bytes] = {}
    unparseable: dict[str, bytes] = {}
    critical: set[str] = set()
    parsed: dict[str, object] = {}
    for member in cursor.sequence():
        oid, is_critical, value = _extension(member)
        if is_critical:
            critical.add(oid)
        parser = PARSERS.get(oid)
        try:
            content = None if parser is None else parser(value, is_critical, member.java)
        except JavaThrow as refused:
            if not is_critical:
                unparseable[oid] = value
                continue
            if refused.is_io:
                raise
            raise io(str(refused), refused) from None
        if oid in taken:
            raise io("Duplicate extensions not allowed")
        taken[oid] = value
        if parser is not None:
            parsed[oid] = content
    return Extensions(unparseable | taken, frozenset(critical), parsed)


def _extension(value: der.Value) -> tuple[str, bool, bytes]:
    cursor = value.input()
    oid = oids.oid_text(cursor.oid())
    content = cursor.value()
    is_critical = False
    if content.tag == der.BOOLEAN:
        is_critical = content.boolean()
        content = cursor.value()
    return oid, is_critical, content.octet_string()
