"""HttpClient 4.5 names the status line as it was sent, where a redirect leads nowhere (measured on JDK 8 to 21)."""

from __future__ import annotations

import pytest

from sn_mock.java.httpclient.following import DeadEnd, Hop, Redirected, client4
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
