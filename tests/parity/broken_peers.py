"""Random TLS peers that break off, mix up their messages, bend their records or say what has no place there."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from .broken_contents import contents
from .broken_requests import with_requests
from .tls_peer import ALERT, APPLICATION_DATA, CHANGE_CIPHER_SPEC, HANDSHAKE, Record, Said

_TYPES = (0, 1, 2, 3, 4, 5, 6, 8, 11, 12, 13, 14, 15, 16, 20, 21, 22, 23, 24, 67, 254, 7, 9, 99, 255)
"""Handshake types, and some that are none."""
_VERSIONS = (0x0300, 0x0301, 0x0302, 0x0304, 0x0305, 0x0200, 0x0000, 0x0909, 0xFFFF, 0xFEFD)
_CONTENT_TYPES = (0, 19, 24, 25, 99, 128, 255)
_TICKET = 4


@dataclass(frozen=True, slots=True)
class PeerCase:
    """One tamper: the same octets' edits for whoever calls."""

    what: str
    tls: str
    seed: int

    def __str__(self) -> str:
        return f"TLS {self.tls} {self.what} {self.seed}"

    def tamper(self, tls: str, number: int, messages: tuple[bytes, ...]) -> Said:
        """See `tls_peer.Tamper`."""
        return FAMILIES[self.what](random.Random(self.seed), tls, number, messages)


def random_peer(chance: random.Random) -> PeerCase:
    """One case of a family drawn at random."""
    return PeerCase(chance.choice(tuple(FAMILIES)), chance.choice(("1.2", "1.2", "1.3")), chance.randrange(1 << 32))


def usual(tls: str, messages: tuple[bytes, ...]) -> tuple[Record, ...]:
    """Each message in a record of its own; TLS 1.3 seals all but the ServerHello."""
    records = []
    for index, message in enumerate(messages):
        sealed = tls == "1.3" and index > 0
        records.append(Record(HANDSHAKE, message, sealed=sealed))
    return tuple(records)


def _fitting(message: bytes) -> bytes:
    """With the length that its header should have."""
    return message[:1] + (len(message) - 4).to_bytes(3, "big") + message[4:]


def _early_end(chance: random.Random, tls: str, number: int, messages: tuple[bytes, ...]) -> Said:
    """The first flight breaks off at an octet, or between two records."""
    if number:
        return Said(())
    records = usual(tls, messages)
    end = chance.choice(("fin", "rst"))
    if chance.random() < 0.5:
        end = "fin" if tls == "1.3" else end
        return Said(records[: chance.randrange(len(records))], end)
    if tls == "1.3":  # the client speaks after the ServerHello: a reset would race with that
        hello = 5 + len(records[0].body)
        return (
            Said(records, end, cut=chance.randrange(hello))
            if end == "rst"
            else Said(records, end, cut=chance.randrange(2 * hello))
        )
    whole = sum(5 + len(record.body) for record in records)
    return Said(records, end, cut=chance.choice((chance.randrange(12), chance.randrange(whole))))


def _late_end(chance: random.Random, tls: str, number: int, messages: tuple[bytes, ...]) -> Said:
    """The first flight is whole; the end comes after the client's answer, or before anything after that."""
    end = chance.choice(("fin", "rst"))
    if number == 0:
        return Said(usual(tls, messages), end, after_reply=True)
    return Said((), end)


def _second_flight(chance: random.Random, tls: str, number: int, messages: tuple[bytes, ...]) -> Said:
    """Something else instead of the server's last flight (TLS 1.2), or after the handshake (TLS 1.3)."""
    if number == 0:
        return Said(usual(tls, messages))
    return Said(tuple(_alien(chance) for _ in range(chance.choice((1, 1, 2)))), "fin")


def _order(chance: random.Random, tls: str, number: int, messages: tuple[bytes, ...]) -> Said:
    """Messages are missing, said twice, or change places; others appear."""
    if number:
        return Said(())
    said = list(messages)
    for _ in range(chance.choice((1, 1, 1, 2))):
        at = chance.randrange(len(said) + 1)
        edit = chance.random()
        if edit < 0.25 and said:
            del said[min(at, len(said) - 1)]
        elif edit < 0.45 and said:
            said.insert(at, chance.choice(said))
        elif edit < 0.6 and len(said) > 1:
            other = chance.randrange(len(said))
            at = min(at, len(said) - 1)
            said[at], said[other] = said[other], said[at]
        else:
            body = chance.choice((b"", b"\0", bytes(4), bytes(chance.randrange(40))))
            kind = chance.choice(_TYPES)
            if kind == _TICKET:  # one that JSSE takes is in its Finished, and cannot be in OpenSSL's
                body = b""
            said.insert(at, _fitting(bytes((kind, 0, 0, 0)) + body))
    return Said(usual(tls, tuple(said)))


