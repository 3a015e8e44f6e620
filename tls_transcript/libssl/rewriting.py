"""What OpenSSL reads of a received message, in place of what has arrived and was hashed.

OpenSSL adds a handshake message to the transcript of both sides, shows it to the message callback, and then reads it
out of the same buffer (`tls_get_message_body` in ssl/statem/statem_lib.c, the same from 1.1.1 on). A callback that
writes into that buffer changes what is understood and not what is hashed.
"""

from __future__ import annotations

import ctypes
import ssl
from collections.abc import Callable
from typing import Any

from ..faults import FaultSlot
from ..recorder import listener_of
from .binding import MESSAGE_CALLBACK, library, ssl_pointer

_HANDSHAKE = 22
_CERTIFICATE_REQUEST = 13


class Rewriting:
    """In force from now until `end`, on one connection."""

    def __init__(self, connection: ssl.SSLObject, rewrite: Callable[[bytes], bytes], faults: FaultSlot) -> None:
        """`rewrite` gets each handshake message that arrives and returns one of the same length.

        Whoever records the connection goes on hearing what arrived. What goes wrong inside is kept in `faults`. Raises
        LibsslError where the connection cannot be reached.
        """
        self._connection: ssl.SSLObject | None = connection
        self._rewrite, self._faults = rewrite, faults
        self._pointer = ssl_pointer(connection)
        self._callback = MESSAGE_CALLBACK(self._called)
        self._install()

    def _install(self) -> None:
        library().SSL_set_msg_callback(self._pointer, self._callback)

    def end(self) -> None:
        """CPython's own callback is set again, which assigning a context does; a second time changes nothing."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.context = connection.context
            self._callback = MESSAGE_CALLBACK()

    def _called(
        self, writing: int, version: int, content_type: int, buffer: int | None, length: int, _ssl: Any, _argument: Any
    ) -> None:
        try:
            octets = ctypes.string_at(buffer, length) if buffer and length else b""
            assert self._connection is not None
            listener = listener_of(self._connection.context)
            if listener is not None:
                way = "write" if writing else "read"
                listener(self._connection, way, version, content_type, octets[0] if octets else 0, octets)
            if writing or content_type != _HANDSHAKE or not octets or buffer is None:
                return
            if octets[0] == _CERTIFICATE_REQUEST:  # a listener may have changed the context, and the callback with it
                self._install()
            read = self._rewrite(octets)
            if read != octets and len(read) == length:
                ctypes.memmove(buffer, read, length)
        except BaseException as error:  # must not cross into C
            self._faults.keep("what rewrites TLS messages", error)
