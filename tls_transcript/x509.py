"""The facts of a certificate that people ask for, by a plain walk through its DER (RFC 5280).

A summary is for showing, not for judging. It can be had of everything that OpenSSL takes for a certificate, however
odd; a field that cannot be read says so.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, TypeVar

from guarded.regex import regex
from guarded.values import dataclass

from . import der, names, oids
from .errors import DecodeError
from .remembering import by_octets

T = TypeVar("T")

UNREADABLE = "(unreadable)"
"""What stands in a text for a field that cannot be read."""

_SERIAL_OCTETS = 256
"""Of the longest serial number that is read; RFC 5280 section 4.1.2.2 allows 20, and Python prints no endless one."""

# extension identifiers 2.5.29.37, 15, 19 and 17 as their content octets
_EKU, _KEY_USAGE, _BASIC_CONSTRAINTS, _SAN = b"\x55\x1d\x25", b"\x55\x1d\x0f", b"\x55\x1d\x13", b"\x55\x1d\x11"

_EKU_NAMES = {
    "1.3.6.1.5.5.7.3.1": "serverAuth",
    "1.3.6.1.5.5.7.3.2": "clientAuth",
    "1.3.6.1.5.5.7.3.3": "codeSigning",
    "1.3.6.1.5.5.7.3.4": "emailProtection",
    "1.3.6.1.5.5.7.3.8": "timeStamping",
    "1.3.6.1.5.5.7.3.9": "OCSPSigning",
    "2.5.29.37.0": "anyExtendedKeyUsage",
}
KEY_USAGE_NAMES = (
    "digitalSignature",
    "nonRepudiation",
    "keyEncipherment",
    "dataEncipherment",
    "keyAgreement",
    "keyCertSign",
    "cRLSign",
    "encipherOnly",
    "decipherOnly",
)
"""In the order of their bits (RFC 5280 section 4.2.1.3)."""

# SubjectPublicKeyInfo algorithm -> Java's name of the key algorithm
_KEY_TYPES = {
    oids.RSA: "RSA",
    oids.RSASSA_PSS: "RSASSA-PSS",
    oids.EC: "EC",
    oids.DSA: "DSA",
    oids.ED25519: "EdDSA",
    oids.ED448: "EdDSA",
}
_CURVE_BITS = {
    "1.2.840.10045.3.1.1": 192,
    "1.3.132.0.33": 224,
    "1.2.840.10045.3.1.7": 256,
    "1.3.132.0.10": 256,
    "1.3.132.0.34": 384,
    "1.3.132.0.35": 521,
}
_EDWARDS_BITS = {oids.ED25519: 255, oids.ED448: 448}

_SIGNATURES = {
    "1.2.840.113549.1.1.4": "MD5withRSA",
    "1.2.840.113549.1.1.5": "SHA1withRSA",
    oids.RSASSA_PSS: "RSASSA-PSS",
    "1.2.840.113549.1.1.11": "SHA256withRSA",
    "1.2.840.113549.1.1.12": "SHA384withRSA",
    "1.2.840.113549.1.1.13": "SHA512withRSA",
    "1.2.840.10045.4.1": "SHA1withECDSA",
    "1.2.840.10045.4.3.2": "SHA256withECDSA",
    "1.2.840.10045.4.3.3": "SHA384withECDSA",
    "1.2.840.10045.4.3.4": "SHA512withECDSA",
    "2.16.840.1.101.3.4.3.2": "SHA256withDSA",
    oids.ED25519: "Ed25519",
    oids.ED448: "Ed448",
}


@dataclass(frozen=True, slots=True)
class CertificateSummary:
    """One certificate in a few lines. Names are text as `names.readable` writes it."""

    subject: str
    issuer: str
    serial: int | None
    not_before: datetime | None
    not_after: datetime | None
    sha256: str
    """Fingerprint, lower-case hex."""
    key_type: str | None
    """Java's name: RSA, RSASSA-PSS, EC, EdDSA, DSA; an OID where Java has none."""
    key_bits: int | None
    signature_algorithm: str | None
    eku: tuple[str, ...] | None
    """Extended key usages by name (or OID); None without the extension."""
    key_usage: tuple[str, ...] | None
    is_ca: bool | None
    subject_alternative_names: tuple[str, ...]
    """`DNS:…`, `IP:…`, `URI:…`, `email:…`; other kinds are left out."""
    unreadable: tuple[str, ...] = ()
    """The fields that are there and cannot be read: they are None (alternative names: ()), not absent.
    `extensions` stands for the whole list."""

    @property
    def self_issued(self) -> bool:
        """Subject and issuer are the same text."""
        return self.subject == self.issuer

    @property
    def not_before_text(self) -> str:
        """The first day, or that it cannot be read."""
        return _day(self.not_before)

    @property
    def not_after_text(self) -> str:
        """The last day, or that it cannot be read."""
        return _day(self.not_after)

    def ended_by(self, when: datetime) -> bool:
        """It was valid before `when` and no longer is; False where the date cannot be read."""
        return self.not_after is not None and self.not_after < when

    def begins_after(self, when: datetime) -> bool:
        """It will be valid, and is not yet at `when`; False where the date cannot be read."""
        return self.not_before is not None and self.not_before > when

    def to_json(self) -> dict[str, Any]:
        """All fields; times in ISO 8601 UTC, the serial number in hex; null and named in `unreadable` if need be."""
        return {
            "subject": self.subject,
            "issuer": self.issuer,
            "serial": None if self.serial is None else f"{self.serial:x}",
            "not_before": None if self.not_before is None else self.not_before.isoformat(),
            "not_after": None if self.not_after is None else self.not_after.isoformat(),
            "sha256": self.sha256,
            "key_type": self.key_type,
            "key_bits": self.key_bits,
            "signature_algorithm": self.signature_algorithm,
            "eku": None if self.eku is None else list(self.eku),
            "key_usage": None if self.key_usage is None else list(self.key_usage),
            "is_ca": self.is_ca,
            "subject_alternative_names": list(self.subject_alternative_names),
            "unreadable": list(self.unreadable),
        }


