"""Opening the sealed part of a TLS 1.3 flight after the fact, to learn what JSSE would have said of it."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305

from sn_mock.java.jsse.reading.fault import Fault, FaultError
from sn_mock.java.jsse.reading.handshake12 import ParseFault
from sn_mock.java.jsse.reading.handshake13 import Handshake13
from sn_mock.java.jsse.reading.records import APPLICATION_DATA, CHANGE_CIPHER_SPEC, HANDSHAKE, HEADER, Messages
from sn_mock.java.lang.jdk import Jdk

_SUITES = {0x1301: ("sha256", 16), 0x1302: ("sha384", 32), 0x1303: ("sha256", 32)}
_CHACHA = 0x1303
_MESSAGE_HASH = 254
ACCEPTED = Fault(0, None)
"""JSSE takes the whole flight."""
WAITING = Fault(0, "")
"""JSSE takes what there is, and waits for more."""


def fault_of(
    hellos: tuple[bytes, ...],
    flight: bytes,
    *,
    suite: int,
    secret: bytes,
    certificate_fault: ParseFault,
    java: Jdk,
    named: bool = False,
    later: tuple[bytes | None, bytes] | None = None,
) -> Fault | None:
    """What JSSE dislikes about a flight.

    `hellos` are the ClientHello messages, two where a HelloRetryRequest came; `named`: with a server_name. `flight` are
    the server's octets as received, `secret` its handshake traffic secret (RFC 8446 section 7.1), `later` its
    application traffic secret and what came after the handshake. None where nothing is found, or the flight has another
    shape.
    """
    if suite not in _SUITES:
        return None
    hash_name, _ = _SUITES[suite]
    said = _said(hellos, [record[HEADER:] for record in records(flight) if record[0] == HANDSHAKE], hash_name)
    if said is None:
        return None
    finished_key = _expanded(secret, "finished", hmac.new(b"", b"", hash_name).digest_size, hash_name)
    handshake = Handshake13(said, hash_name, finished_key, certificate_fault, java, named=named)
    opener = _Opener(suite, secret)
    try:
        for record in records(flight + later[1] if later else flight):
            if record[0] in (HANDSHAKE, CHANGE_CIPHER_SPEC):  # one that came before the ServerHello does not count
                handshake.changed = record[0] == CHANGE_CIPHER_SPEC
                continue
            if record[0] != APPLICATION_DATA:
                return None
            if later is None and not handshake.expected:  # its keys have changed, and nobody knows the new ones
                return ACCEPTED
            if later and opener.secret is secret and not handshake.expected:
                if later[0] is None:
                    return None
                opener = _Opener(suite, later[0])
            if handshake.record(opener.opened(record)):
                opener = opener.updated()
    except FaultError as error:
        return error.fault
    except (InvalidTag, ValueError):
        return None
    return WAITING if handshake.expected else ACCEPTED


class _Opener:
    """One traffic secret, and the number of the next record."""

    def __init__(self, suite: int, secret: bytes) -> None:
        self.secret = secret
        self._suite, self._number = suite, 0
        hash_name, size = _SUITES[suite]
        key = _expanded(secret, "key", size, hash_name)
        self._cipher = ChaCha20Poly1305(key) if suite == _CHACHA else AESGCM(key)
        self._iv = int.from_bytes(_expanded(secret, "iv", 12, hash_name), "big")

    def opened(self, record: bytes) -> bytes:
        """The inner plaintext; raises InvalidTag."""
        nonce = (self._iv ^ self._number).to_bytes(12, "big")
        self._number += 1
        return self._cipher.decrypt(nonce, record[HEADER:], record[:HEADER])

    def updated(self) -> _Opener:
        """After a KeyUpdate (section 7.2)."""
        hash_name, _ = _SUITES[self._suite]
        return _Opener(self._suite, _expanded(self.secret, "traffic upd", len(self.secret), hash_name))


def _said(hellos: tuple[bytes, ...], answers: list[bytes], hash_name: str) -> bytes | None:
    """The transcript up to the ServerHello. A ClientHello that was sent back counts by its hash (section 4.4.1)."""
    messages = list(Messages().feed(b"".join(answers)))
    if len(messages) != len(hellos) or len(hellos) > 2:
        return None
    if len(hellos) == 1:
        return hellos[0] + messages[0]
    digest = hashlib.new(hash_name, hellos[0]).digest()
    return bytes((_MESSAGE_HASH, 0, 0, len(digest))) + digest + messages[0] + hellos[1] + messages[1]


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
