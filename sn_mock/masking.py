"""URLs as they may be shown: `https://user:password@host/` keeps the user and loses the password."""

from __future__ import annotations

import re
from collections.abc import Sequence

from guarded import secrets
from guarded.regex import regex

MASK = "********"
_AUTHORITY = regex(r"(?P<user>(?:^|//)[^\s/?#@:[]*:)[^\s/?#]*(?=@)")
_UNESCAPED = regex(r"(?P<user>(?:^|//)[^\s/?#@:[]*:)(?![0-9]*(?:[/?#]|$))(?=[^\s@/?#]*[/?#])\S{1,4096}(?=@)")
"""A password with a `/`, `?` or `#` that nobody escaped: what follows the colon is no port, and an `@` comes later."""


_SECRET_NAME = r"[\w.:-]*(?:passw(?:or)?d|passphrase|secret|token|api[-_]?key|credential)[\w.-]*"
_ELEMENT = regex(rf"(<({_SECRET_NAME})(?:\s[^<>]*)?>)[^<]+(?=</\2\s*>)", re.IGNORECASE)
_MEMBER = regex(rf'("{_SECRET_NAME}"\s*:\s*)"(?:[^"\\]|\\.)*"', re.IGNORECASE)
_ATTRIBUTE = regex(rf"(\s{_SECRET_NAME}=)(\"[^\"<]*\"|'[^'<]*')", re.IGNORECASE)


def without_secrets(body: str) -> str:
    """A request's or response's body as it may be shown: what is called a password, secret, token or key is masked.

    In XML the text of elements and attributes of such names, in JSON the members; one pass each, whatever the body is.
    """
    if not secrets.may_name_one(body):
        return body
    masked = _ATTRIBUTE.sub(rf'\1"{MASK}"', _ELEMENT.sub(rf"\1{MASK}", body))
    return _MEMBER.sub(rf'\1"{MASK}"', masked)


_SECRET_OPTION = regex(rf"--?{_SECRET_NAME}", re.IGNORECASE)
_SECRET_PAIR = regex(rf"({_SECRET_NAME}\s*[:]?=)(?!env:).+", re.IGNORECASE | re.DOTALL)


def without_password_arguments(arguments: Sequence[str]) -> list[str]:
    """Arguments of a command line with the values of passwords and secrets masked; `env:NAME` is none."""
    if not any(map(secrets.may_name_one, arguments)):
        return [without_password(argument) for argument in arguments]
    shown: list[str] = []
    for argument in arguments:
        if shown and _SECRET_OPTION.fullmatch(shown[-1]) and not argument.startswith("env:"):
            shown.append(MASK)
        else:
            shown.append(_SECRET_PAIR.sub(rf"\1{MASK}", without_password(argument)))
    return shown


def without_password(text: str) -> str:
    """A URL, or a text with URLs in it, with every user information's password masked (RFC 3986 section 3.2.1).

    At the start of the text the scheme may be missing, as it may in an endpoint.
    """
    if "@" not in text:  # nor then user information; most URLs have none
        return text
    return _UNESCAPED.sub(rf"\g<user>{MASK}", _AUTHORITY.sub(rf"\g<user>{MASK}", text))
