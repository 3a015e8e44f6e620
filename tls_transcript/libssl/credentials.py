"""A certificate, its chain and its key from memory: nothing touches the disk.

OpenSSL insists that private key and certificate belong together; Java does not, and sends a certificate with a foreign
key's signature, whereupon the server answers `decrypt_error`. To do the same, the public half of the decoded private
key is replaced by the certificate's (OpenSSL compares only those), so that the signature is made and is wrong.
"""

from __future__ import annotations

import ctypes
import ssl
from collections.abc import Sequence

from .. import der
from ..errors import DecodeError
from .binding import LibsslError, decode, last_error, library, ssl_ctx

_CTRL_CHAIN_CERT, _CTRL_CHAIN = 89, 88
_RSA, _RSASSA_PSS, _EC = "1.2.840.113549.1.1.1", "1.2.840.113549.1.1.10", "1.2.840.10045.2.1"


def use_certificate(context: ssl.SSLContext, chain: Sequence[bytes], pkcs8: bytes) -> None:
    """Send `chain` (DER, leaf first, exactly as given) and sign with `pkcs8` (unencrypted PKCS#8 DER).

    The key may be another key of the certificate's algorithm (RSA, RSASSA-PSS, EC). Raises LibsslError where OpenSSL
    refuses: unreadable DER, another algorithm, a key too small for the security level.
    """
    lib, pointer = library(), ssl_ctx(context)
    certificates: list[int] = []
    key = 0
    try:
        certificates.extend(decode("d2i_X509", certificate) for certificate in chain)
        if not certificates:
            raise LibsslError("a chain without certificates")
        key = decode("d2i_AutoPrivateKey", _with_public_half(pkcs8, chain[0]))
        if lib.SSL_CTX_use_certificate(pointer, certificates[0]) != 1:
            raise LibsslError(f"certificate refused: {last_error()}")
        if lib.SSL_CTX_use_PrivateKey(pointer, key) != 1:
            raise LibsslError(f"private key refused: {last_error()}")
        lib.SSL_CTX_ctrl(pointer, _CTRL_CHAIN, 0, None)
        for certificate in certificates[1:]:
            if lib.SSL_CTX_ctrl(pointer, _CTRL_CHAIN_CERT, 1, ctypes.c_void_p(certificate)) != 1:
                raise LibsslError(f"chain certificate refused: {last_error()}")
    finally:
        lib.EVP_PKEY_free(key or None)
        for certificate in certificates:
            lib.X509_free(certificate)


def _with_public_half(pkcs8: bytes, certificate: bytes) -> bytes:
    try:
        version, algorithm, private, *_ = der.read(pkcs8).expect(der.SEQUENCE).children()
        public_key = der.subject_public_key_info(certificate)
        theirs, bits = public_key.children()
        if der.oid(algorithm.children()[0]) != der.oid(theirs.children()[0]):
            return pkcs8
        splice = _SPLICE.get(der.oid(theirs.children()[0]))
        if splice is None:
            return pkcs8
        inner = splice(private.expect(der.OCTET_STRING).content, bits.expect(der.BIT_STRING).content[1:])
        return der.encode(der.SEQUENCE, version.encoded, theirs.encoded, der.encode(der.OCTET_STRING, inner))
    except (DecodeError, ValueError, IndexError) as error:
        raise LibsslError(f"private key or certificate not readable: {error}") from None


def _rsa(private: bytes, public: bytes) -> bytes:
    numbers = [number.encoded for number in der.read(private).expect(der.SEQUENCE).children()]
    modulus, exponent = (number.encoded for number in der.read(public).expect(der.SEQUENCE).children())
    return der.encode(der.SEQUENCE, numbers[0], modulus, exponent, *numbers[3:])


def _ec(private: bytes, public: bytes) -> bytes:
    version, scalar, *_ = der.read(private).expect(der.SEQUENCE).children()
    point = der.encode(0xA1, der.encode(der.BIT_STRING, b"\0", public))
    return der.encode(der.SEQUENCE, version.encoded, scalar.encoded, point)


_SPLICE = {_RSA: _rsa, _RSASSA_PSS: _rsa, _EC: _ec}
