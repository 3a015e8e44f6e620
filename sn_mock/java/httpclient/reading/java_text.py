"""Strings and numbers as `java.lang` has them."""

from __future__ import annotations

from guarded.regex import regex

_DECIMAL = regex(r"[+-]?[0-9]+")
_HEXADECIMAL = regex(r"[+-]?[0-9a-fA-F]+")
_NOT_PRINTED = "".join(map(chr, range(0x21)))
WHITESPACE = "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f "
"""`Character.isWhitespace`, as far as ASCII goes."""


def trim(text: str) -> str:
    """`String.trim()`."""
    return text.strip(_NOT_PRINTED)


def parse_int(text: str, radix: int = 10) -> int | None:
    """`Integer.parseInt`; None where it throws NumberFormatException."""
    return _parsed(text, radix, 31)


def parse_long(text: str, radix: int = 10) -> int | None:
    """`Long.parseLong`; None where it throws NumberFormatException."""
    return _parsed(text, radix, 63)


def _parsed(text: str, radix: int, bits: int) -> int | None:
    if not (_HEXADECIMAL if radix == 16 else _DECIMAL).fullmatch(text):
        return None
    digits = text.lstrip("+-").lstrip("0")
    if len(digits) > 20:  # more than 64 bits in any radix: int() of a long text would not be linear
        return None
    number = int(digits or "0", radix) * (-1 if text[0] == "-" else 1)
    return number if -(1 << bits) <= number < 1 << bits else None
