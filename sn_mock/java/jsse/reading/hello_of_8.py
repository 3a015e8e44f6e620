"""The stream of handshake messages of Java 8 before 8u261, and a hello's extensions as its readers take them from it.

`HandshakeInStream`, `HelloExtensions`; measured on 8u252.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field

from guarded.values import dataclass
from sn_mock.java.jsse.reading.fault import SSL_EXCEPTION, record_fault
from sn_mock.java.jsse.reading.records import MESSAGE_HEADER

SERVER_NAME, CURVES, POINT_FORMATS, ALPN, MASTER_SECRET, RENEGOTIATION = 0, 10, 11, 16, 23, 0xFF01
SIGNATURES = 13


class ShortError(Exception):
    """More was read than has come: `HandshakeInStream.verifyLength`."""


@dataclass(slots=True)
class Stream:
    """What has come of handshake messages."""

    octets: bytearray = field(default_factory=bytearray)
    at: int = 0

    def append(self, octets: bytes) -> None:
        """More has come; what was read goes."""
        del self.octets[: self.at]
        self.at = 0
        self.octets += octets

    @property
    def left(self) -> int:
        """Octets that were not read."""
        return len(self.octets) - self.at

    @property
    def size_ahead(self) -> int:
        """What the header of the next message says of its body's length."""
        return int.from_bytes(self.octets[self.at + 1 : self.at + MESSAGE_HEADER], "big")

    def number(self, size: int) -> int:
        """`getInt8`, `getInt16`, `getInt24`."""
        at, end = self.at, self.at + size
        if len(self.octets) < end:
            raise ShortError
        self.at = end
        return int.from_bytes(self.octets[at:end], "big")

    def vector(self, size: int) -> bytes:
        """`getBytes8`, `getBytes16`, `getBytes24`; raises FaultError where less has come than was said."""
        length = self.number(size)
        if len(self.octets) - self.at < length:
            raise record_fault("Not enough data to fill declared vector size", SSL_EXCEPTION)
        if self.at == len(self.octets):  # not even nothing can be read at the end of a stream
            raise ShortError
        return self.take(length)

    def take(self, count: int) -> bytes:
        """So many octets; raises ShortError."""
        if len(self.octets) - self.at < count:
            raise ShortError
        self.at += count
        return bytes(self.octets[self.at - count : self.at])


def read_extensions(stream: Stream) -> dict[int, bytes]:
    """`HelloExtensions`: each is read by a reader of its own, whatever length was said."""
    found: dict[int, bytes] = {}
    left = stream.number(2)
    while left > 0:
        number, size = stream.number(2), stream.number(2)
        begin = stream.at
        _READERS.get(number, _unknown)(stream, size)
        left -= size + 4
        found.setdefault(number, bytes(stream.octets[begin : stream.at]))
    if left:
        raise record_fault("Error parsing extensions: extra data")
    return found


def _unknown(stream: Stream, size: int) -> None:
    stream.take(size)


def _server_name(stream: Stream, size: int) -> None:
    left = size
    if size >= 2:
        if stream.number(2) != size - 2 or size == 2:
            raise record_fault("Invalid server_name extension")
        left -= 2
        while left > 0:
            stream.number(1)
            name = stream.vector(2)
            if not name:
                raise record_fault("Empty HostName in server name indication")
            left -= len(name) + 3
    if left:
        raise record_fault("Invalid server_name extension")


def _renegotiation(stream: Stream, size: int) -> None:
    if size < 1 or stream.number(1) != size - 1:
        raise record_fault("Invalid renegotiation_info extension")
    stream.take(size - 1)


def _master_secret(_stream: Stream, size: int) -> None:
    if size:
        raise record_fault("Invalid extended_master_secret extension")


def _point_formats(stream: Stream, _size: int) -> None:
    if 0 not in stream.vector(1):
        raise record_fault("Peer does not support uncompressed points")


def _application_protocols(stream: Stream, size: int) -> None:
    where = "Invalid application_layer_protocol_negotiation extension"
    if size < 2:
        raise record_fault(f"{where}: insufficient data (length={size})")
    length = stream.number(2)
    if length < 2 or length + 2 != size:
        raise record_fault(f"{where}: incorrect list length (length={length})")
    stream.take(length)


def _signature_algorithms(stream: Stream, size: int) -> None:
    length = stream.number(2)
    if not length or length + 2 != size:
        raise record_fault("Invalid signature_algorithms extension")
    stream.take(length)
    if length % 2:  # in another extension's words, as Java has it
        raise record_fault("Invalid server_name extension")


def _curves(stream: Stream, size: int) -> None:
    length = stream.number(2)
    if size % 2 or length + 2 != size:
        raise record_fault("Invalid elliptic_curves extension")
    stream.take(length)


_READERS: Mapping[int, Callable[[Stream, int], None]] = {
    SERVER_NAME: _server_name,
    CURVES: _curves,
    POINT_FORMATS: _point_formats,
    SIGNATURES: _signature_algorithms,
    ALPN: _application_protocols,
    MASTER_SECRET: _master_secret,
    RENEGOTIATION: _renegotiation,
}
