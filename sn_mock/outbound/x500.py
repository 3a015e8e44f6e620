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
_READABLE_KEYWORDS = {oid: keyword.upper() for oid, keyword in _KEYWORDS.items()} | {
    "2.5.4.12": "T",
    "2.5.4.46": "DNQ",
    "2.5.4.4": "SURNAME",
    "2.5.4.42": "GIVENNAME",
    "2.5.4.43": "INITIALS",
    "2.5.4.44": "GENERATION",
    "2.5.4.5": "SERIALNUMBER",
    "1.2.840.113549.1.9.1": "EMAILADDRESS",
}
_TEXT_CHARSETS = _CHARSETS | {der.IA5_STRING: "latin-1", der.T61_STRING: "latin-1", der.BMP_STRING: "utf-16-be"}
_QUOTED = frozenset(',+=\n<>#;\\"')
_ESCAPED = frozenset(',+<>;"\\')
_JAVA_TRIM = "".join(map(chr, range(0x21)))


@lru_cache(maxsize=4096)
def canonical(name: bytes) -> str:
    """The text Java compares for this DER Name; raises DecodeError where the name cannot be read."""
    return ",".join(reversed(parts(name)))


def parts(name: bytes) -> tuple[str, ...]:
    """The canonical relative names, in the order of the encoding (country first)."""
    return tuple(
        "+".join(sorted(_attribute(value) for value in relative.expect(der.SET).children()))
        for relative in der.read(name).expect(der.SEQUENCE).children()
    )


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


def readable(name: bytes) -> str:
    """`X500Principal.toString()`: `CN=a, O=b, C=NL`, as Java quotes a name inside its messages."""
    relatives = der.read(name).expect(der.SEQUENCE).children()
    return ", ".join(" + ".join(map(_readable, relative.children())) for relative in reversed(relatives))


def common_name(name: bytes) -> str | None:
    """The most specific CN: the one encoded last; None without one."""
    found = None
    for relative in der.read(name).expect(der.SEQUENCE).children():
        for assertion in relative.children():
            kind, value = assertion.children()
            if der.oid(kind) == "2.5.4.3":
                found = _text(value)
    return found


def _text(value: der.Value) -> str | None:
    charset = _TEXT_CHARSETS.get(value.tag)
    return None if charset is None else value.content.decode(charset, errors="replace")


def _readable(assertion: der.Value) -> str:
    kind, value = assertion.expect(der.SEQUENCE).children()
    oid = der.oid(kind)
    text = _text(value)
    if text is None:
        shown = f"#{value.encoded.hex()}"
    elif set(text) & _QUOTED or text != text.strip(" ") or "  " in text:
        shown = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    else:
        shown = text
    return f"{_READABLE_KEYWORDS.get(oid, f'OID.{oid}')}={shown}"
