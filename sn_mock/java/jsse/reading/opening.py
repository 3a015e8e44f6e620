"""Opening the sealed part of a TLS 1.3 flight beside OpenSSL, to learn what JSSE would say of it."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterator, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305

from sn_mock.java.jsse.reading.fault import MISMATCH, Fault, FaultError
from sn_mock.java.jsse.reading.handshake12 import ParseFault
from sn_mock.java.jsse.reading.handshake13 import Handshake13
from sn_mock.java.jsse.reading.records import APPLICATION_DATA, CHANGE_CIPHER_SPEC, HEADER
from sn_mock.java.lang.jdk import Jdk

_SUITES = {0x1301: ("sha256", 16), 0x1302: ("sha384", 32), 0x1303: ("sha256", 32)}
_CHACHA = 0x1303
_MESSAGE_HASH = 254
ACCEPTED = Fault(0, None)
"""JSSE takes the whole flight."""
WAITING = Fault(0, "")
"""JSSE takes what there is, and waits for more."""


class SealedPart:
    """What a server of TLS 1.3 says behind its ServerHello, opened record by record, each once."""

    def __init__(self, handshake: Handshake13, suite: int, secret: bytes) -> None:
        self.verdict: Fault | None = WAITING
        """What JSSE dislikes, WAITING, or ACCEPTED; None where nobody can tell."""
        self._handshake = handshake
        self._opener = _Opener(suite, secret)
        self._suite = suite
        self._later = self._other_keys = False

    def begin(self, octets: bytes) -> None:
        """What stands behind the ServerHello in its own record, and so is not sealed."""
        self._take(lambda: self._begun(octets))

    def feed(self, octets: bytes) -> None:
        """Whole records of the handshake. Behind the Finished there are other keys."""
        for record in records(octets):
            if self.verdict is not WAITING:
                return
            self._record(record)

    def feed_later(self, octets: bytes, secret: bytes | None) -> None:
        """Once: what has come behind the handshake. `secret` is the server's first application traffic secret."""
        if self.verdict is not ACCEPTED or self._later:
            return
        if secret is None:
            self.verdict = None
            return
        self._later, self._opener = True, _Opener(self._suite, secret)
        for record in records(octets):
            if self.verdict is not ACCEPTED:
                return
            self._record(record)

    def _record(self, record: bytes) -> None:
        if record[0] == APPLICATION_DATA:
            self._take(lambda: self._opened(record))
        elif record[0] == CHANGE_CIPHER_SPEC:
            self._take(lambda: self._handshake.change(record[HEADER:]))
        else:
            self.verdict = None

    def _begun(self, octets: bytes) -> None:
        self._other_keys = self._handshake.begin(octets)

    def _opened(self, record: bytes) -> None:
        if self._other_keys:
            raise FaultError(MISMATCH)
        if self._handshake.record(self._opener.opened(record)):
            self._opener = self._opener.updated()

    def _take(self, consume: Callable[[], None]) -> None:
        try:
            consume()
        except FaultError as error:
            self.verdict = error.fault
        except (InvalidTag, ValueError):
            self.verdict = None
        else:
            self.verdict = WAITING if self._handshake.expected else ACCEPTED


def sealed_part(
    hellos: Sequence[bytes],
    answers: Sequence[bytes],
    *,
    suite: int,
    secret: bytes,
    certificate_fault: ParseFault,
    java: Jdk,
    named: bool = False,
) -> SealedPart | None:
    """The reader of what follows.

    `hellos` are the ClientHello messages, two where a HelloRetryRequest came, `answers` those that they got; `named`:
    with a server_name. `secret` is the server's handshake traffic secret (RFC 8446 section 7.1). None for a suite, or
    an order of messages, that is not TLS 1.3's.
    """
    if suite not in _SUITES:
        return None
    hash_name, _ = _SUITES[suite]
    said = _said(hellos, answers, hash_name)
    if said is None:
        return None
    finished_key = _expanded(secret, "finished", hmac.new(b"", b"", hash_name).digest_size, hash_name)
    handshake = Handshake13(said, hash_name, finished_key, certificate_fault, java, named=named)
    return SealedPart(handshake, suite, secret)


class _Opener:
    """One traffic secret, and the number of the next record."""

    def __init__(self, suite: int, secret: bytes) -> None:
        self._secret = secret
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
        return _Opener(self._suite, _expanded(self._secret, "traffic upd", len(self._secret), hash_name))


def _said(hellos: Sequence[bytes], answers: Sequence[bytes], hash_name: str) -> bytes | None:
    """The transcript up to the ServerHello. A ClientHello that was sent back counts by its hash (section 4.4.1)."""
    if len(answers) != len(hellos) or len(hellos) not in (1, 2):
        return None
    if len(hellos) == 1:
        return hellos[0] + answers[0]
    digest = hashlib.new(hash_name, hellos[0]).digest()
    return bytes((_MESSAGE_HASH, 0, 0, len(digest))) + digest + answers[0] + hellos[1] + answers[1]


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
