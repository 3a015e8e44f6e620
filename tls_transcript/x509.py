"""The facts of a certificate that people ask for, by a plain walk through its DER (RFC 5280)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from . import der, names
from .errors import DecodeError

_EKU, _KEY_USAGE, _BASIC_CONSTRAINTS, _SAN = "2.5.29.37", "2.5.29.15", "2.5.29.19", "2.5.29.17"

_EKU_NAMES = {
    "1.3.6.1.5.5.7.3.1": "serverAuth",
    "1.3.6.1.5.5.7.3.2": "clientAuth",
    "1.3.6.1.5.5.7.3.3": "codeSigning",
    "1.3.6.1.5.5.7.3.4": "emailProtection",
    "1.3.6.1.5.5.7.3.8": "timeStamping",
    "1.3.6.1.5.5.7.3.9": "OCSPSigning",
    "2.5.29.37.0": "anyExtendedKeyUsage",
}
_KEY_USAGE_NAMES = (
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

# SubjectPublicKeyInfo algorithm -> Java's name of the key algorithm
_KEY_TYPES = {
    "1.2.840.113549.1.1.1": "RSA",
    "1.2.840.113549.1.1.10": "RSASSA-PSS",
    "1.2.840.10045.2.1": "EC",
    "1.2.840.10040.4.1": "DSA",
    "1.3.101.112": "EdDSA",
    "1.3.101.113": "EdDSA",
}
_CURVE_BITS = {
    "1.2.840.10045.3.1.1": 192,
    "1.3.132.0.33": 224,
    "1.2.840.10045.3.1.7": 256,
    "1.3.132.0.10": 256,
    "1.3.132.0.34": 384,
    "1.3.132.0.35": 521,
}
_EDWARDS_BITS = {"1.3.101.112": 255, "1.3.101.113": 448}

_SIGNATURES = {
    "1.2.840.113549.1.1.4": "MD5withRSA",
    "1.2.840.113549.1.1.5": "SHA1withRSA",
    "1.2.840.113549.1.1.10": "RSASSA-PSS",
    "1.2.840.113549.1.1.11": "SHA256withRSA",
    "1.2.840.113549.1.1.12": "SHA384withRSA",
    "1.2.840.113549.1.1.13": "SHA512withRSA",
    "1.2.840.10045.4.1": "SHA1withECDSA",
    "1.2.840.10045.4.3.2": "SHA256withECDSA",
    "1.2.840.10045.4.3.3": "SHA384withECDSA",
    "1.2.840.10045.4.3.4": "SHA512withECDSA",
    "2.16.840.1.101.3.4.3.2": "SHA256withDSA",
    "1.3.101.112": "Ed25519",
    "1.3.101.113": "Ed448",
}


@dataclass(frozen=True, slots=True)
class CertificateSummary:
    """One certificate in a few lines. Names are RFC 2253 text as Java prints it."""

    subject: str
    issuer: str
    serial: int
    not_before: datetime
    not_after: datetime
    sha256: str
    """Fingerprint, lower-case hex."""
    key_type: str
    """Java's name: RSA, RSASSA-PSS, EC, EdDSA, DSA; an OID where Java has none."""
    key_bits: int | None
    signature_algorithm: str
    eku: tuple[str, ...] | None
    """Extended key usages by name (or OID); None without the extension."""
    key_usage: tuple[str, ...] | None
    is_ca: bool
    subject_alternative_names: tuple[str, ...]
    """`DNS:…`, `IP:…`, `URI:…`, `email:…`; other kinds are left out."""

    @property
    def self_issued(self) -> bool:
        """Subject and issuer are the same text."""
        return self.subject == self.issuer

    def to_json(self) -> dict[str, Any]:
        """All fields; times in ISO 8601 UTC, the serial number in hex."""
        return {
            "subject": self.subject,
            "issuer": self.issuer,
            "serial": f"{self.serial:x}",
            "not_before": self.not_before.isoformat(),
            "not_after": self.not_after.isoformat(),
            "sha256": self.sha256,
            "key_type": self.key_type,
            "key_bits": self.key_bits,
            "signature_algorithm": self.signature_algorithm,
            "eku": None if self.eku is None else list(self.eku),
            "key_usage": None if self.key_usage is None else list(self.key_usage),
            "is_ca": self.is_ca,
            "subject_alternative_names": list(self.subject_alternative_names),
        }


