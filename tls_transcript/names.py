"""Distinguished names as `javax.security.auth.x500.X500Principal.getName()` writes them (RFC 2253, Java's way)."""

from __future__ import annotations

from . import der
from .errors import DecodeError

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
_GENERAL_STRING = 0x1B
# Java decodes all of these as UTF-8, BMPString too, and prints every other tag as #hex, UniversalString too
_STRINGS = frozenset(
    (
        der.PRINTABLE_STRING,
        der.UTF8_STRING,
        der.T61_STRING,
        der.IA5_STRING,
        _GENERAL_STRING,
        der.BMP_STRING,
    )
)
_ESCAPES = str.maketrans({character: f"\\{character}" for character in ',=+<>#;"\\'} | {"\0": "\\00"})
_BLANKS = " \r"


def rfc2253(name: bytes) -> str:
    """The RFC 2253 text of a DER Name, exactly Java's; raises DecodeError on what is no Name."""
    rdns = der.read(name).expect(der.SEQUENCE).children()
    return ",".join(_rdn(rdn) for rdn in reversed(rdns))


def _rdn(rdn: der.Value) -> str:
    return "+".join(_attribute(attribute) for attribute in rdn.expect(der.SET).children())


def _attribute(attribute: der.Value) -> str:
    parts = attribute.expect(der.SEQUENCE).children()
    if len(parts) != 2:
        raise DecodeError("an attribute has a type and a value")
    kind, value = der.oid(parts[0]), parts[1]
    keyword = _KEYWORDS.get(kind)
    if keyword is None or value.tag not in _STRINGS:
        return f"{keyword or kind}=#{value.encoded.hex()}"
    return f"{keyword}={_escape(value.content.decode('utf-8', 'replace'))}"


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
