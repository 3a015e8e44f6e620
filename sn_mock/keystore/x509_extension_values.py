"""What Java requires of the extensions it knows; a value it refuses makes the extension unparseable.

Formats: RFC 5280 section 4.2. Which slips Java tolerates and how it words the others was measured on JDK 17.
"""

from __future__ import annotations

from collections.abc import Callable

from sn_mock.keystore import der, der_times, x500_names
from sn_mock.keystore.general_names import parse_name, parse_names
from sn_mock.keystore.thrown import JavaThrow, io

Parser = Callable[[bytes, bool], int | None]


def _in_sequence(encoded: bytes, complaint: str) -> der.Input:
    value = der.Value.parse(encoded)
    if value.tag != der.SEQUENCE:
        raise io(complaint)
    return value.data


def _subject_key_id(encoded: bytes, _critical: bool) -> None:
    der.Value.parse(encoded).octet_string()


def _authority_key_id(encoded: bytes, _critical: bool) -> None:
    check_authority_key_id(encoded)


def check_authority_key_id(encoded: bytes) -> None:
    """Refuse a broken AuthorityKeyIdentifier as Java does."""
    complaint = "Invalid encoding for AuthorityKeyIdentifierExtension."
    seen: set[int] = set()
    cursor = _in_sequence(encoded, complaint)
    while cursor.available:
        item = cursor.value()
        number = item.tag & 0x1F
        if not item.is_context() or number > 2 or item.is_constructed is not (number == 1):
            raise io("Invalid encoding of AuthorityKeyIdentifierExtension.")
        if number in seen:
            field = ("KeyIdentifier", "GeneralNames", "SerialNumber")[number]
            raise io(f"Duplicate {field} in AuthorityKeyIdentifier.")
        seen.add(number)
        if number == 1:
            item.tag = der.SEQUENCE
            parse_names(item)
        elif number == 2:
            item.tag = der.INTEGER
            item.big_integer()


def _key_usage(encoded: bytes, _critical: bool) -> None:
    if not encoded:
        raise JavaThrow("java.lang.ArrayIndexOutOfBoundsException", "Index 0 out of bounds for length 0")
    if encoded[0] == der.OCTET_STRING:
        encoded = der.Value.parse(encoded).octet_string()
    der.Value.parse(encoded).bit_array()


def _bits(encoded: bytes, _critical: bool) -> None:
    der.Value.parse(encoded).bit_array()


def _private_key_usage(encoded: bytes, _critical: bool) -> None:
    seen: set[int] = set()
    for item in der.Input(encoded).sequence():
        number = item.tag & 0x1F
        if not item.is_context() or number > 1 or item.is_constructed:
            raise io("Invalid encoding of PrivateKeyUsageExtension")
        if number in seen:
            field = ("notBefore", "notAfter")[number]
            message = f"Duplicate {field} in PrivateKeyUsage."
            raise JavaThrow("java.security.cert.CertificateParsingException", message)
        seen.add(number)
        der_times.generalized_time(der.Value.parse(der.encode(der.GENERALIZED_TIME, item.content)))


def _names(encoded: bytes, _critical: bool) -> int:
    return parse_names(der.Value.parse(encoded))


def _basic_constraints(encoded: bytes, _critical: bool) -> None:
    cursor = _in_sequence(encoded, "Invalid encoding of BasicConstraints")
    if not cursor.available:
        return
    item = cursor.value()
    if item.tag != der.BOOLEAN:
        return
    item.boolean()
    if not cursor.available:
        return
    item = cursor.value()
    if item.tag != der.INTEGER:
        raise io("Invalid encoding of BasicConstraints")
    item.integer()


def _integer(encoded: bytes, _critical: bool) -> None:
    der.Value.parse(encoded).big_integer()


def _enumerated(encoded: bytes, _critical: bool) -> None:
    der.Value.parse(encoded).integer(der.ENUMERATED)


