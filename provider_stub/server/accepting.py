"""Taking connections off a listening socket at the least cost."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any


def accepting(listener: socket.socket) -> Callable[[], tuple[socket.SocketType, Any]]:
    """What `listener.accept` does, as plain sockets without the library's object around them.

    For that one two Enum classes are asked for the socket's kind, which is the listener's.
    What stands in the place of `socket.socket` (gevent's) accepts as it likes.
    """
    if not isinstance(listener, socket.SocketType) or not hasattr(listener, "_accept"):
        return listener.accept
    take, kind = listener._accept, (int(listener.family), int(listener.type), listener.proto)

    def accept() -> tuple[socket.SocketType, Any]:
        descriptor, address = take()
        return socket.SocketType(*kind, descriptor), address

    return accept
