"""Diffie-Hellman keys, which no TLS certificate should have, with SunJCE's complaints. Measured on JDK 17."""

from __future__ import annotations

from collections.abc import Callable

from sn_mock.java.asn1 import der
from sn_mock.java.lang.thrown import INVALID_KEY, INVALID_KEY_SPEC, JavaThrow, io


def check_public(encoded: bytes) -> None:
    """A SubjectPublicKeyInfo; raises InvalidKeySpecException with its causes."""
    _wrapped(_public, encoded)


def check_private(encoded: bytes) -> None:
    """A PKCS#8 key; raises InvalidKeySpecException with its causes."""
    _wrapped(_private, encoded)


def _wrapped(check: Callable[[bytes], None], encoded: bytes) -> None:
    try:
        check(encoded)
    except JavaThrow as refused:
        if not refused.is_io:
            raise
        cause = JavaThrow(INVALID_KEY, "Invalid encoding", refused)
        raise JavaThrow(INVALID_KEY_SPEC, "Inappropriate key specification", cause) from None


def _public(encoded: bytes) -> None:
    value = der.Value.parse(encoded)
    if value.tag != der.SEQUENCE:
        raise io("Invalid key format")
    _check_algorithm(value.data.value())
    der.Input(value.data.value().bit_string()).big_integer()
    if value.data.available:
        raise io("Excess key data")


def _private(encoded: bytes) -> None:
    value = der.Value.parse(encoded)
    if value.tag != der.SEQUENCE:
        raise io("Key not a SEQUENCE")
    version = value.data.big_integer()
    if version != 0:
        raise io(f"version mismatch: (supported: 0, parsed: {version}")
    _check_algorithm(value.data.value())
    der.Input(value.data.octet_string()).big_integer()
    if value.data.available:
        raise io("Excess trailing data")


def _check_algorithm(value: der.Value) -> None:
    if value.tag != der.SEQUENCE:
        raise io("AlgId is not a SEQUENCE")
    cursor = value.input()
    cursor.oid()
    if not cursor.available:
        raise io("Parameters missing")
    parameters = cursor.value()
    if parameters.tag == der.NULL:
        raise io("Null parameters")
    if parameters.tag != der.SEQUENCE:
        raise io("Parameters not a SEQUENCE")
    parameters.data.big_integer()
    parameters.data.big_integer()
    if parameters.data.available:
        parameters.data.integer()
    if parameters.data.available:
        raise io("Extra parameter data")
