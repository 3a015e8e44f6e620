"""Finite-field Diffie-Hellman: what JSSE makes of a server's numbers (KeyUtil.validate, DHKeyPairGenerator).

Measured on 8u252, 8u504, 11.0.13, 11.0.32, 17.0.15, 17.0.21, 21.0.8 and 21.0.13.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

from guarded.values import dataclass
from sn_mock.failure import JavaException
from sn_mock.java.lang.thrown import INVALID_KEY

_SMALLEST_ALLOWED = 1024
"""`DH keySize < 1024` in `jdk.tls.disabledAlgorithms`."""
_SMALLEST, _LARGEST, _STEP = 512, 8192, 64
_NO_KEY_PAIR = "Could not generate DH keypair"
FFDHE: Mapping[int, tuple[int, int]] = {
    0x100: (2048, 560316),
    0x101: (3072, 2625351),
    0x102: (4096, 5736041),
    0x103: (6144, 15705020),
    0x104: (8192, 10965728),
}
"""The groups of RFC 7919: their bits, and the number that makes them prime (appendix A)."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """Of a ServerKeyExchange; the generator is not looked at."""

    prime: int
    key: int

    def objection(self) -> JavaException | None:
        """What is thrown for the key."""
        if self.key <= 1:
            return JavaException(INVALID_KEY, "Diffie-Hellman public key is too small")
        if self.key >= self.prime - 1:
            return JavaException(INVALID_KEY, "Diffie-Hellman public key is too large")
        if self.prime % self.key == 0:
            return JavaException(INVALID_KEY, "Invalid Diffie-Hellman parameters")
        return None

    @property
    def is_weak(self) -> bool:
        """`jdk.tls.disabledAlgorithms` has it."""
        return self.prime.bit_length() < _SMALLEST_ALLOWED

    def no_key_pair(self) -> tuple[JavaException, ...]:
        """What is thrown where the client makes its own half; () where it can."""
        bits = self.prime.bit_length()
        if _SMALLEST <= bits <= _LARGEST and bits % _STEP == 0:
            return ()
        text = (
            f"DH key size must be multiple of {_STEP}, and can only range from {_SMALLEST} to {_LARGEST} (inclusive). "
        )
        below = JavaException(
            "java.security.InvalidAlgorithmParameterException", f"{text}The specific key size {bits} is not supported"
        )
        return JavaException("java.lang.RuntimeException", _NO_KEY_PAIR), below


def read(vector: Callable[[int], bytes]) -> tuple[bytes, Numbers]:
    """A server's parameters as they are signed, and as numbers; `vector` reads one with a length of so many octets."""
    prime, generator, key = (vector(2) for _ in ("p", "g", "y"))
    signed = b"".join(len(one).to_bytes(2, "big") + one for one in (prime, generator, key))
    return signed, Numbers(int.from_bytes(prime, "big"), int.from_bytes(key, "big"))


@cache
def prime_of(group: int) -> int:
    """2^b - 2^(b-64) + (floor(2^(b-130) e) + X) 2^64 - 1 (RFC 7919 appendix A)."""
    bits, fitting = FFDHE[group]
    return (1 << bits) - (1 << (bits - 64)) + (_euler(bits - 130) + fitting << 64) - 1


def _euler(bits: int) -> int:
    """floor(2^bits e)."""
    guard = 64
    total = term = 1 << (bits + guard)
    divisor = 1
    while term:
        term //= divisor
        total += term
        divisor += 1
    return total >> guard
