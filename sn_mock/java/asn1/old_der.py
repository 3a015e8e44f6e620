"""DER as JDK 8 to 16 read it: octet by octet, as from a stream.

Tags are looked at before lengths, lengths have to be the shortest (even where BER is allowed), and any tag will do.
Measured on 8u252, 11.0.7 and 11.0.13 with damaged files.
"""

from __future__ import annotations

from sn_mock.java.asn1 import der, identifiers
from sn_mock.java.asn1.der import Input, Value
from sn_mock.java.asn1.indefinite import with_definite_lengths
from sn_mock.java.asn1.lengths import length_of_octets, refuse_length
from sn_mock.java.asn1.oids import oid_text
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import REFERENCE, Jdk
from sn_mock.java.lang.strings import byte
from sn_mock.java.lang.thrown import JavaThrow, eof, io, out_of_bounds

_END = -1
"""What a stream gives at its end; as a byte it is also what 0xFF gives."""


class OldInput(Input):
    """`DerInputStream` and `DerInputBuffer` in one."""

    __slots__ = ()

    @classmethod
    def over(cls, encoded: bytes, java: Jdk) -> OldInput:
        """A cursor over octets that came on their own."""
        if len(encoded) < 2:
            raise io("Encoding bytes too short")
        if encoded[1] == 0x80:
            found, behind = with_definite_lengths(encoded, 0, len(encoded), java, of_array=True)
            encoded = found + encoded[len(encoded) - behind :]
        return cls(encoded, java=java)

    def _octet(self) -> int:
        if self.pos >= self.end:
            return _END
        self.pos += 1
        return self.buffer[self.pos - 1]

    def _length(self, first: int) -> int | None:
        """The length that starts with this octet; None for the indefinite form."""
        if first == _END:
            raise io("Short read of DER length")
        if first < 0x80:
            return first
        octets = first & 0x7F
        if octets == 0:
            return None
        if octets > 4:
            refuse_length(f"lengthTag={octets}, too big.")
        encoded = self.buffer[self.pos : min(self.pos + octets, self.end)]
        self.pos += len(encoded)
        return length_of_octets(encoded.ljust(octets, b"\xff"))

    def _value_length(self) -> int | None:
        octet = self._octet()
        return self._length(_END if octet == 0xFF else octet)

    def definite_length(self) -> int:
        """A length that may not be indefinite."""
        length = self._length(self._octet())
        if length is None:
            if not self.java.has(Feature.DEFINITE_LENGTHS):
                raise JavaThrow("java.lang.NegativeArraySizeException")
            raise io(_INDEFINITE)
        return length

    def skip(self, count: int) -> None:
        """Move on, at most to the end."""
        self.pos = min(self.pos + count, self.end)

    def _resolved(self, start: int) -> OldValue:
        """The value of indefinite length whose tag stands at `start`."""
        octets, behind = with_definite_lengths(self.buffer, start, self.end - start, self.java)
        if octets[0] > 0x7F:  # the JDK compares a signed byte with what a stream gives
            raise io(_INDEFINITE)
        inner = OldInput(octets, 1, java=self.java)
        length = inner.definite_length()
        found = OldValue(octets[0], octets, inner.pos, inner.pos + length, java=self.java)
        found.behind = behind + len(octets) - found.end
        return found

    def value(self) -> Value:
        """The next value; the cursor moves behind it, or where a definite length would have it."""
        start = self.pos
        tag = self._octet() & 0xFF
        length = self._value_length()
        if length is None:
            found = self._resolved(start)
            self.skip(found.length + 2)
            return found
        if length > self.available:
            raise io("insufficient data")
        self.pos += length
        return OldValue(tag, self.buffer, self.pos - length, self.pos, java=self.java)

    def streamed(self) -> OldValue:
        """The next value, taken out of a stream; behind one of indefinite length nothing is left."""
        start = self.pos
        tag = self._octet() & 0xFF
        length = self._value_length()
        if length is None:
            found = self._resolved(start)
            self.pos = self.end
            return found
        if length > self.available:
            raise eof()
        content = self.take(length, "")
        return OldValue(tag, content, 0, length, java=self.java)

    def take(self, length: int, complaint: str) -> bytes:
        """So many octets."""
        if length > self.available:
            raise io(complaint)
        self.pos += length
        return self.buffer[self.pos - length : self.pos]

    def _tag(self, expected: int, complaint: str) -> None:
        if self._octet() != expected:
            raise io(complaint)

    def octet_string(self) -> bytes:
        """A primitive OCTET STRING."""
        self._tag(der.OCTET_STRING, "DER input not an octet string")
        checked = self.java.has(Feature.BITS_CHECKED)
        complaint = "short read of an octet string" if checked else "Short read of DER octet string"
        return self.take(self.definite_length(), complaint)

    def integer(self) -> int:
        """An INTEGER that fits Java's int."""
        return der.java_int(self.big_integer())

    def enumerated(self) -> int:
        """An ENUMERATED that fits Java's int."""
        self._tag(der.ENUMERATED, "DER input, Enumerated tag error")
        return der.java_int(self.number(self.definite_length()))

    def big_integer(self, *, positive: bool = False) -> int:
        """An INTEGER of any size."""
        self._tag(der.INTEGER, "DER input, Integer tag error")
        return self.number(self.definite_length(), positive=positive)

    def number(self, length: int, *, positive: bool = False) -> int:
        """An INTEGER's content."""
        content = self.take(length, "short read of integer")
        if not content:
            raise io("Invalid encoding: zero length Int value")
        return int.from_bytes(content, "big", signed=not positive)

    def bit_string(self) -> bytes:
        """The octets of a BIT STRING, padding bits cleared."""
        self._tag(der.BIT_STRING, "DER input not an bit string")
        return whole_octets(self.take(self.definite_length(), "short read of bit string"), self.java)

    def bit_array(self) -> tuple[int, bytes]:
        """A BIT STRING: how many bits, and the octets that hold them."""
        self._tag(der.BIT_STRING, "DER input not a bit string")
        if not self.java.has(Feature.DEFINITE_LENGTHS):
            length = self._length(self._octet())
            return self._bits(-1 if length is None else length)
        length = self.definite_length()
        if length == 0:
            return 0, b""
        if not self.java.has(Feature.BITS_CHECKED):
            return self._bits(length)
        content = self.take(length, "short read of bit string")
        self.pos = self.end
        return checked_bits(content)

    def _bits(self, length: int) -> tuple[int, bytes]:
        unused = self._octet()
        if unused < 0:
            raise io("Unused bits of bit string invalid")
        bits = (length - 1) * 8 - unused
        if bits < 0:
            raise io("Valid bits of bit string invalid")
        return bits, self.take(length - 1, "Short read of DER bit string")

    def oid(self) -> bytes:
        """The content octets of an OBJECT IDENTIFIER."""
        tag = self._octet()
        if tag != der.OID:
            raise io(f"ObjectIdentifier() -- data isn't an object ID (tag = {byte(tag & 0xFF)})")
        length = self.definite_length()
        strict = self.java.has(Feature.STRICT_2020)
        if strict:
            identifiers.check_size(length)
        if length > self.available:
            what = "ObjectIdentifier length exceeds " if strict else "ObjectIdentifier() -- length exceeds"
            raise io(f"{what}data available.  Length: {length}, Available: {self.available}")
        return identifiers.checked(self.take(length, ""), self.java)

    def sequence(self) -> list[Value]:
        """The members of a SEQUENCE."""
        self._tag(der.SEQUENCE, "Sequence tag error")
        return self._vector()

    def set(self) -> list[Value]:
        """The members of a SET."""
        self._tag(der.SET, "Set tag error")
        return self._vector()

    def members(self) -> list[Value]:
        """The members of the next value, whatever its tag."""
        self._octet()
        return self._vector()

    def _vector(self) -> list[Value]:
        start = self.pos - 1
        length = self._value_length()
        if length is None:
            found = self._resolved(start)
            self.pos = self.end
            inner = OldInput(found.buffer, found.start, found.end, java=self.java)
        else:
            if length > self.available:
                raise io("insufficient data")
            inner = self  # where nothing follows, a failure leaves the cursor behind what could be read
            if length < self.available:
                inner = OldInput(self.buffer, self.pos, self.pos + length, java=self.java)
                self.pos += length
        values: list[Value] = []
        while inner.available:
            values.append(inner.streamed())
        return values


