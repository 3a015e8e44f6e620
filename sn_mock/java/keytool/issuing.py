"""Fresh keys, self-signed certificates and certificate requests, as `keytool -genkeypair` and `-certreq` make them.

Formats: RFC 5280 for the certificate, RFC 2986 (PKCS#10) for the request.
"""

from __future__ import annotations

import binascii
import hashlib
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
)

from sn_mock.failure import MockUsageError
from sn_mock.java.asn1 import der
from sn_mock.java.asn1.oids import oid_content, oid_named

_CURVES: dict[int, ec.EllipticCurve] = {256: ec.SECP256R1(), 384: ec.SECP384R1(), 521: ec.SECP521R1()}
_RSA_SIZES = range(1024, 16385)

SigningKey = (
    rsa.RSAPrivateKey
    | ec.EllipticCurvePrivateKey
    | dsa.DSAPrivateKey
    | ed25519.Ed25519PrivateKey
    | ed448.Ed448PrivateKey
)
"""Keys that sign certificates here."""


def generate_key(algorithm: str, size: int | None = None) -> bytes:
    """A fresh private key in PKCS#8: RSA (2048 bits unless told) or EC (P-256 unless told).

    Raises MockUsageError for another algorithm or a size it does not have.
    """
    kind = algorithm.upper()
    if kind == "RSA":
        bits = 2048 if size is None else size
        if bits not in _RSA_SIZES:
            raise MockUsageError(f"RSA keys of {bits} bits are not made; take 2048, 3072 or 4096")
        return _pkcs8(rsa.generate_private_key(65537, bits))
    if kind == "EC":
        curve = _CURVES.get(256 if size is None else size)
        if curve is None:
            raise MockUsageError(f"EC keys of {size} bits are not made; take 256, 384 or 521")
        return _pkcs8(ec.generate_private_key(curve))
    raise MockUsageError(f"keys of type {algorithm!r} are not made; take RSA or EC")


