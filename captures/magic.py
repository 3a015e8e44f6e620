"""By which octets a capture file is known."""

from __future__ import annotations

from collections.abc import Mapping

SECTION = b"\x0a\x0d\x0d\x0a"
"""pcapng: a section header, the same in either byte order."""
PCAP: Mapping[bytes, tuple[str, int, int]] = {
    b"\xd4\xc3\xb2\xa1": ("<", 1000, 16),
    b"\xa1\xb2\xc3\xd4": (">", 1000, 16),
    b"\x4d\x3c\xb2\xa1": ("<", 1, 16),
    b"\xa1\xb2\x3c\x4d": (">", 1, 16),
    b"\x34\xcd\xb2\xa1": ("<", 1000, 24),
    b"\xa1\xb2\xcd\x34": (">", 1000, 24),
}
"""Magic number to byte order, nanoseconds of a fraction, octets of a frame's header (24: Kuznetzov's variant)."""


def is_capture(start: bytes) -> bool:
    """Whether a file that begins with these four octets is a capture."""
    return start[:4] in PCAP or start[:4] == SECTION
