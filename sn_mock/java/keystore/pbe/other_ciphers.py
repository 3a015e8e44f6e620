"""Ciphers of Java that no password opens: what each says to the key that a PKCS#12 store makes of one.

A file may name any algorithm as its encryption. Java looks for a cipher of that name or number, and where there is one,
it does not take the key, which is a PBEKey, or the parameters, which are PBE's. Measured with all OIDs that Java has
names for on 8u252, 8u504, 11.0.13, 11.0.32, 17.0.15, 21.0.8 and 21.0.13.
"""

from __future__ import annotations

import re

from guarded.regex import regex
from guarded.values import dataclass
from sn_mock.java.asn1 import oids
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import EVERY_JAVA, Jdk, Span
from sn_mock.java.lang.thrown import JavaThrow

_KEY = "java.security.InvalidKeyException"
_PARAMETER = "java.security.InvalidAlgorithmParameterException"
_INAPPROPRIATE = JavaThrow("java.security.spec.InvalidParameterSpecException", "Inappropriate parameter specification")


@dataclass(frozen=True, slots=True)
class _Words:
    """An exception; the text may take the key's length in `{octets}` and the password's in `{size}`."""

    class_name: str
    text: str
    cause: JavaThrow | None = None


@dataclass(frozen=True, slots=True)
class _Refusal:
    """What the ciphers of that name say without parameters, and to those of PBE."""

    name: re.Pattern[str]
    bare: _Words
    parameters: _Words
    javas: Span = EVERY_JAVA
    by_number: bool = False
    """Found by the OID also where that Java has no name for it."""


_TOO_SHORT = _Words(_KEY, "The key must be {octets} bytes")
_UNSUPPORTED = _Words(_KEY, "No installed provider supports this key: com.sun.crypto.provider.PBEKey")
_NO_IV = _Words(_PARAMETER, "Wrong parameter type: IV expected")
_BY_NAME = Span(since=Feature.PKCS12_OF_2021)
_OLD, _NEW = Span(before=Feature.CIPHER_BEFORE_KEY), Span(since=Feature.CIPHER_BEFORE_KEY)

_REFUSALS = (
    _Refusal(regex("AES_(?P<bits>[0-9]+)/(?:ECB|CBC|OFB|CFB)/NoPadding"), _TOO_SHORT, _TOO_SHORT, by_number=True),
    _Refusal(regex("AES_(?P<bits>[0-9]+)/GCM/NoPadding"), _TOO_SHORT, _TOO_SHORT, _OLD, by_number=True),
    _Refusal(
        regex("AES_(?P<bits>[0-9]+)/GCM/NoPadding"),
        _TOO_SHORT,
        _Words(_PARAMETER, str(_INAPPROPRIATE), _INAPPROPRIATE),
        _NEW,
    ),
    _Refusal(
        regex("AES_[0-9]+/KW/NoPadding"),
        _Words(
            "java.lang.UnsupportedOperationException",
            "This cipher can only be used for key wrapping and unwrapping",
        ),
        _Words(_PARAMETER, "This cipher does not accept any parameters"),
        _OLD,
        by_number=True,
    ),
    _Refusal(
        regex("AES_[0-9]+/KWP?/NoPadding"),
        _Words(_KEY, "Invalid key length: {size} bytes"),
        _Words(_PARAMETER, "Only IvParameterSpec is accepted"),
        _NEW,
    ),
    _Refusal(regex("AES"), _Words(_KEY, "Wrong algorithm: AES or Rijndael required"), _NO_IV, _BY_NAME),
    _Refusal(regex("DESede"), _Words(_KEY, "Wrong algorithm: DESede or TripleDES required"), _NO_IV),
    _Refusal(regex("DESede/CBC/NoPadding|RC2/CBC/PKCS5Padding"), _Words(_PARAMETER, "Parameters missing"), _NO_IV),
    _Refusal(
        regex("ARCFOUR"),
        _Words(_KEY, "Not an ARCFOUR key: PBEWithMD5AndDES"),
        _Words(_PARAMETER, "Parameters not supported"),
    ),
    _Refusal(
        regex("CHACHA20-POLY1305"),
        _Words(_KEY, "Default parameter generation disallowed in DECRYPT and UNWRAP modes"),
        _Words(_PARAMETER, "Invalid parameter type: PBE"),
        Span(since=Feature.CHACHA20),
        by_number=True,
    ),
    _Refusal(regex("RSA"), _UNSUPPORTED, _UNSUPPORTED, _BY_NAME),
)


def refusal(oid: str, password: str, java: Jdk, *, has_parameters: bool) -> JavaThrow | None:
    """What the cipher of that number throws; None where this Java has no such cipher."""
    name = oids.java_name(oid)
    is_named = oids.java_name(oid, java) == name
    for row in _REFUSALS:
        found = row.name.fullmatch(name)
        if found and row.javas.covers(java) and (is_named or row.by_number):
            words = row.parameters if has_parameters else row.bare
            octets = int(found.groupdict().get("bits", "0")) // 8
            return JavaThrow(words.class_name, words.text.format(octets=octets, size=len(password)), words.cause)
    return None
