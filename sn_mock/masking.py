"""URLs as they may be shown: `https://user:password@host/` keeps the user and loses the password."""

from __future__ import annotations

import re

MASK = "********"
_AUTHORITY = re.compile(r"(?P<user>(?:^|//)[^\s/?#@:[]*:)[^\s/?#]*(?=@)")
_UNESCAPED = re.compile(r"(?P<user>(?:^|//)[^\s/?#@:[]*:)(?![0-9]*(?:[/?#]|$))(?=[^\s@/?#]*[/?#])\S{1,4096}(?=@)")
"""A password with a `/`, `?` or `#` that nobody escaped: what follows the colon is no port, and an `@` comes later."""


def without_password(text: str) -> str:
    """A URL, or a text with URLs in it, with every user information's password masked (RFC 3986 section 3.2.1).

    At the start of the text the scheme may be missing, as it may in an endpoint.
    """
    return _UNESCAPED.sub(rf"\g<user>{MASK}", _AUTHORITY.sub(rf"\g<user>{MASK}", text))
