"""What JSSE skips in a server's message, renamed so that OpenSSL skips it too.

JSSE passes over extensions that it did not ask for; OpenSSL refuses those that it knows, and passes over the others. A
renamed message keeps its length. It is what OpenSSL reads; what both sides hash is the message as it came.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from guarded.values import dataclass
from sn_mock.java.jsse.reading.fault import FaultError
from sn_mock.java.jsse.reading.handshake13 import READ_IN_ENCRYPTED_EXTENSIONS, check_ticket
from sn_mock.java.jsse.reading.server_hello import (
    KEY_SHARE,
    POINT_FORMATS,
    RENEGOTIATION,
    RETRY,
    SESSION_TICKET,
    STATUS_REQUEST,
    STATUS_REQUEST_V2,
    SUPPORTED_VERSIONS,
)
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import Jdk
from tls_transcript import der
from tls_transcript.errors import DecodeError

NOBODYS = b"\xfa\xfa"
"""A number that no library gives a meaning to (RFC 8701)."""
_HEADER, _RANDOM, _SESSION = 4, 6, 38
_EXTENSION_HEADER = 4
_SERVER_HELLO, _TICKET, _ENCRYPTED_EXTENSIONS, _CERTIFICATE, _REQUEST, _STATUS = 2, 4, 8, 11, 13, 22
_NONCE, _SMALLEST_TICKET, _TOO_LONG = 12, 13, 255
"""Where a NewSessionTicket has its nonce; its length without nonce, ticket and extensions."""
_SIGNATURES, _SIGNATURES_CERT = 13, 50
_OF_12 = frozenset({_SERVER_HELLO, _REQUEST, _STATUS})
_OCSP, _OF_A_STATUS = b"\1", 4
"""The type of a CertificateStatus, and what stands in front of its answer."""
_FULL_LIST = 255
_TAGS = der.SET, der.SEQUENCE, der.OID
_PLAIN_STRINGS = frozenset({der.PRINTABLE_STRING, der.UTF8_STRING, der.IA5_STRING})
_GOES_ON = 0x80
"""The bit of an OID's octet behind which its number goes on; alone it is a leading zero."""
_HELLO_13 = frozenset({SUPPORTED_VERSIONS, KEY_SHARE})


class _ShortError(Exception):
    """The message does not have what it says: OpenSSL may say so."""


@dataclass(frozen=True, slots=True)
class Skipping:
    """What one connection's client did ask for."""

    kept: frozenset[int]
    """Extensions of a ServerHello up to TLS 1.2 that both take."""
    sealed: bool
    """TLS 1.3."""
    java: Jdk
    session: bytes = b""
    """The ClientHello's session ID, which JSSE does not look for in the ServerHello."""
    last: bool = True
    """Of an extension that comes twice the last one counts."""

    def read_by_openssl(self, message: bytes) -> bytes:
        """A handshake message of the server's, header and all, of the same length."""
        rename = _RENAMERS.get(message[0]) if message else None
        if rename is None or not (self.sealed or message[0] in _OF_12):
            return message
        octets = bytearray(message)
        try:
            rename(self, octets)
        except _ShortError:
            return message
        return bytes(octets)

    def _hello(self, octets: bytearray) -> None:
        if not self.sealed:
            asked = self.java.has(Feature.WHOLE_JSSE_11)
            kept = self.kept | {STATUS_REQUEST} if asked else self.kept
        elif octets[_RANDOM:_SESSION] == RETRY:  # OpenSSL hashes it after it has read it
            return
        else:
            kept = _HELLO_13
        at = _past_vector(octets, _SESSION, 1)
        if self.sealed and at - _SESSION - 1 == len(self.session):
            octets[_SESSION + 1 : at] = self.session
        at += 3
        if at < len(octets) and self._renamed(octets, at, kept) < len(octets):
            _take_in_the_rest(octets, at, kept)

    def _encrypted(self, octets: bytearray) -> None:
        self._renamed(octets, _HEADER, READ_IN_ENCRYPTED_EXTENSIONS)  # what JSSE refuses there, OpenSSL refuses, too

    def _certificate(self, octets: bytearray) -> None:
        at = _past_vector(octets, _HEADER, 1) + 3
        while at < len(octets):
            at = self._renamed(octets, _past_vector(octets, at, 3), frozenset())

    def _request(self, octets: bytearray) -> None:
        at = _past_vector(octets, _HEADER, 1)
        if self.sealed:  # OpenSSL has no use for the authorities
            self._renamed(octets, at, frozenset({_SIGNATURES, _SIGNATURES_CERT}))
            return
        end = _past_vector(octets, at, 2)
        if not _ends_in_names(octets, end):
            octets[_HEADER:] = _without_names(octets[_HEADER + 1 : at], octets[at + 2 : end], len(octets) - _HEADER)

    def _status(self, octets: bytearray) -> None:
        """An answer of the type that OpenSSL has asked for; it does not look into it."""
        answer = len(octets) - _HEADER - _OF_A_STATUS
        if answer < 0:
            raise _ShortError
        octets[_HEADER : _HEADER + _OF_A_STATUS] = _OCSP + answer.to_bytes(3, "big")

    def _ticket(self, octets: bytearray) -> None:
        """Nobody hashes it and nobody comes back with it: another one of the same length."""
        ticket = len(octets) - _HEADER - _SMALLEST_TICKET
        if ticket < 1:
            raise _ShortError
        try:
            check_ticket(bytes(octets[_HEADER:]), self.java)
        except FaultError:
            octets[_NONCE] = _TOO_LONG  # OpenSSL is to refuse it, too
            return
        octets[_NONCE : _NONCE + 3] = b"\0" + ticket.to_bytes(2, "big")
        octets[-2:] = b"\0\0"

    def _renamed(self, octets: bytearray, at: int, kept: frozenset[int]) -> int:
        """Rename in the extensions that begin there; returns where they end."""
        end = _past_vector(octets, at, 2)
        at += 2
        places: list[tuple[int, int]] = []
        while at < end:
            places.append((int.from_bytes(octets[at : at + 2], "big"), at))
            at = _past_vector(octets, at + 2, 2)
        if at != end:
            raise _ShortError
        ordered = places if self.last else places[::-1]
        chosen = {number: place for number, place in ordered if number in kept}
        for number, place in chosen.items():
            body = bytes(octets[place + _EXTENSION_HEADER : _past_vector(octets, place + 2, 2)])
            if not _READABLE.get(number, _any)(body):
                octets[place : place + 2] = NOBODYS
        second = [place for number, place in ordered if number == STATUS_REQUEST_V2]
        stapled = second[-1:] if STATUS_REQUEST in kept - chosen.keys() else []
        for number, place in places:
            if place in stapled:
                octets[place : place + 2] = STATUS_REQUEST.to_bytes(2, "big")  # OpenSSL waits for the same message
            elif chosen.get(number) != place:
                octets[place : place + 2] = NOBODYS
        return end


