"""How JSSE writes a flight: message by message, nothing is read in between, and Java computes before some of them.

It shows where a provider gives the connection up in the middle. A refusal of the certificate is on its way while Java
still signs; a provider that closes at once answers Java's next write with a reset, and Java tells the failed write, not
the alert that it has not read ("Broken pipe", "Connection reset by peer"; measured on 8u252, 11.0.13, 17.0.15 and
21.0.8 with system call traces). Over a line that is slower than Java computes the whole flight is out by then, and the
alert is read.

Messages with no computing between them go out together: whether a reset falls between them is chance in Java, too.
"""

from __future__ import annotations

from collections.abc import Iterable

from guarded.values import dataclass
from sn_mock.java.exceptions.event_texts import Event
from sn_mock.java.jsse.reading.opening import records

CHECKING_MS = 2
SIGNING_MS = 4
"""What Java needs to check a chain at least, and to sign with RSA-2048, on a warm JVM (traced: 2 to 5, 3.5 to 4 ms)."""

_CHANGE_CIPHER_SPEC, _HANDSHAKE, _SEALED = 20, 22, 23
_CERTIFICATE_VERIFY = 15
_HEADER = 5
_FULL_RECORD = _HEADER + 16_384
"""Octets at least of a record behind which its message goes on (RFC 8446 section 5.1)."""
_OF_SIGNED_CLIENT = 3
"""Certificate, CertificateVerify and Finished: the sealed messages of a client that authenticates in TLS 1.3."""


_IN_A_FLIGHT = {Event.RESET_ON_WRITE: Event.RESET_ON_FLIGHT, Event.BROKEN_PIPE: Event.BROKEN_FLIGHT}
_IN_THE_HELLO = {Event.RESET_ON_WRITE: Event.RESET_ON_HELLO, Event.BROKEN_PIPE: Event.BROKEN_HELLO}


@dataclass(frozen=True, slots=True)
class Piece:
    """What one write sends."""

    octets: bytes
    computing_ms: int = 0
    """So long Java computes before it."""


def pieces(flight: bytes, *, signs: bool, gathered: bool) -> tuple[Piece, ...]:
    """The writes of a flight (whole records), in order.

    `signs`: a certificate is sent, and so a CertificateVerify. `gathered`: Nagle's algorithm holds small segments back,
    so that the flight goes out together; so it is until the HTTP client sets TCP_NODELAY, which is too late where the
    socket factory shakes hands itself.
    """
    written = tuple(records(flight))
    if gathered or sum(map(len, written)) < len(flight):
        return (Piece(flight),) if flight else ()
    said: list[Piece] = []
    for at, record in enumerate(written):
        computing_ms = _computing_ms(written, at, signs=signs)
        if said and computing_ms is None:
            said[-1] = Piece(said[-1].octets + record, said[-1].computing_ms)
        else:
            said.append(Piece(record, computing_ms or 0))
    return tuple(said)


def messages(written: Iterable[Piece]) -> int:
    """How many messages these writes hold; a message of several records counts where it ends."""
    return sum(len(record) < _FULL_RECORD for piece in written for record in records(piece.octets))


def unsaid(event: Event, *, greets: bool) -> Event:
    """What a failed write is in the handshake; `greets`: what it would have said is the first ClientHello."""
    return (_IN_THE_HELLO if greets else _IN_A_FLIGHT).get(event, event)


def _computing_ms(written: tuple[bytes, ...], at: int, *, signs: bool) -> int | None:
    """How long Java computes before that record; None where it goes out with the one before it."""
    sealed = sum(record[0] == _SEALED for record in written)
    if not sealed and at and _verifies(written, at - 1):
        return 0
    if not sealed:
        return SIGNING_MS if _verifies(written, at) else None
    if written[at][0] == _SEALED and (not at or written[at - 1][0] == _CHANGE_CIPHER_SPEC):
        return CHECKING_MS  # ChangeCipherSpec goes out on the ServerHello, or before, with the second ClientHello
    if not signs or sealed < _OF_SIGNED_CLIENT:
        return None
    return {2: SIGNING_MS, 1: 0}.get(len(written) - at)


def _verifies(written: tuple[bytes, ...], at: int) -> bool:
    """A CertificateVerify of TLS 1.2; what is behind the ChangeCipherSpec is enciphered and begins with any octet."""
    record = written[at]
    plain = all(earlier[0] != _CHANGE_CIPHER_SPEC for earlier in written[:at])
    return plain and record[0] == _HANDSHAKE and record[_HEADER : _HEADER + 1] == bytes((_CERTIFICATE_VERIFY,))
