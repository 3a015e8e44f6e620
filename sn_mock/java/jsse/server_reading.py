"""JSSE's reader of a server beside OpenSSL: what it is told of the ClientHello, and how its faults are worded."""

from __future__ import annotations

from dataclasses import replace

from sn_mock.failure import JavaChain, JavaException
from sn_mock.java.exceptions.alerts import ALERT_TEXTS, old_class, own_exception, prefixed
from sn_mock.java.jsse.client_context import CIPHERS_OF_TLS12, CIPHERS_OF_TLS13
from sn_mock.java.jsse.handshake import Credentials, Listener
from sn_mock.java.jsse.reading import opening
from sn_mock.java.jsse.reading.fault import PROTOCOL_VERSION, SSL_EXCEPTION, UNEXPECTED_MESSAGE, Fault
from sn_mock.java.jsse.reading.reader import (
    CHACHA_MISMATCH,
    MISMATCH,
    ServerReader,
    after_handshake,
    late_fault,
    short_fault,
)
from sn_mock.java.jsse.reading.reader_of_8 import ReaderOf8
from sn_mock.java.jsse.reading.server_hello import Offer
from sn_mock.java.lang.jdk import Feature, Jdk
from tls_transcript.cipher_suites import ROWS

_JSSE_VERSIONS = {"TLSv1": "TLS10", "TLSv1.1": "TLS11", "TLSv1.2": "TLS12", "TLSv1.3": "TLS13"}
_OF_TLS12 = frozenset(number for number, _, openssl in ROWS if openssl in CIPHERS_OF_TLS12)
_OF_TLS13 = frozenset(number for number, name, _ in ROWS if name in CIPHERS_OF_TLS13)
_TAG_TEXT = "Tag mismatch"
_EMPTY = (
    JavaException(
        "java.security.cert.CertificateException", "Could not parse certificate: java.io.IOException: Empty input"
    ),
    JavaException("java.io.IOException", "Empty input"),
)


def server_reader(credentials: Credentials) -> ServerReader | ReaderOf8:
    """A reader for one connection."""
    versions = credentials.versions
    if not credentials.java.has(Feature.JSSE_11):
        return ReaderOf8(versions, _OF_TLS12, credentials.server_name is not None, _certificate_fault)
    suites = _OF_TLS12 if versions != ("TLSv1.3",) else frozenset()
    offer = Offer(
        tuple(_JSSE_VERSIONS[version] for version in reversed(versions)),
        suites | _OF_TLS13 if "TLSv1.3" in versions else suites,
        credentials.server_name is not None,
        credentials.java,
    )
    return ServerReader(offer, _certificate_fault)


def _certificate_fault(encoded: bytes) -> JavaChain:
    return () if encoded else _EMPTY


MOST_OF_A_FLIGHT = 65536
"""So much of what the provider says in the handshake is kept, for Java's words about it."""
_UNDECIPHERED = "DECRYPTION_FAILED_OR_BAD_RECORD_MAC"
_RECORD_HEADER = 5


class JsseView:
    """What JSSE makes of one connection, beside the OpenSSL that carries it."""

    def __init__(self, listener: Listener) -> None:
        self.flight = bytearray()
        """What the provider has said in the handshake."""
        self._listener = listener
        self._reader = server_reader(listener.credentials)
        self._hello = self._chunk = b""
        self._changed = self._complete = False

    def sent(self, flight: bytes) -> bytes:
        """What goes out in place of what OpenSSL says in the handshake: damaged where JSSE would have other keys."""
        self._hello = self._hello or flight[_RECORD_HEADER:]
        if not self._complete and self._reader.altered:
            return flight[:-1] + bytes((flight[-1] ^ 1,))
        return flight

    def received(self, data: bytes) -> bytes:
        """What OpenSSL is to get of what arrived."""
        if not self._complete:
            self._changed = self._reader.transparent
            data = self._reader.feed(data)
            self.flight += data[: MOST_OF_A_FLIGHT - len(self.flight)]
        self._chunk = data
        return data

    def completed(self) -> None:
        """The handshake is over."""
        self._complete = True

    @property
    def mismatch(self) -> Fault:
        """A record that the keys do not open."""
        return CHACHA_MISMATCH if "_CHACHA20_" in self._listener.cipher else MISMATCH

    @property
    def cut_off(self) -> Fault | None:
        """What Java 8 says of an end within a record; later ones do not tell it from another."""
        inside = isinstance(self._reader, ReaderOf8) and self._reader.inside_record
        return Fault(UNEXPECTED_MESSAGE, "SSL peer shut down incorrectly", java_class=SSL_EXCEPTION) if inside else None

    @property
    def plain_fault(self) -> Fault | None:
        """What JSSE cannot read of the plain part."""
        return self._named(self._reader.fault)

    def _named(self, fault: Fault | None) -> Fault | None:
        return self.mismatch if fault is MISMATCH else fault

    @property
    def late_fault(self) -> Fault | None:
        """The same where it came right behind the end of the handshake."""
        fault = self.plain_fault
        return after_handshake(fault) if fault is not None else None

    def sealed(self) -> Fault | None:
        """What JSSE says of the sealed part of a TLS 1.3 flight, or WAITING or ACCEPTED; None where it is not known."""
        if not self._reader.took_sealed:
            return None
        secret = self._listener.secrets.server_handshake()
        if secret is None:
            return None
        return opening.fault_of(
            self._hello,
            bytes(self.flight),
            suite=next((number for number, name, _ in ROWS if name == self._listener.cipher), 0),
            secret=secret,
            certificate_fault=_certificate_fault,
            java=self._listener.credentials.java,
        )

    def _too_short(self) -> Fault | None:
        if not self._reader.transparent:
            return None
        cipher = self._listener.cipher
        java = self._listener.credentials.java
        return short_fault(self._chunk, cipher, in_handshake=not self._complete, changed=self._changed, java=java)

    def refused(self, reason: str) -> Fault | None:
        """What JSSE says of what OpenSSL refuses for `reason`; None where that is not known."""
        if isinstance(self._reader, ReaderOf8):
            fault = self._too_short()
            return fault and replace(fault, java_class=old_class(fault.alert))
        if self._listener.tls != "TLSv1.3":
            return self._too_short()
        if self._complete:
            return self._named(late_fault(self._chunk, undeciphered=reason == _UNDECIPHERED))
        return self.sealed() or (self.mismatch if self._reader.took_sealed else None)


def worded(fault: Fault, java: Jdk) -> tuple[JavaChain, str]:
    """The exception chain, and the word for the cause."""
    if fault is MISMATCH and java.has(Feature.PLAIN_TAG_TEXT):
        fault = Fault(fault.alert, _TAG_TEXT, (JavaException(fault.causes[0].class_name, _TAG_TEXT),))
    if fault.java_class is None:
        chain = own_exception(fault.alert, fault.text or "", *fault.causes, java=java)
    else:
        text = prefixed(ALERT_TEXTS[fault.alert].name, fault.text or "", java=java)
        chain = (JavaException(fault.java_class, text), *fault.causes)
    if fault.alert == PROTOCOL_VERSION:
        return chain, "protocol-version"
    not_tls = fault.alert == UNEXPECTED_MESSAGE and fault.java_class == SSL_EXCEPTION
    return chain, "not-tls" if not_tls else "malformed-tls"
