"""Extensions that say where something is: CRLs, responders, repositories (RFC 5280 sections 4.2.1.13 and 4.2.2).

What Java reads out of them and what it refuses was measured on JDK 17.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sn_mock.java.asn1 import der, oids, reading
from sn_mock.java.asn1.oids import oid_named
from sn_mock.java.lang.jdk import Jdk
from sn_mock.java.lang.thrown import io
from sn_mock.java.x509 import names as x500_names
from sn_mock.java.x509.general_names import GeneralName, parse_name, parse_names

LocationParser = Callable[[bytes, bool, Jdk], object]


def _in_sequence(encoded: bytes, complaint: str, java: Jdk) -> der.Input:
    value = reading.value(encoded, java)
    if value.tag != der.SEQUENCE:
        raise io(complaint)
    return value.data


def _distribution_points(name: str) -> LocationParser:
    def parse(encoded: bytes, _critical: bool, java: Jdk) -> tuple[GeneralName, ...]:
        """The full names of all points."""
        names: tuple[GeneralName, ...] = ()
        cursor = _in_sequence(encoded, f"Invalid encoding for {name} extension.", java)
        while cursor.available:
            names += _distribution_point(cursor.value())
        return names

    return parse


_POINT_DUPLICATES = ("DistributionPointName", "Reasons", "CRLIssuer")


def _distribution_point(value: der.Value) -> tuple[GeneralName, ...]:
    if value.tag != der.SEQUENCE:
        raise io("Invalid encoding of DistributionPoint.")
    seen: set[int] = set()
    names: tuple[GeneralName, ...] = ()
    while value.data.available:
        item = value.data.value()
        number = item.tag & 0x1F
        if not item.is_context() or number > 2 or item.is_constructed is (number == 1):
            raise io("Invalid encoding of DistributionPoint.")
        if number in seen:
            raise io(f"Duplicate {_POINT_DUPLICATES[number]} in DistributionPoint.")
        seen.add(number)
        if number == 0:
            names = _point_name(item.data.value(), "Invalid DistributionPointName in DistributionPoint")
        elif number == 1:
            item.bit_array(implicit=True)
        else:
            item.tag = der.SEQUENCE
            parse_names(item)
    if not seen & {0, 2}:
        raise io("One of fullName, relativeName,  and crlIssuer has to be set")
    return names


def _point_name(value: der.Value, complaint: str) -> tuple[GeneralName, ...]:
    number = value.tag & 0x1F
    if not value.is_context() or number > 1 or not value.is_constructed:
        raise io(complaint)
    if number == 0:
        value.tag = der.SEQUENCE
        return parse_names(value)
    value.tag = der.SET
    x500_names.parse_relative_name(value)
    return ()


def _issuing_distribution_point(encoded: bytes, _critical: bool, java: Jdk) -> None:
    cursor = _in_sequence(encoded, "Invalid encoding for IssuingDistributionPointExtension.", java)
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


def _access(name: str) -> LocationParser:
    def parse(encoded: bytes, _critical: bool, java: Jdk) -> tuple[tuple[str, GeneralName], ...]:
        """(access method, location), in order."""
        found = []
        cursor = _in_sequence(encoded, f"Invalid encoding for {name}.", java)
        while cursor.available:
            item = cursor.value()
            method = oids.oid_text(item.data.oid())
            found.append((method, parse_name(item.data.value())))
        return tuple(found)

    return parse


CRL_POINTS, AUTHORITY_INFO = oid_named("CRLDistributionPoints"), oid_named("AuthInfoAccess")

LOCATION_PARSERS: Mapping[str, LocationParser] = {
    oid_named("IssuingDistributionPoint"): _issuing_distribution_point,
    CRL_POINTS: _distribution_points("CRLDistributionPoints"),
    oid_named("FreshestCRL"): _distribution_points("FreshestCRL"),
    AUTHORITY_INFO: _access("AuthorityInfoAccessExtension"),
    oid_named("SubjectInfoAccess"): _access("SubjectInfoAccessExtension"),
}
"""The parsers by OID."""
