"""Frames around octets that really were on a wire: Ethernet, IPv4 or IPv6, TCP, with checksums that hold.

No frame here was ever sent. The octets, their order, their direction and their moments are real; addresses and ports
are those of the socket; MAC addresses, sequence numbers, windows and the cut into segments are made up.
"""

from __future__ import annotations

import ipaddress
import struct
import sys
from array import array
from collections.abc import Iterator

from guarded.values import dataclass

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
_MODULUS = 1 << 32
_IPV4_SEGMENT, _IPV6_SEGMENT = 1_460, 1_440
"""Octets of payload of one frame: an Ethernet frame's 1,500 without the headers."""
_WINDOW = 65_535
_OURS, _THEIRS = bytes.fromhex("02534e4d0001"), bytes.fromhex("02534e4d0002")
"""Locally administered MAC addresses, one for each end."""

Address = tuple[str, int]


@dataclass(slots=True)
class _End:
    packed: bytes
    port: int
    mac: bytes
    seq: int


class Conversation:
    """One TCP connection, told as frames; `ours` is the end at which the octets were seen."""

    def __init__(self, ours: Address, theirs: Address, number: int) -> None:
        first = (number * 64_000 + 1_000) % _MODULUS  # some initial sequence number, another one each time
        self._ends = (
            _End(ipaddress.ip_address(ours[0]).packed, ours[1], _OURS, first),
            _End(ipaddress.ip_address(theirs[0]).packed, theirs[1], _THEIRS, (first + 500_000) % _MODULUS),
        )
        self._size = _IPV4_SEGMENT if len(self._ends[0].packed) == 4 else _IPV6_SEGMENT
        self._identity = 0

    def syn(self, by: int) -> bytes:
        """One end asks for the connection (0: ours)."""
        return self._frame(by, SYN, first=True)

    def syn_ack(self, by: int) -> bytes:
        """The other end agrees."""
        return self._frame(by, SYN | ACK)

    def ack(self, by: int) -> bytes:
        """What has come is acknowledged."""
        return self._frame(by, ACK)

    def fin(self, by: int) -> bytes:
        """Nothing more comes from this end."""
        return self._frame(by, FIN | ACK)

    def rst(self, by: int) -> bytes:
        """This end breaks off, or refuses."""
        return self._frame(by, RST | ACK)

    def payload(self, by: int, data: bytes) -> Iterator[bytes]:
        """Octets, cut into segments."""
        for at in range(0, len(data), self._size):
            piece = data[at : at + self._size]
            yield self._frame(by, ACK | (PSH if at + len(piece) == len(data) else 0), piece)

    def _frame(self, by: int, flags: int, data: bytes = b"", *, first: bool = False) -> bytes:
        here, there = self._ends[by], self._ends[1 - by]
        ack = 0 if first else there.seq
        options = b"\x02\x04" + self._size.to_bytes(2, "big") if flags & SYN else b""
        head = struct.pack(
            ">HHIIBBHHH", here.port, there.port, here.seq, ack, (5 + len(options) // 4) << 4, flags, _WINDOW, 0, 0
        )
        segment = head + options + data
        pseudo = here.packed + there.packed + struct.pack(">IHH", len(segment), 0, 6)
        segment = segment[:16] + _checksum(pseudo + segment) + segment[18:]
        here.seq = (here.seq + len(data) + bool(flags & (SYN | FIN))) % _MODULUS
        kind, packet = self._packet(here, there, segment)
        return there.mac + here.mac + kind + packet

    def _packet(self, here: _End, there: _End, segment: bytes) -> tuple[bytes, bytes]:
        if len(here.packed) == 16:
            head = struct.pack(">IHBB", 6 << 28, len(segment), 6, 64)
            return b"\x86\xdd", head + here.packed + there.packed + segment
        self._identity = (self._identity + 1) & 0xFFFF
        head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(segment), self._identity, 0x4000, 64, 6, 0)
        head += here.packed + there.packed
        return b"\x08\x00", head[:10] + _checksum(head) + head[12:] + segment


def _checksum(data: bytes) -> bytes:
    """RFC 1071."""
    words = array("H", data + b"\0" * (len(data) % 2))
    total = sum(words)
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return (total ^ 0xFFFF).to_bytes(2, sys.byteorder)
