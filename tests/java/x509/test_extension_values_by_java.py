"""What a Java refuses in an extension's value, where Javas differ; each row as the Javas named said it."""

from __future__ import annotations

import pytest

from sn_mock.java.lang.jdk import named
from sn_mock.java.lang.thrown import JavaThrow
from sn_mock.java.lang.uri import parse_uri
from sn_mock.java.lang.uri_authority import UriSyntaxError
from sn_mock.java.x509.extension_values import PARSERS
from sn_mock.java.x509.general_names import check_dns

_NAMES, _POLICY_CONSTRAINTS, _ACCESS = "2.5.29.17", "2.5.29.36", "1.3.6.1.5.5.7.1.1"


def refusal(java: str, oid: str, value: str) -> str | None:
    """The texts of the reader's refusal, outermost first; None where it takes the value."""
    try:
        PARSERS[oid](bytes.fromhex(value), False, named(java))
    except JavaThrow as thrown:
        return " <- ".join(str(one.message) for one in thrown.chain)
    return None


def party(*fields: str) -> str:
    """Alternative names that hold one ediPartyName, in hexadecimal."""
    content = bytes.fromhex("".join(fields))
    return (bytes((0x30, len(content) + 2, 0xA5, len(content))) + content).hex()


_PARTY, _ASSIGNER, _REAL_PARTY = "8103130170", "8003130161", "a103130170"


@pytest.mark.parametrize(
    ("java", "fields", "text"),
    [
        *((java, (_REAL_PARTY,), None) for java in ("8u252", "11.0.32", "17", "17.0.21")),
        *((java, (_REAL_PARTY,), "party cannot be missing") for java in ("21.0.8", "21.0.13")),
        ("21.0.8", (_ASSIGNER,), "party cannot be missing"),
        ("21.0.8", (_ASSIGNER, _PARTY), None),
        ("17", (_PARTY, _PARTY), "Duplicate partyName found in EDIPartyName"),
        ("8u252", (_ASSIGNER, _ASSIGNER), "Duplicate nameAssigner found in EDIPartyName"),
        ("17", ("8105" + _ASSIGNER, _PARTY), None),
        ("17", ("8005" + _PARTY, _PARTY), "Duplicate partyName found in EDIPartyName"),
        ("17", ("8100",), "Too short"),
        ("11.0.13", ("8100",), "Short read of DER length"),
        ("17", ("",), "Invalid encoding of EDIPartyName"),
    ],
)
def test_the_party_of_an_ediPartyName(java: str, fields: tuple[str, ...], text: str | None) -> None:
    """Its fields are looked for where they are not constructed; 21 wants one there, and refuses each real one."""
    assert refusal(java, _NAMES, party(*fields)) == text


@pytest.mark.parametrize(("java", "blank"), [("11", ""), ("17", ""), ("17.0.21", ""), ("21", " "), ("21.0.13", " ")])
def test_a_policy_constraint_that_comes_twice(java: str, blank: str) -> None:
    """21 has the blank that others forgot; once is taken by all."""
    said = refusal(java, _POLICY_CONSTRAINTS, "3006810102810100")

    assert said == f"Duplicate inhibitPolicyMapping{blank}found in the PolicyConstraintsExtension"
    assert refusal(java, _POLICY_CONSTRAINTS, "3003810102") is None


def location(uri: str) -> str:
    """A caIssuers location, in hexadecimal."""
    method = bytes.fromhex("06082b06010505073002")
    content = method + bytes((0x86, len(uri))) + uri.encode()
    return (bytes((0x30, len(content) + 2, 0x30, len(content))) + content).hex()


@pytest.mark.parametrize(
    ("java", "uri", "place"),
    [
        ("17", "http://x.ex`mple/", 7),
        ("17.0.21", "http://x.ex`mple/", 7),
        ("21", "http://x.ex`mple/", 11),
        ("21.0.13", "http://x.ex`mple/", 11),
        ("21", "http://a[<", 8),
        ("21", "http://[<", 7),
    ],
)
def test_where_an_authority_goes_wrong(java: str, uri: str, place: int) -> None:
    """21 says where it is no registry name any more, in certificates as elsewhere; others say where it begins."""
    problem = f"Illegal character in authority at index {place}: {uri}"

    assert refusal(java, _ACCESS, location(uri)) == f"invalid URI name:{uri} <- {problem}"
    assert refusal(java, _ACCESS, location("http://x.example/")) is None


@pytest.mark.parametrize(("java", "taken"), [("8u252", False), ("8u504", False), ("11", True), ("17", True)])
def test_the_scope_of_an_address(java: str, taken: bool) -> None:
    """8 takes letters and digits, others dots and underscores, too."""
    try:
        found = parse_uri("http://[::1%a_b]/", named(java)).host
    except UriSyntaxError as refused:
        found = str(refused)

    assert found == ("[::1%a_b]" if taken else "Illegal character in scope id at index 13: http://[::1%a_b]/")
    assert parse_uri("http://[::1%ab]/", named(java)).host == "[::1%ab]"


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("a b", "DNSName with blank components is not permitted", "DNSName with blank labels is not permitted"),
        ("a..b", "DNSName with empty components are not permitted", "DNSName with empty labels is not permitted"),
        (
            "_a.b",
            "DNSName components must begin with a letter or digit",
            "DNSName labels must consist of letters, digits, and hyphens",
        ),
        (
            "a_.b",
            "DNSName components must consist of letters, digits, and hyphens",
            "DNSName labels must consist of letters, digits, and hyphens",
        ),
        ("a-.b", None, "DNSName label may not begin or end with a hyphen"),
        ("a" * 64, None, "DNSName label can't be longer than 63 characters"),
        ("a" * 63, None, None),
        ("a." * 127, "DNSName may not begin or end with a .", "DNSName may not begin or end with a ."),
        ("a." * 127 + "a", None, "DNSName can't be longer than 253 characters"),
        ("a." * 126 + "a", None, None),
    ],
)
def test_dns_names(name: str, old: str | None, new: str | None) -> None:
    """Newer updates have a limit for labels and for names, and nothing against a digit, none for hyphens inside."""
    for java, expected in (
        ("8u504", old),
        ("11.0.32", old),
        ("17.0.20", old),
        ("21", old),
        ("17.0.21", new),
        ("21.0.13", new),
    ):
        try:
            check_dns(name, named(java))
            said = None
        except JavaThrow as refused:
            said = refused.message
        assert said == expected, java


@pytest.mark.parametrize(
    ("java", "text"),
    [("17.0.20", "a valid DNSName, IPv4 address, or IPv6 address"), ("17.0.21", "a valid DNSName or IPv4 address")],
)
def test_a_host_that_is_no_name(java: str, text: str) -> None:
    """The host of a URI is called what it could have been."""
    said = refusal(java, _ACCESS, location("http://x.example./"))

    assert said == f"invalid URI name (host portion is not {text}):http://x.example./"
    assert refusal(java, _ACCESS, location("http://x.example/")) is None
