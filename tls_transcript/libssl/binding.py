"""Reaching, by ctypes, the very OpenSSL that Python's `ssl` module runs on.

`ctypes.CDLL(_ssl.__file__)` resolves symbols through the extension's own dependencies, so no second copy of OpenSSL
can be picked up by mistake. The `SSL_CTX *` is the first field behind the object header of a CPython `SSLContext`;
before anything is written through it the options word read from C must equal the one Python reports, on a fresh
context once and on the concrete context each time.
"""

from __future__ import annotations

import ctypes
import ssl
import sys
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

_P = ctypes.c_void_p
_INT, _LONG, _CHARS = ctypes.c_int, ctypes.c_long, ctypes.c_char_p

VERIFY_CALLBACK = ctypes.CFUNCTYPE(_INT, _P, _P)
KEYLOG_CALLBACK = ctypes.CFUNCTYPE(None, _P, _CHARS)
EXTENSION_CALLBACK = ctypes.CFUNCTYPE(
    _INT,
    _P,
    ctypes.c_uint,
    ctypes.c_uint,
    ctypes.POINTER(_P),
    ctypes.POINTER(ctypes.c_size_t),
    _P,
    ctypes.c_size_t,
    ctypes.POINTER(_INT),
    _P,
)
"""SSL_custom_ext_add_cb_ex"""
MESSAGE_CALLBACK = ctypes.CFUNCTYPE(None, _INT, _INT, _INT, _P, ctypes.c_size_t, _P, _P)
"""(writing, version, content type, buffer, length, connection, argument) of SSL_set_msg_callback(3)"""
_WORD = ctypes.sizeof(_P)

# name: (result, arguments); one row per C function that is used anywhere in this package
_PROTOTYPES: dict[str, tuple[Any, Sequence[Any]]] = {
    "ERR_clear_error": (None, ()),
    "ERR_get_error": (ctypes.c_ulong, ()),
    "ERR_reason_error_string": (_CHARS, (ctypes.c_ulong,)),
    "EVP_PKEY_CTX_free": (None, (_P,)),
    "EVP_PKEY_CTX_new_from_name": (_P, (_P, _CHARS, _CHARS)),
    "EVP_PKEY_free": (None, (_P,)),
    "EVP_PKEY_fromdata": (_INT, (_P, ctypes.POINTER(_P), _INT, _P)),
    "EVP_PKEY_fromdata_init": (_INT, (_P,)),
    "OPENSSL_sk_free": (None, (_P,)),
    "OPENSSL_sk_new_null": (_P, ()),
    "OPENSSL_sk_num": (_INT, (_P,)),
    "OPENSSL_sk_push": (_INT, (_P, _P)),
    "OPENSSL_sk_value": (_P, (_P, _INT)),
    "SSL_CTX_add_custom_ext": (_INT, (_P, ctypes.c_uint, ctypes.c_uint, EXTENSION_CALLBACK, _P, _P, _P, _P)),
    "SSL_CTX_ctrl": (_LONG, (_P, _INT, _LONG, _P)),
    "SSL_CTX_get_cert_store": (_P, (_P,)),
    "SSL_CTX_get0_param": (_P, (_P,)),
    "SSL_CTX_get_options": (ctypes.c_uint64, (_P,)),
    "SSL_CTX_get_security_level": (_INT, (_P,)),
    "SSL_CTX_set_cert_verify_callback": (None, (_P, VERIFY_CALLBACK, _P)),
    "SSL_CTX_set_ciphersuites": (_INT, (_P, _CHARS)),
    "SSL_CTX_set_client_CA_list": (None, (_P, _P)),
    "SSL_CTX_set_keylog_callback": (None, (_P, KEYLOG_CALLBACK)),
    "SSL_CTX_set_purpose": (_INT, (_P, _INT)),
    "SSL_CTX_set_security_level": (None, (_P, _INT)),
    "SSL_CTX_use_PrivateKey": (_INT, (_P, _P)),
    "SSL_CTX_use_certificate": (_INT, (_P, _P)),
    "SSL_get_SSL_CTX": (_P, (_P,)),
    "SSL_renegotiate": (_INT, (_P,)),
    "SSL_set_msg_callback": (None, (_P, MESSAGE_CALLBACK)),
    "SSL_set_verify": (None, (_P, _INT, _P)),
    "X509_NAME_free": (None, (_P,)),
    "X509_STORE_CTX_free": (None, (_P,)),
    "X509_STORE_CTX_get0_param": (_P, (_P,)),
    "X509_STORE_CTX_get0_untrusted": (_P, (_P,)),
    "X509_STORE_CTX_get_error": (_INT, (_P,)),
    "X509_STORE_CTX_init": (_INT, (_P, _P, _P, _P)),
    "X509_STORE_CTX_new": (_P, ()),
    "X509_STORE_CTX_set_default": (_INT, (_P, _CHARS)),
    "X509_STORE_CTX_set_error": (None, (_P, _INT)),
    "X509_VERIFY_PARAM_set1": (_INT, (_P, _P)),
    "X509_VERIFY_PARAM_set_auth_level": (None, (_P, _INT)),
    "X509_VERIFY_PARAM_set_time": (None, (_P, ctypes.c_int64)),
    "X509_free": (None, (_P,)),
    "X509_verify_cert": (_INT, (_P,)),
    "d2i_AutoPrivateKey": (_P, (_P, ctypes.POINTER(_P), _LONG)),
    "d2i_X509": (_P, (_P, ctypes.POINTER(_P), _LONG)),
    "d2i_X509_NAME": (_P, (_P, ctypes.POINTER(_P), _LONG)),
    "i2d_X509": (_INT, (_P, _P)),
}


