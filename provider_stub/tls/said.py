"""What the messages of a session say, read off its transcript."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tls_transcript import Alert, Certificate, ClientHello, Direction, Entry, ServerHello

CLIENT_HELLO, SERVER_HELLO, CERTIFICATE, FINISHED = 1, 2, 11, 20
ALERT_CONTENT = 21


def server_name(entries: Iterable[Entry]) -> str | None:
    """The server name the client asked for."""
    hello = _first(entries, CLIENT_HELLO)
    return hello.server_name if isinstance(hello, ClientHello) else None


def presented_chain(entries: Iterable[Entry]) -> tuple[bytes, ...]:
    """The client's certificates (DER), leaf first."""
    message = _first(entries, CERTIFICATE)
    return message.chain if isinstance(message, Certificate) else ()


def server_hello(entries: Iterable[Entry]) -> ServerHello | None:
    """Our ServerHello, the last one where there were several."""
    found = None
    for entry in entries:
        if entry.handshake_type == SERVER_HELLO and isinstance(entry.message, ServerHello):
            found = entry.message
    return found


def alert_sent(entries: Sequence[Entry]) -> str | None:
    """The alert that ended the handshake from our side."""
    for entry in reversed(entries):
        if entry.direction is Direction.SENT and (entry.content_type == ALERT_CONTENT or entry.content_type == 0):
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


def _first(entries: Iterable[Entry], kind: int) -> object:
    return next((e.message for e in entries if e.direction is Direction.RECEIVED and e.handshake_type == kind), None)
