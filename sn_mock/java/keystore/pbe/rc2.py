"""RC2 in CBC mode with its effective key length: the 40-bit cipher that old tools used for PKCS#12 certificates.

Source: RFC 2268. Python's cryptography offers RC2 with 128-bit keys only.
"""

from __future__ import annotations

import struct

# RFC 2268 section 2: a permutation derived from the digits of pi.
_PI = bytes.fromhex(
    "d978f9c419ddb5ed28e9fd794aa0d89dc67e37832b76538e624c6488448bfba2"
    "179a59f587b34f1361456d8d09817d32bd8f40eb86b77b0bf09521225c6b4e82"
    "54d66593ce60b21c7356c014a78cf1dc1275ca1f3bbee4d1423dd430a33cb626"
    "6fbf0eda4669075727f21d9bbc944303f811c7f690ef3ee706c3d52fc8661ed7"
    "08e8eade8052eef784aa72ac354d6a2a961ad2715a1549744b9fd05e0418a4ec"
    "c2e0416e0f51cbcc2491af50a1f47039997c3a8523b8b47afc02365b25559731"
    "2d5dfa98e38a92ae05df2910676cbac9d300e6cfe19ea82c6316013f58e289a9"
    "0d38341bab33ffb0bb480c5fb9b1cd2ec5f3db47e5a59c770aa62068fe7fc1ad"
)
_SHIFTS = (1, 2, 3, 5)
_MASK = 0xFFFF


def decrypt_cbc(key: bytes, iv: bytes, data: bytes) -> bytes:
    """The plain blocks; padding is left on. The effective key length is the key's own."""
    words = _expand(key)
    out = bytearray()
    previous = iv
    for start in range(0, len(data), 8):
        block = data[start : start + 8]
        out += bytes(a ^ b for a, b in zip(_decrypt_block(words, block), previous, strict=True))
        previous = block
    return bytes(out)


def encrypt_cbc(key: bytes, iv: bytes, data: bytes) -> bytes:
    """The cipher blocks of already padded data."""
    words = _expand(key)
    out = bytearray()
    previous = iv
    for start in range(0, len(data), 8):
        previous = _encrypt_block(words, bytes(a ^ b for a, b in zip(data[start : start + 8], previous, strict=True)))
        out += previous
    return bytes(out)


def _expand(key: bytes) -> tuple[int, ...]:
    size = len(key)
    buffer = bytearray(key.ljust(128, b"\0"))
    for i in range(size, 128):
        buffer[i] = _PI[(buffer[i - 1] + buffer[i - size]) & 0xFF]
    buffer[128 - size] = _PI[buffer[128 - size]]
    for i in range(127 - size, -1, -1):
        buffer[i] = _PI[buffer[i + 1] ^ buffer[i + size]]
    return struct.unpack("<64H", bytes(buffer))


def _decrypt_block(words: tuple[int, ...], block: bytes) -> bytes:
    r = list(struct.unpack("<4H", block))
    index = 63
    for rounds in (5, 6, 5):
        if rounds != 5 or index != 63:
            for i in (3, 2, 1, 0):
                r[i] = (r[i] - words[r[i - 1] & 63]) & _MASK
        for _ in range(rounds):
            for i in (3, 2, 1, 0):
                shift = _SHIFTS[i]
                value = (r[i] >> shift | r[i] << (16 - shift)) & _MASK
                a, b, c = r[i - 1], r[i - 2], r[i - 3]
                r[i] = (value - words[index] - (a & b) - (~a & c)) & _MASK
                index -= 1
    return struct.pack("<4H", *r)


def _encrypt_block(words: tuple[int, ...], block: bytes) -> bytes:
    r = list(struct.unpack("<4H", block))
    index = 0
    for rounds in (5, 6, 5):
        if index:
            for i in range(4):
                r[i] = (r[i] + words[r[i - 1] & 63]) & _MASK
        for _ in range(rounds):
            for i in range(4):
                a, b, c = r[i - 1], r[i - 2], r[i - 3]
                value = (r[i] + words[index] + (a & b) + (~a & c)) & _MASK
                r[i] = (value << _SHIFTS[i] | value >> (16 - _SHIFTS[i])) & _MASK
                index += 1
    return struct.pack("<4H", *r)
