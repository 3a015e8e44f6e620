"""Redirects that a client follows by itself after a POST. Measured on JDK 8, 11, 17 and 21.

commons-httpclient follows none. HttpsURLConnection follows within the scheme and makes a GET of a POST. HttpClient 4.5
follows 303 to anywhere, once to each place.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import quote, unquote_to_bytes, urljoin, urlsplit, urlunsplit

from guarded.regex import regex
from guarded.values import dataclass
from sn_mock.failure import JavaChain, JavaException
from sn_mock.java.httpclient.challenges import UNREADABLE, names_a_scheme
from sn_mock.java.httpclient.endpoints import authority_complaint
from sn_mock.java.httpclient.reading.heads_client4 import cleaned
from sn_mock.java.httpclient.reading.java_text import parse_int
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import Jdk
from sn_mock.java.lang.uri import UriSyntaxError, parse_uri

_MALFORMED = "java.net.MalformedURLException"
_ARGUMENT = "java.lang.IllegalArgumentException"
_HC4 = "org.apache.http."
_URL_SCHEME = regex(r"[A-Za-z][A-Za-z0-9.+-]*")
_URL_SCHEMES = frozenset({"http", "https", "file", "ftp", "jar", "mailto", "jrt", "jmod"})
"""Protocols that java.net.URL has a handler for."""
_URL_STATUSES = frozenset({300, 301, 302, 303, 305, 307})
_USE_PROXY, _SEE_OTHER, _TEMPORARY = 305, 303, 307
_HIGHEST_PORT = 65535
MOST_BY_URLCONNECTION = 20
"""`http.maxRedirects`."""
MOST_BY_CLIENT4 = 50
_PATH_SAFE = "_-.!~*'();:@&=+$,"


@dataclass(frozen=True, slots=True)
class Redirected:
    """An answer that may lead elsewhere, and the way so far."""

    status_code: int
    status_line: str
    """With the version and the reason that the provider sent."""
    method: str
    url: str
    """Absolute, with `http` or `https`: what was asked."""
    first: str | None
    """The first Location header."""
    last: str | None
    """The last Location header."""
    visited: tuple[str, ...]
    """Where redirects of this call have led already."""
    java: Jdk
    challenges: tuple[str, ...] = ()
    """The fields that say how to authenticate, of a 401 and a 407."""


@dataclass(frozen=True, slots=True)
class Hop:
    """The next request."""

    url: str
    method: str


@dataclass(frozen=True, slots=True)
class DeadEnd:
    """What the client throws instead of following."""

    java: JavaChain
    cause: str


Follow = Callable[[Redirected], Hop | DeadEnd | None]


def follows_nothing(answer: Redirected) -> None:
    """The status is the answer."""
    return


def _dead_end(*chain: tuple[str, str | None], cause: str = "bad-http-response") -> DeadEnd:
    return DeadEnd(tuple(JavaException(name, text) for name, text in chain), cause)


def urlconnection(answer: Redirected) -> Hop | DeadEnd | None:
    """HttpURLConnection.followRedirect: the last Location, by the rules of java.net.URL.

    No challenge is answered, but all are read.
    """
    if not all(map(names_a_scheme, answer.challenges)):
        return _remembered(UNREADABLE)
    if answer.status_code not in _URL_STATUSES or answer.last is None:
        return None
    found = _java_url(answer.url, answer.last, answer.java)
    if not isinstance(found, str):
        return found
    if urlsplit(found).scheme != urlsplit(answer.url).scheme:
        return None
    if len(answer.visited) >= MOST_BY_URLCONNECTION:
        blank = " " if answer.java.has(Feature.REDIRECT_TEXT) else "  "
        text = f"Server redirected too many{blank}times ({MOST_BY_URLCONNECTION})"
        return _dead_end(("java.net.ProtocolException", text), cause="too-many-redirects")
    if fault := _unreachable(found, answer):
        return fault
    if answer.status_code in (_USE_PROXY, _TEMPORARY) or answer.method != "POST":
        return Hop(found, answer.method)
    return Hop(found, "GET")


def _java_url(base: str, location: str, java: Jdk) -> str | DeadEnd:
    """`new URL(location)`, or where that fails `new URL(base, location)`."""
    spec = location.strip("".join(map(chr, range(0x21))))
    if spec[:4].lower() == "url:":
        spec = spec[4:]
    if spec.startswith("//"):
        spec = f"{urlsplit(base).scheme}:{spec}"
    scheme, colon, rest = spec.partition(":")
    if not colon or not _URL_SCHEME.fullmatch(scheme):
        return _joined(base, spec)
    if scheme.lower() not in _URL_SCHEMES:
        return _dead_end(*2 * ((_MALFORMED, f"unknown protocol: {scheme.lower()}"),))
    absolute = f"{scheme.lower()}:{rest}"
    authority = re.match(r"//([^/?#]*)", rest)
    if authority and (complaint := authority_complaint(authority[1], java)):
        return DeadEnd((complaint[0], *complaint), "bad-http-response")
    return absolute


def _joined(base: str, location: str) -> str:
    return urljoin(base, "./" + location if location.startswith(":") else location)


def _refused_how(java: Jdk) -> str:
    """What a refused connection with a time limit says more."""
    if java.has(Feature.CONNECT_FAILED_TEXT):
        return " (connect failed)"
    return "" if java.has(Feature.JAVA_17_SOCKETS) else " (Connection refused)"


def _unreachable(url: str, answer: Redirected) -> DeadEnd | None:
    """A URL without a host, or with a port that does not exist."""
    parts = urlsplit(url)
    several = parts.netloc.count("@") > 1  # no server's authority to Java, which then asks this machine
    if several or not parts.hostname:
        if several or answer.status_code == _USE_PROXY:
            text = f"Connection refused{_refused_how(answer.java)}"
            return _dead_end(("java.net.ConnectException", text), cause="connection-refused")
        text = f"protocol = {parts.scheme} host = null"
        if answer.java.has(Feature.PROXY_FAILURE_WRAPPED):
            return _dead_end(("java.io.IOException", "Failed to select a proxy"), (_ARGUMENT, text))
        return _remembered(text)
    port = parts.netloc.rpartition("@")[2].rpartition("]")[2].partition(":")[2]
    if port and int(port) > _HIGHEST_PORT:
        return _remembered(f"port out of range:{port}")
    return None


def _remembered(text: str) -> DeadEnd:
    """A RuntimeException is thrown again within another."""
    return _dead_end(("java.lang.RuntimeException", f"{_ARGUMENT}: {text}"), (_ARGUMENT, text))


def client4(answer: Redirected) -> Hop | DeadEnd | None:
    """DefaultRedirectStrategy: the first Location, by the rules of java.net.URI and URIUtils."""
    followed = answer.status_code == _SEE_OTHER or (
        answer.method in ("GET", "HEAD") and answer.status_code in (301, 302, 307, 308)
    )
    if not followed or (answer.status_code == 302 and answer.first is None):
        return None
    if len(answer.visited) >= MOST_BY_CLIENT4:
        text = f"Maximum redirects ({MOST_BY_CLIENT4}) exceeded"
        return _refused_by_client4((_HC4 + "client.RedirectException", text), cause="too-many-redirects")
    if answer.first is None:
        text = f"Received redirect response {answer.status_line} but no location header"
        return _refused_by_client4((_HC4 + "ProtocolException", text))
    try:
        parse_uri(answer.first, answer.java)
    except UriSyntaxError as error:
        return _refused_by_client4(
            (_HC4 + "ProtocolException", f"Invalid redirect URI: {answer.first}"),
            ("java.net.URISyntaxException", str(error)),
        )
    url = _resolved(answer.url, answer.first)
    if url in answer.visited:
        return _refused_by_client4(
            (_HC4 + "client.CircularRedirectException", f"Circular redirect to '{url}'"), cause="too-many-redirects"
        )
    return _checked_by_client4(url, "HEAD" if answer.method == "HEAD" else "GET")


def _checked_by_client4(url: str, method: str) -> Hop | DeadEnd:
    parts = urlsplit(url)
    port = parts.netloc.rpartition("@")[2].rpartition("]")[2].partition(":")[2]
    number = parse_int(port) if port else -1
    if not parts.hostname or number is None:
        text = f"Redirect URI does not specify a valid host name: {url}"
        return _refused_by_client4((_HC4 + "ProtocolException", text))
    if parts.scheme not in ("http", "https"):
        text = f"{parts.scheme} protocol is not supported"
        if number > 0:  # else its usual port is looked for before
            return _dead_end((_HC4 + "conn.UnsupportedSchemeException", text))
        return _refused_by_client4((_HC4 + "HttpException", text))
    if number > _HIGHEST_PORT:
        return _dead_end((_ARGUMENT, f"port out of range:{port}"))
    return Hop(url, method)


def _refused_by_client4(
    complaint: tuple[str, str], *chain: tuple[str, str | None], cause: str = "bad-http-response"
) -> DeadEnd:
    told = complaint[0], cleaned(complaint[1])
    return _dead_end((_HC4 + "client.ClientProtocolException", None), told, *chain, cause=cause)


def _resolved(base: str, location: str) -> str:
    """Absolute and normalized: lower case, no dot segments, escapes no more than needed."""
    if re.match(r"[A-Za-z][A-Za-z0-9.+-]*:", location):
        parts = urlsplit(location)
        if not parts.netloc or (":" in parts.netloc.rpartition("]")[2] and not re.search(r":\d*$", parts.netloc)):
            return location
    parts = urlsplit(urljoin(base, location))
    segments: list[str] = []
    given = parts.path.removeprefix("/").split("/")
    for segment in given:
        if segment == "..":
            del segments[-1:]
        elif segment != ".":
            segments.append(segment)
    if given[-1] in (".", ".."):
        segments.append("")
    path = "/" + "/".join(_escaped(segment) for segment in segments)
    user, at, server = parts.netloc.rpartition("@")
    return urlunsplit((parts.scheme.lower(), user + at + server.lower(), path, parts.query, parts.fragment))


def _escaped(segment: str) -> str:
    octets = unquote_to_bytes(segment.encode("latin-1", "replace"))
    return quote(octets.decode("utf-8", "replace"), safe=_PATH_SAFE)
