"""Texts that a program writes in the language of its user: rows of the English ones, once more in all others.

Java's own exceptions are English everywhere; what it hands on from the operating system is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from sn_mock.diagnosis.reading.words import phrase
from sn_mock.diagnosis.texts.languages import GLIBC_SAYS, KEYSTORE_ENDINGS, KEYTOOL_SAYS, NO_SUCH_FILE, WINDOWS_SAYS
from sn_mock.diagnosis.texts.model import KnownText

TRANSLATIONS: Mapping[str, tuple[str, ...]] = {
    **{
        english: tuple(said.split(" | "))
        for table in (KEYTOOL_SAYS, GLIBC_SAYS, WINDOWS_SAYS)
        for english, said in table.items()
    },
    **{
        f"{ending} ({english})": tuple(f"{ending} ({one})" for one in said.split(" | "))
        for english, said in NO_SUCH_FILE.items()
        for ending in KEYSTORE_ENDINGS
    },
}
"""English phrase to what is said instead of it."""

_TRANSLATED = {phrase(english): tuple(map(phrase, said)) for english, said in TRANSLATIONS.items()}


def translated(rows: Iterable[KnownText]) -> Iterator[KnownText]:
    """For each row that has translations, a row of them; the words of other languages are no slips of English ones."""
    for row in rows:
        more = tuple(dict.fromkeys(said for one in row.phrases for said in _TRANSLATED.get(one, ())))
        if more:
            yield replace(row, phrases=more)
