"""Just enough DER (ITU-T X.690) to walk certificates, names and keys: definite lengths, low tag numbers."""

from __future__ import annotations

from dataclasses import dataclass

from .errors import DecodeError

BOOLEAN, INTEGER, BIT_STRING, OCTET_STRING, NULL, OID = 0x01, 0x02, 0x03, 0x04, 0x05, 0x06
UTF8_STRING, SEQUENCE, SET = 0x0C, 0x30, 0x31
PRINTABLE_STRING, T61_STRING, IA5_STRING, UTC_TIME, GENERALIZED_TIME = 0x13, 0x14, 0x16, 0x17, 0x18
BMP_STRING = 0x1E


@dataclass(frozen=True, slots=True)
class Value:
    """One TLV: its tag octet, its content octets, and the whole encoding."""

    tag: int
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
    value = _read_at(data, 0)
    if len(value.encoded) != len(data):
        raise DecodeError(f"{len(data) - len(value.encoded)} bytes after the DER value")
    return value


def _read_at(data: bytes, start: int) -> Value:
    if len(data) - start < 2:
        raise DecodeError("DER value cut short")
    tag, length, body = data[start], data[start + 1], start + 2
    if tag & 0x1F == 0x1F:
        raise DecodeError("DER tag numbers above 30 are not read")
    if length >= 0x80:
        octets = length & 0x7F
        if not 1 <= octets <= 4 or len(data) - body < octets:
            raise DecodeError("DER length not readable")
        length, body = int.from_bytes(data[body : body + octets], "big"), body + octets
    if len(data) - body < length:
        raise DecodeError("DER value cut short")
    return Value(tag, bytes(data[body : body + length]), bytes(data[start : body + length]))


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
    """The dotted text of an OBJECT IDENTIFIER."""
    octets = value.expect(OID).content
    if not octets or octets[-1] & 0x80:
        raise DecodeError("object identifier cut short")
    arcs, number, fresh = [], 0, True
    for octet in octets:
        if fresh and octet == 0x80:
            raise DecodeError("object identifier with a needless octet")
        fresh = not octet & 0x80
        number = number << 7 | octet & 0x7F
        if not octet & 0x80:
            arcs.append(number)
            number = 0
    first = min(arcs[0] // 40, 2)
    return ".".join(str(arc) for arc in (first, arcs[0] - 40 * first, *arcs[1:]))


def subject_public_key_info(certificate: bytes) -> Value:
    """The SubjectPublicKeyInfo of an X.509 certificate."""
    return tbs_fields(certificate)[5].expect(SEQUENCE)


def tbs_fields(certificate: bytes) -> tuple[Value, ...]:
    """The fields of an X.509 TBSCertificate from serialNumber on (RFC 5280 section 4.1)."""
    body = read(certificate).expect(SEQUENCE).children()
    if len(body) != 3:
        raise DecodeError("a certificate has three parts")
    fields = body[0].expect(SEQUENCE).children()
    fields = fields[1:] if fields and fields[0].tag == 0xA0 else fields
    if len(fields) < 6:
        raise DecodeError("the certificate's fields are incomplete")
    return fields
