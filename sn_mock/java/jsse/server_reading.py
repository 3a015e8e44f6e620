"""JSSE's reader of a server beside OpenSSL: what it is told of the ClientHello, and how its faults are worded."""

from __future__ import annotations

import ssl
from functools import partial

from sn_mock.failure import JavaChain, JavaException
from sn_mock.java.exceptions import java_texts
from sn_mock.java.exceptions.alerts import own_exception
from sn_mock.java.jsse.client_context import greeting
from sn_mock.java.jsse.handshake import Credentials, Listener
from sn_mock.java.jsse.reading.fault import (
    MISMATCH,
    PROTOCOL_VERSION,
    SSL_EXCEPTION,
    UNEXPECTED_MESSAGE,
    Fault,
)
from sn_mock.java.jsse.reading.handshake13 import is_refused
from sn_mock.java.jsse.reading.later import LaterRecords
from sn_mock.java.jsse.reading.opening import ACCEPTED, WAITING, SealedPart, records, sealed_part
from sn_mock.java.jsse.reading.reader import (
    ODD_ALERT,
    ServerReader,
    after_handshake,
    behind_change,
    short_fault,
)
from sn_mock.java.jsse.reading.reader_of_8 import ReaderOf8
from sn_mock.java.jsse.reading.records import APPLICATION_DATA, HANDSHAKE
from sn_mock.java.jsse.reading.sealing import as_java_8, is_aead, mismatch
from sn_mock.java.jsse.reading.server_hello import Offer
from sn_mock.java.jsse.reading.skipping import random_of, session_of
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import Jdk
from sn_mock.java.lang.remembering import remembered
from sn_mock.java.lang.thrown import JavaThrow
from sn_mock.java.x509.certificates import generate_certificate
from tls_transcript import Alert, libssl
from tls_transcript.cipher_suites import ROWS

_JSSE_VERSIONS = {"TLSv1": "TLS10", "TLSv1.1": "TLS11", "TLSv1.2": "TLS12", "TLSv1.3": "TLS13"}
_TLS_NAMES = {jsse: name for name, jsse in _JSSE_VERSIONS.items()}
_TAG_TEXT = "Tag mismatch"


def server_reader(credentials: Credentials) -> ServerReader | ReaderOf8:
    """A reader for one connection."""
    versions = credentials.versions
    certificate_fault = partial(_certificate_fault, java=credentials.java)
    of_tls12, of_tls13 = _offered_suites(credentials.java)
    if not credentials.java.has(Feature.JSSE_11):
        return ReaderOf8(versions, of_tls12, credentials.server_name is not None, certificate_fault)
    suites = of_tls12 if versions != ("TLSv1.3",) else frozenset()
    offer = Offer(
        tuple(_JSSE_VERSIONS[version] for version in reversed(versions)),
        suites | of_tls13 if "TLSv1.3" in versions else suites,
        credentials.server_name is not None,
        credentials.java,
    )
    return ServerReader(offer, certificate_fault)


@remembered(64)
def _offered_suites(java: Jdk) -> tuple[frozenset[int], frozenset[int]]:
    """The numbers of the cipher suites of TLS 1.2, and of TLS 1.3."""
    greets = greeting(java)
    return (
        frozenset(number for number, _, openssl in ROWS if openssl in greets.ciphers),
        frozenset(number for number, name, _ in ROWS if name in greets.ciphers_of_tls13),
    )


def _certificate_fault(encoded: bytes, java: Jdk) -> JavaChain:
    """Why neither Java nor OpenSSL reads it; what one of them reads is judged where trust is."""
    try:
        generate_certificate(encoded, java)
    except JavaThrow as thrown:
        return () if _is_loaded(encoded) else thrown.chain
    return ()


def _is_loaded(encoded: bytes) -> bool:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=encoded)
    except (ssl.SSLError, ValueError):
        return False
    return True


MOST_SAID_LATER = 8192
"""So much of what the provider says after a handshake of TLS 1.3 can be looked into again."""
_CLIENT_HELLO = 1
_ODD_ALERT = "INVALID_ALERT"
_UNDECIPHERED = "DECRYPTION_FAILED_OR_BAD_RECORD_MAC"
_UNOPENED = frozenset({_UNDECIPHERED, "ENCRYPTED_LENGTH_TOO_LONG", "PACKET_LENGTH_TOO_LONG"})
"""JSSE opens records that are too long for OpenSSL; those of a true server are not."""
_OPENED = frozenset({"UNEXPECTED_RECORD", "CCS_RECEIVED_EARLY"})
"""What OpenSSL dislikes is the type of a record whose tag is right."""
_RECORD_HEADER = 5