def _name_constraints(encoded: bytes, _critical: bool) -> None:
    seen: set[int] = set()
    cursor = _in_sequence(encoded, "Invalid encoding for NameConstraintsExtension.")
    while cursor.available:
        item = cursor.value()
        number = item.tag & 0x1F
        if not item.is_context() or number > 1 or not item.is_constructed:
            raise io("Invalid encoding of NameConstraintsExtension.")
        if number in seen:
            field = ("permitted", "excluded")[number]
            raise io(f"Duplicate {field} GeneralSubtrees in NameConstraintsExtension.")
        seen.add(number)
        while item.data.available:
            _subtree(item.data.value())


def _subtree(value: der.Value) -> None:
    if value.tag != der.SEQUENCE:
        raise io("Invalid encoding for GeneralSubtree.")
    parse_name(value.data.value(), constraint=True)
    while value.data.available:
        item = value.data.value()
        if not item.is_context() or item.tag & 0x1F > 1 or item.is_constructed:
            raise io("Invalid encoding of GeneralSubtree.")
        item.tag = der.INTEGER
        item.integer()


def _policy_mappings(encoded: bytes, _critical: bool) -> None:
    cursor = _in_sequence(encoded, "Invalid encoding for PolicyMappingsExtension.")
    while cursor.available:
        item = cursor.value()
        if item.tag != der.SEQUENCE:
            raise io("Invalid encoding for CertificatePolicyMap")
        item.data.oid()
        item.data.oid()


def _policy_constraints(encoded: bytes, _critical: bool) -> None:
    numbers: dict[int, int] = {}
    cursor = _in_sequence(encoded, "Sequence tag missing for PolicyConstraint.")
    while cursor.available:
        item = cursor.value()
        number = item.tag & 0x1F
        if not item.is_context() or number > 1 or item.is_constructed:
            raise io("Invalid encoding of PolicyConstraint")
        if numbers.get(number, -1) != -1:
            field = ("requireExplicitPolicy", "inhibitPolicyMapping")[number]
            raise io(f"Duplicate {field}found in the PolicyConstraintsExtension")
        item.tag = der.INTEGER
        numbers[number] = item.integer()


def _policies(encoded: bytes, _critical: bool) -> None:
    cursor = _in_sequence(encoded, "Invalid encoding for CertificatePoliciesExtension.")
    while cursor.available:
        item = cursor.value()
        if item.tag != der.SEQUENCE:
            raise io("Invalid encoding of PolicyInformation")
        item.data.oid()
        if item.data.available:
            _policy_qualifiers(item.data.value())


def _policy_qualifiers(value: der.Value) -> None:
    if value.tag != der.SEQUENCE:
        raise io("Invalid encoding of PolicyInformation")
    if not value.data.available:
        raise io("No data available in policyQualifiers")
    while value.data.available:
        qualifier = der.Value.parse(value.data.value().encoded())
        if qualifier.tag != der.SEQUENCE:
            raise io("Invalid encoding for PolicyQualifierInfo")
        qualifier.data.oid()


def _extended_key_usage(encoded: bytes, _critical: bool) -> None:
    cursor = _in_sequence(encoded, "Invalid encoding for ExtendedKeyUsageExtension.")
    while cursor.available:
        cursor.oid()


def _inhibit_any_policy(encoded: bytes, critical: bool) -> None:
    if not critical:
        raise io("Criticality cannot be false for InhibitAnyPolicy")
    value = der.Value.parse(encoded)
    if value.tag != der.INTEGER:
        raise io("Invalid encoding of InhibitAnyPolicy: data not integer")
    if value.integer() < -1:
        raise io("Invalid value for skipCerts")


def _distribution_points(name: str) -> Parser:
    def parse(encoded: bytes, _critical: bool) -> None:
        cursor = _in_sequence(encoded, f"Invalid encoding for {name} extension.")
        while cursor.available:
            _distribution_point(cursor.value())

    return parse


