"""The endpoint as commons-httpclient 3.x reads it (`org.apache.commons.httpclient.URI`, RFC 2396), with its complaints.

Measured with commons-httpclient 3.1 on JDK 17. One rule comes from the caller's side of the library and is ASSUMED for
ServiceNow: the host goes through `java.net.URI`, which knows no host with an underscore, and HostConfiguration then
says `host must not be null`.
"""

from __future__ import annotations

import re

from guarded.regex import regex
from guarded.values import dataclass
from sn_mock.failure import JavaChain
from sn_mock.java.lang.jdk import Jdk

UNRESERVED = r"A-Za-z0-9_.!~*'()\-"
_SCHEME = regex(r"[a-z0-9+.-]+")
_PATH = regex(rf"[{UNRESERVED}%:@&=+$,;/]*")
_QUERY = regex(rf"[{UNRESERVED}%;/?:@&=+$,]*")
_REGISTRY_NAME = regex(rf"[{UNRESERVED}%$,;:@&=+]+")
_JAVA_INTEGER = regex(r"[+-]?[0-9]+")
_IPV4 = regex(r"[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+")
_IPV6 = regex(r"\[[0-9A-Fa-f:.]+\]")
_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_HOST_NAME = regex(rf"(?:{_LABEL}\.)*[A-Za-z](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.?")
_BAD_ESCAPE = regex(r"%(?![0-9A-Fa-f]{2})(.?)(.?)", re.DOTALL)

JAVA_WHITESPACE = "".join(map(chr, range(0x21)))
"""What `String.trim()` removes."""
HIGHEST_PORT = 65535


@dataclass(frozen=True, slots=True)
class CommonsUri:
    """An absolute endpoint, taken apart."""

    scheme: str
    """In lower case, as commons-httpclient looks it up."""
    host: str | None
    """Without the brackets of an IPv6 literal; None where Java finds no host (none, or one with an underscore)."""
    port: int | None
    """None where the URL names none: then the protocol's default port counts. May be above HIGHEST_PORT."""
    path: str
    """Path and query as they go into the request line."""


@dataclass(frozen=True, slots=True)
class BadUri:
    """An endpoint that the client does not accept."""

    url: str
    reason: str | None
    """Its reason, e.g. `invalid port number`; None for a relative URI, which it accepts but cannot send anywhere."""
    java: JavaChain = ()
    """What is thrown, where that is not for the table of texts to say."""


def by_commons(url: str, _java: Jdk) -> CommonsUri | BadUri:
    """`parse`, as the other clients' readers are called."""
    return parse(url)


def parse(url: str) -> CommonsUri | BadUri:
    """Take an endpoint apart by the rules of commons-httpclient 3.1."""
    text = url.strip(JAVA_WHITESPACE)
    scheme, colon, rest = text.partition(":")
    if not colon or not scheme or "/" in scheme:
        return BadUri(url, None)
    if not _SCHEME.fullmatch(scheme.lower()):
        return BadUri(url, "incorrect scheme")
    if not rest.startswith("//") or rest == "//":
        without_host = CommonsUri(scheme.lower(), None, None, rest.removeprefix("//") or "/")
        return without_host if _PATH.fullmatch(rest) else BadUri(url, "incorrect path")
    authority, path, query = _split(rest.removeprefix("//"))
    if complaint := _complaint(path, query):
        return BadUri(url, complaint)
    found = _host_and_port(authority)
    if isinstance(found, str):
        return BadUri(url, found)
    host, port = found
    known = _IPV4.fullmatch(host) or _IPV6.fullmatch(host) or _HOST_NAME.fullmatch(host)
    resource = (path or "/") + (f"?{query}" if query is not None else "")
    return CommonsUri(scheme.lower(), host.strip("[]") if known else None, port, resource)


def _split(rest: str) -> tuple[str, str, str | None]:
    """Authority, path, query (None where there is no `?`); the fragment is dropped."""
    rest = rest.partition("#")[0]
    before_query, question, query = rest.partition("?")
    authority, slash, path = before_query.partition("/")
    return authority, slash + path, query if question else None


def _complaint(path: str, query: str | None) -> str | None:
    """commons-httpclient's words for an unescaped or badly escaped path or query."""
    if not _PATH.fullmatch(path):
        return "escaped absolute path not valid"
    if query is not None and not _QUERY.fullmatch(query):
        return "Invalid query"
    bad = _BAD_ESCAPE.search(path)
    if bad is None:
        return None
    wrong = next((letter for letter in bad.groups() if letter not in "0123456789abcdefABCDEF"), None)
    return f"Invalid URL encoding: not a valid digit (radix 16): {ord(wrong)}" if wrong else "Invalid URL encoding: "


def _host_and_port(authority: str) -> tuple[str, int | None] | str:
    """Host and port, or the library's complaint; user information is dropped."""
    server = authority.rpartition("@")[2]
    if server.startswith("["):
        host, bracket, port = server.partition("]")
        if not bracket:
            return "IPv6reference"
        host, port = host + bracket, port.removeprefix(":")
    else:
        host, _, port = server.partition(":")
        if host and not re.fullmatch(r"[A-Za-z0-9.-]+", host):
            if not _REGISTRY_NAME.fullmatch(authority):
                return "Invalid authority"
            return host, int(port) if _JAVA_INTEGER.fullmatch(port) else None
    if not port:
        return host, None
    if not _JAVA_INTEGER.fullmatch(port) or not -(2**31) <= int(port) < 2**31:
        return "invalid port number"
    return host, int(port) if int(port) >= 0 else None
