"""A small PKI and a plain client for the provider's tests."""

from __future__ import annotations

import http.client
import ssl
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from provider_stub import Provider, ProviderPolicy, Visit

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
VERSIONS = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}
SOAP_11 = "http://schemas.xmlsoap.org/soap/envelope/"
CREATE = (
    f'<s:Envelope xmlns:s="{SOAP_11}" xmlns:t="urn:acme:tickets"><s:Body><t:CreateTicket>'
    "<t:shortDescription>Printer on fire</t:shortDescription></t:CreateTicket></s:Body></s:Envelope>"
).encode()
HEADERS = {"Content-Type": "text/xml; charset=UTF-8", "SOAPAction": '"urn:acme:CreateTicket"'}


@dataclass(frozen=True)
class Identity:
    """A certificate with its key and issuer."""

    certificate: x509.Certificate
    key: Key
    chain: tuple[x509.Certificate, ...] = ()

    @property
    def der(self) -> bytes:
        """The certificate."""
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def pem(self) -> bytes:
        """Certificate, chain, key."""
        certificates = b"".join(c.public_bytes(serialization.Encoding.PEM) for c in (self.certificate, *self.chain))
        return certificates + self.key_pem

    @property
    def certificate_pem(self) -> bytes:
        """The certificate alone."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def key_pem(self) -> bytes:
        """The private key (PKCS#8)."""
        return self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )


_SIGNS_CERTIFICATES = x509.KeyUsage(
    digital_signature=True,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=True,
    encipher_only=False,
    decipher_only=False,
)


