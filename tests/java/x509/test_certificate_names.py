"""Names, URIs and general names as Java reads and prints them; every expectation was measured on JDK 17."""

from __future__ import annotations

import pytest

from sn_mock.java.asn1 import der
from sn_mock.java.lang.strings import utf_8
from sn_mock.java.lang.thrown import JavaThrow
from sn_mock.java.lang.uri import UriSyntaxError, parse_uri
from sn_mock.java.x509 import general_names
from sn_mock.java.x509 import names as x500_names
from sn_mock.java.x509.general_names import GeneralName, parse_name
from sn_mock.java.x509.names import Name


def cn(tag: int, value: bytes) -> Name:
    """A name of one common name with that string type."""
    pair = der.encode(der.OID, b"\x55\x04\x03") + der.encode(tag, value)
    return x500_names.from_der(der.encode(0x30, der.encode(0x31, der.encode(0x30, pair))))


@pytest.mark.parametrize(
    ("tag", "value", "text"),
    [
        (der.UTF8_STRING, "Müller".encode(), "CN=Müller"),
        (der.PRINTABLE_STRING, b"M\xfcller", "CN=M\ufffdller"),
        (der.T61_STRING, b"M\xfcller", "CN=Müller"),
        (der.GENERAL_STRING, b"M\xfcller", "CN=M\ufffdller"),
        (der.UNIVERSAL_STRING, "Mü".encode("utf-32-be"), "CN=Mü"),
        (der.BMP_STRING, "Mü".encode("utf-16-be"), "CN=Mü"),
        (der.OCTET_STRING, b"abc", "CN=#0403616263"),
        (der.UTF8_STRING, b" lead", 'CN=" lead"'),
        (der.UTF8_STRING, b"two  blanks", 'CN="two  blanks"'),
        (der.UTF8_STRING, b'a, b + c="d" \\', 'CN="a, b + c=\\"d\\" \\\\"'),
        (der.UTF8_STRING, b'"quoted"', 'CN="quoted"'),
        (der.UTF8_STRING, b"#hash", 'CN="#hash"'),
        (der.UTF8_STRING, b"plain", "CN=plain"),
    ],
)
def test_a_name_as_java_quotes_it(tag: int, value: bytes, text: str) -> None:
    """`X500Principal.toString()`: each string type by its own charset, quotation marks only where they are needed."""
    assert str(cn(tag, value)) == text


def test_keywords_of_a_name() -> None:
    """The last relative name comes first; types without a keyword are told by their OID; an empty name is empty."""
    name = (
        "3034311c301006092a864886f70d0109011603614062300806035504030c017831143008060355042e130131300806032a03040c0179"
    )
    assert str(x500_names.from_der(bytes.fromhex(name))) == "DNQ=1 + OID.1.2.3.4=y, EMAILADDRESS=a@b + CN=x"
    assert str(Name(())) == ""


def test_the_same_text_in_two_string_types_is_two_names() -> None:
    """A PrintableString with a byte outside ASCII is not the UTF-8 name of the same look; with ASCII it is."""
    assert cn(der.PRINTABLE_STRING, b"M\xfcller").canonical != cn(der.UTF8_STRING, "Müller".encode()).canonical
    assert cn(der.PRINTABLE_STRING, b"Muller  CA").canonical == cn(der.UTF8_STRING, b" muller ca").canonical
    assert cn(der.IA5_STRING, b"Muller").canonical != cn(der.UTF8_STRING, b"Muller").canonical


