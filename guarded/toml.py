"""TOML of strangers: in one pass, of bounded size and depth, and every failure an error of one kind."""

from __future__ import annotations

import re
from typing import Any

from guarded.regex import regex

MAX_BYTES = 16 * 1024 * 1024
MAX_DEPTH = 32
"""No document of ours nests deeper than four."""

_LONG_KEY = regex(
    rf"""(?:^|[\[{{,])[ \t]*+(?:(?:"[^"\n]*+"|'[^'\n]*+'|[A-Za-z0-9_-]++)[ \t]*+\.[ \t]*+){{{MAX_DEPTH}}}""",
    re.MULTILINE,
)
"""A dotted key of so many parts costs tomllib the square of their number."""


class TomlError(ValueError):
    """What is wrong with the document, and where."""

    def __init__(self, what: str, where: str = "") -> None:
        super().__init__(f"{what} (at {where})" if where else what)
        self.what = what
        self.where = where
        """`line 2, column 10`, `byte 7`, or nothing."""


def parse(data: bytes) -> dict[str, Any]:
    """The document.

    Raises:
        TomlError: it is no UTF-8, no TOML, longer than `MAX_BYTES`, deeper than `MAX_DEPTH`, or has a number beyond
            Python's limit of digits.
    """
    import tomllib  # most who import this module have nothing to parse

    if len(data) > MAX_BYTES:
        raise TomlError(f"has {len(data)} bytes; {MAX_BYTES} is the most that is read")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TomlError("is not UTF-8; next step: save the file as UTF-8", f"byte {error.start}") from None
    if _LONG_KEY.search(text):
        raise TomlError(f"has a key of {MAX_DEPTH} parts or more")
    try:
        document = tomllib.loads(text)
    except RecursionError:
        raise TomlError(_TOO_DEEP) from None
    except tomllib.TOMLDecodeError as error:
        what, _, where = str(error).rpartition(" (at ")
        raise TomlError(f"is not TOML: {what or error}", where.removesuffix(")")) from None
    except ValueError:  # int() of more digits than Python converts
        raise TomlError("has a number of more digits than anybody can use") from None
    if _deeper(document, MAX_DEPTH):
        raise TomlError(_TOO_DEEP)
    return document


_TOO_DEEP = f"is nested deeper than {MAX_DEPTH}"


def _deeper(document: dict[str, Any], limit: int) -> bool:
    level: list[Any] = [document]
    for _ in range(limit):
        inner: list[Any] = []
        for value in level:
            inner += value.values() if isinstance(value, dict) else value
        level = [value for value in inner if isinstance(value, dict | list)]
        if not level:
            return False
    return True