def _malformed(chance: random.Random, tls: str, number: int, messages: tuple[bytes, ...]) -> Said:
    """A message that is too short or too long for what it says."""
    if number:
        return Said(())
    said = list(messages)
    at = chance.randrange(len(said))
    message = said[at]
    edit = chance.random()
    if edit < 0.35:
        said[at] = _fitting(message[: 4 + chance.randrange(min(len(message) - 3, 90))])
    elif edit < 0.6:
        more = chance.choice((1, 2, 3, 8))
        said[at] = _fitting(
            message + bytes(8 if tls == "1.3" and at == 0 else more)
        )  # docs/parity.md: octets of no room
    elif edit < 0.8:
        length = chance.choice((32768, 32769, 65536, 0xFFFFFF))
        said[at] = message[:1] + length.to_bytes(3, "big") + message[4:]
    else:
        said[at] = _fitting(message[:4])
    return Said(usual(tls, tuple(said)), chance.choice(("", "fin")))


def _server_hello(chance: random.Random, tls: str, number: int, messages: tuple[bytes, ...]) -> Said:
    """Fields of the ServerHello that no client wants."""
    if number:
        return Said(())
    hello = bytearray(messages[0])
    session = 4 + 2 + 32
    suite = session + 1 + hello[session]
    edit = chance.randrange(6)
    if edit == 0:
        hello[4:6] = chance.choice(_VERSIONS).to_bytes(2, "big")
    elif edit == 1:
        suites = (
            0x0000,
            0x0004,
            0x0005,
            0x000A,
            0x1234,
            0x1301,
            0x1303,
            0xC02F,
            0xC030,
            0x00FF,
            0xC013,
            0x002F,
            0xFFFF,
        )
        hello[suite : suite + 2] = chance.choice((*suites, 0x009D, 0x0001, 0x0067, 0xCCA8, 0x5600, 0x008C)).to_bytes(
            2, "big"
        )
    elif edit == 2:
        hello[suite + 2] = chance.choice((1, 2, 64, 255))
    elif edit == 3:
        length = chance.choice((0, 1, 31, 33, 255))
        hello[session:suite] = bytes((length,)) + bytes(length)
    elif edit == 4:
        at = suite + 3
        kind = chance.choice(
            (0, 5, 10, 11, 13, 16, 17, 18, 22, 23, 35, 41, 42, 43, 44, 45, 47, 49, 50, 51, 99, 0xFF01, 0x3374)
        )
        body = chance.choice((b"", b"", b"\0", b"\0\0", b"\x03\x03", b"\x03\x04", b"\1\0"))
        extension = kind.to_bytes(2, "big") + len(body).to_bytes(2, "big") + body
        extensions = bytes(hello[at + 2 :])
        extensions = extension + extensions if chance.random() < 0.5 else extensions + extension
        if chance.random() < 0.2:
            extensions = extension
        hello[at:] = len(extensions).to_bytes(2, "big") + extensions
    else:
        hello[suite + 3 :] = chance.choice((b"", b"\0", b"\0\0", b"\0\1", b"\0\4\0\0\0\1", b"\0\1\0\0\0\0\0"))
    return Said(usual(tls, (_fitting(bytes(hello)), *messages[1:])))


def _records(chance: random.Random, tls: str, number: int, messages: tuple[bytes, ...]) -> Said:
    """The right messages in records of odd versions, in pieces, several in one, with empty ones between."""
    if number:
        return Said(())
    records = list(usual(tls, messages))
    edit = chance.randrange(5)
    at = chance.randrange(len(records))
    if edit == 0:
        version = chance.choice(_VERSIONS)
        records[at:] = [replace(record, version=version) for record in records[at:]]
    elif edit == 1 and len(records[at].body) > 1:
        cut = chance.randrange(1, len(records[at].body))
        body = records[at].body
        records[at : at + 1] = [replace(records[at], body=body[:cut]), replace(records[at], body=body[cut:])]
    elif edit == 2:
        joined = b"".join(record.body for record in records[1:])
        records[1:] = [replace(records[-1], body=joined)]
        if tls == "1.2" and chance.random() < 0.5:
            records = [replace(records[0], body=records[0].body + joined)]
    elif edit == 3:
        records.insert(at, replace(records[at], body=b""))
    else:
        length = chance.choice((0, 16384, 16385, 18432, 18433, 33088, 33089, 65535))
        records[at] = replace(records[at], length=length)
        return Said(tuple(records), "fin")
    return Said(tuple(records))


