"""Public keys of every algorithm that a certificate may bear, sound or changed; nobody has the private ones."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import replace

from .mutant_parts import BIT_STRING, NULL, OCTET_STRING, Changed, Parts, number, octets, oid, seq, tlv

_MODP = int(  # the 1024-bit group of RFC 2409 section 6.2
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B"
    "0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE649286651ECE65381"
    "FFFFFFFFFFFFFFFF",
    16,
)
_SMALL = (1 << 159) + 7
_CURVES = (
    "1.2.840.10045.3.1.7",
    "1.3.132.0.34",
    "1.3.132.0.35",
    "1.3.132.0.10",
    "1.3.132.0.33",
    "1.3.36.3.3.2.8.1.1.7",
    "1.2.3.4",
)
_SHA256 = seq(oid("2.16.840.1.101.3.4.2.1"))


def _key(algorithm: bytes, bits: bytes, unused: int = 0) -> bytes:
    return seq(algorithm, tlv(BIT_STRING, bytes((unused,)), bits))


def _rsa(chance: random.Random) -> bytes:
    bits = chance.choice([1024, 1024, 512, 511, 2048, 256])
    modulus = (1 << bits - 1) + chance.getrandbits(bits - 1) | 1
    exponent = chance.choice([65537, 3, 1, 0, -3, 1 << 70])
    parameters = chance.choice([tlv(NULL)] * 4 + [b"", seq()])
    return _key(seq(oid("1.2.840.113549.1.1.1"), parameters), seq(number(modulus), number(exponent)))


def _pss(chance: random.Random) -> bytes:
    hashed = tlv(0xA0, _SHA256)
    masked = tlv(0xA1, seq(oid("1.2.840.113549.1.1.8"), _SHA256))
    parameters = chance.choice(
        [b"", seq(), seq(hashed, masked, tlv(0xA2, number(32))), seq(hashed), tlv(NULL), seq(tlv(0xA2, number(-1)))]
    )
    modulus = (1 << 1023) + chance.getrandbits(1023) | 1
    return _key(seq(oid("1.2.840.113549.1.1.10"), parameters), seq(number(modulus), number(65537)))


def _elliptic(chance: random.Random) -> bytes:
    size = chance.choice([32, 32, 48, 66, 31])
    form = chance.choice([4, 4, 4, 2, 3, 0, 6])
    point = bytes((form,)) + chance.randbytes(size * (2 if form in (4, 6) else 1))
    parameters = chance.choice(
        [oid(chance.choice(_CURVES)), oid(_CURVES[0]), oid(_CURVES[0]), tlv(NULL), b"", _explicit_curve(chance)]
    )
    return _key(seq(oid("1.2.840.10045.2.1"), parameters), point)


def _explicit_curve(chance: random.Random) -> bytes:
    prime = (1 << 256) - (1 << 224) + (1 << 192) + (1 << 96) - 1
    field = seq(oid("1.2.840.10045.1.1"), number(prime))
    curve = seq(tlv(OCTET_STRING, (prime - 3).to_bytes(32, "big")), tlv(OCTET_STRING, chance.randbytes(32)))
    return seq(number(1), field, curve, tlv(OCTET_STRING, b"\x04" + chance.randbytes(64)), number(prime - 2), number(1))


def _edwards(chance: random.Random) -> bytes:
    name, length = chance.choice([("1.3.101.112", 32), ("1.3.101.113", 57), ("1.3.101.110", 32), ("1.3.101.111", 56)])
    parameters = chance.choice([b"", b"", b"", tlv(NULL)])
    return _key(
        seq(oid(name), parameters),
        chance.randbytes(length + chance.choice([0, 0, 0, 1, -1])),
        chance.choice([0, 0, 0, 3]),
    )


def _dsa(chance: random.Random) -> bytes:
    group = seq(number(_MODP), number(_SMALL), number(chance.getrandbits(1000)))
    parameters = chance.choice([group, group, b"", tlv(NULL), seq(number(_MODP), number(_SMALL))])
    return _key(
        seq(oid("1.2.840.10040.4.1"), parameters),
        chance.choice([number(chance.getrandbits(1000)), number(-5), tlv(NULL)]),
    )


def diffie_hellman_private(chance: random.Random) -> bytes:
    """A PKCS#8 key for key agreement, sound or changed; no TLS client can sign with it."""
    group = seq(number(_MODP), number(2))
    parameters = chance.choice([group, group, seq(number(_MODP), number(2), number(160)), b"", tlv(NULL)])
    value = chance.choice([number(chance.getrandbits(160)), number(chance.getrandbits(160)), tlv(NULL)])
    more = chance.choice([b"", b"", tlv(NULL)])
    algorithm = seq(oid("1.2.840.113549.1.3.1"), parameters)
    key = seq(number(chance.choice([0, 0, 0, 1])), algorithm, tlv(OCTET_STRING, value), more)
    return octets(chance, key) if chance.random() < 0.4 else key


def _diffie_hellman(chance: random.Random) -> bytes:
    base = [number(_MODP), number(2)]
    parameters = chance.choice(
        [seq(*base), seq(*base, number(160)), seq(*base, number(160), number(1)), b"", tlv(NULL), seq(base[0])]
    )
    value = chance.choice([number(chance.getrandbits(1000)), number(chance.getrandbits(1000)), tlv(NULL), b""])
    return _key(seq(oid("1.2.840.113549.1.3.1"), parameters), value)


def _unknown(chance: random.Random) -> bytes:
    algorithm = seq(oid(chance.choice(["1.2.3.4", "1.2.643.7.1.1.1.1", "2.16.840.1.101.3.4.3.17"])), tlv(NULL))
    return _key(algorithm, chance.randbytes(20), chance.choice([0, 7]))


KINDS: Mapping[str, Callable[[random.Random], bytes]] = {
    "rsa": _rsa,
    "pss": _pss,
    "elliptic": _elliptic,
    "edwards": _edwards,
    "dsa": _dsa,
    "diffie-hellman": _diffie_hellman,
    "unknown": _unknown,
}


def change_public_key(chance: random.Random, parts: Parts) -> Changed:
    """Another public key: of any algorithm and with any parameters, half the time with an octet or two changed."""
    kind = chance.choice(list(KINDS))
    key = KINDS[kind](chance)
    if chance.random() < 0.5:
        key = octets(chance, key[:40]) + key[40:]
    if chance.random() < 0.1:
        key = seq(key[4:] if key[1] == 0x82 else key[3:] if key[1] == 0x81 else key[2:], tlv(NULL))
    return replace(parts, public_key=key), f"public key {kind}"
