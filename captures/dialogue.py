"""What the two ends of one connection said in TLS, as far as it can be read: in clear, or with the keys of a key log.

Messages are read by `tls_transcript` and kept as its entries, seen from the client: what the client sent is `sent`.
Side 0 is the sender of the connection's first segment; who of the two is the client is known with the first hello.
"""

from __future__ import annotations

from guarded.values import dataclass
from tls_transcript import ClientHello, DecodeError, Direction, Entry, HelloRetryRequest, ServerHello, registries

from .decryption import Opener, Opener13, opener13, openers12
from .key_log import KeyLog
from .records import ALERT, APPLICATION_DATA, CHANGE_CIPHER_SPEC, HANDSHAKE, RecordReader

_TLS13 = 0x0304
_CLIENT_HELLO, _SERVER_HELLO, _NEW_SESSION_TICKET, _FINISHED, _KEY_UPDATE = 1, 2, 4, 20, 24
_IN_CLEAR = frozenset({1, 2, 11, 12, 13, 14, 15, 16, 22})
"""Handshake types that TLS 1.2 sends in clear."""
_EARLY_DATA, _ENCRYPT_THEN_MAC = 42, 22
_ALERT_SIZE = 2
MAX_HANDSHAKE_BYTES = 262_144
"""Octets of one handshake message; OpenSSL takes no more than 100 KiB of certificates."""
KEPT_OF_A_DIALOGUE = 60
"""Messages and alerts of one connection that are kept."""
_KEPT_PLAIN = 16_384
"""Decrypted octets of each direction that are looked at: a request's head, an answer's head and its page."""
_ALWAYS_OPENED = 2_048
"""Records up to this length are opened whatever has been seen: an alert or a KeyUpdate may be in them."""
_MOST_HELD_RECORDS = 32
_ALERT_RECORD_13 = 19
"""Octets of a sealed record of TLS 1.3 that holds an alert: two, the content type, and the tag."""


@dataclass(frozen=True, slots=True)
class Said:
    """A message and its moment."""

    time: int
    entry: Entry


@dataclass(slots=True)
class _Side:
    """One direction's state."""

    reader: RecordReader
    message: bytearray
    sealed: bool = False
    opener: Opener | None = None
    opened_any: bool = False
    plain: bytearray | None = None
    sealed_records: int = 0
    sealed_alerts: int = 0
    """Records that are alerts, and sealed (before TLS 1.3 the record says so; in TLS 1.3 its length does)."""
    last_sealed_alert: int = 0
    last_application: int = 0
    """When application data was sent last (TLS 1.3: anything sealed that is no alert)."""
    damaged: int = 0
    lost: int = 0
    application_records: int = 0


