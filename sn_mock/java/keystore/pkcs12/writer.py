"""Writing PKCS#12 files as keytool does: shrouded keys in the open, certificates encrypted, a MAC over both.

Source: RFC 7292. `modern` uses JDK 17's defaults (PBES2 with AES-256, HmacSHA256), `legacy` those of JDK 8 (3DES keys,
RC2-40 certificates, SHA-1 MAC), which old providers and tools may need.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Callable, Sequence
from typing import Literal

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES

from sn_mock.java.asn1 import der
from sn_mock.java.asn1.oids import oid_content, oid_named
from sn_mock.java.keystore.items import KeyItem, SealedKeyItem, StoreItem, TrustedItem, by_alias, millis
from sn_mock.java.keystore.pbe import rc2
from sn_mock.java.keystore.pbe import schemes as pbe

_DEFAULT_ITERATIONS = 10_000
_SALT_BYTES = 20
_CONTEXT_0 = 0xA0


def write_pkcs12(
    items: Sequence[StoreItem],
    password: str,
    *,
    encryption: Literal["modern", "legacy"] = "modern",
    iterations: int = _DEFAULT_ITERATIONS,
) -> bytes:
    """A PKCS#12 file with these entries; keys take the store's password unless they bring their own.

    Trusted certificates carry Java's trustedKeyUsage attribute, without which Java would not list them. Raises
    MockUsageError for two items with one alias.
    """
    entries = by_alias(items)
    keys = [(alias, item) for alias, item in entries.items() if not isinstance(item, TrustedItem)]
    key_encryption, certificate_encryption, mac_hash = _SCHEMES[encryption]
    bags = b"".join(_key_bag(alias, item, password, key_encryption, iterations) for alias, item in keys)
    certificates = _certificate_bags(entries)
    contents = b""
    if bags:
        contents += _content(oid_named("Data"), der.encode(der.OCTET_STRING, _sequence(bags)))
    if certificates:
        contents += _encrypted_content(certificate_encryption(password, iterations, _sequence(certificates)))
    safes = _sequence(contents)
    authenticated = _content(oid_named("Data"), der.encode(der.OCTET_STRING, safes))
    return _sequence(der.encode_integer(3) + authenticated + _mac(safes, password, mac_hash, iterations))


Encryption = Callable[[str, int, bytes], tuple[bytes, bytes]]
"""(password, iterations, plain) to (AlgorithmIdentifier, cipher text)."""


def _sequence(*parts: bytes) -> bytes:
    return der.encode(der.SEQUENCE, b"".join(parts))


def _oid(dotted: str) -> bytes:
    return der.encode(der.OID, oid_content(dotted))


def _content(oid: str, content: bytes) -> bytes:
    return _sequence(_oid(oid), der.encode(_CONTEXT_0, content))


def _encrypted_content(encrypted: tuple[bytes, bytes]) -> bytes:
    algorithm, data = encrypted
    info = _sequence(_oid(oid_named("Data")), algorithm, der.encode(0x80, data))
    return _content(oid_named("EncryptedData"), _sequence(der.encode_integer(0), info))


def _key_bag(alias: str, item: KeyItem | SealedKeyItem, password: str, encrypt: Encryption, iterations: int) -> bytes:
    if isinstance(item, SealedKeyItem):
        shrouded = item.protected_key
    else:
        algorithm, data = encrypt(password if item.password is None else item.password, iterations, item.pkcs8)
        shrouded = _sequence(algorithm, der.encode(der.OCTET_STRING, data))
    return _bag(oid_named("PKCS8ShroudedKeyBag"), shrouded, [_friendly_name(alias), _local_key_id(alias, item)])


def _certificate_bags(entries: dict[str, StoreItem]) -> bytes:
    """One bag for each certificate; a certificate that several chains share is written once, as Java does."""
    bags: list[bytes] = []
    written: set[bytes] = set()
    for alias, item in entries.items():
        if isinstance(item, TrustedItem):
            bags.append(_certificate_bag(item.certificate, [_friendly_name(alias), _any_usage()]))
            continue
        for index, certificate in enumerate(item.chain):
            if index == 0:
                bags.append(_certificate_bag(certificate, [_friendly_name(alias), _local_key_id(alias, item)]))
            elif certificate not in written:
                bags.append(_certificate_bag(certificate, []))
            written.add(certificate)
    return b"".join(bags)


def _certificate_bag(certificate: bytes, attributes: list[bytes]) -> bytes:
    value = der.encode(_CONTEXT_0, der.encode(der.OCTET_STRING, certificate))
    return _bag(oid_named("CertBag"), _sequence(_oid(oid_named("CertTypeX509")), value), attributes)


def _bag(oid: str, value: bytes, attributes: list[bytes]) -> bytes:
    tail = der.encode(der.SET, b"".join(attributes)) if attributes else b""
    return _sequence(_oid(oid), der.encode(_CONTEXT_0, value), tail)


def _attribute(oid: str, value: bytes) -> bytes:
    return _sequence(_oid(oid), der.encode(der.SET, value))


def _friendly_name(alias: str) -> bytes:
    return _attribute(oid_named("FriendlyName"), der.encode(der.BMP_STRING, alias.encode("utf-16-be")))


def _local_key_id(alias: str, item: KeyItem | SealedKeyItem) -> bytes:
    """keytool's: the creation time, and the alias where several keys were made in one millisecond."""
    text = f"Time {millis(item.created)}" if item.created else alias
    return _attribute(oid_named("LocalKeyID"), der.encode(der.OCTET_STRING, text.encode()))


