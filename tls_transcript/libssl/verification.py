"""Judging the peer's chain ourselves, and choosing the alert that OpenSSL sends for our verdict."""

from __future__ import annotations

import ctypes
import ssl
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from ..faults import FaultSlot
from .binding import VERIFY_CALLBACK, LibsslError, decode, keep, last_error, library, ssl_ctx

OK = 0
"""X509_V_OK: the chain is accepted."""

APPLICATION_VERIFICATION = 50
"""X509_V_ERR_APPLICATION_VERIFICATION: our own check could not be made; OpenSSL answers `handshake_failure`."""

VERIFY_CODE_FOR_ALERT: Mapping[int, int] = MappingProxyType(
    {
        40: 50,  # handshake_failure        APPLICATION_VERIFICATION
        42: 28,  # bad_certificate          CERT_REJECTED
        43: 26,  # unsupported_certificate  INVALID_PURPOSE
        44: 23,  # certificate_revoked      CERT_REVOKED
        45: 10,  # certificate_expired      CERT_HAS_EXPIRED
        46: 96,  # certificate_unknown      a code that OpenSSL's table does not list
        48: 20,  # unknown_ca               UNABLE_TO_GET_ISSUER_CERT_LOCALLY
        51: 7,  # decrypt_error             CERT_SIGNATURE_FAILURE
        80: 17,  # internal_error           OUT_OF_MEM
    }
)
"""TLS alert -> X509_V_ERR code by which a verify callback makes OpenSSL send it (openssl ssl/statem/statem_lib.c,
`x509table`, and its default `certificate_unknown`). Alerts that are missing cannot be reached this way."""


def set_verify_callback(context: ssl.SSLContext, verify: Callable[[Sequence[bytes]], int], faults: FaultSlot) -> None:
    """Replace OpenSSL's chain verification by `verify(chain as DER, leaf first) -> X509_V_ERR code` (0 accepts).

    The code selects the alert, see VERIFY_CODE_FOR_ALERT, and is `verify_code` of the SSLCertVerificationError.
    Needs `verify_mode` CERT_REQUIRED or CERT_OPTIONAL; host names are no longer checked by OpenSSL. Whatever `verify`
    raises is kept in `faults`, and OpenSSL stops with APPLICATION_VERIFICATION, which then is no verdict.
    """
    lib = library()

    def judge(store_context: int, _argument: int | None) -> int:
        try:
            code = int(verify(_untrusted_chain(store_context)))
        except BaseException as error:  # must not cross into C
            faults.keep("a judge of TLS certificates", error)
            code = APPLICATION_VERIFICATION
        lib.X509_STORE_CTX_set_error(store_context, code)
        return int(code == OK)

    callback = VERIFY_CALLBACK(judge)
    keep(context, "verify", callback)
    lib.SSL_CTX_set_cert_verify_callback(ssl_ctx(context), callback, None)


def set_verdict_callback(
    context: ssl.SSLContext, decide: Callable[[int, Sequence[bytes]], int], faults: FaultSlot
) -> None:
    """Let OpenSSL judge the chain, then let `decide(its X509_V code, chain as DER)` return the code that counts.

    0 accepts; the code selects the alert, as in `set_verify_callback`, and so is what `decide` raises treated.
    """
    lib = library()

    def judge(store_context: int, _argument: int | None) -> int:
        try:
            code = int(decide(_verified(store_context), _untrusted_chain(store_context)))
        except BaseException as error:  # must not cross into C
            faults.keep("a judge of TLS certificates", error)
            code = APPLICATION_VERIFICATION
        lib.X509_STORE_CTX_set_error(store_context, code)
        return int(code == OK)

    callback = VERIFY_CALLBACK(judge)
    keep(context, "verify", callback)
    lib.SSL_CTX_set_cert_verify_callback(ssl_ctx(context), callback, None)


def verify_client(context: ssl.SSLContext, leaf: bytes, above: Sequence[bytes] = ()) -> int:
    """What OpenSSL says of a client's certificate (DER) that came without a handshake, by all that `context` trusts.

    `above` are certificates (DER) that came with it, to build a chain from.
    Trust, flags, revocation lists, time, purpose and security level are those of a handshake on `context`
    (openssl ssl/ssl_cert.c, `ssl_verify_cert_chain`). Returns an X509_V code, 0 for a good one; raises LibsslError on
    what OpenSSL does not take for a certificate.
    """
    lib, pointer = library(), ssl_ctx(context)
    certificate = decode("d2i_X509", leaf)
    store_context = lib.X509_STORE_CTX_new()
    helpers = [decode("d2i_X509", one) for one in above]
    stack = lib.OPENSSL_sk_new_null()
    for helper in helpers:
        lib.OPENSSL_sk_push(stack, helper)
    try:
        if lib.X509_STORE_CTX_init(store_context, lib.SSL_CTX_get_cert_store(pointer), certificate, stack) != 1:
            raise LibsslError(f"chain check: {last_error()}")
        lib.X509_STORE_CTX_set_default(store_context, b"ssl_client")
        parameters = lib.X509_STORE_CTX_get0_param(store_context)
        lib.X509_VERIFY_PARAM_set_auth_level(parameters, lib.SSL_CTX_get_security_level(pointer))
        lib.X509_VERIFY_PARAM_set1(parameters, lib.SSL_CTX_get0_param(pointer))
        return _verified(store_context)
    finally:
        lib.X509_STORE_CTX_free(store_context)
        lib.OPENSSL_sk_free(stack)
        for one in (certificate, *helpers):
            lib.X509_free(one)


def _verified(store_context: int) -> int:
    lib = library()
    verified = lib.X509_verify_cert(store_context)
    code = int(lib.X509_STORE_CTX_get_error(store_context))
    lib.ERR_clear_error()
    return APPLICATION_VERIFICATION if verified <= 0 and code == OK else code


def _untrusted_chain(store_context: int) -> tuple[bytes, ...]:
    lib = library()
    stack = lib.X509_STORE_CTX_get0_untrusted(store_context)
    return tuple(_der(lib.OPENSSL_sk_value(stack, index)) for index in range(lib.OPENSSL_sk_num(stack)))


def _der(certificate: int) -> bytes:
    lib = library()
    buffer = ctypes.create_string_buffer(lib.i2d_X509(certificate, None))
    cursor = ctypes.c_void_p(ctypes.addressof(buffer))
    lib.i2d_X509(certificate, ctypes.byref(cursor))
    return buffer.raw