def _pkcs8(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def public_key_info(pkcs8: bytes) -> bytes:
    """The SubjectPublicKeyInfo that belongs to a private key."""
    return load_der_private_key(pkcs8, None).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def self_signed_certificate(pkcs8: bytes, name: bytes, *, days: int, now: datetime | None = None) -> bytes:
    """A version 3 certificate over the key, valid from now, with no extension but the subject key identifier."""
    start = (datetime.now(UTC) if now is None else now).replace(microsecond=0)
    key_info = public_key_info(pkcs8)
    return signed_certificate(
        signer=pkcs8,
        subject=name,
        issuer=name,
        validity=(start, start + timedelta(days=days)),
        key_info=key_info,
        serial=int.from_bytes(os.urandom(8), "big") >> 1,
        extensions=(extension("SubjectKeyID", key_identifier(key_info)),),
    )


def signed_certificate(
    *,
    signer: bytes | SigningKey,
    subject: bytes,
    issuer: bytes,
    validity: tuple[datetime, datetime],
    key_info: bytes,
    serial: int,
    extensions: tuple[bytes, ...],
    sha1: bool = False,
) -> bytes:
    """A version 3 certificate (DER) over `key_info`, signed by `signer` (a key, or one in PKCS#8); the names are DER,
    too. `sha1`: as nobody signs any more; RSA and EC only.
    """
    algorithm, sign = _signing(_loaded(signer), sha1=sha1)
    body = _sequence(
        der.encode(0xA0, der.encode_integer(2)),
        der.encode_integer(serial),
        algorithm,
        issuer,
        _sequence(*map(_time, validity)),
        subject,
        key_info,
        der.encode(0xA3, _sequence(*extensions)),
    )
    return _sequence(body, algorithm, der.encode(der.BIT_STRING, b"\0" + sign(body)))


def certificate_request(pkcs8: bytes, name: bytes) -> bytes:
    """A PKCS#10 request for the key under this name."""
    key_info = public_key_info(pkcs8)
    attributes = der.encode(0xA0, b"")
    body = _sequence(der.encode_integer(0), name, key_info, attributes)
    algorithm, sign = _signing(_loaded(pkcs8))
    return _sequence(body, algorithm, der.encode(der.BIT_STRING, b"\0" + sign(body)))


def pem(label: str, encoded: bytes) -> str:
    """PEM text (RFC 7468), lines of 64 characters."""
    lines = (binascii.b2a_base64(encoded[start : start + 48]).decode() for start in range(0, len(encoded), 48))
    return f"-----BEGIN {label}-----\n{''.join(lines)}-----END {label}-----\n"


def extension(name: str, value: bytes, *, critical: bool = False) -> bytes:
    """An extension by Java's name of it (or its dotted OID); `value` is its DER."""
    oid = name if name[0].isdigit() else oid_named(name)
    flag = b"\x01\x01\xff" if critical else b""
    return _sequence(der.encode(der.OID, oid_content(oid)), flag, der.encode(der.OCTET_STRING, value))


def key_identifier(key_info: bytes, tag: int = der.OCTET_STRING) -> bytes:
    """The usual one (RFC 5280 section 4.2.1.2, method 1): SHA-1 of the public key's bits, under that tag."""
    key_bits = der.Value.parse(key_info).members()[1].content[1:]
    return der.encode(tag, hashlib.sha1(key_bits, usedforsecurity=False).digest())


def _sequence(*parts: bytes) -> bytes:
    return der.encode(der.SEQUENCE, b"".join(parts))


def _time(moment: datetime) -> bytes:
    moment = moment.astimezone(UTC)
    if moment.year < 2050:
        return der.encode(der.UTC_TIME, f"{moment:%y%m%d%H%M%S}Z".encode())
    return der.encode(der.GENERALIZED_TIME, f"{moment:%Y%m%d%H%M%S}Z".encode())


def _loaded(signer: bytes | SigningKey) -> SigningKey:
    if not isinstance(signer, bytes):
        return signer
    key = load_der_private_key(signer, None)
    if not isinstance(key, SigningKey):
        raise MockUsageError("a key of this type cannot sign here; use keytool")
    return key


_EC_SIGNATURES: tuple[tuple[int, str, hashes.HashAlgorithm], ...] = (
    (256, "SHA256withECDSA", hashes.SHA256()),
    (384, "SHA384withECDSA", hashes.SHA384()),
    (521, "SHA512withECDSA", hashes.SHA512()),
)


def _signing(key: SigningKey, *, sha1: bool = False) -> tuple[bytes, Callable[[bytes], bytes]]:
    """The key's AlgorithmIdentifier, and how it signs."""
    if isinstance(key, rsa.RSAPrivateKey):
        rsa_name, rsa_hash = ("SHA1withRSA", hashes.SHA1()) if sha1 else ("SHA256withRSA", hashes.SHA256())
        return _algorithm(rsa_name, b"\x05\x00"), lambda data: key.sign(data, padding.PKCS1v15(), rsa_hash)
    if isinstance(key, ec.EllipticCurvePrivateKey):
        name, digest = next((name, digest) for bits, name, digest in _EC_SIGNATURES if key.key_size <= bits)
        if sha1:
            name, digest = "SHA1withECDSA", hashes.SHA1()
        return _algorithm(name), lambda data: key.sign(data, ec.ECDSA(digest))
    if isinstance(key, dsa.DSAPrivateKey):
        return _algorithm("SHA256withDSA"), lambda data: key.sign(data, hashes.SHA256())
    return _algorithm("Ed25519" if isinstance(key, ed25519.Ed25519PrivateKey) else "Ed448"), key.sign


def _algorithm(name: str, parameters: bytes = b"") -> bytes:
    return _sequence(der.encode(der.OID, oid_content(oid_named(name))), parameters)
