"""Random honest servers with a key of any kind, whose signature, key of a group or stapled status may be wrong.

What is wrong is signed by the leaf's own key and hashed, so that a client which does not see it gets an answer.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import replace

from sn_mock.java.jsse.reading.finite_field import prime_of
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import Jdk

from .honest_server import Manner
from .leaf_keys import kinds_for, leaf
from .octets import BASE_POINT, vector
from .odd_servers import OddCase
from .tls_keys import GROUPS, SUITES

_SCHEMES = (0x0401, 0x0501, 0x0601, 0x0804, 0x0805, 0x0806, 0x0809, 0x080A, 0x080B, 0x0403, 0x0503, 0x0603, 0x0807)
_RARE_SCHEMES = (0x0808, 0x0201, 0x0203, 0x0202, 0x0402, 0x0301, 0x0303, 0x0302, 0x0101, 0xFAFA, 0x0000)
_MIXED_UP = {
    "rsa": frozenset({0x0809, 0x080A, 0x080B}),
    "pss": frozenset({0x0401, 0x0501, 0x0601, 0x0804, 0x0805, 0x0806, 0x0201, 0x0301, 0x0101}),
}
"""Schemes of the other kind of RSA keys."""
_OF_13: Mapping[str, tuple[int, ...]] = {
    "rsa": (0x0804, 0x0805, 0x0806),
    "pss": (0x0809, 0x080A, 0x080B),
    "p256": (0x0403,),
    "p384": (0x0503,),
    "p521": (0x0603,),
    "ed25519": (0x0807,),
    "ed448": (0x0808,),
}
"""What signs in TLS 1.3 by the kind of the key."""
_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_PRIMES = {512: 569, 768: 825, 1000: 1245, 1023: 361, 1024: 105, 1032: 909, 1088: 89, 1536: 3453, 8200: 5}
"""Bits to the distance of a prime below that power of two; of the last, of a number without small divisors."""


def random_keyed(chance: random.Random, java: Jdk) -> OddCase:
    """A server of a family drawn at random."""
    versions = ("1.2", "1.3") if java.has(Feature.TLS13) else ("1.2",)
    what = chance.choice(tuple(FAMILIES))
    tls = "1.2" if what in _OF_12 else chance.choice(versions)
    kind = chance.choice(kinds_for(java))
    manner = Manner(tls, _suite(chance, tls, kind))
    return OddCase(what, FAMILIES[what](chance, manner, kind), kind)


def _suite(chance: random.Random, tls: str, kind: str) -> int:
    if tls == "1.3":
        return chance.choice([number for number in SUITES if number >> 8 == 0x13])
    of_12 = {number: suite for number, suite in SUITES.items() if number >> 8 != 0x13}
    of_rsa = kind.startswith(("rsa", "pss"))
    exchanges = ("ECDHE", "ECDHE", "DHE", "RSA") if of_rsa else ("ECDHE-ECDSA",) * 9 + ("RSA",)
    wanted = chance.choice(exchanges)
    return chance.choice([number for number, suite in of_12.items() if suite.exchange == wanted])


def _plain(_chance: random.Random, manner: Manner, _kind: str) -> Manner:
    return manner


def _scheme(chance: random.Random, manner: Manner, kind: str) -> Manner:
    """A signature algorithm that may fit the key or not."""
    own = leaf(kind).schemes
    scheme = chance.choice((*own, chance.choice(_SCHEMES), chance.choice(_RARE_SCHEMES)))
    family = kind.partition("-")[0]
    others = scheme not in _OF_13[family] if manner.tls == "1.3" else scheme in _MIXED_UP.get(family, ())
    if others:  # Java takes them, and OpenSSL does not: only what is wrong is said by them (docs/parity.md)
        return replace(manner, scheme=scheme, signature=bytes(chance.choice((64, 70, 128, 256))))
    return replace(manner, scheme=scheme)


def _signature(chance: random.Random, manner: Manner, kind: str) -> Manner:
    """Octets in place of the signature."""
    scheme = chance.choice((None, None, *leaf(kind).schemes))
    sizes = (0, 1, 63, 64, 65, 113, 114, 115, 127, 128, 129, 255, 256, 257)
    filled = chance.choice((b"\0", b"\1", b"\xff")) * chance.choice(sizes)
    return replace(manner, scheme=scheme, signature=chance.choice((filled, *_NUMBERS)))


def _integer(value: int) -> bytes:
    body = value.to_bytes(value.bit_length() // 8 + 1, "big")
    return b"\2" + bytes((len(body),)) + body


def _two(first: bytes, second: bytes) -> bytes:
    return b"\x30" + bytes((len(first + second),)) + first + second


_NUMBERS = (
    *(_two(_integer(5), _integer(7)), _two(_integer(0), _integer(7)), _two(_integer(7), _integer(0))),
    *(_two(_integer(_P256_ORDER), _integer(7)), _two(_integer(1 << 300), _integer(7))),
    *(_two(_integer(5), _integer(7)) + b"\0", _two(b"\2\1\xff", _integer(5)), b"\x30\3\2\1\5"),
    *(b"\x31" + _two(_integer(5), _integer(7))[1:], _two(_integer(5) + _integer(5), _integer(5)), b"\4\1\0"),
    *(b"\x30\x80" + _integer(5) + _integer(5) + b"\0\0", b"\x30\x81\6" + _integer(5) + _integer(5)),
    *(_two(b"\2\2\0\5", b"\2\2\0\5"), _two(b"\2\0", _integer(5))),
)
"""Signatures of ECDSA and DSA: of small numbers, of none, too large, behind one another, in BER."""


def _point(chance: random.Random, manner: Manner, _kind: str) -> Manner:
    """A key in a group, good or not, that is signed."""
    group = chance.choice((*GROUPS, *GROUPS, 0x16, 0x100, 0x1234))
    point = chance.choice(_points(group))
    if SUITES[manner.suite].exchange not in ("ECDHE", "ECDHE-ECDSA"):
        return _prime(chance, manner, _kind)
    return replace(manner, parameters=b"\3" + group.to_bytes(2, "big") + vector(1, point))


def _points(group: int) -> tuple[bytes, ...]:
    size = {0x17: 32, 0x18: 48, 0x19: 66}.get(group)
    if size is None:  # OpenSSL, unlike Java, wants the group's own length
        long = 56 if group == 0x1E else 32
        return bytes(long), b"\1" + bytes(long - 1), b"\xff" * long, b"\x09" + bytes(long - 1)
    shapes = (b"\4" + b"\1" * 2 * size, b"\4" + bytes(2 * size), b"\4" + b"\xff" * 2 * size, b"\2" + b"\1" * size)
    return *shapes, b"\4" + bytes(2 * size - 1), b"", b"\0", BASE_POINT


def _prime(chance: random.Random, manner: Manner, _kind: str) -> Manner:
    """DHE of a prime of any size, with a key that may be out of bounds."""
    if SUITES[manner.suite].exchange != "DHE":
        return manner
    bits = chance.choice((*_PRIMES, 2048, 3072))
    prime = prime_of({2048: 0x100, 3072: 0x101}[bits]) if bits not in _PRIMES else (1 << bits) - _PRIMES[bits]
    if chance.random() < 0.5:
        return replace(manner, prime=prime)
    key = chance.choice((0, 1, prime - 1, prime, prime + 5, 1 << 3000))
    return replace(manner, parameters=b"".join(vector(2, _octets(one)) for one in (prime, 2, key)))


def _octets(value: int) -> bytes:
    return value.to_bytes((value.bit_length() + 7) // 8, "big")


def _dhe(chance: random.Random, manner: Manner, kind: str) -> Manner:
    suites = [number for number, suite in SUITES.items() if suite.exchange == "DHE"]
    if not kind.startswith(("rsa", "pss")):
        return _point(chance, manner, kind)
    return _prime(chance, replace(manner, suite=chance.choice(suites)), kind)


_RESPONSE = b"\x30\3\x0a\1\6"
_STATUSES = (
    *(None, b"\1" + vector(3, _RESPONSE), b"\1" + vector(3, bytes(40)), b"\1" + vector(3, _RESPONSE) + b"\0"),
    *(b"\1" + vector(3, b""), b"\1", b"", b"\0" + vector(3, _RESPONSE), b"\3", b"\1\0\0\5\0"),
    *(b"\2" + vector(3, vector(3, _RESPONSE) + vector(3, b"")), b"\2\0\0\x09" + vector(3, _RESPONSE) + bytes(3)),
)


def _status(chance: random.Random, manner: Manner, _kind: str) -> Manner:
    """A stapled status that is announced, and said or not."""
    hello = chance.choice((((5, b""),), ((17, b""),), ((5, b""), (17, b"")), ((17, b""), (5, b""))))
    return replace(manner, hello=hello, status=chance.choice(_STATUSES))


Family = Callable[[random.Random, Manner, str], Manner]
FAMILIES: Mapping[str, Family] = {
    "key": _plain,
    "scheme": _scheme,
    "signature": _signature,
    "point": _point,
    "numbers": _dhe,
    "status": _status,
}
_OF_12 = frozenset({"point", "numbers", "status"})
