"""DER as the JDK reads it: tolerant of BER, in the JDK's order, with the JDK's complaints.

`Value` and `Input` play the parts of `sun.security.util.DerValue` and `DerInputStream`; what they accept, where they
look and what they say when they refuse was measured on JDK 17 with damaged files. Lengths and positions are bytes.
`sn_mock.java.asn1.reading` gives the pair that a Java reads with; `old_der` is that of JDK 8 to 16.
"""

from __future__ import annotations

from functools import cached_property

from sn_mock.java.asn1 import identifiers
from sn_mock.java.asn1.indefinite import with_definite_lengths
from sn_mock.java.asn1.lengths import encode_length, stream_length
from sn_mock.java.lang import strings as java_strings
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import REFERENCE, Jdk
from sn_mock.java.lang.strings import byte
from sn_mock.java.lang.thrown import eof, io

BOOLEAN, INTEGER, BIT_STRING, OCTET_STRING, NULL, OID, ENUMERATED = 1, 2, 3, 4, 5, 6, 10
UTF8_STRING, PRINTABLE_STRING, T61_STRING, IA5_STRING = 12, 19, 20, 22
UTC_TIME, GENERALIZED_TIME, GENERAL_STRING, UNIVERSAL_STRING, BMP_STRING = 23, 24, 27, 28, 30
SEQUENCE, SET = 0x30, 0x31

_MAX_NESTED_OCTET_STRINGS = 30


class Input:
    """A cursor over a run of DER values."""

    __slots__ = ("allow_ber", "buffer", "end", "java", "pos", "start")

    def __init__(
        self, buffer: bytes, start: int = 0, end: int | None = None, *, allow_ber: bool = True, java: Jdk = REFERENCE
    ) -> None:
        self.buffer = buffer
        self.start = start
        self.end = len(buffer) if end is None else end
        self.pos = start
        self.allow_ber = allow_ber
        self.java = java

    @property
    def available(self) -> int:
        """How many bytes are left."""
        return self.end - self.pos

    def rest(self) -> bytes:
        """The bytes not read yet; the cursor stays."""
        return self.buffer[self.pos : self.end]

    def value(self) -> Value:
        """The next value; the cursor moves behind it."""
        size = self.end - self.pos
        result = Value.parse(self.buffer, self.pos, size, allow_ber=self.allow_ber, allow_more=True, java=self.java)
        if result.buffer is self.buffer:
            self.pos = result.end
        else:  # an indefinite length was rewritten; the JDK counts what is left from the end of the whole buffer
            self.pos = len(self.buffer) - (len(result.buffer) + result.behind - result.end)
        return result

    def octet_string(self) -> bytes:
        """A primitive OCTET STRING."""
        value = self.value()
        if value.tag != OCTET_STRING:
            raise io("DER input not an octet string")
        return value.octet_string()

    def integer(self) -> int:
        """An INTEGER that fits Java's int."""
        return self.value().integer()

    def big_integer(self, *, positive: bool = False) -> int:
        """An INTEGER of any size; `positive` reads the sign bit as a digit."""
        return self.value().big_integer(positive=positive)

    def enumerated(self) -> int:
        """An ENUMERATED that fits Java's int."""
        return self.value().integer(ENUMERATED)

    def oid(self) -> bytes:
        """The content octets of an OBJECT IDENTIFIER."""
        return self.value().oid()

    def bit_string(self) -> bytes:
        """The octets of a BIT STRING, padding bits cleared."""
        return self.value().bit_string()

    def bit_array(self) -> tuple[int, bytes]:
        """A BIT STRING: how many bits, and the octets that hold them."""
        return self.value().bit_array()

    def sequence(self) -> list[Value]:
        """The members of a SEQUENCE."""
        return self.value().members(SEQUENCE)

    def set(self) -> list[Value]:
        """The members of a SET."""
        return self.value().members(SET)

    def members(self) -> list[Value]:
        """The members of the next value, whatever its tag."""
        return self.value().members()


