"""Key schedules and record protection of TLS 1.2 and 1.3 for a server of ours that may be as odd as it likes."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric import ec, x448, x25519
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from .octets import vector

APPLICATION_DATA = 23
_TLS12 = b"\3\3"


@dataclass(frozen=True, slots=True)
class Suite:
    """How a cipher suite protects records, and what its key schedule hashes with."""

    hash_name: str
    key: int
    cipher: str
    mac: str = ""
    exchange: str = "ECDHE"


SUITES: Mapping[int, Suite] = {
    0x1301: Suite("sha256", 16, "gcm"),
    0x1302: Suite("sha384", 32, "gcm"),
    0x1303: Suite("sha256", 32, "chacha"),
    0xC02F: Suite("sha256", 16, "gcm"),
    0xC030: Suite("sha384", 32, "gcm"),
    0xCCA8: Suite("sha256", 32, "chacha"),
    0xC027: Suite("sha256", 16, "cbc", "sha256"),
    0xC028: Suite("sha384", 32, "cbc", "sha384"),
    0xC013: Suite("sha256", 16, "cbc", "sha1"),
    0x002F: Suite("sha256", 16, "cbc", "sha1", "RSA"),
    0x009C: Suite("sha256", 16, "gcm", "", "RSA"),
    0x009E: Suite("sha256", 16, "gcm", "", "DHE"),
    0x009F: Suite("sha384", 32, "gcm", "", "DHE"),
    0x0067: Suite("sha256", 16, "cbc", "sha256", "DHE"),
    0x0033: Suite("sha256", 16, "cbc", "sha1", "DHE"),
    0xC02B: Suite("sha256", 16, "gcm", "", "ECDHE-ECDSA"),
    0xC02C: Suite("sha384", 32, "gcm", "", "ECDHE-ECDSA"),
    0xC023: Suite("sha256", 16, "cbc", "sha256", "ECDHE-ECDSA"),
}


OF_OTHER_KEYS = frozenset({0x009E, 0x009F, 0x0067, 0x0033, 0xC02B, 0xC02C, 0xC023})
"""Those that families of leaves and numbers draw, and no other: what a seed means stays as it is."""


class Protection(Protocol):
    """One direction of a connection."""

    def seal(self, content_type: int, body: bytes, padding: int = 0) -> bytes:
        """A record, header and all."""

    def open(self, record: bytes) -> tuple[int, bytes]:
        """(content type, body); raises ValueError or InvalidTag where the keys do not fit."""


@dataclass(slots=True)
class Sealing13:
    """TLS 1.3 (RFC 8446 section 5.2); `secret` is the traffic secret."""

    suite: Suite
    secret: bytes = field(repr=False)
    _number: int = 0

    def _nonce(self) -> bytes:
        iv = int.from_bytes(expanded(self.suite, self.secret, "iv", b"", 12), "big")
        self._number += 1
        return (iv ^ (self._number - 1)).to_bytes(12, "big")

    def _aead(self) -> AESGCM | ChaCha20Poly1305:
        key = expanded(self.suite, self.secret, "key", b"", self.suite.key)
        return ChaCha20Poly1305(key) if self.suite.cipher == "chacha" else AESGCM(key)

    def seal(self, content_type: int, body: bytes, padding: int = 0) -> bytes:
        """The content type goes inside."""
        inner = body + bytes((content_type,)) + bytes(padding)
        header = bytes((APPLICATION_DATA,)) + _TLS12 + (len(inner) + 16).to_bytes(2, "big")
        return header + self._aead().encrypt(self._nonce(), inner, header)

    def open(self, record: bytes) -> tuple[int, bytes]:
        """See `Protection`."""
        inner = self._aead().decrypt(self._nonce(), record[5:], record[:5]).rstrip(b"\0")
        return inner[-1], inner[:-1]

    def update(self) -> None:
        """KeyUpdate (section 7.2)."""
        size = hashlib.new(self.suite.hash_name).digest_size
        self.secret, self._number = expanded(self.suite, self.secret, "traffic upd", b"", size), 0


@dataclass(slots=True)
class Sealing12:
    """TLS 1.2 with an AEAD (RFC 5288, 7905) or CBC (RFC 5246 section 6.2.3.2)."""

    suite: Suite
    key: bytes = field(repr=False)
    iv: bytes = field(repr=False)
    mac_key: bytes = field(repr=False, default=b"")
    _number: int = 0

    def _head(self, content_type: int, size: int) -> bytes:
        self._number += 1
        return (self._number - 1).to_bytes(8, "big") + bytes((content_type,)) + _TLS12 + size.to_bytes(2, "big")

    def _nonce(self, explicit: bytes) -> bytes:
        if self.suite.cipher == "gcm":
            return self.iv + explicit
        return bytes(a ^ b for a, b in zip(self.iv, bytes(4) + explicit, strict=True))

    def seal(self, content_type: int, body: bytes, padding: int = 0) -> bytes:
        """`padding`: so many more blocks of CBC's."""
        if self.suite.cipher == "cbc":
            sealed = self._cbc(content_type, body, padding)
        else:
            number = self._number.to_bytes(8, "big")
            aead = ChaCha20Poly1305(self.key) if self.suite.cipher == "chacha" else AESGCM(self.key)
            sealed = aead.encrypt(self._nonce(number), body, self._head(content_type, len(body)))
            sealed = number + sealed if self.suite.cipher == "gcm" else sealed
        return bytes((content_type,)) + _TLS12 + len(sealed).to_bytes(2, "big") + sealed

    def _cbc(self, content_type: int, body: bytes, padding: int) -> bytes:
        iv = os.urandom(16)
        body += hmac.new(self.mac_key, self._head(content_type, len(body)) + body, self.suite.mac).digest()
        fill = 15 - len(body) % 16 + 16 * padding
        encryptor = Cipher(algorithms.AES(self.key), modes.CBC(iv)).encryptor()
        return iv + encryptor.update(body + bytes((fill,)) * (fill + 1))

    def open(self, record: bytes) -> tuple[int, bytes]:
        """See `Protection`; the MAC of CBC is taken as it comes."""
        sealed = record[5:]
        if self.suite.cipher == "cbc":
            size = hashlib.new(self.suite.mac).digest_size
            plain = Cipher(algorithms.AES(self.key), modes.CBC(sealed[:16])).decryptor().update(sealed[16:])
            plain = plain[: -1 - plain[-1]]
            return record[0], plain[:-size]
        explicit = sealed[:8] if self.suite.cipher == "gcm" else self._number.to_bytes(8, "big")
        sealed = sealed[8:] if self.suite.cipher == "gcm" else sealed
        aead = ChaCha20Poly1305(self.key) if self.suite.cipher == "chacha" else AESGCM(self.key)
        return record[0], aead.decrypt(self._nonce(explicit), sealed, self._head(record[0], len(sealed) - 16))


