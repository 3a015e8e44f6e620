"""Random TLS peers whose messages are taken apart and built again with odd contents, at some level of them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .octets import BASE_POINT

_HELLO, _TICKET, _ENCRYPTED, _CERTIFICATE, _KEY_EXCHANGE, _DONE, _VERIFY, _FINISHED, _STATUS = (
    *(2, 4, 8, 11, 12, 14, 15, 20, 22),
)
_OF_A_CHAIN = 3
"""The octets of a length in a Certificate message."""
_KEY_SHARE = 51
_RETRY = bytes.fromhex("CF21AD74E59A6111BE1D8C021E65B891C2A211167ABB8C5E079E09E2C8A8339C")
_SCHEMES = (0x0401, 0x0804, 0x0805, 0x0806, 0x0809, 0x0403, 0x0503, 0x0603, 0x0201, 0x0203, 0x0202, 0x0402, 0x0101)
_STRANGE_SCHEMES = (0x0301, 0x0303, 0x0807, 0x0808, 0x0000, 0x0001, 0x0400, 0x0708, 0xFFFF, 0x0501, 0x0601, 0x080B)
_SAME_SIGNATURE = 0x0809
"""Java verifies it with a key of RSA, too; OpenSSL refuses it."""
_GROUPS = (0x17, 0x18, 0x19, 0x1D, 0x1E, 0x100, 0x101, 0x104, 0x16, 0x13, 0x01, 0x1F, 0x11EC, 0, 0xFFFF, 0xFF01, 0xFF02)
_SHARED_TOO = 0x17
"""JSSE from 13 on has sent a key of this group, too; sn-mock's OpenSSL has not."""


@dataclass
class Vector:
    """Contents with their length in front."""

    size: int
    parts: list[Part]
    said: int | None = None
    """The length that is said; None: the truth."""


@dataclass
class Extension:
    """A number, and a vector of two octets' length."""

    number: int
    body: Vector


Part = bytes | Vector | Extension


@dataclass
class Message:
    """A handshake message taken apart."""

    kind: int
    parts: list[Part]

    def octets(self) -> bytes:
        """With the length that it has."""
        body = b"".join(_written(part) for part in self.parts)
        return bytes((self.kind,)) + len(body).to_bytes(3, "big") + body


def _written(part: Part) -> bytes:
    if isinstance(part, bytes):
        return part
    if isinstance(part, Extension):
        return part.number.to_bytes(2, "big") + _written(part.body)
    body = b"".join(_written(inner) for inner in part.parts)
    return (len(body) if part.said is None else part.said).to_bytes(part.size, "big") + body


def _vectors(parts: list[Part]) -> Iterator[Vector]:
    for part in parts:
        vector = part.body if isinstance(part, Extension) else part
        if isinstance(vector, Vector):
            yield vector
            yield from _vectors(vector.parts)


def _taken_apart(message: bytes, tls: str) -> Message:
    kind, octets = message[0], _Reader(message[4:])
    if kind == _HELLO:
        head: list[Part] = [octets.take(34), octets.vector(1), octets.take(3)]
        return Message(kind, [*head, octets.extensions()])
    if kind == _ENCRYPTED:
        return Message(kind, [octets.extensions()])
    if kind == _CERTIFICATE:
        parts: list[Part] = [octets.vector(1)] if tls == "1.3" else []
        entries = _Reader(octets.take(octets.number(3)))
        chain: list[Part] = []
        while entries.left:
            chain.append(entries.vector(3))
            if tls == "1.3":
                chain.append(entries.extensions())
        return Message(kind, [*parts, Vector(3, chain)])
    if kind == _KEY_EXCHANGE:
        return Message(kind, [octets.take(1), octets.take(2), octets.vector(1), octets.take(2), octets.vector(2)])
    if kind == _VERIFY:
        return Message(kind, [octets.take(2), octets.vector(2)])
    return Message(kind, [octets.take(octets.left)])


class _Reader:
    """Walks along honest octets."""

    def __init__(self, octets: bytes) -> None:
        self._octets = octets

    @property
    def left(self) -> int:
        return len(self._octets)

    def take(self, count: int) -> bytes:
        taken, self._octets = self._octets[:count], self._octets[count:]
        return taken

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size), "big")

    def vector(self, size: int) -> Vector:
        return Vector(size, [self.take(self.number(size))])

    def extensions(self) -> Vector:
        inner = _Reader(self.take(self.number(2)))
        found: list[Part] = []
        while inner.left:
            found.append(Extension(inner.number(2), inner.vector(2)))
        return Vector(2, found)


