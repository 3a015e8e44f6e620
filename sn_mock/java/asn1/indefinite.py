"""BER's indefinite lengths, rewritten to definite ones the way the JDK does before it parses.

The JDK walks the tags once to find the matching end-of-contents octets, and once more to copy with lengths filled in.
Source: X.690 section 8.1.3.6 for the format; the refusals were measured on JDK 17.
"""

from __future__ import annotations

from sn_mock.java.lang.thrown import io

_MAX_INT = 0x7FFFFFFF


class _UnfinishedError(Exception):
    """More octets would be needed."""


def with_definite_lengths(tag: int, rest: bytes) -> bytes:
    """The value of this tag whose content starts at `rest`, with definite lengths; what follows it is kept behind it.

    Raises the JDK's IOExceptions.
    """
    data = bytes([tag, 0x80]) + rest
    try:
        lengths, end = _resolve(data)
    except _UnfinishedError:
        raise io("not enough data to resolve indef len BER") from None
    return _rewrite(data, lengths, end) + data[end:]


def _resolve(data: bytes) -> tuple[list[bytes], int]:
    """The length octets for each indefinite length in the order of their tags, and where the value ends."""
    size = len(data)
    found: list[int | bytes] = []
    open_lengths = 0
    pos = 0
    while pos < size:
        if pos + 2 > size:
            raise _UnfinishedError
        if data[pos] == 0 and data[pos + 1] == 0:
            _close(found, pos)
            open_lengths -= 1
        pos += 1
        length, pos = _length_at(data, pos)
        if length is None:
            found.append(pos)
            open_lengths += 1
        else:
            pos += length
            if pos > _MAX_INT:
                raise io("Data overflow")
        if open_lengths == 0:
            break
    if open_lengths:
        raise _UnfinishedError
    return [octets for octets in found if isinstance(octets, bytes)], pos


def _close(found: list[int | bytes], pos: int) -> None:
    """Give the innermost open length its octets now that its end is known."""
    inner = 0
    for index in range(len(found) - 1, -1, -1):
        item = found[index]
        if isinstance(item, int):
            found[index] = _length_octets(pos - item + inner)
            return
        inner += len(item) - 3
    raise io("EOC does not have matching indefinite-length tag")


def _length_at(data: bytes, pos: int) -> tuple[int | None, int]:
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
        raise _UnfinishedError
    length = int.from_bytes(data[pos : pos + octets], "big")
    if length > _MAX_INT:
        raise io("Invalid length bytes")
    return length, pos + octets


def _rewrite(data: bytes, lengths: list[bytes], end: int) -> bytes:
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
            out += _length_octets(length) + data[pos : pos + length]
            pos += length
    # Shortening a wasteful definite length leaves zeros at the end: the JDK reserves the room by the first walk.
    return bytes(out).ljust(end + sum(len(octets) - 3 for octets in lengths), b"\0")


def _length_octets(length: int) -> bytes:
    if length < 0x80:
        return bytes([length])
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(octets)]) + octets
