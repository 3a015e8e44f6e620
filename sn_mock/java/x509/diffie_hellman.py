"""Diffie-Hellman keys, which no TLS certificate should have, with SunJCE's complaints.

Measured on JDK 17, and on 8u252, 11.0.13 and 11.0.32, whose reader of these keys is an older one.
"""

from __future__ import annotations

from collections.abc import Callable

from sn_mock.java.asn1 import der, reading
from sn_mock.java.lang.jdk import Jdk
from sn_mock.java.lang.thrown import INVALID_KEY, INVALID_KEY_SPEC, JavaThrow, io


def check_public(encoded: bytes, java: Jdk) -> None:
    """A SubjectPublicKeyInfo; raises InvalidKeySpecException with its causes."""
    _wrapped(_public, encoded, java)


def check_private(encoded: bytes, java: Jdk) -> None:
    """A PKCS#8 key; raises InvalidKeySpecException with its causes."""
    _wrapped(_private, encoded, java)


def _wrapped(check: Callable[[bytes, Jdk], None], encoded: bytes, java: Jdk) -> None:
    try:
        check(encoded, java)
    except JavaThrow as refused:
        if refused.is_io:
            text = "Invalid encoding" if reading.is_new(java) else "Error parsing key encoding"
            refused = JavaThrow(INVALID_KEY, text, refused)
        if refused.class_name != INVALID_KEY:
            raise
        raise JavaThrow(INVALID_KEY_SPEC, "Inappropriate key specification", refused) from None


def _refused(text: str, java: Jdk) -> JavaThrow:
    """The older reader throws at once what is no fault of the encoding."""
    return io(text) if reading.is_new(java) else JavaThrow(INVALID_KEY, text)


def _public(encoded: bytes, java: Jdk) -> None:
    value = reading.value(encoded, java) if reading.is_new(java) else reading.streamed(encoded, java)
    if value.tag != der.SEQUENCE:
        raise _refused("Invalid key format", java)
    _check_algorithm(value.data.value(), java)
    _check_number(value.data.bit_string(), java, private=False)
    if value.data.available:
        raise _refused("Excess key data", java)


def _private(encoded: bytes, java: Jdk) -> None:
    value = reading.value(encoded, java) if reading.is_new(java) else reading.streamed(encoded, java)
    if value.tag != der.SEQUENCE:
        raise _refused("Key not a SEQUENCE", java)
    version = value.data.big_integer()
    if version != 0:
        raise io(f"version mismatch: (supported: 0, parsed: {version}")
    _check_algorithm(value.data.value(), java)
    _check_number(value.data.octet_string(), java, private=True)
    if value.data.available and reading.is_new(java):
        raise io("Excess trailing data")


def _check_number(octets: bytes, java: Jdk, *, private: bool) -> None:
    try:
        reading.cursor(octets, java).big_integer()
    except JavaThrow as refused:
        if not refused.is_io or reading.is_new(java):
            raise
        told = refused.said if private else refused
        raise JavaThrow(INVALID_KEY, f"Error parsing key encoding: {told}", refused if private else None) from None


def _check_algorithm(value: der.Value, java: Jdk) -> None:
    if value.tag != der.SEQUENCE:
        raise _refused("AlgId is not a SEQUENCE", java)
    cursor = value.input()
    cursor.oid()
    if not cursor.available:
        raise _refused("Parameters missing", java)
    parameters = cursor.value()
    if parameters.tag == der.NULL:
        raise _refused("Null parameters", java)
    if parameters.tag != der.SEQUENCE:
        raise _refused("Parameters not a SEQUENCE", java)
    parameters.data.big_integer()
    parameters.data.big_integer()
    if parameters.data.available:
        parameters.data.integer()
    if parameters.data.available:
        raise _refused("Extra parameter data", java)
