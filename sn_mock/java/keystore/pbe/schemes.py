"""Password-based decryption with the JDK's checks in the JDK's order.

Schemes: PKCS#12's own (RFC 7292 appendix B and C), PBES2 with AES (RFC 8018), and PBES1 with MD5 and DES. The refusals
were measured on JDK 17.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from cryptography.hazmat.decrepit.ciphers.algorithms import ARC4, TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES

from guarded.values import dataclass
from sn_mock.java.keystore.pbe import budget, rc2
from sn_mock.java.lang.remembering import remembered_by_digest
from sn_mock.java.lang.strings import password_chars
from sn_mock.java.lang.thrown import JavaThrow, io
from sn_mock.java.x509.pbe_parameters import PbeParameters

T = TypeVar("T")

BAD_PADDING = "javax.crypto.BadPaddingException"
_INVALID_PARAMETER = "java.security.InvalidAlgorithmParameterException"
_NOT_PADDED = "Given final block not properly padded. Such issues can arise if a bad key is used during decryption."
CIPHER_KEY, CIPHER_IV, MAC_KEY = 1, 2, 3
_PBES2_DEFAULT_ITERATIONS = 4096
_KEPT_KEYS = 64
"""Derived keys that are kept: show, check and call open the same keys several times."""

NUL_PASSWORD = "\0"
"""Java's second try for an empty password: no password at all, not even a terminator."""


def with_empty_password_retry(action: Callable[[str], T], password: str) -> T:
    """Run the action; if it fails for the empty password, once more without the terminator of an empty string."""
    try:
        return action(password)
    except JavaThrow as refused:
        if password or refused.is_error:
            raise
        return action(NUL_PASSWORD)


def ascii_password(password: str) -> str:
    """The password a PBE SecretKey holds; Java's PKCS#12 takes printable ASCII only."""
    if password != NUL_PASSWORD and any(not 0x20 <= unit <= 0x7E for unit in password_chars(password)):
        raise io("getSecretKey failed: Password is not ASCII", not_ascii())
    return password


def not_ascii() -> JavaThrow:
    """What the PBE SecretKeyFactory says to a password it does not take."""
    return JavaThrow("java.security.spec.InvalidKeySpecException", "Password is not ASCII")


def decrypt(scheme: str, parameters: PbeParameters | None, password: str, data: bytes) -> bytes:
    """The plain bytes, padding removed; `scheme` is Java's name for it. Raises the JDK's exceptions."""
    if scheme in _PKCS12_CIPHERS:
        return _pkcs12_decrypt(_PKCS12_CIPHERS[scheme], parameters, password, data)
    if scheme.startswith("PBEWithHmac"):
        return _pbes2_decrypt(parameters, password, data)
    if scheme == "PBEWithMD5AndDES":
        return _md5_des_decrypt(parameters, password, data)
    raise AssertionError(f"not a scheme that is known: {scheme}")


def is_known(scheme: str) -> bool:
    """True where Java has a provider for the scheme."""
    return scheme in _PKCS12_CIPHERS or scheme.startswith("PBEWithHmac") or scheme == "PBEWithMD5AndDES"


@dataclass(frozen=True, slots=True)
class _Pkcs12Cipher:
    key_bytes: int
    block_bytes: int
    decrypt: Callable[[bytes, bytes, bytes], bytes]


def _triple_des(key: bytes, iv: bytes, data: bytes) -> bytes:
    return _run(Cipher(TripleDES(key), modes.CBC(iv)), data)


def _rc4(key: bytes, _iv: bytes, data: bytes) -> bytes:
    return _run(Cipher(ARC4(key), None), data)


def _run(cipher: Cipher[modes.CBC] | Cipher[None], data: bytes) -> bytes:
    decryptor = cipher.decryptor()
    return decryptor.update(data) + decryptor.finalize()


_PKCS12_CIPHERS = {
    "PBEWithSHA1AndDESede": _Pkcs12Cipher(24, 8, _triple_des),
    "PBEWithSHA1AndRC2_40": _Pkcs12Cipher(5, 8, rc2.decrypt_cbc),
    "PBEWithSHA1AndRC2_128": _Pkcs12Cipher(16, 8, rc2.decrypt_cbc),
    "PBEWithSHA1AndRC4_40": _Pkcs12Cipher(5, 0, _rc4),
    "PBEWithSHA1AndRC4_128": _Pkcs12Cipher(16, 0, _rc4),
}


def _pkcs12_decrypt(cipher: _Pkcs12Cipher, parameters: PbeParameters | None, password: str, data: bytes) -> bytes:
    ascii_password(password)
    if parameters is None:
        raise JavaThrow(_INVALID_PARAMETER, "Parameters missing")
    check_pkcs12_parameters(parameters.salt, parameters.iterations)
    key = derive(password, parameters.salt, parameters.iterations, cipher.key_bytes, CIPHER_KEY)
    if not cipher.block_bytes:
        return cipher.decrypt(key, b"", data)
    iv = derive(password, parameters.salt, parameters.iterations, 8, CIPHER_IV)
    check_block_multiple(data, 8)
    return unpadded(cipher.decrypt(key, iv, data), 8)


