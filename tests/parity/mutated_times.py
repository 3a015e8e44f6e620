"""How a time of a certificate is changed."""

from __future__ import annotations

import random
from dataclasses import replace

from .mutant_parts import (
    GENERALIZED_TIME,
    UTC_TIME,
    UTF8,
    Changed,
    Parts,
    octets,
    tlv,
)

_SPELLINGS = (
    *("{y}0101000000Z", "{y}01010000Z", "{y}0101000000", "{y}0101000000+0100", "{y}0101000000-0530", "{y}0101000060Z"),
    *("{y}0230000000Z", "{y}0631000000Z", "{y}0101240000Z", "{y}0101006000Z", "{y}0001000000Z", "{y}1301000000Z"),
    *("{y}0101000000z", "{y}0101000000ZZ", "{y}0101000000Z\0", "{y}0101000000 ", " {y}0101000000Z", "{y}", "{y}01", ""),
    *(
        "{y}010100Z",
        "{y}0101000000.5Z",
        "{y}0101000000,5Z",
        "{y}0101000000.Z",
        "{y}0101000000.123Z",
        "{y}0101000000.1234567Z",
    ),
    *(
        "{y}0101000000.5+0100",
        "{y}01010000.5Z",
        "{y}0101000000+01",
        "{y}0101000000+2500",
        "{y}0101000000+0160",
        "{y}01010000+0100",
    ),
    *("{y}+101000000Z", "{y}-101000000Z", "{y}0101-10000Z", "{y}01/1000000Z", "{y}0101 00000Z", "{y}0101000000.0Z"),
    *(
        "{y}0101235959Z",
        "{y}0101000000GMT",
        "{y}0229000000Z",
        "{y}0101000000-0000",
        "{y}0101000000+0000",
        "\xff{y}0101000000",
    ),
)
_FAR = (("20", "2020"), ("42", "2042"), ("49", "2049"), ("50", "1950"), ("99", "1999"), ("00", "0000"), ("01", "9999"))


def change_time(chance: random.Random, parts: Parts) -> Changed:
    """A spelling of notBefore or notAfter that is rare, wrong, or another time; never one between 2024 and 2033."""
    first = chance.random() < 0.5
    short, long = ("20", "2020") if first else ("42", "2042")
    if chance.random() < 0.15:
        short, long = chance.choice(_FAR)
    utc = chance.random() < 0.5
    text = chance.choice(_SPELLINGS).format(y=short if utc else long).encode("latin-1")
    if chance.random() < 0.35:
        text = octets(chance, f"{short if utc else long}0101000000Z".encode())
    while _near(text, 2 if utc else 4):
        text = octets(chance, text)
    tag = UTC_TIME if utc else GENERALIZED_TIME
    tag = UTC_TIME + GENERALIZED_TIME - tag if chance.random() < 0.06 else tag  # the other one
    value = tlv(chance.choice([tag] * 40 + [UTF8, 0x30, 4]), text)
    shown = f"{'notBefore' if first else 'notAfter'} {'utc' if utc else 'generalized'} {text.decode('latin-1')!a}"
    return (replace(parts, not_before=value) if first else replace(parts, not_after=value)), shown


def _near(text: bytes, digits: int) -> bool:
    """Whether it may mean a year in which these certificates are used, or are read again."""
    return text[digits - 2 : digits] in {b"%02d" % year for year in range(24, 34)}
