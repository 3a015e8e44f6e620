"""Contexts that serve one connection after the other: to make one costs as much as a signature.

A context greets like one Java and, where it has credentials, carries one key and its chain; it never gets another one,
since OpenSSL keeps keys of several algorithms side by side. What it hears goes to whoever has it on loan.
"""

from __future__ import annotations

import hashlib
import ssl
from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock
from typing import Protocol

from sn_mock.java.jsse import client_context as java_tls
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import Jdk
from tls_transcript import Entry, FaultSlot, record

IDLE = 64
"""How many contexts are kept for later."""


class Follower(Protocol):
    """Who follows a connection."""

    faults: FaultSlot

    def judge(self, chain: tuple[bytes, ...]) -> int | None:
        """The alert to refuse the provider's chain with; None accepts it."""

    def hear(self, connection: ssl.SSLObject | ssl.SSLSocket, entry: Entry) -> None:
        """One message was read or written."""


class _Relay(FaultSlot):
    """Between a context's callbacks, which stay, and its follower, which changes."""

    __slots__ = ("follower",)

    def __init__(self) -> None:
        super().__init__()
        self.follower: Follower | None = None

    def keep(self, callback: str, error: BaseException) -> None:
        if self.follower is not None:
            self.follower.faults.keep(callback, error)
        else:
            super().keep(callback, error)

    def judge(self, chain: tuple[bytes, ...]) -> int | None:
        return self._who().judge(chain)

    def hear(self, connection: ssl.SSLObject | ssl.SSLSocket, entry: Entry) -> None:
        self._who().hear(connection, entry)

    def _who(self) -> Follower:
        if self.follower is None:
            raise RuntimeError("a TLS context that nobody has on loan is in use")
        return self.follower


class Loan:
    """A context in the hands of one follower, until `give_back`."""

    def __init__(self, context: ssl.SSLContext, relay: _Relay, kind: _Kind) -> None:
        self.context = context
        self._relay = relay
        self._kind = kind

    def follow(self, follower: Follower) -> Loan:
        """From now on `follower` hears and judges."""
        self._relay.follower = follower
        return self

    def give_back(self) -> None:
        """No connection uses it any more."""
        self._relay.follower = None
        _pool.put(self._kind, self)


_Kind = tuple[tuple[str, ...], Jdk, bool, bytes]
"""TLS versions, the Java, whether libssl is in reach, and a digest of the credentials (empty where there are none)."""


class _Pool:
    def __init__(self) -> None:
        self._idle: OrderedDict[int, tuple[_Kind, Loan]] = OrderedDict()
        self._of_kind: dict[_Kind, list[int]] = {}
        self._lock = Lock()

    def take(self, kind: _Kind) -> Loan | None:
        with self._lock:
            numbers = self._of_kind.get(kind)
            return self._out(numbers[-1])[1] if numbers else None

    def put(self, kind: _Kind, loan: Loan) -> None:
        with self._lock:
            self._idle[id(loan)] = kind, loan
            self._of_kind.setdefault(kind, []).append(id(loan))
            if len(self._idle) > IDLE:
                self._out(next(iter(self._idle)))

    def _out(self, number: int) -> tuple[_Kind, Loan]:
        kind, loan = self._idle.pop(number)
        numbers = self._of_kind[kind]
        numbers.remove(number)
        if not numbers:
            del self._of_kind[kind]
        return kind, loan


_pool = _Pool()


def lend(
    follower: Follower, versions: Sequence[str], java: Jdk, chain: Sequence[bytes] = (), pkcs8: bytes | None = None
) -> Loan:
    """A context that greets like that Java and, with `chain` and `pkcs8`, has them to send.

    Raises `client_context.NothingOfferedError`, and `libssl.LibsslError` where OpenSSL refuses the credentials.
    """
    kind = tuple(versions), java, java_tls.unfaithful() is None, _digest(chain, pkcs8)
    known = _pool.take(kind)
    if known is not None:
        return known.follow(follower)
    relay = _Relay()
    context = java_tls.client_context(versions, relay.judge, relay, java)
    if not java.has(Feature.SESSION_TICKETS):
        context.options |= ssl.OP_NO_TICKET
    record(context, relay.hear, relay)
    if pkcs8 is not None:
        java_tls.use_certificate(context, chain, pkcs8)
    return Loan(context, relay, kind).follow(follower)


def _digest(chain: Sequence[bytes], pkcs8: bytes | None) -> bytes:
    if pkcs8 is None:
        return b""
    digest = hashlib.sha256()
    for one in (pkcs8, *chain):
        digest.update(len(one).to_bytes(8, "big") + one)
    return digest.digest()
