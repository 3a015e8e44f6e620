"""Octets of TLS that questions, servers and tests are written with."""

from __future__ import annotations

BASE_POINT = bytes.fromhex(
    "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
    "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"
)
"""Of secp256r1, uncompressed (SEC 2, 2.4.2): anybody may have it as a key."""


def message(kind: int, body: bytes) -> bytes:
    """A handshake message."""
    return bytes((kind,)) + vector(3, body)


def vector(size: int, body: bytes) -> bytes:
    """A body behind its length in so many octets."""
    return len(body).to_bytes(size, "big") + body


def extension(number: int, body: bytes) -> bytes:
    """An extension of any message."""
    return number.to_bytes(2, "big") + vector(2, body)
