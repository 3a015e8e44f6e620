"""What NewSunX509 thinks of a client certificate, by Java."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from sn_mock.java.jsse.grading import Grade, grade
from sn_mock.java.lang.jdk import named
from sn_mock.java.x509.certificates import Certificate, parse_certificate

NOW = datetime.now(UTC)
CLIENT_AUTH, UNFINISHED_OID = bytes.fromhex("300a06082b06010505070302"), bytes.fromhex("3003060180")


def _leaf(usage: bytes) -> Certificate:
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "client")])
    extension = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.37"), usage)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 7, NOW - timedelta(days=1), NOW + timedelta(days=1))
    signed = builder.add_extension(extension, critical=False).sign(key, hashes.SHA256())
    return parse_certificate(signed.public_bytes(Encoding.DER))


@pytest.mark.parametrize(
    ("java", "expected"),
    [(8, Grade.OK), (11, Grade.OK), (17, Grade.OK), (21, Grade.EXTENSION_MISMATCH)],
)
def test_a_usage_that_cannot_be_read(java: int, expected: Grade) -> None:
    """Older Javas take the extension for absent; JDK 21 takes the key for unfit. Measured on all four."""
    assert grade(_leaf(UNFINISHED_OID), NOW, named(java)) is expected
    assert grade(_leaf(CLIENT_AUTH), NOW, named(java)) is Grade.OK
