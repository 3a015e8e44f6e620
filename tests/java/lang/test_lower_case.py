"""Aliases in lower case as four Javas write them: every character, and what stands around a capital sigma."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from sn_mock.java.keystore import KeyItem, KeyStore, load, write_pkcs12
from sn_mock.java.lang.jdk import named
from sn_mock.java.lang.lower_case import lower

_RECORDED = json.loads(gzip.decompress((Path(__file__).parent / "recorded" / "lower_case.json.gz").read_bytes()))
_JAVAS = tuple(enumerate(_RECORDED["javas"]))


@pytest.mark.parametrize(("place", "java"), _JAVAS, ids=str)
def test_every_character_is_as_that_java_has_it(place: int, java: str) -> None:
    """Each Java knows the capitals of its own Unicode version, whichever Python runs; none of them ever changed."""
    reader, known = named(java), {}
    for came in _RECORDED["characters"][: place + 1]:
        known |= {int(point, 16): "".join(chr(int(one, 16)) for one in small.split()) for point, small in came.items()}
    differing = [
        hex(point)
        for point in (*range(0xD800), *range(0xE000, 0x20000))
        if lower(chr(point), reader) != known.get(point, chr(point))
    ]

    assert differing == []
    assert len(known) > 1000


@pytest.mark.parametrize(("place", "java"), _JAVAS, ids=str)
def test_a_sigma_is_final_where_that_java_ends_a_word(place: int, java: str) -> None:
    """Measured texts of letters, digits, marks, hyphens, surrogates and controls."""
    reader = named(java)
    wrong = [text for text, *told in _RECORDED["texts"] if lower(text, reader) != told[place if len(told) > 1 else 0]]

    assert wrong == []


@pytest.mark.parametrize(
    ("text", "small"),
    [
        ("ΠΕΛΑΤΗΣ", "πελατης"),
        ("ΠΕΛΑΤΗΣ-PROD", "πελατησ-prod"),
        ("ΠΕΛΑΤΗΣ--PROD", "πελατης--prod"),
        ("ΠΕΛΑΤΗΣ PROD", "πελατης prod"),
        ("AΣ_A", "a\u03c3_a"),
        ("AΣ:B", "aς:b"),
        ("A1Σ", "a1ς"),
        ("A-Σ", "a-ς"),
        ("1Σ", "1\u03c3"),
        ("A\U0001d400Σ", "a\U0001d400\u03c3"),
        ("\U0001d400Σ", "\U0001d400ς"),
    ],
)
def test_words_are_the_jdks(text: str, small: str) -> None:
    """One hyphen holds a word together, two do not; digits belong to it; behind a pair of surrogates a word ends."""
    assert lower(text, named(17)) == small


def test_the_alias_of_a_keystore_is_java_s(forge, root) -> None:
    """A Greek name with a hyphen is listed, and found, as Java has it."""
    leaf = forge.issue("acme", root)
    item = KeyItem("ΠΕΛΑΤΗΣ-PROD", leaf.pkcs8, (leaf.der,))
    store = load(write_pkcs12([item], "changeit", iterations=20), "PKCS12", "changeit")

    assert isinstance(store, KeyStore)
    assert [entry.alias for entry in store.entries] == ["πελατησ-prod"]
    assert store.entry("ΠΕΛΑΤΗΣ-PROD") is store.entries[0]
    assert store.entry("ΠΕΛΑΤΗΣ") is None
