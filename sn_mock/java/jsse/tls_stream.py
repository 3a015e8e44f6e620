"""TLS over a `Wire`, driven by hand: an `SSLObject` on two memory BIOs, and a loop between them and the wire.

A flight of the handshake is written whole before anything is read, as Java does. The request is not: in TLS 1.3 the
provider's refusal of the client certificate arrives after our handshake is done, just when the request is written; a
provider that closes at once turns that write into a broken pipe. Whoever has read first still finds the alert.
"""

from __future__ import annotations

import contextlib
import ssl

from sn_mock.failure import JavaChain, JavaException, internal
from sn_mock.java.exceptions import java_texts
from sn_mock.java.exceptions.alerts import FATAL, PROTOCOL_VERSION
from sn_mock.java.exceptions.java_texts import Event
from sn_mock.java.jsse import flight
from sn_mock.java.jsse.foreign_key import renamed
from sn_mock.java.jsse.handshake import ALERT, Listener
from sn_mock.java.jsse.reading.opening import ACCEPTED, WAITING
from sn_mock.java.jsse.server_reading import JsseView, worded
from sn_mock.java.net.wire import CHUNK, PATIENCE, Deadline, TimedOutError, Wire, WireError
from sn_mock.negotiated import TlsSession
from tls_transcript import iana_cipher

_RIGHT_BEHIND_MS = 50
_UNHASHED = ("ALERT", "BAD_RECORD_TYPE")
"""In OpenSSL's reasons of records that are not part of what both sides hash."""
_NOTHING_IN_COMMON = frozenset({"NO_PROTOCOLS_AVAILABLE", "NO_CIPHERS_AVAILABLE"})


class TlsError(Exception):
    """The TLS connection ended in an alert of the provider's, or in a refusal of ours: `java` is Java's chain."""

    def __init__(self, java: JavaChain, cause: str, *, after_request: bool = False) -> None:
        super().__init__(java, cause)
        self.java = java
        self.cause = cause
        self.after_request = after_request
        """Java has written the request by then."""


