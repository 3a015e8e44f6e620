"""`Redactor`: a pseudonym for every name, the same one wherever it stands.

Replaced are words, not texts: `ACME` in `O=ACME Holding`, `api.acme.example`, `AcmeTickets` and the alias `acme-key` is
one word, and stays one. Words that name nobody (`client`, `gateway`, `test`) stay, but a host or a part of a
distinguished name that has no other words is replaced as a whole, where it stands as one. Numbers follow the order in
which names are met, so nothing can be computed from a pseudonym.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Mapping
from ipaddress import ip_address
from typing import Any

from guarded.regex import regex
from sn_mock.handover import search
from sn_mock.handover.search import SHORTEST_ANYWHERE, Needle
from sn_mock.handover.words import tells, words
from sn_mock.masking import MASK

LEFT_OUT = "[left out: encoded data that names somebody]"
_URL_HOST = regex(r"\w://(?:([^\s/?#@\"'<>]{1,256})@)?(\[[0-9A-Fa-f:.]{2,45}\]|[\w.*-]{1,253})")
_MAIL = regex(r"([\w.+-]{1,64})@([\w-]{1,63}(?:\.[\w-]{1,63})+)")
_IPV4 = regex(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.]*\d)")
_IPV6 = regex(r"(?<![\w:.])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?![\w:])")
_SYS_ID = regex(r"(?<![0-9A-Fa-f])[0-9a-f]{32}(?![0-9A-Fa-f])")
_DN_PART = regex(
    r"\b(CN|O|OU|L|ST|DC|UID|EMAILADDRESS|SERIALNUMBER)\s{0,2}=\s{0,2}([^,+/\n\"<>;]{1,128})", re.IGNORECASE
)
_OWN_KEY = regex(r"[a-z0-9_]+")
_TAG = regex(r"(<style>.*?</style>|<[^>]*>)", re.DOTALL)
_RESERVED = frozenset({"localhost", "invalid", "test", "example", "local"})
_PUBLIC = ("w3.org", "xmlsoap.org", "oasis-open.org", "ws-i.org", "iso.org", "ietf.org")
"""Whose names stand in every WSDL and envelope: namespaces, nobody's host."""
_SHORTEST_SECRET = 4


