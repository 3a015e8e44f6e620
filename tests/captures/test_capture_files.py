"""Capture files of every kind tell the same connection; what is damaged or cut is said."""

from __future__ import annotations

import struct
from collections.abc import Callable
from io import BytesIO

import pytest

from captures.frames import CaptureError, Frame
from captures.key_log import KeyLog
from captures.survey import survey
from tests.captures.talking import BEGAN, Spoken, as_frames, names_of, only, pcap, pcapng, surveyed

Ask = Callable[..., Spoken]


def block(order: str, kind: int, body: bytes) -> bytes:
    """A pcapng block in that byte order."""
    body += b"\0" * (-len(body) % 4)
    size = struct.pack(order + "I", 12 + len(body))
    return struct.pack(order + "I", kind) + size + body + size


def section(order: str) -> bytes:
    """A section header."""
    return block(order, 0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1))


def interface(order: str, options: bytes = b"", link: int = 1) -> bytes:
    """An interface description."""
    return block(order, 1, struct.pack(order + "HHI", link, 0, 0) + options)


def enhanced(order: str, frame: Frame, ticks: int, number: int = 0) -> bytes:
    """An enhanced packet block."""
    head = struct.pack(order + "IIIII", number, ticks >> 32, ticks & 0xFFFFFFFF, len(frame.data), frame.length)
    return block(order, 6, head + frame.data)