class Value:
    """One tag, length and content; `buffer[start:end]` is the content."""

    behind = 0
    """Bytes that followed a value whose indefinite length was rewritten, and are not in its buffer."""

    def __init__(
        self, tag: int, buffer: bytes, start: int, end: int, *, allow_ber: bool = True, java: Jdk = REFERENCE
    ) -> None:
        self.tag = tag
        self.java = java
        self.buffer = buffer
        self.start = start
        self.end = end
        self.allow_ber = allow_ber

    def __str__(self) -> str:
        """As Java's DerValue prints itself in some messages; its array has another identity on every run."""
        return f"DerValue({self.tag:02x}, [B@{id(self.buffer) & 0xFFFFFFF:x}, {self.start}, {self.end})"

    @classmethod
    def parse(
        cls,
        buf: bytes,
        offset: int = 0,
        size: int | None = None,
        *,
        allow_ber: bool = True,
        allow_more: bool = False,
        java: Jdk = REFERENCE,
    ) -> Value:
        """The value at `offset` among `size` bytes; without `allow_more` it must fill them."""
        size = len(buf) if size is None else size
        if size < 2:
            raise io("Too short")
        tag = buf[offset]
        if tag & 0x1F == 0x1F:
            raise io(f"Tag number over 30 at {offset} is not supported")
        length = buf[offset + 1]
        pos = offset + 2
        behind = 0
        if length == 0x80:
            if not allow_ber:
                raise io("Indefinite length encoding not supported with DER")
            if not tag & 0x20:
                raise io("Indefinite length encoding not supported with non-constructed data")
            buf, behind = with_definite_lengths(buf, offset, size)
            offset, size, pos = 0, len(buf) + behind, 2
            length = buf[1]
        if length & 0x80:
            octets = length & 0x7F
            if octets > 4:
                raise io("Invalid lenByte")
            if size < 2 + octets:
                raise io("Not enough length bytes")
            length = int.from_bytes(buf[pos : pos + octets], "big")
            if not allow_ber and buf[pos] == 0:
                raise io("Redundant length bytes found")
            if length > 0x7FFFFFFF:
                raise io("Invalid length bytes")
            if length <= 127 and not allow_ber:
                raise io("Should use short form for length")
            pos += octets
        if size - length < pos - offset:
            raise eof("not enough content")
        if size - length > pos - offset and not allow_more:
            raise io("extra data at the end")
        found = cls(tag, buf, pos, pos + length, allow_ber=allow_ber, java=java)
        found.behind = behind
        return found

    @classmethod
    def from_stream(cls, data: bytes, *, java: Jdk = REFERENCE) -> Value:
        """The first value of a stream, as the JDK reads a keystore or a private key: the length is not checked first.

        Bytes behind the value are left alone, and a missing length octet counts as 255 (the -1 of a stream's end).
        """
        tag = data[0] if data else 0xFF
        if tag & 0x1F == 0x1F:
            raise io("Tag number over 30 is not supported")
        if len(data) < 2:
            raise io("Short read of DER length")
        length, pos = stream_length(data, 1)
        if length is None:
            if not tag & 0x20:
                raise io("Indefinite length encoding not supported with non-constructed data")
            buf, _ = with_definite_lengths(data, 0, len(data))
            length, start = stream_length(buf, 1)
            return cls(tag, buf, start, start + (length or 0), java=java)
        if len(data) - pos < length:
            raise eof()
        content = data[pos : pos + length]
        return cls(tag, content, 0, length, java=java)

    @cached_property
    def data(self) -> Input:
        """The one cursor over the content that belongs to this value and remembers what was read."""
        return self._new_cursor()

    def _new_cursor(self) -> Input:
        return Input(self.buffer, self.start, self.end, allow_ber=self.allow_ber, java=self.java)

    @property
    def content(self) -> bytes:
        """The content octets."""
        return self.buffer[self.start : self.end]

    @property
    def length(self) -> int:
        """How many content octets there are."""
        return self.end - self.start

    @property
    def is_constructed(self) -> bool:
        """The constructed bit."""
        return bool(self.tag & 0x20)

    def is_context(self, number: int | None = None) -> bool:
        """Context-specific, with this number if one is given?"""
        return self.tag & 0xC0 == 0x80 and (number is None or self.tag & 0x1F == number)

    def encoded(self) -> bytes:
        """Tag, shortest length, content: what the JDK keeps as the encoding."""
        self.__dict__.pop("data", None)
        return encode(self.tag, self.content)

    def reopened(self) -> Input:
        """A new cursor that stands before the value's own tag."""
        return Input(self.encoded(), java=self.java)

    def input(self) -> Input:
        """The cursor over a SEQUENCE or SET."""
        if self.tag not in (SEQUENCE, SET):
            raise io(f"toDerInputStream rejects tag type {byte(self.tag)}")
        return self.data

    def members(self, expected: int = 0) -> list[Value]:
        """The values inside; `expected` 0 takes any tag."""
        if expected and expected != self.tag:
            raise io("Not the correct tag")
        cursor = Input(self.buffer, self.start, self.end, allow_ber=self.allow_ber, java=self.java)
        values: list[Value] = []
        while cursor.available > 0:
            values.append(cursor.value())
        return values

    def _consume(self) -> None:
        self.data.pos = self.data.end

    def boolean(self) -> bool:
        """A BOOLEAN."""
        if self.tag != BOOLEAN:
            raise io(f"DerValue.getBoolean, not a BOOLEAN {byte(self.tag)}")
        if self.length != 1:
            raise io(f"DerValue.getBoolean, invalid length {self.length}")
        self._consume()
        return self.buffer[self.start] != 0

    def oid(self) -> bytes:
        """The content octets of an OBJECT IDENTIFIER, checked."""
        if self.tag != OID:
            raise io(f"DerValue.getOID, not an OID {byte(self.tag)}")
        self._consume()
        return identifiers.checked(self.content, self.java)

    def octet_string(self, depth: int = 0) -> bytes:
        """An OCTET STRING, primitive or constructed."""
        if self.java.has(Feature.OCTET_STRINGS_LIMITED):
            depth = deeper(depth)
        if self.tag != OCTET_STRING and not (self.is_constructed and self.tag & 0x1F == OCTET_STRING):
            raise io(f"DerValue.getOctetString, not an Octet String: {byte(self.tag)}")
        if self.length == 0:
            return b""
        self._consume()
        if not self.is_constructed:
            return self.content
        cursor = Input(self.buffer, self.start, self.end, allow_ber=self.allow_ber, java=self.java)
        parts: list[bytes] = []
        while cursor.available > 0:
            parts.append(cursor.value().octet_string(depth))
        return b"".join(parts)

    def big_integer(self, expected: int = INTEGER, *, positive: bool = False) -> int:
        """An INTEGER of any size; `positive` reads the sign bit as a digit."""
        if self.tag != expected:
            raise io(f"DerValue.getBigIntegerInternal, not expected {byte(self.tag)}")
        if self.length == 0:
            raise io("Invalid encoding: zero length Int value")
        self._consume()
        content = self.content
        if not self.allow_ber and len(content) >= 2 and content[0] == 0 and content[1] < 0x80:
            raise io("Invalid encoding: redundant leading 0s")
        return int.from_bytes(content, "big", signed=not positive)

    def integer(self, expected: int = INTEGER) -> int:
        """An INTEGER that fits Java's int."""
        return java_int(self.big_integer(expected))

    def bit_string(self, *, implicit: bool = False) -> bytes:
        """The octets of a BIT STRING, padding bits cleared."""
        octets, padding = self._bits(implicit=implicit)
        if self.allow_ber and padding:
            octets = octets[:-1] + bytes([octets[-1] & (0xFF << padding) & 0xFF])
        return octets

    def bit_array(self, *, implicit: bool = False) -> tuple[int, bytes]:
        """How many bits, and the octets that hold them."""
        octets, padding = self._bits(implicit=implicit)
        return len(octets) * 8 - padding, octets

    def _bits(self, *, implicit: bool) -> tuple[bytes, int]:
        if not implicit and self.tag != BIT_STRING:
            raise io(f"DerValue.getBitString, not a bit string {byte(self.tag)}")
        if self.length == 0:
            raise io("Invalid encoding: zero length bit string")
        self._consume()
        padding = byte(self.buffer[self.start])
        if not 0 <= padding <= 7:
            raise io("Invalid number of padding bits")
        octets = self.buffer[self.start + 1 : self.end]
        if len(octets) * 8 < padding:
            raise io("Not enough bytes in BitString")
        if not self.allow_ber and padding and octets[-1] & (0xFF >> (8 - padding)):
            raise io("Invalid value of padding bits")
        return octets, padding

    def null(self) -> None:
        """A NULL."""
        if self.tag != NULL:
            raise io(f"DerValue.getNull, not NULL: {byte(self.tag)}")
        if self.length:
            raise io("NULL should contain no data")

    def string(self, expected: int) -> str:
        """A string of exactly this type."""
        if self.tag != expected:
            raise io(f"Incorrect string type {byte(self.tag)} is not {expected}")
        self._consume()
        return _DECODERS[expected](self.content)

    def any_string(self) -> str | None:
        """A string of any type Java knows, None for another type."""
        return self.string(self.tag) if self.tag in _DECODERS else None


