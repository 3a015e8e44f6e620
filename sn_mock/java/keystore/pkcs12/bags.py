"""The bags inside a safe, in the JDK's order and with the JDK's workarounds.

Java gives a key without localKeyID one of its own if it is the first key, skips it otherwise, and ignores plain key
bags and any bag it does not know. Source: RFC 7292 section 4.2; behaviour measured on JDK 17.
"""

from __future__ import annotations

from dataclasses import field

from guarded.values import dataclass
from sn_mock.java.asn1 import der, oids
from sn_mock.java.asn1 import times as der_times
from sn_mock.java.asn1.oids import oid_named
from sn_mock.java.lang import strings as java_strings
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import Jdk
from sn_mock.java.lang.lower_case import lower
from sn_mock.java.lang.thrown import NULL_POINTER, JavaThrow, element, io
from sn_mock.java.x509.certificates import Certificate, generate_certificate

_SHROUDED_KEY = oid_named("PKCS8ShroudedKeyBag")
_CERTIFICATE = oid_named("CertBag")
_SECRET = oid_named("SecretBag")
_FRIENDLY_NAME = oid_named("FriendlyName")
_LOCAL_KEY_ID = oid_named("LocalKeyID")
_TRUSTED_KEY_USAGE = oid_named("ORACLE_TrustedKeyUsage")


@dataclass(slots=True)
class KeyBag:
    """A private or secret key of the file; the chain is found when all safes are read."""

    alias: str
    key_id: bytes
    protected_key: bytes = field(repr=False)
    is_private: bool = True
    chain: tuple[Certificate, ...] = ()


@dataclass(frozen=True, slots=True)
class CertificateBag:
    """A certificate of the file; `trusted` ones are aliases of their own, the others only serve chains."""

    certificate: Certificate
    key_id: bytes | None
    alias: str | None
    trusted: bool


@dataclass(slots=True)
class Contents:
    """What the safes held so far; a failed first attempt at decryption leaves its traces, as in Java."""

    entries: dict[str, KeyBag | CertificateBag] = field(default_factory=dict)
    """By lower-case alias, in Java's order."""
    keys: list[KeyBag] = field(default_factory=list)
    chain_certificates: list[CertificateBag] = field(default_factory=list)
    certificates: list[Certificate] = field(default_factory=list)
    private_keys: int = 0
    unnamed: int = 0

    def next_name(self) -> str:
        """The alias of the next bag without a friendlyName."""
        self.unnamed += 1
        return str(self.unnamed)


@dataclass(frozen=True, slots=True)
class _Attributes:
    alias: str | None = None
    key_id: bytes | None = None
    trusted: bool = False


def read_safe(cursor: der.Input, contents: Contents) -> None:
    """Add the bags of one safe; raises the JDK's exceptions."""
    for index, bag in enumerate(cursor.sequence()):
        _read_bag(bag.input(), index, contents)


def _read_bag(cursor: der.Input, index: int, contents: Contents) -> None:
    kind = oids.oid_text(cursor.oid())
    value = cursor.value()
    if not value.is_context(0):
        raise io(f"unsupported PKCS12 bag value type {java_strings.byte(value.tag)}")
    value = value.data.value()
    if kind == _SHROUDED_KEY:
        contents.private_keys += 1
        key = KeyBag("", b"", value.encoded())
        _add_key(key, _attributes(cursor), contents, cursor.java)
    elif kind == _SECRET:
        key = KeyBag("", b"", _inner(value, "Invalid length for SecretBag", "secret").octet_string(), is_private=False)
        _add_key(key, _attributes(cursor), contents, cursor.java)
    elif kind == _CERTIFICATE:
        octets = _inner(value, "Invalid length for CertBag", "cert").octet_string()
        certificate = generate_certificate(octets, cursor.java)
        _add_certificate(certificate, _attributes(cursor), index, contents, cursor.java)
    else:
        _attributes(cursor)


def _inner(value: der.Value, wrong_length: str, what: str) -> der.Value:
    members = value.reopened().sequence()
    if len(members) != 2 and value.java.has(Feature.STRICT_2020):
        raise io(wrong_length)
    element(members, 0, value.java).oid()
    content = element(members, 1, value.java)
    if not content.is_context(0):
        raise io(f"unsupported PKCS12 {what} value type {java_strings.byte(content.tag)}")
    return content.data.value()


def _add_key(key: KeyBag, attributes: _Attributes, contents: Contents, java: Jdk) -> None:
    key_id = attributes.key_id
    if key_id is None:
        if key.is_private and contents.private_keys != 1:
            return
        if not key.is_private and not java.has(Feature.SECRETS_WITHOUT_ID):
            raise JavaThrow(NULL_POINTER)
        key_id = b"01" if key.is_private else b"00"
    key.key_id = key_id
    if key.is_private:
        contents.keys.append(key)
    key.alias = contents.next_name() if attributes.alias is None else attributes.alias
    contents.entries[lower(key.alias, java)] = key


def _add_certificate(
    certificate: Certificate, attributes: _Attributes, index: int, contents: Contents, java: Jdk
) -> None:
    key_id = attributes.key_id
    if key_id is None and contents.private_keys == 1 and index == 0:
        key_id = b"01"
    alias = attributes.alias
    if attributes.trusted:
        alias = contents.next_name() if alias is None else alias
        contents.entries[lower(alias, java)] = CertificateBag(certificate, key_id, alias, trusted=True)
    else:
        contents.chain_certificates.append(CertificateBag(certificate, key_id, alias, trusted=False))
    contents.certificates.append(certificate)


def _attributes(cursor: der.Input) -> _Attributes:
    try:
        members = cursor.set()
    except JavaThrow as refused:
        if not refused.is_io:
            raise
        return _Attributes()
    alias: str | None = None
    key_id: bytes | None = None
    trusted = False
    for member in members:
        parts = member.reopened().sequence()
        if len(parts) != 2 and cursor.java.has(Feature.STRICT_2020):
            raise io("Invalid length for Attribute")
        oid = oids.oid_text(element(parts, 0, cursor.java).oid())
        named = element(parts, 1, cursor.java).reopened()
        try:
            values = named.set()
        except JavaThrow as refused:
            if not refused.is_io:
                raise
            raise io(f"Attribute {oid} should have a value {refused.said}") from None
        if oid == _FRIENDLY_NAME:
            alias = element(values, 0, cursor.java).string(der.BMP_STRING)
        elif oid == _LOCAL_KEY_ID:
            key_id = element(values, 0, cursor.java).octet_string()
        elif oid == _TRUSTED_KEY_USAGE:
            for usage in values:
                usage.oid()
            trusted = True
        else:
            _check_attribute(member)
    return _Attributes(alias, key_id, trusted)


def _check_attribute(attribute: der.Value) -> None:
    """What `java.security.PKCS12Attribute` requires of an attribute nobody asked for."""
    try:
        for value in attribute.reopened().sequence()[1].reopened().set():
            _check_attribute_value(value)
    except JavaThrow as refused:
        if not refused.is_io:
            raise
        raise JavaThrow("java.lang.IllegalArgumentException", "Incorrect format: encoded", refused) from None


def _check_attribute_value(value: der.Value) -> None:
    if value.tag == der.OCTET_STRING:
        value.octet_string()
    elif value.tag == der.OID:
        value.oid()
    elif value.tag == der.GENERALIZED_TIME:
        der_times.generalized_time(value)
    elif value.tag == der.UTC_TIME:
        der_times.utc_time(value)
    elif value.tag == der.INTEGER:
        value.big_integer()
    elif value.tag == der.BOOLEAN:
        value.boolean()
