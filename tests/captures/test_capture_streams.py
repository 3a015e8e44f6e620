"""TCP put in order: whatever way the frames came, the story is the same; what is missing is said."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from captures import flows
from captures.frames import Frame
from captures.streams import Stream
from tests.captures.talking import Spoken, as_frames, names_of, only, pcap, pcapng, surveyed

Ask = Callable[..., Spoken]


def shuffled(frames: list[Frame], seed: int) -> list[Frame]:
    """Frames that overtake each other by up to six places; the SYN stays first."""
    order = random.Random(seed)
    places = sorted(range(1, len(frames)), key=lambda place: place + order.random() * 6)
    return [frames[0], *(frames[place] for place in places)]


@pytest.mark.parametrize("tls", ["TLSv1.2", "TLSv1.3"])
@pytest.mark.parametrize("seed", range(4))
def test_frames_in_another_order(tls: str, seed: int, spoken: Ask) -> None:
    """Frames that overtake each other, in either direction, change nothing."""
    talk = spoken(tls=tls, large=20_000)
    straight = only(pcapng(as_frames(talk)), talk.keys)

    found = only(pcapng(shuffled(as_frames(talk), seed)), talk.keys)

    assert sorted(names_of(found)) == sorted(names_of(straight))
    assert found.http.status == 200
    assert found.octets == straight.octets
    assert found.missing == ()


def test_frames_that_come_twice(spoken: Ask) -> None:
    """What is sent again, whole, in part or across two segments, counts once."""
    talk = spoken(tls="TLSv1.3", large=20_000)
    frames = as_frames(talk)
    again = [copy for one in frames for copy in (one, one)]

    found = only(pcapng(again), talk.keys)

    assert names_of(found) == names_of(only(pcapng(frames), talk.keys))
    assert found.http.status == 200


class Heard:
    """A sink that remembers."""

    def __init__(self) -> None:
        self.told: list[bytes | int] = []

    def feed(self, data: bytes, time: int) -> None:
        """Octets."""
        self.told.append(data)

    def miss(self, count: int, time: int) -> None:
        """A gap."""
        self.told.append(count)


@pytest.mark.parametrize(
    ("segments", "told"),
    [
        pytest.param([(0, b"abc"), (3, b"def")], [b"abc", b"def"], id="in-order"),
        pytest.param([(0, b"abc"), (0, b"abcdef")], [b"abc", b"def"], id="longer-copy"),
        pytest.param([(0, b"abc"), (2, b"cdef")], [b"abc", b"def"], id="overlap"),
        pytest.param([(0, b"abc"), (2, b"c")], [b"abc"], id="keep-alive"),
        pytest.param([(3, b"def"), (0, b"abcd")], [b"abcd", b"ef"], id="overlap-ahead"),
        pytest.param([(3, b"d"), (3, b"def"), (0, b"abc")], [b"abc", b"def"], id="longer-copy-ahead"),
        pytest.param([(0, b"abc"), (5, b"fg")], [b"abc", 2, b"fg"], id="gap"),
        pytest.param([(0, b"abc"), (5, b"fg"), (9, b"j")], [b"abc", 2, b"fg", 2, b"j"], id="two-gaps"),
    ],
)
@pytest.mark.parametrize("begin", [0, (1 << 32) - 4])
def test_segments_become_a_stream(segments: list[tuple[int, bytes]], told: list[bytes | int], begin: int) -> None:
    """Overlaps are cut, gaps are numbers, and sequence numbers begin again at 2**32."""
    heard = Heard()
    stream = Stream(heard)
    stream.begin((begin - 1) % (1 << 32))
    for seq, data in segments:
        stream.take((begin + seq) % (1 << 32), data, 0, 0)
    stream.finish()

    assert heard.told == told
    assert stream.held == 0


def test_what_waits_is_bounded() -> None:
    """A first segment that never comes: what waits is handed on before it is too much."""
    heard = Heard()
    stream = Stream(heard)
    stream.begin(0)
    for number in range(2_000):
        stream.take(100 + number * 1_000, b"x" * 1_000, 0, 0)
        assert stream.held <= 1 << 20

    assert heard.told[0] == 99


def test_a_lost_frame_of_a_download_costs_nothing_else(spoken: Ask) -> None:
    """A gap within a record that nobody looks into: the rest is read, also what is sealed behind it."""
    talk = spoken(tls="TLSv1.3", large=60_000)
    frames = as_frames(talk)
    large = [place for place, one in enumerate(frames) if len(one.data) > 1_500]
    del frames[large[-6]]

    found = only(pcapng(frames), talk.keys)

    assert found.http.status == 200
    assert [alert.description_name for _, by, alert in found.alerts if by == "server"] == ["close_notify"]
    assert any("octets of the server were not captured" in sentence for sentence in found.missing)


def test_a_lost_frame_of_the_handshake_is_said(spoken: Ask) -> None:
    """Messages that are not whole are not told, and nothing is made of them."""
    talk = spoken(tls="TLSv1.2")
    frames = as_frames(talk)
    server = [place for place, one in enumerate(frames) if one.data[36:38] == (40_000).to_bytes(2, "big")]
    del frames[max(server, key=lambda place: len(frames[place].data))]

    found = only(pcapng(frames))

    assert found.chain("server") is None
    assert found.asked == "unknown"
    assert any("octets of the server were not captured" in sentence for sentence in found.missing)


@pytest.mark.parametrize("tls", ["TLSv1.2", "TLSv1.3"])
def test_a_capture_that_begins_later(tls: str, spoken: Ask) -> None:
    """Without the hellos nothing of a session can be told but that it was TLS; sealed octets are no messages."""
    talk = spoken(tls=tls, large=20_000)
    frames = as_frames(talk)

    for skipped in (4, 5, 6, 7, 9, 12, 20, len(frames) - 5):
        found = surveyed(pcapng(frames[skipped:]), talk.keys).connections
        for one in found:
            assert one.known_by in ("port", "client_hello")
            assert any("begins in mid-connection" in sentence for sentence in one.missing)
            assert all(alert.level in (1, 2) for _, _, alert in one.alerts)
            assert set(names_of(one)) <= {"change_cipher_spec", *names_of(only(pcapng(frames), talk.keys))}, skipped


def test_a_snapshot_length_cuts(spoken: Ask) -> None:
    """With the first 120 octets of each frame small messages are read, large ones are said to be cut."""
    talk = spoken(tls="TLSv1.2")
    cut = [one._replace(data=one.data[:120]) for one in as_frames(talk)]

    found = only(pcap(cut))

    assert found.octets == only(pcapng(as_frames(talk))).octets
    assert found.chain("server") is None
    assert any("snapshot length" in sentence for sentence in found.missing)


def test_one_direction_alone(spoken: Ask) -> None:
    """A capture of the client's side only says so."""
    talk = spoken(tls="TLSv1.2")
    mine = [one for one in as_frames(talk) if one.data[34:36] == (40_000).to_bytes(2, "big")]

    found = only(pcapng(mine))

    assert found.hello is not None
    assert "nothing of what the server sent was captured" in found.missing


