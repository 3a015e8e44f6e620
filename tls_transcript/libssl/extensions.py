"""An extension of the ClientHello that OpenSSL knows how to read and never sends."""

from __future__ import annotations

import ctypes
import ssl
from functools import cache
from typing import Any
from weakref import WeakValueDictionary

from ..faults import FaultSlot
from .binding import EXTENSION_CALLBACK, library, ssl_ctx

_CLIENT_HELLO = 0x80  # SSL_EXT_CLIENT_HELLO of openssl/ssl.h
_FATAL = -1
_SLOTS: WeakValueDictionary[int, FaultSlot] = WeakValueDictionary()
"""Where the faults of a context go, by the number that OpenSSL hands back with each call."""


def send_extension(context: ssl.SSLContext, number: int, content: bytes, faults: FaultSlot) -> bool:
    """Client side: add the extension `number` with this content to every ClientHello.

    False where this OpenSSL makes the extension itself (SSL_CTX_add_custom_ext(3)), and nothing is changed. What goes
    wrong while it is written is kept in `faults`, and OpenSSL ends the handshake.
    """
    _SLOTS[id(faults)] = faults
    write = _writing(content)
    added = library().SSL_CTX_add_custom_ext(
        ssl_ctx(context), number, _CLIENT_HELLO, write, None, id(faults), None, None
    )
    return bool(added)


@cache
def _writing(content: bytes) -> Any:
    """The C function that hands out `content`. Kept for ever, like the few contents there are: C has but addresses."""
    buffer = ctypes.create_string_buffer(content, len(content))

    def write(
        _connection: int,
        _number: int,
        _message: int,
        out: Any,
        length: Any,
        _certificate: int,
        _index: int,
        _alert: Any,
        slot: int,
    ) -> int:
        try:
            _hand_out(buffer, out, length)
        except BaseException as error:  # must not cross into C
            faults = _SLOTS.get(slot)
            if faults is not None:
                faults.keep("the writer of a TLS extension", error)
            return _FATAL
        return 1

    return EXTENSION_CALLBACK(write)


def _hand_out(buffer: Any, out: Any, length: Any) -> None:
    out[0], length[0] = ctypes.addressof(buffer), len(buffer)
