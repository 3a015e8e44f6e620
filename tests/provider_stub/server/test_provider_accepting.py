"""Connections are taken off a listener as `accept` takes them."""

from __future__ import annotations

import os
import socket

from provider_stub.server.accepting import accepting


class _Other:
    """What stands in the place of a socket."""

    def accept(self) -> str:
        return "as it likes"


def test_what_is_accepted_is_connected_and_is_not_inherited():
    """Both ways give a socket of the same kind, with the client's address; the plain one closes its descriptor."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        for accept in (accepting(listener), listener.accept):
            with socket.create_connection(listener.getsockname()[:2]) as client:
                sock, address = accept()
                try:
                    assert address == client.getsockname() == sock.getpeername()
                    assert (sock.family, sock.type, sock.proto) == (client.family, socket.SOCK_STREAM, listener.proto)
                    assert not os.get_inheritable(sock.fileno())
                    client.sendall(b"hello")
                    assert sock.recv(5) == b"hello"
                finally:
                    sock.close()
                assert sock.fileno() == -1
                assert client.recv(1) == b""


def test_what_stands_in_the_place_of_a_socket_accepts_itself():
    """Libraries replace `socket.socket`; theirs is asked."""
    assert accepting(_Other())() == "as it likes"