def test_the_same_ports_again(spoken: Ask) -> None:
    """A new SYN with another number on the same ports is another connection."""
    first, second = spoken(tls="TLSv1.2"), spoken(tls="TLSv1.3")
    later = as_frames(second)
    moved = [one._replace(data=_renumbered(one.data)) for one in later]

    found = surveyed(pcapng([*as_frames(first), *moved])).connections

    assert [one.version for one in found] == ["TLSv1.2", "TLSv1.3"]


def _renumbered(data: bytes) -> bytes:
    """The frame with other sequence numbers (its checksum is nobody's concern)."""

    def moved(at: int) -> bytes:
        return ((int.from_bytes(data[at : at + 4], "big") + 7_777_777) % (1 << 32)).to_bytes(4, "big")

    return data[:38] + moved(38) + moved(42) + data[46:]


def test_many_connections_in_a_bounded_memory(spoken: Ask, linear: Callable[..., None]) -> None:
    """Of thousands of connections a thousand are told, the troubled ones first; the cost is linear."""
    talk = Spoken(((0, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"), (1, b"HTTP/1.1 200 OK\r\nA: b\r\n\r\n")), b"")
    bad = Spoken((talk.pieces[0], (1, b"HTTP/1.1 500 No\r\nA: b\r\n\r\n")), b"")

    def file(count: int) -> bytes:
        frames: list[Frame] = []
        for number in range(count):
            ours = (f"10.1.{number // 250}.{number % 250}", 40_000)
            frames += as_frames(bad if number % 10 == 9 else talk, ours, ("10.0.0.2", 80))
        return pcapng(frames)

    found = surveyed(file(1_300))

    assert found.total == 1_300
    assert len(found.connections) == 1_000
    assert sum(one.http.status == 500 for one in found.connections) == 130
    assert "300 connections without a trouble were counted, and are not told one by one" in found.left_out
    files = {size: file(size) for size in (15, 120)}
    linear(lambda size: surveyed(files[size]), 15)


def test_a_long_download_is_passed_over(linear: Callable[..., None]) -> None:
    """Eight times the payload costs eight times, not more, and nothing of it is kept."""
    record = b"\x17\x03\x03\x40\x00" + bytes(16_384)
    files = {size: pcapng(as_frames(Spoken(((1, record * size),), b""))) for size in (10, 80)}

    linear(lambda size: surveyed(files[size]), 10)


def test_connections_at_a_time_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Too many at a time, or too much that waits in them: the eldest or largest is told as far as it went, once."""
    half = Spoken(((0, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"),), b"")
    frames: list[Frame] = []
    for number in range(30):
        frames += as_frames(half, (f"10.1.0.{number}", 40_000), ("10.0.0.2", 80))[:4]
    waiting = Spoken(((0, b"\x16\x03\x03\x40\x00\x01" + bytes(1_000)),), b"")
    monkeypatch.setattr(flows, "_MOST_OPEN", 10)
    few = surveyed(pcapng(frames))
    monkeypatch.setattr(flows, "_MOST_OPEN", 1_000)
    monkeypatch.setattr(flows, "_MOST_HELD_BYTES", 5_000)
    frames = []
    for number in range(30):
        frames += as_frames(waiting, (f"10.1.0.{number}", 40_000), ("10.0.0.2", 443))[:4]
    light = surveyed(pcapng(frames))

    assert few.total == light.total == 30
    assert few.left_out == ("20 connections were open when too many others began: they were followed no further",)
    assert any("held too many octets" in sentence for sentence in light.left_out)


def test_a_connection_tells_a_bounded_story() -> None:
    """Messages without end, a message of megabytes, a prelude without end: counted, and not kept."""
    request = b"\x16\x03\x03\x00\x04\x0e\x00\x00\x00"
    hello = b"\x16\x03\x01\x00\x04\x01\x00\x00\x00"
    chatter = only(pcapng(as_frames(Spoken(((0, hello + request * 500),), b""))))
    huge = only(pcapng(as_frames(Spoken(((0, b"\x16\x03\x01\x00\x04\x01\xff\xff\xff" + request),), b""))))
    endless = only(pcapng(as_frames(Spoken(((0, b"hello, this is no TLS\n" * 5_000),), b""))))

    assert len(chatter.said) <= 60
    assert any("later messages are not told" in sentence for sentence in chatter.missing)
    assert "1 handshake messages could not be read" in huge.missing
    assert endless.protocol == "other"