_POINT_DUPLICATES = ("DistributionPointName", "Reasons", "CRLIssuer")


def _distribution_point(value: der.Value) -> None:
    if value.tag != der.SEQUENCE:
        raise io("Invalid encoding of DistributionPoint.")
    seen: set[int] = set()
    while value.data.available:
        item = value.data.value()
        number = item.tag & 0x1F
        if not item.is_context() or number > 2 or item.is_constructed is (number == 1):
            raise io("Invalid encoding of DistributionPoint.")
        if number in seen:
            raise io(f"Duplicate {_POINT_DUPLICATES[number]} in DistributionPoint.")
        seen.add(number)
        if number == 0:
            _point_name(item.data.value(), "Invalid DistributionPointName in DistributionPoint")
        elif number == 1:
            item.bit_array(implicit=True)
        else:
            item.tag = der.SEQUENCE
            parse_names(item)
    if not seen & {0, 2}:
        raise io("One of fullName, relativeName,  and crlIssuer has to be set")


def _point_name(value: der.Value, complaint: str) -> None:
    number = value.tag & 0x1F
    if not value.is_context() or number > 1 or not value.is_constructed:
        raise io(complaint)
    if number == 0:
        value.tag = der.SEQUENCE
        parse_names(value)
    else:
        value.tag = der.SET
        x500_names.parse_relative_name(value)


def _issuing_distribution_point(encoded: bytes, _critical: bool) -> None:
    cursor = _in_sequence(encoded, "Invalid encoding for IssuingDistributionPointExtension.")
    while cursor.available:
        item = cursor.value()
        number = item.tag & 0x1F
        if not item.is_context() or number > 5 or item.is_constructed is not (number == 0):
            raise io("Invalid encoding of IssuingDistributionPoint")
        if number == 0:
            _point_name(item.data.value(), "Invalid encoding for DistributionPointName")
        elif number == 3:
            item.bit_array(implicit=True)
        else:
            item.tag = der.BOOLEAN
            item.boolean()


def _access(name: str) -> Parser:
    def parse(encoded: bytes, _critical: bool) -> None:
        cursor = _in_sequence(encoded, f"Invalid encoding for {name}.")
        while cursor.available:
            item = cursor.value()
            item.data.oid()
            parse_name(item.data.value())

    return parse


def _anything(_encoded: bytes, _critical: bool) -> None:
    """OCSPNoCheck: Java does not look at the value."""


PARSERS: dict[str, Parser] = {
    "2.5.29.14": _subject_key_id,
    "2.5.29.15": _key_usage,
    "2.5.29.16": _private_key_usage,
    "2.5.29.17": _names,
    "2.5.29.18": _names,
    "2.5.29.19": _basic_constraints,
    "2.5.29.20": _integer,
    "2.5.29.21": _enumerated,
    "2.5.29.27": _integer,
    "2.5.29.28": _issuing_distribution_point,
    "2.5.29.29": _names,
    "2.5.29.30": _name_constraints,
    "2.5.29.31": _distribution_points("CRLDistributionPoints"),
    "2.5.29.32": _policies,
    "2.5.29.33": _policy_mappings,
    "2.5.29.35": _authority_key_id,
    "2.5.29.36": _policy_constraints,
    "2.5.29.37": _extended_key_usage,
    "2.5.29.46": _distribution_points("FreshestCRL"),
    "2.5.29.54": _inhibit_any_policy,
    "1.3.6.1.5.5.7.1.1": _access("AuthorityInfoAccessExtension"),
    "1.3.6.1.5.5.7.1.11": _access("SubjectInfoAccessExtension"),
    "1.3.6.1.5.5.7.48.1.5": _anything,
    "2.16.840.1.113730.1.1": _bits,
}
"""The parsers by OID; the number returned is that of alternative names and matters to nobody else."""
