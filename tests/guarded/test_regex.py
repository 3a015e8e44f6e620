"""Regular expressions that wait: they do what compiled ones do."""

from __future__ import annotations

import copy
import pickle
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


@pytest.mark.parametrize("used", [False, True], ids=["new", "used"])
def test_it_can_be_copied_and_pickled(used: bool) -> None:
    """The copy is a compiled one, whether or not the first has been used."""
    ours = regex("(a+)b", re.IGNORECASE)
    if used:
        assert ours.match("ab")
    for copied in (copy.copy(ours), copy.deepcopy(ours), pickle.loads(pickle.dumps(ours))):
        assert copied == re.compile("(a+)b", re.IGNORECASE)


def test_it_has_nothing_that_a_compiled_one_has_not() -> None:
    """Who asks for an attribute in vain is told so."""
    assert not hasattr(regex("a"), "nothing")


def test_octets_are_searched_too() -> None:
    """A pattern of octets is one for octets."""
    assert regex(rb"\x00+").split(b"a\x00\x00b") == [b"a", b"b"]