def _latin_1(data: bytes) -> str:
    return data.decode("latin-1")


_DECODERS = {
    UTF8_STRING: java_strings.utf_8,
    PRINTABLE_STRING: java_strings.us_ascii,
    T61_STRING: _latin_1,
    IA5_STRING: java_strings.us_ascii,
    UNIVERSAL_STRING: java_strings.utf_32_be,
    BMP_STRING: java_strings.utf_16_be,
    GENERAL_STRING: java_strings.us_ascii,
}


def deeper(depth: int) -> int:
    """One more OCTET STRING inside of others; refused where they are too many."""
    if depth >= _MAX_NESTED_OCTET_STRINGS:
        raise io(f"Nested OctetString limit reached ({_MAX_NESTED_OCTET_STRINGS}).")
    return depth + 1


def java_int(number: int) -> int:
    """The number, where it fits Java's int."""
    if number < -0x80000000:
        raise io("Integer below minimum valid value")
    if number > 0x7FFFFFFF:
        raise io("Integer exceeds maximum valid value")
    return number


def encode(tag: int, content: bytes) -> bytes:
    """Tag, shortest definite length, content."""
    return bytes([tag]) + encode_length(len(content)) + content


def encode_integer(value: int) -> bytes:
    """A DER INTEGER."""
    return encode(INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))
