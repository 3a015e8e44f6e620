"""The surroundings of a script: which instance it runs on, what it may reach, and which calls it has under way.

with sn_mock.use(instance):
    response = SOAPMessageV2("AcmeTickets", "CreateTicket").execute()
"""

from __future__ import annotations

import atexit
import weakref
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from sn_mock.failure import MockUsageError
from sn_mock.instance import Instance
from sn_mock.outbound.calls.pool import ConnectionPool


class Pending(Protocol):
    """A call that runs in the background."""

    def close(self) -> None:
        """End it, and wait until it has ended."""


@dataclass
class Session:
    """What `use` sets up."""

    instance: Instance
    """The instance as it is now; a script that writes to its tables or properties puts another one here."""
    when: datetime | None = None
    allow_remote: bool = False
    hosts: Mapping[str, str] = field(default_factory=dict)
    pool: ConnectionPool | None = None
    pending: weakref.WeakSet[Pending] = field(default_factory=weakref.WeakSet)

    def close(self, *, keep_pool: bool = False) -> None:
        """End the calls that are still under way and close pooled connections."""
        with ExitStack() as closing:
            if self.pool is not None and not keep_pool:
                closing.callback(self.pool.close)
            for call in list(self.pending):
                closing.callback(call.close)


_REACHED: list[Mapping[str, str]] = []
"""Hosts that every session of this process reaches elsewhere, the latest last; not a context variable, because tests
start threads and event loops of their own."""


@contextmanager
def reach(hosts: Mapping[str, str]) -> Iterator[None]:
    """Map host names (`hosts` of `use`) for every message that is made in the block, in whatever thread."""
    _REACHED.append(hosts)
    try:
        yield
    finally:
        _REACHED.remove(hosts)


def _reached(hosts: Mapping[str, str] | None) -> dict[str, str]:
    return {name: place for mapping in (*_REACHED, hosts or {}) for name, place in mapping.items()}


_CURRENT: ContextVar[Session | None] = ContextVar("sn_mock_session", default=None)
_ORPHANS: weakref.WeakSet[Pending] = weakref.WeakSet()
"""Calls in the background that were made without `use`."""


@contextmanager
def use(
    instance: Instance,
    *,
    when: datetime | None = None,
    allow_remote: bool = False,
    hosts: Mapping[str, str] | None = None,
    keep_alive: bool = False,
    pool: ConnectionPool | None = None,
) -> Iterator[Session]:
    """Run ServiceNow-style code, which names no instance, on `instance`.

    `when` moves the clock certificates are judged by, `allow_remote` consents to hosts other than this machine, `hosts`
    maps names to addresses, `keep_alive` pools connections, in `pool` where the caller brings one that outlives the
    block. Background calls are ended on leaving.
    """
    kept = pool or (ConnectionPool() if keep_alive else None)
    session = Session(instance, when, allow_remote, _reached(hosts), kept)
    token = _CURRENT.set(session)
    try:
        yield session
    finally:
        _CURRENT.reset(token)
        session.close(keep_pool=pool is not None)


def session_for(
    instance: Instance | None,
    *,
    when: datetime | None = None,
    allow_remote: bool = False,
    hosts: Mapping[str, str] | None = None,
) -> Session:
    """The session a message belongs to: one for the given instance, else the one of `use`."""
    if instance is not None:
        return Session(instance, when, allow_remote, _reached(hosts), pending=_ORPHANS)
    current = _CURRENT.get()
    if current is None:
        raise MockUsageError("no instance to run on: give instance=…, or put the code in `with sn_mock.use(instance):`")
    return current


@atexit.register
def _end_orphans() -> None:
    for call in list(_ORPHANS):
        call.close()
