"""Answers that are worked out once: the same few certificates, keys and files come with every call.

What is remembered depends on its arguments alone, so that nobody can tell, except whoever changes the model itself
while it runs: a test that puts a wrong table in place. `forget()` is for those.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import ParamSpec, TypeVar, cast

from sn_mock import lasting

_Arguments = ParamSpec("_Arguments")
_Answer = TypeVar("_Answer")

_forgetting: list[Callable[[], None]] = [lasting.forget]


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
