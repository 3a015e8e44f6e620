"""The reader of DER that JDK 8 to 16 have, beside that of 17: each row as the Java named said it."""

from __future__ import annotations

from contextlib import nullcontext

import pytest

from sn_mock.java.asn1 import der, reading
from sn_mock.java.asn1 import times as der_times
from sn_mock.java.lang.jdk import named
from sn_mock.java.lang.thrown import JavaThrow
from sn_mock.java.pkix.name_subtrees import Relation, constrains
from sn_mock.java.x509 import public_keys
from sn_mock.java.x509.general_names import GeneralName, parse_name

_UNRESOLVED = bytes.fromhex("30800500")


@pytest.mark.parametrize(
    ("java", "octets", "text"),
    [
        (17, "308502000000000000", "Invalid lenByte"),
        (11, "308502000000000000", "DerInputStream.getLength(): lengthTag=5, too big."),
        (17, "3003020101ff", "extra data at the end"),
        (8, "3003020101ff", "extra data given to DerValue constructor"),
        (11, "30060201", "extra data given to DerValue constructor"),
        (17, "1f0100", "Tag number over 30 at 0 is not supported"),
        (11, "", "Short read of DER length"),
    ],
)
def test_a_value_that_is_none(java: int, octets: str, text: str) -> None:
    """Each reader has its own words for lengths and tags; a tag number over 30 is none of the older one's business."""
    with pytest.raises(JavaThrow) as refused:
        reading.value(bytes.fromhex(octets), named(java))

    assert refused.value.message == text
    assert reading.value(bytes.fromhex("1f0100"), named(11)).content == b"\0"


@pytest.mark.parametrize(
    ("java", "text"),
    [
        ("8u252", "not all indef len BER resolved"),
        ("8u504", "not enough data to resolve indef len BER"),
        ("11.0.10", "not all indef len BER resolved"),
        ("11.0.13", "not enough data to resolve indef len BER"),
        ("17", "not enough data to resolve indef len BER"),
    ],
)
def test_an_indefinite_length_without_end(java: str, text: str) -> None:
    """It is told otherwise since 11.0.13; one with its end is read by all."""
    with pytest.raises(JavaThrow) as refused:
        reading.value(_UNRESOLVED, named(java))

    assert refused.value.message == text
    assert reading.value(_UNRESOLVED + b"\0\0", named(java)).content == b"\x05\0"


@pytest.mark.parametrize(
    ("java", "taken"),
    [("8u252", False), ("8u504", True), ("11.0.13", False), ("11.0.24", True), ("17.0.21", False), ("21", False)],
)
def test_octets_behind_a_public_key(java: str, taken: bool) -> None:
    """Late updates of 8 and 11 leave them alone, others refuse them; without them every Java reads the key."""
    oid, key = der.encode(der.OID, b"\x2a\x03\x04"), der.encode(der.BIT_STRING, b"\0\x01")
    algorithm = der.encode(der.SEQUENCE, oid)
    whole, excess = (der.encode(der.SEQUENCE, algorithm + key + more) for more in (b"", b"\x05\0"))

    assert public_keys.parse(reading.value(whole, named(java))).key == b"\x01"
    with nullcontext() if taken else pytest.raises(JavaThrow, match="excess subject key"):
        assert public_keys.parse(reading.value(excess, named(java))).key == b"\x01"


@pytest.mark.parametrize(
    ("java", "octets", "text"),
    [
        ("8u252", "0300", "Unused bits of bit string invalid"),
        ("8u252", "030108", "Valid bits of bit string invalid"),
        ("11.0.13", "0301", "Unused bits of bit string invalid"),
        ("8u504", "0301", "short read of bit string"),
        ("8u504", "030108", "Invalid number of padding bits"),
        ("11.0.24", "030103", "Not enough bytes in BitString"),
        ("17", "030103", "Not enough bytes in BitString"),
    ],
)
def test_bits_that_are_none(java: str, octets: str, text: str) -> None:
    """Late updates of 8 and 11 check them in words of their own; sound ones are read by all."""
    with pytest.raises(JavaThrow) as refused:
        reading.cursor(bytes.fromhex(octets), named(java)).bit_array()

    assert refused.value.message == text
    assert reading.cursor(b"\x03\x02\x07\x80", named(java)).bit_array() == (1, b"\x80")


