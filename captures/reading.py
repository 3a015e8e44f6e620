"""Capture files as a stream of frames: pcap and pcapng, either byte order, of any size, one frame in memory at a time.

Sources: draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng (RFC-to-be), tcpdump.org/linktypes.html. A file that ends
within a frame, or goes on with nonsense, gives the frames before that place, and a sentence.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import field
from typing import BinaryIO, Literal

from guarded.values import dataclass

from .frames import CaptureError, Frame, Shortfalls
from .key_log import KeyLog
from .magic import PCAP, SECTION

MAX_FRAME_BYTES = 262_144
"""Octets of one frame: the largest snapshot length that tcpdump and Wireshark know."""
MAX_BLOCK_BYTES = 16 * 1024 * 1024
"""Octets of a block that is taken into memory (Wireshark's own limit); of other kinds any length is passed over."""
MAX_INTERFACES = 10_000
_SKIPPED_AT_ONCE = 1 << 20
_INTERFACE, _OLD_PACKET, _SIMPLE_PACKET, _STATISTICS, _PACKET, _SECRETS = 1, 2, 3, 5, 6, 10
_TLS_KEY_LOG = 0x544C534B
_IF_TSRESOL, _IF_TSOFFSET, _ISB_IFDROP, _ISB_OSDROP = 9, 14, 5, 7
_KNOWN = frozenset({_INTERFACE, _OLD_PACKET, _SIMPLE_PACKET, _STATISTICS, _PACKET, _SECRETS})


def frames(stream: BinaryIO, keys: KeyLog, notes: Shortfalls, start: bytes = b"") -> Iterator[Frame]:
    """Every frame of the file, in its order; keys that stand in it go to `keys`, what is amiss to `notes`.

    `start` was read from the stream already. Raises CaptureError where it is no capture, OSError as the stream does.
    """
    source = _Source(stream, start)
    magic = source.take(4)
    if magic in PCAP:
        return _pcap(source, notes, *PCAP[magic])
    if magic == SECTION:
        return _pcapng(source, keys, notes)
    raise CaptureError("is no capture file: it begins neither as pcap nor as pcapng")


class _Source:
    """Octets in order, with their place in the file."""

    def __init__(self, stream: BinaryIO, start: bytes) -> None:
        self._stream, self._start = stream, start
        self.at = 0

    def take(self, count: int) -> bytes:
        """The next octets; fewer at the end of the file."""
        if self._start:
            data, self._start = self._start[:count], self._start[count:]
            data += self._read(count - len(data)) if len(data) < count else b""
        else:
            data = self._read(count)
        self.at += len(data)
        return data

    def _read(self, count: int) -> bytes:
        data = self._stream.read(count) or b""
        while len(data) < count and (more := self._stream.read(count - len(data))):  # a pipe gives what it has
            data += more
        return data

    def skip(self, count: int) -> bool:
        """Pass over octets; False where the file ends first."""
        while count > 0:
            passed = len(self.take(min(count, _SKIPPED_AT_ONCE)))
            if not passed:
                return False
            count -= passed
        return True


def _cut(source: _Source, notes: Shortfalls) -> None:
    notes.add(f"the file ends within a frame, after {source.at:,} octets: what came later is not in it")


def _damaged(source: _Source, notes: Shortfalls, why: str) -> None:
    notes.add(f"the file is damaged near octet {source.at:,} ({why}): nothing behind that place was read")


# pcap


def _pcap(source: _Source, notes: Shortfalls, order: str, unit: int, header: int) -> Iterator[Frame]:
    rest = source.take(20)
    if len(rest) < 20:
        raise CaptureError("is cut within its first 24 octets")
    link = struct.unpack(order + "HHiIII", rest)[5] & 0xFFFF  # the upper half says whether frames have a checksum
    unpack, take = struct.Struct(order + "IIII").unpack_from, source.take
    while head := take(header):
        if len(head) < header:
            _cut(source, notes)
            return
        seconds, fraction, kept, length = unpack(head)
        if kept > MAX_FRAME_BYTES:
            _damaged(source, notes, f"a frame of {kept:,} octets")
            return
        data = take(kept)
        if len(data) < kept:
            _cut(source, notes)
            return
        yield Frame(seconds * 1_000_000_000 + fraction * unit, link, data, length)


# pcapng


@dataclass(slots=True)
class _Interface:
    link: int
    snaplen: int
    per_second: int = 1_000_000
    offset: int = 0


@dataclass(slots=True)
class _Section:
    order: str = "<"
    interfaces: list[_Interface] = field(default_factory=list)
    dropped: dict[int, int] = field(default_factory=dict)


def _pcapng(source: _Source, keys: KeyLog, notes: Shortfalls) -> Iterator[Frame]:
    section = _Section()
    if not _begin_section(source, section, notes, first=True):
        return
    while head := source.take(8):
        if len(head) < 8:
            _cut(source, notes)
            break
        if head[:4] == SECTION:
            source.at -= 4
            _tell_dropped(section, notes)
            if not _begin_section(source, section, notes, length=head[4:]):
                return
            continue
        kind, length = struct.unpack(section.order + "II", head)
        if length < 12 or (kind in _KNOWN and length > MAX_BLOCK_BYTES):
            _damaged(source, notes, f"a block of {length:,} octets")
            break
        size = length - 8 + (-length % 4)
        if kind not in _KNOWN:
            if not source.skip(size):
                _cut(source, notes)
                break
            continue
        body = source.take(size)
        if len(body) < size:
            _cut(source, notes)
            break
        if body[-4:] != head[4:]:
            _damaged(source, notes, "a block that does not end as it began")
            break
        frame = _block(kind, body[:-4], section, keys, notes)
        if frame is not None:
            yield frame
    _tell_dropped(section, notes)


def _begin_section(
    source: _Source, section: _Section, notes: Shortfalls, *, length: bytes = b"", first: bool = False
) -> bool:
    """Read the header of a section, whose type has been read; False where nothing more can be read."""
    length = length or source.take(4)
    mark = source.take(4)
    order = {b"\x4d\x3c\x2b\x1a": "<", b"\x1a\x2b\x3c\x4d": ">"}.get(mark)
    size = struct.unpack(f"{order}I", length)[0] if order and len(length) == 4 else 0
    if order is None or size < 28:
        if first:
            raise CaptureError("begins as pcapng, and its section header cannot be read")
        _damaged(source, notes, "a section header without its byte order")
        return False
    section.order = order
    section.interfaces.clear()
    section.dropped.clear()
    if not source.skip(size - 12 + (-size % 4)):
        _cut(source, notes)
        return False
    return True


def _block(kind: int, body: bytes, section: _Section, keys: KeyLog, notes: Shortfalls) -> Frame | None:
    try:
        if kind == _PACKET:
            number, high, low, kept, length = struct.unpack_from(section.order + "IIIII", body)
            return _frame(section, number, high << 32 | low, body[20 : 20 + kept], kept, length, notes)
        if kind == _OLD_PACKET:
            number, _, high, low, kept, length = struct.unpack_from(section.order + "HHIIII", body)
            return _frame(section, number, high << 32 | low, body[20 : 20 + kept], kept, length, notes)
        if kind == _SIMPLE_PACKET:
            (length,) = struct.unpack_from(section.order + "I", body)
            snaplen = section.interfaces[0].snaplen if section.interfaces else 0
            kept = min(length, snaplen or length)
            notes.add("{n} frames stand in the file without a time")
            return _frame(section, 0, 0, body[4 : 4 + kept], kept, length, notes)
        if kind == _INTERFACE:
            _interface(body, section, notes)
        elif kind == _STATISTICS:
            (number,) = struct.unpack_from(section.order + "I", body)
            lost = [int.from_bytes(value, _byte_order(section)) for code, value in _options(body[12:], section.order)
                    if code in (_ISB_IFDROP, _ISB_OSDROP) and len(value) == 8]  # fmt: skip
            section.dropped[number] = max([section.dropped.get(number, 0), *lost])
        elif kind == _SECRETS:
            form, length = struct.unpack_from(section.order + "II", body)
            if form == _TLS_KEY_LOG:
                keys.add(body[8 : 8 + length])
            else:
                notes.add("{n} blocks of secrets are of a kind that is not TLS's")
    except struct.error:
        notes.add("{n} blocks are too short for their kind")
    return None


def _byte_order(section: _Section) -> Literal["little", "big"]:
    return "little" if section.order == "<" else "big"


def _frame(
    section: _Section, number: int, ticks: int, data: bytes, kept: int, length: int, notes: Shortfalls
) -> Frame | None:
    if number >= len(section.interfaces):
        notes.add("{n} frames name an interface that the file does not describe")
        return None
    if len(data) < kept or kept > MAX_FRAME_BYTES:
        notes.add("{n} frames are longer than their block")
        return None
    interface = section.interfaces[number]
    time = ticks * 1_000_000_000 // interface.per_second + interface.offset if ticks else 0
    return Frame(time, interface.link, data, length)


def _interface(body: bytes, section: _Section, notes: Shortfalls) -> None:
    link, _, snaplen = struct.unpack_from(section.order + "HHI", body)
    interface = _Interface(link, snaplen)
    for code, value in _options(body[8:], section.order):
        if code == _IF_TSRESOL and len(value) == 1:
            interface.per_second = 2 ** (value[0] & 0x7F) if value[0] & 0x80 else 10 ** min(value[0], 19)
        elif code == _IF_TSOFFSET and len(value) == 8:
            seconds = int.from_bytes(value, _byte_order(section), signed=True)
            interface.offset = seconds * 1_000_000_000
    if len(section.interfaces) >= MAX_INTERFACES:
        notes.add("{n} interfaces are too many")
        return
    section.interfaces.append(interface)


def _options(data: bytes, order: str) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(data):
        code, length = struct.unpack_from(order + "HH", data, at)
        if code == 0:
            return
        yield code, data[at + 4 : at + 4 + length]
        at += 4 + length + (-length % 4)


def _tell_dropped(section: _Section, notes: Shortfalls) -> None:
    if lost := sum(section.dropped.values()):
        notes.add("{n} frames were dropped while it was captured: they are not in the file", lost)
