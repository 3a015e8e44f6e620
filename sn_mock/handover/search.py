"""Looking for names and secrets in bytes that are about to leave: as they are, and in the encodings they can hide in.

Searched are the bytes themselves (letter case aside), UTF-16, percent-encoding, HTML and JSON escapes, hexadecimal, and
base64 at any depth that people nest it; so certificates (their names are plain octets in DER) are, too. A private key
or a keystore is a leak by itself. Cost: linear in the bytes for each needle.
"""

from __future__ import annotations

import base64
import binascii
import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import field
from functools import cached_property
from urllib.parse import unquote_to_bytes

from guarded.regex import regex
from guarded.values import dataclass
from sn_mock.java.keystore.probing import probe

_DEPTH = 3
"""Encodings inside encodings that are unwrapped."""
_BASE64 = regex(rb"(?:[A-Za-z0-9+/_-]{2,}+(?:\\?r?\\n|\r?\n[ \t]*+)?)++={0,2}")
_SHORTEST_RUN = 12
_OPAQUE_RUN = 60
"""From this length on a run of base64 or hexadecimal is looked at decoded only: any four letters turn up in it."""
_HEX = regex(rb"(?:[0-9A-Fa-f]{2}[: ]?){6,}+")
_JSON_ESCAPE = regex(rb"\\u([0-9A-Fa-f]{4})")
_PEM_KEY = regex(rb"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----")
_PKCS8 = regex(
    rb"\x02\x01[\x00\x01]\x30.\x06(?:\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01.|\x07\x2a\x86\x48\xce\x3d\x02\x01)", re.S
)
"""The head of a PKCS#8 key: version, then the algorithm RSA or EC (RFC 5958); PKCS#10 and certificates have a name
between them."""
_SHORT = 4
SHORTEST_ANYWHERE = 6
"""A shorter word counts at the beginning of a word only, as in `AcmeTickets` and `acme-key`: `hans` is no part of
`orphans`."""


@dataclass(frozen=True, slots=True)
class Leak:
    """What was found. Never the thing itself."""

    file: str
    kind: str
    """What it is: `host name`, `password`, `private key`, …"""
    form: str
    """How it is encoded."""

    def __str__(self) -> str:
        return f"{self.file}: a {self.kind} ({self.form})"


@dataclass(frozen=True)
class Needle:
    """Something that must not be left."""

    text: str = field(repr=False)
    kind: str = "name"

    @cached_property
    def forms(self) -> tuple[bytes, ...]:
        """Its octets, in lower case, in the character sets that DER and people use."""
        lower = self.text.lower()
        found = [lower.encode("utf-8", "surrogatepass")]
        try:
            found.append(lower.encode("latin-1"))
        except UnicodeEncodeError:
            found.append("".join(lower).encode("utf-16-be", "surrogatepass"))
        return tuple(dict.fromkeys(found))

    @cached_property
    def bounded(self) -> re.Pattern[bytes]:
        """A short word counts where it stands alone."""
        return re.compile(rb"(?<![a-z0-9])" + re.escape(self.forms[0]) + rb"(?![a-z0-9])")

    @cached_property
    def beginning(self) -> re.Pattern[bytes]:
        """A word of a few letters where a word begins, in camel case, too."""
        lower = re.escape(self.forms[0])
        return re.compile(rb"(?<![A-Za-z])(?i:" + lower + rb")|(?<=[a-z])" + re.escape(self.text.capitalize().encode()))

    def inside(self, lowered: bytes, octets: bytes, *, decoded: bool = False) -> bool:
        """Whether it stands in those octets; what was decoded has any three letters by chance."""
        if decoded and len(self.text) < _SHORT:
            return False
        if len(self.text) < _SHORT or self.text.isdecimal():
            return any(form in lowered for form in self.forms) and self.bounded.search(lowered) is not None
        if len(self.text) < SHORTEST_ANYWHERE and self.text.isalpha():
            return self.forms[0] in lowered and self.beginning.search(octets) is not None
        return any(form in lowered for form in self.forms)