def _alien(chance: random.Random) -> Record:
    """A record that has no place in a handshake."""
    kind = chance.randrange(6)
    if kind == 0:
        return Record(APPLICATION_DATA, bytes(chance.choice((0, 1, 16, 17, 40, 300))))
    if kind == 1:
        return Record(CHANGE_CIPHER_SPEC, chance.choice((b"\1", b"\1", b"\0", b"\2", b"", b"\1\1")))
    if kind == 2:
        return Record(chance.choice(_CONTENT_TYPES), bytes(chance.choice((0, 1, 20))))
    if kind == 3:
        return Record(HANDSHAKE, _fitting(bytes((chance.choice(_TYPES), 0, 0, 0)) + bytes(chance.choice((0, 0, 4)))))
    if kind == 4:
        return Record(HANDSHAKE, b"")
    level, number = (
        chance.choice((1, 2, 2, 0, 3)),
        chance.choice((0, 10, 20, 22, 40, 41, 42, 48, 70, 80, 86, 90, 100, 112, 116, 120, 200, 255)),
    )
    return Record(ALERT, chance.choice((bytes((level, number)),) * 8 + (b"", b"\2", bytes((level, number, 0)))))


def _interjection(chance: random.Random, tls: str, number: int, messages: tuple[bytes, ...]) -> Said:
    """The right flight with a record between that has no place there."""
    if number:
        return Said(())
    records = list(usual(tls, messages))
    at = chance.randrange(len(records) + 1)
    alien = _alien(chance)
    if tls == "1.3" and at and chance.random() < 0.5:
        if alien.content_type == ALERT:  # OpenSSL ends at a sealed warning, whatever it says: a known difference
            alien = replace(alien, body=b"\2" + alien.body[1:])
        if alien.content_type == CHANGE_CIPHER_SPEC and alien.body == b"\1":  # and at a sealed ChangeCipherSpec
            alien = replace(alien, body=b"\2")
        alien = replace(alien, sealed=True)
    records.insert(at, alien)
    return Said(tuple(records), chance.choice(("", "", "fin")))


def _garbage(chance: random.Random, tls: str, number: int, messages: tuple[bytes, ...]) -> Said:
    """Not TLS at all, or hardly."""
    if number:
        return Said(())
    octets = chance.choice(
        (
            b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n",
            b"220 smtp.example ESMTP\r\n",
            b"SSH-2.0-OpenSSH_9.2\r\n",
            bytes(chance.randrange(256) for _ in range(chance.randrange(1, 60))),
            bytes((chance.choice((20, 21, 22, 23, 24, 128)), 3, 3, 0, chance.randrange(40)))
            + bytes(chance.randrange(256) for _ in range(40)),
            bytes((22, *chance.choice(_VERSIONS).to_bytes(2, "big"), 0, 32)) + bytes((chance.randrange(256),)) * 32,
            bytes((0x80, chance.randrange(256), chance.choice((0, 1, 2, 4)), 0, 2)) + bytes(40),
        )
    )
    raw = Record(
        octets[0],
        octets[5:],
        int.from_bytes(octets[1:3].ljust(2, b"\0"), "big"),
        length=int.from_bytes(octets[3:5].ljust(2, b"\0"), "big"),
    )
    return Said((raw,), chance.choice(("fin", "fin", "rst")), cut=len(octets))


def _request(chance: random.Random, tls: str, number: int, messages: tuple[bytes, ...]) -> Said:
    """The right flight with a CertificateRequest, or two; of TLS 1.2 now and then in one record."""
    if number:
        return Said(())
    records = usual(tls, with_requests(chance, tls, messages))
    if tls == "1.2" and chance.random() < 0.2:
        records = (records[0], replace(records[1], body=b"".join(record.body for record in records[1:])))
    return Said(records)


def _contents(chance: random.Random, tls: str, number: int, messages: tuple[bytes, ...]) -> Said:
    """Well-built messages with odd contents."""
    if number:
        return Said(())
    return Said(usual(tls, contents(chance, tls, messages)))


Family = Callable[[random.Random, str, int, tuple[bytes, ...]], Said]
FAMILIES: Mapping[str, Family] = {
    "early end": _early_end,
    "late end": _late_end,
    "second flight": _second_flight,
    "order": _order,
    "malformed": _malformed,
    "server hello": _server_hello,
    "records": _records,
    "interjection": _interjection,
    "garbage": _garbage,
    "request": _request,
    "contents": _contents,
}