def _day(moment: datetime | None) -> str:
    return UNREADABLE if moment is None else f"{moment:%Y-%m-%d}"


class _Fields:
    """Reads field by field and notes those that cannot be read."""

    def __init__(self) -> None:
        self.unreadable: list[str] = []

    def read(self, name: str, reader: Callable[[], T]) -> T | None:
        try:
            return reader()
        except DecodeError:
            self.unreadable.append(name)
            return None


@by_octets
def summary(certificate: bytes) -> CertificateSummary:
    """Summarise a DER certificate; raises DecodeError on what OpenSSL takes for none either, and nothing else."""
    serial, signature, issuer, validity, subject, public_key, *optional = der.tbs_fields(certificate)
    fields = _Fields()
    extensions = fields.read("extensions", lambda: _extensions(optional)) or {}
    return CertificateSummary(
        subject=names.readable(subject.encoded),
        issuer=names.readable(issuer.encoded),
        serial=fields.read("serial", lambda: _serial(serial)),
        not_before=fields.read("not_before", lambda: _time(validity, 0)),
        not_after=fields.read("not_after", lambda: _time(validity, 1)),
        sha256=hashlib.sha256(der.first(certificate).encoded).hexdigest(),
        key_type=fields.read("key_type", lambda: _key_type(public_key)),
        key_bits=fields.read("key_bits", lambda: _key_bits(public_key)),
        signature_algorithm=fields.read("signature_algorithm", lambda: _algorithm(signature)),
        eku=fields.read("eku", lambda: _eku(extensions.get(_EKU))),
        key_usage=fields.read("key_usage", lambda: _key_usage(extensions.get(_KEY_USAGE))),
        is_ca=fields.read("is_ca", lambda: _is_ca(extensions.get(_BASIC_CONSTRAINTS))),
        subject_alternative_names=fields.read(
            "subject_alternative_names", lambda: _alternative_names(extensions.get(_SAN))
        )
        or (),
        unreadable=tuple(fields.unreadable),
    )


def summaries(chain: Iterable[bytes]) -> tuple[CertificateSummary, ...]:
    """The certificates of a chain, in its order; what is no certificate at all ends it."""
    found: list[CertificateSummary] = []
    for certificate in chain:
        try:
            found.append(summary(certificate))
        except DecodeError:
            break
    return tuple(found)


def _extensions(optional_fields: Iterable[der.Value]) -> dict[bytes, der.Value]:
    """Content of the identifier -> value."""
    found: dict[bytes, der.Value] = {}
    for optional in optional_fields:
        if optional.tag != 0xA3:
            continue
        for extension in _sequence(der.first(optional.content)):
            parts = _sequence(extension, at_least=2)
            found[parts[0].expect(der.OID).content] = parts[-1]
    return found


def _sequence(value: der.Value, at_least: int = 0) -> tuple[der.Value, ...]:
    parts = value.expect(der.SEQUENCE).children()
    if len(parts) < at_least:
        raise DecodeError(f"{len(parts)} values where {at_least} belong")
    return parts


