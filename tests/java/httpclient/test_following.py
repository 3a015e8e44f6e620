"""HttpClient 4.5 names the status line as it was sent, where a redirect leads nowhere (measured on JDK 8 to 21)."""

from __future__ import annotations

import pytest

from sn_mock.java.httpclient.following import DeadEnd, Hop, Redirected, client4, urlconnection
from sn_mock.java.httpclient.reading.values import Answer
from sn_mock.java.lang.jdk import named

_PROTOCOL = "org.apache.http.ProtocolException"


def _redirected(answer: Answer, location: str | None) -> Redirected:
    java = named(17)
    return Redirected(answer.status_code, answer.status_line, "POST", "https://h/x", location, location, (), java)


@pytest.mark.parametrize(
    ("reason", "version", "shown"),
    [
        ("See Other", (1, 1), "HTTP/1.1 303 See Other"),
        ("See  Other", (1, 0), "HTTP/1.0 303 See  Other"),
        ("", (1, 1), "HTTP/1.1 303 "),
        ("a\tb", (1, 9), "HTTP/1.9 303 a[0x29]b"),
    ],
)
def test_a_redirect_without_a_place_shows_its_status_line(reason: str, version: tuple[int, int], shown: str) -> None:
    """Version and reason are the provider's; a control character is shown as its place in the text."""
    ended = client4(_redirected(Answer(303, reason, (), b"", True, version), None))

    assert isinstance(ended, DeadEnd)
    assert [(one.class_name, one.message) for one in ended.java] == [
        ("org.apache.http.client.ClientProtocolException", None),
        (_PROTOCOL, f"Received redirect response {shown} but no location header"),
    ]


def test_a_place_with_a_control_character_is_no_uri() -> None:
    """Httpcore cleans its own text; the URI's complaint shows the character."""
    ended = client4(_redirected(Answer(303, "", (), b"", True), "http://h/\x01"))

    assert isinstance(ended, DeadEnd)
    assert ended.java[1].message == "Invalid redirect URI: http://h/[0x1f]"
    assert ended.java[2].message == "Illegal character in path at index 9: http://h/\x01"


def test_with_a_place_the_client_goes_there() -> None:
    """The twin."""
    answer = Answer(303, "See Other", (), b"", True)

    assert client4(_redirected(answer, "http://h/y")) == Hop("http://h/y", "GET")


_MALFORMED = "java.net.MalformedURLException"


@pytest.mark.parametrize(
    ("authority", "by_url", "by_uri"),
    [
        ("[]", "Invalid authority field: []", "Expected closing bracket for IPv6 address at index 8"),
        ("[1]", "Invalid authority field: [1]", "IPv6 address too short at index 8"),
        ("[zz]", "Invalid host: [zz]", "Malformed IPv6 address at index 8"),
        ("[1:2]", "Invalid host: [1:2]", "IPv6 address too short at index 8"),
        ("[12345::]", "Invalid host: [12345::]", "IPv6 hexadecimal digit sequence too long at index 8"),
        ("[::1]x", "Invalid authority field: [::1]x", "Expected port number at index 12"),
    ],
)
def test_brackets_without_an_address_lead_nowhere(authority: str, by_url: str, by_uri: str) -> None:
    """In the words of java.net.URL and java.net.URI (measured on 8u252, 17 and 21); sn-mock crashed on `[]`."""
    place = f"http://{authority}/"
    answer = Answer(303, "", (), b"", True)
    url, uri = urlconnection(_redirected(answer, place)), client4(_redirected(answer, place))

    assert isinstance(url, DeadEnd)
    assert [(one.class_name, one.message) for one in url.java[1:]] == [
        (_MALFORMED, by_url),
        ("java.lang.IllegalArgumentException", by_url),
    ]
    assert isinstance(uri, DeadEnd)
    assert uri.java[-1].message == f"{by_uri}: {place}"
    assert client4(_redirected(answer, "http://[::1]/")) == Hop("http://[::1]/", "GET")
    assert urlconnection(_redirected(answer, "https://[::1]/")) == Hop("https://[::1]/", "GET")


@pytest.mark.parametrize("place", ["url:https://h/y", "URL:/y", "url://h/y", "//h/y"])
def test_a_url_may_say_that_it_is_one(place: str) -> None:
    """java.net.URL passes over `url:` (measured on 8u252 and 17)."""
    assert urlconnection(_redirected(Answer(302, "", (), b"", True), place)) == Hop("https://h/y", "GET")


@pytest.mark.parametrize("place", ["//", "///y", "https:///y"])
def test_a_url_without_a_host_is_asked_of_no_proxy(place: str) -> None:
    """Also where the place has no scheme of its own."""
    ended = urlconnection(_redirected(Answer(302, "", (), b"", True), place))

    assert isinstance(ended, DeadEnd)
    assert ended.java[-1].message == "protocol = https host = null"


@pytest.mark.parametrize(
    ("place", "chain"),
    [
        ("http://h:2147483648/", [None, "Redirect URI does not specify a valid host name: http://h:2147483648/"]),
        ("http://h:65536/", ["port out of range:65536"]),
        ("ftp://h/", [None, "ftp protocol is not supported"]),
        ("ftp://h:21/", ["ftp protocol is not supported"]),
    ],
)
def test_a_port_is_what_parse_int_reads(place: str, chain: list[str | None]) -> None:
    """HttpClient 4.5 takes a sign for a port's, too (measured on 8u252 and 17)."""
    answer = Answer(303, "", (), b"", True)
    ended = client4(_redirected(answer, place))

    assert isinstance(ended, DeadEnd)
    assert [one.message for one in ended.java] == chain
    assert client4(_redirected(answer, "http://h:+80/")) == Hop("http://h:+80/", "GET")