def check_pkcs12_parameters(salt: bytes, iterations: int) -> None:
    """The JDK's least demands on a salt and a count."""
    if len(salt) < 8:
        raise JavaThrow(_INVALID_PARAMETER, "Salt must be at least 8 bytes long")
    if iterations <= 0:
        raise JavaThrow(_INVALID_PARAMETER, "IterationCount must be a positive number")


@remembered_by_digest(_KEPT_KEYS)
def derive(password: str, salt: bytes, iterations: int, size: int, purpose: int, hash_name: str = "sha1") -> bytes:
    """PKCS#12's key derivation, RFC 7292 appendix B.2.

    Raises:
        MockUsageError: it is beyond the budget of `budget`.
    """
    hasher = _hasher(hash_name)
    block = hasher(b"").block_size
    secret = b"" if password == NUL_PASSWORD else password.encode("utf-16-be", "surrogatepass") + b"\0\0"
    mixed = _repeated(salt, block) + _repeated(secret, block)
    key = b""
    while True:
        budget.spend(iterations)
        chunk = hasher(bytes([purpose]) * block + mixed).digest()
        for _ in range(iterations - 1):
            chunk = hasher(chunk).digest()
        key += chunk
        if len(key) >= size:
            return key[:size]
        addend = int.from_bytes(_repeated(chunk, block)[:block], "big") + 1
        mask = (1 << 8 * block) - 1
        mixed = b"".join(
            ((int.from_bytes(mixed[i : i + block], "big") + addend) & mask).to_bytes(block, "big")
            for i in range(0, len(mixed), block)
        )


def _hasher(name: str) -> Callable[[bytes], hashlib._Hash]:
    """The fastest constructor of that hash: iteration counts go into the millions."""
    direct = getattr(hashlib, name, None)
    return (
        partial(hashlib.new, name, usedforsecurity=False) if direct is None else partial(direct, usedforsecurity=False)
    )


def _repeated(data: bytes, block: int) -> bytes:
    size = -(-len(data) // block) * block
    return (data * (size // len(data) + 1))[:size] if data else b""


def _pbes2_decrypt(parameters: PbeParameters | None, password: str, data: bytes) -> bytes:
    ascii_password(password)
    assert parameters is not None  # a PBES2 scheme has its name from its parameters
    assert parameters.iv is not None
    if len(parameters.salt) < 8:
        raise JavaThrow(_INVALID_PARAMETER, "Salt must be at least 8 bytes long")
    if parameters.iterations < 0:
        raise JavaThrow(_INVALID_PARAMETER, "Iteration count must be a positive number")
    secret = b"\0" if password == NUL_PASSWORD else password.encode("ascii")
    iterations = parameters.iterations or _PBES2_DEFAULT_ITERATIONS
    key = _pbkdf2(parameters.prf, secret, parameters.salt, iterations, parameters.key_bytes)
    if len(parameters.iv) != 16:
        raise JavaThrow(_INVALID_PARAMETER, "Wrong IV length: must be 16 bytes long")
    check_block_multiple(data, 16)
    return unpadded(_run(Cipher(AES(key), modes.CBC(parameters.iv)), data), 16)


@remembered_by_digest(_KEPT_KEYS)
def _pbkdf2(prf: str, secret: bytes, salt: bytes, iterations: int, size: int) -> bytes:
    budget.spend(iterations)
    return hashlib.pbkdf2_hmac(prf, secret, salt, iterations, size)


def _md5_des_decrypt(parameters: PbeParameters | None, password: str, data: bytes) -> bytes:
    ascii_password(password)
    if parameters is None:
        raise JavaThrow(_INVALID_PARAMETER, "Parameters missing")
    if len(parameters.salt) != 8:
        raise JavaThrow(_INVALID_PARAMETER, "Salt must be 8 bytes long")
    if parameters.iterations <= 0:
        raise JavaThrow(_INVALID_PARAMETER, "IterationCount must be a positive number")
    digest = password.encode("ascii") + parameters.salt
    budget.spend(parameters.iterations)
    for _ in range(parameters.iterations):
        digest = hashlib.md5(digest, usedforsecurity=False).digest()
    check_block_multiple(data, 8)
    return unpadded(_run(Cipher(TripleDES(digest[:8] * 3), modes.CBC(digest[8:])), data), 8)


def check_block_multiple(data: bytes, block: int) -> None:
    """Java's complaint about a ragged cipher text."""
    if len(data) % block:
        raise JavaThrow(
            "javax.crypto.IllegalBlockSizeException",
            f"Input length must be multiple of {block} when decrypting with padded cipher",
        )


def unpadded(plain: bytes, block: int) -> bytes:
    """The text without its PKCS#5 padding."""
    if not plain:
        return b""
    count = plain[-1]
    if not 1 <= count <= block or plain[-count:] != bytes([count]) * count:
        raise JavaThrow(BAD_PADDING, _NOT_PADDED)
    return plain[:-count]
