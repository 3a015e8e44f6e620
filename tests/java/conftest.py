"""Certificates and keys to order, for decisions that need no connection."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID, ObjectIdentifier

from sn_mock.java.keystore import UsableKey
from sn_mock.java.x509.certificates import parse_certificate

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
_CURVES = {"p256": ec.SECP256R1, "p384": ec.SECP384R1, "p192": ec.SECP192R1, "k1": ec.SECP256K1}


def name(common_name: str, organisation: str = "Lab", country: str = "NL") -> x509.Name:
    """C, O, CN in that order."""
    parts = ((NameOID.COUNTRY_NAME, country), (NameOID.ORGANIZATION_NAME, organisation))
    return x509.Name([x509.NameAttribute(kind, text) for kind, text in (*parts, (NameOID.COMMON_NAME, common_name))])


@dataclass
class Identity:
    """A certificate with its key and what was issued above it."""

    certificate: x509.Certificate
    key: Any = field(repr=False)

    @property
    def der(self) -> bytes:
        """The certificate."""
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def dn(self) -> bytes:
        """The subject as a CertificateRequest would carry it."""
        return self.certificate.subject.public_bytes()

    @property
    def pkcs8(self) -> bytes:
        """The private key."""
        return bytes(self.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))


class Forge:
    """Makes certificates; keys of one name and kind are made once."""

    def __init__(self) -> None:
        self._keys: dict[tuple[str, str], Any] = {}
        self._serial = 100

    def key(self, label: str, kind: str = "p256") -> Any:
        """A key: p256, p384, p192, k1, rsa or ed25519."""
        if (label, kind) not in self._keys:
            made: Any
            if kind == "rsa":
                made = rsa.generate_private_key(65537, 2048)
            elif kind == "ed25519":
                made = ed25519.Ed25519PrivateKey.generate()
            else:
                made = ec.generate_private_key(_CURVES[kind]())
            self._keys[label, kind] = made
        return self._keys[label, kind]

    def issue(
        self,
        common_name: str,
        by: Identity | None = None,
        *,
        kind: str = "p256",
        label: str | None = None,
        subject: x509.Name | None = None,
        ca: bool | None = False,
        path_length: int | None = None,
        days: tuple[int, int] = (-10, 300),
        key_usage: Sequence[str] | None = None,
        usages: Sequence[str] | None = None,
        hosts: Sequence[str] | None = None,
        extensions: Sequence[tuple[x509.ExtensionType, bool]] = (),
        issuer_name: x509.Name | None = None,
        signed_with: Any = None,
        digest: hashes.HashAlgorithm | None = None,
    ) -> Identity:
        """A certificate; without `by` it signs itself. `days`: its validity, counted from `NOW`."""
        self._serial += 1
        key = self.key(label or common_name, kind)
        subject = name(common_name) if subject is None else subject
        signer = signed_with or (by.key if by else key)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer_name or (by.certificate.subject if by else subject))
            .public_key(key.public_key())
            .serial_number(self._serial)
            .not_valid_before(NOW + timedelta(days=days[0]))
            .not_valid_after(NOW + timedelta(days=days[1]))
        )
        if ca is not None:
            builder = builder.add_extension(x509.BasicConstraints(ca, path_length if ca else None), True)
        if key_usage is not None:
            builder = builder.add_extension(_key_usage(key_usage), True)
        if usages is not None:
            builder = builder.add_extension(x509.ExtendedKeyUsage([ObjectIdentifier(oid) for oid in usages]), False)
        if hosts is not None:
            builder = builder.add_extension(x509.SubjectAlternativeName([_host(host) for host in hosts]), False)
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical)
        algorithm = None if isinstance(signer, ed25519.Ed25519PrivateKey) else digest or hashes.SHA256()
        return Identity(builder.sign(signer, algorithm), key)

    def usable(self, alias: str, *chain: Identity, key: Identity | None = None, opened: bool = True) -> UsableKey:
        """A key manager's entry; `key`: another identity's private key instead of the leaf's."""
        leaf = parse_certificate(chain[0].der)
        pkcs8 = (key or chain[0]).pkcs8 if opened else None
        return UsableKey(alias, leaf.public_key.java_algorithm, tuple(identity.der for identity in chain), pkcs8)


def _key_usage(on: Sequence[str]) -> x509.KeyUsage:
    known = (
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
    return x509.KeyUsage(**{flag: flag in on for flag in known})


def _host(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(text))
    except ValueError:
        return x509.RFC822Name(text) if "@" in text else x509.DNSName(text)


@pytest.fixture(scope="session")
def forge() -> Forge:
    """The certificate maker of this process."""
    return Forge()


@pytest.fixture(scope="session")
def root(forge: Forge) -> Identity:
    """A CA."""
    return forge.issue("Lab Root", ca=True, key_usage=("key_cert_sign", "crl_sign"))


@pytest.fixture(scope="session")
def intermediate(forge: Forge, root: Identity) -> Identity:
    """A CA below it."""
    return forge.issue("Lab Intermediate", root, ca=True, path_length=0, key_usage=("key_cert_sign", "crl_sign"))


@pytest.fixture(scope="session")
def other_root(forge: Forge) -> Identity:
    """A CA nobody mentions."""
    return forge.issue("Other Root", ca=True)


@pytest.fixture
def now() -> datetime:
    """The moment at which everything is judged."""
    return NOW


@pytest.fixture
def at_name() -> Callable[..., x509.Name]:
    """`at_name(common_name, organisation, country)`."""
    return name
