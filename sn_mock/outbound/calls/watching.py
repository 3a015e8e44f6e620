"""Watching calls as they are placed: how a test report learns of calls that the test's own code made."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sn_mock.exchange import Exchange
from sn_mock.instance import Instance

Watcher = Callable[[Instance, Exchange], None]

_WATCHERS: list[Watcher] = []


@contextmanager
def watch(watcher: Watcher) -> Iterator[None]:
    """Tell `watcher` of every call that any thread of this process finishes within the block."""
    _WATCHERS.append(watcher)
    try:
        yield
    finally:
        _WATCHERS.remove(watcher)


def tell(instance: Instance, exchange: Exchange) -> None:
    """A call is finished."""
    for watcher in tuple(_WATCHERS):
        watcher(instance, exchange)
