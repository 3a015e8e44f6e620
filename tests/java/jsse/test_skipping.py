"""What OpenSSL is to read of a message keeps its length, and differs only where JSSE skips and OpenSSL would refuse."""

from __future__ import annotations

import pytest

from sn_mock.java.jsse.reading.skipping import NOBODYS, Skipping
from sn_mock.java.lang.jdk import named

_OF_12 = Skipping(frozenset({23, 0xFF01}), sealed=False, java=named(17))
_OF_13 = Skipping(frozenset(), sealed=True, java=named(17), session=b"s" * 32)


def _block(*extensions: tuple[int, bytes]) -> bytes:
    said = b"".join(number.to_bytes(2, "big") + len(body).to_bytes(2, "big") + body for number, body in extensions)
    return len(said).to_bytes(2, "big") + said


def _message(kind: int, body: bytes) -> bytes:
    return bytes((kind,)) + len(body).to_bytes(3, "big") + body


def _hello(*extensions: tuple[int, bytes], session: bytes = b"") -> bytes:
    fixed = b"\3\3" + bytes(32) + bytes((len(session),)) + session + b"\xc0\x2f\0"
    return _message(2, fixed + _block(*extensions))


def test_an_unasked_extension_is_renamed_and_an_asked_one_is_kept() -> None:
    """The number alone changes."""
    read = _OF_12.read_by_openssl(_hello((22, b""), (23, b"")))

    assert read == _hello((int.from_bytes(NOBODYS, "big"), b""), (23, b""))


def test_of_two_the_last_is_kept() -> None:
    """As JSSE keeps it; and only where OpenSSL can read it."""
    skipped = int.from_bytes(NOBODYS, "big")

    assert _OF_12.read_by_openssl(_hello((23, b""), (23, b""))) == _hello((skipped, b""), (23, b""))
    assert _OF_12.read_by_openssl(_hello((0xFF01, b"\0\0"))) == _hello((skipped, b"\0\0"))


def test_of_two_announcements_of_many_statuses_the_last_is_kept_as_one_of_a_single_one() -> None:
    """status_request_v2 (17) is asked for by Java alone; of OpenSSL's own (5) there is one at most."""
    skipped = int.from_bytes(NOBODYS, "big")

    assert _OF_12.read_by_openssl(_hello((17, b""), (23, b""), (17, b""))) == _hello(
        (skipped, b""), (23, b""), (5, b"")
    )
    assert _OF_12.read_by_openssl(_hello((17, b""), (5, b""))) == _hello((skipped, b""), (5, b""))


@pytest.mark.parametrize(
    "message",
    [
        _hello((23, b"")),
        _hello()[:-1],
        _hello((22, b""))[:-2],
        _message(8, _block((22, b""))),
        b"",
    ],
)
def test_the_rest_stays_as_it_is(message: bytes) -> None:
    """Healthy messages, cut ones, and those of TLS 1.3 in TLS 1.2."""
    assert _OF_12.read_by_openssl(message) == message


def test_a_session_id_is_read_as_the_clients() -> None:
    """Of the same length only: a message cannot grow."""
    usual = (43, b"\3\4"), (51, b"\0\x1d\0\0")

    assert _OF_13.read_by_openssl(_hello(*usual, session=bytes(32))) == _hello(*usual, session=b"s" * 32)
    assert _OF_13.read_by_openssl(_hello(*usual, session=b"x")) == _hello(*usual, session=b"x")


@pytest.mark.parametrize("more", [1, 2, 3, 8])
def test_what_stands_behind_the_extensions_is_in_one_of_nobodys(more: int) -> None:
    """JSSE reads no further than the extensions; the point formats make room where the rest is short."""
    said = _hello((0xFF01, b"\0"), (11, b"\3\0\1\2"), (23, b""))
    message = _message(2, said[4:] + bytes(more))

    read = _OF_12.read_by_openssl(message)

    assert read == _hello((0xFF01, b"\0"), (23, b""), (int.from_bytes(NOBODYS, "big"), bytes(4 + more)))


def test_without_room_the_message_stays() -> None:
    """Two octets are no extension, and neither of those that TLS 1.3 needs can go."""
    message = _message(2, _hello((43, b"\3\4"), (51, b"\0\x1d\0\0"))[4:] + bytes(2))

    assert _OF_13.read_by_openssl(message) == message
