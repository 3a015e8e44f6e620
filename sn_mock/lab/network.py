"""Who listens at a lab's endpoint: the provider, nobody, or a hole that swallows connections. Loopback only."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager

from sn_mock.failure import MockUsageError

LOCALHOST = "127.0.0.1"
NAMED_HOST = "tickets.localhost"
"""A name below `.localhost`, which is this machine (RFC 6761 §6.3). Java sends no SNI for a name without a dot."""
NO_SUCH_HOST = "tickets.acme.invalid"
"""A name below `.invalid`, which never exists (RFC 6761 §6.4)."""


@contextmanager
def _provider(port: int) -> Iterator[tuple[str, int]]:
    yield "localhost", port


@contextmanager
def _named(port: int) -> Iterator[tuple[str, int]]:
    yield NAMED_HOST, port


@contextmanager
def _no_such_host(port: int) -> Iterator[tuple[str, int]]:
    yield NO_SUCH_HOST, port


@contextmanager
def _black_hole(_port: int) -> Iterator[tuple[str, int]]:
    """A listener whose queue is full: Linux drops further SYNs, as a firewall does."""
    with socket.socket() as listener, socket.socket() as first, socket.socket() as second:
        listener.bind((LOCALHOST, 0))
        listener.listen(0)
        for filler in (first, second):
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
        yield "localhost", listener.getsockname()[1]


Place = AbstractContextManager[tuple[str, int]]

_NETWORKS = {"provider": _provider, "named-provider": _named, "no-such-host": _no_such_host, "black-hole": _black_hole}

NETWORKS: Mapping[str, str] = {
    "provider": "the provider itself",
    "named-provider": "the provider, under a host name with a dot",
    "no-such-host": "a host name that does not exist",
    "black-hole": "an address that never answers a connection request",
}
"""What the endpoint's host and port can be, by the name used in `LabSetup.network`."""


def network(name: str, provider_port: int) -> Place:
    """Host and port for that network; MockUsageError for an unknown name."""
    if name not in _NETWORKS:
        raise MockUsageError(f"unknown network {name!r}; known: {', '.join(NETWORKS)}")
    return _NETWORKS[name](provider_port)


@contextmanager
def closed_port() -> Iterator[int]:
    """A port of this machine at which nobody listens, kept from others as long as the block runs."""
    with socket.socket() as reserved:
        reserved.bind((LOCALHOST, 0))
        yield int(reserved.getsockname()[1])
