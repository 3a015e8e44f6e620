"""From a frame to the TCP segment in it: link layers, VLAN tags, IPv4, IPv6 with its extension headers.

Sources: tcpdump.org/linktypes.html, IEEE 802.1Q, RFC 791, RFC 8200, RFC 9293.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from typing import NamedTuple

from .frames import Frame, Shortfalls

_IPV4, _IPV6 = 0x0800, 0x86DD
_TAGS = frozenset({0x8100, 0x88A8, 0x9100})
_TCP, _UDP = 6, 17
_FRAGMENT, _AUTHENTICATION = 44, 51
_EXTENSIONS = frozenset({0, 43, 60, 135, 139, 140, _FRAGMENT, _AUTHENTICATION})
_QUIC_PORT = b"\x01\xbb"
_MOST_HEADERS = 16
"""Extension headers or tags of one frame."""


class Segment(NamedTuple):
    """One TCP segment, as a frame holds it."""

    key: bytes
    """Sender's address, receiver's address, sender's port, receiver's port: which connection, which direction."""
    time: int
    seq: int
    ack: int
    flags: int
    data: bytes
    """The payload that was kept."""
    missing: int
    """Octets of payload behind `data` that were on the wire and were not kept (snapshot length)."""


class Places:
    """Finds segments; what it cannot use goes to the notes."""

    def __init__(self, notes: Shortfalls) -> None:
        self._notes = notes

    def segment(self, frame: Frame) -> Segment | None:
        """The segment of a frame; None where it holds none, or not enough of one."""
        link = _LINKS.get(frame.link)
        if link is None:
            self._notes.add(f"{{n}} frames of link type {frame.link} were not read: this kind of link is not known")
            return None
        data = frame.data
        at = link(data)
        if at < 0 or len(data) <= at:
            return None
        version = data[at] >> 4
        if version == 4 and len(data) >= at + 20:
            return self._ipv4(frame, data, at)
        if version == 6 and len(data) >= at + 40:
            return self._ipv6(frame, data, at)
        return None

    def _ipv4(self, frame: Frame, data: bytes, at: int) -> Segment | None:
        total = data[at + 2] << 8 | data[at + 3]
        end = at + total if total else frame.length  # 0: a large packet that the network card cuts up later
        begin = at + (data[at] & 15) * 4
        if (data[at + 6] & 0x3F) | data[at + 7]:  # more fragments, or an offset
            self._notes.add("{n} IPv4 fragments were not put together: the segments in them are missing")
            return None
        return self._tcp(frame, data, data[at + 12 : at + 20], data[at + 9], begin, end)

    def _ipv6(self, frame: Frame, data: bytes, at: int) -> Segment | None:
        payload = data[at + 4] << 8 | data[at + 5]
        end = at + 40 + payload if payload else frame.length
        following, begin = data[at + 6], at + 40
        for _ in range(_MOST_HEADERS):
            if following not in _EXTENSIONS:
                break
            if len(data) < begin + 8:
                return None
            if following == _FRAGMENT and (data[begin + 2] << 8 | data[begin + 3]) & 0xFFF9:
                self._notes.add("{n} IPv6 fragments were not put together: the segments in them are missing")
                return None
            length = (data[begin + 1] + 2) * 4 if following == _AUTHENTICATION else (data[begin + 1] + 1) * 8
            length = 8 if following == _FRAGMENT else length
            following, begin = data[begin], begin + length
        return self._tcp(frame, data, data[at + 8 : at + 40], following, begin, end)

    def _tcp(self, frame: Frame, data: bytes, addresses: bytes, protocol: int, at: int, end: int) -> Segment | None:
        if protocol != _TCP:
            if protocol == _UDP and _QUIC_PORT in (data[at : at + 2], data[at + 2 : at + 4]):
                self._notes.add("{n} UDP datagrams of port 443 (QUIC, HTTP/3) were not read: Java's clients speak TCP")
            return None
        if len(data) < at + 20:
            self._notes.add("{n} TCP segments were cut within their header by the snapshot length")
            return None
        begin = at + (data[at + 12] >> 4) * 4
        if begin < at + 20 or end < begin:
            self._notes.add("{n} TCP segments have lengths that contradict each other")
            return None
        kept = data[begin:end]
        seq, ack = int.from_bytes(data[at + 4 : at + 8], "big"), int.from_bytes(data[at + 8 : at + 12], "big")
        missing = max(0, end - max(begin, len(data)))
        return Segment(addresses + data[at : at + 4], frame.time, seq, ack, data[at + 13], kept, missing)


def reversed_key(key: bytes) -> bytes:
    """The key of the other direction."""
    half = (len(key) - 4) // 2
    return key[half : 2 * half] + key[:half] + key[-2:] + key[-4:-2]


def endpoints(key: bytes) -> tuple[tuple[str, int], tuple[str, int]]:
    """Address and port of the sender and of the receiver."""
    half = (len(key) - 4) // 2
    one, other = key[:half], key[half : 2 * half]
    ports = int.from_bytes(key[-4:-2], "big"), int.from_bytes(key[-2:], "big")
    return (str(ipaddress.ip_address(one)), ports[0]), (str(ipaddress.ip_address(other)), ports[1])


# Where the IP header begins, -1 where there is none


def _ethernet(data: bytes) -> int:
    return _tagged(data, 12)


def _tagged(data: bytes, at: int) -> int:
    for _ in range(_MOST_HEADERS):
        kind = int.from_bytes(data[at : at + 2], "big")
        if kind not in _TAGS:
            return at + 2 if kind in (_IPV4, _IPV6) else -1
        at += 4
    return -1


def _cooked(data: bytes) -> int:
    return _tagged(data, 14)


def _cooked2(data: bytes) -> int:
    kind = int.from_bytes(data[:2], "big")
    return 20 if kind in (_IPV4, _IPV6) else _tagged(data, 22) if kind in _TAGS else -1


def _raw(_data: bytes) -> int:
    return 0


def _loopback(_data: bytes) -> int:
    """BSD's: four octets of address family, whose numbers differ by system; the IP version says it anyway."""
    return 4


_LINKS: Mapping[int, Callable[[bytes], int]] = {
    0: _loopback,
    1: _ethernet,
    12: _raw,
    14: _raw,
    101: _raw,
    108: _loopback,
    113: _cooked,
    228: _raw,
    229: _raw,
    276: _cooked2,
}
"""Link types that are read."""
