"""BER's indefinite lengths, rewritten to definite ones the way the JDK does before it parses.

The JDK walks the tags once to find the matching end-of-contents octets, and once more to copy with lengths filled in.
Source: X.690 section 8.1.3.6 for the format; the refusals were measured on JDK 17, and on 8u252, 11.0.7 and 11.0.13
where Java is older.
"""

from __future__ import annotations

from guarded.values import dataclass
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import REFERENCE, Jdk
from sn_mock.java.lang.thrown import JavaThrow, io, out_of_bounds

_MAX_INT = 0x7FFFFFFF


class _UnfinishedError(Exception):
    """More octets would be needed."""


@dataclass(slots=True)
class _Open:
    """A value whose end has not been found yet."""

    number: int
    """Among all indefinite lengths, in the order of their tags."""
    start: int
    grown: int = 0
    """By how much the lengths inside it will be longer than their `80 00 00`; negative where they are shorter."""


def with_definite_lengths(
    buffer: bytes, offset: int, size: int, java: Jdk = REFERENCE, *, of_array: bool = False
) -> tuple[bytes, int]:
    """The value of indefinite length at `offset`, with definite ones, and how many of `size` bytes follow it.

    The JDK copies what follows, too; so many values side by side would cost the square of their number.

    `of_array`: it is the octets that a cursor was opened on, which older Javas resolve at once, in other words.
    Raises the JDK's IOExceptions.
    """
    data = memoryview(buffer)[offset : offset + size]
    try:
        lengths, end = _resolve(data, java)
    except _UnfinishedError:
        all_at_once = of_array or not java.has(Feature.INDEFINITE_2021)
        what = "not all indef len BER resolved" if all_at_once else "not enough data to resolve indef len BER"
        raise io(what) from None
    return _rewrite(data, lengths, end), len(data) - end


def _resolve(data: memoryview, java: Jdk) -> tuple[list[bytes], int]:
    """The length octets for each indefinite length in the order of their tags, and where the value ends."""
    size = len(data)
    lengths: list[bytes] = []
    open_values: list[_Open] = []
    pos = 0
    careful = java.has(Feature.INDEFINITE_2021)
    while pos < size:
        if pos + 2 > size and (careful or data[pos] == 0):
            raise _UnfinishedError if careful else _beyond(size, size, java)
        if data[pos] == 0 and data[pos + 1] == 0:
            _close(lengths, open_values, pos)
        pos += 1
        length, pos = _length_at(data, pos, careful=careful)
        if length is None:
            open_values.append(_Open(len(lengths), pos))
            lengths.append(b"")
        else:
            pos += length
            if pos > _MAX_INT:
                raise io("Data overflow") if careful else _beyond(pos - (_MAX_INT + 1) * 2, size, java)
        if not open_values:
            break
    if open_values:
        raise _UnfinishedError
    return lengths, pos


def _beyond(index: int, size: int, java: Jdk) -> JavaThrow:
    """An older Java runs off its array, and says so."""
    cause = out_of_bounds(index, size, java)
    return io(str(cause), cause)


def _close(lengths: list[bytes], open_values: list[_Open], pos: int) -> None:
    """Give the innermost open length its octets now that its end is known."""
    if not open_values:
        raise io("EOC does not have matching indefinite-length tag")
    closed = open_values.pop()
    octets = _length_octets(pos - closed.start + closed.grown)
    lengths[closed.number] = octets
    if open_values:
        open_values[-1].grown += closed.grown + len(octets) - 3


def _length_at(data: memoryview, pos: int, *, careful: bool = True) -> tuple[int | None, int]:
    if pos == len(data):
        return 0, pos
    first = data[pos]
    pos += 1
    if first == 0x80:
        return None, pos
    if first < 0x80:
        return first, pos
    octets = first & 0x7F
    if octets > 4:
        raise io("Too much data")
    if len(data) - pos < octets + 1:
        raise _UnfinishedError if careful else io("Too little data")
    length = int.from_bytes(data[pos : pos + octets], "big")
    if length > _MAX_INT:
        raise io("Invalid length bytes")
    return length, pos + octets


def _rewrite(data: memoryview, lengths: list[bytes], end: int) -> bytes:
    out = bytearray()
    remaining = iter(lengths)
    pos = 0
    while pos < end:
        while pos < end and data[pos] == 0 and data[pos + 1] == 0:
            pos += 2
        if pos >= end:
            break
        out.append(data[pos])
        length, pos = _length_at(data, pos + 1)
        if length is None:
            out += next(remaining)
        else:
            out += _length_octets(length)
            out += data[pos : pos + length]
            pos += length
    # Shortening a wasteful definite length leaves zeros at the end: the JDK reserves the room by the first walk.
    return bytes(out).ljust(end + sum(len(octets) - 3 for octets in lengths), b"\0")


def _length_octets(length: int) -> bytes:
    if length < 0x80:
        return bytes([length])
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(octets)]) + octets