class LibsslError(Exception):
    """OpenSSL refused what was asked, or cannot be reached from this Python; the message says which."""


@lru_cache(maxsize=1)
def _bind() -> tuple[Any, str | None]:
    """The library, or the reason why there is none."""
    if sys.implementation.name != "cpython":
        return None, f"{sys.implementation.name} keeps SSLContext differently from CPython"
    if not ssl.OPENSSL_VERSION.startswith("OpenSSL "):
        return None, f"{ssl.OPENSSL_VERSION} is not OpenSSL"
    if ssl.OPENSSL_VERSION_INFO < (3, 0, 0):
        return None, f"{ssl.OPENSSL_VERSION} is older than OpenSSL 3.0"
    path = getattr(ssl._ssl, "__file__", None)  # type: ignore[attr-defined]
    if path is None:
        return None, "the _ssl module is built into the interpreter"
    try:
        library = ctypes.CDLL(path)
    except OSError as error:
        return None, f"{path} cannot be opened by ctypes: {error}"
    for name, (result, arguments) in _PROTOTYPES.items():
        function = getattr(library, name, None)
        if function is None:
            return None, f"the OpenSSL of {path} is linked statically: {name} is not visible"
        function.restype, function.argtypes = result, list(arguments)
    if not _layout_fits(library, ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)):
        return None, "SSLContext has a memory layout other than the known one"
    return library, None


def _pointer(context: ssl.SSLContext) -> ctypes.c_void_p:
    return ctypes.c_void_p.from_address(id(context) + object.__basicsize__)


def _layout_fits(library: Any, context: ssl.SSLContext) -> bool:
    pointer = _pointer(context)
    if not pointer.value or pointer.value % ctypes.sizeof(ctypes.c_void_p) or pointer.value < 4096:
        return False
    return bool(library.SSL_CTX_get_options(pointer) & 0xFFFFFFFF == int(context.options) & 0xFFFFFFFF)


def available() -> str | None:
    """None where the functions of this package work, else the reason why they do not."""
    return _bind()[1]


def library() -> Any:
    """The bound library; raises LibsslError where there is none."""
    bound, reason = _bind()
    if reason is not None:
        raise LibsslError(f"OpenSSL cannot be reached through ctypes here: {reason}")
    return bound


def ssl_ctx(context: ssl.SSLContext) -> ctypes.c_void_p:
    """The `SSL_CTX *` of `context`, checked; raises LibsslError where the layout is not the known one."""
    if not _layout_fits(library(), context):
        raise LibsslError("SSLContext has a memory layout other than the known one")
    return ctypes.c_void_p(_pointer(context).value)


def ssl_pointer(connection: ssl.SSLObject) -> ctypes.c_void_p:
    """The `SSL *` of a connection: behind the object header stand its socket, the pointer, and its context.

    Raises LibsslError where the layout is not the known one.
    """
    inner = connection._sslobj  # type: ignore[attr-defined]
    context = ssl_ctx(connection.context)
    fields = object.__basicsize__
    if type(inner).__basicsize__ >= fields + 3 * _WORD:
        start = id(inner) + fields
        owner = ctypes.c_void_p.from_address(start + 2 * _WORD).value
        pointer = ctypes.c_void_p(ctypes.c_void_p.from_address(start + _WORD).value)
        known = owner == id(connection.context) and pointer.value and pointer.value % _WORD == 0
        if known and library().SSL_get_SSL_CTX(pointer) == context.value:
            return pointer
    raise LibsslError("a TLS connection has a memory layout other than the known one")


def keep(context: ssl.SSLContext, name: str, callback: object) -> None:
    """Hold a ctypes callback as long as its context lives (C keeps only the bare address)."""
    vars(context)[f"_tls_transcript_{name}"] = callback


def last_error() -> str:
    """The oldest reason in this thread's OpenSSL error queue, in OpenSSL's words; empties the queue."""
    code = library().ERR_get_error()
    text = library().ERR_reason_error_string(code)
    library().ERR_clear_error()
    return text.decode() if text else "no reason given"


def decode(function: str, der: bytes) -> int:
    """Run a `d2i_…` function over exactly `der`; raises LibsslError on garbage. The caller frees the result."""
    start = ctypes.create_string_buffer(der, len(der))
    cursor = ctypes.c_void_p(ctypes.addressof(start))
    found = getattr(library(), function)(None, ctypes.byref(cursor), len(der))
    if not found:
        raise LibsslError(f"{function}: {last_error()}")
    return int(found)