def contents(chance: random.Random, tls: str, messages: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """The flight with one message changed, or one more."""
    said = list(messages)
    edit = chance.random()
    if edit < 0.07:
        said.insert(chance.randrange(1, len(said) + 1), _certificate_status(chance).octets())
        return tuple(said)
    if edit < 0.12 and tls == "1.2":
        said[-1] = Message(_DONE, [chance.choice((b"\0", bytes(3), b"\x14", bytes(40)))]).octets()
        return tuple(said)
    retries = tls == "1.3" and edit < 0.22
    at = 0 if retries or edit < 0.5 else chance.randrange(1, len(said))
    message = _taken_apart(said[at], tls)
    if retries:
        message = _retry(message)
    if edit > 0.85 or not _change(chance, tls, message, retries=retries):
        _bend(chance, message)
    if retries:
        _once(message)
    said[at] = message.octets()
    return (said[0],) if retries else tuple(said)


def _bend(chance: random.Random, message: Message) -> None:
    """A length that is not true, a vector with less or more in it, a message that is cut or goes on."""
    vectors = list(_vectors(message.parts))
    edit = chance.randrange(4)
    if edit == 0 or not vectors:
        message.parts = [message.octets()[4:]]
        body = message.parts[0]
        assert isinstance(body, bytes)
        message.parts = [
            chance.choice((body[:-1], body[:-2], body[: len(body) // 2], body + bytes(4), body + b"\xff" * 5))
        ]
        return
    if message.kind == _KEY_EXCHANGE:  # behind a point whose length is not true the octets are the connection's own
        vectors = vectors[-1:]
    vector = chance.choice(vectors)
    inside = b"".join(_written(part) for part in vector.parts)
    if message.kind == _CERTIFICATE and vector.size == _OF_A_CHAIN and vector.parts == [inside]:
        vector.parts = [chance.choice((b"", inside[:-1], inside[1:]))]  # docs/parity.md: octets behind a certificate
    elif edit == 1:
        least, most = 0, (1 << 8 * vector.size) - 1
        told = chance.choice((len(inside) - 1, len(inside) + 1, len(inside) + 4, 0, 1, most, len(inside) // 2))
        vector.said = min(max(told, least), most)
    elif edit == 2:
        vector.parts = [chance.choice((b"", inside[:-1], inside[1:], inside + b"\0", inside + bytes(5)))]
        if len(_written(vector)) - vector.size >= 1 << 8 * vector.size:
            vector.parts = []
    elif vector.parts:
        at = chance.randrange(len(vector.parts))
        if chance.random() < 0.5:
            del vector.parts[at]
        else:
            vector.parts.insert(at, vector.parts[at])


def _change(chance: random.Random, tls: str, message: Message, *, retries: bool) -> bool:
    """Something with a meaning in place of what stands there; False where there is nothing to change."""
    if message.kind == _HELLO:
        extensions = message.parts[3]
        assert isinstance(extensions, Vector)
        _change_extensions(chance, extensions, _OF_A_RETRY if retries else _OF_HELLOS[tls])
    elif message.kind == _ENCRYPTED:
        extensions = message.parts[0]
        assert isinstance(extensions, Vector)
        _change_extensions(chance, extensions, _ENCRYPTED_ONES)
    elif message.kind == _CERTIFICATE:
        _change_chain(chance, tls, message)
    elif message.kind == _KEY_EXCHANGE:
        edit = chance.randrange(4)
        if edit == 0:
            message.parts[0] = bytes((chance.choice((0, 1, 2, 4, 128, 255)),))
        elif edit == 1:
            message.parts[1] = chance.choice(_GROUPS).to_bytes(2, "big")
        elif edit == 2:
            message.parts[2] = Vector(1, [chance.choice(_KEYS)])
        else:
            schemes = (one for one in (*_SCHEMES, *_STRANGE_SCHEMES) if one != _SAME_SIGNATURE)
            message.parts[3] = chance.choice(tuple(schemes)).to_bytes(2, "big")
    elif message.kind == _VERIFY:
        if chance.random() < 0.8:
            message.parts[0] = chance.choice((*_SCHEMES, *_STRANGE_SCHEMES)).to_bytes(2, "big")
        else:
            message.parts[1] = Vector(2, [bytes(chance.choice((0, 1, 64, 255, 257, 512)))])
    else:
        return False
    return True


def _retry(hello: Message) -> Message:
    """A HelloRetryRequest in place of the ServerHello."""
    head, session, rest, _ = hello.parts
    assert isinstance(head, bytes)
    group = Vector(2, [(0x18).to_bytes(2, "big")])
    extensions = Vector(2, [Extension(43, Vector(2, [b"\x03\x04"])), Extension(51, group)])
    return Message(_HELLO, [head[:2] + _RETRY, session, rest, extensions])


def _change_extensions(chance: random.Random, extensions: Vector, bodies: Mapping[int, tuple[bytes, ...]]) -> None:
    for _ in range(chance.choice((1, 1, 1, 2))):
        number = chance.choice(tuple(bodies))
        one = Extension(number, Vector(2, [chance.choice(bodies[number])]))
        same = [at for at, part in enumerate(extensions.parts) if isinstance(part, Extension) and part.number == number]
        if same and chance.random() < 0.8:
            extensions.parts[same[0]] = one
        else:
            extensions.parts.insert(chance.randrange(len(extensions.parts) + 1), one)
    if chance.random() < 0.1 and extensions.parts:
        extensions.parts.append(chance.choice(extensions.parts))
    if chance.random() < 0.1 and extensions.parts:
        del extensions.parts[chance.randrange(len(extensions.parts))]


def _once(retry: Message) -> None:
    """A HelloRetryRequest has each extension once, and has a key_share: OpenSSL wants that (docs/parity.md)."""
    for vector in _vectors(retry.parts[3:]):
        found = {one.number: one for one in vector.parts if isinstance(one, Extension)}
        if found:
            found.setdefault(_KEY_SHARE, Extension(_KEY_SHARE, Vector(2, [b"\0\x18"])))
            vector.parts = list(found.values())


def _change_chain(chance: random.Random, tls: str, message: Message) -> None:
    chain = message.parts[-1]
    assert isinstance(chain, Vector)
    edit = chance.randrange(5)
    step = 2 if tls == "1.3" else 1
    if edit == 0 and tls == "1.3":
        message.parts[0] = Vector(1, [bytes(chance.choice((1, 2, 32, 255)))])
    elif edit <= 1 and tls == "1.3":
        extensions = chain.parts[1 if chance.random() < 0.7 else len(chain.parts) - 1]
        assert isinstance(extensions, Vector)
        _change_extensions(chance, extensions, _OF_A_CERTIFICATE)
    elif edit == 2:
        at = step * chance.randrange(1, len(chain.parts) // step + 1)
        entry: list[Part] = [Vector(3, [chance.choice(_NO_CERTIFICATES)]), Vector(2, [])]
        chain.parts[at:at] = entry[:step]
    elif edit == 3:
        chain.parts = chain.parts * chance.choice((2, 3, 5, 6))
    else:
        chain.parts = chance.choice((chain.parts[:step], chain.parts[step:], [], chain.parts[step:] + chain.parts))


def _certificate_status(chance: random.Random) -> Message:
    """A CertificateStatus that nobody has announced."""
    response = Vector(3, [chance.choice((b"", b"\0", b"\x30\x03\x0a\x01\x06", bytes(40)))])
    more = Vector(3, [response, Vector(3, [])])
    bodies: tuple[list[Part], ...] = ([b"\1", response], [b"\2", more], [b"\0", response], [b"\1"], [])
    return Message(_STATUS, chance.choice(bodies))


_KEYS = (
    *(
        b"",
        b"\0",
        b"\4",
        bytes(32),
        bytes(65),
        BASE_POINT,
        b"\2" + BASE_POINT[1:33],
        BASE_POINT[:-1],
        BASE_POINT + b"\0",
    ),
    *(b"\4" + b"\1" * 64, b"\4" + bytes(96), b"\x09" + bytes(31), bytes(31), bytes(33), bytes(56), b"\xff" * 32),
)
"""Keys of groups: empty, of nothing, on the curve, off it, compressed, of a small order, too short, too long."""
_NO_CERTIFICATES = (b"", b"\0", b"\x30\x00", b"\x30\x03\x02\x01\x00", bytes(20), b"\x30\x82\xff\xff" + bytes(9))


def _shares() -> Iterator[bytes]:
    for group in _GROUPS:
        for key in _KEYS:
            if not (group == 0x17 and key == BASE_POINT):
                yield group.to_bytes(2, "big") + len(key).to_bytes(2, "big") + key


_VERSIONS = (
    *(b"\3\4", b"\3\4", b"\3\3", b"\3\2", b"\3\1", b"\3\0", b"\x7f\x1c", b"\0\0", b"\3\5", b"\xff\xff", b"\0\2"),
    *(b"\3", b"", b"\3\4\0", b"\2\3\4", b"\xfe\xfc", b"\xfe\xfd", b"\4\3\4\3\3"),
)
_EMPTY_OR_NOT = (b"", b"\0", b"\0\0", b"\1\0", bytes(8))
_NAMES = (b"", b"\0\0", b"\0\x0c\0\0\x09localhost", b"\0\x0c\0\0\x05localhost", b"\0\3\0\0\0", b"\0")
_PROTOCOLS = (b"", b"\0\0", b"\0\3\2h2", b"\0\x09\x08http/1.1", b"\0\6\2h2\2h2", b"\0\1\0", b"\0\4\2h2", b"\0")
_FRAGMENTS = (b"\1", b"\4", b"\5", b"\0", b"", b"\1\1")
_CURVES = (b"\0\2\0\x17", b"\0\4\0\x17\0\x18", b"\0\0", b"", b"\0\1\0", b"\0\3\0\x17\0", b"\0\2\x99\x99", b"\0\4\0\x17")
_ANSWER = b"\1\0\0\5\x30\3\x0a\1\6"
_STATUSES = (b"", b"\1", b"\1\0\0\0\0", b"\1\0\0\0", b"\1\0\0\1\0", _ANSWER, b"\2\0\0\0", b"\1\0\0\2\0")
_FORMATS = (b"\1\0", b"\1\1", b"\2\1\0", b"\3\0\1\2", b"\0", b"", b"\2\0", b"\4\0\1\2\3", b"\0\0")
_RENEGOTIATIONS = (b"\0", b"", b"\1\0", b"\x0c" + bytes(12), b"\2\0", b"\0\0", b"\1")
_SIGNATURES = (b"\0\2\4\1", b"\0\0", b"", b"\0\1\4", b"\0\4\4\1")
_COOKIES = (b"\0\4abcd", b"\0\0", b"", b"\0\5abcd")
_COMMON: Mapping[int, tuple[bytes, ...]] = {
    0: _NAMES,
    1: _FRAGMENTS,
    5: _STATUSES,
    10: _CURVES,
    11: _FORMATS,
    13: _SIGNATURES,
    16: _PROTOCOLS,
    17: _EMPTY_OR_NOT,
    18: _EMPTY_OR_NOT,
    21: _EMPTY_OR_NOT,
    22: _EMPTY_OR_NOT,
    23: _EMPTY_OR_NOT,
    28: _EMPTY_OR_NOT,
    35: _EMPTY_OR_NOT,
    41: _EMPTY_OR_NOT,
    42: _EMPTY_OR_NOT,
    44: _COOKIES,
    45: _EMPTY_OR_NOT,
    47: _EMPTY_OR_NOT,
    49: _EMPTY_OR_NOT,
    50: _SIGNATURES,
    0x3374: _PROTOCOLS,
    0xFF01: _RENEGOTIATIONS,
    0xFAFA: _EMPTY_OR_NOT,
}
_ENCRYPTED_ONES = {**_COMMON, 43: _VERSIONS, 51: tuple(_shares())}
_OF_HELLOS: Mapping[str, Mapping[int, tuple[bytes, ...]]] = {
    "1.2": {**_COMMON, 43: _VERSIONS, 51: (b"", b"\0\x17", bytes(5))},
    "1.3": _ENCRYPTED_ONES,
}
_OF_A_RETRY = {
    43: _VERSIONS,
    51: (
        *(group.to_bytes(2, "big") for group in _GROUPS if group != _SHARED_TOO),
        *(b"", b"\0", b"\0\x17\0", b"\0\x17\0\0"),
    ),
    44: _COOKIES,
}
_OF_A_CERTIFICATE = {
    5: _STATUSES,
    18: (b"", b"\0", b"\0\0", b"\0\3\0\1\0", bytes(8)),
    0: _NAMES,
    13: _SIGNATURES,
    43: _VERSIONS,
    0xFAFA: _EMPTY_OR_NOT,
}
