"""One X.509 certificate as the key and trust decisions look at it: read once, immutable (RFC 5280 section 4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache

from sn_mock.outbound import x500
from sn_mock.outbound.certificate_extensions import Extensions
from sn_mock.outbound.certificate_extensions import read as read_extensions
from tls_transcript import DecodeError, der

_RSASSA_PSS = "1.2.840.113549.1.1.10"

KEY_TYPES: Mapping[str, str] = {
    "1.2.840.113549.1.1.1": "RSA",
    _RSASSA_PSS: "RSASSA-PSS",
    "1.2.840.10045.2.1": "EC",
    "1.2.840.10040.4.1": "DSA",
    "1.3.101.112": "EdDSA",
    "1.3.101.113": "EdDSA",
}
"""SubjectPublicKeyInfo algorithm to Java's `PublicKey.getAlgorithm()`."""

SIGNATURES: Mapping[str, str] = {
    "1.2.840.113549.1.1.2": "MD2withRSA",
    "1.2.840.113549.1.1.4": "MD5withRSA",
    "1.2.840.113549.1.1.5": "SHA1withRSA",
    "1.3.14.3.2.29": "SHA1withRSA",
    "1.2.840.113549.1.1.14": "SHA224withRSA",
    "1.2.840.113549.1.1.11": "SHA256withRSA",
    "1.2.840.113549.1.1.12": "SHA384withRSA",
    "1.2.840.113549.1.1.13": "SHA512withRSA",
    _RSASSA_PSS: "RSASSA-PSS",
    "1.2.840.10045.4.1": "SHA1withECDSA",
    "1.2.840.10045.4.3.1": "SHA224withECDSA",
    "1.2.840.10045.4.3.2": "SHA256withECDSA",
    "1.2.840.10045.4.3.3": "SHA384withECDSA",
    "1.2.840.10045.4.3.4": "SHA512withECDSA",
    "1.2.840.10040.4.3": "SHA1withDSA",
    "2.16.840.1.101.3.4.3.1": "SHA224withDSA",
    "2.16.840.1.101.3.4.3.2": "SHA256withDSA",
    "1.3.101.112": "Ed25519",
    "1.3.101.113": "Ed448",
}
"""Certificate signature algorithm to Java's `getSigAlgName()`."""

CURVES: Mapping[str, tuple[str, int]] = {
    "1.2.840.10045.3.1.1": ("secp192r1", 192),
    "1.3.132.0.33": ("secp224r1", 224),
    "1.2.840.10045.3.1.7": ("secp256r1", 256),
    "1.3.132.0.10": ("secp256k1", 256),
    "1.3.132.0.34": ("secp384r1", 384),
    "1.3.132.0.35": ("secp521r1", 521),
}
"""Named curve to its name in TLS (SEC 2) and its size in bits."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """What key choice, path building, validation and host-name checks ask of a certificate."""

    der: bytes = field(repr=False)
    subject: bytes = field(repr=False)
    """DER Name."""
    issuer: bytes = field(repr=False)
    version: int
    serial: int
    not_before: datetime
    not_after: datetime
    key_type: str
    """Java's algorithm name of the public key, or its dotted OID."""
    key_bits: int
    curve: str | None
    signature: str
    """Java's signature algorithm name (`SHA256withRSA`), or its dotted OID."""
    subject_text: str
    """The subject as Java compares it (`X500Principal` canonical form)."""
    issuer_text: str
    public_key: bytes = field(repr=False)
    """DER SubjectPublicKeyInfo."""
    extensions: Extensions

    @property
    def self_issued(self) -> bool:
        """True where subject and issuer are the same name."""
        return self.subject_text == self.issuer_text


@lru_cache(maxsize=1024)
def parse(data: bytes) -> Certificate:
    """The certificate in `data` (DER); raises DecodeError (a ValueError) where it is none."""
    try:
        return _parse(data)
    except (IndexError, ValueError, OverflowError) as error:
        raise DecodeError(f"not a certificate: {error}") from error


@lru_cache(maxsize=4096)
def issuer(data: bytes) -> bytes:
    """The DER Name of a certificate's issuer, without reading the rest."""
    return der.tbs_fields(data)[2].encoded


def parse_all(found: Iterable[bytes]) -> tuple[Certificate, ...]:
    """The readable ones among them."""
    certificates = []
    for data in found:
        with suppress(DecodeError):
            certificates.append(parse(data))
    return tuple(certificates)


def _parse(data: bytes) -> Certificate:
    fields = der.tbs_fields(data)
    serial, _, issuer, validity, subject, spki = fields[:6]
    not_before, not_after = (_time(value) for value in validity.expect(der.SEQUENCE).children())
    key_type, bits, curve = _public_key(spki.expect(der.SEQUENCE))
    signature = der.oid(der.read(data).children()[1].children()[0])
    return Certificate(
        der=data,
        subject=subject.encoded,
        issuer=issuer.encoded,
        version=_version(data),
        serial=der.integer(serial),
        not_before=not_before,
        not_after=not_after,
        key_type=key_type,
        key_bits=bits,
        curve=curve,
        signature=SIGNATURES.get(signature, signature),
        subject_text=x500.canonical(subject.encoded),
        issuer_text=x500.canonical(issuer.encoded),
        public_key=spki.encoded,
        extensions=read_extensions(fields[6:]),
    )


def _version(data: bytes) -> int:
    first = der.read(data).children()[0].children()[0]
    return der.integer(first.children()[0]) + 1 if first.tag == 0xA0 else 1


def _time(value: der.Value) -> datetime:
    text = value.expect(der.UTC_TIME, der.GENERALIZED_TIME).content.decode("ascii", errors="replace")
    if value.tag == der.UTC_TIME:  # RFC 5280 section 4.1.2.5.1: two digits, 50 and above belong to the 1900s
        text = ("19" if text[:2] >= "50" else "20") + text
    digits = text.removesuffix("Z").partition(".")[0]
    layout = "%Y%m%d%H%M%S" if len(digits) == 14 else "%Y%m%d%H%M"
    return datetime.strptime(digits, layout).replace(tzinfo=UTC)


def _public_key(spki: der.Value) -> tuple[str, int, str | None]:
    algorithm, key = spki.children()[:2]
    parts = algorithm.expect(der.SEQUENCE).children()
    oid = der.oid(parts[0])
    key_type = KEY_TYPES.get(oid, oid)
    if key_type in ("RSA", "RSASSA-PSS"):
        modulus = der.read(key.expect(der.BIT_STRING).content[1:]).children()[0]
        return key_type, der.integer(modulus).bit_length(), None
    if key_type == "EC" and len(parts) > 1 and parts[1].tag == der.OID:
        curve, bits = CURVES.get(der.oid(parts[1]), (der.oid(parts[1]), 0))
        return key_type, bits, curve
    if key_type == "DSA" and len(parts) > 1:
        return key_type, der.integer(parts[1].children()[0]).bit_length(), None
    if key_type == "EdDSA":
        return key_type, 255 if oid.endswith("112") else 448, None
    return key_type, 0, None
