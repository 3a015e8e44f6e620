"""What Java reads out of the extensions it knows, and what it refuses: a value refused makes the extension unparseable.

Formats: RFC 5280 section 4.2. Which slips Java tolerates and how it words the others was measured on JDK 17.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from guarded.values import dataclass
from sn_mock.java.asn1 import der, oids, reading
from sn_mock.java.asn1 import times as der_times
from sn_mock.java.asn1.oids import oid_named
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import REFERENCE, Jdk
from sn_mock.java.lang.thrown import JavaThrow, io, out_of_bounds
from sn_mock.java.x509.general_names import GeneralName, parse_name, parse_names
from sn_mock.java.x509.location_values import LOCATION_PARSERS

Parser = Callable[[bytes, bool, Jdk], object]
"""(value of the extension, is it critical, whose reader) to what Java keeps of it; raises Java's exceptions."""

KEY_USAGE_BITS = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)
NO_LIMIT = 0x7FFFFFFF
"""Java's Integer.MAX_VALUE: a CA without a path length, an inhibitAnyPolicy that inhibits nothing."""
NOT_CA = -1
NOT_GIVEN = -1


@dataclass(frozen=True, slots=True)
class AuthorityKeyId:
    """Which key, and which certificate of it, signed this one."""

    key_id: bytes | None = None
    issuer: tuple[GeneralName, ...] | None = None
    serial: int | None = None


@dataclass(frozen=True, slots=True)
class Subtree:
    """One subtree of a name constraint."""

    base: GeneralName
    minimum: int = 0
    maximum: int = -1


@dataclass(frozen=True, slots=True)
class NameConstraints:
    """Subtrees a CA's certificates must, and must not, fall into; None where that half is absent."""

    permitted: tuple[Subtree, ...] | None = None
    excluded: tuple[Subtree, ...] | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """One certificate policy."""

    oid: str
    qualified: bool
    """It comes with qualifiers."""


@dataclass(frozen=True, slots=True)
class PolicyConstraints:
    """After how many certificates a policy is required, and mappings stop counting; -1: not said."""

    require_explicit: int = NOT_GIVEN
    inhibit_mapping: int = NOT_GIVEN


def _in_sequence(encoded: bytes, complaint: str, java: Jdk) -> der.Input:
    value = reading.value(encoded, java)
    if value.tag != der.SEQUENCE:
        raise io(complaint)
    return value.data


def _subject_key_id(encoded: bytes, _critical: bool, java: Jdk) -> bytes:
    return reading.value(encoded, java).octet_string()


def _authority_key_id(encoded: bytes, _critical: bool, java: Jdk) -> AuthorityKeyId:
    return parse_authority_key_id(encoded, java)


def parse_authority_key_id(encoded: bytes, java: Jdk = REFERENCE) -> AuthorityKeyId:
    """An AuthorityKeyIdentifier; raises Java's exceptions."""
    complaint = "Invalid encoding for AuthorityKeyIdentifierExtension."
    seen: set[int] = set()
    key_id, issuer, serial = None, None, None
    cursor = _in_sequence(encoded, complaint, java)
    while cursor.available:
        item = cursor.value()
        number = item.tag & 0x1F
        if not item.is_context() or number > 2 or item.is_constructed is not (number == 1):
            raise io("Invalid encoding of AuthorityKeyIdentifierExtension.")
        if number in seen:
            field = ("KeyIdentifier", "GeneralNames", "SerialNumber")[number]
            raise io(f"Duplicate {field} in AuthorityKeyIdentifier.")
        seen.add(number)
        if number == 0:
            key_id = item.content
        elif number == 1:
            item.tag = der.SEQUENCE
            issuer = parse_names(item)
        else:
            item.tag = der.INTEGER
            serial = item.big_integer()
    return AuthorityKeyId(key_id, issuer, serial)


def _key_usage(encoded: bytes, _critical: bool, java: Jdk) -> frozenset[str]:
    if not encoded:
        raise out_of_bounds(0, 0, java)
    if encoded[0] == der.OCTET_STRING:
        encoded = reading.value(encoded, java).octet_string()
    return frozenset(KEY_USAGE_BITS[n] for n in _bits(encoded, _critical, java) if n < len(KEY_USAGE_BITS))


