"""JSSE's record layer for a client (SSLSocketInputRecord): octets to records, and records to handshake messages."""

from __future__ import annotations

from collections.abc import Iterator

from sn_mock.java.exceptions.alerts import HANDSHAKE_EXCEPTION
from sn_mock.java.jsse.reading.fault import HANDSHAKE_FAILURE, SSL_EXCEPTION, Fault, FaultError, record_fault
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import REFERENCE, Jdk

CHANGE_CIPHER_SPEC, ALERT, HANDSHAKE, APPLICATION_DATA = 20, 21, 22, 23
HEADER, MESSAGE_HEADER = 5, 4
LARGEST_RECORD = 33088
"""SSLRecord.maxLargeRecordSize less the header."""
LARGEST_MESSAGE = 32768
"""`jdk.tls.maxHandshakeMessageSize`."""
KNOWN_MESSAGES = {
    0: "hello_request",
    1: "client_hello",
    2: "server_hello",
    3: "hello_verify_request",
    4: "new_session_ticket",
    5: "end_of_early_data",
    8: "encrypted_extensions",
    11: "certificate",
    12: "server_key_exchange",
    13: "certificate_request",
    14: "server_hello_done",
    15: "certificate_verify",
    16: "client_key_exchange",
    20: "finished",
    21: "certificate_url",
    22: "certificate_status",
    23: "supplemental_data",
    24: "key_update",
    254: "message_hash",
}
"""Handshake types that JSSE has a name for (SSLHandshake)."""
_OF_DATAGRAMS = 3
"""The one that Java 8, which has no DTLS, does not know."""


_CONTENT_NAMES = {0: "invalid", 20: "change_cipher_spec", 21: "alert", 22: "handshake", 23: "application_data"}


def broken_message(content_type: int) -> Exception:
    """A record of another type comes before a handshake message is whole."""
    name = _CONTENT_NAMES.get(content_type, f"<UNKNOWN CONTENT TYPE: {content_type}>")
    return record_fault(f"Expecting a handshake fragment, but received {name}")


class Records:
    """Octets as they arrive; gives whole records."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._verified = False

    def feed(self, octets: bytes) -> Iterator[tuple[int, bytes]]:
        """Content type and body of each record that is whole now."""
        self._buffer += octets
        while len(self._buffer) >= HEADER:
            content_type = self._buffer[0]
            if not self._verified and content_type not in (HANDSHAKE, ALERT):
                raise _not_tls(self._buffer)
            self._verified = True
            length = int.from_bytes(self._buffer[3:HEADER], "big")
            if length > LARGEST_RECORD:
                raise record_fault(f"Bad input record size, TLSCiphertext.length = {length}")
            if len(self._buffer) < HEADER + length:
                return
            body = bytes(self._buffer[HEADER : HEADER + length])
            del self._buffer[: HEADER + length]
            yield content_type, body

    def rest(self) -> bytes:
        """What was fed and did not come out as a record."""
        rest = bytes(self._buffer)
        self._buffer.clear()
        return rest


def _not_tls(header: bytearray) -> Exception:
    old = bool(header[0] & 0x80)
    if old and header[2] == 1:
        return FaultError(Fault(HANDSHAKE_FAILURE, "SSLv2Hello is not enabled", java_class=HANDSHAKE_EXCEPTION))
    text = "SSL V2.0 servers are not supported." if old and header[2] == 4 else None
    return record_fault(text or "Unsupported or unrecognized SSL message", SSL_EXCEPTION)


def _is_known(kind: int, java: Jdk) -> bool:
    return kind in KNOWN_MESSAGES and (kind != _OF_DATAGRAMS or java.has(Feature.WHOLE_JSSE_11))


class Messages:
    """Handshake messages out of the bodies of handshake records."""

    def __init__(self) -> None:
        self._pending = bytearray()

    @property
    def incomplete(self) -> bool:
        """A message has begun and not ended."""
        return bool(self._pending)

    def feed(self, body: bytes, java: Jdk = REFERENCE) -> list[bytes]:
        """Each message that is whole now, with its header. JSSE finds all of a record before it looks into one."""
        self._pending += body
        whole = []
        while len(self._pending) >= MESSAGE_HEADER:
            if not _is_known(self._pending[0], java):
                raise record_fault(f"Unknown handshake type size, Handshake.msg_type = {self._pending[0]}")
            length = int.from_bytes(self._pending[1:MESSAGE_HEADER], "big")
            if length > LARGEST_MESSAGE:
                limit = f"exceeds the maximum allowed size ({LARGEST_MESSAGE})"
                raise record_fault(f"The size of the handshake message ({length}) {limit}")
            end = MESSAGE_HEADER + length
            if len(self._pending) < end:
                break
            whole.append(bytes(self._pending[:end]))
            del self._pending[:end]
        return whole

    @property
    def begun(self) -> bytes:
        """What there is of a message that is not whole."""
        return bytes(self._pending)


def written(content_type: int, body: bytes, version: int = 0x0303) -> bytes:
    """Records of the negotiated version and of the usual size; none for an empty handshake record."""
    if not body and content_type == HANDSHAKE:
        return b""
    records = []
    for at in range(0, max(len(body), 1), 16384):
        piece = body[at : at + 16384] if content_type != APPLICATION_DATA else body
        records.append(bytes((content_type,)) + version.to_bytes(2, "big") + len(piece).to_bytes(2, "big") + piece)
        if content_type == APPLICATION_DATA:
            break
    return b"".join(records)
