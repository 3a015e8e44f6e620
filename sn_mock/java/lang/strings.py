"""Bytes to text as Java's charsets do it, malformed input included.

Aliases and distinguished names come from files that anybody may have written, and Java never refuses a byte here: it
puts U+FFFD. How many it puts is part of the alias. Measured on JDK 17.
"""

from __future__ import annotations

from guarded.regex import regex

REPLACEMENT = "\ufffd"


def us_ascii(data: bytes) -> str:
    """`new String(data, US_ASCII)`."""
    return data.decode("ascii", "replace")


def utf_8(data: bytes) -> str:
    """`new String(data, UTF_8)`: as Unicode recommends, but an encoded surrogate, whole or cut short, is one U+FFFD."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _lenient_utf_8(data)


def _lenient_utf_8(data: bytes) -> str:
    text: list[str] = []
    position = 0
    for surrogate in _SURROGATE.finditer(data):
        text += (data[position : surrogate.start()].decode("utf-8", "replace"), REPLACEMENT)
        position = surrogate.end()
    return "".join(text) + data[position:].decode("utf-8", "replace")


_SURROGATE = regex(rb"\xed[\xa0-\xbf][\x80-\xbf]?")


def utf_16_be(data: bytes) -> str:
    """`new String(data, UTF_16BE)`: a broken pair of surrogates is one U+FFFD for both units."""
    text: list[str] = []
    units = [data[i] << 8 | data[i + 1] for i in range(0, len(data) - 1, 2)]
    position = 0
    while position < len(units):
        unit = units[position]
        position += 1
        if 0xD800 <= unit <= 0xDBFF:
            if position < len(units) and 0xDC00 <= units[position] <= 0xDFFF:
                text.append(chr(0x10000 + ((unit & 0x3FF) << 10) + (units[position] & 0x3FF)))
            else:
                text.append(REPLACEMENT)
            position += 1
        else:
            text.append(REPLACEMENT if 0xDC00 <= unit <= 0xDFFF or unit == 0xFFFE else chr(unit))
    if len(data) % 2 and position <= len(units):
        text.append(REPLACEMENT)
    return "".join(text)


def utf_32_be(data: bytes) -> str:
    """`new String(data, UTF_32BE)`."""
    text: list[str] = []
    for start in range(0, len(data) - 3, 4):
        point = int.from_bytes(data[start : start + 4], "big")
        text.append(REPLACEMENT if point > 0x10FFFF or 0xD800 <= point <= 0xDFFF else chr(point))
    return "".join(text) + (REPLACEMENT if len(data) % 4 else "")


def from_units(units: list[int]) -> str:
    """A Java `char[]` as text; pairs of surrogates become one character, lone ones stay."""
    return b"".join(unit.to_bytes(2, "big") for unit in units).decode("utf-16-be", "surrogatepass")


def password_chars(password: str) -> list[int]:
    """A password as Java's `char[]`, i.e. UTF-16 code units."""
    units = password.encode("utf-16-be", "surrogatepass")
    return [high << 8 | low for high, low in zip(units[::2], units[1::2], strict=True)]


def password_bytes(password: str) -> bytes:
    """The password as the Sun keystores digest it: two bytes per `char`, no terminator."""
    return password.encode("utf-16-be", "surrogatepass")


def equals_ignore_case(one: str, other: str) -> bool:
    """`String.equalsIgnoreCase`: character by character, upper case and then lower case of it."""
    return len(one) == len(other) and all(_folded(a) == _folded(b) for a, b in zip(one, other, strict=True))


def _folded(char: str) -> str:
    upper = char.upper()
    upper = upper if len(upper) == 1 else char
    lower = upper.lower()
    return lower if len(lower) == 1 else upper


def byte(value: int) -> int:
    """An unsigned octet as Java's signed `byte` prints it."""
    return value - 256 if value > 127 else value
