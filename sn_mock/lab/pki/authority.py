"""Certificates issued on demand: an `IdentitySpec` says only what differs from a healthy certificate."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from ipaddress import ip_address
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from guarded.values import dataclass
from sn_mock.java.asn1 import der
from sn_mock.java.asn1.oids import oid_content, oid_named
from sn_mock.java.keytool import issuing
from sn_mock.java.keytool.distinguished_names import name_der

if TYPE_CHECKING:
    from cryptography import x509

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

CLIENT_AUTH = oid_named("clientAuth")
SERVER_AUTH = oid_named("serverAuth")

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
EXPIRED = datetime(2021, 1, 1, tzinfo=UTC)
"""When every certificate meant to be expired ran out: a fixed date, so that Java's text is the same every day."""
NOT_YET = datetime(2090, 1, 1, tzinfo=UTC)
"""When every certificate that is not yet valid begins."""


@dataclass(frozen=True, slots=True)
class IdentitySpec:
    """What to issue. The defaults are a healthy P-256 certificate for one year; a spec names only its deviation."""

    subject: str
    """RFC 4514 text, most specific part first (`CN=…,O=…`)."""
    issuer: str | None = "intermediate"
    """Name of the issuing identity; None means self-signed."""
    key: str = "EC"
    """`EC` (P-256), `RSA2048` or `RSA1024`."""
    not_before: datetime | None = None
    not_after: datetime | None = None
    eku: tuple[str, ...] | None = (CLIENT_AUTH,)
    """Extended key usages, dotted; None leaves the extension out (RFC 5280 §4.2.1.12: every purpose is allowed)."""
    san: tuple[str, ...] = ()
    """Host names and IP addresses."""
    ca: bool = False
    digital_signature: bool = True
    sha1: bool = False
    """Sign with SHA-1."""
    ocsp: str | None = None
    """URL of the CA's OCSP responder, for the authority information access extension."""
    same_key_as: str | None = None
    """Reuse another identity's key pair: a renewed or a cross-signed certificate."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A certificate, its private key, and the certificates above it."""

    name: str
    der_chain: tuple[bytes, ...]
    """As DER: leaf first, root last."""
    key: PrivateKey = field(repr=False)

    @property
    def der(self) -> bytes:
        """The leaf as DER."""
        return self.der_chain[0]

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        """The whole chain as `cryptography` reads it."""
        return tuple(map(_read, self.der_chain))

    @property
    def certificate(self) -> x509.Certificate:
        """The leaf as `cryptography` reads it."""
        return _read(self.der)

    @property
    def subject(self) -> str:
        """The leaf's subject in RFC 2253 order, as Java prints it."""
        return self.certificate.subject.rfc4514_string()

    def pem(self, certificates: int | None = 1) -> str:
        """The first `certificates` of the chain as PEM text (None: all of them)."""
        return "".join(issuing.pem("CERTIFICATE", one) for one in self.der_chain[slice(certificates)])

    @property
    def pkcs8(self) -> bytes:
        """The private key as unencrypted PKCS#8 DER."""
        return self.key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )

    @property
    def key_pem(self) -> str:
        """The private key as unencrypted PKCS#8 PEM."""
        return issuing.pem("PRIVATE KEY", self.pkcs8)


@lru_cache(64)
def _read(encoded: bytes) -> x509.Certificate:
    from cryptography.x509 import load_der_x509_certificate

    return load_der_x509_certificate(encoded)


def new_key(kind: str) -> PrivateKey:
    """A fresh key pair: `EC` (P-256, quick), `RSA2048`, or the deliberately weak `RSA1024`."""
    if kind == "EC":
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(public_exponent=65537, key_size=int(kind.removeprefix("RSA")))


def issue(spec: IdentitySpec, *, name: str, issuer: Identity | None, key: PrivateKey, now: datetime) -> Identity:
    """Issue a certificate: pure but for the key and the serial number. Lifetimes count from `now`, whole days."""
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    lifetime = timedelta(days=3650 if spec.ca else 365)
    begin = spec.not_before or midnight - timedelta(days=730 if spec.ca else 30)
    end = spec.not_after or max(begin, midnight) + lifetime
    signer = issuer.key if issuer else key
    subject = name_der(spec.subject, utf8=True)
    key_info = _public(key)
    certificate = issuing.signed_certificate(
        signer=signer,
        subject=subject,
        issuer=_subject_of(issuer.der) if issuer else subject,
        validity=(begin, end),
        key_info=key_info,
        serial=int.from_bytes(os.urandom(20), "big") >> 1,
        extensions=tuple(_extensions(spec, key_info, _public(signer))),
        sha1=spec.sha1,
    )
    return Identity(name, (certificate, *(issuer.der_chain if issuer else ())), key)


def _public(key: PrivateKey) -> bytes:
    return key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


_SUBJECT = 5
"""Its place in a version 3 certificate, behind version, serial number, algorithm, issuer and validity."""


def _subject_of(certificate: bytes) -> bytes:
    return der.Value.parse(certificate).members()[0].members()[_SUBJECT].encoded()


def _extensions(spec: IdentitySpec, key_info: bytes, signer_info: bytes) -> Iterator[bytes]:
    """RFC 5280 section 4.2.1."""
    yield issuing.extension("SubjectKeyID", issuing.key_identifier(key_info))
    yield issuing.extension("AuthorityKeyID", _sequence(issuing.key_identifier(signer_info, _CONTEXT | 0)))
    yield issuing.extension("BasicConstraints", _sequence(b"\x01\x01\xff" if spec.ca else b""), critical=True)
    yield issuing.extension("KeyUsage", _key_usage(spec), critical=True)
    if spec.eku is not None and not spec.ca:
        yield issuing.extension("extendedKeyUsage", _sequence(*map(_oid, spec.eku)))
    if spec.san:
        yield issuing.extension("SubjectAlternativeName", _sequence(*map(_name, spec.san)))
    if spec.ocsp:
        responder = _sequence(_oid(oid_named("OCSP")), der.encode(_URI, spec.ocsp.encode("ascii")))
        yield issuing.extension("AuthInfoAccess", _sequence(responder))


_CONTEXT = 0x80
_DNS, _URI, _ADDRESS = _CONTEXT | 2, _CONTEXT | 6, _CONTEXT | 7
"""Tags of a GeneralName (section 4.2.1.6)."""


def _name(text: str) -> bytes:
    try:
        return der.encode(_ADDRESS, ip_address(text).packed)
    except ValueError:
        return der.encode(_DNS, text.encode("ascii"))


_DIGITAL_SIGNATURE, _KEY_ENCIPHERMENT, _KEY_CERT_SIGN, _CRL_SIGN = 0x80, 0x20, 0x04, 0x02


def _key_usage(spec: IdentitySpec) -> bytes:
    if spec.ca:
        bits = _KEY_CERT_SIGN | _CRL_SIGN
    else:
        encipherment = spec.key != "EC" or not spec.digital_signature
        bits = _DIGITAL_SIGNATURE * spec.digital_signature | _KEY_ENCIPHERMENT * encipherment
    unused = (bits & -bits).bit_length() - 1
    return der.encode(der.BIT_STRING, bytes([unused, bits]))


def _oid(dotted: str) -> bytes:
    return der.encode(der.OID, oid_content(dotted))


def _sequence(*parts: bytes) -> bytes:
    return der.encode(der.SEQUENCE, b"".join(parts))
