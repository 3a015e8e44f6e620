"""What functions remember: the last answers; of a secret only a digest."""

from __future__ import annotations

import ast
import gc
from pathlib import Path
from weakref import ref

import pytest

import sn_mock
from sn_mock.java.lang.remembering import forget, remembered_by_digest

_SECRETS = {"pkcs8", "password", "secret", "private_key"}


class _Password(str):
    """A text that can be watched."""


def test_a_secret_is_found_and_not_kept() -> None:
    """The same secret has the same answer, and nobody holds it for that; the oldest go, a fault is no answer."""
    asked: list[str] = []

    @remembered_by_digest(2)
    def known(password: str, data: bytes = b"", rounds: int = 1) -> str:
        asked.append(f"{password} {data!r} {rounds}")
        if not password:
            raise ValueError("no password")
        return asked[-1]

    password = _Password("changeit")
    watched = ref(password)
    first = known(password)
    assert known(_Password("changeit")) is first
    del password
    gc.collect()
    assert watched() is None
    assert known("changeit", b"12", 3) != known("changeit", b"1", 23)
    assert known(_Password("changeit")) == first
    assert len(asked) == 4
    for _ in range(2):
        with pytest.raises(ValueError, match="no password"):
            known("")
    forget()
    known("changeit", b"1", 23)
    assert len(asked) == 7


def test_functions_of_secrets_remember_by_digest() -> None:
    """No function that takes a private key or a password keeps what it was asked."""
    told = 0
    for path in Path(sn_mock.__file__).parent.rglob("*.py"):
        text = path.read_text("utf-8")
        if "remembered" not in text and "lru_cache" not in text:
            continue
        for function in ast.walk(ast.parse(text)):
            if not isinstance(function, ast.FunctionDef):
                continue
            ways = " ".join(map(ast.unparse, function.decorator_list))
            names = {one.arg for one in (*function.args.args, *function.args.kwonlyargs)}
            if names & _SECRETS and ("remembered" in ways or "cache" in ways):
                assert "remembered_by_digest" in ways, f"{path}: {function.name}"
                told += 1
    assert told == 5
