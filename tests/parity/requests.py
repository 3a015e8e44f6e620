"""Random CertificateRequests, as bytes that go over a wire and as the value the key manager is asked with."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TypeVar

from tls_transcript import SIGNATURE_SCHEMES, der

from .octets import extension, vector

T = TypeVar("T")

_CERTIFICATE_TYPES = (1, 2, 64, 1, 2, 64, 3, 4, 5, 6, 20, 65, 66, 67, 224)
_SCHEMES = (*SIGNATURE_SCHEMES, 0x0840, 0x0606, 0xFE00, 0x0A0A)


def random_request(chance: random.Random, tls: str, authority_names: Sequence[bytes]) -> bytes:
    """The handshake message with its header (RFC 5246 section 7.4.4, RFC 8446 section 4.3.2)."""
    schemes = _sample(chance, _SCHEMES, chance.choice([1, 2, 3, 5, 8, 12, 20]))
    listed = b"".join(scheme.to_bytes(2, "big") for scheme in schemes)
    names = b"".join(vector(2, name) for name in _authorities(chance, authority_names))
    if tls == "TLSv1.2":
        types = bytes(_sample(chance, _CERTIFICATE_TYPES, chance.choice([1, 2, 3, 3, 4, 6])))
        body = vector(1, types) + vector(2, listed) + vector(2, names)
    else:
        extensions = extension(13, vector(2, listed))
        if names:
            extensions += extension(47, vector(2, names))
        if chance.random() < 0.15:
            separate = _sample(chance, _SCHEMES, chance.choice([1, 3, 8, 20]))
            extensions += extension(50, vector(2, b"".join(scheme.to_bytes(2, "big") for scheme in separate)))
        if chance.random() < 0.05:
            extensions += extension(chance.choice([0x0A0A, 0xFAFA, 0x1234]), chance.randbytes(3))
        body = b"\0" + vector(2, extensions)
    return b"\x0d" + vector(3, body)


def _authorities(chance: random.Random, names: Sequence[bytes]) -> list[bytes]:
    if chance.random() < 0.25:
        return []
    found = [_respelled(chance, name) for name in _sample(chance, names, chance.choice([1, 1, 2, 3]))]
    if chance.random() < 0.3:
        found.insert(chance.randrange(len(found) + 1), names[0].replace(b"Parity", b"Nobody"))
    return found


def _respelled(chance: random.Random, name: bytes) -> bytes:
    """The same name to Java: other letter case, doubled blanks; sometimes as it is."""
    if chance.random() < 0.6:
        return name
    rdns = []
    for rdn in der.read(name).children():
        attribute = rdn.children()[0]
        kind, value = attribute.children()
        text = value.content.decode()
        text = chance.choice([text, text.upper(), text.lower(), f" {text} ", text.replace(" ", "   ")])
        tag = value.tag if value.tag != der.PRINTABLE_STRING or text.isascii() else der.UTF8_STRING
        rdns.append(der.encode(der.SET, der.encode(der.SEQUENCE, kind.encoded, der.encode(tag, text.encode()))))
    return der.encode(der.SEQUENCE, *rdns)


def _sample(chance: random.Random, population: Sequence[T], count: int) -> list[T]:
    return chance.sample(list(population), min(count, len(population)))
