"""`Session`: what a call runs on and what it may reach; handed on whole from the message down to the sockets."""

from __future__ import annotations

import os
import weakref
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, TypedDict, Unpack

from guarded.values import dataclass
from sn_mock.instance import Instance
from sn_mock.java.net.network import Network
from sn_mock.java.net.wire import Cancellation
from sn_mock.outbound.calls.pool import ConnectionPool
from sn_mock.outbound.calls.tokens import Token

if TYPE_CHECKING:
    from captures.recorder import Recorder


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
    recorder: Recorder | None
    """Gets every connection, as a capture for Wireshark; None: nobody, but the file that SSLKEYLOGFILE names."""


def refuse_strangers(where: Mapping[str, object]) -> None:
    """Raise the TypeError of a misspelt keyword, which `**where` would swallow."""
    if strangers := where.keys() - Where.__annotations__.keys():
        raise TypeError(f"unexpected keyword {min(strangers)!r}; known are {', '.join(Where.__annotations__)}")


def of_environment() -> Recorder | None:
    """Who writes the keys into the file that SSLKEYLOGFILE names, as curl and browsers do; None where none is named."""
    path = os.environ.get("SSLKEYLOGFILE")
    if not path:
        return None
    from captures.recorder import Recorder

    return Recorder(key_log=path)


@dataclass
class Session:
    """The surroundings of calls: the instance, the clock, the hosts, and what is kept between calls."""

    instance: Instance
    """The instance as it is now; a script that writes to its tables or properties puts another one here."""
    when: datetime | None = None
    allow_remote: bool = False
    hosts: Mapping[str, str] = field(default_factory=dict)
    pool: ConnectionPool | None = None
    recorder: Recorder | None = None
    pending: weakref.WeakSet[Pending] = field(default_factory=weakref.WeakSet)
    shared: bool = False
    """Others work on the instance, too: what is written to it is theirs at once."""
    tokens: dict[str, Token] = field(default_factory=dict, repr=False)
    """Access tokens by the sys_id of their OAuth Entity Profile, as long as the session lives."""

    def guard(self) -> AbstractContextManager[object]:
        """What to hold while the instance's tables are read or written; nobody else is at them meanwhile."""
        return nullcontext()

    def change(self, step: Callable[[Instance], Instance]) -> None:
        """Make another state of the instance out of the present one."""
        self.instance = step(self.instance)

    @classmethod
    def on(cls, instance: Instance, *, pool: ConnectionPool | None = None, **where: Unpack[Where]) -> Session:
        """A session on that instance; what `where` leaves out is as a plain call has it."""
        refuse_strangers(where)
        hosts = dict(where.get("hosts") or {})
        recorder = where.get("recorder") or of_environment()
        return cls(instance, where.get("when"), where.get("allow_remote", False), hosts, pool, recorder)

    def at_this_moment(self, *, pooled: bool) -> Session:
        """A session whose instance stays as it is now, whatever is written meanwhile."""
        pool = self.pool if pooled else None
        return Session(
            self.instance,
            self.when,
            self.allow_remote,
            self.hosts,
            pool,
            recorder=self.recorder,
            pending=self.pending,
            tokens=self.tokens,
        )

    def network(self, cancellation: Cancellation | None = None) -> Network:
        """What a call in these surroundings may reach."""
        return Network(self.allow_remote, self.hosts, cancellation, self.recorder)

    def close(self, *, keep_pool: bool = False) -> None:
        """End the calls that are still under way and close pooled connections."""
        with ExitStack() as closing:
            if self.pool is not None and not keep_pool:
                closing.callback(self.pool.close)
            for call in list(self.pending):
                closing.callback(call.close)
