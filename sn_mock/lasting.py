"""`Frozen`: values that never change, and remember what was made of them.

An instance is asked the same few questions with every call: where an endpoint leads, which settings hold.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from threading import Lock
from types import MappingProxyType
from typing import Any, TypeVar, cast
from weakref import WeakSet

_Answer = TypeVar("_Answer")
_Value = TypeVar("_Value")
_Question = TypeVar("_Question", bound=Hashable)

KEPT_OF_A_VALUE = 256
"""Answers of one function about one value that are remembered; what was asked first goes first."""

_UNKNOWN = object()
_NONE: Mapping[Hashable, Any] = MappingProxyType({})
_memories: WeakSet[_Memory] = WeakSet()


def forget() -> None:
    """No value knows anything of itself any more: for a test that puts a wrong table in place."""
    for memory in tuple(_memories):
        memory.answers.clear()


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
