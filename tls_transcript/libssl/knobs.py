"""Settings of an `SSL_CTX` which Python's `ssl` has no name for."""

from __future__ import annotations

import ctypes
import ssl
from collections.abc import Callable, Sequence
from datetime import datetime

from ..faults import FaultSlot
from .binding import KEYLOG_CALLBACK, LibsslError, decode, keep, last_error, library, ssl_ctx

# openssl/ssl.h: SSL_CTRL_*, SSL_MODE_*, SSL_SESS_CACHE_*
_CTRL_MODE, _CTRL_SET_SESS_CACHE_MODE = 33, 44
_CTRL_SET_STATUS_REQUEST_TYPE = 65
_CTRL_SET_GROUPS_LIST, _CTRL_SET_SIGALGS_LIST = 92, 98
_CTRL_SET_CLIENT_SIGALGS_LIST, _CTRL_SET_CLIENT_CERT_TYPES = 102, 104
_CTRL_SET_DH_AUTO = 118
_MODE_NO_AUTO_CHAIN, _SESS_CACHE_OFF = 0x8, 0
_STATUS_OCSP = 1  # openssl/tls1.h: TLSEXT_STATUSTYPE_ocsp
_PURPOSE_ANY = 7  # openssl/x509v3.h


def set_client_ca_list(context: ssl.SSLContext, names: Sequence[bytes]) -> None:
    """Advertise these DER Names in every CertificateRequest, in this order; independent of what is trusted."""
    lib, pointer = library(), ssl_ctx(context)
    decoded: list[int] = []
    try:
        for name in names:
            decoded.append(decode("d2i_X509_NAME", name))
    except LibsslError:
        for name_pointer in decoded:
            lib.X509_NAME_free(name_pointer)
        raise
    stack = lib.OPENSSL_sk_new_null()
    for name_pointer in decoded:
        lib.OPENSSL_sk_push(stack, name_pointer)
    lib.SSL_CTX_set_client_CA_list(pointer, stack)  # takes the stack and the names over


def set_no_auto_chain(context: ssl.SSLContext) -> None:
    """Send the certificates that were given and no others: do not complete the chain from the trust store."""
    library().SSL_CTX_ctrl(ssl_ctx(context), _CTRL_MODE, _MODE_NO_AUTO_CHAIN, None)


def disable_session_cache(context: ssl.SSLContext) -> None:
    """No TLS 1.2 session-ID resumption, which would skip the client certificate and every policy."""
    library().SSL_CTX_ctrl(ssl_ctx(context), _CTRL_SET_SESS_CACHE_MODE, _SESS_CACHE_OFF, None)


def ask_for_status(context: ssl.SSLContext) -> None:
    """Client side: `status_request` (RFC 6066 section 8) in every ClientHello; the answer is not looked at."""
    library().SSL_CTX_ctrl(ssl_ctx(context), _CTRL_SET_STATUS_REQUEST_TYPE, _STATUS_OCSP, None)


def offer_dhe(context: ssl.SSLContext) -> None:
    """Finite-field Diffie-Hellman, with a group that fits the certificate's key (SSL_CTX_set_dh_auto)."""
    library().SSL_CTX_ctrl(ssl_ctx(context), _CTRL_SET_DH_AUTO, 1, None)


def set_verify_time(context: ssl.SSLContext, when: datetime) -> None:
    """Judge certificates of the peer as if it were `when` (an aware datetime)."""
    parameters = library().SSL_CTX_get0_param(ssl_ctx(context))
    library().X509_VERIFY_PARAM_set_time(parameters, int(when.timestamp()))


def accept_any_purpose(context: ssl.SSLContext) -> None:
    """Do not look at the key usages of the peer's certificate (X509_PURPOSE_ANY)."""
    if library().SSL_CTX_set_purpose(ssl_ctx(context), _PURPOSE_ANY) != 1:
        raise LibsslError(f"purpose: {last_error()}")


def set_security_level(context: ssl.SSLContext, level: int) -> None:
    """OpenSSL's SECLEVEL, 0 (anything) to 5; Python's default contexts run at 2."""
    library().SSL_CTX_set_security_level(ssl_ctx(context), level)


def set_signature_algorithms(context: ssl.SSLContext, names: Sequence[str]) -> None:
    """The `signature_algorithms` we send and accept, most wanted first; IANA names (`ecdsa_secp256r1_sha256`)."""
    _set_list(context, _CTRL_SET_SIGALGS_LIST, names)


def set_client_signature_algorithms(context: ssl.SSLContext, names: Sequence[str]) -> None:
    """Server side: the `signature_algorithms` of the CertificateRequest; IANA names."""
    _set_list(context, _CTRL_SET_CLIENT_SIGALGS_LIST, names)


def set_tls13_cipher_suites(context: ssl.SSLContext, names: Sequence[str]) -> None:
    """The TLS 1.3 cipher suites, most wanted first; IANA names (`TLS_AES_256_GCM_SHA384`)."""
    text = ":".join(names)
    if library().SSL_CTX_set_ciphersuites(ssl_ctx(context), text.encode("ascii")) != 1:
        raise LibsslError(f"{text}: {last_error()}")


def set_groups(context: ssl.SSLContext, names: Sequence[str]) -> None:
    """The supported groups, most wanted first; OpenSSL's names (`X25519`, `P-256`)."""
    _set_list(context, _CTRL_SET_GROUPS_LIST, names)


def set_client_certificate_types(context: ssl.SSLContext, types: Sequence[int]) -> None:
    """Server side, TLS 1.2: the `certificate_types` of the CertificateRequest, e.g. (64, 1) for ECDSA, RSA."""
    octets = bytes(types)
    buffer = ctypes.create_string_buffer(octets, len(octets))
    if library().SSL_CTX_ctrl(ssl_ctx(context), _CTRL_SET_CLIENT_CERT_TYPES, len(octets), buffer) != 1:
        raise LibsslError(f"certificate types {list(types)}: {last_error()}")


def set_keylog_callback(context: ssl.SSLContext, on_line: Callable[[str], None], faults: FaultSlot) -> None:
    """Hand every NSS key log line to `on_line`, in memory; what it raises is kept in `faults`."""

    def forward(_connection: int | None, line: bytes) -> None:
        try:
            on_line(line.decode("ascii"))
        except BaseException as error:  # must not cross into C
            faults.keep("a receiver of key log lines", error)

    callback = KEYLOG_CALLBACK(forward)
    keep(context, "keylog", callback)
    library().SSL_CTX_set_keylog_callback(ssl_ctx(context), callback)


def _set_list(context: ssl.SSLContext, control: int, names: Sequence[str]) -> None:
    text = ":".join(names).encode("ascii")
    if library().SSL_CTX_ctrl(ssl_ctx(context), control, 0, ctypes.c_char_p(text)) != 1:
        raise LibsslError(f"{':'.join(names)}: {last_error()}")
