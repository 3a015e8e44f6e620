"""TOML of strangers: a document, or one error that says what and where, in time."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guarded import toml

Linear = Callable[[Callable[[int], object], int], None]


def parse(data: bytes) -> object:
    """The document or the error."""
    try:
        return toml.parse(data)
    except toml.TomlError as error:
        return error


def test_documents_are_read() -> None:
    """With a byte order mark, nested tables, dotted keys, a text full of dots."""
    assert toml.parse(b"\xef\xbb\xbfa.b = [1, {c = 2}]") == {"a": {"b": [1, {"c": 2}]}}
    assert toml.parse(b'x = "' + b"a." * 1000 + b'"')["x"] == "a." * 1000


@pytest.mark.parametrize(
    ("data", "what", "where"),
    [
        (b"a = ", "is not TOML: Invalid value", "end of document"),
        (b"a = 1\nb = x", "is not TOML: Invalid value", "line 2, column 5"),
        (b"\xff", "is not UTF-8; next step: save the file as UTF-8", "byte 0"),
        (b"a = " + b"9" * 5000, "has a number of more digits than anybody can use", ""),
        (b"a = " + b"[" * 50_000, "is nested deeper than 32", ""),
        (b"a = " + b"[" * 40 + b"]" * 40, "is nested deeper than 32", ""),
        (b"a = " + b"{a=" * 50_000, "is nested deeper than 32", ""),
        (b"a." * 100_000 + b"a = 1", "has a key of 32 parts or more", ""),
        (b"[" + b"a." * 100_000 + b"a]", "has a key of 32 parts or more", ""),
        (b'x = {"a" . ' + b"'b'." * 40 + b"c = 1}", "has a key of 32 parts or more", ""),
        (b"#" * (toml.MAX_BYTES + 1), f"has {toml.MAX_BYTES + 1} bytes; {toml.MAX_BYTES} is the most that is read", ""),
    ],
    ids=range(11),
)
def test_what_is_wrong_is_said(data: bytes, what: str, where: str) -> None:
    """Never another exception, never a traceback."""
    with pytest.raises(toml.TomlError) as refused:
        toml.parse(data)

    assert (refused.value.what, refused.value.where) == (what, where)


@pytest.mark.parametrize(
    "build",
    [
        lambda n: b"a = [" + b"1," * n + b"]",
        lambda n: b"".join(b"k%d = 1\n" % number for number in range(n)),
        lambda n: b"[[t]]\na = 1\n" * n,
        lambda n: b'a = "' + b"\\u0041" * n + b'"',
        lambda n: b'a = "' + b'.,"' * n,
        lambda n: b"a." * n,
        lambda n: b",'" * n,
        lambda n: b'{"' * n,
        lambda n: b"[" * n,
        lambda n: b"a = 1" + b" " * n + b"x",
    ],
    ids=range(10),
)
def test_a_document_costs_what_it_is_long(linear: Linear, build: Callable[[int], bytes]) -> None:
    """Lists, keys, tables, escapes, and what is no TOML at all."""
    linear(lambda size: parse(build(size)), 500)


@given(
    st.lists(
        st.sampled_from([b"a", b"=", b"1", b"[", b"]", b"{", b"}", b".", b'"', b"'", b"\n", b" ", b"#", b"1e9", b"nan"])
    ).map(b"".join)
    | st.binary()
)
def test_no_bytes_break_it(data: bytes) -> None:
    """Any bytes are a document or a TomlError."""
    assert isinstance(parse(data), dict | toml.TomlError)
