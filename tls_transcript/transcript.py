"""What two TLS peers said on one connection, in order, as one of them saw it."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Any, TypeVar

from guarded.values import dataclass

from . import reader
from .errors import DecodeError
from .messages import Alert, ChangeCipherSpec, Message, NewSessionTicket, OpaqueMessage

M = TypeVar("M", bound=Message)

CHANGE_CIPHER_SPEC, ALERT, HANDSHAKE = 20, 21, 22
"""Content types of the TLS record layer (RFC 5246 section 6.2.1)."""


class Direction(StrEnum):
    """Which way a message went, seen from the one who recorded it."""

    SENT = "sent"
    RECEIVED = "received"


TLS13 = 0x0304
Octets = tuple[str, int, int, bytes]
"""A message as CPython tells it: "read" or "write", the version, the content type, the octets."""
_WAYS = {"read": Direction.RECEIVED, "write": Direction.SENT}
_BEGINNINGS = {direction: f'{{"direction":"{direction}",' for direction in Direction}


class Entry:
    """One message and its direction. What came off the wire is taken apart only when somebody asks for it."""

    __slots__ = ("_message", "_tls13", "_wire", "content_type", "direction", "handshake_type")

    direction: Direction
    content_type: int
    """20 ChangeCipherSpec, 21 alert, 22 handshake; 0 where the entry was made from a message."""
    handshake_type: int | None
    """The HandshakeType of a recorded handshake message (13 is CertificateRequest)."""

    def __init__(self, direction: Direction, message: Message) -> None:
        self.direction, self.content_type, self.handshake_type = direction, 0, None
        self._message: Message | None = message
        self._wire, self._tls13 = b"", False

    @classmethod
    def from_wire(cls, direction: Direction, content_type: int, data: bytes, *, tls13: bool) -> Entry:
        """An entry that is read on demand; bytes which cannot be read become an OpaqueMessage, never an error."""
        way = "read" if direction is Direction.RECEIVED else "write"
        return cls.of((way, TLS13 if tls13 else 0, content_type, data))

    @classmethod
    def of(cls, octets: Octets) -> Entry:
        """The entry of a message that was put down as it came (`recorder.note`)."""
        entry = cls.__new__(cls)
        way, version, entry.content_type, data = octets
        entry.direction, entry._tls13 = _WAYS[way], version == TLS13
        entry.handshake_type = data[0] if entry.content_type == HANDSHAKE and data else None
        entry._message, entry._wire = None, data
        return entry

    @property
    def message(self) -> Message:
        """The message as a value."""
        if self._message is None:
            self._message = self._read()
        return self._message

    def _read(self) -> Message:
        try:
            if self.content_type == HANDSHAKE:
                return reader.parse_handshake(self._wire, tls13=self._tls13)
            if self.content_type == ALERT:
                return reader.parse_alert(self._wire)
            return reader.parse_change_cipher_spec(self._wire)
        except DecodeError:
            return OpaqueMessage(self._wire[0] if self._wire else -1, self._wire)

    def to_json(self) -> dict[str, Any]:
        """`{"direction": …, "message": name, …}`."""
        return {"direction": str(self.direction), **self.message.to_json()}

    def json_text(self) -> str:
        """`to_json()` without blanks, see `Message.json_text`."""
        return _BEGINNINGS[self.direction] + self.message.json_text()[1:]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Entry):
            return NotImplemented
        return self.direction is other.direction and self.message == other.message

    def __hash__(self) -> int:
        return hash((self.direction, self.message.name))

    def __repr__(self) -> str:
        return f"Entry({self.direction}, {self.message!r})"


@dataclass(frozen=True, slots=True)
class Transcript:
    """The entries of one connection, oldest first."""

    entries: tuple[Entry, ...] = ()

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def of(self, kind: type[M], direction: Direction | None = None) -> tuple[M, ...]:
        """All messages of one class, optionally of one direction, oldest first."""
        return tuple(
            entry.message
            for entry in self.entries
            if (direction is None or entry.direction is direction) and isinstance(entry.message, kind)
        )

    def first(self, kind: type[M], direction: Direction | None = None) -> M | None:
        """The oldest message of one class, or None."""
        for entry in self.entries:
            if direction is None or entry.direction is direction:
                message = entry.message
                if isinstance(message, kind):
                    return message
        return None

    def to_json(self) -> list[dict[str, Any]]:
        """One object per message, see `Entry.to_json`."""
        return [entry.to_json() for entry in self.entries]

    def json_text(self) -> str:
        """`to_json()` without blanks, see `Message.json_text`."""
        return f"[{','.join([entry.json_text() for entry in self.entries])}]"


class TranscriptBuilder:
    """Collects entries while a connection lives."""

    __slots__ = ("_entries",)

    def __init__(self) -> None:
        self._entries: list[Entry] = []

    def append(self, entry: Entry) -> None:
        """Add what was said last."""
        self._entries.append(entry)

    def build(self) -> Transcript:
        """What was said until now."""
        return Transcript(tuple(self._entries))


def disagreements(client: Transcript, server: Transcript) -> tuple[str, ...]:
    """Where two records of one connection contradict each other; () when both tell the same story.

    ChangeCipherSpec is left out (OpenSSL 3.0 does not report a received one). A receiver may know less than was sent:
    tickets and alerts which were still under way, and everything after it broke off with a fatal alert.
    """
    return (
        *_one_way("client", client, "server", server),
        *_one_way("server", server, "client", client),
    )


def _one_way(speaker: str, said: Transcript, listener: str, heard: Transcript) -> Iterator[str]:
    sent = [e.message for e in said if e.direction is Direction.SENT and not isinstance(e.message, ChangeCipherSpec)]
    received = [
        e.message for e in heard if e.direction is Direction.RECEIVED and not isinstance(e.message, ChangeCipherSpec)
    ]
    for index, (one, other) in enumerate(zip(sent, received, strict=False)):
        if one != other:
            yield f"message {index} of the {speaker}: it sent {one.name}, the {listener} received {other.name}" + (
                " with other content" if one.name == other.name else ""
            )
            return
    for message in received[len(sent) :]:
        yield f"the {listener} received {message.name}, which the {speaker} did not send"
    if any(alert.level == 2 for alert in heard.of(Alert, Direction.SENT)):
        return
    for message in sent[len(received) :]:
        if not isinstance(message, (Alert, NewSessionTicket)):
            yield f"the {speaker} sent {message.name}, which the {listener} did not receive"
