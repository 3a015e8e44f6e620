"""The writes of a flight, as system call traces of Java show them (8u252, 11.0.13, 17.0.15, 21.0.8)."""

from __future__ import annotations

import pytest

from sn_mock.java.jsse.flight import CHECKING_MS, SIGNING_MS, Piece, messages, pieces


def record(content_type: int, body: bytes) -> bytes:
    """A record of TLS 1.2."""
    return bytes((content_type, 3, 3)) + len(body).to_bytes(2, "big") + body


def message(handshake_type: int) -> bytes:
    """A handshake message in a record of its own."""
    return record(22, bytes((handshake_type, 0, 0, 1, 7)))


HELLO, CERTIFICATE, KEY_EXCHANGE, VERIFY = (message(kind) for kind in (1, 11, 16, 15))
CHANGE, FINISHED = record(20, b"\1"), record(22, b"\xf3" * 40)
SEALED = tuple(record(23, bytes((number,)) * 30) for number in range(3))


def writes(*records: bytes, signs: bool = True, gathered: bool = False) -> list[tuple[bytes, int]]:
    """What is written, and how long Java computes before it."""
    told = pieces(b"".join(records), signs=signs, gathered=gathered)
    return [(piece.octets, piece.computing_ms) for piece in told]


def test_a_signature_takes_time() -> None:
    """TLS 1.2: before the CertificateVerify Java signs; the twin without a certificate has nothing to sign."""
    found = writes(CERTIFICATE, KEY_EXCHANGE, VERIFY, CHANGE, FINISHED)
    assert found == [(CERTIFICATE + KEY_EXCHANGE, 0), (VERIFY, SIGNING_MS), (CHANGE + FINISHED, 0)]
    assert writes(KEY_EXCHANGE, CHANGE, FINISHED, signs=False) == [(KEY_EXCHANGE + CHANGE + FINISHED, 0)]


def test_what_is_enciphered_is_no_signature() -> None:
    """TLS 1.2: one Finished in 256 begins, enciphered, with the number of a CertificateVerify."""
    finished = record(22, b"\x0f" + b"\xf3" * 39)
    found = writes(CERTIFICATE, KEY_EXCHANGE, VERIFY, CHANGE, finished)
    assert found == [(CERTIFICATE + KEY_EXCHANGE, 0), (VERIFY, SIGNING_MS), (CHANGE + finished, 0)]
    assert writes(KEY_EXCHANGE, CHANGE, finished, signs=False) == [(KEY_EXCHANGE + CHANGE + finished, 0)]


def test_the_change_of_tls_13_goes_out_before_the_chain_is_checked() -> None:
    """TLS 1.3: ChangeCipherSpec at once, then Java checks the chain; then it signs, and says Finished."""
    assert writes(CHANGE, *SEALED) == [
        (CHANGE, 0),
        (SEALED[0], CHECKING_MS),
        (SEALED[1], SIGNING_MS),
        (SEALED[2], 0),
    ]


def test_who_has_no_certificate_signs_nothing() -> None:
    """TLS 1.3: an empty Certificate and Finished."""
    assert writes(CHANGE, *SEALED[:2], signs=False) == [(CHANGE, 0), (SEALED[0] + SEALED[1], CHECKING_MS)]


def test_the_chain_is_checked_also_where_the_change_went_out_before() -> None:
    """With a HelloRetryRequest the ChangeCipherSpec went with the second ClientHello; the chain is checked as ever."""
    assert writes(*SEALED) == [(SEALED[0], CHECKING_MS), (SEALED[1], SIGNING_MS), (SEALED[2], 0)]
    assert writes(*SEALED[:2], signs=False) == [(SEALED[0] + SEALED[1], CHECKING_MS)]
    assert writes(CHANGE, HELLO) == [(CHANGE + HELLO, 0)]


def test_a_flight_that_the_system_gathers_is_one_write() -> None:
    """Before TCP_NODELAY is set, all goes out together."""
    assert writes(CHANGE, *SEALED, gathered=True) == [(CHANGE + b"".join(SEALED), 0)]


@pytest.mark.parametrize("octets", [b"", HELLO, HELLO[:-1], VERIFY + b"\x16\x03"], ids=["none", "one", "cut", "behind"])
def test_nothing_is_lost(octets: bytes) -> None:
    """One record, no record, and what is no whole record go out as they are."""
    assert b"".join(octet for octet, _ in writes(octets)) == octets


def test_a_message_of_several_records_is_one() -> None:
    """A chain of more than 16 KiB goes on in the next record; the twins are two messages."""
    assert messages([Piece(record(22, b"\x0b" * 16_384) + record(22, b"\1" * 9)), Piece(VERIFY)]) == 2
    assert messages([Piece(CERTIFICATE + VERIFY)]) == 2
    assert messages([]) == 0
