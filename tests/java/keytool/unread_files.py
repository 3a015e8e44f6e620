"""PKCS#12 files that no Java reads, made of one that every Java since 2021 does: an algorithm's number is exchanged."""

from __future__ import annotations

from datetime import UTC, datetime

from sn_mock.java.keystore import KeyItem, write_pkcs12
from sn_mock.java.keytool import issuing
from sn_mock.java.keytool.distinguished_names import name_der

PASSWORD = "changeit"
NOW = datetime(2026, 6, 1, tzinfo=UTC)
PKCS8 = issuing.generate_key("EC", 256)
CERTIFICATE = issuing.self_signed_certificate(PKCS8, name_der("CN=acme"), days=90, now=NOW)

_NIST = "608648016503040"
_PRIME256V1 = "06082a8648ce3d030107"


def _exchanged(data: bytes, number: str, other: str) -> bytes:
    assert bytes.fromhex(number) in data
    return data.replace(bytes.fromhex(number), bytes.fromhex(other))


SOUND = write_pkcs12([KeyItem("acme", PKCS8, (CERTIFICATE,))], PASSWORD, iterations=20)
AES_192 = _exchanged(SOUND, _NIST + "12a", _NIST + "116")
CAMELLIA = _exchanged(SOUND, _NIST + "12a", "2a831a8c9a4b3d0101")
SHA3_MAC = _exchanged(SOUND, _NIST + "201", _NIST + "208")
PBMAC1 = _exchanged(SOUND, _NIST + "201", "2a864886f70d01050e")
EXPLICIT_CURVE = write_pkcs12(
    [KeyItem("acme", PKCS8, (_exchanged(CERTIFICATE, _PRIME256V1, "30" + _PRIME256V1[2:]),))], PASSWORD, iterations=20
)
"""What its certificate has instead of the curve's name is a SEQUENCE, as explicit parameters are."""
