"""Cutting one certificate out of a stream, as Java's X.509 CertificateFactory does before it parses anything.

A first octet 0x30 means BER, whose length is taken as it stands; anything else is searched for a PEM header.
Measured on JDK 17.
"""

from __future__ import annotations

import base64
import binascii

from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import REFERENCE, Jdk
from sn_mock.java.lang.strings import byte
from sn_mock.java.lang.thrown import JavaThrow, io

_WHITE = b"\t\n\r "


def first_block(data: bytes, java: Jdk = REFERENCE) -> bytes | None:
    """The octets of the first certificate; None where Java finds no block. Raises the JDK's IOExceptions."""
    if not data:
        return None
    if data[0] == 0x30:
        return data[: _end_of_ber(data)]
    return _pem(data, java)


def _end_of_ber(data: bytes) -> int:
    """Where the BER value that starts the data ends; indefinite lengths are followed inwards."""
    tag, pos = data[0], 1
    open_lengths = 0
    while True:
        first, pos = _length_octet(data, pos)
        if first == 0x80:
            if not tag & 0x20:
                raise io("Non constructed encoding must have definite length")
            open_lengths += 1
        else:
            pos = _end_of_content(data, pos, first)
            open_lengths -= tag == 0
        if open_lengths <= 0:
            return pos
        if pos >= len(data):
            raise io("BER/DER tag info absent")
        tag = data[pos]
        pos += 1
        if tag & 0x1F == 0x1F:
            raise io("Multi octets tag not supported")


def _length_octet(data: bytes, pos: int) -> tuple[int, int]:
    if pos >= len(data):
        raise io("BER/DER length info absent")
    return data[pos], pos + 1


def _end_of_content(data: bytes, pos: int, first: int) -> int:
    length = first
    if first > 0x80:
        octets = first & 0x7F
        if octets > 4:
            raise io("Invalid BER/DER data (too huge?)")
        if len(data) - pos < octets:
            raise io("Incomplete BER/DER length info")
        length = int.from_bytes(data[pos : pos + octets], "big")
        if length > 0x7FFFFFFF:
            raise io("Invalid BER/DER data (a little huge?)")
        pos += octets
    if len(data) - pos < length:
        raise io("Incomplete BER/DER data")
    return pos + length


def _pem(data: bytes, java: Jdk) -> bytes | None:
    start = _after_hyphens(data)
    if start is None:
        return None
    header, pos, line_end = _header(data, start)
    footer_at = data.find(b"-", pos)
    if footer_at < 0:
        raise io("Incomplete data")
    body = data[pos:footer_at].translate(None, _WHITE)
    footer = _footer(data, footer_at + 1, line_end)
    if java.has(Feature.PEM_WITH_TRAILING_BLANKS):
        header, footer = header.rstrip(_STRIPPED), footer.rstrip(_STRIPPED)
    _check_frame(header, footer)
    return decode_base64(body)


def _after_hyphens(data: bytes) -> int | None:
    """Where the text behind five hyphens at a line's start begins."""
    hyphens, before = 0, -1
    for pos, octet in enumerate(data):
        if octet == 0x2D:
            hyphens += 1
        else:
            hyphens, before = 0, octet
        if hyphens == 5 and before in (-1, 0x0A, 0x0D):
            return pos + 1
    return None


def _header(data: bytes, pos: int) -> tuple[str, int, int]:
    end = pos
    while end < len(data) and data[end] not in b"\r\n":
        end += 1
    if end >= len(data):
        raise io("Incomplete data")
    header = "-----" + data[pos:end].decode("latin-1")
    if data[end] == 0x0A:
        return header, end + 1, 0x0A
    if end + 1 >= len(data):
        raise io("Incomplete data")
    if data[end + 1] == 0x0A:
        return header, end + 2, 0x0A
    return header, end + 1, 0x0D


def _footer(data: bytes, pos: int, line_end: int) -> str:
    end = pos
    while end < len(data) and data[end] not in (line_end, 0x0A):
        end += 1
    return "-" + data[pos:end].replace(b"\r", b"").decode("latin-1")


_STRIPPED = "".join(map(chr, (*range(9, 14), *range(28, 33))))
"""What `String.stripTrailing` strips below U+0100."""


def _check_frame(header: str, footer: str) -> None:
    if len(header) < 16 or not header.startswith("-----BEGIN ") or not header.endswith("-----"):
        raise io(f"Illegal header: {header}")
    if len(footer) < 14 or not footer.startswith("-----END ") or not footer.endswith("-----"):
        raise io(f"Illegal footer: {footer}")
    if header[11:-5] != footer[9:-5]:
        raise io(f"Header and footer do not match: {header} {footer}")


def decode_base64(text: bytes) -> bytes:
    """`Base64.getDecoder().decode`, whose refusals arrive wrapped in an IOException."""
    problem = _base64_problem(text)
    if problem is not None:
        cause = JavaThrow("java.lang.IllegalArgumentException", problem)
        raise io(str(cause), cause)
    try:
        return base64.b64decode(text + b"=" * (-len(text) % 4))
    except binascii.Error as error:  # the checks above leave nothing to refuse
        raise AssertionError(text) from error


_ALPHABET = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")


def _base64_problem(text: bytes) -> str | None:
    """Java's complaint about a Base64 text; None for a good one."""
    if not text:
        return None
    if len(text) < 2:
        return "Input byte[] should at least have 2 bytes for base64 bytes"
    missing = -1
    for pos, octet in enumerate(text):
        if octet == 0x3D:
            missing = pos
            break
        if octet not in _ALPHABET:
            return f"Illegal base64 character {byte(octet):x}"
    data_length = len(text) if missing < 0 else missing
    phase = data_length % 4
    if phase == 1:
        return "Last unit does not have enough valid bits"
    if missing < 0:
        return None
    if phase == 0:
        return "Input byte array has wrong 4-byte ending unit"
    if phase == 2:
        if missing + 1 == len(text) or text[missing + 1] != 0x3D:
            return "Input byte array has wrong 4-byte ending unit"
        end = missing + 2
    else:
        end = missing + 1
    return None if end == len(text) else f"Input byte array has incorrect ending byte at {end}"
