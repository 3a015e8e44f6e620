"""GeneralNames as the JDK parses them inside extensions (RFC 5280 section 4.2.1.6). Refusals measured on JDK 17."""

from __future__ import annotations

from sn_mock.keystore import der, x500_names
from sn_mock.keystore.java_uri import UriSyntaxError, parse_uri
from sn_mock.keystore.thrown import JavaThrow, io


def parse_names(value: der.Value) -> int:
    """A SEQUENCE of names; returns how many there are."""
    if value.tag != der.SEQUENCE:
        raise io("Invalid encoding for GeneralNames.")
    if not value.data.available:
        raise io("No data available in passed DER encoded value.")
    count = 0
    while value.data.available:
        parse_name(value.data.value())
        count += 1
    return count


_LABELS = {
    0: (True, "Invalid encoding of Other-Name"),
    1: (False, "Invalid encoding of RFC822 name"),
    2: (False, "Invalid encoding of DNSName"),
    3: (True, "Invalid encoding of X400Address name"),
    4: (True, "Invalid encoding of Directory name"),
    5: (True, "Invalid encoding of EDI name"),
    6: (False, "Invalid encoding of URI"),
    7: (False, "Invalid encoding of IP address"),
    8: (False, "Invalid encoding of OID name"),
}
"""For each tag number whether it is constructed, and Java's complaint where it is not so."""


def parse_name(value: der.Value, *, constraint: bool = False) -> None:
    """One name; `constraint` allows the URI forms of name constraints."""
    number = value.tag & 0x1F
    if number not in _LABELS:
        raise io(f"Unrecognized GeneralName tag, ({number})")
    constructed, complaint = _LABELS[number]
    if not value.is_context() or value.is_constructed is not constructed:
        raise io(complaint)
    if number == 0:
        value.data.oid()
        value.data.value()
    elif number == 1:
        _check_mail(_ia5(value))
    elif number == 4:
        x500_names.parse(value.data)
    elif number == 5:
        _check_party(value)
    elif number == 6 and not constraint:
        _check_uri(_ia5(value))
    elif number == 7 and value.length not in (4, 8, 16, 32):
        raise io("Invalid IPAddressName")
    elif number == 8:
        der.checked_oid(value.content)


def _ia5(value: der.Value) -> str:
    return value.content.decode("ascii", "replace")


def _check_mail(name: str) -> None:
    if not name:
        raise io("RFC822Name may not be null or empty")
    domain = name[name.find("@") + 1 :]
    if not domain:
        raise io("RFC822Name may not end with @")
    if domain == ".":
        raise io("RFC822Name domain may not be just .")


def _check_party(value: der.Value) -> None:
    members = der.Input(der.encode(der.SEQUENCE, value.content)).sequence()
    if not 1 <= len(members) <= 2:
        raise io("Invalid encoding of EDIPartyName")


def _check_uri(name: str) -> None:
    try:
        uri = parse_uri(name)
    except UriSyntaxError as problem:
        cause = JavaThrow("java.net.URISyntaxException", str(problem))
        raise io(f"invalid URI name:{name}", cause) from None
    if uri.scheme is None:
        raise io(f"URI name must include scheme:{name}")
    if uri.host is not None and not _is_host_name(uri.host):
        raise io(f"invalid URI name (host portion is not a valid DNSName or IPv4 address):{name}")


def _is_host_name(host: str) -> bool:
    labels = host.split(".")
    if all(label.isdigit() for label in labels):
        return len(labels) <= 4
    return all(0 < len(label) <= 63 and label[0] != "-" and label[-1] != "-" for label in labels)
