"""A CA, a server and a client certificate, RSA-2048 or P-256."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa


def write(folder: Path, kind: str) -> Path:
    """`ca.pem`, `server.pem`, `server.key`, `client.pem` (with key) below `folder/kind`."""
    place = folder / kind
    place.mkdir(parents=True)
    ca_key = _key(kind)
    ca_name = _name("Bench CA")
    ca = _certificate(ca_name, ca_name, ca_key, ca_key, ca=True)
    (place / "ca.pem").write_bytes(_pem(ca))
    for name in ("localhost", "client"):
        key = _key(kind)
        leaf = _certificate(_name(name), ca_name, key, ca_key, ca=False)
        file = "server" if name == "localhost" else "client"
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        (place / f"{file}.key").write_bytes(private)
        (place / f"{file}.pem").write_bytes(_pem(leaf) + (private if file == "client" else b""))
    return place


def _key(kind: str):
    return rsa.generate_private_key(65537, 2048) if kind == "rsa-2048" else ec.generate_private_key(ec.SECP256R1())


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _certificate(subject, issuer, key, issuer_key, *, ca: bool) -> x509.Certificate:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca, None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(issuer_key, hashes.SHA256())
    )