def test_the_common_name_is_the_most_specific() -> None:
    """Of several the last relative name's first; None where there is none, or where it is no text."""
    two = x500_names.from_der(
        bytes.fromhex("301e" + "310d300b06035504030c0466697273" + "310d300b06035504030c0473656332")
    )
    assert two.common_name is not None
    assert two.common_name.text == "sec2"
    octets = cn(der.OCTET_STRING, b"abc").common_name
    assert octets is not None
    assert octets.text is None
    assert Name(()).common_name is None


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"x\xed\xa0\x80y", "x\ufffdy"),
        (b"x\xed\xa0y", "x\ufffdy"),
        (b"x\xed\xad", "x\ufffd"),
        (b"\xed\x9f\xbf", "\ud7ff"),
        (b"x\xff\xfe", "x\ufffd\ufffd"),
    ],
)
def test_encoded_surrogates_are_one_mark(data: bytes, text: str) -> None:
    """An encoded surrogate, whole or cut short, becomes one replacement mark, as `new String(…, UTF_8)` makes it."""
    assert utf_8(data) == text


@pytest.mark.parametrize(
    ("text", "scheme", "host"),
    [
        ("spiffe://td/workload", "spiffe", "td"),
        ("http://user@host.example:80/", "http", "host.example"),
        ("ldap://[2001:db8::1]:389/o=x", "ldap", "[2001:db8::1]"),
        ("http://[::ffff:1.2.3.4%1]/", "http", "[::ffff:1.2.3.4%1]"),
        ("http://under_score/", "http", None),
        ("http://300.1.1.1/", "http", None),
        ("urn:oid:1.2", "urn", None),
        ("tickets", None, None),
        ("//host/path", None, "host"),
    ],
)
def test_uris_java_takes(text: str, scheme: str | None, host: str | None) -> None:
    """An authority that is no server is a registry name, without a host."""
    uri = parse_uri(text)
    assert (uri.scheme, uri.host) == (scheme, host)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("http://a b/", "Illegal character in authority at index 7: http://a b/"),
        ("http://[1:2]/", "IPv6 address too short at index 8: http://[1:2]/"),
        ("http://[::1", "Expected closing bracket for IPv6 address at index 11: http://[::1"),
        ("http://[::ffff:1.2.3]/", "Malformed IPv4 address at index 20: http://[::ffff:1.2.3]/"),
        ("http://[::12345]/", "IPv6 hexadecimal digit sequence too long at index 10: http://[::12345]/"),
        ("http://h%zz/", "Malformed escape pair at index 8: http://h%zz/"),
        ("http://[::1%]/", "scope id expected: http://[::1%]/"),
        ("spiffe://", "Expected authority at index 9: spiffe://"),
        (":/", "Expected scheme name at index 0: :/"),
    ],
)
def test_uris_java_refuses(text: str, complaint: str) -> None:
    """`URISyntaxException` names the place, and the very start of an authority that makes no sense at all."""
    with pytest.raises(UriSyntaxError) as refused:
        parse_uri(text)
    assert str(refused.value) == complaint


def general(number: int, content: bytes, *, constraint: bool = False) -> GeneralName:
    """One GeneralName with that tag number."""
    tag = 0x80 | number | (0x20 if number in (0, 3, 4, 5) else 0)
    return parse_name(der.Value.parse(der.encode(tag, content)), constraint=constraint)


@pytest.mark.parametrize(
    ("number", "content", "complaint"),
    [
        (general_names.URI, b"tickets", "URI name must include scheme:tickets"),
        (general_names.RFC822, b"", "RFC822Name may not be null or empty"),
        (general_names.IP, b"\x7f\0\0", "Invalid IPAddressName"),
        (general_names.URI, b"spiffe://", "invalid URI name:spiffe://"),
    ],
)
def test_alternative_names_java_refuses(number: int, content: bytes, complaint: str) -> None:
    """In Java's words; a DNS name may be anything."""
    with pytest.raises(JavaThrow) as refused:
        general(number, content)
    assert refused.value.message == complaint
    assert general(general_names.DNS, b"any thing").text == "any thing"


def test_a_uri_in_a_name_constraint_is_a_host() -> None:
    """There a host or a domain stands, and a scheme is refused."""
    assert general(general_names.URI, b".acme.test", constraint=True).host == ".acme.test"
    with pytest.raises(JavaThrow) as refused:
        general(general_names.URI, b"http://acme.test", constraint=True)
    assert refused.value.message == "invalid URI name constraint (should not include scheme):http://acme.test"