@pytest.mark.parametrize(
    ("java", "octets", "text"),
    [
        ("11.0.24", "24020500", "DER input not an octet string"),
        ("11.0.32", "24020500", "DerValue.getOctetString, not an Octet String: 5"),
        ("11.0.13", "6403040561", "Short read of DER octet string"),
        ("11.0.24", "6403040561", "short read of an octet string"),
        ("8u504", "6403040561", "insufficient data"),
    ],
)
def test_octet_strings_that_are_none(java: str, octets: str, text: str) -> None:
    """What stands in a constructed one is read otherwise since 2026; a sound one is put together by all."""
    with pytest.raises(JavaThrow) as refused:
        reading.value(bytes.fromhex(octets), named(java)).octet_string()

    assert refused.value.message == text
    assert reading.value(bytes.fromhex("2406040161040162"), named(java)).octet_string() == b"ab"


@pytest.mark.parametrize(
    ("java", "limited"),
    [("8u504", True), ("11.0.32", True), ("17", False), ("17.0.19", False), ("17.0.20", True), ("21.0.13", True)],
)
def test_octet_strings_in_one_another(java: str, limited: bool) -> None:
    """Thirty are read by all, one more is refused since 2026."""
    nested = der.encode(der.OCTET_STRING, b"a")
    for _ in range(29):
        nested = der.encode(0x24, nested)

    assert reading.value(nested, named(java)).octet_string() == b"a"
    with pytest.raises(JavaThrow, match=r"limit reached \(30\)") if limited else nullcontext():
        assert reading.value(der.encode(0x24, nested), named(java)).octet_string() == b"a"


@pytest.mark.parametrize(("java", "taken"), [("8u252", True), ("11.0.7", True), ("11.0.9", False), ("17", False)])
def test_a_time_with_a_character_that_is_no_digit(java: str, taken: bool) -> None:
    """Until July 2020 it counted as -1: the hour `0x` is 23 o'clock of the day before."""
    time = reading.value(der.encode(der.UTC_TIME, b"2001020x0000Z"), named(java))

    if taken:
        before = reading.value(der.encode(der.UTC_TIME, b"200101230000Z"), named(java))
        assert der_times.utc_time(time) == der_times.utc_time(before)
        return
    with pytest.raises(JavaThrow, match="Parse UTC time, invalid format"):
        der_times.utc_time(time)


def _dns(text: str, java: int) -> GeneralName:
    return parse_name(reading.value(der.encode(0x82, text.encode()), named(java)))


@pytest.mark.parametrize(
    ("java", "relation"),
    [(8, Relation.SAME_TYPE), (11, Relation.SAME_TYPE), (17, Relation.NARROWS), (21, Relation.NARROWS)],
)
def test_a_constraint_that_begins_with_a_dot(java: int, relation: Relation) -> None:
    """Names below it are within it since 17; a constraint without the dot has been understood by all."""
    assert constrains(_dns(".example.com", java), _dns("a.example.com", java)) is relation
    assert constrains(_dns("example.com", java), _dns("a.example.com", java)) is Relation.NARROWS


@pytest.mark.parametrize(
    ("java", "text"), [(17, "String index out of range: 0"), (21, "Index 0 out of bounds for length 0")]
)
def test_an_empty_name_under_a_constraint(java: int, text: str) -> None:
    """Newer Javas look for the dot in it, and crash; older ones look at the constraint alone."""
    with pytest.raises(JavaThrow) as crashed:
        constrains(_dns("example.com", java), _dns("", java))

    assert crashed.value.message == text
    assert constrains(_dns("example.com", 11), _dns("", 11)) is Relation.SAME_TYPE


@pytest.mark.parametrize("java", [11, 17, "17.0.21", 21, "21.0.13"])
@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("300a300506032b656e030100", "java.lang.ArrayIndexOutOfBoundsException: Index 0 out of bounds for length 0"),
        ("300b300506032b656e03020001", "java.security.InvalidKeyException: key length must be 32"),
        ("300a300506032b656f030100", "java.security.InvalidKeyException: key length must be 56"),
        ("300b300506032b656f03020001", "java.security.InvalidKeyException: key length must be 56"),
    ],
    ids=["X25519 empty", "X25519 short", "X448 empty", "X448 short"],
)
def test_an_empty_montgomery_key_fails_before_it_is_measured(java: int | str, key: str, told: str) -> None:
    """Java clears bits of the first octet before it counts octets, where the field is no whole number of them.

    Measured on 11.0.13, 17.0.15, 17.0.21, 21.0.8 and 21.0.13.
    """
    with pytest.raises(JavaThrow) as refused:
        public_keys.parse(reading.value(bytes.fromhex(key), named(java)))

    assert [str(one) for one in refused.value.chain][-1] == told
