"""Records after the handshake whose head alone makes JSSE end the connection; OpenSSL goes on or has other words."""

from __future__ import annotations

from sn_mock.failure import JavaException
from sn_mock.java.jsse.reading.fault import (
    BAD_RECORD_MAC,
    PROTOCOL_EXCEPTION,
    SSL_EXCEPTION,
    UNEXPECTED_MESSAGE,
    Fault,
)
from sn_mock.java.jsse.reading.records import APPLICATION_DATA, CHANGE_CIPHER_SPEC, HANDSHAKE, HEADER, LARGEST_RECORD

_NOTHING_INSIDE = 17
"""A record of TLS 1.3 that holds a tag and a content type, and no content."""
_NO_TYPE = "Incorrect inner plaintext: no content type"
EMPTY_CONTENT = Fault(BAD_RECORD_MAC, _NO_TYPE, (JavaException("javax.crypto.BadPaddingException", _NO_TYPE),))
"""JSSE opens the record, then looks for the content type from the end, and not at the first octet (SSLCipher)."""
CHANGED_AGAIN = Fault(UNEXPECTED_MESSAGE, f"Unexpected content: {CHANGE_CIPHER_SPEC}")
"""Nothing waits for a ChangeCipherSpec any more."""
CHANGED_AGAIN_OF_8 = Fault(
    UNEXPECTED_MESSAGE, "illegal change cipher spec msg, conn state = 2", java_class=SSL_EXCEPTION
)
"""The same before 8u261 (SSLSocketImpl.readRecord)."""
CHANGED_TOO_EARLY_OF_8 = Fault(
    UNEXPECTED_MESSAGE, "ChangeCipherSpec message sequence violation", java_class=PROTOCOL_EXCEPTION
)
"""Behind a handshake record, which, even an empty one, is the beginning of another handshake to 8."""
TAG = 16


def too_short(size: int, alert: int) -> Fault:
    """A record that holds a tag, or not even that, where JSSE wants content."""
    text = f"Insufficient buffer remaining for AEAD cipher fragment ({size}). Needs to be more than tag size ({TAG})"
    return Fault(alert, text, (JavaException("javax.crypto.BadPaddingException", text),))


class LaterRecords:
    """Walks along the records; begins at the head of one."""

    def __init__(self, *, tls13: bool, suite_name: str, of_8: bool = False) -> None:
        self.asked_again = False
        """The provider has asked for another handshake (TLS 1.2), which has a ChangeCipherSpec behind its messages."""
        self.fault: Fault | None = None
        self._of_8 = of_8
        self._handshake_records = 0
        self._tls13 = tls13
        self._chacha = "_CHACHA20_" in suite_name
        self._head = b""
        self._left = 0
        self._within: Fault | None = None
        """What the record at hand comes to, once it is opened."""

    @property
    def inside_record(self) -> bool:
        """The head of a record has come, and its body has not."""
        return bool(self._left)

    def feed(self, octets: bytes) -> bytes:
        """What is to be opened of them: all, or what stands before a record that JSSE refuses by its head.

        A record that it opens and then refuses is handed on, and is the last one: where its tag is right, `fault` is
        what JSSE says of it.
        """
        at, size = 0, len(octets)
        while at < size and self.fault is None:
            if self._left:
                step = min(self._left, size - at)
                self._left -= step
                at += step
                if not self._left:
                    self.fault = self._within
                continue
            begin, taken = at, octets[at : at + HEADER - len(self._head)]
            self._head += taken
            at += len(taken)
            if len(self._head) == HEADER:
                self._left = int.from_bytes(self._head[3:], "big")
                self.fault = self._too_large() or self._refused(self._head[0])
                self._within = self._empty(self._head[0])
                self._head = b""
                if self.fault is not None:
                    return octets[:begin]
        return octets[:at]

    def _too_large(self) -> Fault | None:
        """What nobody reads to its end. Measured on 8u504, 11.0.13, 17.0.15 and 21.0.8."""
        if self._of_8 or self._left <= LARGEST_RECORD:
            return None
        return Fault(UNEXPECTED_MESSAGE, f"Illegal packet size: {self._left + HEADER}", java_class=PROTOCOL_EXCEPTION)

    def _empty(self, content_type: int) -> Fault | None:
        return (
            EMPTY_CONTENT if self._tls13 and (content_type, self._left) == (APPLICATION_DATA, _NOTHING_INSIDE) else None
        )

    def _refused(self, content_type: int) -> Fault | None:
        if self._tls13:
            return None
        if content_type == CHANGE_CIPHER_SPEC:
            answered = self.asked_again and self._handshake_records > 1
            return None if answered else self._changed_again()
        self._handshake_records += content_type == HANDSHAKE
        return too_short(self._left, BAD_RECORD_MAC) if self._chacha and self._left <= TAG else None

    def _changed_again(self) -> Fault:
        if not self._of_8:
            return CHANGED_AGAIN
        return CHANGED_TOO_EARLY_OF_8 if self._handshake_records else CHANGED_AGAIN_OF_8
