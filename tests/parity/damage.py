"""Random damage to a keystore file, of the kinds that mail programs, editors and careless scripts do."""

from __future__ import annotations

import random
from base64 import b64encode
from collections.abc import Callable, Mapping

Damage = Callable[[random.Random, bytes], bytes]


def _truncate(chance: random.Random, data: bytes) -> bytes:
    near = chance.choice([len(data), len(data), 64, 8])
    return data[: chance.randrange(min(near, len(data)) + 1)] if near != 8 else data[: -chance.randint(1, 24)]


def _place(chance: random.Random, data: bytes) -> int:
    """Anywhere, but the structures at both ends more often than their share."""
    span = chance.choice([len(data), len(data), 96, 40])
    place = chance.randrange(min(span, len(data)))
    return place if chance.random() < 0.8 else len(data) - 1 - place


def _flip(chance: random.Random, data: bytes) -> bytes:
    damaged = bytearray(data)
    for _ in range(chance.choice([1, 1, 1, 2, 5])):
        damaged[_place(chance, data)] ^= 1 << chance.randrange(8)
    return bytes(damaged)


def _overwrite(chance: random.Random, data: bytes) -> bytes:
    damaged = bytearray(data)
    for _ in range(chance.choice([1, 1, 2])):
        damaged[_place(chance, data)] = chance.choice([0, 1, 0x7F, 0x80, 0xFF, 0x30, 0x04, chance.randrange(256)])
    return bytes(damaged)


def _insert(chance: random.Random, data: bytes) -> bytes:
    place = _place(chance, data)
    return data[:place] + chance.randbytes(chance.choice([1, 1, 2, 7])) + data[place:]


def _remove(chance: random.Random, data: bytes) -> bytes:
    place = _place(chance, data)
    return data[:place] + data[place + chance.choice([1, 1, 2, 16]) :]


def _append(chance: random.Random, data: bytes) -> bytes:
    return data + chance.choice([b"\n", b"\r\n", b"\0" * 16, chance.randbytes(5), data])


_TEXT_FORMS: tuple[Callable[[bytes], bytes], ...] = (
    lambda data: data.decode("utf-8", "replace").encode(),
    lambda data: data.decode("latin-1").encode(),
    lambda data: data.replace(b"\n", b"\r\n"),
    lambda data: data.replace(b"\r\n", b"\n"),
    b64encode,
)


def _as_text(chance: random.Random, data: bytes) -> bytes:
    return chance.choice(_TEXT_FORMS)(data)


def _blank(chance: random.Random, data: bytes) -> bytes:
    place = _place(chance, data)
    length = chance.choice([4, 16, 64])
    return data[:place] + bytes(length) + data[place + length :]


KINDS: Mapping[str, Damage] = {
    "truncated": _truncate,
    "bits flipped": _flip,
    "bytes overwritten": _overwrite,
    "bytes inserted": _insert,
    "bytes removed": _remove,
    "bytes appended": _append,
    "sent as text": _as_text,
    "blanked": _blank,
    "unharmed": lambda _chance, data: data,
}
_WEIGHTS = (3, 8, 8, 4, 4, 1, 1, 2, 3)


def random_damage(chance: random.Random, data: bytes) -> tuple[str, bytes]:
    """(kind of damage, damaged file)."""
    kind = chance.choices(list(KINDS), _WEIGHTS)[0]
    return kind, KINDS[kind](chance, data)
