"""Just enough DER (ITU-T X.690) to walk certificates, names and keys, as forgiving as OpenSSL's own reader.

OpenSSL takes, inside what it accepts as a certificate, lengths in any form, indefinite ones included, and tag numbers
above 30; so does this walk. It never recurses, and each level costs time in proportion to its octets.
"""

from __future__ import annotations

from guarded.values import dataclass

from .errors import DecodeError

BOOLEAN, INTEGER, BIT_STRING, OCTET_STRING, NULL, OID = 0x01, 0x02, 0x03, 0x04, 0x05, 0x06
UTF8_STRING, SEQUENCE, SET = 0x0C, 0x30, 0x31
PRINTABLE_STRING, T61_STRING, IA5_STRING, UTC_TIME, GENERALIZED_TIME = 0x13, 0x14, 0x16, 0x17, 0x18
NUMERIC_STRING, VISIBLE_STRING, GENERAL_STRING, UNIVERSAL_STRING, BMP_STRING = 0x12, 0x1A, 0x1B, 0x1C, 0x1E

_END_OF_CONTENTS = b"\0\0"
_CONSTRUCTED = 0x20
_TAG_OCTETS = 6
"""OpenSSL takes tag numbers that fit in an int."""
_ARC_OCTETS = 64
"""Of one arc of an object identifier; the longest in use, of ITU-T X.667, have 19."""


@dataclass(frozen=True, slots=True)
class Value:
    """One TLV: its tag octet, its content octets, and the whole encoding."""

    tag: int
    """All tag octets as one number: below 256 but for tag numbers above 30."""
    content: bytes
    encoded: bytes

    def children(self) -> tuple[Value, ...]:
        """The values inside a constructed one."""
        found, offset = [], 0
        while offset < len(self.content):
            child = _read_at(self.content, offset)
            found.append(child)
            offset += len(child.encoded)
        return tuple(found)

    def expect(self, *tags: int) -> Value:
        """Itself, if it bears one of `tags`."""
        if self.tag not in tags:
            raise DecodeError(f"DER tag 0x{self.tag:02x} where {' or '.join(f'0x{tag:02x}' for tag in tags)} belongs")
        return self


def read(data: bytes) -> Value:
    """The one value that `data` holds; raises DecodeError when there is less or more."""
    value = first(data)
    if len(value.encoded) != len(data):
        raise DecodeError(f"{len(data) - len(value.encoded)} bytes after the DER value")
    return value


def first(data: bytes) -> Value:
    """The value at the beginning of `data`; like OpenSSL's `d2i_` functions it does not look at what follows."""
    return _read_at(data, 0)


def _read_at(data: bytes, start: int) -> Value:
    tag, body, length = _header_at(data, start)
    if length is None:
        end = _end_of(data, body)
        return Value(tag, bytes(data[body : end - len(_END_OF_CONTENTS)]), bytes(data[start:end]))
    return Value(tag, bytes(data[body : body + length]), bytes(data[start : body + length]))


def _header_at(data: bytes, start: int) -> tuple[int, int, int | None]:
    """Tag, offset of the content, and its length, which fits into `data`; None is the indefinite one."""
    tag, offset = _tag_at(data, start)
    if offset >= len(data):
        raise DecodeError("DER value cut short")
    length, body = data[offset], offset + 1
    if length == 0x80:
        if not data[start] & _CONSTRUCTED:
            raise DecodeError("indefinite length of a primitive DER value")
        return tag, body, None
    if length > 0x80:
        octets = length & 0x7F
        if len(data) - body < octets:
            raise DecodeError("DER length not readable")
        length, body = int.from_bytes(data[body : body + octets], "big"), body + octets
    if len(data) - body < length:
        raise DecodeError("DER value cut short")
    return tag, body, length


def _tag_at(data: bytes, start: int) -> tuple[int, int]:
    """The tag as a number, and the offset behind it."""
    if start >= len(data):
        raise DecodeError("DER value cut short")
    if data[start] & 0x1F != 0x1F:
        return data[start], start + 1
    for end in range(start + 1, min(start + _TAG_OCTETS, len(data))):
        if not data[end] & 0x80:
            return int.from_bytes(data[start : end + 1], "big"), end + 1
    raise DecodeError("DER tag not readable")


def _end_of(data: bytes, offset: int) -> int:
    """The offset behind the end-of-contents octets of the indefinite value whose content is at `offset`."""
    open_values = 1
    while open_values:
        if data[offset : offset + len(_END_OF_CONTENTS)] == _END_OF_CONTENTS:
            offset, open_values = offset + len(_END_OF_CONTENTS), open_values - 1
            continue
        _, body, length = _header_at(data, offset)
        if length is None:
            offset, open_values = body, open_values + 1
        else:
            offset = body + length
    return offset


def encode(tag: int, *contents: bytes) -> bytes:
    """The DER of one value."""
    body = b"".join(contents)
    if len(body) < 0x80:
        return bytes((tag, len(body))) + body
    octets = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(octets))) + octets + body


def integer(value: Value) -> int:
    """The number in an INTEGER."""
    return int.from_bytes(value.expect(INTEGER).content, "big", signed=True)


def oid(value: Value) -> str:
    """The dotted text of an OBJECT IDENTIFIER; one with an arc of more than 64 octets cannot be read."""
    octets = value.expect(OID).content
    if not octets or octets[-1] & 0x80:
        raise DecodeError("object identifier cut short")
    arcs, number, length = [], 0, 0
    for octet in octets:
        if not length and octet == 0x80:
            raise DecodeError("object identifier with a needless octet")
        length += 1
        if length > _ARC_OCTETS:
            raise DecodeError("object identifier with an endless arc")
        number = number << 7 | octet & 0x7F
        if not octet & 0x80:
            arcs.append(number)
            number = length = 0
    root = min(arcs[0] // 40, 2)
    return ".".join(str(arc) for arc in (root, arcs[0] - 40 * root, *arcs[1:]))


def subject_public_key_info(certificate: bytes) -> Value:
    """The SubjectPublicKeyInfo of an X.509 certificate."""
    return tbs_fields(certificate)[5].expect(SEQUENCE)


def tbs_fields(certificate: bytes) -> tuple[Value, ...]:
    """The fields of an X.509 TBSCertificate from serialNumber on (RFC 5280 section 4.1).

    Raises DecodeError on what OpenSSL could not take for a certificate either; octets behind it do not count.
    """
    body = first(certificate).expect(SEQUENCE).children()
    if len(body) != 3:
        raise DecodeError("a certificate has three parts")
    fields = body[0].expect(SEQUENCE).children()
    fields = fields[1:] if fields and fields[0].tag == 0xA0 else fields
    if len(fields) < 6:
        raise DecodeError("the certificate's fields are incomplete")
    return fields