def _bits(encoded: bytes, _critical: bool, java: Jdk) -> frozenset[int]:
    """The numbers of the bits that are set."""
    length, octets = reading.value(encoded, java).bit_array()
    return frozenset(n for n in range(length) if octets[n // 8] & 0x80 >> n % 8)


def _private_key_usage(encoded: bytes, _critical: bool, java: Jdk) -> None:
    seen: set[int] = set()
    for item in reading.cursor(encoded, java).sequence():
        number = item.tag & 0x1F
        if not item.is_context() or number > 1 or item.is_constructed:
            raise io("Invalid encoding of PrivateKeyUsageExtension")
        if number in seen:
            field = ("notBefore", "notAfter")[number]
            message = f"Duplicate {field} in PrivateKeyUsage."
            raise JavaThrow("java.security.cert.CertificateParsingException", message)
        seen.add(number)
        der_times.generalized_time(reading.value(der.encode(der.GENERALIZED_TIME, item.content), java))


def _names(encoded: bytes, _critical: bool, java: Jdk) -> tuple[GeneralName, ...]:
    return parse_names(reading.value(encoded, java))


def _basic_constraints(encoded: bytes, _critical: bool, java: Jdk) -> int:
    """`getBasicConstraints()`: the path length, NO_LIMIT for a CA without one, NOT_CA for everybody else."""
    cursor = _in_sequence(encoded, "Invalid encoding of BasicConstraints", java)
    if not cursor.available:
        return NOT_CA
    item = cursor.value()
    if item.tag != der.BOOLEAN:
        return NOT_CA
    is_ca = item.boolean()
    length = NO_LIMIT
    if cursor.available:
        item = cursor.value()
        if item.tag != der.INTEGER:
            raise io("Invalid encoding of BasicConstraints")
        length = item.integer()
    return length if is_ca else NOT_CA


def _integer(encoded: bytes, _critical: bool, java: Jdk) -> None:
    reading.value(encoded, java).big_integer()


def _enumerated(encoded: bytes, _critical: bool, java: Jdk) -> None:
    reading.value(encoded, java).integer(der.ENUMERATED)


def _name_constraints(encoded: bytes, _critical: bool, java: Jdk) -> NameConstraints:
    halves: dict[int, tuple[Subtree, ...]] = {}
    cursor = _in_sequence(encoded, "Invalid encoding for NameConstraintsExtension.", java)
    while cursor.available:
        item = cursor.value()
        number = item.tag & 0x1F
        if not item.is_context() or number > 1 or not item.is_constructed:
            raise io("Invalid encoding of NameConstraintsExtension.")
        if number in halves:
            field = ("permitted", "excluded")[number]
            raise io(f"Duplicate {field} GeneralSubtrees in NameConstraintsExtension.")
        subtrees = []
        while item.data.available:
            subtrees.append(_subtree(item.data.value()))
        halves[number] = tuple(subtrees)
    return NameConstraints(halves.get(0), halves.get(1))


def _subtree(value: der.Value) -> Subtree:
    if value.tag != der.SEQUENCE:
        raise io("Invalid encoding for GeneralSubtree.")
    base = parse_name(value.data.value(), constraint=True)
    distances = {0: 0, 1: -1}
    while value.data.available:
        item = value.data.value()
        if not item.is_context() or item.tag & 0x1F > 1 or item.is_constructed:
            raise io("Invalid encoding of GeneralSubtree.")
        number = item.tag & 0x1F
        item.tag = der.INTEGER
        distances[number] = item.integer()
    return Subtree(base, distances[0], distances[1])


def _policy_mappings(encoded: bytes, _critical: bool, java: Jdk) -> tuple[tuple[str, str], ...]:
    """(issuer's domain, subject's domain), in order."""
    maps = []
    cursor = _in_sequence(encoded, "Invalid encoding for PolicyMappingsExtension.", java)
    while cursor.available:
        item = cursor.value()
        if item.tag != der.SEQUENCE:
            raise io("Invalid encoding for CertificatePolicyMap")
        maps.append((oids.oid_text(item.data.value().oid()), oids.oid_text(item.data.value().oid())))
    return tuple(maps)


def _policy_constraints(encoded: bytes, _critical: bool, java: Jdk) -> PolicyConstraints:
    numbers = {0: NOT_GIVEN, 1: NOT_GIVEN}
    cursor = _in_sequence(encoded, "Sequence tag missing for PolicyConstraint.", java)
    while cursor.available:
        item = cursor.value()
        number = item.tag & 0x1F
        if not item.is_context() or number > 1 or item.is_constructed:
            raise io("Invalid encoding of PolicyConstraint")
        if numbers[number] != NOT_GIVEN:
            field = ("requireExplicitPolicy", "inhibitPolicyMapping")[number]
            blank = " " if java.has(Feature.DUPLICATE_POLICY_TEXT) else ""
            raise io(f"Duplicate {field}{blank}found in the PolicyConstraintsExtension")
        item.tag = der.INTEGER
        numbers[number] = item.integer()
    return PolicyConstraints(numbers[0], numbers[1])


def _policies(encoded: bytes, _critical: bool, java: Jdk) -> tuple[Policy, ...]:
    found = []
    cursor = _in_sequence(encoded, "Invalid encoding for CertificatePoliciesExtension.", java)
    while cursor.available:
        item = cursor.value()
        if item.tag != der.SEQUENCE:
            raise io("Invalid encoding of PolicyInformation")
        oid = oids.oid_text(item.data.value().oid())
        qualified = bool(item.data.available)
        if qualified:
            _check_qualifiers(item.data.value())
        found.append(Policy(oid, qualified))
    return tuple(found)


def _check_qualifiers(value: der.Value) -> None:
    if value.tag != der.SEQUENCE:
        raise io("Invalid encoding of PolicyInformation")
    if not value.data.available:
        raise io("No data available in policyQualifiers")
    while value.data.available:
        qualifier = reading.value(value.data.value().encoded(), value.java)
        if qualifier.tag != der.SEQUENCE:
            raise io("Invalid encoding for PolicyQualifierInfo")
        qualifier.data.value().oid()


def _extended_key_usage(encoded: bytes, _critical: bool, java: Jdk) -> tuple[str, ...]:
    """Dotted OIDs."""
    usages = []
    cursor = _in_sequence(encoded, "Invalid encoding for ExtendedKeyUsageExtension.", java)
    while cursor.available:
        usages.append(oids.oid_text(cursor.value().oid()))
    return tuple(usages)


def _inhibit_any_policy(encoded: bytes, critical: bool, java: Jdk) -> int:
    if not critical:
        raise io("Criticality cannot be false for InhibitAnyPolicy")
    value = reading.value(encoded, java)
    if value.tag != der.INTEGER:
        raise io("Invalid encoding of InhibitAnyPolicy: data not integer")
    skipped = value.integer()
    if skipped < -1:
        raise io("Invalid value for skipCerts")
    return NO_LIMIT if skipped == -1 else skipped


def _anything(_encoded: bytes, _critical: bool, _java: Jdk) -> None:
    """OCSPNoCheck: Java does not look at the value."""


KEY_USAGE, ALTERNATIVE_NAMES, BASIC_CONSTRAINTS = (
    oid_named("KeyUsage"),
    oid_named("SubjectAlternativeName"),
    oid_named("BasicConstraints"),
)
NAME_CONSTRAINTS, POLICIES, POLICY_MAPPINGS = (
    oid_named("NameConstraints"),
    oid_named("CertificatePolicies"),
    oid_named("PolicyMappings"),
)
POLICY_CONSTRAINTS, EXTENDED_KEY_USAGE, INHIBIT_ANY_POLICY = (
    oid_named("PolicyConstraints"),
    oid_named("extendedKeyUsage"),
    oid_named("InhibitAnyPolicy"),
)
SUBJECT_KEY_ID, AUTHORITY_KEY_ID, NETSCAPE_TYPE = (
    oid_named("SubjectKeyID"),
    oid_named("AuthorityKeyID"),
    oid_named("NETSCAPE_CertType"),
)

PARSERS: Mapping[str, Parser] = {
    SUBJECT_KEY_ID: _subject_key_id,
    KEY_USAGE: _key_usage,
    oid_named("PrivateKeyUsage"): _private_key_usage,
    ALTERNATIVE_NAMES: _names,
    oid_named("IssuerAlternativeName"): _names,
    BASIC_CONSTRAINTS: _basic_constraints,
    oid_named("CRLNumber"): _integer,
    oid_named("ReasonCode"): _enumerated,
    oid_named("DeltaCRLIndicator"): _integer,
    oid_named("CertificateIssuer"): _names,
    NAME_CONSTRAINTS: _name_constraints,
    POLICIES: _policies,
    POLICY_MAPPINGS: _policy_mappings,
    AUTHORITY_KEY_ID: _authority_key_id,
    POLICY_CONSTRAINTS: _policy_constraints,
    EXTENDED_KEY_USAGE: _extended_key_usage,
    INHIBIT_ANY_POLICY: _inhibit_any_policy,
    oid_named("OCSPNoCheck"): _anything,
    NETSCAPE_TYPE: _bits,
    **LOCATION_PARSERS,
}
"""The parsers by OID."""
