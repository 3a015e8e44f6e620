"""Answers that are worked out once: the same few certificates, keys and files come with every call.

What is remembered depends on its arguments alone, so that nobody can tell, except whoever changes the model itself
while it runs: a test that puts a wrong table in place. `forget()` is for those.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from functools import lru_cache
from threading import Lock
from types import MappingProxyType
from typing import Any, ParamSpec, TypeVar, cast
from weakref import WeakSet

_Arguments = ParamSpec("_Arguments")
_Answer = TypeVar("_Answer")
_Value = TypeVar("_Value")
_Question = TypeVar("_Question", bound=Hashable)

_forgetting: list[Callable[[], None]] = []


def remembered(kept: int) -> Callable[[Callable[_Arguments, _Answer]], Callable[_Arguments, _Answer]]:
    """Keep the last `kept` answers of a function of hashable values (and what it raises never)."""

    def decorated(function: Callable[_Arguments, _Answer]) -> Callable[_Arguments, _Answer]:
        keeping = lru_cache(maxsize=kept)(function)
        _forgetting.append(keeping.cache_clear)
        return cast("Callable[_Arguments, _Answer]", keeping)

    return decorated


def forgotten_by(clear: Callable[[], None]) -> None:
    """Let `forget()` call this too: for what remembers in its own way."""
    _forgetting.append(clear)


def forget() -> None:
    """Remember nothing any more; the next answers are worked out anew."""
    for clear in _forgetting:
        clear()


KEPT_OF_A_VALUE = 256
"""Answers of one function about one value that are remembered; what was asked first goes first."""

_UNKNOWN = object()
_NONE: Mapping[Hashable, Any] = MappingProxyType({})
_memories: WeakSet[_Memory] = WeakSet()


def _forget_memories() -> None:
    for memory in tuple(_memories):
        memory.answers.clear()


forgotten_by(_forget_memories)


class _Memory:
    """What has been made of one value."""

    __slots__ = ("__weakref__", "answers", "lock")

    def __init__(self) -> None:
        self.answers: dict[Callable[..., object], dict[Hashable, Any]] = {}
        self.lock = Lock()
        _memories.add(self)


class Frozen:
    """A base of values that never change, and that go on knowing what pure functions have made of them.

    What is remembered is no part of the value: not compared, shown, copied or pickled, and gone with it.
    """

    __slots__ = ("_memory",)
    _memory: _Memory

    def once(self: _Value, make: Callable[[_Value, _Question], _Answer], question: _Question) -> _Answer:
        """`make(self, question)`, worked out when it is first asked (what it raises is never remembered).

        The answer is everybody's from then on, so it must be one that nobody changes.
        """
        memory = _memory_of(self)
        found = memory.answers.get(make, _NONE).get(question, _UNKNOWN)
        if found is not _UNKNOWN:
            return cast("_Answer", found)
        answer = make(self, question)
        with memory.lock:
            kept = memory.answers.setdefault(make, {})
            kept[question] = answer
            while len(kept) > KEPT_OF_A_VALUE:
                del kept[next(iter(kept))]
        return answer


def _memory_of(value: Any) -> _Memory:
    try:
        return cast("_Memory", value._memory)
    except AttributeError:
        object.__setattr__(value, "_memory", _Memory())
        return cast("_Memory", value._memory)
