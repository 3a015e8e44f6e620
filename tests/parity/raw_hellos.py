"""Random hellos of TLS 1.3 from a peer without keys: a HelloRetryRequest, the ServerHello behind it, and the end.

Only what is said in plain can differ: a client that takes it all meets the end of the connection.
"""

from __future__ import annotations

import contextlib
import random
import socket
from dataclasses import dataclass

from sn_mock.java.jsse.reading.finite_field import FFDHE, prime_of
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import Jdk

from .honest_server import CHANGE_CIPHER_SPEC, HANDSHAKE, RETRY, extension_block
from .octets import message, vector
from .scripted_peer import end_connection

_HEADER = 5
_SHARE, _VERSIONS, _COOKIE = 51, 43, 44
_VERSION = (_VERSIONS, b"\3\4")
_SIZES = {0x18: 48, 0x19: 66}
_MONTGOMERY = {0x1E: 56}
_SUITE = 0x1301


@dataclass(frozen=True, slots=True)
class HelloCase:
    """One such peer."""

    seed: int
    again: bool
    """A HelloRetryRequest may come twice, which 8 and 11 hash as nobody else does."""

    def converse(self, connection: socket.socket, _number: int) -> None:
        """See `scripted_peer.Conversation`."""
        chance = random.Random(self.seed)
        group = chance.choice((*_SIZES, *_MONTGOMERY, *FFDHE))
        with contextlib.suppress(EOFError):
            session = _session(_client_hello(connection))
            _say(connection, HANDSHAKE, _hello(RETRY, session, (_VERSION, *_asking(chance, group))))
            if chance.random() < 0.3:
                _say(connection, CHANGE_CIPHER_SPEC, b"\1")
            _client_hello(connection)
            _say(connection, HANDSHAKE, _answer(chance, group, session, again=self.again))
        end_connection(connection, "fin")


def random_hello(chance: random.Random, java: Jdk) -> HelloCase:
    """One of them."""
    return HelloCase(chance.randrange(1 << 32), again=java.has(Feature.EXTENSIONS_MEASURED))


def _asking(chance: random.Random, group: int) -> tuple[tuple[int, bytes], ...]:
    share = (_SHARE, group.to_bytes(2, "big"))
    return chance.choice(((share,), (share,), ((_COOKIE, vector(2, b"abc")), share)))


def _answer(chance: random.Random, group: int, session: bytes, *, again: bool) -> bytes:
    if chance.random() < 0.1 and again:
        return _hello(RETRY, session, (_VERSION, (_SHARE, group.to_bytes(2, "big"))))
    named = group if chance.random() < 0.9 else chance.choice((0x17, 0x18, 0x19, 0x1D, 0x1E, 0x100, 0x1234))
    share = (_SHARE, named.to_bytes(2, "big") + vector(2, _key(chance, group)))
    extensions = chance.choice(((_VERSION, share),) * 8 + ((_VERSION,), (share, _VERSION, share)))
    return _hello(bytes((7,)) * 32, session, extensions)


def _key(chance: random.Random, group: int) -> bytes:
    """Only keys that OpenSSL refuses where Java does, or that neither does: docs/parity.md."""
    if group in FFDHE:
        size, prime = FFDHE[group][0] // 8, prime_of(group)
        return chance.choice((0, 1, 4, prime - 1, prime, (1 << 8 * size) - 1)).to_bytes(size, "big")
    if group in _MONTGOMERY:
        size = _MONTGOMERY[group]
        return chance.choice((bytes(size), b"\1" + bytes(size - 1), b"\5" + bytes(size - 1)))
    size = _SIZES[group]
    shapes = (b"\1" * 2 * size, bytes(2 * size), b"\xff" * 2 * size, b"\1" * (2 * size - 1), b"\1" * (2 * size - 2))
    return chance.choice((*(b"\4" + one for one in shapes), b"", b"\0", b"\2" + b"\1" * size))


def _hello(random_octets: bytes, session: bytes, extensions: tuple[tuple[int, bytes], ...]) -> bytes:
    body = b"\3\3" + random_octets + vector(1, session) + _SUITE.to_bytes(2, "big") + b"\0"
    return message(2, body + extension_block(extensions))


def _say(connection: socket.socket, content_type: int, body: bytes) -> None:
    connection.sendall(bytes((content_type, 3, 3)) + vector(2, body))


def _client_hello(connection: socket.socket) -> bytes:
    """The body of the next handshake record; raises EOFError at an alert, or at the end."""
    while True:
        head = _read(connection, _HEADER)
        body = _read(connection, int.from_bytes(head[3:], "big"))
        if head[0] == HANDSHAKE:
            return body
        if head[0] != CHANGE_CIPHER_SPEC:
            raise EOFError


def _read(connection: socket.socket, count: int) -> bytes:
    read = b""
    while len(read) < count:
        received = connection.recv(count - len(read))
        if not received:
            raise EOFError
        read += received
    return read


def _session(hello: bytes) -> bytes:
    return hello[39 : 39 + hello[38]]
