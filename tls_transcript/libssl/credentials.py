"""A certificate, its chain and its key from memory: nothing touches the disk.

OpenSSL insists that private key and certificate belong together; Java does not, and sends a certificate with a foreign
key's signature, whereupon the server answers `decrypt_error`. To do the same, the public half of the decoded private
key is replaced by the certificate's (OpenSSL compares only those), so that the signature is made and is wrong.
"""

from __future__ import annotations

import ctypes
import ssl
from collections.abc import Callable, Sequence

from .. import der, oids
from ..errors import DecodeError
from .binding import LibsslError, decode, last_error, library, ssl_ctx
from .decoded import Decoded, decoded_certificate, decoded_key

_CTRL_CHAIN_CERT, _CTRL_CHAIN = 89, 88
_EDWARDS = {oids.ED25519: b"ED25519", oids.ED448: b"ED448"}


def use_certificate(context: ssl.SSLContext, chain: Sequence[bytes], pkcs8: bytes) -> None:
    """Send `chain` (DER, leaf first, exactly as given) and sign with `pkcs8` (unencrypted PKCS#8 DER).

    The key may be another key of the certificate's algorithm (RSA, RSASSA-PSS, EC, EdDSA). Raises LibsslError where
    OpenSSL refuses: unreadable DER, another algorithm, a key too small for the security level.
    """
    _use(context, chain, lambda: decoded_key(pkcs8, chain[0], make=lambda: _private_key(pkcs8, chain[0])))


def use_own_certificate(context: ssl.SSLContext, chain: Sequence[bytes], key: bytes) -> None:
    """Send `chain` (DER, leaf first) and sign with `key` (unencrypted DER of any kind), which must be the leaf's.

    Unlike `SSLContext.load_cert_chain` it takes certificates with extensions that OpenSSL cannot read. Raises
    LibsslError where OpenSSL refuses.
    """
    _use(context, chain, lambda: decoded_key(key, make=lambda: decode("d2i_AutoPrivateKey", key)))


def _use(context: ssl.SSLContext, chain: Sequence[bytes], make_key: Callable[[], Decoded]) -> None:
    lib, pointer = library(), ssl_ctx(context)
    try:
        certificates = [decoded_certificate(certificate) for certificate in chain]
        if not certificates:
            raise LibsslError("a chain without certificates")
        key = make_key()
        if lib.SSL_CTX_use_certificate(pointer, certificates[0].pointer) != 1:
            raise LibsslError(f"certificate refused: {last_error()}")
        lib.ERR_clear_error()  # what it noted about extensions is no reason to refuse the key
        if lib.SSL_CTX_use_PrivateKey(pointer, key.pointer) != 1:
            raise LibsslError(f"private key refused: {last_error()}")
        lib.SSL_CTX_ctrl(pointer, _CTRL_CHAIN, 0, None)
        for certificate in certificates[1:]:
            if lib.SSL_CTX_ctrl(pointer, _CTRL_CHAIN_CERT, 1, ctypes.c_void_p(certificate.pointer)) != 1:
                raise LibsslError(f"chain certificate refused: {last_error()}")
    finally:
        lib.ERR_clear_error()  # an oddity that OpenSSL only noted; `ssl` would take it for the failure of the next read


def _private_key(pkcs8: bytes, certificate: bytes) -> int:
    """An EVP_PKEY with the private half of `pkcs8` and, where the algorithms agree, the certificate's public half."""
    try:
        version, algorithm, private, *_ = _parts(der.read(pkcs8).expect(der.SEQUENCE), 3)
        theirs, bits, *_ = _parts(der.subject_public_key_info(certificate), 2)
        name = der.oid(_parts(theirs, 1)[0])
        if der.oid(_parts(algorithm, 1)[0]) != name:
            raise LibsslError("the private key's algorithm is not the certificate's")
        secret, public = private.expect(der.OCTET_STRING).content, bits.expect(der.BIT_STRING).content[1:]
        if name in _EDWARDS:
            return _from_raw(_EDWARDS[name], der.read(secret).expect(der.OCTET_STRING).content, public)
        splice = _SPLICE.get(name)
        if splice is None:
            return decode("d2i_AutoPrivateKey", pkcs8)
        inner = der.encode(der.OCTET_STRING, splice(secret, public))
        return decode("d2i_AutoPrivateKey", der.encode(der.SEQUENCE, version.encoded, theirs.encoded, inner))
    except DecodeError as error:
        raise LibsslError(f"private key or certificate not readable: {error}") from None


def _parts(value: der.Value, least: int) -> tuple[der.Value, ...]:
    """The values inside `value`; raises DecodeError where there are fewer than `least`."""
    parts = value.children()
    if len(parts) < least:
        raise DecodeError(f"{len(parts)} values where at least {least} belong")
    return parts


def _rsa(private: bytes, public: bytes) -> bytes:
    numbers = [number.encoded for number in _parts(der.read(private).expect(der.SEQUENCE), 3)]
    modulus, exponent, *_ = (number.encoded for number in _parts(der.read(public).expect(der.SEQUENCE), 2))
    return der.encode(der.SEQUENCE, numbers[0], modulus, exponent, *numbers[3:])


def _ec(private: bytes, public: bytes) -> bytes:
    version, scalar, *_ = _parts(der.read(private).expect(der.SEQUENCE), 2)
    size = (len(public) - 1) // 2
    fitting = scalar.content
    if len(fitting) > size:  # a key of a larger curve: any scalar of the certificate's curve signs equally wrongly
        fitting = bytes((fitting[-size] & 0x7F,)) + fitting[len(fitting) - size + 1 :]
    point = der.encode(0xA1, der.encode(der.BIT_STRING, b"\0", public))
    return der.encode(der.SEQUENCE, version.encoded, der.encode(der.OCTET_STRING, fitting), point)


_SPLICE = {oids.RSA: _rsa, oids.RSASSA_PSS: _rsa, oids.EC: _ec}


class _Parameter(ctypes.Structure):
    """OSSL_PARAM of openssl/core.h."""

    _fields_ = [
        ("key", ctypes.c_char_p),
        ("data_type", ctypes.c_uint),
        ("data", ctypes.c_char_p),
        ("data_size", ctypes.c_size_t),
        ("return_size", ctypes.c_size_t),
    ]


_OCTETS, _KEYPAIR = 5, 0x87  # OSSL_PARAM_OCTET_STRING; EVP_PKEY_KEYPAIR


def _from_raw(algorithm: bytes, private: bytes, public: bytes) -> int:
    """An Edwards key: its private form holds no public half that could be exchanged, so both are given raw."""
    lib = library()
    parameters = (_Parameter * 3)(
        _Parameter(b"priv", _OCTETS, private, len(private), 0),
        _Parameter(b"pub", _OCTETS, public, len(public), 0),
        _Parameter(),
    )
    maker = lib.EVP_PKEY_CTX_new_from_name(None, algorithm, None)
    try:
        key = ctypes.c_void_p()
        lib.EVP_PKEY_fromdata_init(maker)
        if lib.EVP_PKEY_fromdata(maker, ctypes.byref(key), _KEYPAIR, parameters) != 1 or not key.value:
            raise LibsslError(f"private key refused: {last_error()}")
        return key.value
    finally:
        lib.EVP_PKEY_CTX_free(maker)
