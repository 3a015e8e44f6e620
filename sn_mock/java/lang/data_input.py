"""Big-endian reading as `java.io.DataInputStream` does it: the outer layer of JKS and JCEKS files."""

from __future__ import annotations

from sn_mock.java.lang.strings import from_units
from sn_mock.java.lang.thrown import JavaThrow, eof, io


class DataInput:
    """A cursor over the file; every reader leaves by Java's exception when the bytes do not suffice."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.pos = 0

    def take(self, count: int) -> bytes:
        """Exactly `count` bytes."""
        taken = self.data[self.pos : self.pos + count]
        if len(taken) < count:
            self.pos = len(self.data)
            raise eof()
        self.pos += count
        return taken

    def exactly(self, count: int) -> bytes:
        """Exactly `count` bytes where the count comes from the file and may be negative."""
        if count < 0:
            raise io(f"length cannot be negative: {count}")
        return self.take(count)

    def int32(self) -> int:
        """`readInt()`: signed."""
        return int.from_bytes(self.take(4), "big", signed=True)

    def int64(self) -> int:
        """`readLong()`: signed."""
        return int.from_bytes(self.take(8), "big", signed=True)

    def utf(self) -> str:
        """`readUTF()`: modified UTF-8 behind an unsigned 16-bit length."""
        data = self.take(int.from_bytes(self.take(2), "big"))
        try:
            return data.decode("ascii") if data.isascii() else modified_utf8(data)
        except MalformedUtfError as problem:
            raise JavaThrow("java.io.UTFDataFormatException", str(problem)) from None


class MalformedUtfError(ValueError):
    """Octets that are no modified UTF-8; the text is DataInputStream's."""

    def __init__(self, message: str, *, at_end: bool = False) -> None:
        super().__init__(message)
        self.at_end = at_end
        """The last character is cut; more octets might complete it."""


def modified_utf8(data: bytes) -> str:
    """Java's own UTF-8: surrogates encoded one by one. Raises MalformedUtfError."""
    units: list[int] = []
    size = len(data)
    pos = 0
    while pos < size:
        first = data[pos]
        width = _WIDTH[first >> 4]
        if width == 0:
            raise MalformedUtfError(f"malformed input around byte {pos}")
        pos += width
        if pos > size:
            raise MalformedUtfError("malformed input: partial character at end", at_end=True)
        if any(octet & 0xC0 != 0x80 for octet in data[pos - width + 1 : pos]):
            raise MalformedUtfError(f"malformed input around byte {pos if width == 2 else pos - 1}")
        unit = first if width == 1 else first & (0x1F if width == 2 else 0x0F)
        for octet in data[pos - width + 1 : pos]:
            unit = unit << 6 | octet & 0x3F
        units.append(unit)
    return from_units(units)


_WIDTH = (1,) * 8 + (0,) * 4 + (2, 2, 3, 0)


def write_utf(text: str) -> bytes:
    """`writeUTF(text)`; the text must not exceed 65,535 encoded bytes."""
    encoded = bytearray()
    units = text.encode("utf-16-be", "surrogatepass")
    for high, low in zip(units[::2], units[1::2], strict=True):
        unit = high << 8 | low
        if 1 <= unit <= 0x7F:
            encoded.append(unit)
        elif unit <= 0x7FF:
            encoded += bytes([0xC0 | unit >> 6, 0x80 | unit & 0x3F])
        else:
            encoded += bytes([0xE0 | unit >> 12, 0x80 | unit >> 6 & 0x3F, 0x80 | unit & 0x3F])
    return len(encoded).to_bytes(2, "big") + bytes(encoded)
