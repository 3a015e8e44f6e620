"""Secrets in what strangers send each other: passwords, keys, tokens and cookies, by the names they go under.

A journal, a log or a report keeps everything else. The names are those of HTTP (RFC 9110 section 11, RFC 6265), OAuth
(RFC 6749), WS-Security (UsernameToken Profile 1.1) and the habits of APIs (`X-Api-Key`). Every pattern is bounded, so a
text costs what it is long.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import unquote_plus

from guarded.regex import regex

BLANKED = "********"
"""What stands for a secret."""

_WORDS = (
    "passwor[dt]|passwd|passphrase|passcode|secret|credential|bearer|api[-_]?key|subscription[-_]?key|access[-_]?key|"
    "(?:access|refresh|id|auth|user|session|security|csrf|xsrf)[-_]?token|tokenvalue|session[-_]?id|g_ck"
)
_HEADER = regex(rf"{_WORDS}|authorization|cookie|(?:^|[-_])token(?:$|[-_])|signature", re.IGNORECASE)
_PARAMETER = regex(rf"((?:^|[?&;\s])[\w.-]{{0,60}}?(?:{_WORDS})[\w.-]{{0,60}}=)([^&;\s\"'<>]+)", re.IGNORECASE)
_ELEMENT = regex(
    rf"(<(?:[\w.-]{{1,80}}:)?[\w.-]{{0,60}}?(?:{_WORDS})[\w.-]{{0,60}}(?:\s[^<>]{{0,800}})?(?<!/)>\s{{0,80}}(?:<!\[CDATA\[)?)"
    r"([^<\s](?:[^<]*[^<\s])?)",
    re.IGNORECASE,
)
_MEMBER = regex(
    rf"""(["'][\w.-]{{0,60}}?(?:{_WORDS})[\w.-]{{0,60}}["']\s{{0,20}}:\s{{0,20}}")((?:[^"\\]|\\.)+)""",
    re.IGNORECASE | re.DOTALL,
)
_ATTRIBUTE = regex(
    rf"""(\s[\w.:-]{{0,60}}?(?:{_WORDS})[\w.-]{{0,60}}\s{{0,20}}=\s{{0,20}}["'])([^"'<>]+)""", re.IGNORECASE
)
_ASSERTION = regex(r"((?:^|[?&;\s])(?:client_)?assertion=)([^&;\s\"'<>]+)", re.IGNORECASE)
"""A signed assertion stands for its maker until it expires (RFC 7523 section 2)."""
_BODY = (_ELEMENT, _MEMBER, _ATTRIBUTE, _PARAMETER, _ASSERTION)
_CDATA, _CDATA_END = "<![CDATA[", "]]>"
_HINT = regex(rf"{_WORDS}|assertion=", re.IGNORECASE)
_STEMS = ("pass", "secret", "credential", "bearer", "key", "token", "session", "g_ck", "assertion=")
"""Whatever `_HINT` finds has one of these in it: a plain search, which costs a tenth of the pattern's."""
KEPT_NAMES = 256
"""Names of headers, of at most `KEPT_NAME` characters, of which it is remembered whether a secret is under them."""
KEPT_NAME = 64


def header(name: str, value: str) -> str:
    """A header's value as it may be kept: of credentials the scheme only."""
    if not (_is_secret(name) if len(name) <= KEPT_NAME else _HEADER.search(name)):
        return value
    scheme, space, _ = value.partition(" ")
    return f"{scheme} {BLANKED}" if space and "authorization" in name.lower() else BLANKED


@lru_cache(maxsize=KEPT_NAMES)
def _is_secret(name: str) -> bool:
    return _HEADER.search(name) is not None


def target(text: str) -> str:
    """A request target or URL without the secrets among its parameters."""
    return _PARAMETER.sub(rf"\1{BLANKED}", text)


def body(text: str) -> str:
    """XML, JSON or form data without the secrets in it, also where it was cut in the middle of one."""
    if not may_name_one(text) or _HINT.search(text) is None:
        return text
    for pattern in _BODY:
        text = pattern.sub(_blank, text)
    return text


def may_name_one(text: str) -> bool:
    """False where no name of a secret can be in it, found by a plain search.

    Beyond ASCII there are letters that are equal to others only when case is ignored.
    """
    if not text.isascii():
        return True
    lower = text.lower()
    return any(stem in lower for stem in _STEMS)


def in_form(text: str) -> tuple[str, ...]:
    """The secrets of a form (`application/x-www-form-urlencoded`), as they are written there and decoded."""
    written = {found[2] for pattern in (_PARAMETER, _ASSERTION) for found in pattern.finditer(text)}
    return tuple(sorted(written | {unquote_plus(value) for value in written}))


def without(text: str, values: Iterable[str]) -> str:
    """A text without these secrets, wherever in it somebody repeats them; those of less than four letters stay."""
    for value in sorted(values, key=len, reverse=True):
        if len(value) > 3:
            text = text.replace(value, BLANKED)
    return text


def _blank(found: re.Match[str]) -> str:
    end = _CDATA_END if found[1].endswith(_CDATA) and found[2].endswith(_CDATA_END) else ""
    return f"{found[1]}{BLANKED}{end}"


def decoded(data: bytes) -> str:
    """A body as text (UTF-8 unless its byte order mark says UTF-16; what is neither is replaced), without secrets."""
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    text = data.decode(encoding, "replace")
    return body(text if "\0" not in text else text.replace("\0", ""))
