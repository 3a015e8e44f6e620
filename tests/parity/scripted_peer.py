"""A TCP peer that follows a script: it reads the request, says what it was told, and ends as it was told.

The octets it sends are the same for everybody who calls, so Java's HTTP clients and sn-mock meet the same peer.
"""

from __future__ import annotations

import contextlib
import re
import socket
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

PATIENCE_SECONDS = 5.0
PORT = b"<port>"
"""Stands in a script for the peer's own port."""
_PAUSE = 0.02
"""Between two pieces: long enough for the client to take the first one in."""
_LENGTH = re.compile(rb"content-length: *([0-9]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Script:
    """What is said on one connection: answers, one for each request, and how the connection ends after the last."""

    answers: tuple[tuple[bytes, ...], ...]
    """Each answer in pieces, with a pause between two."""
    end: str = "fin"
    """`fin`, `rst`, or `stall` (nothing more is said; the client's patience ends)."""


_SETTLING = 0.004


Conversation = Callable[[socket.socket, int], None]
"""(the accepted connection, its number from 0)."""


class Peer:
    """Listens on a port of loopback; a context manager. `connections` counts what was accepted."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=16)
        self.port: int = self._listening.getsockname()[1]
        self.connections = 0
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            number, self.connections = self.connections, self.connections + 1
            self._open.append(connection)
            thread = threading.Thread(target=self._converse, args=(connection, number), daemon=True)
            self._threads.append(thread)
            thread.start()

    def settled(self) -> int:
        """How many connections there were, once none is added (the last may still wait to be accepted)."""
        seen = -1
        while seen != self.connections:
            seen = self.connections
            time.sleep(_SETTLING)
        return seen

    def _converse(self, connection: socket.socket, number: int) -> None:
        connection.settimeout(PATIENCE_SECONDS)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with contextlib.suppress(OSError):
            self._conversation(connection, number)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._accepting.join()
        for connection in self._open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        for connection in self._open:
            connection.close()


def http_conversation(scripts: tuple[Script, ...]) -> Conversation:
    """Plain HTTP: the nth connection follows the nth script, further ones the last."""

    def converse(connection: socket.socket, number: int) -> None:
        script = scripts[min(number, len(scripts) - 1)]
        port = str(connection.getsockname()[1]).encode()
        for answer in script.answers:
            if not request_read(connection.recv):
                return
            for index, piece in enumerate(answer):
                if index:
                    time.sleep(_PAUSE)
                connection.sendall(piece.replace(PORT, port))
        end_connection(connection, script.end)

    return converse


def request_read(receive: Callable[[int], bytes]) -> bool:
    """Read one whole request; False where the client has ended the connection."""
    request = b""
    while b"\r\n\r\n" not in request:
        received = receive(65536)
        if not received:
            return False
        request += received
    head, _, body = request.partition(b"\r\n\r\n")
    announced = _LENGTH.search(head)
    missing = int(announced[1]) - len(body) if announced else 0
    while missing > 0:
        received = receive(65536)
        if not received:
            return False
        missing -= len(received)
    return True


def end_connection(connection: socket.socket, end: str) -> None:
    """End it as the script says; after a FIN, whatever the client still says is read, so that no reset follows."""
    if end == "rst":
        time.sleep(_PAUSE)  # what was said before has arrived by then
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()
        return
    if end == "fin":
        connection.shutdown(socket.SHUT_WR)
    while connection.recv(65536):
        continue
