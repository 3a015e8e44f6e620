"""Random honest servers that are odd in one way: what they say is hashed as it is said."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from .honest_server import ALERT, APPLICATION_DATA, CHANGE_CIPHER_SPEC, HANDSHAKE, Extensions, Manner
from .octets import message, vector
from .tls_keys import GROUPS, OF_OTHER_KEYS, SUITES

_EXTENSIONS: tuple[tuple[int, tuple[bytes, ...]], ...] = (
    (0, (b"", b"", b"\0\0", b"\0\5\0\0\2ab")),
    (1, (b"\1", b"\4", b"")),
    (5, (b"", b"", b"\1\0\0\0\0")),
    (10, (b"\0\2\0\x1d", b"\0\4\0\x1d\0\x17")),
    (11, (b"\1\0", b"\1\0", b"\3\0\1\2", b"\1\1", b"")),
    (13, (b"\0\2\4\1", b"")),
    (14, (b"", b"\0\2\0\1\0")),
    (15, (b"\1", b"\2")),
    (16, (b"\0\3\2h2", b"\0\x09\x08http/1.1", b"")),
    (17, (b"", b"\0\0")),
    (18, (b"", b"\0\0", b"\0\4\0\2ab")),
    (19, (b"\0",)),
    (20, (b"\0",)),
    (21, (b"", bytes(20))),
    (22, (b"", b"", b"\0")),
    (23, (b"", b"\0")),
    (24, (b"\1\0\1\0",)),
    (27, (b"\2\0\2",)),
    (28, (b"\x40\0", b"\0\x40")),
    (35, (b"", b"", b"ticket")),
    (41, (b"\0\0",)),
    (42, (b"", b"\0\0\0\0")),
    (44, (b"\0\2ab",)),
    (45, (b"\1\1",)),
    (47, (b"\0\0",)),
    (48, (b"\0\0",)),
    (49, (b"",)),
    (50, (b"\0\2\4\1",)),
    (56, (b"",)),
    (99, (b"", b"x")),
    (13172, (b"", b"\x08http/1.1")),
    (0x0A0A, (b"", b"\0")),
    (0xFDE8, (bytes(32),)),
    (0xFFFF, (b"",)),
    (0xFE0D, (b"\0\0",)),
)
"""(number, bodies); supported_versions, key_share and renegotiation_info, which must be honest, are not here."""
_STATUS_REQUEST = 5
_TICKET_TO_COME = (35, b"")
"""Of a server of TLS 1.2 that keeps its word: see the family of tickets."""
_WARNINGS = (0, 41, 42, 46, 90, 90, 100, 110, 112, 112, 255)
_USER_CANCELED, _NO_RENEGOTIATION = 90, 100


@dataclass(frozen=True, slots=True)
class OddCase:
    """One odd server."""

    what: str
    manner: Manner
    leaf: str = ""
    """The kind of the provider's key; empty: the lab's own, of RSA."""

    def __str__(self) -> str:
        usual = Manner(self.manner.tls, self.manner.suite)
        odd = (name for name in Manner.__dataclass_fields__ if getattr(self.manner, name) != getattr(usual, name))
        told = ", ".join(f"{name}={getattr(self.manner, name)!r}" for name in odd)
        return f"TLS {self.manner.tls} {self.manner.suite:04X} {self.what} {self.leaf}: {told}"


def random_odd(chance: random.Random, versions: tuple[str, ...]) -> OddCase:
    """A server of a family drawn at random."""
    tls = chance.choice(versions)
    what = chance.choice([name for name, (only, _) in FAMILIES.items() if only in ("", tls)])
    suites = [number for number in SUITES if number not in OF_OTHER_KEYS and (number >> 8 == 0x13) == (tls == "1.3")]
    manner = Manner(tls, chance.choice(suites))
    return OddCase(what, FAMILIES[what][1](chance, manner))


def _some(chance: random.Random) -> Extensions:
    found = []
    for _ in range(chance.choice((1, 1, 1, 2))):
        number, bodies = chance.choice(_EXTENSIONS)
        found.append((number, chance.choice(bodies)))
    return tuple(found)


def _hello(chance: random.Random, manner: Manner) -> Manner:
    said = tuple(one for one in _some(chance) if one != _TICKET_TO_COME or manner.tls == "1.3")
    doubled = said + said[:1] if chance.random() < 0.05 else said
    return replace(manner, hello=doubled, in_front=chance.random() < 0.5)


def _bare(chance: random.Random, manner: Manner) -> Manner:
    """Usual extensions are missing."""
    left = chance.choice(((0xFF01,), (23,), (0xFF01, 23))) if manner.tls == "1.2" else chance.choice(((43,), (51,)))
    return replace(manner, left_out=frozenset(left))


def _session(chance: random.Random, manner: Manner) -> Manner:
    if manner.tls == "1.3":  # OpenSSL wants the client's; an echo of another length cannot be passed over
        return replace(manner, session=bytes(32))
    return replace(manner, session=chance.choice((b"", bytes(32), b"x", bytes(31))))


def _group(chance: random.Random, manner: Manner) -> Manner:
    return replace(manner, group=chance.choice(GROUPS))


def _retry(chance: random.Random, manner: Manner) -> Manner:
    group = chance.choice((0x18, 0x19, 0x1E, 0x16, 0x1234))
    extensions = chance.choice(((), ((44, b"\0\2ab"),), ((99, b""),), ((0x0A0A, b"x"),)))
    return replace(manner, group=group, retry=group, retries=chance.choice((1, 1, 1, 2)), retry_extensions=extensions)


def _encrypted(chance: random.Random, manner: Manner) -> Manner:
    return replace(manner, encrypted=_some(chance))


def _certificate(chance: random.Random, manner: Manner) -> Manner:
    return replace(manner, certificate=tuple(one for one in _some(chance) if one[0] != _STATUS_REQUEST))


def _request(chance: random.Random, manner: Manner) -> Manner:
    schemes = chance.choice((b"\4\1\4\3", b"\x08\4\4\1", b"\x12\x34\4\1\x08\4", b"\x0a\x0a\x08\4\4\3\6\3"))
    name = vector(2, bytes.fromhex("300c310a300806035504030c0161"))
    names = chance.choice((b"", b"", name, name * 3, vector(2, b"\x30\0")))
    if manner.tls == "1.2":
        types = chance.choice((b"\1", b"\1\2\x40", b"\x40\1", b"\xfa\1", b"\7"))
        return replace(manner, request=vector(1, types) + vector(2, schemes) + vector(2, names))
    extensions: Extensions = ((13, vector(2, schemes)), *(((47, vector(2, names)),) if names else ()))
    if chance.random() < 0.6:
        extensions = chance.choice((extensions + _some(chance), _some(chance) + extensions))
    said = b"".join(number.to_bytes(2, "big") + vector(2, body) for number, body in extensions)
    return replace(manner, request=vector(1, chance.choice((b"", b"", b"", b"context"))) + vector(2, said))


def _records(chance: random.Random, manner: Manner) -> Manner:
    kind = chance.randrange(4)
    if kind == 0:
        return replace(manner, fragment=chance.choice((1, 2, 3, 5, 50, 300)), joined=chance.random() < 0.5)
    if kind == 1:
        return replace(manner, joined=True)
    if kind == 2:
        return replace(manner, version=chance.choice((0x0301, 0x0302, 0x0304, 0x0300)))
    return replace(manner, padding=chance.choice((1, 3, 7)), changes_cipher=chance.random() < 0.5)


def _tickets(chance: random.Random, manner: Manner) -> Manner:
    if manner.tls == "1.2":
        body = bytes(4) + vector(2, chance.choice((b"", b"x", bytes(200))))
        return replace(manner, hello=((35, b""),), tickets=(body,))
    count = chance.choice((1, 1, 2, 5))
    return replace(manner, tickets=tuple(_ticket(chance) for _ in range(count)))


def _ticket(chance: random.Random) -> bytes:
    lifetime = chance.choice((0, 300, 7200, 604800, 604801, 0xFFFFFFFF)).to_bytes(4, "big")
    extensions = chance.choice(((), (), ((42, b"\0\0\x40\0"),), ((99, b"x"),), _some(chance)))
    said = b"".join(number.to_bytes(2, "big") + vector(2, body) for number, body in extensions)
    ticket = chance.choice((b"t", bytes(100), bytes(100), b""))
    return lifetime + bytes(4) + vector(1, chance.choice((b"", b"\0", bytes(8)))) + vector(2, ticket) + vector(2, said)


def _aside(chance: random.Random, tls: str) -> tuple[int, bytes]:
    """A record that is no answer, and may be said at any time, or not."""
    kind = chance.randrange(7)
    if kind == 0:
        return APPLICATION_DATA, b""
    if kind == 1:
        warnings = [one for one in _WARNINGS if one != _NO_RENEGOTIATION] if tls == "1.2" else [_USER_CANCELED]
        return ALERT, bytes((1, chance.choice(warnings)))  # OpenSSL ends at the others
    if kind == 2:
        return HANDSHAKE, message(
            24, chance.choice((b"\0", b"\0", b"\1", b"\1", b"\2", b""))
        ) if tls == "1.3" else message(0, b"")
    if kind == 3:
        return HANDSHAKE, message(13, b"\0\0\x08\0\x0d\0\4\0\2\x08\4") if tls == "1.3" else message(0, b"")
    if kind == 4:
        return HANDSHAKE, message(0, b"x" if tls == "1.3" and chance.random() < 0.3 else b"")
    if kind == 5:
        return CHANGE_CIPHER_SPEC, b"\1"
    if tls == "1.2" or chance.random() < 0.5:
        return HANDSHAKE, b""
    return HANDSHAKE, message(chance.choice((1, 4, 11, 14, 20)), b"")


def _between(chance: random.Random, manner: Manner) -> Manner:
    """Something aside in the handshake."""
    where = chance.choice(("after_hello", "before_finished"))
    asides = [(ALERT, bytes((1, chance.choice(_WARNINGS)))), (HANDSHAKE, b""), (HANDSHAKE, message(0, b""))]
    if manner.tls == "1.3":
        asides.append((CHANGE_CIPHER_SPEC, b"\1"))
        if where == "before_finished":  # OpenSSL ends at a sealed warning, whatever it says
            asides[0] = (ALERT, bytes((2, chance.choice(_WARNINGS))))
    aside = chance.choice(asides)
    return replace(manner, **{where: (aside,) * chance.choice((1, 1, 2))})  # type: ignore[arg-type]


def _later(chance: random.Random, manner: Manner) -> Manner:
    """Something aside after the handshake, before the answer or behind it."""
    where = chance.choice(("after_handshake", "before_answer", "before_answer", "after_answer"))
    asides = tuple(_aside(chance, manner.tls) for _ in range(chance.choice((1, 1, 2))))
    if manner.tls == "1.2" and (HANDSHAKE, message(0, b"")) in asides:  # what comes behind it is in a handshake again
        asides = ((HANDSHAKE, message(0, b"")),)
    return replace(manner, **{where: asides})  # type: ignore[arg-type]


def _clear(chance: random.Random, manner: Manner) -> Manner:
    """Text, zeros, or a record that was never sealed, in place of an answer; only suites with a tag."""
    sealed = [number for number, suite in SUITES.items() if suite.cipher != "cbc" and number not in OF_OTHER_KEYS]
    suite = chance.choice([number for number in sealed if (number >> 8 == 0x13) == (manner.tls == "1.3")])
    kind = chance.choice((CHANGE_CIPHER_SPEC, ALERT, HANDSHAKE, APPLICATION_DATA, 24, 99))
    version = chance.choice((0x0303, 0x0303, 0x0301, 0, 2, 0x02FF, 0x0400, 0xFF00))
    size = chance.choice((0, 1, 2, 8, 16, 17, 23, 24, 40, 16700))
    record = bytes((kind,)) + version.to_bytes(2, "big") + vector(2, b"x" * size)
    texts = (b"HTTP/1.1 400 Bad Request\r\n\r\n", b"<html>", b"SSH-2.0-x\r\n", bytes(5), b"\x17\3", record[:-1])
    return replace(manner, suite=suite, in_clear=chance.choice((record, record, chance.choice(texts))))


def _answer(chance: random.Random, manner: Manner) -> Manner:
    return replace(manner, pieces=chance.choice((1, 5, 40)), padding=chance.choice((0, 2)))


def _etm(chance: random.Random, manner: Manner) -> Manner:
    """Says encrypt_then_mac unasked, and does not do it."""
    cbc = [number for number, suite in SUITES.items() if suite.cipher == "cbc" and number not in OF_OTHER_KEYS]
    return replace(manner, suite=chance.choice(cbc), hello=((22, b""),))


FAMILIES: Mapping[str, tuple[str, Callable[[random.Random, Manner], Manner]]] = {
    "unasked extensions": ("", _hello),
    "missing extensions": ("", _bare),
    "session": ("", _session),
    "group": ("", _group),
    "retry": ("1.3", _retry),
    "encrypted extensions": ("1.3", _encrypted),
    "extensions of a certificate": ("1.3", _certificate),
    "certificate request": ("", _request),
    "records": ("", _records),
    "tickets": ("", _tickets),
    "between": ("", _between),
    "later": ("", _later),
    "in clear": ("", _clear),
    "answer in pieces": ("", _answer),
    "encrypt then mac": ("1.2", _etm),
}
"""Family -> (the TLS version it belongs to, empty: any; what makes a usual manner odd)."""
