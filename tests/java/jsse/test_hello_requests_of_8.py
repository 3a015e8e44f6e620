"""What Java 8u252 waits for behind the end of a handshake: a ClientHello, for a HelloRequest in the middle of it; the
rest of a message that began behind the ServerHelloDone."""

from __future__ import annotations

import time

import pytest

from sn_mock.java.jsse.reading.reader_of_8 import ReaderOf8
from sn_mock.java.jsse.reading.records import ALERT, APPLICATION_DATA, CHANGE_CIPHER_SPEC, HANDSHAKE, written
from tests.parity.honest_server import Manner
from tests.parity.octets import BASE_POINT, message, vector
from tests.parity.odd_servers import OddCase
from tests.parity.peers import asked_ours

_HELLO_REQUEST = message(0, b"")
_SUITE = 0xC02F
_HELLO = message(2, b"\3\3" + bytes(32) + b"\0" + _SUITE.to_bytes(2, "big") + b"\0")
_CERTIFICATE = message(11, vector(3, vector(3, b"\x30\0")))
_EXCHANGE = message(12, b"\3\0\x17" + vector(1, BASE_POINT) + b"\4\1" + vector(2, bytes(256)))
_DONE = message(14, b"")
_FLIGHT = (_HELLO, _CERTIFICATE, _EXCHANGE, _DONE)
_CHANGED = written(CHANGE_CIPHER_SPEC, b"\1", 0x0303)


def _after(*messages: bytes) -> ReaderOf8:
    reader = ReaderOf8(("TLSv1.2",), frozenset({_SUITE}), False, lambda _: ())
    for one in messages:
        reader.feed(written(HANDSHAKE, one))
    return reader


def _asked(at: int) -> tuple[bytes, ...]:
    return (*_FLIGHT[:at], _HELLO_REQUEST, *_FLIGHT[at:])


@pytest.mark.parametrize("at", [1, 2, 3, 4])
def test_what_ends_the_handshake_is_not_handed_on(at: int) -> None:
    """The order of messages has a ClientHello behind the server's Finished: the client waits for it."""
    reader = _after(*_asked(at))
    finished = _CHANGED + written(HANDSHAKE, bytes(40), 0x0303)

    reader.feed(finished)

    assert (reader.fault, reader.transparent) == (None, False)
    assert reader.feed(written(ALERT, bytes(26), 0x0303)) == b""
    assert _after(*_FLIGHT).feed(finished) == finished


def test_data_and_another_change_end_the_wait() -> None:
    """What nobody can take in that state."""
    reader, changed = _after(*_asked(2)), _after(*_asked(2))
    reader.feed(_CHANGED + written(APPLICATION_DATA, bytes(40), 0x0303))
    changed.feed(_CHANGED + _CHANGED)

    assert reader.fault is not None
    assert reader.fault.text == "Data received in non-data state: 1"
    assert changed.fault is not None
    assert changed.fault.text == "ChangeCipherSpec message sequence violation"


@pytest.mark.parametrize(
    ("behind", "told"),
    [
        ("14", None),
        ("000000", None),
        ("14000000ff", "Handshake message sequence violation, 20"),
        ("1400000c", "server 'finished' message doesn't verify"),
        ("1400001000", "server 'finished' message doesn't verify"),
        ("0b000010", "Handshake message sequence violation, 11"),
        ("0b000011", None),
        ("00000005", None),
    ],
)
def test_a_message_that_begins_behind_the_last_goes_on_in_the_finished(behind: str, told: str | None) -> None:
    """It is taken for what it says where the Finished makes it whole, and waited for where not (measured on 8u252)."""
    reader = _after(*_FLIGHT[:3])
    reader.feed(written(HANDSHAKE, _DONE + bytes.fromhex(behind)))
    assert reader.feed(_CHANGED + written(HANDSHAKE, bytes(40), 0x0303)) in (b"", _CHANGED)

    assert reader.transparent is False
    assert (reader.fault and reader.fault.text) == told


def test_a_long_message_in_small_records_is_read_in_linear_time() -> None:
    """A message has no limit but its length of 24 bits: what has come of it is not copied with every record."""

    def seconds(size: int) -> float:
        reader, body = _after(), b"\2" + size.to_bytes(3, "big") + bytes(size)
        records = b"".join(written(HANDSHAKE, body[at : at + 64]) for at in range(0, size - 64, 64))
        began = time.process_time()
        reader.feed(records)
        return time.process_time() - began

    assert seconds(1_600_000) < 100 * max(seconds(100_000), 0.01)


@pytest.mark.parametrize(
    ("second", "told"),
    [
        (_CERTIFICATE, "Handshake message sequence violation, 11"),
        (_DONE, "Handshake message sequence violation, 14"),
        (message(1, b""), "Illegal client handshake msg, 1"),
    ],
)
def test_in_front_of_the_server_hello_it_is_the_next_in_order(second: bytes, told: str) -> None:
    """The ClientHello then stands in front of the Certificate; without it the Certificate is taken."""
    refused = _after(_HELLO_REQUEST, _HELLO, second).fault

    assert refused is not None
    assert refused.text == told
    assert _after(_HELLO, _CERTIFICATE).fault is None


@pytest.mark.parametrize(
    ("java", "status", "exception"),
    [
        (8, None, [["java.net.SocketTimeoutException", "Read timed out"]]),
        ("8u261", 200, []),
        (11, 200, []),
    ],
)
def test_a_call_to_such_a_provider(java: int | str, status: int | None, exception: list[list[str]]) -> None:
    """Of Java 8 it ends by its time limit, over one connection; since 8u261 the HelloRequest is passed over."""
    asking = OddCase("asks", Manner("1.2", _SUITE, after_hello=((HANDSHAKE, _HELLO_REQUEST),)))

    told = asked_ours(asking, "commons-httpclient-3.1", java)

    assert told == {"status": status, "exception": exception, "connections": 1}
