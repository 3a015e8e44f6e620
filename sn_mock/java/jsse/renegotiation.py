"""`Renegotiation`: the handshake that a provider asks for on a finished connection (TLS 1.2 and older).

Between the HelloRequest and the provider's Finished Java is in a handshake again: the end of the stream, close_notify
and warnings are told as there. Who has not said `renegotiation_info` (RFC 5746) may not ask at all. Measured on 8u252,
8u504, 11.0.13, 17.0.15 and 21.0.8; the checks are those of HelloRequest and RenegoInfoExtension in JSSE.
"""

from __future__ import annotations

from guarded.values import dataclass
from sn_mock.failure import JavaException
from sn_mock.java.exceptions import java_texts
from sn_mock.java.exceptions.alerts import CLOSE_NOTIFY, HANDSHAKE_EXCEPTION
from sn_mock.java.jsse.reading.fault import HANDSHAKE_FAILURE, INTERNAL_ERROR, UNEXPECTED_MESSAGE, Fault
from sn_mock.java.jsse.reading.records import MESSAGE_HEADER
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import Jdk
from tls_transcript import Alert, Direction, Entry, ServerHello

HELLO_REQUEST, SERVER_HELLO, FINISHED = 0, 2, 20
_INDICATION = 0xFF01
UNSAFE = Fault(HANDSHAKE_FAILURE, "Unsafe renegotiation is not allowed")
UNSAFE_OF_8 = Fault(INTERNAL_ERROR, None, (JavaException("java.lang.NullPointerException"),))
"""Before 8u261: it declines with a warning, forgets its handshake, and goes on with it."""
_NOT_SAID, _NOT_SAID_OF_8 = "Inconsistent secure renegotiation indication", "No renegotiation indication extension"
_WRONG = "Invalid renegotiation_info in ServerHello: "
_WRONG_OF_8 = "Incorrect verify data in ServerHello renegotiation_info message"
_TERMINATED = "Remote host terminated the handshake"
_INCOMPLETE = JavaException("java.io.EOFException", "SSL peer shut down incorrectly")


@dataclass(slots=True)
class Renegotiation:
    """Follows one connection from its first message on."""

    java: Jdk
    complete: bool = False
    """The first handshake is over; whoever shakes hands tells."""
    end: Alert | Fault | None = None
    """What Java ends the connection on first: an alert of the provider's, or a refusal of Java's."""
    _running: bool = False
    _secure: bool = False
    _said: bytes = b""
    """The contents of our last Finished."""
    _heard: bytes = b""
    """Those of the provider's."""

    def hear(self, entry: Entry) -> None:
        """One message was read or written."""
        if entry.handshake_type == FINISHED:
            self._finished(entry)
        if self.end is not None or entry.direction is Direction.SENT:
            return
        if not self.complete:
            if entry.handshake_type == SERVER_HELLO and isinstance(entry.message, ServerHello):
                self._secure = _INDICATION in entry.message.extensions
        elif entry.handshake_type == HELLO_REQUEST:
            self._running = True
            if not self._secure:
                self.end = UNSAFE if self._of_11 else UNSAFE_OF_8
        elif self._running:
            self._within(entry)

    @property
    def _of_11(self) -> bool:
        return self.java.has(Feature.JSSE_11)

    def _finished(self, entry: Entry) -> None:
        if entry.direction is Direction.SENT:
            self._said = entry.octets[MESSAGE_HEADER:]
        else:
            self._heard = entry.octets[MESSAGE_HEADER:]
            self._running = False

    def _within(self, entry: Entry) -> None:
        if entry.may_be_alert and isinstance(entry.message, Alert):
            self.end = entry.message if self._ends_on(entry.message) else None
        elif entry.handshake_type == SERVER_HELLO and isinstance(entry.message, ServerHello):
            refused = self._refused(entry.message.extensions.get(_INDICATION))
            self.end = Fault(HANDSHAKE_FAILURE, refused) if refused else None

    def _ends_on(self, alert: Alert) -> bool:
        """To Java 8 close_notify is the end of the stream here, too."""
        handshake = self._of_11 or alert.description != CLOSE_NOTIFY
        return bool(java_texts.for_alert(alert.level, alert.description, java=self.java, handshake=handshake))

    def _refused(self, indication: bytes | None) -> str:
        """What is wrong with the extension; it has to hold the contents of both sides' last Finished."""
        if indication is None:
            return _NOT_SAID if self._of_11 else _NOT_SAID_OF_8
        told = indication[1:]
        if told == self._said + self._heard:
            return ""
        if not self._of_11:
            return _WRONG_OF_8
        if len(told) != len(self._said) + len(self._heard):
            return f"{_WRONG}invalid renegotiated_connection length ({len(told)})"
        side = "server" if told.startswith(self._said) else "client"
        return f"{_WRONG}unmatched {side}_verify_data value"

    def cut_off(self, *, inside_record: bool) -> Fault | None:
        """What the end of the stream comes to now; None where it is only that, as always before 8u261."""
        if not (self._running and self._of_11):
            return None
        causes = (_INCOMPLETE,) if inside_record else ()
        return Fault(UNEXPECTED_MESSAGE, _TERMINATED, causes, HANDSHAKE_EXCEPTION)
