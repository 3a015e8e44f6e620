"""What people meant who wrote something that cannot be read: odd or missing quotes, back slashes, DER, p7b.

Each slip is recognised by its kind, and told with what to write instead; nothing is guessed beyond that.
"""

from __future__ import annotations

import re

from guarded.regex import regex

_PLACE = regex(r"line (\d+)")
_TYPOGRAPHIC = "\u201c\u201d\u201e\u201f\u00ab\u00bb\u2018\u2019\u201a\u201b"
_UNQUOTED = regex(r"^[\w.-]+\s*=\s*(?![\"'\[{\d+-])(?!(?:true|false|inf|nan)\b)\S")
_BACKSLASH = regex(r'"[^"]*\\[^"\\nrtbfuUe]|"[A-Za-z]:\\')
_SHOWN = 60
_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
_PFX = bytes.fromhex("02010330")
"""Version 3 and a SEQUENCE: how PFX begins (RFC 7292 section 4)."""
_VARIABLE = regex(r"\$\{?([A-Za-z_]\w*)\}?|%([A-Za-z_]\w*)%")


def toml_slip(text: str, complaint: str) -> str:
    """What to add to a TOML parser's complaint: the line it means, and the slip in it; "" where none is known."""
    place = _PLACE.search(complaint)
    lines = text.splitlines()
    if place is None or not 0 < int(place[1]) <= len(lines):
        return ""
    line = lines[int(place[1]) - 1].strip()
    if not line:
        return ""
    shown = line[:_SHOWN] + ("…" if len(line) > _SHOWN else "")
    return f": {shown}{_advice(line)}"


def _advice(line: str) -> str:
    if any(quote in line for quote in _TYPOGRAPHIC):
        return '; next step: write straight quotes, "…"'
    if _BACKSLASH.search(line):
        return "; next step: write / in paths, or put the text in single quotes: '…'"
    if re.match(r"^[\w.-]+\s*:\s", line):
        return "; next step: write = instead of :"
    if _UNQUOTED.match(line):
        return '; next step: put the text in quotes: "…"'
    key = line.partition("=")[0].strip()
    if "=" in line and " " in key and not key.startswith(("'", '"', "[")):
        return f"; next step: field names have underscores: {'_'.join(key.lower().split())}"
    return ""


def encoding_slip(data: bytes) -> str:
    """How a text file that is not UTF-8 is encoded, where its first octets say it."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "is UTF-16, as Windows calls Unicode"
    return "is not UTF-8"


def certificate_slip(data: bytes) -> str:
    """What a file is that ought to be a PEM certificate, and how it becomes one; "" where it may be one."""
    if data[:4] in (b"\xfe\xed\xfe\xed", b"\xce\xce\xce\xce"):
        return (
            "is a Java keystore; next step: keytool -exportcert -rfc -keystore FILE -alias ALIAS -file certificate.pem"
        )
    if data[:1] == b"\x30" and _PFX in data[:12]:
        return (
            "is a PKCS#12 keystore; next step: attach it to a row of type PKCS12 Key Store, or take its certificates "
            "out: openssl pkcs12 -in FILE -nokeys -out certificate.pem"
        )
    if b"-----BEGIN PKCS7-----" in data or (data[:1] == b"\x30" and _SIGNED_DATA in data[:32]):
        form = "" if data[:1] != b"\x30" else " -inform der"
        return f"is PKCS#7 (.p7b); next step: openssl pkcs7{form} -print_certs -in FILE -out certificate.pem"
    if data[:1] == b"\x30":
        return (
            "is DER, not text; next step: attach it (attachment = …), or: openssl x509 -inform der -in FILE -out "
            "certificate.pem"
        )
    if b"PRIVATE KEY-----" in data and b"-----BEGIN CERTIFICATE" not in data:
        return "is a private key; next step: give the certificate, which is public"
    return ""


def variable_slip(password: str) -> str | None:
    """The variable that somebody meant who wrote `$NAME`, `${NAME}` or `%NAME%` as a password; None for any other."""
    match = _VARIABLE.fullmatch(password)
    return (match[1] or match[2]) if match else None


def typed_as_text(value: object, wanted: type) -> str:
    """`; next step: write 8443 without quotes`, where a text holds what was wanted; "" else."""
    if not isinstance(value, str):
        return ""
    text = value.strip().lower()
    if wanted is int and re.fullmatch(r"-?\d+", text):
        return f"; next step: write {text} without quotes"
    if wanted is bool and text in ("true", "false", "yes", "no", "1", "0"):
        return f"; next step: write {'true' if text in ('true', 'yes', '1') else 'false'} without quotes"
    return ""
