"""Sealed records that no family of peers deals: what JDK 17 (8u252 where it says so) said of them, and sn-mock says."""

from __future__ import annotations

import socket
import time
from typing import Any, cast

import pytest

from sn_mock.java.jsse.reading import opening
from sn_mock.lab.pki import shared_pki
from sn_mock.outbound.calls.call import OutboundCall, place
from sn_mock.outbound.calls.session import Session
from tests.parity.answers import from_exchange
from tests.parity.broken_peers import usual
from tests.parity.octets import extension, message, vector
from tests.parity.peers import trusting
from tests.parity.scripted_peer import Peer
from tests.parity.tls_peer import ALERT, CHANGE_CIPHER_SPEC, HANDSHAKE, Record, Said, Tamper, tls_conversation
from tls_transcript import libssl

pytestmark = pytest.mark.skipif(libssl.available() is not None, reason=str(libssl.available()))
_ENCRYPTED = message(8, bytes(2))
_EXTENSIONS = 1
"""The place of the EncryptedExtensions in a flight."""
_ENDED = "Remote host terminated the handshake"
_UNSIGNED = "Invalid CertificateVerify signature"
_BROKEN = "Expecting a handshake fragment, but received change_cipher_spec"
_NO_CHAIN = "Empty server certificate chain"


def _answer(tamper: Tamper, tls: str, java: int, segment: int = 0) -> dict[str, Any]:
    provider = shared_pki()["provider-rsa"]
    converse = tls_conversation(provider.pem(None), provider.key_pem, tls, tamper)
    with Peer(lambda connection, number: converse(cast(socket.socket, _InTwo(connection, segment)), number)) as peer:
        call = OutboundCall(endpoint=f"https://localhost:{peer.port}/answer", body="<q/>")
        return from_exchange(place(Session(trusting("urlconnection", java)), call), peer)


def _said_of(tamper: Tamper, segment: int = 0) -> Any:
    """Status, or the first exception's text, which is None where Java's is not known."""
    said = _answer(tamper, "1.3", 17, segment)
    return said["exception"][0][1] if said["exception"] else said["status"]


class _InTwo:
    """A connection whose first flight goes out in two segments, the second one behind so many records."""

    def __init__(self, connection: socket.socket, count: int) -> None:
        self._connection, self._left = connection, count

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def sendall(self, flight: bytes) -> None:
        at = 0
        while self._left:
            at += 5 + int.from_bytes(flight[at + 3 : at + 5], "big")
            self._left -= 1
        if at:
            self._connection.sendall(flight[:at])
            time.sleep(0.1)
        self._connection.sendall(flight[at:])


def _octet_by_octet(messages: tuple[bytes, ...]) -> tuple[Record, ...]:
    hello, *sealed = messages
    octets = b"".join(sealed[:-1])
    pieces = (octets[at : at + 1] for at in range(len(octets)))
    return Record(HANDSHAKE, hello), *(Record(HANDSHAKE, one, sealed=True) for one in (*pieces, sealed[-1]))


@pytest.mark.parametrize(("more", "said"), [(0, 200), (1500, _UNSIGNED)])
def test_each_record_is_opened_once(monkeypatch: pytest.MonkeyPatch, more: int, said: object) -> None:
    """However many there are, and however they arrive; a flight has no length behind which nobody listens.

    What the extension changes was not signed.
    """
    sent, opened = [], []

    def tamper(_tls: str, number: int, messages: tuple[bytes, ...]) -> Said:
        if number:
            return Said(())
        odd = message(8, vector(2, extension(0xFAFA, bytes(more)))) if more else messages[_EXTENSIONS]
        sent.extend(_octet_by_octet((messages[0], odd, *messages[_EXTENSIONS + 1 :])))
        return Said(tuple(sent))

    def counted(self: opening._Opener, record: bytes) -> bytes:
        opened.append(record)
        return open_record(self, record)

    open_record = opening._Opener.opened
    monkeypatch.setattr(opening._Opener, "opened", counted)

    assert _said_of(tamper) == said
    assert len(opened) == len(set(opened)) <= len(sent)


@pytest.mark.parametrize(
    ("behind", "said"),
    [
        (b"", _ENDED),
        (_ENCRYPTED, _ENDED),
        (_ENCRYPTED[:3], _ENDED),
        (message(8, b"\0\5"), "Insufficient extensions data"),
        (_ENCRYPTED + message(11, bytes(4)), _NO_CHAIN),
        (message(20, bytes(32)), "Unexpected Finished handshake message"),
        (message(0, b""), "Unsupported handshake message: hello_request"),
        (message(2, b""), "Unexpected handshake message: server_hello"),
        (message(8, b"\0\5") + b"\x63\0\0\0", "Unknown handshake type size, Handshake.msg_type = 99"),
    ],
)
def test_what_stands_behind_a_hello_in_its_record_is_read_as_if_sealed(behind: bytes, said: str) -> None:
    """JSSE asks no message whether it was sealed."""

    def tamper(_tls: str, _number: int, messages: tuple[bytes, ...]) -> Said:
        return Said((Record(HANDSHAKE, messages[0] + behind),), "fin")

    assert _said_of(tamper) == said