class OldValue(Value):
    """`DerValue`: its getters read on where the cursor over its content stands."""

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
        """The value at `offset` among `size` bytes, which it must fill."""
        end = len(buf) if size is None else offset + size
        cursor = OldInput(buf, offset, end, java=java)
        if allow_more:
            return cursor.value()
        try:
            found = cursor.streamed()
        except JavaThrow as refused:
            if refused.message is None:  # too little is as wrong as too much
                raise io(_OTHER_SIZE) from None
            raise
        if cursor.available or found.behind:
            raise io(_OTHER_SIZE)
        return found

    @classmethod
    def from_stream(cls, data: bytes, *, java: Jdk = REFERENCE) -> Value:
        """The first value of a stream; bytes behind it are left alone."""
        return OldInput(data, java=java).streamed()

    @property
    def _cursor(self) -> OldInput:
        cursor = self.data
        assert isinstance(cursor, OldInput)
        return cursor

    def _new_cursor(self) -> Input:
        return OldInput(self.buffer, self.start, self.end, java=self.java)

    def __str__(self) -> str:
        """As this reader prints itself in some messages."""
        text = self.any_string()
        if text is not None:
            return f'"{text}"'
        if self.tag == der.NULL:
            return "[DerValue, null]"
        if self.tag == der.OID:
            return f"OID.{oid_text(self.oid())}"
        return f"[DerValue, tag = {byte(self.tag)}, length = {self.length}]"

    def reopened(self) -> Input:
        """A new cursor that stands before the value's own tag."""
        return OldInput(self.encoded(), java=self.java)

    def oid(self) -> bytes:
        """The content octets of an OBJECT IDENTIFIER, checked."""
        if self.tag != der.OID:
            raise io(f"DerValue.getOID, not an OID {byte(self.tag)}")
        return identifiers.checked(self._rest(), self.java)

    def _rest(self) -> bytes:
        return self._cursor.take(self._cursor.available, "")

    def octet_string(self, depth: int = 0) -> bytes:
        """An OCTET STRING, primitive or constructed of primitive ones; later updates take constructed ones, too."""
        limited = self.java.has(Feature.OCTET_STRINGS_LIMITED)
        if limited:
            depth = der.deeper(depth)
        if self.tag != der.OCTET_STRING and not (self.is_constructed and self.tag & 0x1F == der.OCTET_STRING):
            raise io(f"DerValue.getOctetString, not an Octet String: {byte(self.tag)}")
        if self.length == 0:
            return b""
        content = self._cursor.take(self.length, "short read on DerValue buffer")
        if not self.is_constructed:
            return content
        cursor = OldInput.over(content, self.java)
        parts: list[bytes] = []
        while cursor.available:
            parts.append(cursor.value().octet_string(depth) if limited else cursor.octet_string())
        return b"".join(parts)

    def big_integer(self, expected: int = der.INTEGER, *, positive: bool = False) -> int:
        """An INTEGER of any size; `positive` reads the sign bit as a digit."""
        if self.tag != expected:
            raise io(f"DerValue.getBigInteger, not an int {byte(self.tag)}")
        return self._cursor.number(self._cursor.available, positive=positive)

    def integer(self, expected: int = der.INTEGER) -> int:
        """An INTEGER or ENUMERATED that fits Java's int."""
        if self.tag != expected:
            what = "getInteger, not an int" if expected == der.INTEGER else "getEnumerated, incorrect tag:"
            raise io(f"DerValue.{what} {byte(self.tag)}")
        return der.java_int(self._cursor.number(self._cursor.available))

    def bit_string(self, *, implicit: bool = False) -> bytes:
        """The octets of a BIT STRING, padding bits cleared."""
        self._check_bits(implicit=implicit)
        return whole_octets(self._rest(), self.java)

    def bit_array(self, *, implicit: bool = False) -> tuple[int, bytes]:
        """How many bits, and the octets that hold them."""
        self._check_bits(implicit=implicit)
        content = self._rest()
        if self.java.has(Feature.BITS_CHECKED):
            return checked_bits(content)
        if not content:
            raise JavaThrow("java.lang.NullPointerException")
        if content[0] > 7:
            raise io(f"Invalid value for unused bits: {content[0]}")
        octets = content[1:]
        return (len(octets) * 8 - content[0] if octets else 0), octets

    def _check_bits(self, *, implicit: bool) -> None:
        if not implicit and self.tag != der.BIT_STRING:
            raise io(f"DerValue.getBitString, not a bit string {byte(self.tag)}")

    def any_string(self) -> str | None:
        """A string of any type this reader knows, None for another type."""
        return self.string(self.tag) if self.tag in _STRING_GETTERS else None

    def string(self, expected: int) -> str:
        """A string of exactly this type."""
        if self.tag != expected:
            raise io(f"DerValue.{_STRING_GETTERS[expected]} {byte(self.tag)}")
        return super().string(expected)