def leaks(file: str, data: bytes, needles: Iterable[Needle]) -> Iterator[Leak]:
    """Everything of `needles` that is in the file, once for each kind and form; private keys and keystores, too."""
    wanted = tuple(needles)
    seen = set()
    for form, octets in _unwrapped(data, "as it is", _DEPTH):
        lowered = octets.lower()
        kinds = [
            needle.kind
            for needle in wanted
            if needle.inside(lowered, octets, decoded="base64" in form or "hexa" in form)
        ]
        if _PEM_KEY.search(octets) or _PKCS8.search(octets):
            kinds.append("private key")
        if probe(octets) is not None:
            kinds.append("keystore")
        for kind in kinds:
            if (kind, form) not in seen:
                seen.add((kind, form))
                yield Leak(file, kind, form)


def hides(data: bytes, needles: Iterable[Needle]) -> bool:
    """Whether one of them is in there, in whatever form."""
    return next(leaks("", data, needles), None) is not None


def encoded_runs(data: bytes) -> Iterator[tuple[int, int]]:
    """Start and end of what may be base64, hexadecimal or percent-encoding, the longest first at any place."""
    for pattern in (_BASE64, _HEX):
        for found in pattern.finditer(data):
            if len(found[0]) >= _SHORTEST_RUN:
                yield found.span()


def _unwrapped(data: bytes, form: str, depth: int) -> Iterator[tuple[str, bytes]]:
    """The octets, and what they are when they are decoded."""
    yield form, _without_opaque_runs(data) if depth == _DEPTH else data
    for name, decode in _DECODERS:
        decoded = decode(data)
        if decoded != data:
            yield _told(form, name), decoded
    if depth:
        for pattern, name, decoder in ((_BASE64, "base64", _base64), (_HEX, "hexadecimal", _hex)):
            inner = b"\n".join(filter(None, (decoder(found[0]) for found in pattern.finditer(data))))
            if inner:
                yield from _unwrapped(inner, _told(form, name), depth - 1)
                if name == "base64":
                    for found in pattern.finditer(data):
                        single = decoder(found[0])
                        if single and probe(single):
                            yield _told(form, name), single


def _told(form: str, name: str) -> str:
    return name if form == "as it is" else f"{name} in {form}"


def _without_opaque_runs(data: bytes) -> bytes:
    for pattern in (_BASE64, _HEX):
        data = pattern.sub(_dropped, data)
    return data


def _dropped(found: re.Match[bytes]) -> bytes:
    run = found[0]
    mixed = re.search(rb"[0-9]", run) and re.search(rb"[A-Za-z]", run)
    longest = max(map(len, re.split(rb"[\s\\]", run)))
    return b" " if mixed and longest >= _OPAQUE_RUN else run


def _base64(run: bytes) -> bytes | None:
    text = re.sub(rb"\\r|\\n|\s", b"", run).rstrip(b"=").translate(bytes.maketrans(b"-_", b"+/"))
    if len(text) < _SHORTEST_RUN:
        return None
    try:
        return base64.b64decode(text[: len(text) - (len(text) % 4 == 1)] + b"==")
    except binascii.Error:
        return None


def _hex(run: bytes) -> bytes | None:
    digits = run.translate(None, b": ")
    return bytes.fromhex(digits.decode()) if len(digits) % 2 == 0 else None


def _plain_from_utf16(data: bytes) -> bytes:
    return data.replace(b"\0", b"") if b"\0" in data else data


def _from_html(data: bytes) -> bytes:
    return (
        html.unescape(data.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
        if b"&" in data
        else data
    )


def _from_json(data: bytes) -> bytes:
    return _JSON_ESCAPE.sub(lambda found: chr(int(found[1], 16)).encode("utf-8", "surrogatepass"), data)


_DECODERS = (
    ("UTF-16", _plain_from_utf16),
    ("URL-encoded", lambda data: unquote_to_bytes(data.replace(b"+", b" ")) if b"%" in data else data),
    ("HTML-escaped", _from_html),
    ("JSON-escaped", _from_json),
)
