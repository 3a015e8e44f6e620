"""The address of a port as WSDLs write it, and the path it stands for.

Only a URL with scheme and host can be called; `localhost:8080/svc`, `/svc`, `REPLACE_ME` and nothing at all are found
in real WSDLs, too (WSDL 1.1 section 3.8 asks for a URI and says no more).
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from guarded.regex import regex
from guarded.values import dataclass

_SCHEME = regex(r"([A-Za-z][A-Za-z0-9+.-]*):")
_HOST_AND_PORT = regex(r"[A-Za-z0-9._\-]+:[0-9]{1,5}(?=[/?#]|$)")
_HOST_WITH_DOT = regex(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(?=/)")


@dataclass(frozen=True, slots=True)
class Address:
    """One `soap:address`."""

    written: str
    """As the WSDL has it, without white space around it."""
    url: str
    """With a scheme, where a host is recognised; else as it is written."""
    path: str
    """Where a server answers for it: begins with `/`, without query, not percent-decoded."""
    is_http: bool
    """False for what no HTTP client can reach: mail, queues."""
    remark: str = ""
    """What is odd about it, in words; empty for a plain URL."""


def read(written: str) -> Address:
    """An address in any of its forms."""
    text = written.strip()
    if not text:
        return Address(text, text, "/", True, "there is no address")
    scheme = _SCHEME.match(text)
    if scheme is not None and "://" in text and not _HOST_AND_PORT.match(text):
        rest = text.partition("://")[2]
        is_http = scheme[1].lower() in ("http", "https")
        odd = "" if rest.partition("/")[0] else "the address has no host"
        return Address(text, text, _path(rest), is_http, odd)
    no_scheme = f"the address {text} has no scheme"
    if _HOST_AND_PORT.match(text) or _HOST_WITH_DOT.match(text):
        return Address(text, f"http://{text}", _path(text), True, f"{no_scheme}; http:// is taken")
    if text.startswith("//"):
        return Address(text, f"http:{text}", _path(text[2:]), True, f"{no_scheme}; http:// is taken")
    if scheme is not None and scheme[1].lower() not in ("http", "https"):
        return Address(text, text, "/", False, f"the address {text} is not HTTP's")
    tail = text[scheme.end() :] if scheme is not None else text
    bare = re.split(r"[?#]", tail, maxsplit=1)[0].lstrip("/")
    return Address(text, text, f"/{bare}", True, f"the address {text} is no URL")


def _path(rest: str) -> str:
    """The path behind `host:port`."""
    before = re.split(r"[?#]", rest, maxsplit=1)[0]
    _, slash, path = before.partition("/")
    return f"{slash}{path}" or "/"


def same_path(asked: str, served: str) -> bool:
    """Whether a request's path is that of an address, whatever of it is percent-encoded."""
    return asked == served or unquote(asked) == unquote(served)
