"""The home-made cipher that guards a key in a JKS: a SHA-1 key stream and a SHA-1 check over password and key.

Weak by today's measure, but it is what every JKS has. Refusals measured on JDK 17.
"""

from __future__ import annotations

import hashlib
import os

from sn_mock.java.asn1.oids import oid_named
from sn_mock.java.lang.strings import password_bytes
from sn_mock.java.lang.thrown import UNRECOVERABLE, JavaThrow

OID = oid_named("JAVASOFT_JDKKeyProtector")
_SALT = _DIGEST = 20


def unprotect(protected: bytes, password: str) -> bytes:
    """The PKCS#8 key; raises `Cannot recover key` where the password or a byte is wrong."""
    if len(protected) < _SALT:
        raise JavaThrow(
            "java.lang.ArrayIndexOutOfBoundsException",
            f"arraycopy: last source index {_SALT} out of bounds for byte[{len(protected)}]",
        )
    size = len(protected) - _SALT - _DIGEST
    if size < 0:
        raise JavaThrow("java.lang.NegativeArraySizeException", str(size))
    secret = password_bytes(password)
    salt, sealed, check = protected[:_SALT], protected[_SALT : _SALT + size], protected[_SALT + size :]
    plain = _xor(sealed, _key_stream(secret, salt, size))
    if _sha1(secret + plain) != check:
        raise JavaThrow(UNRECOVERABLE, "Cannot recover key")
    return plain


def protect(pkcs8: bytes, password: str) -> bytes:
    """Salt, sealed key and check, as `unprotect` takes them."""
    secret = password_bytes(password)
    salt = os.urandom(_SALT)
    return salt + _xor(pkcs8, _key_stream(secret, salt, len(pkcs8))) + _sha1(secret + pkcs8)


def _key_stream(secret: bytes, salt: bytes, size: int) -> bytes:
    stream = bytearray()
    digest = salt
    while len(stream) < size:
        digest = _sha1(secret + digest)
        stream += digest
    return bytes(stream[:size])


def _xor(one: bytes, other: bytes) -> bytes:
    return (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).to_bytes(len(one), "big")


def _sha1(data: bytes) -> bytes:
    return hashlib.sha1(data, usedforsecurity=False).digest()