def issue(
    name: str,
    issuer: Identity | None = None,
    *,
    ca: bool = False,
    days: tuple[int, int] = (-1, 365),
    usage: Sequence[x509.ObjectIdentifier] = (),
    names: Sequence[str] = (),
    key: Key | None = None,
) -> Identity:
    """A certificate; self-signed without an issuer; `days` are its dates relative to today."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=days[0]))
        .not_valid_after(now + timedelta(days=days[1]))
        .add_extension(x509.BasicConstraints(ca, None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if ca:  # clients of Python 3.13 and newer insist on what RFC 5280, 4.2.1.3 and 4.2.1.1 ask for
        builder = builder.add_extension(_SIGNS_CERTIFICATES, critical=True)
    if issuer:
        issuer_key = issuer.key.public_key()
        builder = builder.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key), critical=False)
    if usage:
        builder = builder.add_extension(x509.ExtendedKeyUsage(list(usage)), critical=False)
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(n) for n in names]), critical=False)
    certificate = builder.sign(issuer.key if issuer else key, hashes.SHA256())
    chain = (issuer.certificate, *issuer.chain) if issuer and issuer.chain else ()
    if issuer and issuer.certificate.subject != issuer.certificate.issuer:
        chain = (issuer.certificate,)
    return Identity(certificate, key, chain)


class Pki:
    """Who is who in these tests; `folder/NAME.pem` has certificate, chain and key of each."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = issue("Root", ca=True)
        self.other_root = issue("Other root", ca=True)
        self.intermediate = issue("Intermediate", self.root, ca=True)
        self.people = {
            "server": issue("localhost", self.root, names=("localhost",)),
            "weak": issue(
                "localhost", self.root, names=("localhost",), key=rsa.generate_private_key(65537, key_size=1024)
            ),
            "rsa": issue(
                "localhost", self.root, names=("localhost",), key=rsa.generate_private_key(65537, key_size=2048)
            ),
            "client": issue("client", self.root),
            "via": issue("via", self.intermediate),
            "second": issue("second", self.root),
            "stranger": issue("stranger", self.other_root),
            "self": issue("self"),
            "expired": issue("expired", self.root, days=(-10, -1)),
            "young": issue("young", self.root, days=(5, 20)),
            "wrong-use": issue("wrong-use", self.root, usage=(x509.ExtendedKeyUsageOID.SERVER_AUTH,)),
            "right-use": issue("right-use", self.root, usage=(x509.ExtendedKeyUsageOID.CLIENT_AUTH,)),
        }
        for name, identity in self.people.items():
            (folder / f"{name}.pem").write_bytes(identity.pem)
        for name, identity in (("root", self.root), ("other-root", self.other_root), ("inter", self.intermediate)):
            (folder / f"{name}.pem").write_bytes(identity.certificate_pem)

    def path(self, name: str) -> Path:
        """The file of somebody: certificate, chain, key."""
        return self.folder / f"{name}.pem"

    def crl(self, *revoked: str, next_update: int = 30, issuer: Identity | None = None) -> bytes:
        """A revocation list of the root, as PEM."""
        authority = issuer or self.root
        now = datetime.now(UTC)
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(authority.certificate.subject)
            .last_update(now - timedelta(days=60))
            .next_update(now + timedelta(days=next_update))
        )
        for name in revoked:
            builder = builder.add_revoked_certificate(
                x509.RevokedCertificateBuilder()
                .serial_number(self.people[name].certificate.serial_number)
                .revocation_date(now - timedelta(days=1))
                .build()
            )
        return builder.sign(authority.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    def policy(self, **changes: Any) -> ProviderPolicy:
        """A healthy provider that trusts the root; `changes` name the one thing a test is about."""
        base: dict[str, Any] = {"trust": (self.path("root"),), "server_certificate": self.path("server")}
        return ProviderPolicy(**(base | changes))

    def client_context(self, name: str | None = "client", version: str | None = None) -> ssl.SSLContext:
        """A client that trusts the root and presents `name`."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(self.path("root"))
        if name is not None:
            context.load_cert_chain(self.path(name))
        if version is not None:
            context.minimum_version = context.maximum_version = VERSIONS[version]
        return context


@dataclass(frozen=True)
class Outcome:
    """What a client got to see: an HTTP status and body, or an error."""

    status: int | None
    body: bytes = b""
    error: str | None = None


def call(
    provider: Provider,
    context: ssl.SSLContext,
    *,
    body: bytes = CREATE,
    headers: dict[str, str] | None = None,
    path: str = "/tickets",
    method: str = "POST",
    timeout: float = 10.0,
) -> Outcome:
    """One call; an `SSLError` is reported by its reason, e.g. TLSV1_ALERT_UNKNOWN_CA."""
    connection = http.client.HTTPSConnection("localhost", provider.port, context=context, timeout=timeout)
    try:
        connection.request(method, path, body=body, headers=HEADERS if headers is None else headers)
        response = connection.getresponse()
        return Outcome(response.status, response.read())
    except ssl.SSLError as error:
        return Outcome(None, error=error.reason or type(error).__name__)
    except (OSError, http.client.HTTPException) as error:
        return Outcome(None, error=type(error).__name__)
    finally:
        connection.close()


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    """The tests' certificates."""
    return Pki(tmp_path_factory.mktemp("provider-pki"))


Place = Callable[..., Outcome]


def ended_visits(provider: Provider, count: int) -> tuple[Visit, ...]:
    """The visits as soon as there are `count` and every connection is over: an open one has not said all yet."""
    until = time.monotonic() + 20
    found = provider.wait_for_visits(count)
    while any(one.open for one in found) and time.monotonic() < until:
        time.sleep(0.005)
        found = provider.wait_for_visits(count)
    return found


@pytest.fixture
def place() -> Place:
    """`place(provider, context, …)`: one call over TLS."""
    return call


@pytest.fixture
def envelope() -> Callable[[str], bytes]:
    """`envelope(xml)`: a SOAP 1.1 envelope around it, prefix t bound to the ticket desk."""

    def make(content: str, namespace: str = SOAP_11) -> bytes:
        text = f'<s:Envelope xmlns:s="{namespace}" xmlns:t="urn:acme:tickets"><s:Body>{content}</s:Body></s:Envelope>'
        return text.encode()

    return make
