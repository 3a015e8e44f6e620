"""Conversations for the tests of captures: real TLS between two contexts of this Python, as octets, keys and files."""

from __future__ import annotations

import contextlib
import ssl
import struct
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from captures import writing
from captures.frames import Frame
from captures.key_log import KeyLog
from captures.story import Connection, Survey
from captures.survey import survey
from captures.synthetic import Conversation

CLIENT, SERVER = 0, 1
BEGAN = 1_790_000_000_000_000_000
REQUEST = b"POST /tickets?token=hidden HTTP/1.1\r\nHost: provider.example\r\nContent-Length: 3\r\n\r\nabc"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@dataclass(frozen=True)
class Spoken:
    """What went over the wire, piece by piece, and the key log lines of it."""

    pieces: tuple[tuple[int, bytes], ...]
    keys: bytes


@dataclass
class Talk:
    """How two ends are made to talk; the defaults work."""

    tls: str = "TLSv1.3"
    ciphers: str = ""
    client_certificate: bool = True
    trusted: bool = True
    large: int = 0
    """Octets of a body that the server sends."""


def speak(pki: Path, talk: Talk, keys: Path) -> Spoken:
    """Two contexts of this Python shake hands and speak HTTP; whatever they refuse ends it."""
    ends = tuple(_context(pki, talk, keys, side) for side in (CLIENT, SERVER))
    bios = [(ssl.MemoryBIO(), ssl.MemoryBIO()) for _ in ends]
    peers = [
        ends[CLIENT].wrap_bio(*bios[CLIENT], server_hostname="localhost"),
        ends[SERVER].wrap_bio(*bios[SERVER], server_side=True),
    ]
    pieces: list[tuple[int, bytes]] = []

    def carry() -> bool:
        moved = False
        for side in (CLIENT, SERVER):
            while bios[side][1].pending:
                data = bios[side][1].read(16_000)
                pieces.append((side, data))
                bios[1 - side][0].write(data)
                moved = True
        return moved

    def until_quiet(*steps: Callable[[], object]) -> None:
        for _ in range(20):
            for step in steps:
                try:
                    step()
                except ssl.SSLWantReadError:
                    continue
                except ssl.SSLError:
                    carry()
                    return
            if not carry():
                return

    until_quiet(peers[CLIENT].do_handshake, peers[SERVER].do_handshake)
    for data, side in ((REQUEST, CLIENT), (ANSWER.replace(b"ok", b"ok" + b"x" * talk.large), SERVER)):
        try:
            peers[side].write(data)
        except ssl.SSLError:
            break
        until_quiet(lambda side=side: peers[1 - side].read(1 << 20))  # type: ignore[misc]
    for side in (SERVER, CLIENT):
        with contextlib.suppress(ssl.SSLError, ValueError):
            peers[side].unwrap()
        carry()
    lines = keys.read_bytes() if keys.exists() else b""
    return Spoken(tuple(pieces), lines)


def _context(pki: Path, talk: Talk, keys: Path, side: int) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if side else ssl.PROTOCOL_TLS_CLIENT)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = ssl.TLSVersion[talk.tls.replace(".", "_")]
    if talk.ciphers:
        context.set_ciphers(f"{talk.ciphers}:@SECLEVEL=0")
    context.load_verify_locations(pki / ("root-ca.pem" if talk.trusted or side else "acme-client.pem"))
    if side == SERVER:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_cert_chain(pki / "provider.pem", pki / "provider.key")
    else:
        context.keylog_filename = str(keys)
        if talk.client_certificate:
            context.load_cert_chain(pki / "acme-client.pem", pki / "acme-client.key")
    return context


def as_frames(
    spoken: Spoken, ours: tuple[str, int] = ("10.0.0.1", 40_000), theirs: tuple[str, int] = ("10.0.0.2", 443)
) -> list[Frame]:
    """The talk as Ethernet frames, with SYN and FIN around it, a millisecond apart."""
    said = Conversation(ours, theirs, 1)
    found = [said.syn(CLIENT), said.syn_ack(SERVER), said.ack(CLIENT)]
    for side, data in spoken.pieces:
        found += said.payload(side, data)
    found += [said.fin(CLIENT), said.fin(SERVER), said.ack(CLIENT)]
    return [Frame(BEGAN + number * 1_000_000, 1, data, len(data)) for number, data in enumerate(found)]


def pcapng(frames: Iterator[Frame] | list[Frame], keys: bytes = b"") -> bytes:
    """Frames as a pcapng file."""
    secrets = writing.secrets(keys) if keys else b""
    return writing.file_header("test") + secrets + b"".join(writing.packet(one.time, one.data) for one in frames)


def pcap(frames: list[Frame], *, link: int = 1, order: str = "<", nanoseconds: bool = False) -> bytes:
    """Frames as a classic pcap file."""
    magic = 0xA1B23C4D if nanoseconds else 0xA1B2C3D4
    unit = 1 if nanoseconds else 1000
    head = struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, 262_144, link)
    body = b"".join(
        struct.pack(order + "IIII", one.time // 10**9, one.time % 10**9 // unit, len(one.data), one.length) + one.data
        for one in frames
    )
    return head + body


def surveyed(file: bytes, keys: bytes = b"") -> Survey:
    """The file's survey."""
    known = KeyLog()
    known.add(keys)
    return survey(BytesIO(file), known)


def only(file: bytes, keys: bytes = b"") -> Connection:
    """The file's only connection."""
    (found,) = surveyed(file, keys).connections
    return found


def names_of(connection: Connection) -> list[str]:
    """The names of its messages, in their order."""
    return [one.entry.message.name for one in connection.said]
