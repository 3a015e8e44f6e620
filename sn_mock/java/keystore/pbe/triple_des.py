"""PBEWithMD5AndTripleDES, the JDK's home-made scheme for keys in a JCEKS. Measured on JDK 17."""

from __future__ import annotations

import hashlib

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, modes

from sn_mock.java.asn1.oids import oid_named
from sn_mock.java.keystore.pbe import schemes as pbe
from sn_mock.java.lang.thrown import JavaThrow, io
from sn_mock.java.x509.pbe_parameters import PbeParameters

_MAX_ITERATIONS = 5_000_000

JCE_PROTECTOR = oid_named("JAVASOFT_JCEKeyProtector")
"""The algorithm that JCEKS names for its keys: PBEWithMD5AndTripleDES."""


def md5_triple_des(parameters: PbeParameters, password: str, data: bytes) -> bytes:
    """Decrypt with the JDK's own PBEWithMD5AndTripleDES; raises its exceptions."""
    if parameters.iterations > _MAX_ITERATIONS:
        raise io("PBE iteration count too large")
    try:
        pbe.ascii_password(password)
    except JavaThrow:
        raise pbe.not_ascii() from None
    if len(parameters.salt) != 8:
        raise JavaThrow("java.security.InvalidAlgorithmParameterException", "Salt must be 8 bytes long")
    if parameters.iterations <= 0:
        raise JavaThrow("java.security.InvalidAlgorithmParameterException", "IterationCount must be a positive number")
    pbe.check_block_multiple(data, 8)
    decryptor = _md5_triple_des_cipher(parameters.salt, parameters.iterations, password).decryptor()
    return pbe.unpadded(decryptor.update(data) + decryptor.finalize(), 8)


def md5_triple_des_encrypt(salt: bytes, iterations: int, password: str, plain: bytes) -> bytes:
    """The cipher text that `md5_triple_des` opens."""
    count = 8 - len(plain) % 8
    encryptor = _md5_triple_des_cipher(salt, iterations, password).encryptor()
    return encryptor.update(plain + bytes([count]) * count) + encryptor.finalize()


def _md5_triple_des_cipher(salt: bytes, iterations: int, password: str) -> Cipher[modes.CBC]:
    secret = password.encode("ascii")
    derived = b""
    for half in _salt_halves(salt):
        digest = half
        for _ in range(iterations):
            digest = hashlib.md5(digest + secret, usedforsecurity=False).digest()
        derived += digest
    return Cipher(TripleDES(derived[:24]), modes.CBC(derived[24:]))


def _salt_halves(salt: bytes) -> tuple[bytes, bytes]:
    """Two equal halves would make two equal DES keys; the JDK then stirs the first one, in its own peculiar way."""
    first, second = salt[:4], salt[4:]
    if first == second:
        mixed = list(first)
        for i in range(2):
            mixed[i], mixed[3 - i] = mixed[3 - i], mixed[i]
        first = bytes(mixed)
    return first, second
