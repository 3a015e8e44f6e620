"""What JSSE makes of records and messages that come in the clear; measured on 8u504, 11.0.13, 17.0.15 and 21.0.8."""

from __future__ import annotations

import pytest

from sn_mock.java.jsse.reading.fault import ILLEGAL_PARAMETER, FaultError
from sn_mock.java.jsse.reading.reader import ServerReader, short_fault
from sn_mock.java.jsse.reading.records import ALERT, HANDSHAKE, Messages, written
from sn_mock.java.jsse.reading.server_hello import Offer, read
from sn_mock.java.lang.jdk import named
from tests.parity.octets import message

_SUITE = 0xC02F
_WARNING = 1


def _offer(*versions: str) -> Offer:
    return Offer(versions, frozenset({_SUITE}), False, named(17))


def _hello(version: int, ending: bytes, suite: int = _SUITE) -> bytes:
    return version.to_bytes(2, "big") + bytes(24) + ending + b"\0" + suite.to_bytes(2, "big") + b"\0"


@pytest.mark.parametrize(
    ("offered", "chosen", "ending", "refused"),
    [
        (("TLS13", "TLS12"), 0x0303, b"DOWNGRD\1", True),
        (("TLS13", "TLS12"), 0x0303, b"DOWNGRD\0", True),
        (("TLS13", "TLS12"), 0x0303, b"DOWNGRD\2", False),
        (("TLS12", "TLS11"), 0x0303, b"DOWNGRD\0", False),
        (("TLS12", "TLS11"), 0x0302, b"DOWNGRD\0", True),
        (("TLS12", "TLS11"), 0x0302, b"DOWNGRD\1", False),
        (("TLS11", "TLS10"), 0x0301, b"DOWNGRD\0", False),
    ],
)
def test_a_server_that_would_have_chosen_a_newer_version(
    offered: tuple[str, ...], chosen: int, ending: bytes, refused: bool
) -> None:
    """It says so at the end of its random, and is believed where that version was offered."""
    hello = _hello(chosen, ending)
    if not refused:
        assert read(hello, _offer(*offered)).suite == _SUITE
        return
    with pytest.raises(FaultError) as raised:
        read(hello, _offer(*offered))
    assert raised.value.fault.text == "A potential protocol version downgrade attack"
    assert raised.value.fault.alert == ILLEGAL_PARAMETER


@pytest.mark.parametrize(("description", "handed"), [(90, 4), (80, 4), (41, 100), (0, 100), (255, 100)])
def test_warnings_that_jsse_passes_over_have_no_number(description: int, handed: int) -> None:
    """OpenSSL counts them, so it is given a few; those that end a handshake are handed on."""
    reader = ServerReader(_offer("TLS12"), lambda _: ())
    warning = written(ALERT, bytes((_WARNING, description)))

    assert reader.feed(warning * 100) == warning * handed
    assert reader.fault is None


def test_a_record_s_messages_are_found_before_one_is_looked_into() -> None:
    """One that nobody knows ends the connection, whatever stands before it."""
    reader = ServerReader(_offer("TLS12"), lambda _: ())
    improper = message(2, _hello(0x0303, bytes(8), suite=0x1234))

    assert reader.feed(written(HANDSHAKE, improper + message(99, b""))) == b""
    assert reader.fault is not None
    assert reader.fault.text == "Unknown handshake type size, Handshake.msg_type = 99"


def test_a_message_in_pieces_is_whole_once() -> None:
    """Until then nothing comes out; what has begun is there to read."""
    messages, said = Messages(), message(8, bytes(300))

    assert [messages.feed(said[at : at + 1]) for at in range(len(said) - 1)] == [[]] * (len(said) - 1)
    assert messages.begun == said[:-1]
    assert messages.feed(said[-1:] + said) == [said, said]
    assert not messages.incomplete


@pytest.mark.parametrize(
    ("suite", "size", "told"),
    [
        ("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", 23, "Needs to be more than or equal to IV size (8) + tag size (16)"),
        ("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", 24, None),
        ("TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", 16, "Needs to be more than tag size (16)"),
        ("TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", 17, None),
        ("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256", 0, None),
    ],
)
def test_a_sealed_record_of_tls_1_2_that_is_too_short(suite: str, size: int, told: str | None) -> None:
    """It has no room for a nonce and a tag; of suites without a tag nothing is said."""
    fault = short_fault([bytes(5 + size)], suite)

    assert (fault and fault.text and fault.text.partition(". ")[2]) == told
