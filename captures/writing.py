"""Blocks of a pcapng file (draft-ietf-opsawg-pcapng): section, interface, packets, decryption secrets."""

from __future__ import annotations

import struct

_SECTION, _INTERFACE, _PACKET, _SECRETS = 0x0A0D0D0A, 1, 6, 10
_ETHERNET = 1
_TLS_KEY_LOG = 0x544C534B
_COMMENT, _APPLICATION, _NAME, _DESCRIPTION, _RESOLUTION = 1, 4, 2, 3, 9
_NANOSECONDS = 9


def _block(kind: int, body: bytes) -> bytes:
    body += b"\0" * (-len(body) % 4)
    size = struct.pack("<I", 12 + len(body))
    return struct.pack("<I", kind) + size + body + size


def _option(code: int, value: bytes) -> bytes:
    return struct.pack("<HH", code, len(value)) + value + b"\0" * (-len(value) % 4)


_END = struct.pack("<HH", 0, 0)


def file_header(application: str) -> bytes:
    """The section and its one interface; every frame has nanoseconds."""
    told = _option(_APPLICATION, application.encode()) + _END
    section = _block(_SECTION, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1) + told)
    about = "octets as they went through the socket; TCP, IP and Ethernet around them are made up"
    told = _option(_NAME, b"sn-mock") + _option(_DESCRIPTION, about.encode())
    told += _option(_RESOLUTION, bytes((_NANOSECONDS,))) + _END
    return section + _block(_INTERFACE, struct.pack("<HHI", _ETHERNET, 0, 0) + told)


def packet(time: int, frame: bytes, comment: str = "") -> bytes:
    """One frame at that moment (nanoseconds since 1970)."""
    told = _option(_COMMENT, comment.encode()[:60_000]) + _END if comment else b""
    head = struct.pack("<IIIII", 0, time >> 32, time & 0xFFFFFFFF, len(frame), len(frame))
    return _block(_PACKET, head + frame + b"\0" * (-len(frame) % 4) + told)


def secrets(lines: bytes) -> bytes:
    """Lines of a TLS key log, for the frames that come after them."""
    return _block(_SECRETS, struct.pack("<II", _TLS_KEY_LOG, len(lines)) + lines)
