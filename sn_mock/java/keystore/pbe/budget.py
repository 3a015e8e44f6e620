"""How much work a keystore may ask for: each key is derived once, and all of them together have a budget.

Java refuses a count above 5,000,000 for one key and works on as many keys as a file holds, for as long as it takes.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec, TypeVar

from guarded.values import dataclass
from sn_mock.failure import MockUsageError

BUDGET = 20_000_000
"""Rounds of hashing for one reading of one file. keytool writes 10,000 for a key, OpenSSL 2,048; Java's most for one
3DES key, three derivations of 5,000,000 rounds, is within it."""

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(slots=True)
class _Work:
    rounds: int = 0


_under_way: ContextVar[_Work | None] = ContextVar("key derivation under way", default=None)


def one_reading(read: Callable[P, T]) -> Callable[P, T]:
    """All that `read` derives comes out of one budget (that of the reading it is a part of, where there is one)."""

    @wraps(read)
    def bounded(*args: P.args, **kwargs: P.kwargs) -> T:
        if _under_way.get() is not None:
            return read(*args, **kwargs)
        mark = _under_way.set(_Work())
        try:
            return read(*args, **kwargs)
        finally:
            _under_way.reset(mark)

    return bounded


def spend(rounds: int) -> None:
    """Count rounds before they are worked on.

    Raises:
        MockUsageError: the file asks for more than `BUDGET`.
    """
    work = _under_way.get()
    if work is None:
        return
    work.rounds += rounds
    if work.rounds > BUDGET:
        raise MockUsageError(
            f"the keystore asks for more than {BUDGET:,} rounds of key derivation; Java would work on it for minutes; "
            "next step: write it anew with fewer iterations (keytool: 10,000 a key)"
        )
