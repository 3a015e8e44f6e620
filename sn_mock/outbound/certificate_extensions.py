"""The X.509 extensions that decide anything in an outbound call (RFC 5280 section 4.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address

from tls_transcript import der

KEY_USAGE, ALTERNATIVE_NAMES, BASIC_CONSTRAINTS = "2.5.29.15", "2.5.29.17", "2.5.29.19"
NAME_CONSTRAINTS, POLICIES, EXTENDED_KEY_USAGE = "2.5.29.30", "2.5.29.32", "2.5.29.37"
SUBJECT_KEY_ID, AUTHORITY_KEY_ID, CRL_POINTS = "2.5.29.14", "2.5.29.35", "2.5.29.31"
AUTHORITY_INFO = "1.3.6.1.5.5.7.1.1"

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

RFC822, DNS, DIRECTORY, URI, IP = 0x81, 0x82, 0xA4, 0x86, 0x87
"""Context tags of GeneralName (RFC 5280 section 4.2.1.6)."""


@dataclass(frozen=True, slots=True)
class GeneralName:
    """One GeneralName: its context tag and its content octets."""

    tag: int
    content: bytes

    @property
    def text(self) -> str:
        """A DNS name, URI or mail address as text, an IP address in its usual form, anything else in hex."""
        if self.tag in (RFC822, DNS, URI):
            return self.content.decode("latin-1")
        if self.tag == IP and len(self.content) in (4, 16):
            return str(ip_address(self.content))
        return self.content.hex()


@dataclass(frozen=True, slots=True)
class NameConstraints:
    """Subtrees a CA's certificates must, and must not, fall into."""

    permitted: tuple[GeneralName, ...] = ()
    excluded: tuple[GeneralName, ...] = ()


@dataclass(frozen=True, slots=True)
class Extensions:
    """The extensions of one certificate; None means that the extension is absent."""

    present: tuple[str, ...] = ()
    critical: tuple[str, ...] = ()
    is_ca: bool | None = None
    path_length: int | None = None
    key_usage: frozenset[str] | None = None
    """Names of `KEY_USAGE_BITS` that are set."""
    extended_key_usage: tuple[str, ...] | None = None
    """Dotted OIDs."""
    alternative_names: tuple[GeneralName, ...] | None = None
    name_constraints: NameConstraints | None = None
    subject_key_id: bytes | None = None
    authority_key_id: bytes | None = None
    crl_uris: tuple[str, ...] = ()
    ocsp_uris: tuple[str, ...] = ()


def read(trailing_fields: Sequence[der.Value]) -> Extensions:
    """The extensions among the TBSCertificate fields after the public key; raises DecodeError on broken ones."""
    holder = next((value for value in trailing_fields if value.tag == 0xA3), None)
    if holder is None:
        return Extensions()
    values: dict[str, der.Value] = {}
    critical = []
    for extension in der.read(holder.content).expect(der.SEQUENCE).children():
        parts = extension.children()
        oid = der.oid(parts[0])
        if len(parts) == 3 and parts[1].content != b"\x00":
            critical.append(oid)
        values[oid] = der.Value(parts[-1].tag, parts[-1].content, parts[-1].encoded)
    content = {oid: value.expect(der.OCTET_STRING).content for oid, value in values.items()}
    is_ca, path_length = _basic_constraints(content.get(BASIC_CONSTRAINTS))
    return Extensions(
        present=tuple(values),
        critical=tuple(critical),
        is_ca=is_ca,
        path_length=path_length,
        key_usage=_key_usage(content.get(KEY_USAGE)),
        extended_key_usage=_oids(content.get(EXTENDED_KEY_USAGE)),
        alternative_names=_names(content.get(ALTERNATIVE_NAMES)),
        name_constraints=_name_constraints(content.get(NAME_CONSTRAINTS)),
        subject_key_id=der.read(content[SUBJECT_KEY_ID]).content if SUBJECT_KEY_ID in content else None,
        authority_key_id=_authority_key_id(content.get(AUTHORITY_KEY_ID)),
        crl_uris=_crl_uris(content.get(CRL_POINTS)),
        ocsp_uris=_ocsp_uris(content.get(AUTHORITY_INFO)),
    )


def _basic_constraints(data: bytes | None) -> tuple[bool | None, int | None]:
    if data is None:
        return None, None
    parts = der.read(data).children()
    is_ca = bool(parts) and parts[0].tag == der.BOOLEAN and parts[0].content != b"\x00"
    length = next((der.integer(part) for part in parts if part.tag == der.INTEGER), None)
    return is_ca, length


def _key_usage(data: bytes | None) -> frozenset[str] | None:
    if data is None:
        return None
    octets = der.read(data).expect(der.BIT_STRING).content[1:]
    set_bits = (n for n in range(8 * len(octets)) if octets[n // 8] & 0x80 >> n % 8)
    return frozenset(KEY_USAGE_BITS[n] for n in set_bits if n < len(KEY_USAGE_BITS))


def _oids(data: bytes | None) -> tuple[str, ...] | None:
    return None if data is None else tuple(der.oid(value) for value in der.read(data).children())


def _names(data: bytes | None) -> tuple[GeneralName, ...] | None:
    return None if data is None else tuple(_general_name(value) for value in der.read(data).children())


def _general_name(value: der.Value) -> GeneralName:
    return GeneralName(value.tag, value.content)


def _name_constraints(data: bytes | None) -> NameConstraints | None:
    if data is None:
        return None
    trees = {0xA0: (), 0xA1: ()} | {
        part.tag: tuple(_general_name(subtree.children()[0]) for subtree in part.children())
        for part in der.read(data).children()
    }
    return NameConstraints(permitted=trees[0xA0], excluded=trees[0xA1])


def _authority_key_id(data: bytes | None) -> bytes | None:
    if data is None:
        return None
    return next((part.content for part in der.read(data).children() if part.tag == 0x80), None)


def _crl_uris(data: bytes | None) -> tuple[str, ...]:
    if data is None:
        return ()
    return tuple(
        name.content.decode("latin-1")
        for point in der.read(data).children()
        for holder in point.children()
        if holder.tag == 0xA0
        for full in holder.children()
        if full.tag == 0xA0
        for name in full.children()
        if name.tag == URI
    )


def _ocsp_uris(data: bytes | None) -> tuple[str, ...]:
    if data is None:
        return ()
    return tuple(
        location.content.decode("latin-1")
        for method, location in (description.children() for description in der.read(data).children())
        if der.oid(method) == "1.3.6.1.5.5.7.48.1" and location.tag == URI
    )