def expanded(suite: Suite, secret: bytes, label: str, context: bytes, size: int) -> bytes:
    """HKDF-Expand-Label (RFC 8446 section 7.1), for one block."""
    name = f"tls13 {label}".encode()
    info = size.to_bytes(2, "big") + bytes((len(name),)) + name + bytes((len(context),)) + context
    return hmac.new(secret, info + b"\1", suite.hash_name).digest()[:size]


@dataclass(slots=True)
class Schedule13:
    """The secrets of a handshake without a pre-shared key."""

    suite: Suite
    _secret: bytes = field(repr=False, default=b"")

    def __post_init__(self) -> None:
        zeros = bytes(hashlib.new(self.suite.hash_name).digest_size)
        self._secret = hmac.new(zeros, zeros, self.suite.hash_name).digest()

    def traffic(self, shared: bytes, said: bytes, kind: str) -> tuple[bytes, bytes]:
        """The client's and the server's secrets of that kind (`hs`, `ap`), after `shared` has come in."""
        digest = hashlib.new(self.suite.hash_name)
        derived = expanded(self.suite, self._secret, "derived", digest.digest(), digest.digest_size)
        self._secret = hmac.new(derived, shared or bytes(digest.digest_size), self.suite.hash_name).digest()
        digest.update(said)
        client, server = (
            expanded(self.suite, self._secret, f"{who} {kind} traffic", digest.digest(), digest.digest_size)
            for who in ("c", "s")
        )
        return client, server


