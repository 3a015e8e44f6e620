"""Records opened with the secrets of a key log: TLS 1.3 and 1.2 (AES-GCM, AES-CCM, ChaCha20, AES-CBC), 1.1 and 1.0.

What does not authenticate is not opened: a wrong secret gives nothing, never something wrong. Sources: RFC 8446
sections 5.2, 5.3 and 7; RFC 5246 sections 5 and 6; RFC 5288, RFC 6655, RFC 7366, RFC 7905.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESCCM, AESGCM, ChaCha20Poly1305

from guarded.regex import regex
from guarded.values import dataclass
from tls_transcript import iana_cipher, registries

_TLS13, _TLS12, _TLS11 = 0x0304, 0x0303, 0x0302
_SUITE = regex(r"(AES_128|AES_256|CHACHA20_POLY1305)(?:_(GCM|CCM_8|CCM|CBC))?(?:_(SHA256|SHA384|SHA))?$")
_TAG, _SHORT_TAG = 16, 8
_BLOCK = 16


@dataclass(frozen=True, slots=True)
class Suite:
    """What of a cipher suite matters for opening records."""

    mode: str
    """GCM, CCM, CCM_8, CBC or CHACHA20."""
    key: int
    """Octets of the key."""
    digest: str
    """Of the key schedule (TLS 1.2: the PRF), as hashlib names it."""
    mac: str = ""
    """CBC: the digest of the MAC."""


def suite_of(number: int) -> Suite | None:
    """The suite of that number; None where it cannot be opened here (3DES, RC4, Camellia, ARIA)."""
    name = registries.cipher_suite_name(number)
    found = _SUITE.search(iana_cipher(name))
    if found is None:
        return None
    cipher, mode, digest = found.groups()
    key = 16 if cipher == "AES_128" else 32
    schedule = "sha384" if digest == "SHA384" else "sha256"
    if cipher == "CHACHA20_POLY1305":
        return Suite("CHACHA20", key, schedule)
    if mode == "CBC":
        return Suite("CBC", key, schedule, {"SHA": "sha1"}.get(digest or "", (digest or "").lower()))
    return Suite(mode, key, schedule) if mode else None


class Opener:
    """One direction's keys and sequence number."""

    needs_all = False
    """Each record is needed to open the next one."""

    def __init__(self) -> None:
        self.number = 0

    def open(self, kind: int, body: bytes, version: int) -> tuple[int, bytes] | None:
        """Content type and plain octets of the next record; None where the secret does not fit."""
        raise NotImplementedError

    def passed(self) -> None:
        """The next record is not opened."""
        self.number += 1


def _expand_label(secret: bytes, label: bytes, length: int, digest: str) -> bytes:
    """HKDF-Expand-Label without context, for up to one block of the digest (RFC 8446 section 7.1)."""
    full = b"tls13 " + label
    info = length.to_bytes(2, "big") + bytes((len(full),)) + full + b"\0"
    return hmac.new(secret, info + b"\x01", digest).digest()[:length]


def _aead(suite: Suite, key: bytes) -> Any:
    if suite.mode == "GCM":
        return AESGCM(key)
    if suite.mode == "CHACHA20":
        return ChaCha20Poly1305(key)
    return AESCCM(key, _SHORT_TAG if suite.mode == "CCM_8" else _TAG)


def _xor(nonce: bytes, number: int) -> bytes:
    return (int.from_bytes(nonce, "big") ^ number).to_bytes(len(nonce), "big")


class Opener13(Opener):
    """TLS 1.3."""

    def __init__(self, suite: Suite, secret: bytes) -> None:
        super().__init__()
        self._suite = suite
        self._use(secret)

    def _use(self, secret: bytes) -> None:
        self._secret, self.number = secret, 0
        self._cipher = _aead(self._suite, _expand_label(secret, b"key", self._suite.key, self._suite.digest))
        self._iv = _expand_label(secret, b"iv", 12, self._suite.digest)

    def update(self) -> None:
        """The sender has sent KeyUpdate (RFC 8446 section 7.2)."""
        size = hashlib.new(self._suite.digest).digest_size
        self._use(_expand_label(self._secret, b"traffic upd", size, self._suite.digest))

    def open(self, kind: int, body: bytes, version: int) -> tuple[int, bytes] | None:
        """See `Opener`; the content type stands behind the plain octets, before the padding."""
        header = bytes((kind, 3, 3)) + len(body).to_bytes(2, "big")
        try:
            inner = self._cipher.decrypt(_xor(self._iv, self.number), body, header).rstrip(b"\0")
        except (InvalidTag, ValueError):
            return None
        self.number += 1
        return (inner[-1], inner[:-1]) if inner else (0, b"")