def of_blocks(order: str, frames: list[Frame]) -> bytes:
    """pcapng in microseconds, the file's default."""
    return section(order) + interface(order) + b"".join(enhanced(order, one, one.time // 1000) for one in frames)


def of_binary_seconds(order: str, frames: list[Frame]) -> bytes:
    """pcapng with a resolution of 2**-10 s, and an offset in seconds."""
    options = struct.pack(order + "HHB3x", 9, 1, 0x8A) + struct.pack(order + "HHq", 14, 8, BEGAN // 10**9)
    ticks = [(one.time - BEGAN) * 1024 // 10**9 for one in frames]
    packets = (enhanced(order, one, tick or 1) for one, tick in zip(frames, ticks, strict=True))
    return section(order) + interface(order, options) + b"".join(packets)


def of_old_blocks(order: str, frames: list[Frame]) -> bytes:
    """pcapng with the packet blocks of 2004, simple ones, and blocks that nobody knows."""
    told = section(order) + interface(order) + block(order, 0xBAD, b"?" * 50)
    for number, one in enumerate(frames):
        ticks = one.time // 1000
        head = struct.pack(order + "HHIIII", 0, 0, ticks >> 32, ticks & 0xFFFFFFFF, len(one.data), one.length)
        simple = struct.pack(order + "I", one.length) + one.data
        told += block(order, 3, simple) if number % 5 == 4 else block(order, 2, head + one.data)
    return told


def of_sections(order: str, frames: list[Frame]) -> bytes:
    """Two sections, the second in the other byte order."""
    other = "<" if order == ">" else ">"
    return of_blocks(order, frames[:5]) + of_blocks(other, frames[5:])


FILES: dict[str, Callable[[list[Frame]], bytes]] = {
    "pcap-little": pcap,
    "pcap-big": lambda frames: pcap(frames, order=">"),
    "pcap-nanoseconds": lambda frames: pcap(frames, nanoseconds=True),
    "pcap-big-nanoseconds": lambda frames: pcap(frames, order=">", nanoseconds=True),
    "pcapng-own": pcapng,
    "pcapng-little": lambda frames: of_blocks("<", frames),
    "pcapng-big": lambda frames: of_blocks(">", frames),
    "pcapng-binary-seconds": lambda frames: of_binary_seconds(">", frames),
    "pcapng-old-blocks": lambda frames: of_old_blocks("<", frames),
    "pcapng-sections": lambda frames: of_sections("<", frames),
}


@pytest.mark.parametrize("kind", FILES)
def test_every_kind_of_file_tells_the_same(kind: str, spoken: Ask) -> None:
    """Byte orders, resolutions, block types and sections change nothing of the story, nor of its times."""
    talk = spoken(tls="TLSv1.2")
    frames = as_frames(talk)

    found = only(FILES[kind](frames), talk.keys)

    assert found.client == ("10.0.0.1", 40_000)
    assert found.server == ("10.0.0.2", 443)
    assert found.http.answer == "HTTP/1.1 200 OK"
    assert names_of(found) == names_of(only(pcapng(frames), talk.keys))
    assert abs(found.began - BEGAN) <= 1_000_000 or "old" in kind
    assert found.missing == ()


IP = 14
"""Where the IP packet of an Ethernet frame begins."""
SLL2 = struct.pack(">HHIHBB8x", 0x0800, 0, 1, 1, 0, 6)
LINKS: dict[str, tuple[int, Callable[[bytes], bytes]]] = {
    "vlan": (1, lambda data: data[:12] + b"\x81\x00\x00\x07" + data[12:]),
    "vlan-in-vlan": (1, lambda data: data[:12] + b"\x88\xa8\x00\x07\x81\x00\x00\x08" + data[12:]),
    "padded": (1, lambda data: data + b"\0" * 8),
    "cooked": (113, lambda data: b"\0" * 14 + data[12:]),
    "cooked-2": (276, lambda data: SLL2 + data[IP:]),
    "raw": (101, lambda data: data[IP:]),
    "raw-bsd": (12, lambda data: data[IP:]),
    "ipv4": (228, lambda data: data[IP:]),
    "null-little": (0, lambda data: b"\x02\0\0\0" + data[IP:]),
    "null-big": (0, lambda data: b"\0\0\0\x02" + data[IP:]),
    "loop": (108, lambda data: b"\0\0\0\x02" + data[IP:]),
    "options": (1, lambda data: data[:IP] + _with_options(data[IP:])),
    "large-packet": (1, lambda data: data[:IP] + data[IP : IP + 2] + b"\0\0" + data[IP + 4 :]),
}


def _with_options(packet: bytes) -> bytes:
    """The IPv4 packet with four octets of options."""
    return b"\x46" + packet[1:2] + struct.pack(">H", len(packet) + 4) + packet[4:20] + b"\x01\x01\x01\0" + packet[20:]


@pytest.mark.parametrize("kind", LINKS)
def test_every_kind_of_link_is_read(kind: str, spoken: Ask) -> None:
    """What stands before the IP packet changes nothing of the story."""
    talk = spoken(tls="TLSv1.3")
    link, change = LINKS[kind]
    frames = as_frames(talk)
    changed = [one._replace(data=change(one.data), length=len(change(one.data))) for one in frames]

    found = only(pcap(changed, link=link), talk.keys)

    assert names_of(found) == names_of(only(pcapng(frames), talk.keys))
    assert found.http.status == 200


@pytest.mark.parametrize("extension", ["none", "hop-by-hop", "destination", "atomic-fragment"])
def test_ipv6_with_extension_headers(extension: str, spoken: Ask) -> None:
    """Extension headers are stepped over, also that of a fragment that is the whole packet."""
    talk = spoken(tls="TLSv1.3")
    frames = as_frames(talk, ("2001:db8::1", 40_000), ("2001:db8::2", 8443))
    number = {"hop-by-hop": 0, "destination": 60, "atomic-fragment": 44}.get(extension)
    if number is not None:
        header = b"\x06" + b"\0" * 7
        frames = [
            one._replace(
                data=one.data[:18]
                + struct.pack(">H", int.from_bytes(one.data[18:20], "big") + 8)
                + bytes((number,))
                + one.data[21:54]
                + header
                + one.data[54:],
                length=one.length + 8,
            )
            for one in frames
        ]

    found = only(pcapng(frames), talk.keys)

    assert found.server == ("2001:db8::2", 8443)
    assert found.to_json()["server"] == "[2001:db8::2]:8443"
    assert found.http.status == 200


def test_what_is_not_read_is_said(spoken: Ask) -> None:
    """Fragments, unknown links, QUIC, dropped frames and a cut end are counted in sentences."""
    talk = spoken(tls="TLSv1.3")
    frames = as_frames(talk)
    fragments = [one._replace(data=one.data[:20] + b"\x20\x00" + one.data[22:]) for one in frames[:2]]
    udp = frames[0].data[:23] + b"\x11" + frames[0].data[24:34] + struct.pack(">HHHH", 50_000, 443, 8, 0)
    statistics = block("<", 5, struct.pack("<III", 0, 0, 0) + struct.pack("<HHQ", 5, 8, 7) + bytes(4))
    file = (
        section("<")
        + interface("<")
        + interface("<", link=127)
        + b"".join(enhanced("<", one, one.time // 1000) for one in [*fragments, Frame(BEGAN, 1, udp, len(udp))])
        + enhanced("<", frames[0], 1, number=1)
        + enhanced("<", frames[0], 1, number=9)
        + statistics
        + enhanced("<", frames[0], 1)[:-9]
    )

    said = "\n".join(surveyed(file).left_out)

    assert "2 IPv4 fragments were not put together" in said
    assert "1 frames of link type 127 were not read" in said
    assert "1 UDP datagrams of port 443" in said
    assert "1 frames name an interface" in said
    assert "7 frames were dropped while it was captured" in said
    assert "the file ends within a frame" in said


@pytest.mark.parametrize("kind", ["pcap-little", "pcapng-little"])
def test_damage_ends_the_reading_and_not_the_story(kind: str, spoken: Ask) -> None:
    """A length that cannot be: what stands before it is told, and that the rest is not."""
    talk = spoken(tls="TLSv1.2")
    whole = FILES[kind](as_frames(talk))
    damaged = whole + (b"\xff" * 64)

    found = surveyed(damaged, talk.keys)

    assert found.connections[0].http.status == 200
    assert any(
        "the file is damaged near octet" in sentence or "the file ends" in sentence for sentence in found.left_out
    )


@pytest.mark.parametrize(
    "start", [b"", b"text", b"\x0a\x0d\x0d\x0a", b"\xd4\xc3\xb2\xa1\x02", b"\x0a\x0d\x0d\x0a" + b"\0" * 40]
)
def test_what_is_no_capture_is_refused(start: bytes) -> None:
    """Neither magic number, or nothing behind it: one sentence, and no survey."""
    with pytest.raises(CaptureError, match=r"capture|section header|24 octets"):
        survey(BytesIO(start))


def test_a_key_log_takes_what_it_knows() -> None:
    """Comments, other labels and nonsense are passed over; a secret is never shown."""
    random, secret = "ab" * 32, "cd" * 48
    keys = KeyLog()
    keys.add(f"# a comment\nCLIENT_RANDOM {random} {secret}\r\nEXPORTER_SECRET {random} {secret}\nx\n".encode())
    keys.read(BytesIO(b"CLIENT_RANDOM " + b"0" * 5_000 + b"\nSERVER_TRAFFIC_SECRET_0 " + f"{random} {secret}".encode()))

    assert len(keys) == 2
    assert keys.secret("CLIENT_RANDOM", bytes.fromhex(random)) == bytes.fromhex(secret)
    assert not keys.knows(b"\0" * 32)
    assert secret not in repr(keys)


def test_a_clock_beyond_all_calendars() -> None:
    """Times that are no date are left out."""
    frame = as_frames(Spoken(((0, b"x"),), b""))[3]
    found = only(section("<") + interface("<") + enhanced("<", frame, (1 << 64) - 1))

    assert found.when is None
    assert found.to_json()["began"] is None
