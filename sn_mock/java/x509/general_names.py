"""GeneralNames as the JDK parses them inside extensions (RFC 5280 section 4.2.1.6). Refusals measured on JDK 17."""

from __future__ import annotations

import string
from dataclasses import field
from ipaddress import ip_address
from urllib.parse import unquote

from guarded.values import dataclass
from sn_mock.java.asn1 import der, identifiers, reading
from sn_mock.java.lang import strings as java_strings
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import REFERENCE, Jdk
from sn_mock.java.lang.thrown import JavaThrow, io
from sn_mock.java.lang.uri import UriSyntaxError, parse_uri
from sn_mock.java.x509 import names as x500_names
from sn_mock.java.x509.names import Name

OTHER, RFC822, DNS, X400, DIRECTORY, EDI_PARTY, URI, IP, REGISTERED_ID = range(9)
"""The tag numbers of GeneralName."""


@dataclass(frozen=True, slots=True)
class GeneralName:
    """One name that Java accepted."""

    kind: int
    """The tag number."""
    content: bytes
    directory: Name | None = None
    """The name itself where it is a directory name."""
    host: str | None = None
    """The host of a URI: a name or an address; in a name constraint what stands in its place."""
    java: Jdk = field(default=REFERENCE, compare=False, repr=False)
    """Whose rules hold where names are compared."""

    @property
    def text(self) -> str:
        """A DNS name, URI or mail address as text, an address in its usual form, a directory name as RFC 2253."""
        if self.kind in (RFC822, DNS, URI):
            return java_strings.us_ascii(self.content)
        if self.kind == IP and len(self.content) in (4, 16):
            return str(ip_address(self.content))
        return self.directory.rfc2253() if self.directory else self.content.hex()


def parse_names(value: der.Value) -> tuple[GeneralName, ...]:
    """A SEQUENCE of names, at least one."""
    if value.tag != der.SEQUENCE:
        raise io("Invalid encoding for GeneralNames.")
    if not value.data.available:
        raise io("No data available in passed DER encoded value.")
    names = []
    while value.data.available:
        names.append(parse_name(value.data.value()))
    return tuple(names)


_LABELS = {
    OTHER: (True, "Invalid encoding of Other-Name"),
    RFC822: (False, "Invalid encoding of RFC822 name"),
    DNS: (False, "Invalid encoding of DNSName"),
    X400: (True, "Invalid encoding of X400Address name"),
    DIRECTORY: (True, "Invalid encoding of Directory name"),
    EDI_PARTY: (True, "Invalid encoding of EDI name"),
    URI: (False, "Invalid encoding of URI"),
    IP: (False, "Invalid encoding of IP address"),
    REGISTERED_ID: (False, "Invalid encoding of OID name"),
}
"""For each tag number whether it is constructed, and Java's complaint where it is not so."""


def parse_name(value: der.Value, *, constraint: bool = False) -> GeneralName:
    """One name; `constraint` reads a URI as name constraints have it: a host or a domain."""
    kind = value.tag & 0x1F
    if kind not in _LABELS or (kind == X400 and not value.java.has(Feature.X400_NAMES)):
        raise io(f"Unrecognized GeneralName tag, ({kind})")
    constructed, complaint = _LABELS[kind]
    if not value.is_context() or value.is_constructed is not constructed:
        raise io(complaint)
    content = value.content
    if kind == DIRECTORY:
        return GeneralName(kind, content, directory=x500_names.parse(value.data), java=value.java)
    if kind == URI:
        text = java_strings.us_ascii(content)
        host = _constraint_host(text, value.java) if constraint else _host(text, value.java)
        return GeneralName(kind, content, host=host, java=value.java)
    if kind == OTHER:
        value.data.oid()
        inner = value.data.value()
        if value.java.has(Feature.TAGGED_OTHER_NAMES) and not (inner.is_context(0) and inner.is_constructed):
            raise io("value is not EXPLICTly tagged [0]")
    elif kind == RFC822:
        check_mail(java_strings.us_ascii(content))
    elif kind == EDI_PARTY:
        _check_party(value)
    elif kind == IP and value.length not in (4, 8, 16, 32):
        raise io("Invalid IPAddressName")
    elif kind == REGISTERED_ID:
        identifiers.checked(content, value.java)
    return GeneralName(kind, content, java=value.java)