def _bits(value: der.Value) -> bytes:
    """The octets of a BIT STRING, the unused bits of the last one cleared."""
    content = value.expect(der.BIT_STRING).content
    if not content or content[0] > 7 or (content[0] and len(content) == 1):
        raise DecodeError("a bit string begins with the number of its unused bits")
    if not content[0]:
        return content[1:]
    return content[1:-1] + bytes((content[-1] >> content[0] << content[0],))


def _serial(value: der.Value) -> int:
    if not 1 <= len(value.content) <= _SERIAL_OCTETS:
        raise DecodeError(f"a serial number of {len(value.content)} octets")
    return der.integer(value)


def _algorithm(identifier: der.Value) -> str:
    number = _oid_of(identifier)
    return _SIGNATURES.get(number, number)


def _oid_of(identifier: der.Value) -> str:
    return der.oid(_sequence(identifier, at_least=1)[0])


def _key_type(public_key: der.Value) -> str:
    number = _oid_of(_sequence(public_key, at_least=2)[0])
    return _KEY_TYPES.get(number, number)


def _key_bits(public_key: der.Value) -> int | None:
    """The key's length; None where its kind has none, or none that is known."""
    identifier, key = _sequence(public_key, at_least=2)[:2]
    number, *parameters = _sequence(identifier, at_least=1)
    key_type = _key_type(public_key)
    if key_type in ("RSA", "RSASSA-PSS"):
        return der.integer(_sequence(der.first(_bits(key)), at_least=1)[0]).bit_length()
    if key_type == "EC" and parameters and parameters[0].tag == der.OID:
        return _CURVE_BITS.get(der.oid(parameters[0]))
    if key_type == "DSA" and parameters:
        return der.integer(_sequence(parameters[0], at_least=1)[0]).bit_length()
    return _EDWARDS_BITS.get(der.oid(number))


_TIME = regex(rb"([0-9]{4})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})(?:Z|([+-])([0-9]{2})([0-9]{2}))")


def _time(validity: der.Value, position: int) -> datetime:
    """One end of a validity, in the form of RFC 5280 section 4.1.2.5 or with an offset, as X.690 still allows."""
    value = _sequence(validity, at_least=position + 1)[position].expect(der.UTC_TIME, der.GENERALIZED_TIME)
    text = value.content
    if value.tag == der.UTC_TIME:
        text = (b"19" if text[:2] >= b"50" else b"20") + text
    parts = _TIME.fullmatch(text)
    if parts is None:
        raise DecodeError("not a time of a certificate")
    sign, hours, minutes = parts[7], int(parts[8] or 0), int(parts[9] or 0)
    offset = timedelta(hours=hours, minutes=minutes) * (-1 if sign == b"-" else 1)
    try:
        year, month, day, hour, minute, second = map(int, parts.groups()[:6])
        return datetime(year, month, day, hour, minute, second, tzinfo=timezone(offset)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise DecodeError("no such time") from None


def _content(extension: der.Value) -> der.Value:
    return der.first(extension.expect(der.OCTET_STRING).content)


def _eku(extension: der.Value | None) -> tuple[str, ...] | None:
    if extension is None:
        return None
    numbers = [der.oid(value) for value in _sequence(_content(extension))]
    return tuple(_EKU_NAMES.get(number, number) for number in numbers)


def _key_usage(extension: der.Value | None) -> tuple[str, ...] | None:
    if extension is None:
        return None
    flags = "".join(f"{octet:08b}" for octet in _bits(_content(extension))[:2])
    return tuple(name for name, flag in zip(KEY_USAGE_NAMES, flags, strict=False) if flag == "1")


def _is_ca(extension: der.Value | None) -> bool:
    if extension is None:
        return False
    parts = _sequence(_content(extension))
    return bool(parts) and parts[0].tag == der.BOOLEAN and parts[0].content != b"\0"


def _alternative_names(extension: der.Value | None) -> tuple[str, ...]:
    if extension is None:
        return ()
    found = []
    for value in _sequence(_content(extension)):
        if value.tag == _IP_ADDRESS:
            found.append(f"IP:{_address(value.content)}")
        elif value.tag in _SAN_KINDS:
            found.append(f"{_SAN_KINDS[value.tag]}:{names.inert(value.content.decode('utf-8', 'replace'))}")
    return tuple(found)


_SAN_KINDS = {0x81: "email", 0x82: "DNS", 0x86: "URI"}
_IP_ADDRESS = 0x87


def _address(octets: bytes) -> str:
    if len(octets) == 4:
        return ".".join(str(octet) for octet in octets)
    if len(octets) == 16:
        return ":".join(octets[i : i + 2].hex() for i in range(0, len(octets), 2))
    return f"#{octets.hex()}"
