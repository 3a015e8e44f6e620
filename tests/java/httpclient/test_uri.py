"""Endpoints as commons-httpclient 3.1 reads them; the expectations were measured with that library on JDK 17."""

from __future__ import annotations

import pytest

from sn_mock.java.httpclient.uri import BadUri, CommonsUri, parse

USABLE = {
    "myhttps://127.0.0.1:1/x": CommonsUri("myhttps", "127.0.0.1", 1, "/x"),
    "MyHttps://Host.example/x": CommonsUri("myhttps", "Host.example", None, "/x"),
    "https://localhost": CommonsUri("https", "localhost", None, "/"),
    "https://localhost:1?x=1": CommonsUri("https", "localhost", 1, "/?x=1"),
    "https://localhost:1/x?a=1#part": CommonsUri("https", "localhost", 1, "/x?a=1"),
    "https://user:pw@localhost:1/x": CommonsUri("https", "localhost", 1, "/x"),
    "https://[::1]:1/x": CommonsUri("https", "::1", 1, "/x"),
    "https://localhost:/x": CommonsUri("https", "localhost", None, "/x"),
    "https://localhost:-1/x": CommonsUri("https", "localhost", None, "/x"),
    "https://localhost:99999/x": CommonsUri("https", "localhost", 99999, "/x"),
    " https://localhost/x\n": CommonsUri("https", "localhost", None, "/x"),
    "my-https://localhost/x": CommonsUri("my-https", "localhost", None, "/x"),
    "https://localhost//x/../y;z=1": CommonsUri("https", "localhost", None, "//x/../y;z=1"),
    "https://localhost/%20": CommonsUri("https", "localhost", None, "/%20"),
}

WITHOUT_HOST = [
    "https:///x",
    "https://:1/x",
    "https://",
    "https:x",
    "https://under_score.example/x",
    "https://-dash.example/",
    "https://a..b/",
]

REFUSED = {
    "https://localhost:abc/x": "invalid port number",
    "https://localhost:99999999999/x": "invalid port number",
    "https://localhost/a b": "escaped absolute path not valid",
    "https://localhost/é": "escaped absolute path not valid",
    "https://localhost/${x}": "escaped absolute path not valid",
    "https://localhost/x|y": "escaped absolute path not valid",
    "https://localhost/x?a=b c": "Invalid query",
    "https://localhost/%zz": "Invalid URL encoding: not a valid digit (radix 16): 122",
    "https://h\u00e9.example/": "Invalid authority",
    "https://local host/x": "Invalid authority",
    "https://[::1/x": "IPv6reference",
    "my_https://localhost/x": "incorrect scheme",
    "my https://localhost/x": "incorrect scheme",
    "https:\\\\localhost\\x": "incorrect path",
}


@pytest.mark.parametrize("url", USABLE)
def test_usable_endpoint(url: str) -> None:
    """Scheme in lower case, host, explicit port, path with query."""
    parsed = parse(url)
    assert isinstance(parsed, CommonsUri)
    assert parsed == USABLE[url]


@pytest.mark.parametrize("url", WITHOUT_HOST)
def test_endpoint_without_a_host(url: str) -> None:
    """Java finds no host, also where a name has an underscore."""
    parsed = parse(url)
    assert isinstance(parsed, CommonsUri)
    assert parsed.host is None


@pytest.mark.parametrize("url", REFUSED)
def test_refused_endpoint(url: str) -> None:
    """The library's own reason follows `Invalid uri '…': `."""
    assert parse(url) == BadUri(url, REFUSED[url])


@pytest.mark.parametrize("url", ["", "/x", "host/x", "//localhost/x"])
def test_relative_endpoint(url: str) -> None:
    """A relative URI is no error of its own; it just leads nowhere."""
    assert parse(url) == BadUri(url, None)
