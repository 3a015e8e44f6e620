"""Who listens at a lab's endpoint: the provider, nobody, or a hole that swallows connections. Loopback only."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace

from guarded.values import dataclass
from sn_mock.failure import MockUsageError
from sn_mock.lab.listening import LOCALHOST, listening
from tls_transcript import FaultSlot

NAMED_HOST = "tickets.localhost"
"""A name below `.localhost`, which is this machine (RFC 6761 §6.3). Java sends no SNI for a name without a dot."""
NO_SUCH_HOST = "tickets.acme.invalid"
"""A name below `.invalid`, which never exists (RFC 6761 §6.4)."""
_PROXY_SECONDS = 5.0
_PROXY_REQUEST = 65536

NETWORKS: Mapping[str, str] = {
    "provider": "the provider itself",
    "named-provider": "the provider, under a host name with a dot",
    "provider-behind-proxy": "the provider, behind a web proxy that refuses everything",
    "no-such-host": "a host name that does not exist",
    "black-hole": "an address that never answers a connection request",
}
"""What the endpoint's host and port can be, by the name used in `LabSetup.network`."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a lab's endpoint points to: what the placeholders of a setup stand for."""

    host: str
    port: int
    closed_port: int = 0
    """A port at which nobody listens."""
    proxy_port: int = 0
    """The web proxy's, where there is one."""

    def fill(self, text: str, scheme: str = "https") -> str:
        """The text with `{host}`, `{port}`, `{closed_port}`, `{proxy_port}` and `{scheme}` filled in."""
        for name, value in (
            ("host", self.host),
            ("port", str(self.port)),
            ("closed_port", str(self.closed_port)),
            ("proxy_port", str(self.proxy_port)),
            ("scheme", scheme),
        ):
            text = text.replace("{" + name + "}", value)
        return text


@contextmanager
def network(name: str, provider_port: int, faults: FaultSlot) -> Iterator[Address]:
    """The address of that network's endpoint, as long as the block runs; MockUsageError for an unknown name.

    What goes wrong in a server of it is kept in `faults`.
    """
    if name not in NETWORKS:
        raise MockUsageError(f"unknown network {name!r}; known: {', '.join(NETWORKS)}")
    with ExitStack() as opened:
        address = Address("localhost", provider_port, opened.enter_context(closed_port()))
        if name == "named-provider":
            address = replace(address, host=NAMED_HOST)
        elif name == "provider-behind-proxy":
            address = replace(address, proxy_port=opened.enter_context(listening("the web proxy", _refuse, faults)))
        elif name == "no-such-host":
            address = replace(address, host=NO_SUCH_HOST)
        elif name == "black-hole":
            address = replace(address, port=opened.enter_context(_black_hole()))
        yield address


@contextmanager
def closed_port() -> Iterator[int]:
    """A port of this machine at which nobody listens, kept from others."""
    with socket.socket() as reserved:
        reserved.bind((LOCALHOST, 0))
        yield int(reserved.getsockname()[1])


@contextmanager
def _black_hole() -> Iterator[int]:
    """A listener whose queue is full: Linux drops further SYNs, as a firewall does."""
    with socket.socket() as listener, socket.socket() as first, socket.socket() as second:
        listener.bind((LOCALHOST, 0))
        listener.listen(0)
        for filler in (first, second):
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
        yield int(listener.getsockname()[1])


def _refuse(client: socket.socket) -> None:
    """What a web proxy does that answers every request with 403."""
    client.settimeout(_PROXY_SECONDS)
    while (data := client.recv(_PROXY_REQUEST)) and b"\r\n\r\n" not in data:
        continue
    client.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
