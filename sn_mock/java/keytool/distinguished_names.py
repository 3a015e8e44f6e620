"""Distinguished names from text, as keytool takes them for `-dname`: `CN=acme, O=Example, C=NL`.

Source: RFC 2253 and RFC 1779 for the notation; the string types are keytool's (measured on JDK 17), or those that CAs
write (RFC 5280 section 4.1.2.4).
"""

from __future__ import annotations

from sn_mock.failure import MockUsageError
from sn_mock.java.asn1 import der
from sn_mock.java.asn1.oids import oid_content
from sn_mock.java.x509.names import READABLE_KEYWORDS

_UNWRITTEN = frozenset({"INITIALS", "GENERATION", "IP"})
"""Keywords that Java prints and does not take."""
_TYPES = {keyword: oid for oid, keyword in READABLE_KEYWORDS.items() if keyword not in _UNWRITTEN}
_TYPES |= {"S": _TYPES["ST"], "DNQUALIFIER": _TYPES["DNQ"], "EMAIL": _TYPES["EMAILADDRESS"]}
_IA5 = frozenset({_TYPES["DC"], _TYPES["EMAILADDRESS"]})
_ALWAYS_PRINTABLE = frozenset({_TYPES["C"], _TYPES["SERIALNUMBER"], _TYPES["DNQ"]})
_PRINTABLE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 '()+,-./:=?")


def name_der(text: str, *, utf8: bool = False) -> bytes:
    """The DER Name of a written name; the last part of the text comes first in the encoding.

    Values are PrintableString where they can be, as keytool writes them; `utf8`: only where they must be. Raises
    MockUsageError for text that is no name.
    """
    rdns = [_relative_name(part, text, utf8) for part in _split(text, ",;") if part.strip()]
    if not rdns:
        raise MockUsageError(f"{text!r} is no distinguished name; write it like this: CN=acme client, O=Example, C=NL")
    return der.encode(der.SEQUENCE, b"".join(reversed(rdns)))


def _relative_name(part: str, whole: str, utf8: bool) -> bytes:
    attributes = [_attribute(attribute, whole, utf8) for attribute in _split(part, "+")]
    return der.encode(der.SET, b"".join(sorted(attributes)))


def _attribute(text: str, whole: str, utf8: bool) -> bytes:
    keyword, equals, value = text.partition("=")
    keyword = keyword.strip().upper().removeprefix("OID.")
    oid = keyword if keyword[:1].isdigit() and "." in keyword else _TYPES.get(keyword)
    if not equals or oid is None:
        known = ", ".join(sorted(_TYPES))
        raise MockUsageError(f"{text.strip()!r} in {whole!r} is no attribute of a name; known types: {known}")
    try:
        kind = der.encode(der.OID, oid_content(oid))
    except ValueError:
        raise MockUsageError(f"{keyword!r} in {whole!r} is no object identifier") from None
    return der.encode(der.SEQUENCE, kind + _string(oid, _unescaped(value.strip()), utf8))


def _string(oid: str, value: str, utf8: bool) -> bytes:
    if oid in _IA5 and value.isascii():
        return der.encode(der.IA5_STRING, value.encode("ascii"))
    if set(value) <= _PRINTABLE and not (utf8 and oid not in _ALWAYS_PRINTABLE):
        return der.encode(der.PRINTABLE_STRING, value.encode("ascii"))
    return der.encode(der.UTF8_STRING, value.encode())


def _split(text: str, separators: str) -> list[str]:
    """The parts between separators that are neither escaped nor quoted."""
    parts = [""]
    quoted = escaped = False
    for char in text:
        if char in separators and not quoted and not escaped:
            parts.append("")
            continue
        parts[-1] += char
        quoted ^= char == '"' and not escaped
        escaped = char == "\\" and not escaped
    return parts


def _unescaped(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] == '"':
        value = value[1:-1]
    text = ""
    escaped = False
    for char in value:
        if char == "\\" and not escaped:
            escaped = True
        else:
            text += char
            escaped = False
    return text
