"""What HttpURLConnection reads of the challenges of a 401 and a 407, and what it cannot read.

Source: sun.net.www.HeaderParser and AuthenticationHeader; measured on JDK 17.
"""

from __future__ import annotations

from collections.abc import Iterator

CHALLENGES = {401: "www-authenticate", 407: "proxy-authenticate"}
"""Status code → the header, in lower case, whose fields are read one by one."""
UNREADABLE = "invalid start or end"
"""Of the IllegalArgumentException for a field without a scheme."""
_BETWEEN = " ,"


def names_a_scheme(field: str) -> bool:
    """Whether a field has a word without a value, which Java takes for the name of a scheme."""
    return any(not has_value for has_value in _words(_trimmed(field)))


def _trimmed(text: str) -> str:
    return text.strip("".join(map(chr, range(0x21))))


def _words(raw: str) -> Iterator[bool]:
    """Each word, told by whether it has a value; as HeaderParser cuts them."""
    begin = end = 0
    in_key, quoted, size = True, False, len(raw)
    while end < size:
        letter = raw[end]
        if letter == "=" and not quoted:
            in_key = False
            end += 1
            begin = end
        elif letter == '"' and not quoted:
            quoted = True
            end += 1
            begin = end
        elif letter == '"':
            yield True
            quoted, in_key = False, True
            begin = end = _past(raw, end + 1)
        elif letter in _BETWEEN and not quoted:
            yield not in_key
            in_key = True
            begin = end = _past(raw, end)
        else:
            end += 1
    if begin < size:
        yield not in_key


def _past(raw: str, at: int) -> int:
    while at < len(raw) and raw[at] in _BETWEEN:
        at += 1
    return at
