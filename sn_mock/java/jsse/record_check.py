"""What Java makes of bytes that are not (good) TLS: it looks at record headers before OpenSSL would.

Measured on JDK 17: anything but a handshake or alert record as the first one is `Unsupported or unrecognized SSL
message`; a record longer than JSSE's largest buffer, and a handshake message of an unknown type, have their own texts.
"""

from __future__ import annotations

from sn_mock.java.exceptions.java_texts import Event
from sn_mock.java.net.wire import WireError

_HANDSHAKE, _ALERT = 22, 21
_HEADER = 5
LARGEST_RECORD = 33088
"""JSSE's SSLRecord.maxLargeRecordSize less the header (JDK 17)."""
_KNOWN_MESSAGES = frozenset({0, 1, 2, 3, 4, 5, 6, 8, 11, 12, 13, 14, 15, 16, 20, 21, 22, 23, 24, 67, 254})
"""Handshake types JSSE has a name for (SSLHandshake)."""


class RecordCheck:
    """Looks at the first bytes that arrive on a connection."""

    def __init__(self) -> None:
        self._start = b""
        self._done = False

    def feed(self, data: bytes) -> None:
        """Look at bytes before OpenSSL gets them; raises WireError where Java would give up on them."""
        if self._done:
            return
        self._start += data
        if len(self._start) < _HEADER:
            return
        content_type, length = self._start[0], int.from_bytes(self._start[3:5], "big")
        if content_type not in (_HANDSHAKE, _ALERT):
            raise WireError(Event.NOT_TLS)
        if length > LARGEST_RECORD:
            raise WireError(Event.OVERSIZED_RECORD, str(length))
        self._done = len(self._start) >= _HEADER + length  # Java reads a record whole before it looks inside
        if self._done and length and content_type == _HANDSHAKE and self._start[_HEADER] not in _KNOWN_MESSAGES:
            raise WireError(Event.UNKNOWN_MESSAGE, str(self._start[_HEADER]))
