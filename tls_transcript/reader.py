"""Handshake messages from bytes. A message is one row of `_READERS`; whatever does not fit is a DecodeError."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Mapping
from types import MappingProxyType

from . import messages as m
from .errors import DecodeError
from .remembering import by_octets

_HELLO_RETRY_RANDOM = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")
_ZLIB = 1
_LARGEST_INFLATED = 1 << 20
"""Bytes. OpenSSL itself takes no more than 100 KiB of certificates; a larger promise is a bomb."""

_SERVER_NAME, _GROUPS, _SIGNATURE_ALGORITHMS, _ALPN = 0, 10, 13, 16
_SUPPORTED_VERSIONS, _CERTIFICATE_AUTHORITIES, _SIGNATURE_ALGORITHMS_CERT = 43, 47, 50


_FORMATS = {1: "B", 2: "H"}
_EXTENSION = struct.Struct(">HH").unpack_from


class _Cursor:
    """A place in a message; every `take` either yields all that was asked for or raises DecodeError."""

    __slots__ = ("_data", "_end", "_offset")

    def __init__(self, data: bytes) -> None:
        self._data, self._offset, self._end = data, 0, len(data)

    def take(self, count: int) -> bytes:
        end = self._offset + count
        if end > self._end:
            raise DecodeError(f"{count} bytes wanted, {self._end - self._offset} left")
        taken = self._data[self._offset : end]
        self._offset = end
        return taken

    def number(self, octets: int) -> int:
        return int.from_bytes(self.take(octets), "big")

    def vector(self, length_octets: int) -> bytes:
        start = self._offset + length_octets
        end = start + int.from_bytes(self._data[self._offset : start], "big")
        if end > self._end or start > self._end:
            return self.take(self.number(length_octets))  # which says what is missing
        self._offset = end
        return self._data[start:end]

    def numbers(self, length_octets: int, item_octets: int) -> tuple[int, ...]:
        octets = self.vector(length_octets)
        count, rest = divmod(len(octets), item_octets)
        if rest:
            raise DecodeError(f"{item_octets} bytes wanted, {rest} left")
        return struct.unpack(f">{count}{_FORMATS[item_octets]}", octets)

    def vectors(self, length_octets: int, item_length_octets: int) -> tuple[bytes, ...]:
        inner = _Cursor(self.vector(length_octets))
        found = []
        while inner.more():
            found.append(inner.vector(item_length_octets))
        return tuple(found)

    def extensions(self) -> Mapping[int, bytes]:
        data, at = self.vector(2), 0
        found: dict[int, bytes] = {}
        end = len(data)
        while at < end:
            if at + 4 > end:
                raise DecodeError(f"an extension of {end - at} bytes")
            kind, length = _EXTENSION(data, at)
            if kind in found:
                raise DecodeError(f"extension {kind} occurs twice")
            start, at = at + 4, at + 4 + length
            if at > end:
                raise DecodeError(f"{length} bytes wanted, {end - start} left")
            found[kind] = data[start:at]
        return MappingProxyType(found)

    def more(self) -> bool:
        return self._offset < self._end

    def rest(self) -> bytes:
        return self.take(self._end - self._offset)

    def expect_end(self, what: str) -> None:
        if self.more():
            raise DecodeError(f"{self._end - self._offset} bytes after the {what}")


def parse_handshake(data: bytes, *, tls13: bool) -> m.Message:
    """Read one whole handshake message with its 4-byte header; raises DecodeError and nothing else.

    Several messages look different in TLS 1.3, so the negotiated version must be told. Types without a reader become
    an OpaqueMessage.
    """
    if data[:1] in _REPEATED:
        return _parse_13(bytes(data)) if tls13 else _parse_12(bytes(data))
    return _parse(data, tls13=tls13)


_REPEATED = (b"\x08", b"\x0b", b"\x0d")
"""EncryptedExtensions, Certificate, CertificateRequest: nothing random is in them, so they come as they came before."""


@by_octets
def _parse_12(data: bytes) -> m.Message:
    return _parse(data, tls13=False)


@by_octets
def _parse_13(data: bytes) -> m.Message:
    return _parse(data, tls13=True)


def _parse(data: bytes, *, tls13: bool) -> m.Message:
    kind, body = _unpacked(bytes(data))
    reader = (_READERS_13 if tls13 else _READERS_12).get(kind)
    if reader is None:
        return m.OpaqueMessage(kind, body)
    cursor = _Cursor(body)
    message = reader(cursor)
    cursor.expect_end(message.name)
    return message


def _unpacked(data: bytes) -> tuple[int, bytes]:
    if len(data) > 3 and len(data) - 4 == int.from_bytes(data[1:4], "big"):
        return data[0], data[4:]
    outer = _Cursor(data)  # which says what is wrong
    kind, body = outer.number(1), outer.vector(3)
    outer.expect_end("handshake message")
    return kind, body


def parse_alert(data: bytes) -> m.Alert:
    """Read the two bytes of an alert."""
    if len(data) != 2:
        raise DecodeError(f"an alert has 2 bytes, not {len(data)}")
    return m.Alert(data[0], data[1])


def parse_change_cipher_spec(data: bytes) -> m.ChangeCipherSpec:
    """Read the single byte 1 of a ChangeCipherSpec."""
    if data != b"\x01":
        raise DecodeError("a ChangeCipherSpec is one byte 1")
    return m.ChangeCipherSpec()


def _client_hello(cursor: _Cursor) -> m.Message:
    version, random, session_id = cursor.number(2), cursor.take(32), cursor.vector(1)
    suites = cursor.numbers(2, 2)
    cursor.vector(1)  # compression methods
    extensions = cursor.extensions() if cursor.more() else MappingProxyType({})
    return m.ClientHello(
        legacy_version=version,
        random=random,
        session_id=session_id,
        cipher_suites=suites,
        extensions=extensions,
        server_name=_server_name(extensions.get(_SERVER_NAME)),
        supported_versions=_list(extensions.get(_SUPPORTED_VERSIONS), 1),
        signature_algorithms=_list(extensions.get(_SIGNATURE_ALGORITHMS), 2),
        groups=_list(extensions.get(_GROUPS), 2),
        alpn=_protocols(extensions.get(_ALPN)),
    )


def _server_hello(cursor: _Cursor) -> m.Message:
    version, random, session_id = cursor.number(2), cursor.take(32), cursor.vector(1)
    suite = cursor.number(2)
    cursor.number(1)  # compression method
    extensions = cursor.extensions() if cursor.more() else MappingProxyType({})
    selected = extensions.get(_SUPPORTED_VERSIONS)
    if selected is not None and len(selected) != 2:
        raise DecodeError("supported_versions of a ServerHello is one version")
    kind = m.HelloRetryRequest if random == _HELLO_RETRY_RANDOM else m.ServerHello
    negotiated = version if selected is None else int.from_bytes(selected, "big")
    return kind(version, random, session_id, suite, extensions, negotiated)


def _encrypted_extensions(cursor: _Cursor) -> m.Message:
    extensions = cursor.extensions()
    return m.EncryptedExtensions(extensions, next(iter(_protocols(extensions.get(_ALPN))), None))


def _certificate_request_12(cursor: _Cursor) -> m.Message:
    """TLS 1.0 and 1.1 have no signature algorithms here (RFC 4346 section 7.4.4); what does not fit 1.2 may fit."""
    body = cursor.rest()
    try:
        return _certificate_request(_Cursor(body), with_schemes=True)
    except DecodeError:
        try:
            return _certificate_request(_Cursor(body), with_schemes=False)
        except DecodeError:
            pass  # the complaint about the form of TLS 1.2 is the useful one
        raise


def _certificate_request(cursor: _Cursor, *, with_schemes: bool) -> m.CertificateRequest:
    types = cursor.numbers(1, 1)
    schemes = cursor.numbers(2, 2) if with_schemes else ()
    names = cursor.vectors(2, 2)
    cursor.expect_end("certificate_request")
    return m.CertificateRequest(types, schemes, names, authorities_present=True)


def _certificate_request_13(cursor: _Cursor) -> m.Message:
    context, extensions = cursor.vector(1), cursor.extensions()
    names: tuple[bytes, ...] = ()
    present = _CERTIFICATE_AUTHORITIES in extensions
    if present:
        inner = _Cursor(extensions[_CERTIFICATE_AUTHORITIES])
        names = inner.vectors(2, 2)
        inner.expect_end("certificate_authorities")
    schemes = _list(extensions.get(_SIGNATURE_ALGORITHMS), 2)
    separate = _list(extensions[_SIGNATURE_ALGORITHMS_CERT], 2) if _SIGNATURE_ALGORITHMS_CERT in extensions else None
    return m.CertificateRequest((), schemes, names, present, context, separate)


def _certificate_12(cursor: _Cursor) -> m.Message:
    return m.Certificate(cursor.vectors(3, 3))


def _certificate_13(cursor: _Cursor) -> m.Certificate:
    context, entries = cursor.vector(1), _Cursor(cursor.vector(3))
    chain = []
    while entries.more():
        chain.append(entries.vector(3))
        entries.extensions()
    return m.Certificate(tuple(chain), context=context)


def _compressed_certificate(cursor: _Cursor) -> m.Message:
    algorithm, length, packed = cursor.number(2), cursor.number(3), cursor.vector(3)
    if algorithm != _ZLIB:
        raise DecodeError(f"certificate compression algorithm {algorithm} is not zlib")
    inner = _Cursor(_inflate(packed, length))
    certificate = _certificate_13(inner)
    inner.expect_end("certificate")
    return m.Certificate(certificate.chain, compressed=True, context=certificate.context)


def _inflate(packed: bytes, length: int) -> bytes:
    if length > _LARGEST_INFLATED:
        raise DecodeError(f"a compressed certificate of {length} bytes is too large")
    stream = zlib.decompressobj()
    try:
        data = stream.decompress(packed, length + 1)
    except zlib.error as error:
        raise DecodeError(f"compressed certificate: {error}") from None
    if len(data) != length or not stream.eof or stream.unused_data:
        raise DecodeError("a compressed certificate is not as long as it says")
    return data


def _certificate_verify(cursor: _Cursor) -> m.Message:
    return m.CertificateVerify(cursor.number(2), cursor.vector(2))


def _new_session_ticket_12(cursor: _Cursor) -> m.Message:
    return m.NewSessionTicket(cursor.number(4), cursor.vector(2))


def _new_session_ticket_13(cursor: _Cursor) -> m.Message:
    lifetime = cursor.number(4)
    cursor.number(4)  # ticket_age_add
    cursor.vector(1)  # ticket_nonce
    ticket = cursor.vector(2)
    cursor.extensions()
    return m.NewSessionTicket(lifetime, ticket)


def _key_update(cursor: _Cursor) -> m.Message:
    return m.KeyUpdate(cursor.number(1) == 1)


def _kept(kind: Callable[[bytes], m.Message]) -> Callable[[_Cursor], m.Message]:
    return lambda cursor: kind(cursor.rest())


def _empty(kind: Callable[[], m.Message]) -> Callable[[_Cursor], m.Message]:
    return lambda cursor: kind()


def _numbers(length_octets: int) -> Callable[[bytes], tuple[int, ...]]:
    @by_octets
    def read(data: bytes) -> tuple[int, ...]:
        inner = _Cursor(data)
        found = inner.numbers(length_octets, 2)
        inner.expect_end("list")
        return found

    return read


_LISTS = {1: _numbers(1), 2: _numbers(2)}


def _list(data: bytes | None, length_octets: int) -> tuple[int, ...]:
    return () if data is None else _LISTS[length_octets](data)


def _server_name(data: bytes | None) -> str | None:
    return _first_name(data) if data else None


@by_octets
def _first_name(data: bytes) -> str | None:
    inner = _Cursor(data)
    entries = _Cursor(inner.vector(2))
    inner.expect_end("server_name")
    while entries.more():
        kind, name = entries.number(1), entries.vector(2)
        if kind == 0:
            return name.decode("ascii", "backslashreplace")
    return None


def _protocols(data: bytes | None) -> tuple[str, ...]:
    if data is None:
        return ()
    inner = _Cursor(data)
    found = inner.vectors(2, 1)
    inner.expect_end("application_layer_protocol_negotiation")
    return tuple(protocol.decode("ascii", "backslashreplace") for protocol in found)


_Reader = Callable[[_Cursor], m.Message]

# HandshakeType -> reader (RFC 5246 section 7.4, RFC 8446 section 4; 25 is RFC 8879)
_READERS_12: Mapping[int, _Reader] = {
    0: _empty(m.HelloRequest),
    1: _client_hello,
    2: _server_hello,
    4: _new_session_ticket_12,
    11: _certificate_12,
    12: _kept(m.ServerKeyExchange),
    13: _certificate_request_12,
    14: _empty(m.ServerHelloDone),
    15: _certificate_verify,
    16: _kept(m.ClientKeyExchange),
    20: _kept(m.Finished),
    22: _kept(m.CertificateStatus),
}
_READERS_13: Mapping[int, _Reader] = {
    1: _client_hello,
    2: _server_hello,
    4: _new_session_ticket_13,
    5: _empty(m.EndOfEarlyData),
    8: _encrypted_extensions,
    11: _certificate_13,
    13: _certificate_request_13,
    15: _certificate_verify,
    20: _kept(m.Finished),
    24: _key_update,
    25: _compressed_certificate,
}
