"""What two TLS peers said on one connection, in order, as one of them saw it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from guarded.values import dataclass

from . import reader
from .errors import DecodeError
from .messages import (
    KEPT_TEXT,
    KEPT_TEXTS,
    Alert,
    Certificate,
    ChangeCipherSpec,
    ClientHello,
    Message,
    NewSessionTicket,
    OpaqueMessage,
    ServerHello,
)
from .remembering import KEPT_OCTETS

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
_WITHOUT_CONTENT = (frozenset((12, 16, 20, 22)), frozenset((20,)))
"""HandshakeTypes of which nothing but the name is shown, in TLS 1.2 and in 1.3."""
_REPEATED = frozenset((0, 5, 8, 11, 13, 14))
"""HandshakeTypes with nothing random in them: a peer sends the same octets each time."""
_USUAL_CHANGE = b"\1"
"""The one ChangeCipherSpec there is (RFC 5246 section 7.1); no handshake message has its octets."""
_CERTIFICATE_VERIFY = 15
"""Its algorithm is shown (RFC 8446 section 4.4.3), two octets, and not the signature."""
_MADE_OR_ALERT = (0, ALERT)
_texts: dict[tuple[Direction, bool, bytes], str] = {}
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
    def may_be_alert(self) -> bool:
        """Without reading it: False where it is none."""
        return self.content_type in _MADE_OR_ALERT

    @property
    def octets(self) -> bytes:
        """As it came; b"" where the entry was made from a message."""
        return self._wire

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
        """`to_json()` without blanks, see `Message.json_text`; what is shown alike is not even read again."""
        key = self._shown_by()
        text = _texts.get(key) if key else None
        if text is None:
            text = _BEGINNINGS[self.direction] + self.message.json_text()[1:]
            if key and len(text) <= KEPT_TEXT:
                if len(_texts) >= KEPT_TEXTS:
                    _texts.clear()
                _texts[key] = text
        return text

    def _shown_by(self) -> tuple[Direction, bool, bytes] | None:
        """What decides how it is shown, where its octets tell that without being read."""
        wire, kind = self._wire, self.handshake_type
        if kind in _WITHOUT_CONTENT[self._tls13] and len(wire) - 4 == int.from_bytes(wire[1:4], "big"):
            return self.direction, self._tls13, wire[:1]
        if kind in _REPEATED and len(wire) <= KEPT_OCTETS:
            return self.direction, self._tls13, wire
        if kind == _CERTIFICATE_VERIFY and wire[1:4] + wire[6:8] == _two_lengths(len(wire)):
            return self.direction, self._tls13, wire[4:6]
        if self.content_type == CHANGE_CIPHER_SPEC and wire == _USUAL_CHANGE:
            return self.direction, self._tls13, wire
        return None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Entry):
            return NotImplemented
        return self.direction is other.direction and self.message == other.message

    def __hash__(self) -> int:
        return hash((self.direction, self.message.name))

    def __repr__(self) -> str:
        return f"Entry({self.direction}, {self.message!r})"


def _two_lengths(octets: int) -> bytes:
    """Those of a whole CertificateVerify of so many octets: of the message and of its signature."""
    return (octets - 4).to_bytes(3, "big") + (octets - 8).to_bytes(2, "big") if 8 <= octets < 65_536 else b""


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
        types = _TYPES.get(kind)
        found = self.entries if types is None else [one for one in self.entries if one.handshake_type in types]
        if direction is not None:
            found = [one for one in found if one.direction is direction]
        return tuple([message for one in found if isinstance(message := one.message, kind)])

    def first(self, kind: type[M], direction: Direction | None = None) -> M | None:
        """The oldest message of one class, or None."""
        types = _TYPES.get(kind)
        for entry in self.entries:
            if types is not None and entry.handshake_type not in types:  # another kind, without being read
                continue
            if (direction is None or entry.direction is direction) and isinstance(message := entry.message, kind):
                return message
        return None

    def to_json(self) -> list[dict[str, Any]]:
        """One object per message, see `Entry.to_json`."""
        return [entry.to_json() for entry in self.entries]

    def json_text(self) -> str:
        """`to_json()` without blanks, see `Message.json_text`."""
        return f"[{','.join([entry.json_text() for entry in self.entries])}]"


_TYPES: Mapping[type[Message], frozenset[int | None]] = {
    ClientHello: frozenset((1, None)),
    ServerHello: frozenset((2, None)),
    Certificate: frozenset((11, 25, None)),
    Alert: frozenset((None,)),
}
"""HandshakeTypes of the messages that are asked for most; None has what was made of a message, or is no handshake."""


class TranscriptBuilder:
    """Collects entries while a connection lives."""

    __slots__ = ("_entries",)

    def __init__(self) -> None:
        self._entries: list[Entry] = []

    def append(self, entry: Entry) -> None:
        """Add what was said last."""
        self._entries.append(entry)

    def withdraw(self, messages: int) -> tuple[Entry, ...]:
        """Forget the last so many messages, which never left; they come back."""
        kept = max(0, len(self._entries) - messages)
        withdrawn, self._entries = self._entries[kept:], self._entries[:kept]
        return tuple(withdrawn)

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
