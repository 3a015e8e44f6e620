"""Java's hash codes and enumeration orders, against values that the Java Language documentation and a JVM give."""

from __future__ import annotations

import pytest

from sn_mock.java.lang.order import bytes_hash, hash_map_order, hash_set_order, hashtable_order, string_hash


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0),
        ("a", 97),
        ("hello", 99162322),
        ("polygenelubricants", -2147483648),
        ("Aa", 2112),
        ("BB", 2112),
        ("\U0001f511", 1772660),
    ],
)
def test_string_hash_is_javas(text, expected):
    """The hash is taken over UTF-16 code units and overflows as Java's int does."""
    assert string_hash(text) == expected


def test_hash_map_enumerates_by_bucket_not_by_insertion():
    """Names of different buckets come out by their hash, whatever order they went in."""
    assert hash_map_order("cab") == hash_map_order("abc") == ["a", "b", "c"]


def test_names_of_one_bucket_keep_their_insertion_order():
    """Colliding names stand in a HashMap as they came, and in a Hashtable the other way round."""
    assert hash_map_order(["Aa", "BB"]) == ["Aa", "BB"]
    assert hash_map_order(["BB", "Aa"]) == ["BB", "Aa"]
    assert hashtable_order(["Aa", "BB"]) == ["BB", "Aa"]


def test_hashtable_of_letters_counts_down():
    """Single letters hash to their code; 11 buckets are enumerated from the last to the first."""
    assert hashtable_order("abc") == ["b", "a", "c"]


def test_growing_changes_the_order_and_loses_nothing():
    """Tables that grew hold every name once."""
    names = [f"alias{number}" for number in range(60)]
    for order in (hash_map_order, hashtable_order):
        assert sorted(order(names)) == sorted(names)
        assert order(names + names[:5]) == order(names)


def test_the_hash_of_octets_is_arrays_hash_code():
    """Octets are signed, the start is 1; the values are a JDK's."""
    values = [bytes_hash(data) for data in (b"", b"a", b"\x80", b"\x01\x00")]

    assert values == [1, 128, 0xFFFFFF9F, 992]


def test_a_set_made_for_few_is_small():
    """`new HashSet(2)` has two buckets and grows to four with the second item; the usual set has sixteen."""
    assert hash_set_order([5, 2], lambda value: value, capacity=2) == [5, 2]
    assert hash_set_order([5, 2], lambda value: value) == [2, 5]