def check_mail(name: str) -> None:
    """Refuse what is no mail address for Java."""
    if not name:
        raise io("RFC822Name may not be null or empty")
    domain = name[name.find("@") + 1 :]
    if not domain:
        raise io("RFC822Name may not end with @")
    if domain == ".":
        raise io("RFC822Name domain may not be just .")


def check_dns(name: str, java: Jdk) -> None:
    """Refuse what is no DNS name for Java (RFC 1123); a DNS name inside a certificate is not held to it."""
    strict = java.has(Feature.STRICT_DNS_NAMES)
    part = "labels is" if strict else "components is"
    if not name:
        raise io("DNSName must not be null or empty")
    if " " in name:
        raise io(f"DNSName with blank {part} not permitted")
    if name.startswith(".") or name.endswith("."):
        raise io("DNSName may not begin or end with a .")
    if strict and len(name) > _MAX_DNS_NAME:
        raise io(f"DNSName can't be longer than {_MAX_DNS_NAME} characters")
    for label in name.split("."):
        (_check_label if strict else _check_component)(label)


def _check_component(component: str) -> None:
    """Up to JDK 17.0.20 and 21.0.12, and in 11."""
    if not component:
        raise io("DNSName with empty components are not permitted")
    if component[0] not in _ALPHANUM:
        raise io("DNSName components must begin with a letter or digit")
    if set(component) - _ALPHANUM - {"-"}:
        raise io("DNSName components must consist of letters, digits, and hyphens")


def _check_label(label: str) -> None:
    if not label:
        raise io("DNSName with empty labels is not permitted")
    if len(label) > _MAX_LABEL:
        raise io(f"DNSName label can't be longer than {_MAX_LABEL} characters")
    if label.startswith("-") or label.endswith("-"):
        raise io("DNSName label may not begin or end with a hyphen")
    if set(label) - _ALPHANUM - {"-"}:
        raise io("DNSName labels must consist of letters, digits, and hyphens")


_ALPHANUM = frozenset(string.ascii_letters + string.digits)
_MAX_DNS_NAME, _MAX_LABEL = 253, 63


_PARTY_FIELDS = ("nameAssigner", "partyName")


def _check_party(value: der.Value) -> None:
    """Refuse an EDIPartyName as Java does, which takes only primitive fields for fields (they never are)."""
    members = reading.cursor(der.encode(der.SEQUENCE, value.content), value.java).sequence()
    if not 1 <= len(members) <= 2:
        raise io("Invalid encoding of EDIPartyName")
    found = set()
    for item in members:
        for number, name in enumerate(_PARTY_FIELDS):
            if not item.is_context(number) or item.is_constructed:
                continue
            if number in found:
                raise io(f"Duplicate {name} found in EDIPartyName")
            item = item.data.value()
            if item.any_string() is not None:
                found.add(number)
    if 1 not in found and value.java.has(Feature.PARTIES_NAMED):
        raise io("party cannot be missing")


def _host(name: str, java: Jdk) -> str | None:
    try:
        uri = parse_uri(name, java)
    except UriSyntaxError as problem:
        raise io(f"invalid URI name:{name}", JavaThrow("java.net.URISyntaxException", str(problem))) from None
    if uri.scheme is None:
        raise io(f"URI name must include scheme:{name}")
    if uri.host is not None and uri.host.startswith("["):
        scope = uri.host.strip("[]").partition("%")[2]
        if scope and not scope.isdigit():  # the name of a network interface, which nobody has here
            raise io(f"invalid URI name (host portion is not a valid IPv6 address):{name}")
    elif uri.host is not None:
        try:
            check_dns(uri.host, java)
        except JavaThrow:
            kinds = "DNSName or IPv4" if java.has(Feature.STRICT_DNS_NAMES) else "DNSName, IPv4 address, or IPv6"
            raise io(f"invalid URI name (host portion is not a valid {kinds} address):{name}") from None
    return uri.host


def _constraint_host(name: str, java: Jdk) -> str:
    complaint = f"invalid URI name constraint:{name}"
    try:
        uri = parse_uri(name, java)
    except UriSyntaxError as problem:
        raise io(complaint, JavaThrow("java.net.URISyntaxException", str(problem))) from None
    if uri.scheme is not None:
        raise io(f"invalid URI name constraint (should not include scheme):{name}")
    host = unquote(uri.specific)
    try:
        check_dns(host.removeprefix("."), java)
    except JavaThrow as refused:
        raise io(complaint, refused) from None
    return host
