"""CertificateRequests with everything in them that they can have, honest or bent at any level, in any place."""

from __future__ import annotations

import random
from dataclasses import dataclass

from cryptography import x509
from cryptography.x509.oid import NameOID

from tls_transcript import SIGNATURE_SCHEMES

_REQUEST = 13
_BEHIND = {"1.2": 12, "1.3": 8}
"""The message that one follows: ServerKeyExchange, EncryptedExtensions."""
_CERTIFICATE_TYPES = (1, 2, 64, 1, 2, 64, 3, 4, 5, 6, 20, 65, 66, 67, 224, 0, 255)
_SCHEMES = (*SIGNATURE_SCHEMES, 0x0101, 0x0840, 0x0606, 0xFE00, 0x0A0A, 0x0000)
_UNKNOWN_SCHEMES = (0x0840, 0x0606, 0xFE00, 0x0A0A, 0x0000, 0xFFFF)
_SIGNATURES, _AUTHORITIES, _SIGNATURES_CERT = 13, 47, 50
_OTHERS = (0, 5, 10, 16, 18, 21, 35, 41, 42, 43, 44, 45, 48, 49, 51, 99, 0xFAFA, 0xFF01)


@dataclass(frozen=True, slots=True)
class _Bender:
    """Writes vectors, and bends so many of them."""

    chance: random.Random
    share: float

    def vector(self, size: int, content: bytes) -> bytes:
        """Its length in so many octets, then the content."""
        if self.chance.random() >= self.share:
            return len(content).to_bytes(size, "big") + content
        edit, length = self.chance.randrange(5), len(content)
        if edit == 0:
            length = self.chance.choice((0, 1, length - 2, length - 1, length + 1, length + 2, 300, 1 << 30))
        elif edit == 1:
            content = content[: self.chance.randrange(len(content) + 1)]
            length = len(content)
        elif edit == 2:
            content += bytes(self.chance.choice((1, 2, 3, 4)))
            length = len(content) if self.chance.random() < 0.5 else length
        elif edit == 3:
            content = self.chance.choice((b"", b"\0", b"\0\0", bytes(self.chance.randrange(12))))
            length = len(content)
        elif content:
            changed = bytearray(content)
            changed[self.chance.randrange(len(content))] = self.chance.randrange(256)
            content = bytes(changed)
        return max(0, min(length, (1 << 8 * size) - 1)).to_bytes(size, "big") + content

    def schemes(self) -> bytes:
        """A list of signature algorithms, now and then of unknown ones only."""
        known = self.chance.random() < 0.8
        some = self.chance.sample(_SCHEMES if known else _UNKNOWN_SCHEMES, self.chance.choice((1, 1, 2, 3, 6)))
        return self.vector(2, b"".join(one.to_bytes(2, "big") for one in some))

    def authorities(self) -> bytes:
        """A list of names."""
        return self.vector(
            2, b"".join(self.vector(2, self._name()) for _ in range(self.chance.choice((0, 1, 1, 2, 3))))
        )

    def _name(self) -> bytes:
        kinds = (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME, NameOID.DOMAIN_COMPONENT, NameOID.LOCALITY_NAME)
        count = self.chance.choice((0, 1, 2, 3))
        return x509.Name(
            [x509.NameAttribute(kind, "A name") for kind in self.chance.sample(kinds, count)]
        ).public_bytes()

    def extensions(self) -> bytes:
        """Those of TLS 1.3."""
        bodies = [(_SIGNATURES, self.schemes())] if self.chance.random() < 0.85 else []
        if self.chance.random() < 0.4:
            bodies.append((_AUTHORITIES, self.authorities()))
        if self.chance.random() < 0.25:
            bodies.append((_SIGNATURES_CERT, self.schemes()))
        for _ in range(self.chance.choice((0, 0, 0, 1, 2))):
            body = self.chance.choice((b"", b"\0", b"\0\0", self.schemes(), bytes(self.chance.randrange(9))))
            bodies.append((self.chance.choice(_OTHERS), body))
        if bodies and self.chance.random() < 0.1:
            bodies.append((self.chance.choice(bodies)[0], self.schemes()))
        self.chance.shuffle(bodies)
        return self.vector(2, b"".join(number.to_bytes(2, "big") + self.vector(2, body) for number, body in bodies))

    def request(self, tls: str) -> bytes:
        """The message's body."""
        if tls == "1.3":
            return self.vector(1, bytes(self.chance.choice((0, 0, 0, 1, 8, 255)))) + self.extensions()
        types = bytes(self.chance.choices(_CERTIFICATE_TYPES, k=self.chance.choice((0, 1, 2, 3, 5))))
        return self.vector(1, types) + self.schemes() + self.authorities()


def with_requests(chance: random.Random, tls: str, messages: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """A flight with one more CertificateRequest or two; half of them where they belong."""
    said = list(messages)
    for _ in range(chance.choice((1, 1, 1, 1, 2))):
        body = _Bender(chance, chance.choice((0.0, 0.1, 0.1, 0.3))).request(tls)
        if chance.random() < 0.05:
            body = body[: chance.randrange(len(body) + 1)]
        at = chance.randrange(len(said) + 1)
        if chance.random() < 0.5:
            at = 1 + next(place for place, message in enumerate(said) if message[0] == _BEHIND[tls])
        said.insert(at, bytes((_REQUEST,)) + len(body).to_bytes(3, "big") + body)
    return tuple(said)
