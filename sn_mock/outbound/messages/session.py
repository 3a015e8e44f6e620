"""The surroundings of a script: which instance it runs on, what it may reach, and which calls it has under way.

with sn_mock.use(instance):
    response = SOAPMessageV2("AcmeTickets", "CreateTicket").execute()
"""

from __future__ import annotations

import atexit
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Unpack

from sn_mock.failure import MockUsageError
from sn_mock.instance import Instance
from sn_mock.outbound.calls.pool import ConnectionPool
from sn_mock.outbound.calls.session import Pending, Session, Where, refuse_strangers

__all__ = ["Session", "entered", "session_for", "use"]

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


def _reaching(where: Where) -> Where:
    hosts = {name: place for mapping in (*_REACHED, where.get("hosts") or {}) for name, place in mapping.items()}
    return {**where, "hosts": hosts}


_CURRENT: ContextVar[Session | None] = ContextVar("sn_mock_session", default=None)
_ORPHANS: weakref.WeakSet[Pending] = weakref.WeakSet()
"""Calls in the background that were made without `use`."""


@contextmanager
def use(
    instance: Instance,
    *,
    keep_alive: bool = False,
    pool: ConnectionPool | None = None,
    **where: Unpack[Where],
) -> Iterator[Session]:
    """Run ServiceNow-style code, which names no instance, on `instance`.

    `when` moves the clock certificates are judged by, `allow_remote` consents to hosts other than this machine, `hosts`
    maps names to addresses, `keep_alive` pools connections, in `pool` where the caller brings one that outlives the
    block. Background calls are ended on leaving.
    """
    kept = pool or (ConnectionPool() if keep_alive else None)
    with entered(Session.on(instance, pool=kept, **_reaching(where)), keep_pool=pool is not None) as session:
        yield session


@contextmanager
def entered(session: Session, *, keep_pool: bool = False) -> Iterator[Session]:
    """Run ServiceNow-style code in a session that is there; its background calls are ended on leaving."""
    token = _CURRENT.set(session)
    try:
        yield session
    finally:
        _CURRENT.reset(token)
        session.close(keep_pool=keep_pool)


def session_for(instance: Instance | None, **where: Unpack[Where]) -> Session:
    """The session a message belongs to: one for the given instance, else the one of `use`."""
    if instance is not None:
        session = Session.on(instance, **_reaching(where))
        session.pending = _ORPHANS
        return session
    refuse_strangers(where)
    current = _CURRENT.get()
    if current is None:
        raise MockUsageError("no instance to run on: give instance=…, or put the code in `with sn_mock.use(instance):`")
    return current


@atexit.register
def _end_orphans() -> None:
    for call in list(_ORPHANS):
        call.close()