class Dialogue:
    """One connection's TLS."""

    def __init__(self, keys: KeyLog) -> None:
        self._keys = keys
        self.sides = tuple(_Side(RecordReader(self, side), bytearray()) for side in (0, 1))
        self.said: list[Said] = []
        self.dropped = 0
        """Messages beyond those that are kept."""
        self.unreadable = 0
        self.client: int | None = None
        """The side that sent a ClientHello."""
        self.hello: ClientHello | None = None
        self.chosen: ServerHello | None = None
        self.unfit_keys = False
        """A secret was there and opened nothing, or a cipher suite is none that is opened here."""
        self._replied = False
        self._held: list[tuple[int, int, bytes, int]] = []

    @property
    def tls13(self) -> bool:
        """TLS 1.3 was chosen."""
        return self.chosen is not None and self.chosen.version == _TLS13

    @property
    def held(self) -> int:
        """Octets in memory that may grow."""
        records = sum(len(body) for _, _, body, _ in self._held)
        return records + sum(side.reader.held + len(side.message) for side in self.sides)

    # What the readers of records ask and tell

    def wants(self, side: int, kind: int, length: int) -> bool:
        """Whether a record's body is needed."""
        state = self.sides[side]
        if not self._is_sealed(state, kind):
            return kind != APPLICATION_DATA or (self.hello is not None and self.chosen is None)
        opener = state.opener
        if opener is None:
            return False
        budget = state.plain is None or len(state.plain) < _KEPT_PLAIN
        return opener.needs_all or length <= _ALWAYS_OPENED or kind != APPLICATION_DATA or budget

    def _is_sealed(self, state: _Side, kind: int) -> bool:
        return kind == APPLICATION_DATA and self.chosen is not None if self.tls13 else state.sealed

    def passed(self, side: int, kind: int, length: int, time: int) -> None:
        """A record that was not looked into."""
        state = self.sides[side]
        if self._is_sealed(state, kind):
            state.sealed_records += 1
            if kind == APPLICATION_DATA:
                state.application_records += 1
                self._answer(side, time, alert=length == _ALERT_RECORD_13)
            if kind == ALERT or (self.tls13 and length == _ALERT_RECORD_13):
                state.sealed_alerts += 1
                state.last_sealed_alert = time
            if state.opener is not None:
                state.opener.passed()
        elif kind == APPLICATION_DATA:
            state.application_records += 1
        else:
            state.damaged += 1
            state.message.clear()

    def _answer(self, side: int, time: int, *, alert: bool) -> None:
        """A record of application data, or in TLS 1.3 of anything: is it an answer to what the client has sent?"""
        if alert and self.tls13:
            return
        self.sides[side].last_application = time
        if self.client is not None and side != self.client:
            self._replied = self._replied or self.sides[self.client].application_records > 0

    @property
    def answered(self) -> bool:
        """The server has answered the last of what the client sent."""
        if self.client is None or not self._replied:
            return False
        return self.sides[1 - self.client].last_application >= self.sides[self.client].last_application

    def lost(self, side: int, count: int) -> None:
        """Records cannot be told apart any more on this side."""
        state = self.sides[side]
        state.lost += 1
        state.message.clear()
        state.opener = None

    def record(self, side: int, kind: int, body: bytes, time: int) -> None:
        """A whole record."""
        state = self.sides[side]
        if self._is_sealed(state, kind):
            self._open(side, state, kind, body, time)
        elif kind == APPLICATION_DATA:  # before the ServerHello was seen: early data, or captured out of order
            if len(self._held) < _MOST_HELD_RECORDS:
                self._held.append((side, kind, body, time))
        else:
            self._plain(side, state, kind, body, time)

    def _open(self, side: int, state: _Side, kind: int, body: bytes, time: int) -> None:
        opener, version = state.opener, self.chosen.version if self.chosen else 0
        opened = opener.open(kind, body, version) if opener is not None else None
        if opened is not None:
            state.opened_any = True
            self._plain(side, state, *opened, time)
            return
        if opener is not None and not self._is_early(side, state):
            state.opener, self.unfit_keys = None, True
        self.passed(side, kind, len(body), time)
        if opener is not None and state.opener is opener:
            opener.number -= 1  # early data has keys and numbers of its own

    def _is_early(self, side: int, state: _Side) -> bool:
        offered = self.hello is not None and _EARLY_DATA in self.hello.extensions
        return offered and side == self.client and not state.opened_any

    # Plain records

    def _plain(self, side: int, state: _Side, kind: int, body: bytes, time: int) -> None:
        if kind == HANDSHAKE and body:
            if not state.message and self._from_the_middle(body[0]):
                state.sealed_records += 1
                return
            state.message += body
            self._messages(side, state, time)
        elif kind == ALERT:
            self._alert(side, state, body, time)
        elif kind == CHANGE_CIPHER_SPEC and not self.tls13:
            state.sealed = True
            self._keep(side, CHANGE_CIPHER_SPEC, body, time)
            self._arm12(side)
        elif kind == APPLICATION_DATA:
            state.application_records += 1
            self._answer(side, time, alert=False)
            state.plain = bytearray() if state.plain is None else state.plain
            state.plain += body[: max(0, _KEPT_PLAIN - len(state.plain))]

    def _alert(self, side: int, state: _Side, body: bytes, time: int) -> None:
        """Two octets say what they say; more than that is sealed, by keys that were agreed on before the capture."""
        if len(body) == _ALERT_SIZE:
            self._keep(side, ALERT, body, time)
        else:
            state.sealed_records += 1
            state.sealed_alerts += 1
            state.last_sealed_alert = time

    def _from_the_middle(self, kind: int) -> bool:
        """No greeting was seen, and this is no message that begins a flight in clear: it may well be sealed."""
        return self.hello is None and self.chosen is None and kind not in _IN_CLEAR

    def _messages(self, side: int, state: _Side, time: int) -> None:
        waiting = state.message
        at = 0
        while len(waiting) - at >= 4:
            size = 4 + int.from_bytes(waiting[at + 1 : at + 4], "big")
            if size > MAX_HANDSHAKE_BYTES:
                self.unreadable += 1
                waiting.clear()
                return
            if len(waiting) - at < size:
                break
            self._message(side, state, bytes(waiting[at : at + size]), time)
            at += size
        del waiting[:at]

    def _message(self, side: int, state: _Side, data: bytes, time: int) -> None:
        kind = data[0]
        if kind == _CLIENT_HELLO:
            self.client = side
        elif kind == _SERVER_HELLO and self.client is None:
            self.client = 1 - side
        entry = self._keep(side, HANDSHAKE, data, time)
        try:
            if kind == _CLIENT_HELLO and isinstance(entry.message, ClientHello):
                self.hello = entry.message
            elif kind == _SERVER_HELLO and isinstance(entry.message, ServerHello):
                self._server_hello(entry.message)
        except DecodeError:
            self.unreadable += 1
        if self.tls13 and kind == _FINISHED:
            self._arm13(side, "TRAFFIC_SECRET_0")
        elif self.tls13 and kind == _KEY_UPDATE and isinstance(state.opener, Opener13):
            state.opener.update()

    def _keep(self, side: int, content: int, data: bytes, time: int) -> Entry:
        way = Direction.SENT if side == (self.client or 0) else Direction.RECEIVED
        entry = Entry.from_wire(way, content, data, tls13=self.tls13)
        important = content == ALERT and len(self.said) < 2 * KEPT_OF_A_DIALOGUE
        if len(self.said) < KEPT_OF_A_DIALOGUE or important:
            self.said.append(Said(time, entry))
        else:
            self.dropped += 1
        return entry

    # Keys

    def _server_hello(self, message: ServerHello) -> None:
        if isinstance(message, HelloRetryRequest):
            return
        self.chosen = message
        if self.tls13:
            for side in (0, 1):
                self._arm13(side, "HANDSHAKE_TRAFFIC_SECRET")
        held, self._held = self._held, []
        for record in held:
            self.record(*record)

    def _arm13(self, side: int, label: str) -> None:
        """The keys of the next phase, where they are known."""
        if self.hello is None or self.chosen is None:
            return
        who = "CLIENT" if side == self.client else "SERVER"
        secret = self._keys.secret(f"{who}_{label}", self.hello.random)
        state = self.sides[side]
        state.opener = None if secret is None else opener13(self.chosen.cipher_suite, secret)
        if secret is not None and state.opener is None:
            self.unfit_keys = True

    def _arm12(self, side: int) -> None:
        if self.hello is None or self.chosen is None:
            return
        master = self._keys.secret("CLIENT_RANDOM", self.hello.random)
        if master is None:
            return
        chosen = self.chosen
        pair = openers12(
            chosen.cipher_suite,
            chosen.version,
            master,
            self.hello.random,
            chosen.random,
            encrypt_then_mac=_ENCRYPT_THEN_MAC in chosen.extensions,
        )
        self.sides[side].opener = None if pair is None else pair[0 if side == self.client else 1]
        self.unfit_keys = self.unfit_keys or pair is None

    @property
    def has_keys(self) -> bool:
        """A key log knows this session."""
        return self.hello is not None and self._keys.knows(self.hello.random)

    @property
    def version_name(self) -> str | None:
        """The version that was chosen."""
        return None if self.chosen is None else registries.version_name(self.chosen.version)