def _any_usage() -> bytes:
    return _attribute(oid_named("ORACLE_TrustedKeyUsage"), _oid(oid_named("anyExtendedKeyUsage")))


def _padded(data: bytes, block: int) -> bytes:
    count = block - len(data) % block
    return data + bytes([count]) * count


def _run(cipher: Cipher[modes.CBC], data: bytes) -> bytes:
    encryptor = cipher.encryptor()
    return encryptor.update(data) + encryptor.finalize()


def _pbes2(password: str, iterations: int, plain: bytes) -> tuple[bytes, bytes]:
    salt, iv = os.urandom(_SALT_BYTES), os.urandom(16)
    prf = _sequence(_oid(oid_named("HmacSHA256")), b"\x05\x00")
    kdf_parameters = _sequence(
        der.encode(der.OCTET_STRING, salt), der.encode_integer(iterations), der.encode_integer(32), prf
    )
    kdf = _sequence(_oid(oid_named("PBKDF2WithHmacSHA1")), kdf_parameters)
    scheme = _sequence(_oid(oid_named("AES_256/CBC/NoPadding")), der.encode(der.OCTET_STRING, iv))
    key = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, iterations, 32)
    algorithm = _sequence(_oid(oid_named("PBES2")), _sequence(kdf, scheme))
    return algorithm, _run(Cipher(AES(key), modes.CBC(iv)), _padded(plain, 16))


def _legacy(oid: str, key_bytes: int, encrypt: Callable[[bytes, bytes, bytes], bytes]) -> Encryption:
    def encryption(password: str, iterations: int, plain: bytes) -> tuple[bytes, bytes]:
        salt = os.urandom(_SALT_BYTES)
        key = pbe.derive(password, salt, iterations, key_bytes, pbe.CIPHER_KEY)
        iv = pbe.derive(password, salt, iterations, 8, pbe.CIPHER_IV)
        algorithm = _sequence(_oid(oid), _sequence(der.encode(der.OCTET_STRING, salt), der.encode_integer(iterations)))
        return algorithm, encrypt(key, iv, _padded(plain, 8))

    return encryption


def _triple_des(key: bytes, iv: bytes, data: bytes) -> bytes:
    return _run(Cipher(TripleDES(key), modes.CBC(iv)), data)


_HASH_OIDS = {"sha1": oid_named("SHA-1"), "sha256": oid_named("SHA-256")}


def _mac(safes: bytes, password: str, hash_name: str, iterations: int) -> bytes:
    salt = os.urandom(_SALT_BYTES)
    size = hashlib.new(hash_name, usedforsecurity=False).digest_size
    key = pbe.derive(password, salt, iterations, size, pbe.MAC_KEY, hash_name)
    digest = der.encode(der.OCTET_STRING, hmac.digest(key, safes, hash_name))
    info = _sequence(_sequence(_oid(_HASH_OIDS[hash_name]), b"\x05\x00"), digest)
    return _sequence(info, der.encode(der.OCTET_STRING, salt), der.encode_integer(iterations))


_SCHEMES: dict[str, tuple[Encryption, Encryption, str]] = {
    "modern": (_pbes2, _pbes2, "sha256"),
    "legacy": (
        _legacy(oid_named("PBEWithSHA1AndDESede"), 24, _triple_des),
        _legacy(oid_named("PBEWithSHA1AndRC2_40"), 5, rc2.encrypt_cbc),
        "sha1",
    ),
}
