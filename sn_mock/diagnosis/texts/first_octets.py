"""What Java says of a file by its first two octets, read as tag and length of a PKCS#12: they tell what the file is."""

from __future__ import annotations

from sn_mock.diagnosis.texts.model import KnownText, Weight, text
from sn_mock.java.keytool.remedies import ATTACHED_AS, FILE, conversion

_EMPTY = "no-attachment keystore-damaged not-a-keystore broken-keystore-among-all"
_EACH = "8u252, 8u504, 11.0.13, 17.0.15 and 21.0.8"

_LENGTHS: tuple[tuple[int, str, str, str, str], ...] = (
    (
        109,
        "a JKS (fe ed)",
        "not-a-keystore",
        "8u252 and 8u504; Java reads it since 9",
        "Set the record's Type to Java Key Store; the file needs no conversion.",
    ),
    (
        78,
        "a JCEKS (ce ce)",
        "not-a-keystore",
        _EACH,
        f"Convert the file with {conversion(FILE, 'JCEKS')} and attach the result {ATTACHED_AS}.",
    ),
    (111, "a PKCS#12 that went through a conversion of text (30 ef bf bd)", "keystore-damaged", _EACH, ""),
    (63, "a binary file that went through a conversion of text (ef bf bd)", "keystore-damaged", _EACH, ""),
    (59, "a text (ef bb bf, UTF-8 with its mark)", "not-a-keystore", _EACH, ""),
    (11, "a gzip archive (1f 8b)", "not-a-keystore", "8u252, 8u504 and 11.0.13", ""),
)
"""The number is the second octet without its first bit: how many octets of length were to follow."""

FIRST_OCTETS: tuple[KnownText, ...] = (
    text(
        "Short read of DER length",
        "the keystore file is empty, or ends in its second octet (Java 8, 11)",
        any_side=_EMPTY,
        source="measured on 8u252, 8u504 and 11.0.13; JDK 17 and 21 say so of neither",
    ),
    text(
        "Tag number over 30 is not supported | Tag number over 30 at",
        "the keystore file is empty, or begins with an octet that no PKCS#12 has: gzip (1f) or UTF-16 (ff)",
        any_side=_EMPTY,
        source="measured on JDK 17 and 21; 8u252 and 11.0.13 have no such text",
    ),
    *(
        text(
            f"DerInputStream.getLength(): lengthTag={number}, too big",
            f"the file under the type PKCS12 is {what}: {number} is its second octet, less the first bit",
            any_side=causes,
            source=f"measured on {where}",
            weight=Weight.VERDICT,
            advice=advice,
        )
        for number, what, causes, where, advice in _LENGTHS
    ),
)
"""Files that are attached by mistake, and none at all."""