def prf(suite: Suite, secret: bytes, label: bytes, seed: bytes, size: int) -> bytes:
    """RFC 5246 section 5."""
    seed, out, a = label + seed, b"", label + seed
    while len(out) < size:
        a = hmac.new(secret, a, suite.hash_name).digest()
        out += hmac.new(secret, a + seed, suite.hash_name).digest()
    return out[:size]


def sealings12(suite: Suite, master: bytes, randoms: bytes) -> tuple[Sealing12, Sealing12]:
    """The client's and the server's; `randoms`: the server's, then the client's."""
    mac = hashlib.new(suite.mac).digest_size if suite.mac else 0
    fixed = {"gcm": 4, "chacha": 12, "cbc": 0}[suite.cipher]
    sizes = (mac, mac, suite.key, suite.key, fixed, fixed)
    block, parts = prf(suite, master, b"key expansion", randoms, sum(sizes)), []
    for size in sizes:
        parts.append(block[:size])
        block = block[size:]
    client_mac, server_mac, client_key, server_key, client_iv, server_iv = parts
    return (
        Sealing12(suite, client_key, client_iv, client_mac),
        Sealing12(suite, server_key, server_iv, server_mac),
    )


_CURVES: Mapping[int, ec.EllipticCurve] = {0x17: ec.SECP256R1(), 0x18: ec.SECP384R1(), 0x19: ec.SECP521R1()}
GROUPS = (0x17, 0x18, 0x19, 0x1D, 0x1E)


class Share:
    """Our half of a key agreement in that group."""

    length = 5
    """The octets in front of the client's half in its ClientKeyExchange."""

    def __init__(self, group: int) -> None:
        self._group = group
        self._key: ec.EllipticCurvePrivateKey | x25519.X25519PrivateKey | x448.X448PrivateKey
        if group in _CURVES:
            self._key = ec.generate_private_key(_CURVES[group])
        else:
            self._key = (x25519.X25519PrivateKey if group == 0x1D else x448.X448PrivateKey).generate()

    @property
    def public(self) -> bytes:
        """What the client gets."""
        if isinstance(self._key, ec.EllipticCurvePrivateKey):
            return self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return self._key.public_key().public_bytes_raw()

    @property
    def said(self) -> bytes:
        """The parameters of a ServerKeyExchange."""
        return b"\3" + self._group.to_bytes(2, "big") + vector(1, self.public)

    def agreed(self, theirs: bytes) -> bytes:
        """The shared secret with the client's."""
        if isinstance(self._key, ec.EllipticCurvePrivateKey):
            peer = ec.EllipticCurvePublicKey.from_encoded_point(self._key.curve, theirs)
            return self._key.exchange(ec.ECDH(), peer)
        if isinstance(self._key, x25519.X25519PrivateKey):
            return self._key.exchange(x25519.X25519PublicKey.from_public_bytes(theirs))
        return self._key.exchange(x448.X448PublicKey.from_public_bytes(theirs))


class Numbers:
    """Our half of finite-field Diffie-Hellman with that prime, and 2."""

    length = 6

    def __init__(self, prime: int) -> None:
        self._prime = prime
        self._secret = int.from_bytes(os.urandom(16), "big") | 1

    @property
    def said(self) -> bytes:
        """The parameters of a ServerKeyExchange."""
        numbers = (self._prime, 2, pow(2, self._secret, self._prime))
        return b"".join(vector(2, one.to_bytes((one.bit_length() + 7) // 8, "big")) for one in numbers)

    def agreed(self, theirs: bytes) -> bytes:
        """The shared secret, without the zeros in front of it (RFC 5246 section 8.1.2)."""
        shared = pow(int.from_bytes(theirs, "big"), self._secret, self._prime)
        return shared.to_bytes((shared.bit_length() + 7) // 8, "big")
