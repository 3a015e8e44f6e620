"""Length octets of DER: as the JDK reads them from a stream, and as they are written (X.690 section 8.1.3)."""

from __future__ import annotations

from typing import NoReturn

from sn_mock.java.lang.thrown import io


def stream_length(data: bytes, pos: int) -> tuple[int | None, int]:
    """The length octets at `pos` of a stream, and where they end; None for the indefinite form."""
    first = data[pos] if pos < len(data) else None
    if first is None:
        raise io("Short read of DER length")
    pos += 1
    if first == 0x80:
        return None, pos
    if first < 0x80:
        return first, pos
    octets = first & 0x7F
    if octets > 4:
        refuse_length(f"lengthTag={octets}, too big.")
    value = length_of_octets(data[pos : pos + octets].ljust(octets, b"\xff"))
    return value, min(pos + octets, len(data))


def length_of_octets(octets: bytes) -> int:
    """The length that these octets say behind the first one, which has to be in the shortest form."""
    value = int.from_bytes(octets, "big")
    if octets[0] == 0:
        refuse_length("Redundant length bytes found")
    if value > 0x7FFFFFFF:
        refuse_length("Invalid length bytes")
    if value <= 127:
        refuse_length("Should use short form for length")
    return value


def refuse_length(why: str) -> NoReturn:
    """Java's refusal of a length."""
    raise io(f"DerInputStream.getLength(): {why}")


def encode_length(length: int) -> bytes:
    """The shortest definite length octets."""
    if length < 0x80:
        return bytes([length])
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(octets)]) + octets
