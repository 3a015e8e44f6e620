"""Answers that are worked out once: the same few certificates, keys and files come with every call.

What is remembered depends on its arguments alone, so that nobody can tell, except whoever changes the model itself
while it runs: a test that puts a wrong table in place. `forget()` is for those.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache, wraps
from threading import Lock
from typing import ParamSpec, TypeVar, cast

from sn_mock import lasting

_Arguments = ParamSpec("_Arguments")
_Answer = TypeVar("_Answer")

_forgetting: list[Callable[[], None]] = [lasting.forget]


def remembered(kept: int) -> Callable[[Callable[_Arguments, _Answer]], Callable[_Arguments, _Answer]]:
    """Keep the last `kept` answers of a function of hashable values (and what it raises never), and what it was asked.

    A function of private keys or passwords is `remembered_by_digest`.
    """

    def decorated(function: Callable[_Arguments, _Answer]) -> Callable[_Arguments, _Answer]:
        keeping = lru_cache(maxsize=kept)(function)
        _forgetting.append(keeping.cache_clear)
        return cast("Callable[_Arguments, _Answer]", keeping)

    return decorated


def remembered_by_digest(kept: int) -> Callable[[Callable[_Arguments, _Answer]], Callable[_Arguments, _Answer]]:
    """As `remembered`, for functions of secrets: what was asked is not kept, only a digest to find the answer by.

    For arguments (none by name) that are octets, or that their `repr` tells apart.
    """

    def decorated(function: Callable[_Arguments, _Answer]) -> Callable[_Arguments, _Answer]:
        answers: OrderedDict[bytes, _Answer] = OrderedDict()
        lock = Lock()

        @wraps(function)
        def found(*arguments: _Arguments.args, **options: _Arguments.kwargs) -> _Answer:
            assert not options, "what is told by name would be another question than what is told by place"
            name = _digest(arguments)
            with lock:
                if name in answers:
                    answers.move_to_end(name)
                    return answers[name]
            answer = function(*arguments, **options)
            with lock:
                answers[name] = answer
                while len(answers) > kept:
                    answers.popitem(last=False)
            return answer

        _forgetting.append(answers.clear)
        return found

    return decorated


def _digest(arguments: tuple[object, ...]) -> bytes:
    digest = hashlib.sha256()
    for one in arguments:
        octets = one if isinstance(one, bytes) else repr(one).encode("utf-8", "surrogatepass")
        digest.update(b"%s %d " % (type(one).__name__.encode(), len(octets)))
        digest.update(octets)
    return digest.digest()


def forgotten_by(clear: Callable[[], None]) -> None:
    """Let `forget()` call this too: for what remembers in its own way."""
    _forgetting.append(clear)


def forget() -> None:
    """Remember nothing any more; the next answers are worked out anew."""
    for clear in _forgetting:
        clear()
