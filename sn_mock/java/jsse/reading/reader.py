"""`ServerReader`: what JSSE's client makes of a server's octets, before a TLS library gets them.

It takes the plain part of a handshake as JSSE does, and hands on what a stricter reader needs: records of the usual
version, each message whole, in the usual order, without what JSSE skips.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field, replace
from itertools import dropwhile

from guarded.values import dataclass
from sn_mock.failure import JavaException
from sn_mock.java.exceptions.alerts import ALERT_TEXTS, CLOSE_NOTIFY
from sn_mock.java.jsse.reading.cursor import UnderflowError
from sn_mock.java.jsse.reading.fault import (
    BAD_RECORD_MAC,
    DECODE_ERROR,
    HANDSHAKE_FAILURE,
    ILLEGAL_PARAMETER,
    MISMATCH,
    UNEXPECTED_MESSAGE,
    Fault,
    FaultError,
    fatal,
    record_fault,
)
from sn_mock.java.jsse.reading.handshake12 import CERTIFICATE_REQUEST, STATUS, Handshake12, ParseFault
from sn_mock.java.jsse.reading.handshake13 import unexpected_content
from sn_mock.java.jsse.reading.opening import records
from sn_mock.java.jsse.reading.records import (
    ALERT,
    APPLICATION_DATA,
    CHANGE_CIPHER_SPEC,
    HANDSHAKE,
    HEADER,
    KNOWN_MESSAGES,
    Messages,
    Records,
    broken_message,
    written,
)
from sn_mock.java.jsse.reading.sealing import TAG, too_short, too_short_of_12
from sn_mock.java.jsse.reading.server_hello import (
    ASKED_FOR,
    SERVER_NAME,
    SESSION_TICKET,
    Offer,
    ServerHello,
    check_retry,
)
from sn_mock.java.jsse.reading.server_hello import read as read_server_hello
from sn_mock.java.jsse.reading.skipping import Skipping
from sn_mock.java.lang.features import Feature

_HELLO_REQUEST, _SERVER_HELLO = 0, 2
_UNDERFLOW = JavaException("java.nio.BufferUnderflowException")
ODD_ALERT = Fault(ILLEGAL_PARAMETER, "Invalid Alert message: no sufficient data")
"""An alert that has not two octets."""
_WARNING, _FATAL = 1, 2
_PASSED_OVER = frozenset(
    number for number, row in ALERT_TEXTS.items() if number != CLOSE_NOTIFY and not row.handshake_only
)
"""Warnings that JSSE passes over in a handshake, however many there are."""
_MOST_WARNINGS = 4
"""So many are handed on: OpenSSL ends the connection on the fifth in a row."""
_NEGOTIATED = {"TLS10": 0x0301, "TLS11": 0x0302}


@dataclass(slots=True)
class ServerReader:
    """One connection. After `fault` is set, nothing more is handed on."""

    offer: Offer
    certificate_fault: ParseFault
    fault: Fault | None = None
    session: bytes = b""
    """The ClientHello's session ID; whoever sends it tells."""
    random: bytes = b""
    """The ClientHello's random, too."""
    transparent: bool = False
    """What comes now can only be read with keys: it is handed on as it is."""
    took_sealed: bool = False
    """A sealed record has come, after a ServerHello of TLS 1.3 that JSSE takes."""
    answers: list[bytes] = field(default_factory=list)
    """The ServerHello, in front of it the HelloRetryRequest, as JSSE hashes them."""
    behind: bytes = b""
    """What stands behind a ServerHello of TLS 1.3 in its record: JSSE takes it for a part of the sealed flight."""
    hello: ServerHello | None = None
    """What was agreed on; None until the ServerHello was taken."""
    skipping: Skipping | None = None
    """Once a ServerHello was taken that has, or lets come, what a stricter reader would refuse."""
    _warnings: int = 0
    _unopened: bytearray = field(default_factory=bytearray)
    _records: Records = field(default_factory=Records)
    _messages: Messages = field(default_factory=Messages)
    _flight: Handshake12 | None = None
    _hello_seen: bool = False
    _version: int = 0x0303
    """That of the records that are handed on."""
    _retried: bool = False
    _group: int | None = None
    """That of a HelloRetryRequest."""
    _sealed: bool = False
    """TLS 1.3 was negotiated: all but ChangeCipherSpec is sealed."""
    changed: bool = False
    """The one ChangeCipherSpec that may come behind a ServerHello of TLS 1.3, or a HelloRetryRequest, has come."""
    changed_late: bool = False
    """It came among sealed records, where it may stand within a message."""

    @property
    def unfinished(self) -> bool:
        """The ServerHello of TLS 1.2 has come, and the ServerHelloDone has not."""
        return self._flight is not None and not self._flight.done

    @property
    def altered(self) -> bool:
        """The TLS library was given other messages than JSSE hashes, so the server will not agree with JSSE's keys."""
        return self._flight is not None and self._flight.altered

    def feed(self, octets: bytes) -> bytes:
        """Look at what arrived; returns what can be handed on."""
        if self.transparent:
            return octets
        handed = []
        try:
            for content_type, body in self._records.feed(octets):
                handed.append(self._taken(content_type, body))
                if self.fault is not None:
                    break
                if self.transparent:
                    handed.append(self._records.rest())
                    break
        except FaultError as error:
            self.fault = error.fault
        return b"".join(handed)

    def rest(self) -> bytes:
        """The beginning of a record that is not whole: it comes back, and is not looked at any more."""
        return self._records.rest()

    def unopened(self) -> bytes:
        """The records behind a ServerHello of TLS 1.3 that have come since this was asked: for whoever has the keys."""
        records, self._unopened = bytes(self._unopened), bytearray()
        return records

    def withdraw(self, behind: bytes) -> None:
        """The last octets that were handed on do not belong to the handshake."""
        if behind and self._unopened.endswith(behind):
            del self._unopened[-len(behind) :]

    def _taken(self, content_type: int, body: bytes) -> bytes:
        if self._sealed:
            record = self._sealed_record(content_type, body)
            self._unopened += record
            return record
        if content_type != HANDSHAKE and self._messages.incomplete:
            raise broken_message(content_type)
        if content_type == HANDSHAKE:
            if not body and self.offer.java.has(Feature.NO_EMPTY_FRAGMENTS):
                raise record_fault("Handshake fragments must not be zero length.")
            return written(HANDSHAKE, self._whole_messages(body), self._version)
        if content_type == ALERT:
            return self._alert(body)
        after_retry = self._retried and not self.changed
        if content_type == CHANGE_CIPHER_SPEC and (after_retry or (self._flight is not None and self._flight.done)):
            if body != b"\1":
                raise _bad_change()
            self.changed = True
            self.transparent = self._flight is not None
            return written(CHANGE_CIPHER_SPEC, body, self._version)
        if content_type == APPLICATION_DATA:
            raise fatal(UNEXPECTED_MESSAGE, "Receiving application data before handshake complete")
        raise unexpected_content(content_type)

    def _whole_messages(self, body: bytes) -> bytes:
        """What is handed on of them; where one is refused, what came before it in the same record."""
        handed = b""
        try:
            for message in self._messages.feed(body, self.offer.java):
                if self._sealed:
                    self.behind += message
                else:
                    handed += self._message(message)
        except FaultError as error:
            self.fault = error.fault
        if self._sealed:
            self.behind += self._messages.begun
        return handed

    def _alert(self, body: bytes) -> bytes:
        if len(body) != 2:
            raise FaultError(ODD_ALERT)
        level = body[0] if body[0] == _WARNING else _FATAL
        if level == _WARNING and body[1] in _PASSED_OVER:
            self._warnings += 1
            if self._warnings > _MOST_WARNINGS:
                return b""
        return written(ALERT, bytes((level, body[1])), self._version)

    def _message(self, message: bytes) -> bytes:
        kind, body = message[0], message[4:]
        name = KNOWN_MESSAGES[kind]
        try:
            if kind == _HELLO_REQUEST:
                return self._hello_request(body)
            if not self._hello_seen:
                if kind != _SERVER_HELLO:
                    raise fatal(UNEXPECTED_MESSAGE, f"Unexpected handshake message: {name}")
                return self._server_hello(body)
            if self._flight is None or kind not in self._flight.expected:
                raise fatal(UNEXPECTED_MESSAGE, f"Unexpected handshake message: {name}")
            taken = self._flight.consume(kind, body)
            if kind in (CERTIFICATE_REQUEST, STATUS):
                self._let_skip(message)
            return taken
        except UnderflowError:
            raise fatal(DECODE_ERROR, f"Illegal handshake message: {name}", _UNDERFLOW) from None

    def _hello_request(self, body: bytes) -> bytes:
        if not self._hello_seen:
            unsupported = JavaException(
                "java.lang.UnsupportedOperationException", "Unsupported handshake consumer: hello_request"
            )
            raise fatal(UNEXPECTED_MESSAGE, "Unsupported handshake message: hello_request", unsupported)
        if body:
            raise fatal(ILLEGAL_PARAMETER, "Error parsing HelloRequest message: not empty")
        return b""

    def _server_hello(self, body: bytes) -> bytes:
        hello = read_server_hello(body, self.offer)
        message = bytes((_SERVER_HELLO,)) + len(body).to_bytes(3, "big") + body
        self._sealed = hello.version == "TLS13" and not hello.retry
        self.changed = False
        self.answers.append(message)
        if hello.version == "TLS13":
            self.skipping = Skipping(
                frozenset({SERVER_NAME} if self.offer.server_name else ()), True, self.offer.java, self.session
            )
        if hello.retry:
            self._retried = True
            self._group = check_retry(hello, self._group, self.offer.java)
            self.offer = replace(self.offer, group=self._group)
            return message
        self._hello_seen, self.hello = True, hello
        self._version = _NEGOTIATED.get(hello.version, self._version)
        if not self._sealed:
            randoms = self.random + body[2:34] if self.random else b""
            self._flight = Handshake12(hello, self.certificate_fault, self.offer.java, randoms)
            self._let_skip(message)
        return message

    def _let_skip(self, message: bytes) -> None:
        """Up to TLS 1.2: only where there is something to skip."""
        skipping = Skipping(self._kept(), sealed=False, java=self.offer.java)
        if self.skipping is None and skipping.read_by_openssl(message) != message:
            self.skipping = skipping

    def _kept(self) -> frozenset[int]:
        """The extensions that the TLS library has asked for, too."""
        kept = ASKED_FOR | {SERVER_NAME} if self.offer.server_name else ASKED_FOR
        return kept if self.offer.java.has(Feature.SESSION_TICKETS) else kept - {SESSION_TICKET}

    def _sealed_record(self, content_type: int, body: bytes) -> bytes:
        if content_type == CHANGE_CIPHER_SPEC:
            if self._messages.incomplete and not self.took_sealed:
                raise broken_message(content_type)
            if self.changed:
                raise unexpected_content(content_type)
            if body != b"\1":
                raise _bad_change()
            self.changed, self.changed_late = True, self.took_sealed
            return written(CHANGE_CIPHER_SPEC, body)
        if fault := sealed_fault(content_type, body, in_handshake=True):
            raise FaultError(fault)
        self.took_sealed = True
        return written(APPLICATION_DATA, body)


