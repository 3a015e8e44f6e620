"""How an extension of a certificate is changed, or one added."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import replace

from . import mutant_extensions as values
from .mutant_odd_values import odd_value
from .mutant_parts import (
    CRITICAL,
    Changed,
    Extension,
    Parts,
    octets,
    oid,
    tlv,
)


def extension(name: str, value: bytes, *, critical: bool = False) -> Extension:
    """A well-formed one, by our name for it."""
    return Extension(name, oid(values.OIDS[name]), CRITICAL if critical else b"", value)


def _body_octets(chance: random.Random, data: bytes) -> bytes:
    return octets(chance, data, max(0, min(2, len(data) - 1)))


def _with_head(chance: random.Random, data: bytes) -> bytes:
    head, rest = data[:4], data[4:]
    return octets(chance, head) + (octets(chance, rest) if rest and chance.random() < 0.3 else rest)


def _long_length(_: random.Random, data: bytes) -> bytes:
    return data[:1] + b"\x81" + data[1:] if len(data) > 1 and data[1] < 0x80 else data[:1] + b"\x83\0" + data[2:]


_SHAPES: Mapping[str, Callable[[random.Random, bytes], bytes]] = {
    "octets": _body_octets,
    "octets with head": _with_head,
    "half": lambda _, data: data[: len(data) // 2],
    "trail": lambda chance, data: data + chance.choice([b"\0", b"\x05\0", b"\0\0", data]),
    "longlen": _long_length,
    "shortlen": lambda _, data: data[:1] + bytes((data[1] - 1 & 0x7F,)) + data[2:] if len(data) > 1 else b"",
    "indef": lambda _, data: (
        data[:1] + b"\x80" + data[2:] + b"\0\0" if data[:1] == b"\x30" else b"\x30\x80" + data + b"\0\0"
    ),
    "wrap": lambda chance, data: tlv(chance.choice([0x30, 0x04, 0x24, 0x31, 0xA0]), data),
    "shuffled": lambda _, data: data[:2] + data[2:][::-1],
}


def _value(chance: random.Random, one: Extension) -> tuple[bytes, str]:
    draw = chance.random()
    if one.name in ("san", "ian") and draw < 0.35:
        return values.odd_names(chance), "odd names"
    if draw < 0.35:
        value = odd_value(chance, one.name)
        return value, f"odd {value.hex()[:40]}"
    shape = chance.choices(list(_SHAPES), [12, 6, 1, 1, 1, 1, 1, 1, 1])[0]
    return _SHAPES[shape](chance, one.value), shape


def change_extension(chance: random.Random, parts: Parts) -> Changed:
    """One extension's value, its criticality, or both; now and then it stands there twice, or is gone."""
    places = list(range(len(parts.extensions)))
    if not places:
        return add_extension(chance, parts)
    place = chance.choice(places)
    one, what = parts.extensions[place], ""
    draw = chance.random()
    if draw < 0.03:
        rest = [*parts.extensions[:place], *parts.extensions[place + 1 :]]
        return replace(parts, extensions=tuple(rest)), f"{one.name}: gone"
    if draw < 0.06:
        return replace(parts, extensions=(*parts.extensions, one)), f"{one.name}: twice"
    if draw > 0.12:
        value, what = _value(chance, one)
        one = replace(one, value=value)
    if draw <= 0.12 or chance.random() < 0.2:
        one = replace(one, critical=b"" if one.critical else CRITICAL)
    what = ", ".join(part for part in (what, "critical" if one.critical else "") if part) or "not critical"
    rest = [*parts.extensions[:place], one, *parts.extensions[place + 1 :]]
    return replace(parts, extensions=tuple(rest)), f"{one.name}: {what}"


def add_extension(chance: random.Random, parts: Parts) -> Changed:
    """One more, of any kind, as it should be or not."""
    name = chance.choice(list(values.RARE))
    one = extension(name, values.RARE[name](chance), critical=chance.random() < 0.3)
    value, what = _value(chance, one) if chance.random() < 0.75 else (one.value, "sound")
    added = replace(one, value=value)
    extensions = (*(other for other in parts.extensions if other.name != name), added)
    return replace(parts, extensions=extensions), f"{name}: {what}, added" + (", critical" if one.critical else "")
