"""X.500 names: parsed with the JDK's refusals, printed as RFC 2253, compared as `X500Principal.equals` compares.

`str(name)` is `X500Principal.toString()`, the form that stands inside Java's messages.

Source: RFC 2253 for the text, `X500Principal`'s documentation for the canonical form; all three measured on JDK 17.
"""

from __future__ import annotations

import unicodedata
from functools import cached_property

from guarded.values import dataclass
from sn_mock.java.asn1 import der, oids, reading
from sn_mock.java.asn1.oids import oid_named
from sn_mock.java.lang import strings as java_strings
from sn_mock.java.lang.jdk import REFERENCE, Jdk
from sn_mock.java.lang.remembering import remembered
from sn_mock.java.lang.thrown import JavaThrow, io

_KEYWORDS = {
    oid_named("CommonName"): "CN",
    oid_named("CountryName"): "C",
    oid_named("LocalityName"): "L",
    oid_named("StateName"): "ST",
    oid_named("StreetAddress"): "STREET",
    oid_named("OrgName"): "O",
    oid_named("OrgUnitName"): "OU",
    oid_named("UCL_UserID"): "UID",
    oid_named("UCL_DomainComponent"): "DC",
}
READABLE_KEYWORDS = _KEYWORDS | {
    oid_named("Title"): "T",
    oid_named("DNQualifier"): "DNQ",
    oid_named("Surname"): "SURNAME",
    oid_named("GivenName"): "GIVENNAME",
    oid_named("Initials"): "INITIALS",
    oid_named("GenerationQualifier"): "GENERATION",
    oid_named("SerialNumber"): "SERIALNUMBER",
    oid_named("EmailAddress"): "EMAILADDRESS",
    oid_named("SkipIPAddress"): "IP",
}
"""The keywords of `toString()`; every other type is `OID.<dotted>`."""
COMMON_NAME, EMAIL_ADDRESS = oid_named("CommonName"), oid_named("EmailAddress")
_QUOTED = frozenset(',+=\n<>#;\\"')
_BLANKS = "".join(map(chr, range(0x21)))


@dataclass(frozen=True)
class Attribute:
    """One type and value."""

    oid: str
    tag: int
    value: bytes

    @property
    def keyword(self) -> str:
        """RFC 2253's keyword, the dotted OID where it has none."""
        return _KEYWORDS.get(self.oid, self.oid)

    @property
    def text(self) -> str | None:
        """`DerValue.getAsString()`; None where the value is of no string type."""
        return der.Value(self.tag, self.value, 0, len(self.value)).any_string()

    def __str__(self) -> str:
        """`AVA.toString()`."""
        text = self.text
        shown = self._hex if text is None else _quoted(text)
        return f"{READABLE_KEYWORDS.get(self.oid, f'OID.{self.oid}')}={shown}"

    @property
    def _hex(self) -> str:
        return "#" + der.encode(self.tag, self.value).hex()

    def rfc2253(self) -> str:
        """`keyword=value` with RFC 2253's escapes, hexadecimal for types it does not name."""
        if self.oid not in _KEYWORDS or self.tag not in _STRINGS:
            return f"{self.keyword}={self._hex}"
        escaped = [_escaped(char, ',=+<>#;"\\') for char in java_strings.utf_8(self.value)]
        chars = list("".join(escaped))
        lead = next((i for i, char in enumerate(chars) if char not in " \r"), len(chars))
        trail = next((i for i in range(len(chars) - 1, -1, -1) if chars[i] not in " \r"), -1)
        text = "".join(f"\\{char}" if i < lead or i > trail else char for i, char in enumerate(chars))
        return f"{self.keyword}={text}"

    @cached_property
    def canonical(self) -> str:
        """What Java compares: blanks collapsed, case folded, NFKD; only PrintableString and UTF8String as text."""
        if self.oid not in _KEYWORDS or self.tag not in (der.PRINTABLE_STRING, der.UTF8_STRING):
            text = f"{self.keyword}={self._hex}"
        else:
            text = f"{self.keyword}={_collapsed(java_strings.utf_8(self.value)).strip(_BLANKS)}"
        return unicodedata.normalize("NFKD", text.upper().lower())


def _escaped(char: str, escapees: str) -> str:
    if char in escapees:
        return f"\\{char}"
    return "\\00" if char == "\0" else char


def _quoted(text: str) -> str:
    """The value in quotation marks where it needs them; one that has them already keeps them."""
    if len(text) > 1 and text[0] == text[-1] == '"':
        return '"' + _escaped_quotes(text[1:-1]) + '"'
    needed = bool(_QUOTED & set(text)) or text[:1] in (" ", "\n") or text[-1:] in (" ", "\n") or "  " in text
    return f'"{_escaped_quotes(text)}"' if needed else _escaped_quotes(text)


