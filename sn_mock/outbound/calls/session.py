"""`Session`: what a call runs on and what it may reach; handed on whole from the message down to the sockets."""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypedDict, Unpack

from sn_mock.instance import Instance
from sn_mock.java.net.network import Network
from sn_mock.java.net.wire import Cancellation
from sn_mock.outbound.calls.pool import ConnectionPool
from sn_mock.outbound.calls.tokens import Token


class Pending(Protocol):
    """A call that runs in the background."""

    def close(self) -> None:
        """End it, and wait until it has ended."""


class Where(TypedDict, total=False):
    """The keywords with which everybody who places calls can be told its surroundings."""

    when: datetime | None
    """The clock that certificates are judged by; None: now."""
    allow_remote: bool
    """Consent to hosts other than this machine."""
    hosts: Mapping[str, str] | None
    """Names to numeric addresses, as /etc/hosts has them."""


def refuse_strangers(where: Mapping[str, object]) -> None:
    """Raise the TypeError of a misspelt keyword, which `**where` would swallow."""
    if strangers := where.keys() - Where.__annotations__.keys():
        raise TypeError(f"unexpected keyword {min(strangers)!r}; known are {', '.join(Where.__annotations__)}")


@dataclass
class Session:
    """The surroundings of calls: the instance, the clock, the hosts, and what is kept between calls."""

    instance: Instance
    """The instance as it is now; a script that writes to its tables or properties puts another one here."""
    when: datetime | None = None
    allow_remote: bool = False
    hosts: Mapping[str, str] = field(default_factory=dict)
    pool: ConnectionPool | None = None
    pending: weakref.WeakSet[Pending] = field(default_factory=weakref.WeakSet)
    tokens: dict[str, Token] = field(default_factory=dict, repr=False)
    """Access tokens by the sys_id of their OAuth Entity Profile, as long as the session lives."""

    @classmethod
    def on(cls, instance: Instance, *, pool: ConnectionPool | None = None, **where: Unpack[Where]) -> Session:
        """A session on that instance; what `where` leaves out is as a plain call has it."""
        refuse_strangers(where)
        hosts = dict(where.get("hosts") or {})
        return cls(instance, where.get("when"), where.get("allow_remote", False), hosts, pool)

    def network(self, cancellation: Cancellation | None = None) -> Network:
        """What a call in these surroundings may reach."""
        return Network(self.allow_remote, self.hosts, cancellation)

    def close(self, *, keep_pool: bool = False) -> None:
        """End the calls that are still under way and close pooled connections."""
        with ExitStack() as closing:
            if self.pool is not None and not keep_pool:
                closing.callback(self.pool.close)
            for call in list(self.pending):
                closing.callback(call.close)
