"""Endpoints as HttpClient 4.5 (`java.net.URI`) and HttpsURLConnection (`java.net.URL`) read them.

commons-httpclient has a reader of its own (`uri`). Measured on JDK 8, 11, 17 and 21.
"""

from __future__ import annotations

import re

from guarded.regex import regex
from sn_mock.failure import JavaChain, JavaException
from sn_mock.java.httpclient.reading.java_text import parse_int, trim
from sn_mock.java.httpclient.uri import BadUri, CommonsUri
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import Jdk
from sn_mock.java.lang.uri import UriSyntaxError, parse_uri

ARGUMENT = "java.lang.IllegalArgumentException"
MALFORMED = "java.net.MalformedURLException"
_NUMBER_FORMAT = "java.lang.NumberFormatException"
_SCHEME = regex(r"[A-Za-z][A-Za-z0-9.+-]*")
_HIERARCHICAL = regex(r"//(?P<authority>[^/?#]*)(?P<rest>.*)", re.DOTALL)


def _chain(*links: tuple[str, str | None]) -> JavaChain:
    return tuple(JavaException(name, text) for name, text in links)


def by_client4(url: str, java: Jdk) -> CommonsUri | BadUri:
    """`new HttpPost(url)`, then URIUtils.extractHost, which finds a host where java.net.URI knows none."""
    try:
        parse_uri(url, java)
    except UriSyntaxError as error:
        return BadUri(url, str(error), _chain((ARGUMENT, str(error)), ("java.net.URISyntaxException", str(error))))
    scheme, colon, rest = url.partition(":")
    if not colon or not _SCHEME.fullmatch(scheme):
        package = "org.apache.http."
        chain = _chain(
            (package + "client.ClientProtocolException", None),
            (package + "ProtocolException", "Target host is not specified"),
        )
        return BadUri(url, "no host", chain)
    found = _HIERARCHICAL.fullmatch(rest)
    server = _without_user(found["authority"]) if found else ""
    host, port = _split(server)
    number = parse_int(port) if port else None
    if not found or not host or (port and number is None):
        return CommonsUri(scheme.lower(), None, None, "/")
    usable = number if number is not None and number > 0 else None
    return CommonsUri(scheme.lower(), host, usable, _resource(found["rest"]))


def by_urlconnection(url: str, java: Jdk) -> CommonsUri | BadUri:
    """`new URL(url).openConnection()`: whatever stands in the path goes out as it is."""
    spec = trim(url)
    if spec[:4].lower() == "url:":
        spec = spec[4:]
    scheme, colon, rest = spec.partition(":")
    if not colon or not _SCHEME.fullmatch(scheme):
        return _bad(url, f"no protocol: {url}")
    found = _HIERARCHICAL.fullmatch(rest)
    if found is None:
        return CommonsUri(scheme.lower(), None, None, rest or "/")
    if complaint := authority_complaint(found["authority"], java):
        return BadUri(url, complaint[0].message, complaint)
    if "\n" in spec:
        return _bad(url, "Illegal character in URL")
    host, port = _split(found["authority"].rpartition("@")[2])
    number = parse_int(port) if port else -1
    usable = number if number is not None and number >= 0 else None
    return CommonsUri(scheme.lower(), host or None, usable, _resource(found["rest"]))


def authority_complaint(authority: str, java: Jdk) -> JavaChain:
    """What `new URL` says of it; () where it is taken."""
    server = authority.rpartition("@")[2]
    if server.startswith("["):
        end = server.find("]")
        if end < len("[::") or server[end + 1 : end + 2] not in ("", ":"):
            return _malformed(f"Invalid authority field: {authority}")
        if not _is_literal(server[1:end], java):
            return _malformed(f"Invalid host: {server[: end + 1]}")
    host, port = _split(server)
    if java.has(Feature.HOSTS_CHECKED) and (blank := next((letter for letter in host if letter <= " "), None)):
        return _malformed(f"Illegal character found in host: '{blank}'")
    if not port:
        return ()
    number = parse_int(port)
    if number is None:
        text = f'Error at index {_fault(port)} in: "{port}"' if java.has(Feature.PARSES_RANGES) else ""
        text = text or f'For input string: "{port}"'
        return _chain((MALFORMED, text), (_NUMBER_FORMAT, text))
    return _malformed(f"Invalid port number :{number}") if number < -1 else ()


def _is_literal(text: str, java: Jdk) -> bool:
    """`IPAddressUtil.isIPv6LiteralAddress`: of what stands in brackets."""
    try:
        return parse_uri(f"//[{text}]", java).host is not None
    except UriSyntaxError:
        return False


def _fault(number: str) -> int:
    """Where `Integer.parseInt` of a range gives up: at the first character that is no digit, or is one too many."""
    for at, letter in enumerate(number):
        if not (letter.isascii() and letter.isdigit()) and not (at == 0 and letter in "+-" and len(number) > 1):
            return at
        if at and parse_int(number[: at + 1]) is None and letter.isdigit():
            return at
    return len(number)


def _malformed(text: str) -> JavaChain:
    return _chain((MALFORMED, text), (ARGUMENT, text))


def _bad(url: str, text: str) -> BadUri:
    return BadUri(url, text, _chain((MALFORMED, text)))


def _split(server: str) -> tuple[str, str]:
    """Host without brackets, and what follows the colon."""
    if server.startswith("["):
        host, _, port = server[1:].partition("]")
        return host, port.removeprefix(":")
    host, _, port = server.partition(":")
    return host, port


def _without_user(authority: str) -> str:
    """`URIUtils.extractHost`: what follows the first @."""
    before, at, after = authority.partition("@")
    return after if at else before


def _resource(rest: str) -> str:
    """Path and query for the request line."""
    path = rest.partition("#")[0]
    return path if path.startswith("/") else "/" + path