def test_a_message_may_begin_in_the_clear_and_end_sealed() -> None:
    """It is one message all the same; nothing else may come between."""

    def split(number: int, messages: tuple[bytes, ...], *between: Record) -> Said:
        if number:
            return Said(())
        hello, odd = messages[0], message(8, b"\0\5")
        return Said((Record(HANDSHAKE, hello + odd[:3]), *between, Record(HANDSHAKE, odd[3:], sealed=True)))

    assert _said_of(lambda _, number, messages: split(number, messages)) == "Insufficient extensions data"
    change = Record(CHANGE_CIPHER_SPEC, b"\1")
    assert _said_of(lambda _, number, messages: split(number, messages, change)) == _BROKEN


@pytest.mark.parametrize(
    ("clear", "end", "said"), [(2, "fin", "Tag mismatch!"), (2, "", "Tag mismatch!"), (4, "", _UNSIGNED)]
)
def test_keys_are_made_of_all_that_stands_in_a_hello_s_record(clear: int, end: str, said: str) -> None:
    """So nothing that the server seals can be opened, and no signature is right."""

    def tamper(tls: str, number: int, messages: tuple[bytes, ...]) -> Said:
        first = Record(HANDSHAKE, b"".join(messages[:clear]))
        return Said((first, *usual(tls, messages)[clear:]), end) if not number else Said((), "fin")

    assert _said_of(tamper) == said


@pytest.mark.parametrize(("place", "said"), [(0, 200), (50, _BROKEN)])
def test_nothing_comes_between_the_pieces_of_a_message(place: int, said: object) -> None:
    """A ChangeCipherSpec among sealed records, between two messages or within one; OpenSSL passes over it."""

    def tamper(tls: str, number: int, messages: tuple[bytes, ...]) -> Said:
        if number:
            return Said(())
        hello, extensions, certificate, *rest = usual(tls, messages)
        first, second = certificate.body[:place], certificate.body[place:]
        pieces = [Record(HANDSHAKE, piece, sealed=True) for piece in (first, second) if piece]
        pieces.insert(len(pieces) - 1, Record(CHANGE_CIPHER_SPEC, b"\1"))
        return Said((hello, extensions, *pieces, *rest))

    assert _said_of(tamper) == said


@pytest.mark.parametrize("segment", range(4))
@pytest.mark.parametrize(("plain", "said"), [(1, "Unexpected content: 20"), (0, None)])
def test_a_change_is_counted_in_whatever_segment_it_comes(plain: int, said: str, segment: int) -> None:
    """A sealed one is taken where it is the first, and nothing is made up of what Java gets then."""

    def tamper(tls: str, number: int, messages: tuple[bytes, ...]) -> Said:
        if number:
            return Said(())
        hello, *rest = usual(tls, messages)
        changes = [Record(CHANGE_CIPHER_SPEC, b"\1")] * plain
        return Said((hello, *changes, *rest[:-1], Record(CHANGE_CIPHER_SPEC, b"\1", sealed=True), rest[-1]))

    assert _said_of(tamper, segment) == said


@pytest.mark.parametrize(
    ("count", "description", "said"),
    [
        (4, 90, 200),
        (5, 90, None),
        (1, 80, None),
        (1, 40, "received handshake warning: handshake_failure"),
    ],
)
def test_of_sealed_warnings_that_openssl_refuses_nothing_is_made_up(count: int, description: int, said: object) -> None:
    """Java passes over all but those of a handshake; no alert is hashed, so its keys would be the server's."""

    def tamper(tls: str, number: int, messages: tuple[bytes, ...]) -> Said:
        if number:
            return Said(())
        hello, extensions, *rest = usual(tls, messages)
        warnings = [Record(ALERT, bytes((1, description)), sealed=True)] * count
        return Said((hello, extensions, *warnings, *rest))

    assert _said_of(tamper) == said


def test_of_a_suite_that_openssl_refuses_nothing_is_made_up() -> None:
    """Java takes a suite of TLS 1.2 with ChaCha20-Poly1305 in TLS 1.3, and none of the others."""

    def choosing(suite: bytes) -> Tamper:
        def tamper(_tls: str, _number: int, messages: tuple[bytes, ...]) -> Said:
            hello = messages[0]
            place = 39 + hello[38]
            return Said((Record(HANDSHAKE, hello[:place] + suite + hello[place + 2 :]),), "fin")

        return tamper

    assert _said_of(choosing(b"\xcc\xa8")) is None
    assert _said_of(choosing(b"\xc0\x2f")) == (
        "Illegal cipher suite (TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256) and protocol version (TLS13)"
    )


@pytest.mark.parametrize(
    ("java", "size", "class_name"),
    [(17, 40, "SSLException"), (8, 40, "SSLHandshakeException"), (17, 23, "SSLHandshakeException")],
)
def test_a_finished_of_tls_1_2_that_does_not_open(java: int, size: int, class_name: str) -> None:
    """Java 8 has the alert of a handshake for it; one that is too short has it everywhere."""

    def tamper(tls: str, number: int, messages: tuple[bytes, ...]) -> Said:
        if not number:
            return Said(usual(tls, messages))
        return Said((Record(CHANGE_CIPHER_SPEC, b"\1"), Record(HANDSHAKE, bytes(size))), "fin")

    ((told, _), *_) = _answer(tamper, "1.2", java)["exception"]
    assert told == f"javax.net.ssl.{class_name}"
