"""What a file is by its first bytes, for people who attached the wrong one."""

from __future__ import annotations

import base64
import binascii

from guarded.regex import regex

UNKNOWN = "unknown"
_SHOWN = 8
_BASE64 = regex(rb"[A-Za-z0-9+/=\s]+")


def file_kind(data: bytes) -> str:
    """JKS, JCEKS or PKCS12 for keystores; else a few words on what it looks like."""
    if not data:
        return "empty file"
    if data[:4] == b"\xfe\xed\xfe\xed":
        return "JKS"
    if data[:4] == b"\xce\xce\xce\xce":
        return "JCEKS"
    if data[:4] == b"PK\x03\x04":
        return "zip archive"
    if b"\xef\xbf\xbd" in data[:64]:
        return "binary file mangled by a text conversion"
    if data[:1] == b"\x30":
        return _der_kind(data)
    return _text_kind(data) or UNKNOWN


def described(data: bytes) -> str:
    """The predicate of a sentence about the file; what is unknown shows how it begins."""
    kind = file_kind(data)
    if kind != UNKNOWN:
        return f"looks like this: {kind}"
    return f"begins with {data[:_SHOWN].hex(' ')}, unlike any kind of file known here"


def _der_kind(data: bytes) -> str:
    head = data[:40]
    if b"\x02\x01\x03\x30" in head[:12] and b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01" in head:
        return "PKCS12"
    if b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02" in head:
        return "PKCS#7 certificates"
    if b"\x02\x01\x00" in head[:8]:
        return "DER private key"
    return "DER certificate" if b"\xa0\x03\x02\x01" in head[:14] else "DER of another kind"


def _text_kind(data: bytes) -> str | None:
    text = data.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text.startswith(b"-----BEGIN "):
        label = text[11:60].split(b"-----")[0].decode("ascii", "replace").lower()
        return f"PEM {label}"
    if text[:1] == b"<":
        return "HTML or XML page"
    if not data.strip(b"\0"):
        return "zeros"
    if _BASE64.fullmatch(data):
        return _base64_kind(data)
    return None


def _base64_kind(data: bytes) -> str | None:
    try:
        inner = file_kind(base64.b64decode(data, validate=False))
    except (binascii.Error, ValueError):
        return "text"
    return f"Base64 text of a {inner} file" if inner in ("JKS", "JCEKS", "PKCS12") else "text"