class OpenerAead(Opener):
    """TLS 1.2 with an AEAD suite."""

    def __init__(self, suite: Suite, key: bytes, iv: bytes) -> None:
        super().__init__()
        self._cipher, self._iv = _aead(suite, key), iv
        self._explicit = 0 if suite.mode == "CHACHA20" else 8
        self._tag = _SHORT_TAG if suite.mode == "CCM_8" else _TAG

    def open(self, kind: int, body: bytes, version: int) -> tuple[int, bytes] | None:
        """See `Opener`."""
        size = len(body) - self._explicit - self._tag
        if size < 0:
            return None
        nonce = self._iv + body[:8] if self._explicit else _xor(self._iv, self.number)
        extra = self.number.to_bytes(8, "big") + bytes((kind, 3, 3)) + size.to_bytes(2, "big")
        try:
            plain = self._cipher.decrypt(nonce, body[self._explicit :], extra)
        except (InvalidTag, ValueError):
            return None
        self.number += 1
        return kind, plain


class OpenerCbc(Opener):
    """TLS 1.0 to 1.2 with AES-CBC and HMAC, MAC first or (RFC 7366) encryption first."""

    def __init__(self, suite: Suite, key: bytes, mac: bytes, iv: bytes, *, encrypt_then_mac: bool) -> None:
        super().__init__()
        self._key, self._mac, self._digest = key, mac, suite.mac
        self._iv = iv
        """TLS 1.0: the last block of the record before; empty where each record brings its own."""
        self._etm = encrypt_then_mac
        self._size = hashlib.new(suite.mac).digest_size
        self.needs_all = bool(iv)

    def open(self, kind: int, body: bytes, version: int) -> tuple[int, bytes] | None:
        """See `Opener`."""
        sealed = body
        if self._etm:
            sealed, tag = body[: -self._size], body[-self._size :]
            if not hmac.compare_digest(tag, self._authentic(kind, sealed, version)):
                return None
        iv, blocks = (self._iv, sealed) if self._iv else (sealed[:_BLOCK], sealed[_BLOCK:])
        if not blocks or len(blocks) % _BLOCK or len(iv) != _BLOCK:
            return None
        decryptor = Cipher(algorithms.AES(self._key), modes.CBC(iv)).decryptor()
        plain = decryptor.update(blocks) + decryptor.finalize()
        plain = plain[: len(plain) - plain[-1] - 1] if plain[-1] < len(plain) else b""
        if not self._etm:
            plain, tag = plain[: -self._size], plain[-self._size :]
            if not hmac.compare_digest(tag, self._authentic(kind, plain, version)):
                return None
        if self._iv:
            self._iv = blocks[-_BLOCK:]
        self.number += 1
        return kind, plain

    def _authentic(self, kind: int, data: bytes, version: int) -> bytes:
        header = self.number.to_bytes(8, "big") + bytes((kind,)) + version.to_bytes(2, "big")
        return hmac.new(self._mac, header + len(data).to_bytes(2, "big") + data, self._digest).digest()


def opener13(number: int, secret: bytes) -> Opener13 | None:
    """TLS 1.3: the opener of a traffic secret."""
    suite = suite_of(number)
    if suite is None or len(secret) != hashlib.new(suite.digest).digest_size:
        return None
    return Opener13(suite, secret)


def openers12(
    number: int,
    version: int,
    master: bytes,
    client_random: bytes,
    server_random: bytes,
    *,
    encrypt_then_mac: bool = False,
) -> tuple[Opener, Opener] | None:
    """TLS 1.2 and older: client's and server's opener (RFC 5246 section 6.3)."""
    suite = suite_of(number)
    if suite is None:
        return None
    seed = b"key expansion" + server_random + client_random
    mac = hashlib.new(suite.mac).digest_size if suite.mac else 0
    iv = 12 if suite.mode == "CHACHA20" else 4
    if suite.mode == "CBC":
        iv = 0 if version >= _TLS11 else _BLOCK
    block = _prf(master, seed, 2 * (mac + suite.key + iv), suite.digest if version >= _TLS12 else "")
    macs, keys = (block[:mac], block[mac : 2 * mac]), block[2 * mac :]
    ivs = keys[2 * suite.key :]
    pair = []
    for side in (0, 1):
        key, own = keys[side * suite.key :][: suite.key], ivs[side * iv :][:iv]
        pair.append(
            OpenerCbc(suite, key, macs[side], own, encrypt_then_mac=encrypt_then_mac)
            if suite.mode == "CBC"
            else OpenerAead(suite, key, own)
        )
    return pair[0], pair[1]


def _prf(secret: bytes, seed: bytes, length: int, digest: str) -> bytes:
    """RFC 5246 section 5; without a digest that of RFC 2246, MD5 and SHA-1 mixed."""
    if digest:
        return _p_hash(secret, seed, length, digest)
    half = (len(secret) + 1) // 2
    one = _p_hash(secret[:half], seed, length, "md5")
    other = _p_hash(secret[-half:], seed, length, "sha1")
    return bytes(a ^ b for a, b in zip(one, other, strict=True))


def _p_hash(secret: bytes, seed: bytes, length: int, digest: str) -> bytes:
    found, mixed = b"", seed
    while len(found) < length:
        mixed = hmac.new(secret, mixed, digest).digest()
        found += hmac.new(secret, mixed + seed, digest).digest()
    return found[:length]
