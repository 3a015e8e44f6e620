"""Certificates that are odd in one place, in real handshakes: what JDK 17 does with the same bytes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID, ObjectIdentifier

import sn_mock
from provider_stub import Provider, ProviderPolicy
from sn_mock import keystore
from sn_mock.exchange import Exchange
from sn_mock.instance import Instance, Secret, SysAttachment, SysCertificate, SysProtocolProfile
from sn_mock.keystore import KeyItem

PEM = serialization.Encoding.PEM
Ecdsa = ec.EllipticCurvePrivateKey
NOW = datetime.now(UTC)
CA_KEY, SERVER_KEY, CLIENT_KEY = (ec.generate_private_key(ec.SECP256R1()) for _ in range(3))
CA_NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Odd CA")])
QUIRKS = {
    "http_client": "commons-httpclient-3.1",
    "verify_hostname": False,
    "verify_revoked_certificate": False,
}
Extension = tuple[x509.ExtensionType, bool]


def raw(oid: str, value: str, critical: bool = False) -> Extension:
    """An extension by its octets."""
    return x509.UnrecognizedExtension(ObjectIdentifier(oid), bytes.fromhex(value)), critical


def certified(common_name: str, key: Ecdsa, *extensions: Extension, by: x509.Name = CA_NAME) -> x509.Certificate:
    """A certificate of the CA."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(by).public_key(key.public_key())
    builder = builder.serial_number(7).not_valid_before(NOW - timedelta(1)).not_valid_after(NOW + timedelta(90))
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    return builder.sign(CA_KEY, hashes.SHA256())


def private(key: Ecdsa, encoding: serialization.Encoding) -> bytes:
    """The key in PKCS#8."""
    return key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


CA = certified("Odd CA", CA_KEY, (x509.BasicConstraints(True, None), True))
SAN: Extension = (x509.SubjectAlternativeName([x509.DNSName("localhost")]), False)
ANYBODY = dict.fromkeys(("self-signed", "unknown-ca", "certificate-invalid", "wrong-purpose"), "accept")


@pytest.fixture
def call() -> Callable[..., Exchange]:
    """`call(server=…, client=…, key_manager=…, tls=…)`: one call over mutual TLS; extensions of either certificate."""

    def place(
        server: tuple[Extension, ...] = (SAN,),
        client: tuple[Extension, ...] = (),
        key_manager: str = "SunX509",
        tls: str = "1.3",
    ) -> Exchange:
        leaf, mine = certified("localhost", SERVER_KEY, *server), certified("client", CLIENT_KEY, *client)
        item = KeyItem("acme", private(CLIENT_KEY, serialization.Encoding.DER), (_der(mine),))
        policy = ProviderPolicy(
            client_auth="optional",
            advertise="none",
            refusals=ANYBODY,
            trust=(CA.public_bytes(PEM),),
            server_certificate=leaf.public_bytes(PEM) + CA.public_bytes(PEM),
            server_key=private(SERVER_KEY, PEM),
            tls_min=tls,
            tls_max=tls,
        )
        with Provider(policy, drain_seconds=0.0) as provider:
            row = SysCertificate(name="store", type="key_store", key_store_password=Secret("changeit"))
            data = keystore.write_jks([item], "changeit")
            file = SysAttachment(file_name="k.jks", table_name=row.table, table_sys_id=row.sys_id, data=data)
            trust = SysCertificate(name="ca", type="trust_store", pem_certificate=CA.public_bytes(PEM).decode())
            profile = SysProtocolProfile(protocol="myhttps", keystore=row.sys_id, default_port=provider.port)
            instance = Instance(
                certificates=(row, trust),
                attachments=(file,),
                quirks=QUIRKS | {"key_manager": key_manager},
                protocol_profiles=(profile,),
            )
            message = sn_mock.SOAPMessageV2(instance=instance)
            message.setEndpoint(f"myhttps://localhost:{provider.port}/tickets")
            message.setRequestBody("<x/>")
            return message.execute().exchange

    return place


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.DER)


def chosen(exchange: Exchange) -> tuple[str | None, bool]:
    """The alias, and whether its certificate was sent."""
    choice = exchange.key_choice
    return (choice.alias, choice.sent) if choice else (None, False)


def failure(exchange: Exchange) -> list[str]:
    """Java's exceptions."""
    return [str(thrown) for thrown in exchange.failure.java] if exchange.failure else []


@pytest.mark.parametrize("tls", ["1.2", "1.3"])
def test_the_healthy_twin(call: Callable[..., Exchange], tls: str) -> None:
    """Nothing odd: the key is chosen and sent, the provider answers."""
    exchange = call(tls=tls)
    assert failure(exchange) == []
    assert chosen(exchange) == ("acme", True)


@pytest.mark.parametrize("tls", ["1.2", "1.3"])
def test_a_critical_name_java_cannot_parse(call: Callable[..., Exchange], tls: str) -> None:
    """A URI without a scheme in a critical alternative name: the certificate is refused, Java's reason below."""
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.UniformResourceIdentifier("tickets")])
    assert failure(call(server=((names, True),), tls=tls)) == [
        "javax.net.ssl.SSLHandshakeException: Failed to parse server certificates",
        "java.security.cert.CertificateParsingException: java.io.IOException: URI name must include scheme:tickets",
        "java.io.IOException: URI name must include scheme:tickets",
    ]
    assert failure(call(server=((names, False),), tls=tls)) == []


def test_an_access_description_java_cannot_parse(call: Callable[..., Exchange]) -> None:
    """Not critical, it is absent, and the call goes on."""
    exchange = call(server=(SAN, raw("1.3.6.1.5.5.7.1.1", "30050606")))
    assert failure(exchange) == []
    assert chosen(exchange) == ("acme", True)


@pytest.mark.parametrize("key_manager", ["SunX509", "NewSunX509"])
@pytest.mark.parametrize("tls", ["1.2", "1.3"])
@pytest.mark.parametrize(
    "odd",
    [
        raw("2.5.29.37", "30020500"),
        raw("2.5.29.15", "0500"),
        raw("2.5.29.31", "0500"),
        raw("2.5.29.14", "0500"),
        raw("2.5.29.19", "0500"),
    ],
    ids=["extended key usage", "key usage", "CRL points", "subject key id", "basic constraints"],
)
def test_a_client_certificate_with_a_broken_extension(
    call: Callable[..., Exchange], odd: Extension, tls: str, key_manager: str
) -> None:
    """The extension is absent for both key managers; the certificate is chosen, sent, and shown."""
    exchange = call(client=(odd,), key_manager=key_manager, tls=tls)
    assert failure(exchange) == []
    assert chosen(exchange) == ("acme", True)
    assert exchange.key_choice is not None
    assert exchange.key_choice.subject == "CN=client"


@pytest.mark.parametrize("tls", ["1.2", "1.3"])
@pytest.mark.parametrize(
    ("value", "with_new"), [("03020700", False), ("0303070080", False), ("03020780", True)], ids=["none", "last", "ok"]
)
def test_a_client_key_usage_that_allows_nothing(
    call: Callable[..., Exchange], value: str, with_new: bool, tls: str
) -> None:
    """NewSunX509 drops a key whose certificate allows no use at all; SunX509 sends it."""
    usage = raw("2.5.29.15", value, critical=True)
    assert chosen(call(client=(usage,), tls=tls)) == ("acme", True)
    wanted = ("acme", True) if with_new else (None, False)
    assert chosen(call(client=(usage,), key_manager="NewSunX509", tls=tls)) == wanted
