"""An extension of the ClientHello that OpenSSL knows how to read and never sends."""

from __future__ import annotations

import ctypes
import ssl
from functools import cache
from typing import Any

from .binding import EXTENSION_CALLBACK, library, ssl_ctx

_CLIENT_HELLO = 0x80  # SSL_EXT_CLIENT_HELLO of openssl/ssl.h


def send_extension(context: ssl.SSLContext, number: int, content: bytes) -> bool:
    """Client side: add the extension `number` with this content to every ClientHello.

    False where this OpenSSL makes the extension itself (SSL_CTX_add_custom_ext(3)), and nothing is changed.
    """
    add = _adding(content)
    return bool(library().SSL_CTX_add_custom_ext(ssl_ctx(context), number, _CLIENT_HELLO, add, None, None, None, None))


@cache
def _adding(content: bytes) -> Any:
    """The C function that hands out `content`. Kept for ever, like the few contents there are: C has but addresses."""
    buffer = ctypes.create_string_buffer(content, len(content))

    def add(
        _connection: int,
        _number: int,
        _message: int,
        out: Any,
        length: Any,
        _certificate: int,
        _index: int,
        _alert: Any,
        _argument: int,
    ) -> int:
        out[0], length[0] = ctypes.addressof(buffer), len(content)
        return 1

    return EXTENSION_CALLBACK(add)