class TlsStream:
    """One TLS connection in use. Owns its wire."""

    def __init__(self, wire: Wire, listener: Listener) -> None:
        self.wire = wire
        self.listener = listener
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = listener.context().wrap_bio(
            self._incoming, self._outgoing, server_hostname=listener.credentials.server_name
        )
        self._view = JsseView(listener)
        wire.know_keys(listener.secrets.fresh)
        self._plain = bytearray()
        self._unsent = b""
        self._deaf = False
        self._gave_up: ssl.SSLError | None = None
        """Why OpenSSL hears nothing more."""
        self._broken: TlsError | WireError | None = None
        """What ends the connection once all that was said before is taken."""
        self._complete = self._ended = self._closed = self._faulty = False

    def shake_hands(self, timeout_ms: int) -> TlsSession:
        """Complete the handshake.

        Raises TlsError, or WireError with the event that ended it; InternalError where one of our callbacks failed.
        """
        last = Deadline(timeout_ms * PATIENCE)
        try:
            while not self._step():
                self._exchange(Deadline(min(timeout_ms, last.left_ms())))
            self._complete = True
            self._view.completed(self._incoming.read())
            self._say(Deadline(timeout_ms))
        except TimedOutError:
            raise WireError(Event.HANDSHAKE_TIMEOUT) from None
        suite = self._tls.cipher()
        return TlsSession(self._tls.version() or "", iana_cipher(suite[0]) if suite else "")

    def _say(self, deadline: Deadline) -> None:
        """Send what OpenSSL has to say in the handshake, all of it, in Java's writes."""
        said, signs = self._view.sent(self._written()), self.listener.certificate_sent
        unsent = list(flight.pieces(said, signs=signs, gathered=self.listener.credentials.at_once))
        try:
            while unsent:
                self.wire.rest(unsent[0].computing_ms)
                self.wire.send_all(unsent[0].octets, deadline)
                del unsent[0]
        except WireError as error:
            self._ended = True  # nobody is left to say goodbye to
            self.listener.lost(flight.messages(unsent))
            raise WireError(flight.unsaid(error.event, greets=not self._view.heard), error.detail) from None

    def _step(self) -> bool:
        """Let OpenSSL do what it can with what has arrived; True when the handshake is complete."""
        if self._deaf:
            self._go_on_without_openssl()
            return False
        try:
            self._tls.do_handshake()
        except ssl.SSLWantReadError:
            self._check_verdicts()
            self._check_reader()
            self._check_sealed()
            if self._view.ahead:
                return self._turn_deaf()
            if self._ended:
                if (fault := self._view.cut_off) is not None:
                    raise TlsError(*worded(fault, self.listener.credentials.java)) from None
                raise WireError(Event.EOF_IN_HANDSHAKE) from None
            return False
        except ssl.SSLError as error:
            self._check_verdicts()
            self._check_reader()
            if self._view.unfinished or self._view.sealed() in (WAITING, ACCEPTED):
                self._gave_up = error
                return self._turn_deaf()
            self._say_farewell()
            raise self._diagnosed(error) from None
        self._check_verdicts()
        if self._view.doubtful:
            self._check_sealed()
        return True

    def _check_verdicts(self) -> None:
        """End the connection where Java would, though OpenSSL went on (or could only say that something is wrong)."""
        self._check_faults()
        listener = self.listener
        if listener.muted:
            self._outgoing.read()
            self._unsent = listener.farewell
        if self._view.refuses:  # before whatever OpenSSL has read since
            self._check_sealed()
        if listener.refusal is not None:
            self._say_farewell()
            raise TlsError(listener.refusal.java, listener.refusal.cause)
        if listener.java_refusal:
            self._say_farewell()
            raise TlsError(listener.java_refusal, "key-cannot-sign")
        self._check_alerts()

    def _check_faults(self) -> None:
        """Raise what a callback of ours could not; nothing that this step seems to say is true then."""
        error = self.listener.faults.take()
        if error is not None:
            self._faulty = True
            raise internal("a callback of the TLS handshake", error) from error

    def _check_reader(self) -> None:
        """End the handshake on what JSSE cannot read, once OpenSSL has seen all that came before it."""
        if (fault := self._view.plain_fault) is None:
            return
        self._outgoing.read()
        self._unsent = bytes((ALERT, 3, 3, 0, 2, FATAL, fault.alert))
        self._say_farewell()
        java = self.listener.credentials.java
        if fault.older and self._hides_versions():
            raise TlsError(java_texts.for_alert(FATAL, PROTOCOL_VERSION, java=java), "protocol-version")
        raise TlsError(*worded(fault, java))

    def _hides_versions(self) -> bool:
        """OpenSSL leaves `supported_versions` out unless it offers TLS 1.3; Java never does.

        A provider that reads it answers with protocol_version; only one that does not brings Java's own refusal.
        """
        return "TLSv1.3" not in self.listener.credentials.versions

    def _check_alerts(self) -> None:
        if (end := self._view.renegotiated) is not None:
            raise TlsError(*end)
        java, within = self.listener.credentials.java, not self._complete
        for alert in self.listener.alerts:
            if chain := java_texts.for_alert(alert.level, alert.description, java=java, handshake=within):
                raise TlsError(chain, self.listener.cause_of(alert))

    def _diagnosed(self, error: ssl.SSLError) -> Exception:
        """What ended the handshake, when neither an alert of theirs nor a verdict of ours explains it."""
        if isinstance(error, ssl.SSLEOFError) or self._ended:
            return WireError(Event.EOF_IN_HANDSHAKE)
        return self._unexplained(error)

    def _unexplained(self, error: ssl.SSLError) -> Exception:
        """OpenSSL cannot go on; Java could not either, but in which words is not known."""
        if error.reason in _NOTHING_IN_COMMON:
            return WireError(Event.NO_COMMON_PROTOCOL)
        if (fault := self._view.refused(error.reason or "")) is not None:
            return TlsError(*worded(fault, self.listener.credentials.java))
        return self._not_modelled(error)

    def _not_modelled(self, error: ssl.SSLError) -> TlsError:
        self.listener.trouble = f"Java's own text for this is not modelled; OpenSSL says {error.reason or error}"
        return TlsError((JavaException("javax.net.ssl.SSLException"),), "malformed-tls")

    def _check_sealed(self) -> None:
        """End the handshake where OpenSSL waits for more of what JSSE refuses at once."""
        if (fault := self._view.sealed()) is not None and fault not in (WAITING, ACCEPTED):
            self._outgoing.read()
            self._say_farewell()
            raise TlsError(*worded(fault, self.listener.credentials.java))

    def _turn_deaf(self) -> bool:
        """From here on OpenSSL hears nothing more: JSSE goes on where it cannot, or has what it was not given."""
        self._deaf = True
        self._outgoing.read()
        self._go_on_without_openssl()
        return False

    def _go_on_without_openssl(self) -> None:
        """What JSSE makes of what comes, until it ends: raises TlsError or WireError."""
        java = self.listener.credentials.java
        fault = self._view.sealed()
        if fault is ACCEPTED:  # the request is written; an answer would mostly come with the server's own keys
            self._look_ahead()
            if self._ended:
                raise WireError(Event.EOF_BEFORE_RESPONSE, after_request=True)
            if self._gave_up and any(word in (self._gave_up.reason or "") for word in _UNHASHED):
                raise self._not_modelled(self._gave_up)  # JSSE's keys are the server's all the same
            raise TlsError(*worded(self._view.mismatch, java), after_request=True)
        if fault is not None and fault is not WAITING:
            raise TlsError(*worded(fault, java))
        self._check_reader()
        if self._gave_up and fault is None and not self._view.unfinished:
            raise self._unexplained(self._gave_up)
        if self._ended:
            raise WireError(Event.EOF_IN_HANDSHAKE)

    def _look_ahead(self) -> None:
        """Has the peer ended its side right behind what it said?"""
        deadline = Deadline(_RIGHT_BEHIND_MS)
        with contextlib.suppress(TimedOutError):
            while not self._ended:
                self.wire.wait(deadline)
                self._take_in()

    def _say_farewell(self) -> None:
        """Send the alert that OpenSSL has written, then end our side and let it arrive."""
        self._unsent += self._written()
        with contextlib.suppress(WireError):
            if self._unsent:
                self.wire.send(self._unsent)
            self.wire.finish()

    def _exchange(self, deadline: Deadline) -> None:
        """One round: the handshake's flight is said before anything is read; later, reading goes first."""
        if not self._complete:
            self._say(deadline)
        elif self._outgoing.pending:
            self._unsent += self._written()
        readable, writable = self.wire.wait(deadline, writing=bool(self._unsent))
        if readable:
            self._take_in()
        if writable and self._unsent:
            self._unsent = self._unsent[self.wire.send(self._unsent) :]

    def _written(self) -> bytes:
        """What OpenSSL wants to send, as Java words it."""
        choice, data = self.listener.choice, self._outgoing.read()
        told = choice.told_scheme if choice else None
        return data if told is None or self._complete else renamed(data, told)

    def _take_in(self) -> None:
        try:
            data = self.wire.receive()
        except WireError:
            self._ended = True  # nobody is left to say goodbye to
            if self._unsent:  # Java writes before it reads on (measured)
                raise WireError(Event.RESET_ON_WRITE) from None
            raise
        if not data:
            self._ended = self._view.ended = self._ended or data == b""
            return
        heard = self._view.received(data)
        if self._deaf:
            return
        self._incoming.write(heard)
        if not self._complete:
            self._view.let_skip(self._tls)

    def _flush(self, deadline: Deadline) -> None:
        """Send everything that is pending, taking in whatever arrives meanwhile."""
        self._unsent += self._written()
        while self._unsent:
            if self.wire.readable() and not self._ended:
                self._take_in()
                self._decrypt()
            _, writable = self.wire.wait(deadline, writing=True)
            if writable:
                self._unsent = self._unsent[self.wire.send(self._unsent) :]
            self._unsent += self._written()

    def _decrypt(self) -> None:
        """Turn what has arrived into plain bytes. Alerts surface here, behind what was said before: raises TlsError."""
        if self._broken is None:
            try:
                self._open_records()
            except (TlsError, WireError) as error:
                self._broken = error
        if self._plain:
            self._view.answered()
        elif self._broken is not None:
            raise self._broken

    def _open_records(self) -> None:
        while True:
            try:
                piece = self._tls.read(CHUNK)
            except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
                if not self._incoming.write(self._view.next_record()):
                    break
                continue
            except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
                self._ended = True
                break
            except ssl.SSLError as error:
                self._check_verdicts()
                raise self._unexplained(error) from None
            if not piece:
                self._ended = True
                break
            self._check_alerts()  # said in front of the piece
            self._plain += piece
        self._check_verdicts()

    def send(self, data: bytes, timeout_ms: int) -> None:
        """Send plain bytes. Raises TlsError where the provider has refused meanwhile, else WireError."""
        deadline = Deadline(timeout_ms)
        try:
            self._tls.write(data)  # first: a HelloRequest that was read has OpenSSL wait for another handshake
            if self.wire.readable():
                self._take_in()
                self._decrypt()
            self._check_faults()
            self._flush(deadline)
        except TimedOutError:
            raise WireError(Event.READ_TIMEOUT) from None
        except WireError as error:
            self._look_for_alert()
            event = Event.RESET_ON_WRITE if error.event is Event.RESET else error.event
            raise WireError(event, error.detail) from None
        except ssl.SSLEOFError:
            return  # the provider has ended its side: Java still writes, and finds the end of the stream when it reads
        except ssl.SSLError as error:
            self._check_verdicts()
            raise self._unexplained(error) from None

    def _look_for_alert(self) -> None:
        """After a failed write: whatever the provider said before it hung up is still there to read."""
        with contextlib.suppress(WireError):
            while not self._ended and self.wire.readable():
                self._take_in()
                self._decrypt()

    def receive(self, timeout_ms: int) -> bytes:
        """Plain bytes as they come; b"" at the end of the stream. Raises TlsError or WireError."""
        last, deadline = Deadline(timeout_ms * PATIENCE), Deadline(timeout_ms)
        self._decrypt()
        self._check_late()
        while not self._plain and not self._ended:
            try:
                self._exchange(Deadline(min(deadline.left_ms(), last.left_ms())))
            except TimedOutError:
                raise WireError(Event.READ_TIMEOUT) from None
            except WireError as error:
                raise WireError(Event.RESET_BEFORE_RESPONSE, error.detail) from None
            self._decrypt()
            self._check_late()
        data, self._plain = bytes(self._plain), bytearray()
        return data

    def _check_late(self) -> None:
        """End the connection on what JSSE refuses after the handshake, once all before it is taken."""
        end = None if self._plain else self._view.late_end(ended=self._ended)
        if end is not None:
            raise TlsError(*end)

    def close(self) -> None:
        """Say goodbye (close_notify) if that is possible without waiting, and give everything back."""
        if self._closed:
            return
        self._closed = True
        try:
            if self._complete and not self._faulty and not self.listener.muted:
                with contextlib.suppress(WireError):
                    self._unsent += self._goodbye()
                    if self._unsent:
                        self.wire.send(self._unsent)
        finally:
            self._view.answered()
            self.wire.close()  # whoever records it asks for the last keys now
            del self._tls  # part of a ring of references that Python's collector cannot see through
            self.listener.release()

    def _goodbye(self) -> bytes:
        """What is still to be sent, with a close_notify unless the provider has ended the connection."""
        if not self._ended:
            with contextlib.suppress(ssl.SSLError):
                self._tls.unwrap()
            self._check_faults()
        return self._outgoing.read()
