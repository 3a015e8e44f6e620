"""HttpURLConnection reads every challenge of a 401, though it answers none: what it cannot read ends the call."""

from __future__ import annotations

import pytest

from sn_mock.java.httpclient.challenges import CHALLENGES, names_a_scheme
from sn_mock.java.httpclient.following import DeadEnd, Redirected, client4, urlconnection
from sn_mock.java.lang.jdk import named


@pytest.mark.parametrize(
    "field", ["Basic", 'Basic realm="x"', "a=b c", "x", "x=y, z", 'realm="a b" Digest', "Bearer", "a=b,NTLM", " Basic "]
)
def test_a_word_without_a_value_is_a_scheme(field: str) -> None:
    """Wherever it stands (measured on JDK 17 with 415 fields)."""
    assert names_a_scheme(field)


@pytest.mark.parametrize("field", ["", " ", 'realm="x"', "realm=x", "=", "a=", '"x"', '"', 'a="', "a=b,c=d", 'a="b c'])
def test_without_one_java_finds_no_scheme(field: str) -> None:
    """The twin."""
    assert not names_a_scheme(field)


def _answer(status: int, *challenges: str) -> Redirected:
    return Redirected(status, f"HTTP/1.1 {status} ", "POST", "https://h/x", None, None, (), named(17), challenges)


@pytest.mark.parametrize("status", sorted(CHALLENGES))
def test_a_field_without_a_scheme_ends_the_call(status: int) -> None:
    """In the words of JDK 17; commons-httpclient's successor reads no challenge here."""
    ended = urlconnection(_answer(status, "Basic", 'realm="x"'))

    assert isinstance(ended, DeadEnd)
    assert [(one.class_name, one.message) for one in ended.java] == [
        ("java.lang.RuntimeException", "java.lang.IllegalArgumentException: invalid start or end"),
        ("java.lang.IllegalArgumentException", "invalid start or end"),
    ]
    assert urlconnection(_answer(status, "Basic", 'Digest realm="x"')) is None
    assert client4(_answer(status, 'realm="x"')) is None