def random_of(client_hello: bytes) -> bytes:
    """The random of a ClientHello message."""
    return client_hello[_RANDOM:_SESSION]


def session_of(client_hello: bytes) -> bytes:
    """The session ID of a ClientHello message."""
    return client_hello[_SESSION + 1 : _SESSION + 1 + client_hello[_SESSION]]


def _take_in_the_rest(octets: bytearray, at: int, kept: frozenset[int]) -> None:
    """JSSE leaves alone what stands behind the extensions that begin there; OpenSSL is to find it in one of nobody's.

    That one needs room for its header, for which the point formats may go: OpenSSL knows them already.
    """
    end = _past_vector(octets, at, 2)
    wanted: list[bytes] = []
    begin = at + 2
    while begin < end:
        after = _past_vector(octets, begin + 2, 2)
        if (number := int.from_bytes(octets[begin : begin + 2], "big")) in kept and number != POINT_FORMATS:
            wanted.append(bytes(octets[begin:after]))
        begin = after
    said = b"".join(wanted)
    room = len(octets) - at - 2 - len(said) - _EXTENSION_HEADER
    if room < 0:
        return
    octets[at:] = (len(octets) - at - 2).to_bytes(2, "big") + said + NOBODYS + room.to_bytes(2, "big") + bytes(room)


def _ends_in_names(octets: bytearray, at: int) -> bool:
    """A list of names begins there, and nothing is behind it: what OpenSSL wants of a CertificateRequest of TLS 1.2."""
    end = _past_vector(octets, at, 2)
    at += 2
    try:
        while at < end:
            begin, at = at + 2, _past_vector(octets, at, 2)
            if not _is_plain_name(bytes(octets[begin:at])):
                return False
    except _ShortError:
        return False
    return at == end == len(octets)


def _is_plain_name(encoded: bytes) -> bool:
    """A name that OpenSSL reads for certain; of others only some are read."""
    try:
        name = der.read(encoded)
        if name.tag != der.SEQUENCE:
            return False
        for rdn in name.children():
            for attribute in rdn.children():
                kind, value = attribute.children()
                tags = rdn.tag, attribute.tag, kind.tag
                if tags != _TAGS or value.tag not in _PLAIN_STRINGS or not value.content.isascii():
                    return False
                if not kind.content or kind.content[-1] & _GOES_ON or _GOES_ON in kind.content:
                    return False
    except (DecodeError, ValueError):
        return False
    return True


def _without_names(types: bytearray, schemes: bytearray, size: int) -> bytearray:
    """The body of such a request of that size without authorities: a scheme stands there once more for each two octets.

    The listener has heard of the authorities, and OpenSSL has no use for them.
    """
    room = size - len(types) - len(schemes) - 5
    if room % 2:
        types = types[1:] if len(types) == _FULL_LIST else types + b"\0"
        room = size - len(types) - len(schemes) - 5
    schemes = schemes + schemes[:2] * (room // 2)
    return bytearray((len(types),)) + types + len(schemes).to_bytes(2, "big") + schemes + bytes(2)


def _any(_body: bytes) -> bool:
    return True


_READABLE: Mapping[int, Callable[[bytes], bool]] = {
    RENEGOTIATION: lambda body: body == b"\0",
    POINT_FORMATS: lambda body: bool(body) and len(body) == 1 + body[0],
    SESSION_TICKET: lambda body: not body,
    STATUS_REQUEST: lambda body: not body,
}
"""Where OpenSSL wants no more in an extension than JSSE reads of it."""

_RENAMERS: Mapping[int, Callable[[Skipping, bytearray], None]] = {
    _SERVER_HELLO: Skipping._hello,
    _TICKET: Skipping._ticket,
    _ENCRYPTED_EXTENSIONS: Skipping._encrypted,
    _CERTIFICATE: Skipping._certificate,
    _REQUEST: Skipping._request,
    _STATUS: Skipping._status,
}


def _past_vector(octets: bytearray, at: int, size: int) -> int:
    """Where a vector ends that begins there with a length of so many octets."""
    end = at + size + int.from_bytes(octets[at : at + size], "big")
    if at + size > len(octets) or end > len(octets):
        raise _ShortError
    return end