def summary(certificate: bytes) -> CertificateSummary:
    """Summarise a DER certificate; raises DecodeError on garbage and nothing else."""
    fields = der.tbs_fields(certificate)
    serial, signature, issuer, validity, subject, public_key = fields[:6]
    times = validity.expect(der.SEQUENCE).children()
    if len(times) != 2:
        raise DecodeError("a validity has two times")
    extensions = _extensions(fields[6:])
    key_type, key_bits = _key(public_key)
    return CertificateSummary(
        subject=names.rfc2253(subject.encoded),
        issuer=names.rfc2253(issuer.encoded),
        serial=der.integer(serial),
        not_before=_time(times[0]),
        not_after=_time(times[1]),
        sha256=hashlib.sha256(certificate).hexdigest(),
        key_type=key_type,
        key_bits=key_bits,
        signature_algorithm=_algorithm(signature),
        eku=_eku(extensions.get(_EKU)),
        key_usage=_key_usage(extensions.get(_KEY_USAGE)),
        is_ca=_is_ca(extensions.get(_BASIC_CONSTRAINTS)),
        subject_alternative_names=_alternative_names(extensions.get(_SAN)),
    )


def _extensions(optional_fields: tuple[der.Value, ...]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for optional in optional_fields:
        if optional.tag != 0xA3:
            continue
        for extension in der.read(optional.content).expect(der.SEQUENCE).children():
            parts = extension.expect(der.SEQUENCE).children()
            if len(parts) < 2:
                raise DecodeError("an extension has an identifier and a value")
            found[der.oid(parts[0])] = parts[-1].expect(der.OCTET_STRING).content
    return found


def _algorithm(identifier: der.Value) -> str:
    number = _oid_of(identifier)
    return _SIGNATURES.get(number, number)


def _oid_of(identifier: der.Value) -> str:
    parts = identifier.expect(der.SEQUENCE).children()
    if not parts:
        raise DecodeError("an algorithm without identifier")
    return der.oid(parts[0])


def _key(public_key: der.Value) -> tuple[str, int | None]:
    parts = public_key.expect(der.SEQUENCE).children()
    if len(parts) != 2:
        raise DecodeError("a public key has an algorithm and bits")
    algorithm = parts[0].expect(der.SEQUENCE).children()
    number = _oid_of(parts[0])
    key_type = _KEY_TYPES.get(number, number)
    if key_type in ("RSA", "RSASSA-PSS"):
        numbers = der.read(parts[1].expect(der.BIT_STRING).content[1:]).expect(der.SEQUENCE).children()
        return key_type, der.integer(numbers[0]).bit_length() if numbers else None
    if key_type == "EC" and len(algorithm) > 1 and algorithm[1].tag == der.OID:
        return key_type, _CURVE_BITS.get(der.oid(algorithm[1]))
    if key_type == "DSA" and len(algorithm) > 1:
        prime = algorithm[1].expect(der.SEQUENCE).children()
        return key_type, der.integer(prime[0]).bit_length() if prime else None
    return key_type, _EDWARDS_BITS.get(number)


def summaries(chain: Iterable[bytes]) -> tuple[CertificateSummary, ...]:
    """The readable certificates of a chain, in its order; one that cannot be read ends it."""
    found: list[CertificateSummary] = []
    for certificate in chain:
        try:
            found.append(summary(certificate))
        except DecodeError:
            break
    return tuple(found)


def _time(value: der.Value) -> datetime:
    text = value.expect(der.UTC_TIME, der.GENERALIZED_TIME).content.decode("ascii", "replace")
    if value.tag == der.UTC_TIME:
        text = ("19" if text[:2] >= "50" else "20") + text
    try:
        return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise DecodeError(f"not a time of a certificate: {text}") from None


def _eku(data: bytes | None) -> tuple[str, ...] | None:
    if data is None:
        return None
    numbers = [der.oid(value) for value in der.read(data).expect(der.SEQUENCE).children()]
    return tuple(_EKU_NAMES.get(number, number) for number in numbers)


def _key_usage(data: bytes | None) -> tuple[str, ...] | None:
    if data is None:
        return None
    bits = der.read(data).expect(der.BIT_STRING).content[1:]
    flags = "".join(f"{octet:08b}" for octet in bits)
    return tuple(name for name, flag in zip(_KEY_USAGE_NAMES, flags, strict=False) if flag == "1")


def _is_ca(data: bytes | None) -> bool:
    if data is None:
        return False
    parts = der.read(data).expect(der.SEQUENCE).children()
    return bool(parts) and parts[0].tag == der.BOOLEAN and parts[0].content != b"\0"


def _alternative_names(data: bytes | None) -> tuple[str, ...]:
    if data is None:
        return ()
    found = []
    for value in der.read(data).expect(der.SEQUENCE).children():
        text = value.content.decode("utf-8", "replace")
        if value.tag == 0x87:
            found.append(f"IP:{_address(value.content)}")
        elif value.tag in _SAN_KINDS:
            found.append(f"{_SAN_KINDS[value.tag]}:{text}")
    return tuple(found)


_SAN_KINDS = {0x81: "email", 0x82: "DNS", 0x86: "URI"}


def _address(octets: bytes) -> str:
    if len(octets) == 4:
        return ".".join(str(octet) for octet in octets)
    return ":".join(octets[i : i + 2].hex() for i in range(0, len(octets), 2))
