"""Regular expressions that are compiled when they are first used: most runs of a command meet few of a module's."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from re import compile as regex
else:

    class regex:  # noqa: N801 - it stands for `re.compile`, and type checkers see that one
        """`re.compile(text, flags)`, later. Whatever is asked of it is the compiled pattern's, and kept here."""

        def __init__(self, text: str | bytes, flags: int = 0) -> None:
            self._written = (text, int(flags))

        def __getattr__(self, name: str) -> Any:
            value = getattr(re.compile(*self._written), name)
            setattr(self, name, value)
            return value

        def __reduce__(self) -> Any:
            return re.compile, self._written

        def __repr__(self) -> str:
            return f"regex{self._written}"


__all__ = ["regex"]