def _escaped_quotes(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _collapsed(text: str) -> str:
    out: list[str] = []
    previous_blank = False
    for position, char in enumerate(text):
        escaped = char in ',+<>;"\\' or (position == 0 and char == "#")
        if escaped:
            out.append("\\")
        blank = char == " "
        if blank and previous_blank:
            continue
        previous_blank = blank
        out.append(char)
    return "".join(out)


_STRINGS = frozenset(
    {
        der.PRINTABLE_STRING,
        der.UTF8_STRING,
        der.T61_STRING,
        der.IA5_STRING,
        der.GENERAL_STRING,
        der.BMP_STRING,
    }
)
"""Types that Java prints as text; it takes all of them for UTF-8, BMPString too."""


@dataclass(frozen=True)
class Name:
    """A distinguished name: relative names in the order of the encoding."""

    rdns: tuple[tuple[Attribute, ...], ...]

    @property
    def is_empty(self) -> bool:
        """No attribute at all."""
        return not any(self.rdns)

    def encoded(self) -> bytes:
        """The name as DER."""
        return der.encode(der.SEQUENCE, b"".join(_encoded_rdn(rdn) for rdn in self.rdns))

    def rfc2253(self) -> str:
        """`X500Principal.getName()`."""
        return self._printed

    @cached_property
    def _printed(self) -> str:
        return ",".join("+".join(attribute.rfc2253() for attribute in rdn) for rdn in reversed(self.rdns))

    def __str__(self) -> str:
        """`X500Principal.toString()`."""
        return ", ".join(" + ".join(map(str, rdn)) for rdn in reversed(self.rdns))

    @cached_property
    def canonical(self) -> str:
        """Equal exactly where `X500Principal.equals` says so."""
        return ",".join(reversed(self.canonical_parts))

    @cached_property
    def canonical_parts(self) -> tuple[str, ...]:
        """The canonical relative names, in the order of the encoding (country first)."""
        return tuple("+".join(_canonical_parts(rdn)) for rdn in self.rdns)

    def is_within(self, base: Name) -> bool:
        """This name lies in the subtree below `base` (RFC 5280 section 7.1), or is `base`."""
        size = len(base.rdns)
        return self.canonical_parts[:size] == base.canonical_parts and list(map(len, self.rdns[:size])) == list(
            map(len, base.rdns)
        )

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        """Every attribute, in the order of the encoding."""
        return tuple(attribute for rdn in self.rdns for attribute in rdn)

    @property
    def common_name(self) -> Attribute | None:
        """The most specific CN: of the last relative name that has one; None without one."""
        for rdn in reversed(self.rdns):
            for attribute in rdn:
                if attribute.oid == COMMON_NAME:
                    return attribute
        return None


def _encoded_rdn(rdn: tuple[Attribute, ...]) -> bytes:
    attributes = (
        der.encode(der.OID, oids.oid_content(attribute.oid)) + der.encode(attribute.tag, attribute.value)
        for attribute in rdn
    )
    return der.encode(der.SET, b"".join(der.encode(der.SEQUENCE, attribute) for attribute in attributes))


def _canonical_parts(rdn: tuple[Attribute, ...]) -> list[str]:
    if len(rdn) == 1:
        return [rdn[0].canonical]
    return [
        attribute.canonical
        for attribute in sorted(rdn, key=lambda attribute: (attribute.oid not in _KEYWORDS, attribute.canonical))
    ]


def parse(cursor: der.Input) -> Name:
    """The next Name; raises the JDK's IOExceptions.

    Java takes a name without its outer SEQUENCE too, by wrapping everything that is left of the cursor into one.
    """
    rest = cursor.rest()
    try:
        members = cursor.sequence()
    except JavaThrow as refused:
        if not refused.is_io:
            raise
        members = reading.cursor(der.encode(der.SEQUENCE, rest), cursor.java).sequence()
    return Name(tuple(parse_relative_name(member) for member in members))


@remembered(1024)
def from_der(encoded: bytes, java: Jdk = REFERENCE) -> Name:
    """A name on its own; raises the JDK's IOExceptions."""
    return parse(reading.cursor(encoded, java))


def parse_relative_name(value: der.Value) -> tuple[Attribute, ...]:
    """One relative name, a SET; raises the JDK's IOExceptions."""
    if value.tag != der.SET:
        raise io("X500 RDN")
    return tuple(_attribute(member) for member in value.reopened().set())


def _attribute(value: der.Value) -> Attribute:
    if value.tag != der.SEQUENCE:
        raise io("AVA not a sequence")
    oid = oids.oid_text(value.data.oid())
    content = value.data.value()
    if value.data.available:
        raise io(f"AVA, extra bytes = {value.data.available}")
    if content.tag == der.BMP_STRING and reading.is_new(value.java):
        _check_bmp(content)
    return Attribute(oid, content.tag, content.content)


def _check_bmp(value: der.Value) -> None:
    units = java_strings.password_chars(value.string(der.BMP_STRING))
    for index, unit in enumerate(units):
        if 0xD800 <= unit <= 0xDFFF:
            raise io(f"Illegal character in BMPString, index: {index}")
