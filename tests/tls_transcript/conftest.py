"""A small PKI and handshakes between two memory buffers, for the tests of `tls_transcript`."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
from cryptography.x509.oid import NameOID

from tls_transcript import FaultSlot, Transcript, TranscriptBuilder, libssl, record

NOT_BEFORE, NOT_AFTER = datetime(2026, 1, 1, tzinfo=UTC), datetime(2056, 1, 1, tzinfo=UTC)
EDWARDS = (ed25519.Ed25519PrivateKey, ed448.Ed448PrivateKey)


@dataclass(frozen=True)
class Identity:
    """A certificate and its key."""

    name: x509.Name
    certificate: bytes
    key: Any = field(repr=False)

    @property
    def pkcs8(self) -> bytes:
        """The key as unencrypted PKCS#8 DER."""
        return self.key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )


def issue(
    common_name: str, key: Any, issuer: Identity | None = None, *, extensions: tuple[x509.ExtensionType, ...] = ()
) -> Identity:
    """A certificate for `key`, signed by `issuer` or by itself."""
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "NL"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Lab, Inc."),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer.name if issuer else name)
        .public_key(key.public_key())
        .serial_number(4660)
        .not_valid_before(NOT_BEFORE)
        .not_valid_after(NOT_AFTER)
        .add_extension(x509.BasicConstraints(issuer is None, None), critical=True)
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=False)
    signer = issuer.key if issuer else key
    digest = None if isinstance(signer, EDWARDS) else hashes.SHA256()
    return Identity(name, builder.sign(signer, digest).public_bytes(serialization.Encoding.DER), key)


KEYS: dict[str, Callable[[], Any]] = {
    "rsa": lambda: rsa.generate_private_key(65537, 2048),
    "p256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "p384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "p521": lambda: ec.generate_private_key(ec.SECP521R1()),
    "ed25519": ed25519.Ed25519PrivateKey.generate,
    "ed448": ed448.Ed448PrivateKey.generate,
    "dsa": lambda: dsa.generate_private_key(1024),
}


class Pki:
    """Root, server and client certificates on P-256, and a way to make more."""

    def __init__(self) -> None:
        self.root = issue("Lab root", KEYS["p256"]())
        localhost = x509.SubjectAlternativeName([x509.DNSName("localhost")])
        self.server = issue("localhost", KEYS["p256"](), self.root, extensions=(localhost,))
        self.client = issue("client", KEYS["p256"](), self.root)
        self.issue = issue

    def new_key(self, kind: str) -> Any:
        """A fresh private key of one of KEYS."""
        return KEYS[kind]()

    def server_context(self, tls: ssl.TLSVersion) -> ssl.SSLContext:
        """A server that requires a client certificate below the root and advertises the root."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = context.maximum_version = tls
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(cadata=self.root.certificate)
        libssl.use_certificate(context, [self.server.certificate], self.server.pkcs8)
        libssl.set_client_ca_list(context, [self.root.name.public_bytes()])
        return context

    def client_context(self, identity: Identity | None = None) -> ssl.SSLContext:
        """A client that trusts the root and, if told, has a certificate."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(cadata=self.root.certificate)
        if identity is not None:
            libssl.use_certificate(context, [identity.certificate], identity.pkcs8)
        return context


@dataclass
class Meeting:
    """How a handshake between two contexts ended, seen from both sides."""

    client_error: ssl.SSLError | None
    server_error: ssl.SSLError | None
    client: Transcript
    server: Transcript
    client_conn: ssl.SSLObject
    server_conn: ssl.SSLObject
    faults: FaultSlot
    """What the listeners raised."""


def meet(
    client_context: ssl.SSLContext, server_context: ssl.SSLContext, *, listen: Callable[..., None] | None = None
) -> Meeting:
    """Let both shake hands in memory and then read until nothing moves; `listen` runs on the client's messages."""
    client_says, server_says = TranscriptBuilder(), TranscriptBuilder()

    def on_client(connection: Any, entry: Any) -> None:
        client_says.append(entry)
        if listen is not None:
            listen(connection, entry, on_client)

    faults = FaultSlot()
    record(client_context, on_client, faults)
    record(server_context, lambda _connection, entry: server_says.append(entry), faults)
    to_client, from_client, to_server, from_server = (ssl.MemoryBIO() for _ in range(4))
    sides = {
        "client": client_context.wrap_bio(to_client, from_client, server_hostname="localhost"),
        "server": server_context.wrap_bio(to_server, from_server, server_side=True),
    }
    errors: dict[str, ssl.SSLError] = {}
    done: set[str] = set()
    for _ in range(10):
        for name, side in sides.items():
            if name in errors:
                continue
            try:
                if name not in done:
                    side.do_handshake()
                    done.add(name)
                side.read(1)
            except ssl.SSLWantReadError:
                pass
            except ssl.SSLError as error:
                errors[name] = error
        to_server.write(from_client.read())
        to_client.write(from_server.read())
    return Meeting(
        errors.get("client"),
        errors.get("server"),
        client_says.build(),
        server_says.build(),
        sides["client"],
        sides["server"],
        faults,
    )


@pytest.fixture(scope="session")
def pki() -> Pki:
    """One PKI for all tests of this folder."""
    return Pki()


@pytest.fixture(params=[ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=["TLSv1.2", "TLSv1.3"])
def tls(request: pytest.FixtureRequest) -> ssl.TLSVersion:
    """Both versions, one after the other."""
    return request.param


@pytest.fixture(name="meet")
def meet_fixture() -> Callable[..., Meeting]:
    """`meet(client_context, server_context)`."""
    return meet
