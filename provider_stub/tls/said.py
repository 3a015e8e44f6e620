"""What the messages of a session say, read off what was put down of it: as it came, until somebody asks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from tls_transcript import Alert, Certificate, ClientHello, Direction, Entry, Message, Octets, ServerHello

CLIENT_HELLO, SERVER_HELLO, CERTIFICATE, FINISHED = 1, 2, 11, 20
ALERT_CONTENT = 21
One = Octets | Entry
Said = list[One]
_MADE_OR_ALERT = (0, ALERT_CONTENT)
KEPT_MESSAGES = 400
"""Messages that a transcript keeps; a client can send KeyUpdates for as long as it likes."""


def entries(said: Iterable[One]) -> list[Entry]:
    """The same as entries."""
    return [one if isinstance(one, Entry) else Entry.of(one) for one in said]


def cut(said: Said) -> None:
    """Keep no more than may be kept: of the messages beyond `KEPT_MESSAGES` alerts only, and of those not all."""
    last = [entry for entry in entries(said[KEPT_MESSAGES:]) if entry.content_type == ALERT_CONTENT]
    said[KEPT_MESSAGES:] = last[:KEPT_MESSAGES]


def server_name(said: Said) -> str | None:
    """The server name the client asked for."""
    hello = next(_all(said, Direction.RECEIVED, CLIENT_HELLO), None)
    return hello.server_name if isinstance(hello, ClientHello) else None


def presented_chain(said: Said) -> tuple[bytes, ...]:
    """The client's certificates (DER), leaf first."""
    message = next(_all(said, Direction.RECEIVED, CERTIFICATE), None)
    return message.chain if isinstance(message, Certificate) else ()


def server_hello(said: Said) -> ServerHello | None:
    """Our ServerHello, the last one where there were several."""
    hellos = [hello for hello in _all(said, Direction.SENT, SERVER_HELLO) if isinstance(hello, ServerHello)]
    return hellos[-1] if hellos else None


def _all(said: Said, direction: Direction, kind: int) -> Iterator[Message]:
    for entry in entries(said):
        if entry.direction is direction and entry.handshake_type == kind:
            yield entry.message


def alert_sent(entries: Sequence[Entry]) -> str | None:
    """The alert that ended the handshake from our side."""
    sent = Direction.SENT
    for entry in reversed(entries):
        if entry.content_type in _MADE_OR_ALERT and entry.direction is sent:
            message = entry.message
            if isinstance(message, Alert) and message.description_name != "close_notify":
                return message.description_name
    return None


def alert_received(entries: Iterable[Entry]) -> str | None:
    """The client's first alert that is more than a farewell."""
    for entry in entries:
        if entry.direction is Direction.RECEIVED and entry.content_type == ALERT_CONTENT:
            message = entry.message
            if isinstance(message, Alert) and message.description_name != "close_notify":
                return message.description_name
    return None
