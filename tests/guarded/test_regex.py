"""Regular expressions that wait: they do what compiled ones do."""

from __future__ import annotations

import re

import pytest

from guarded.regex import regex


def test_it_is_compiled_at_its_first_use() -> None:
    """Given an expression that is none: nobody is told before it is used, then in the words of `re`."""
    broken = regex("(")
    with pytest.raises(re.error, match="unterminated subpattern"):
        broken.search("x")


@pytest.mark.parametrize("text", ["Key: value", "key:", "other", ""])
def test_it_does_what_a_compiled_one_does(text: str) -> None:
    """Flags, groups, every method; the first use and those that follow."""
    written = r"(?P<name>key)\s*:\s*(\w*)"
    ours, theirs = regex(written, re.IGNORECASE), re.compile(written, re.IGNORECASE)
    for _ in range(2):
        assert repr(ours.match(text)) == repr(theirs.match(text))
        assert ours.sub("-", text) == theirs.sub("-", text)
        assert ours.findall(text) == theirs.findall(text)
    assert (ours.pattern, ours.flags, ours.groupindex) == (theirs.pattern, theirs.flags, theirs.groupindex)


def test_octets_are_searched_too() -> None:
    """A pattern of octets is one for octets."""
    assert regex(rb"\x00+").split(b"a\x00\x00b") == [b"a", b"b"]
