"""What Java says where OpenSSL only knows that a provider's TLS messages make no sense. Measured on JDK 17 and 25.

Told are the few cases whose text depends on nothing but what is known here; the others stay without one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import takewhile

from sn_mock.java.exceptions.java_texts import Event
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import Jdk

_HANDSHAKE_RECORD, _APPLICATION_DATA, _HEADER = 22, 23, 5
_NAMES = {
    2: "server_hello",
    11: "certificate",
    12: "server_key_exchange",
    13: "certificate_request",
    14: "server_hello_done",
}
_VERSIONS = {0x0300: "SSL30", 0x0301: "TLS10", 0x0302: "TLS11", 0x0303: "TLS12", 0x0304: "TLS13"}
"""Protocol versions by the names of JSSE's own constants."""
_OLD_NAMES = {0x0300: "SSLv3", 0x0301: "TLSv1", 0x0302: "TLSv1.1", 0x0303: "TLSv1.2", 0x0304: "Unknown-3.4"}
"""The same as Java 8 before 8u261 prints them."""
_SMALLEST_SEALED = 17
"""A record of TLS 1.3 holds a tag of 16 bytes and a content type; Java has a text of its own for a shorter one."""
_REASONS = {
    "UNKNOWN_CIPHER_RETURNED": Event.IMPROPER_CIPHER_SUITE,
    "WRONG_CIPHER_RETURNED": Event.IMPROPER_CIPHER_SUITE,
    "INVALID_ALERT": Event.INVALID_ALERT,
    "BAD_CHANGE_CIPHER_SPEC": Event.BAD_CHANGE_CIPHER_SPEC,
    "INVALID_CCS_MESSAGE": Event.BAD_CHANGE_CIPHER_SPEC,
}
"""OpenSSL's reasons that Java has words of its own for, whatever else happened."""


def java_event(reason: str, *, tls: str, cipher: str, flight: bytes) -> tuple[Event, str] | None:
    """Java's event, and what its text quotes, for OpenSSL's `reason`; None where it is not known.

    `cipher` is the negotiated suite by Java's name, `flight` what the provider has sent in the handshake, as received.
    """
    if reason in _REASONS:
        return _REASONS[reason], cipher
    if reason == "DECRYPTION_FAILED_OR_BAD_RECORD_MAC" and "_GCM_" in cipher and not _sealed_too_short(flight):
        return Event.TAG_MISMATCH, ""
    if tls == "TLSv1.3":
        return None
    if reason == "BAD_SIGNATURE" and "_ECDHE_" in cipher:
        return Event.KEY_EXCHANGE_NOT_SIGNED, ""
    strange = _out_of_order(flight) if reason == "UNEXPECTED_MESSAGE" else None
    return (Event.UNEXPECTED_MESSAGE, strange) if strange else None


def wrong_version(flight: bytes, offered: Sequence[str], java: Jdk) -> tuple[Event, str]:
    """What Java says of a ServerHello with a version that was not `offered` (Java's names, oldest first)."""
    contents = _plain(flight)
    chosen = int.from_bytes(contents[4:6], "big")
    if chosen not in _VERSIONS:
        return Event.UNKNOWN_VERSION, f"{chosen >> 8}.{chosen & 0xFF}"
    if not java.has(Feature.JSSE_11):
        return Event.SERVER_VERSION_REFUSED, _OLD_NAMES[chosen]
    numbers = {"TLSv1": "TLS10", **{name: name.replace("v", "").replace(".", "") for name in offered if "." in name}}
    preferences = ", ".join(numbers[name] for name in reversed(offered))
    return (
        Event.SERVER_VERSION_REFUSED,
        f"{_VERSIONS[chosen]} is not accepted by client preferences [{preferences}]",
    )


def _sealed_too_short(flight: bytes) -> bool:
    return any(kind == _APPLICATION_DATA and len(content) < _SMALLEST_SEALED for kind, content in _records(flight))


def _out_of_order(flight: bytes) -> str | None:
    """The first message before the ServerHello, or that comes twice: JSSE expects each once, in whatever order."""
    seen: set[int] = set()
    for number in _message_types(_plain(flight)):
        if number not in _NAMES:
            return None
        if number in seen or (not seen and number != 2):
            return _NAMES[number]
        seen.add(number)
    return None


def _plain(flight: bytes) -> bytes:
    """The contents of the handshake records before anything else."""
    return b"".join(
        content for _, content in takewhile(lambda record: record[0] == _HANDSHAKE_RECORD, _records(flight))
    )


def _records(flight: bytes) -> Iterator[tuple[int, bytes]]:
    """Content type and content, record by record."""
    while len(flight) >= _HEADER:
        end = _HEADER + int.from_bytes(flight[3:_HEADER], "big")
        yield flight[0], flight[_HEADER:end]
        flight = flight[end:]


def _message_types(messages: bytes) -> list[int]:
    types = []
    while messages:
        types.append(messages[0])
        messages = messages[4 + int.from_bytes(messages[1:4], "big") :]
    return types