class JsseView:
    """What JSSE makes of one connection, beside the OpenSSL that carries it."""

    def __init__(self, listener: Listener) -> None:
        self.heard = False
        """The provider has said something."""
        self.ended = False
        """Its octets have ended, and no close_notify before."""
        self._listener = listener
        self._reader = server_reader(listener.credentials)
        self.refuses = False
        """The provider has sent a sealed message that JSSE refuses, whatever OpenSSL makes of it; `sealed` words it."""
        self._chunk = b""
        self._hellos: list[bytes] = []
        """The ClientHello, and the one that answered a HelloRetryRequest."""
        self._changed = self._complete = False
        self._rewriting: libssl.Rewriting | None = None
        self._sealed: SealedPart | None = None
        self._later: LaterRecords | None = None
        self._said_later = bytearray()

    def let_skip(self, connection: ssl.SSLObject) -> None:
        """Have OpenSSL skip what JSSE skips: from the ServerHello on, to the first octet of an answer."""
        skipping = self._reader.skipping
        if skipping is None or self._rewriting is not None or libssl.available() is not None:
            return
        credentials = self._listener.credentials
        if isinstance(self._reader, ServerReader) and (hello := self._reader.hello) is not None:
            self._listener.agreed(_TLS_NAMES[hello.version], hello.suite)

        def read_by_openssl(message: bytes) -> bytes:
            if skipping.sealed and not self._complete:
                named = credentials.server_name is not None
                self.refuses = self.refuses or is_refused(message, credentials.java, named=named)
            return skipping.read_by_openssl(message)

        self._rewriting = libssl.Rewriting(connection, read_by_openssl, self._listener.faults)

    def answered(self) -> None:
        """The provider has answered, or nothing more will come: OpenSSL reads what comes as it is."""
        if self._rewriting is not None:
            self._rewriting.end()

    def sent(self, flight: bytes) -> bytes:
        """What goes out in place of what OpenSSL says in the handshake: damaged where JSSE would have other keys."""
        if self._complete or not flight:
            return flight
        hellos = [record for record in records(flight) if record[0] == HANDSHAKE]
        if hellos and not self._reader.took_sealed and hellos[0][_RECORD_HEADER] == _CLIENT_HELLO:
            self._hellos.append(b"".join(record[_RECORD_HEADER:] for record in hellos))
            self._reader.session, self._reader.random = session_of(self._hellos[0]), random_of(self._hellos[0])
        if self._reader.altered:
            return flight[:-1] + bytes((flight[-1] ^ 1,))
        return flight

    def received(self, data: bytes) -> bytes:
        """What OpenSSL is to get of what arrived."""
        if self._later is not None:
            self._later.feed(data)
            return b""
        self._changed = self._reader.transparent
        data = self._reader.feed(data)
        self.heard = self.heard or bool(data)
        self._chunk = data
        return data

    def completed(self, behind: bytes) -> None:
        """The handshake is over. What arrived right behind it is looked at as what arrives later."""
        self._complete = True
        self._listener.completed()
        if isinstance(self._reader, ServerReader):
            self._reader.withdraw(behind)
            behind += self._reader.rest()
        self._later = LaterRecords(self._listener.tls, self._listener.cipher, self._listener.credentials.java)
        self._later.feed(behind)

    def next_record(self) -> bytes:
        """What OpenSSL is to open next of what has arrived after the handshake."""
        if self._later is None:
            return b""
        self._later.asked_again = self._listener.hello_requested
        record = self._later.next_record()
        if len(self._said_later) <= MOST_SAID_LATER:
            self._said_later += record[: MOST_SAID_LATER + 1]
        return record

    @property
    def mismatch(self) -> Fault:
        """A record that the keys do not open."""
        return mismatch(self._listener.cipher)

    @property
    def cut_off(self) -> Fault | None:
        """What Java 8 says of an end within a record; later ones do not tell it from another."""
        inside = isinstance(self._reader, ReaderOf8) and (self._later or self._reader).inside_record
        return Fault(UNEXPECTED_MESSAGE, "SSL peer shut down incorrectly", java_class=SSL_EXCEPTION) if inside else None

    @property
    def plain_fault(self) -> Fault | None:
        """What JSSE cannot read of the plain part."""
        return self._named(self._reader.fault)

    def _named(self, fault: Fault | None) -> Fault | None:
        return self.mismatch if fault is MISMATCH else fault

    @property
    def renegotiated(self) -> tuple[JavaChain, str] | None:
        """What ended another handshake behind the first: exception chain and cause."""
        end, java = self._listener.renegotiation.end, self._listener.credentials.java
        if isinstance(end, Alert):
            return java_texts.for_alert(end.level, end.description, java=java), self._listener.cause_of(end)
        return worded(end, java) if end is not None else None

    def late_end(self, *, ended: bool) -> tuple[JavaChain, str] | None:
        """What JSSE ends the connection on behind the handshake, now that all before it is taken.

        `ended`: the provider has ended its side.
        """
        java, inside = self._listener.credentials.java, self._later is not None and self._later.inside_record
        if (fault := self._late_fault) is not None:
            return worded(fault, java)
        fault = self._listener.renegotiation.cut_off(inside_record=inside) if ended else None
        return (worded(fault, java)[0], "handshake-closed") if fault is not None else None

    @property
    def _late_fault(self) -> Fault | None:
        """`plain_fault` where it came behind the end of the handshake."""
        if self._later is not None and self._later.fault is not None:
            return self._later.fault
        fault = self.plain_fault or (self.cut_off if self.ended else None)
        return after_handshake(fault) if fault is not None else None

    def sealed(self) -> Fault | None:
        """What JSSE says of the sealed part of a TLS 1.3 flight, or WAITING or ACCEPTED; None where it is not known.

        After the handshake: of what has been said since.
        """
        if not isinstance(self._reader, ServerReader) or not (self._reader.took_sealed or self._reader.behind):
            return None
        sealed = self._sealed = self._sealed or self._opening(self._reader)
        unopened = self._reader.unopened()  # taken from there in any case: what nobody can open is not kept
        if sealed is None:
            return None
        sealed.feed(unopened)
        if self._complete:
            sealed.feed_later(bytes(self._said_later), self._listener.secrets.server_application())
        return self._named(sealed.verdict)

    @property
    def doubtful(self) -> bool:
        """The sealed part is to be looked into though OpenSSL takes it: it passes over what JSSE may not."""
        among = isinstance(self._reader, ServerReader) and self._reader.changed_late
        return among or self._listener.hello_requested

    @property
    def unfinished(self) -> bool:
        """The provider is within its first flight of TLS 1.2, of which JSSE may dislike something further on."""
        return self._reader.unfinished

    @property
    def ahead(self) -> bool:
        """JSSE has taken messages that OpenSSL was not given."""
        return isinstance(self._reader, ServerReader) and bool(self._reader.behind)

    def _opening(self, reader: ServerReader) -> SealedPart | None:
        """The reader of the sealed part, once there is one and its keys are known."""
        credentials, secret = self._listener.credentials, self._listener.secrets.server_handshake()
        if reader.hello is None or secret is None:
            return None
        sealed = sealed_part(
            self._hellos,
            reader.answers,
            suite=reader.hello.suite,
            secret=secret,
            named=credentials.server_name is not None,
            certificate_fault=partial(_certificate_fault, java=credentials.java),
            java=credentials.java,
        )
        if sealed is not None and reader.behind:
            sealed.begin(reader.behind)
        return sealed

    def refused(self, reason: str) -> Fault | None:
        """What JSSE says of what OpenSSL refuses for `reason`; None where that is not known."""
        if self._later is not None:
            return self._refused_later(self._later, reason)
        if self._listener.tls != "TLSv1.3":
            return self._refused_of_12(reason)
        return self.sealed() or (self.mismatch if self._reader.took_sealed else None)

    def _refused_of_12(self, reason: str) -> Fault | None:
        cipher, java = self._listener.cipher, self._listener.credentials.java
        if reason == _ODD_ALERT and java.has(Feature.JSSE_11):
            return ODD_ALERT
        if not self._reader.transparent:
            return None
        sealed = behind_change(self._chunk, changed=self._changed)
        fault = short_fault(sealed, cipher)
        if fault is None and reason == _UNDECIPHERED and is_aead(cipher):
            fault = self.mismatch
        if fault is None or java.has(Feature.JSSE_11):
            return fault
        return as_java_8(fault, sealed[0][0] if sealed else APPLICATION_DATA)

    def _refused_later(self, later: LaterRecords, reason: str) -> Fault | None:
        """Of the record that OpenSSL was given last."""
        tls13 = self._listener.tls == "TLSv1.3"
        if tls13 and len(self._said_later) <= MOST_SAID_LATER:
            said = self.sealed()
            if said is not None and said not in (WAITING, ACCEPTED):
                return after_handshake(said)
        if reason == _ODD_ALERT and not tls13 and self._listener.credentials.java.has(Feature.JSSE_11):
            return ODD_ALERT
        if reason in _OPENED:
            return later.fault
        return later.mismatch if reason in _UNOPENED and is_aead(self._listener.cipher) else None


def worded(fault: Fault, java: Jdk) -> tuple[JavaChain, str]:
    """The exception chain, and the word for the cause."""
    if fault is MISMATCH and java.has(Feature.PLAIN_TAG_TEXT):
        fault = Fault(fault.alert, _TAG_TEXT, (JavaException(fault.causes[0].class_name, _TAG_TEXT),))
    if fault.java_class is None:
        chain = own_exception(fault.alert, fault.text or "", *fault.causes, java=java)
    else:  # thrown as it is, so no alert's name comes in front of it (measured on 17.0.19 and 21.0.13)
        chain = (JavaException(fault.java_class, fault.text), *fault.causes)
    if fault.alert == PROTOCOL_VERSION:
        return chain, "protocol-version"
    not_tls = fault.alert == UNEXPECTED_MESSAGE and fault.java_class == SSL_EXCEPTION
    return chain, "not-tls" if not_tls else "malformed-tls"
