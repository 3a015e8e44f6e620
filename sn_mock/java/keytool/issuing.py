"""Fresh keys, self-signed certificates and certificate requests, as `keytool -genkeypair` and `-certreq` make them.

Formats: RFC 5280 for the certificate, RFC 2986 (PKCS#10) for the request.
"""

from __future__ import annotations

import base64
import hashlib
import os
import textwrap
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
        extensions=(_key_identifier(key_info),),
    )


def signed_certificate(
    *,
    signer: bytes,
    subject: bytes,
    issuer: bytes,
    validity: tuple[datetime, datetime],
    key_info: bytes,
    serial: int,
    extensions: tuple[bytes, ...],
) -> bytes:
    """A version 3 certificate (DER) over `key_info`, signed by the PKCS#8 key `signer`; the names are DER, too."""
    algorithm = _signature_algorithm(signer)
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
    return _sequence(body, algorithm, der.encode(der.BIT_STRING, b"\0" + _sign(signer, body)))


def certificate_request(pkcs8: bytes, name: bytes) -> bytes:
    """A PKCS#10 request for the key under this name."""
    key_info = public_key_info(pkcs8)
    attributes = der.encode(0xA0, b"")
    body = _sequence(der.encode_integer(0), name, key_info, attributes)
    return _sequence(body, _signature_algorithm(pkcs8), der.encode(der.BIT_STRING, b"\0" + _sign(pkcs8, body)))


def pem(label: str, encoded: bytes) -> str:
    """PEM text (RFC 7468), lines of 64 characters."""
    body = "\n".join(textwrap.wrap(base64.b64encode(encoded).decode("ascii"), 64))
    return f"-----BEGIN {label}-----\n{body}\n-----END {label}-----\n"


def _sequence(*parts: bytes) -> bytes:
    return der.encode(der.SEQUENCE, b"".join(parts))


def _time(moment: datetime) -> bytes:
    moment = moment.astimezone(UTC)
    if moment.year < 2050:
        return der.encode(der.UTC_TIME, f"{moment:%y%m%d%H%M%S}Z".encode())
    return der.encode(der.GENERALIZED_TIME, f"{moment:%Y%m%d%H%M%S}Z".encode())


def _key_identifier(key_info: bytes) -> bytes:
    key_bits = der.Value.parse(key_info).members()[1].content[1:]
    identifier = der.encode(der.OCTET_STRING, hashlib.sha1(key_bits, usedforsecurity=False).digest())
    return _sequence(
        der.encode(der.OID, oid_content(oid_named("SubjectKeyID"))), der.encode(der.OCTET_STRING, identifier)
    )


_EC_SIGNATURES: tuple[tuple[int, str, hashes.HashAlgorithm], ...] = (
    (256, oid_named("SHA256withECDSA"), hashes.SHA256()),
    (384, oid_named("SHA384withECDSA"), hashes.SHA384()),
    (521, oid_named("SHA512withECDSA"), hashes.SHA512()),
)


_OTHER_SIGNATURES: tuple[tuple[type, str], ...] = (
    (dsa.DSAPrivateKey, oid_named("SHA256withDSA")),
    (ed25519.Ed25519PrivateKey, oid_named("Ed25519")),
    (ed448.Ed448PrivateKey, oid_named("Ed448")),
)


def _signature_algorithm(pkcs8: bytes) -> bytes:
    key = load_der_private_key(pkcs8, None)
    if isinstance(key, rsa.RSAPrivateKey):
        return _sequence(der.encode(der.OID, oid_content(oid_named("SHA256withRSA"))), b"\x05\x00")
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return _sequence(der.encode(der.OID, oid_content(_ec_signature(key)[0])))
    for kind, oid in _OTHER_SIGNATURES:
        if isinstance(key, kind):
            return _sequence(der.encode(der.OID, oid_content(oid)))
    raise MockUsageError("a key of this type cannot sign here; use keytool")


def _ec_signature(key: ec.EllipticCurvePrivateKey) -> tuple[str, hashes.HashAlgorithm]:
    return next((oid, algorithm) for bits, oid, algorithm in _EC_SIGNATURES if key.key_size <= bits)


def _sign(pkcs8: bytes, data: bytes) -> bytes:
    key = load_der_private_key(pkcs8, None)
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(data, padding.PKCS1v15(), hashes.SHA256())
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key.sign(data, ec.ECDSA(_ec_signature(key)[1]))
    if isinstance(key, dsa.DSAPrivateKey):
        return key.sign(data, hashes.SHA256())
    if isinstance(key, (ed25519.Ed25519PrivateKey, ed448.Ed448PrivateKey)):
        return key.sign(data)
    raise MockUsageError("a key of this type cannot sign here; use keytool")
