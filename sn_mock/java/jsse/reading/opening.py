"""Opening the sealed part of a TLS 1.3 flight after the fact, to learn what JSSE would have said of it."""

from __future__ import annotations

import hmac
from collections.abc import Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305

from sn_mock.java.jsse.reading.fault import Fault, FaultError
from sn_mock.java.jsse.reading.handshake12 import ParseFault
from sn_mock.java.jsse.reading.handshake13 import Handshake13
from sn_mock.java.jsse.reading.records import APPLICATION_DATA, CHANGE_CIPHER_SPEC, HANDSHAKE, HEADER
from sn_mock.java.jsse.reading.server_hello import RETRY
from sn_mock.java.lang.jdk import Jdk

_SUITES = {0x1301: ("sha256", 16), 0x1302: ("sha384", 32), 0x1303: ("sha256", 32)}
_CHACHA = 0x1303
ACCEPTED = Fault(0, None)
"""JSSE takes the whole flight."""
WAITING = Fault(0, "")
"""JSSE takes what there is, and waits for more."""


def fault_of(
    hello: bytes, flight: bytes, *, suite: int, secret: bytes, certificate_fault: ParseFault, java: Jdk
) -> Fault | None:
    """What JSSE dislikes about a flight.

    `hello` is the ClientHello message, `flight` the server's octets as received, `secret` its handshake traffic secret
    (RFC 8446 section 7.1). None where nothing is found, or the flight has another shape.
    """
    if suite not in _SUITES:
        return None
    hash_name, size = _SUITES[suite]
    key = _expanded(secret, "key", size, hash_name)
    cipher = ChaCha20Poly1305(key) if suite == _CHACHA else AESGCM(key)
    iv = int.from_bytes(_expanded(secret, "iv", 12, hash_name), "big")
    finished_key = _expanded(secret, "finished", hmac.new(b"", b"", hash_name).digest_size, hash_name)
    plain = b"".join(record[HEADER:] for record in records(flight) if record[0] == HANDSHAKE)
    if plain.count(RETRY) or not plain:
        return None  # after a HelloRetryRequest the first ClientHello counts by its hash: not modelled
    handshake = Handshake13(hello + plain, hash_name, finished_key, certificate_fault, java)
    number = 0
    try:
        for record in records(flight):
            if record[0] in (HANDSHAKE, CHANGE_CIPHER_SPEC):
                continue
            if record[0] != APPLICATION_DATA:
                return None
            nonce = (iv ^ number).to_bytes(12, "big")
            handshake.record(cipher.decrypt(nonce, record[HEADER:], record[:HEADER]))
            number += 1
    except FaultError as error:
        return error.fault
    except (InvalidTag, ValueError):
        return None
    return WAITING if handshake.expected else ACCEPTED


def records(octets: bytes) -> Iterator[bytes]:
    """Whole records, header and body."""
    at = 0
    while at + HEADER <= len(octets):
        end = at + HEADER + int.from_bytes(octets[at + 3 : at + HEADER], "big")
        if end > len(octets):
            return
        yield octets[at:end]
        at = end


def _expanded(secret: bytes, label: str, size: int, hash_name: str) -> bytes:
    """HKDF-Expand-Label with an empty context, for one block (RFC 8446 section 7.1)."""
    name = f"tls13 {label}".encode()
    info = size.to_bytes(2, "big") + bytes((len(name),)) + name + b"\0"
    return hmac.new(secret, info + b"\1", hash_name).digest()[:size]