def after_handshake(fault: Fault) -> Fault:
    """The same fault once the handshake is over.

    Nothing waits for a ChangeCipherSpec then, and a record that cannot be opened has another alert.
    """
    if fault == _bad_change().fault:
        return Fault(UNEXPECTED_MESSAGE, f"Unexpected content: {CHANGE_CIPHER_SPEC}")
    unopened = any(cause.class_name.endswith("BadPaddingException") for cause in fault.causes)
    return replace(fault, alert=BAD_RECORD_MAC) if unopened else fault


def sealed_fault(content_type: int, body: bytes, *, in_handshake: bool) -> Fault | None:
    """A record of TLS 1.3 that cannot be opened with any key."""
    if len(body) <= TAG:
        return too_short(len(body), HANDSHAKE_FAILURE if in_handshake else BAD_RECORD_MAC)
    if content_type != APPLICATION_DATA:
        return MISMATCH
    return None


def behind_change(octets: bytes, *, changed: bool) -> list[bytes]:
    """The sealed records of TLS 1.2 among whole ones: those behind the ChangeCipherSpec, unless it has come before."""
    found = list(records(octets))
    if changed:
        return found
    return list(dropwhile(lambda record: record[0] != CHANGE_CIPHER_SPEC, found))[1:]  # a ticket may come before it


def short_fault(sealed: Sequence[bytes], suite_name: str) -> Fault | None:
    """A sealed record in a handshake of TLS 1.2 that is too short to be opened."""
    found = (too_short_of_12(len(record) - HEADER, suite_name, HANDSHAKE_FAILURE) for record in sealed)
    return next((fault for fault in found if fault is not None), None)


def _bad_change() -> FaultError:
    return fatal(UNEXPECTED_MESSAGE, "Malformed or unexpected ChangeCipherSpec message")
