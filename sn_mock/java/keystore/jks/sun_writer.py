"""Writing JKS and JCEKS files as keytool writes them: lower-case aliases, in a Hashtable's order."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

from sn_mock.java.asn1 import der
from sn_mock.java.asn1.oids import oid_content
from sn_mock.java.keystore.items import SealedKeyItem, StoreItem, TrustedItem, by_alias, millis
from sn_mock.java.keystore.jks import sun_protection, sun_store
from sn_mock.java.keystore.pbe import triple_des
from sn_mock.java.lang.data_input import write_utf
from sn_mock.java.lang.order import hashtable_order

_VERSION = 2
_JCEKS_ITERATIONS = 200_000
"""keytool's count since JDK 8u161; older ones used 20."""

Protector = Callable[[bytes, str], bytes]


def write_jks(items: Sequence[StoreItem], password: str) -> bytes:
    """A JKS file with these entries; keys take the store's password unless they bring their own.

    Raises MockUsageError for two items with one alias.
    """
    return _write(items, password, sun_store.JKS_MAGIC, _protect_jks)


def write_jceks(items: Sequence[StoreItem], password: str, *, iterations: int = _JCEKS_ITERATIONS) -> bytes:
    """A JCEKS file with these entries; key passwords must be printable ASCII."""
    return _write(
        items, password, sun_store.JCEKS_MAGIC, lambda pkcs8, secret: _protect_jceks(pkcs8, secret, iterations)
    )


def _write(items: Sequence[StoreItem], password: str, magic: int, protect: Protector) -> bytes:
    entries = by_alias(items)
    body = _int32(magic) + _int32(_VERSION) + _int32(len(entries))
    for alias in hashtable_order(entries):
        body += _entry(alias, entries[alias], password, protect)
    return body + sun_store.keyed_digest(body, password)


def _entry(alias: str, item: StoreItem, password: str, protect: Protector) -> bytes:
    created = millis(item.created).to_bytes(8, "big", signed=True)
    if isinstance(item, TrustedItem):
        return _int32(sun_store.TRUSTED_CERTIFICATE) + write_utf(alias) + created + _certificate(item.certificate)
    if isinstance(item, SealedKeyItem):
        protected = item.protected_key
    else:
        protected = protect(item.pkcs8, password if item.password is None else item.password)
    chain = b"".join(_certificate(certificate) for certificate in item.chain)
    head = _int32(sun_store.PRIVATE_KEY) + write_utf(alias) + created
    return head + _int32(len(protected)) + protected + _int32(len(item.chain)) + chain


def _certificate(encoded: bytes) -> bytes:
    return write_utf("X.509") + _int32(len(encoded)) + encoded


def _int32(value: int) -> bytes:
    return value.to_bytes(4, "big", signed=True)


def _protect_jks(pkcs8: bytes, password: str) -> bytes:
    return _encrypted_key_info(sun_protection.OID, b"\x05\x00", sun_protection.protect(pkcs8, password))


def _protect_jceks(pkcs8: bytes, password: str, iterations: int) -> bytes:
    salt = os.urandom(8)
    parameters = der.encode(der.SEQUENCE, der.encode(der.OCTET_STRING, salt) + der.encode_integer(iterations))
    return _encrypted_key_info(
        triple_des.JCE_PROTECTOR, parameters, triple_des.md5_triple_des_encrypt(salt, iterations, password, pkcs8)
    )


def _encrypted_key_info(oid: str, parameters: bytes, sealed: bytes) -> bytes:
    algorithm = der.encode(der.SEQUENCE, der.encode(der.OID, oid_content(oid)) + parameters)
    return der.encode(der.SEQUENCE, algorithm + der.encode(der.OCTET_STRING, sealed))
