"""Records after the handshake: which of them are opened, and what JSSE says of those that its record layer refuses.

OpenSSL is given one whole record at a time, so that the one it refuses is known; what it refuses by a head that JSSE
does not look at is given a head that it takes.
"""

from __future__ import annotations

from sn_mock.failure import JavaException
from sn_mock.java.jsse.reading.fault import (
    BAD_RECORD_MAC,
    PROTOCOL_EXCEPTION,
    SSL_EXCEPTION,
    UNEXPECTED_MESSAGE,
    Fault,
)
from sn_mock.java.jsse.reading.records import (
    ALERT,
    APPLICATION_DATA,
    CHANGE_CIPHER_SPEC,
    HANDSHAKE,
    HEADER,
    LARGEST_RECORD,
)
from sn_mock.java.jsse.reading.sealing import TAG, as_java_8, mismatch, too_short, too_short_of_12
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import Jdk

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
_CONTENT_TYPES = frozenset({CHANGE_CIPHER_SPEC, ALERT, HANDSHAKE, APPLICATION_DATA})
_OLDEST, _SSLV2_HELLO = 0x0300, 0x0002
_LARGEST_OF_8, _BUFFER_OF_8 = 33300, 16921
_IN_RECORDS = {"TLSv1": b"\3\1", "TLSv1.1": b"\3\2"}
"""What OpenSSL wants in the head of a record; all others say TLS 1.2."""


class LaterRecords:
    """Walks along the records; begins at the head of one."""

    def __init__(self, tls: str, suite_name: str, java: Jdk) -> None:
        self.asked_again = False
        """The provider has asked for another handshake (TLS 1.2), which has a ChangeCipherSpec behind its messages."""
        self.fault: Fault | None = None
        """What JSSE says of the record that comes next, or of the last one where its tag is right."""
        self._of_8, self._datagrams = not java.has(Feature.JSSE_11), java.has(Feature.WHOLE_JSSE_11)
        self._tls13, self._version = tls == "TLSv1.3", _IN_RECORDS.get(tls, b"\3\3")
        self._suite_name = suite_name
        self._buffer = bytearray()
        self._content_type = 0
        self._handshake_records = 0
        self._same_keys = True

    def feed(self, octets: bytes) -> None:
        """What has arrived."""
        self._buffer += octets

    def next_record(self) -> bytes:
        """The next one to be opened; nothing where none is whole, or JSSE refuses it before that (`fault`)."""
        if self.fault is not None or len(self._buffer) < HEADER:
            return b""
        version, size = int.from_bytes(self._buffer[1:3], "big"), int.from_bytes(self._buffer[3:HEADER], "big")
        self.fault = self._headed(version, size)
        if self.fault is not None or len(self._buffer) < HEADER + size:
            return b""
        record = bytes(self._buffer[: HEADER + size])
        del self._buffer[: HEADER + size]
        self._content_type = record[0]
        self.fault = self._unopened(record[0], size)
        if self.fault is not None:
            return b""
        self.fault = self._opened(record[0], size)
        return record[:1] + self._version + record[3:]

    @property
    def inside_record(self) -> bool:
        """The head of the next record has come, and not all of it."""
        return len(self._buffer) >= HEADER

    @property
    def mismatch(self) -> Fault:
        """The keys do not open the last one."""
        fault = mismatch(self._suite_name)
        return as_java_8(fault, self._content_type) if self._of_8 else fault

    def _headed(self, version: int, size: int) -> Fault | None:
        """What nobody reads to its end. Measured on 8u252, 8u504, 11.0.13, 17.0.15 and 21.0.8."""
        major, minor = divmod(version, 0x100)
        if self._of_8 and (version < _OLDEST or major > 3):
            name = "SSLv2Hello" if version == _SSLV2_HELLO else f"Unknown-{major}.{minor}"
            return Fault(UNEXPECTED_MESSAGE, f"Unsupported record version {name}", java_class=SSL_EXCEPTION)
        if self._of_8 and size > _LARGEST_OF_8:
            text = f"Bad InputRecord size, count = {size}, buf.length = {_BUFFER_OF_8}"
            return Fault(UNEXPECTED_MESSAGE, text, java_class=PROTOCOL_EXCEPTION)
        if self._of_8:
            return None
        if version < _OLDEST:
            signed = minor - 0x100 if minor & 0x80 else minor
            protocol = "(D)TLS" if self._datagrams else "TLS"
            name = "SSLv2Hello" if version == _SSLV2_HELLO else f"{protocol}-{major}.{signed}"
            text = f"Unrecognized record version {name} , plaintext connection?"
            return Fault(UNEXPECTED_MESSAGE, text, java_class=SSL_EXCEPTION)
        if size > LARGEST_RECORD:
            return Fault(UNEXPECTED_MESSAGE, f"Illegal packet size: {size + HEADER}", java_class=PROTOCOL_EXCEPTION)
        return None

    def _unopened(self, content_type: int, size: int) -> Fault | None:
        """A whole record that no key opens."""
        if not self._tls13:
            fault = too_short_of_12(size, self._suite_name, BAD_RECORD_MAC) if self._same_keys else None
            return as_java_8(fault, content_type) if fault is not None and self._of_8 else fault
        if content_type == CHANGE_CIPHER_SPEC:  # that is never sealed
            return CHANGED_AGAIN
        if size <= TAG:
            return too_short(size, BAD_RECORD_MAC)
        return self.mismatch if content_type != APPLICATION_DATA else None

    def _opened(self, content_type: int, size: int) -> Fault | None:
        """What it comes to, once it is opened."""
        if self._tls13:
            return EMPTY_CONTENT if size == _NOTHING_INSIDE else None
        if content_type == CHANGE_CIPHER_SPEC:
            if self.asked_again and self._handshake_records > 1:
                self._same_keys = False
                return None
            return self._changed_again()
        self._handshake_records += content_type == HANDSHAKE
        if content_type in _CONTENT_TYPES or self._of_8:
            return None
        return Fault(UNEXPECTED_MESSAGE, f"Unknown content type: {content_type}")

    def _changed_again(self) -> Fault:
        if not self._of_8:
            return CHANGED_AGAIN
        return CHANGED_TOO_EARLY_OF_8 if self._handshake_records else CHANGED_AGAIN_OF_8
