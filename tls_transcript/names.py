"""Distinguished names as text: Java's own (`rfc2253`), and one that people can read whatever the name holds."""

from __future__ import annotations

from collections.abc import Callable

from . import der
from .errors import DecodeError
from .remembering import by_octets

# RFC2253 keywords of sun.security.x509.AVAKeyword; every other type is printed as OID=#hex
_KEYWORDS = {
    "2.5.4.3": "CN",
    "2.5.4.6": "C",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
    "2.5.4.9": "STREET",
    "0.9.2342.19200300.100.1.25": "DC",
    "0.9.2342.19200300.100.1.1": "UID",
}
# Java decodes all of these as UTF-8, BMPString too, and prints every other tag as #hex, UniversalString too
_JAVA_STRINGS = frozenset(
    (
        der.PRINTABLE_STRING,
        der.UTF8_STRING,
        der.T61_STRING,
        der.IA5_STRING,
        der.GENERAL_STRING,
        der.BMP_STRING,
    )
)
_EIGHT_BITS = ("utf-8", "latin-1")
# what the types say, and for those of eight bits what certificates hold in practice; the first that fits counts
_ENCODINGS = {
    der.UTF8_STRING: ("utf-8",),
    der.BMP_STRING: ("utf-16-be",),
    der.UNIVERSAL_STRING: ("utf-32-be",),
    der.PRINTABLE_STRING: _EIGHT_BITS,
    der.T61_STRING: _EIGHT_BITS,
    der.IA5_STRING: _EIGHT_BITS,
    der.NUMERIC_STRING: _EIGHT_BITS,
    der.VISIBLE_STRING: _EIGHT_BITS,
    der.GENERAL_STRING: _EIGHT_BITS,
}
_ESCAPES = str.maketrans({character: f"\\{character}" for character in ',=+<>#;"\\'} | {"\0": "\\00"})
_BLANKS = " \r"


def rfc2253(name: bytes) -> str:
    """The RFC 2253 text of a DER Name, exactly `javax.security.auth.x500.X500Principal.getName()`.

    Raises DecodeError on what is no Name. Java misreads wide strings and keeps control characters; to show a name to
    people, use `readable`.
    """
    return _written(der.read(name), _as_java)


@by_octets
def readable(name: bytes) -> str:
    """The RFC 2253 text of a DER Name, each string as what its type says; never raises.

    Of everyday names the same as `rfc2253`. Eight-bit strings are UTF-8 where they can be, else Latin-1, as OpenSSL
    reads them. What is not text, and a name that is none, is `#` and its octets in hexadecimal; characters that are not
    printable are `\\` and the hexadecimal octets of their UTF-8 (RFC 2253 section 2.4), so the text is safe to show.
    """
    try:
        return _written(der.first(name), _as_meant)
    except DecodeError:
        return f"#{name.hex()}"


def inert(text: str) -> str:
    """The text, what is not printable (`str.isprintable`) written as RFC 2253 section 2.4 writes octets."""
    return text if text.isprintable() else "".join(c if c.isprintable() else _octets(c) for c in text)


def _octets(character: str) -> str:
    return "".join(f"\\{octet:02X}" for octet in character.encode("utf-8", "surrogatepass"))


_Reader = Callable[[der.Value], str | None]
"""The escaped text of an attribute's value; None where it is no text."""


def _written(name: der.Value, reader: _Reader) -> str:
    return ",".join(_rdn(rdn, reader) for rdn in reversed(name.expect(der.SEQUENCE).children()))


def _rdn(rdn: der.Value, reader: _Reader) -> str:
    return "+".join(_attribute(attribute, reader) for attribute in rdn.expect(der.SET).children())


def _attribute(attribute: der.Value, reader: _Reader) -> str:
    parts = attribute.expect(der.SEQUENCE).children()
    if len(parts) != 2:
        raise DecodeError("an attribute has a type and a value")
    kind, value = der.oid(parts[0]), parts[1]
    keyword = _KEYWORDS.get(kind)
    text = None if keyword is None else reader(value)
    return f"{keyword or kind}=" + (f"#{value.encoded.hex()}" if text is None else text)


def _as_java(value: der.Value) -> str | None:
    return _escape(value.content.decode("utf-8", "replace")) if value.tag in _JAVA_STRINGS else None


def _as_meant(value: der.Value) -> str | None:
    text = _decoded(value)
    return None if text is None else inert(_escape(text))


def _decoded(value: der.Value) -> str | None:
    for encoding in _ENCODINGS.get(value.tag, ()):
        try:
            return value.content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _escape(text: str) -> str:
    escaped = text.translate(_ESCAPES)
    lead = len(escaped) - len(escaped.lstrip(_BLANKS))
    trail = len(escaped.rstrip(_BLANKS))
    return "".join(f"\\{c}" if i < lead or i >= trail else c for i, c in enumerate(escaped))


def subject_of(certificate: bytes) -> bytes:
    """The subject of a DER certificate, as a DER Name."""
    return der.tbs_fields(certificate)[4].encoded


def issuer_of(certificate: bytes) -> bytes:
    """The issuer of a DER certificate, as a DER Name."""
    return der.tbs_fields(certificate)[2].encoded