class Redactor:
    """Learns names first (`host`, `name`, `user`, …, `learn`), then replaces them (`text`, `document`, `page`).

    With `names=False` it replaces secrets only.
    """

    def __init__(self, *, names: bool = True) -> None:
        self.names = names
        self._words: dict[str, str] = {}
        self._labels: dict[str, str] = {}
        self._wholes: dict[str, tuple[str, str]] = {}
        """Lower-case original → pseudonym and kind, for what is replaced as a whole."""
        self._parts: dict[tuple[str, str], str] = {}
        self._ids: dict[str, str] = {}
        self._secrets: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        self._kinds: dict[str, str] = {}
        self._pattern: re.Pattern[str] | None = None
        """Of everything that was learnt; None when something is new."""
        self._needles: tuple[Needle, ...] | None = None

    # Learning

    def secret(self, value: str | None, kind: str = "password") -> None:
        """A password, key or token: nobody sees it, with or without names."""
        if value and value.strip("*") and len(value) >= _SHORTEST_SECRET and (tells(value) or not value.isalpha()):
            self._secrets.setdefault(value, kind)
            self._pattern = None

    def host(self, name: str) -> str:
        """The pseudonym of a host name, label by label; an address gets one of the documentation's (RFC 5737, 3849)."""
        text = name.strip("[]").rstrip(".")
        if not self.names or not text:
            return name
        if _is_address(text):
            return self.address(text)
        lower = text.lower()
        if lower == "localhost" or lower.endswith(_PUBLIC):
            return name
        labels = lower.split(".")
        if len(labels) > 1 and labels[-1] in _RESERVED:
            shown = [*map(self._label, labels[:-1]), labels[-1]]
        elif len(labels) > 1:
            shown = [*map(self._label, labels[:-1]), self._top(labels[-1])]
        else:
            shown = [self._label(lower)]
        pseudonym = ".".join(shown)
        self._whole(lower, pseudonym, "host name")
        return pseudonym

    def address(self, text: str) -> str:
        """The pseudonym of an IP address; this machine's loopback stays."""
        number = ip_address(text)
        if not self.names or number.is_loopback or number.is_unspecified:
            return text
        key = str(number)
        if key not in self._wholes:
            count = self._next(f"address{number.version}")
            shown = f"192.0.2.{count % 255}" if number.version == 4 else f"2001:db8::{count:x}"
            self._whole(key, shown, "IP address")
        if text.lower() != key:
            self._whole(text.lower(), self._wholes[key][0], "IP address")
        return self._wholes[key][0]

    def name(self, value: str, kind: str = "name", part: str = "") -> str:
        """The pseudonym of a person's, company's or place's name; `part` is the attribute type in a DN (`CN`)."""
        if not self.names or not value.strip() or value.lower() == "localhost":
            return value
        if _looks_like_host(value):
            return self.host(value)
        if "@" in value:
            self.learn(value)
        telling = [word for word in words(value) if tells(word)]
        for word in telling:
            self._word(word, kind)
        if telling:
            return self.text(value)
        if part == "C":
            return self._parts.setdefault((part, value), f"X{chr(ord('A') + self._next('country') % 26)}")
        if part:
            key = (part.upper(), value.strip())
            if key not in self._parts:
                self._parts[key] = self._parts.get(("", value.strip())) or f"name{self._next('name')}"
                self._parts[("", value.strip())] = self._parts[key]
            return self._parts[key]
        return value

    def user(self, value: str) -> str:
        """The pseudonym of a user's name."""
        if not self.names or not value:
            return value
        if tells(value):
            self._word(value, "user name")
            return self.text(value)
        return self.name(value, "user name", part="UID")

    def number(self, value: int) -> int:
        """Another serial number of the same length, for a certificate."""
        if not self.names:
            return value
        text = f"{value:x}"
        shown = int("5" + f"{self._next('serial'):x}".rjust(len(text) - 1, "0"), 16) if len(text) > 1 else value
        if len(text) > 5:
            for old, new in _spellings(value, shown):
                self._whole(old.lower(), new, "serial number")
        return shown

    def replaced(self, original: str, pseudonym: str, kind: str) -> None:
        """Something whose replacement is known, such as the fingerprint of a certificate that was forged again."""
        if self.names and original and original != pseudonym:
            self._whole(original.lower(), pseudonym, kind)

    def learn(self, text: str) -> None:
        """The hosts, addresses, users and sys_ids that a text of the customer's names."""
        if not self.names or not text:
            return
        for user, host in _URL_HOST.findall(text):
            self.host(host.strip("[]"))
            self.user(user.partition(":")[0])
        for user, host in _MAIL.findall(text):
            self.host(host)
            for word in filter(tells, words(user)):
                self._word(word, "user name")
        for found in (*_IPV4.findall(text), *_IPV6.findall(text)):
            if _is_address(found):
                self.address(found)
        for part, value in _DN_PART.findall(text):
            self.name(value.strip(), "part of a distinguished name", part.upper())
        for found in _SYS_ID.findall(text):
            if found not in self._ids:
                self._ids[found] = f"{self._next('sys_id'):032x}"
                self._pattern = None

    def learn_all(self, document: Any) -> None:
        """`learn` for every text of a JSON document."""
        if isinstance(document, dict):
            for value in document.values():
                self.learn_all(value)
        elif isinstance(document, list | tuple):
            for value in document:
                self.learn_all(value)
        elif isinstance(document, str):
            self.learn(document)

    # Replacing

    def text(self, value: str) -> str:
        """The text with every name that was learnt replaced, and every secret masked."""
        value = self._compiled().sub(self._replacement, value)
        if self.names and self._parts:
            value = _DN_PART.sub(self._part, value)
        return self._cut(value)

    def document(self, value: Any) -> Any:
        """A JSON document, keys and values."""
        if isinstance(value, Mapping):
            return {self._key(str(key)): self.document(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.document(item) for item in value]
        if isinstance(value, str):
            return self.text(value)
        return value

    def _key(self, key: str) -> str:
        """Our own keys stay; those that somebody else chose (headers, parameters) are texts."""
        return key if _OWN_KEY.fullmatch(key) and not any(map(tells, words(key))) else self.text(key)

    def page(self, page: str) -> str:
        """An HTML page: the texts between its tags and the values of its attributes, not its style sheet."""
        pieces = _TAG.split(page)
        return "".join(
            html.escape(self.text(html.unescape(piece)), quote=True) if not piece.startswith("<") else self._tag(piece)
            for piece in pieces
        )

    def _tag(self, tag: str) -> str:
        return (
            tag
            if tag.startswith("<style>")
            else re.sub(r'(?<=aria-label=")[^"]*', lambda found: html.escape(self.text(html.unescape(found[0]))), tag)
        )

    @property
    def needles(self) -> tuple[Needle, ...]:
        """What must not be left anywhere."""
        self._compiled()
        if self._needles is None:
            self._needles = self._sought()
        return self._needles

    def _sought(self) -> tuple[Needle, ...]:
        found = dict(self._secrets)
        if self.names:
            found |= {word: self._kinds[word] for word in self._words}
            found |= {
                text: kind
                for text, (shown, kind) in self._wholes.items()
                if text != shown.lower() and not _says_little(text)
            }
            found |= dict.fromkeys(self._ids, "sys_id")
        return tuple(Needle(text, kind) for text, kind in found.items())

    # The tables

    def _whole(self, lower: str, pseudonym: str, kind: str) -> None:
        if self._wholes.get(lower) != (pseudonym, kind):
            self._wholes[lower] = (pseudonym, kind)
            self._pattern = None

    def _word(self, word: str, kind: str) -> str:
        lower = word.lower()
        if lower not in self._words:
            self._words[lower] = f"name{self._next('name')}"
            self._kinds[lower] = kind
            self._pattern = None
        return self._words[lower]

    def _label(self, label: str) -> str:
        if label == "*" or not label:
            return label
        telling = [word for word in words(label) if tells(word)]
        for word in telling:
            self._word(word, "host name")
        if telling:
            for word in telling:
                label = label.replace(word, self._words[word.lower()])
            return label
        return self._labels.setdefault(label, f"host{len(self._labels) + 1}")

    def _top(self, label: str) -> str:
        tops = [key for key in self._labels if key.startswith(".")]
        return self._labels.setdefault(f".{label}", "example" if not tops else f"example{len(tops) + 1}")

    def _next(self, what: str) -> int:
        self._counts[what] = self._counts.get(what, 0) + 1
        return self._counts[what]

    def _compiled(self) -> re.Pattern[str]:
        if self._pattern is None:
            self._needles = None
            secrets = sorted(self._secrets, key=len, reverse=True)
            rows = [f"(?-i:{re.escape(text)})" for text in secrets]
            if self.names:
                named = {**dict.fromkeys(self._wholes), **dict.fromkeys(self._words), **dict.fromkeys(self._ids)}
                rows += [_bounded(text, whole=text in self._wholes) for text in sorted(named, key=len, reverse=True)]
            self._pattern = re.compile("|".join(rows) or r"(?!)", re.IGNORECASE)
        return self._pattern

    def _replacement(self, found: re.Match[str]) -> str:
        text = found[0]
        if text in self._secrets:
            return MASK
        lower = text.lower()
        if lower in self._wholes:
            return self._wholes[lower][0]
        if lower in self._ids:
            return self._ids[lower]
        return _cased(self._words[lower], text)

    def _part(self, found: re.Match[str]) -> str:
        value = found[2].strip()
        shown = self._parts.get((found[1].upper(), value))
        return found[0].replace(value, shown) if shown else found[0]

    def _cut(self, value: str) -> str:
        """Encoded data in which a name or secret hides is left out."""
        data = value.encode("utf-8", "surrogatepass")
        needles = self.needles
        if len(data) < _SHORTEST_ENCODED or not search.hides(data, needles):
            return value
        spans = [span for span in search.encoded_runs(data) if span[1] - span[0] >= _SHORTEST_ENCODED]
        guilty = [span for span in spans if search.hides(data[slice(*span)], needles)]
        for start, end in sorted(guilty, reverse=True):
            data = data[:start] + LEFT_OUT.encode() + data[end:]
        return data.decode("utf-8", "surrogatepass") if guilty else value


_SHORTEST_ENCODED = 12


def _bounded(text: str, *, whole: bool) -> str:
    """A host is not a part of a longer one; a short word or a number stands alone."""
    if whole and _says_little(text):
        return rf"(?:(?<=://)|(?<=@)|\A){re.escape(text)}(?=\Z|[:/?#])"
    if whole and not text.isdecimal():
        return rf"(?<![\w.-]){re.escape(text)}(?![\w-]|\.\w)" if "." in text else rf"(?<!\w){re.escape(text)}(?!\w)"
    if len(text) <= _SHORTEST_WORD_INSIDE or text.isdecimal():
        return rf"(?<![^\W_]){re.escape(text)}(?![^\W_])"
    if len(text) < SHORTEST_ANYWHERE and text.isalpha():
        return rf"(?:(?<![^\W\d_]){re.escape(text)}|(?-i:(?<=[a-z]){re.escape(text.capitalize())}))"
    return re.escape(text)


_SHORTEST_WORD_INSIDE = 3


def _says_little(host: str) -> bool:
    """A host of one word that names nobody (`tickets`) is one where a URL has its host, and a word elsewhere."""
    return re.fullmatch(r"[\w-]+", host) is not None and not any(map(tells, words(host)))


def _cased(pseudonym: str, like: str) -> str:
    if like.isupper():
        return pseudonym.upper()
    return pseudonym.capitalize() if like[:1].isupper() else pseudonym


def _is_address(text: str) -> bool:
    try:
        return bool(ip_address(text))
    except ValueError:
        return False


def _looks_like_host(value: str) -> bool:
    return _is_address(value) or re.fullmatch(r"(?:\*\.)?[\w-]{1,63}(?:\.[\w-]{1,63})+", value) is not None


def _spellings(old: int, new: int) -> Iterable[tuple[str, str]]:
    for write in _NUMBERS:
        yield write(old), write(new)


def _octets(value: int) -> bytes:
    return value.to_bytes((value.bit_length() + 7) // 8 or 1, "big")


_NUMBERS: tuple[Callable[[int], str], ...] = (
    lambda value: f"{value:x}",
    str,
    lambda value: _octets(value).hex(),
    lambda value: _octets(value).hex(":"),
    lambda value: _octets(value).hex(" "),
)
