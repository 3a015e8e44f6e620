"""Distinguished names as Java compares them: `X500Principal.equals`.

Java turns each name into a canonical RFC 2253 text and compares the texts: letter case and runs of blanks do not count,
the string type of a value does not either as long as it is PrintableString or UTF8String; everything else (other string
types, attributes without an RFC 2253 keyword such as emailAddress) is compared octet by octet. Measured on JDK 17.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from tls_transcript import der

_KEYWORDS = {
    "2.5.4.3": "cn",
    "2.5.4.6": "c",
    "2.5.4.7": "l",
    "2.5.4.8": "st",
    "2.5.4.9": "street",
    "2.5.4.10": "o",
    "2.5.4.11": "ou",
    "0.9.2342.19200300.100.1.1": "uid",
    "0.9.2342.19200300.100.1.25": "dc",
}
_CHARSETS = {der.PRINTABLE_STRING: "latin-1", der.UTF8_STRING: "utf-8"}
_ESCAPED = frozenset(',+<>;"\\')
_JAVA_TRIM = "".join(map(chr, range(0x21)))


@lru_cache(maxsize=4096)
def canonical(name: bytes) -> str:
    """The text Java compares for this DER Name; raises DecodeError where the name cannot be read."""
    parts = []
    for relative in der.read(name).expect(der.SEQUENCE).children():
        parts.append("+".join(sorted(_attribute(value) for value in relative.expect(der.SET).children())))
    return ",".join(reversed(parts))


def _attribute(assertion: der.Value) -> str:
    kind, value = assertion.expect(der.SEQUENCE).children()
    oid = der.oid(kind)
    keyword, charset = _KEYWORDS.get(oid), _CHARSETS.get(value.tag)
    if keyword is None or charset is None:
        return f"{keyword or oid}=#{value.encoded.hex()}"
    text = _escaped(value.content.decode(charset, errors="replace")).strip(_JAVA_TRIM)
    return unicodedata.normalize("NFKD", f"{keyword}={text}".upper().lower())


def _escaped(text: str) -> str:
    out: list[str] = []
    for index, char in enumerate(text):
        if char in _ESCAPED or (index == 0 and char == "#"):
            out.append("\\" + char)
        elif char != " " or not out or out[-1] != " ":
            out.append(char)
    return "".join(out)