def whole_octets(content: bytes, java: Jdk) -> bytes:
    """The octets of the BIT STRING with that content, padding bits cleared."""
    if len(content) == 1 and 0 < content[0] <= 7 and not java.has(Feature.BITS_CHECKED):
        raise out_of_bounds(-1, 0, java)
    bits, octets = checked_bits(content)
    padding = len(octets) * 8 - bits
    return octets[:-1] + bytes([octets[-1] & 0xFF << padding & 0xFF]) if padding else octets


def checked_bits(content: bytes) -> tuple[int, bytes]:
    """The content of a BIT STRING: how many bits, and the octets that hold them."""
    if not content:
        raise io(_NO_BITS)
    if content[0] > 7:
        raise io(_WRONG_PADDING)
    octets = content[1:]
    if content[0] and not octets:
        raise io(_TOO_FEW_BITS)
    return len(octets) * 8 - content[0], octets


_INDEFINITE = "Indefinite length encoding not supported"
_NO_BITS = "Invalid encoding: zero length bit string"
_WRONG_PADDING = "Invalid number of padding bits"
_TOO_FEW_BITS = "Not enough bytes in BitString"
_OTHER_SIZE = "extra data given to DerValue constructor"
_STRING_GETTERS = {
    der.UTF8_STRING: "getUTF8String, not UTF-8",
    der.PRINTABLE_STRING: "getPrintableString, not a string",
    der.T61_STRING: "getT61String, not T61",
    der.IA5_STRING: "getIA5String, not IA5",
    der.BMP_STRING: "getBMPString, not BMP",
    der.GENERAL_STRING: "getGeneralString, not GeneralString",
}
