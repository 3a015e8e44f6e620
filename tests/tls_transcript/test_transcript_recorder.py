"""Recording real handshakes: both sides agree, nothing breaks, and the certificate can be chosen inside."""

from __future__ import annotations

import logging
import ssl
from typing import Any

import pytest

from tls_transcript import (
    Alert,
    Certificate,
    CertificateRequest,
    ChangeCipherSpec,
    ClientHello,
    Direction,
    Entry,
    FaultSlot,
    Finished,
    NewSessionTicket,
    Transcript,
    TranscriptBuilder,
    disagreements,
    libssl,
    record,
    recording_unavailable,
)

pytestmark = pytest.mark.skipif(
    bool(recording_unavailable() or libssl.available()), reason=str(recording_unavailable() or libssl.available())
)


def test_both_sides_tell_the_same_story(pki: Any, meet: Any, tls: ssl.TLSVersion) -> None:
    """A good handshake is recorded alike by client and server, with the certificates of both."""
    meeting = meet(pki.client_context(pki.client), pki.server_context(tls))

    assert (meeting.client_error, meeting.server_error) == (None, None)
    assert disagreements(meeting.client, meeting.server) == ()
    assert [c.chain for c in meeting.server.of(Certificate)] == [
        (pki.server.certificate, pki.root.certificate),
        (pki.client.certificate, pki.root.certificate),
    ]
    assert meeting.client.first(CertificateRequest).to_json()["authorities"] == ["CN=Lab root,O=Lab\\, Inc.,C=NL"]


def test_both_sides_tell_the_same_story_of_a_refusal(pki: Any, meet: Any, tls: ssl.TLSVersion) -> None:
    """Without a certificate the server's alert is in both records, and what it never read is no contradiction."""
    meeting = meet(pki.client_context(), pki.server_context(tls))

    code = 40 if tls is ssl.TLSVersion.TLSv1_2 else 116
    assert meeting.client.of(Alert, Direction.RECEIVED) == (Alert(2, code),)
    assert meeting.server.of(Alert, Direction.SENT) == (Alert(2, code),)
    assert meeting.server.of(Certificate, Direction.RECEIVED)[0].chain == ()
    assert disagreements(meeting.client, meeting.server) == ()


def test_a_client_that_distrusts_the_server_is_in_both_records(pki: Any, meet: Any, tls: ssl.TLSVersion) -> None:
    """The client's alert arrives in the server's record."""
    distrustful = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    meeting = meet(distrustful, pki.server_context(tls))

    assert meeting.server.of(Alert, Direction.RECEIVED) == (Alert(2, 48),)
    assert disagreements(meeting.client, meeting.server) == ()


def test_the_client_certificate_can_be_swapped_in_on_the_request(pki: Any, meet: Any, tls: ssl.TLSVersion) -> None:
    """One connection: the context is exchanged while the CertificateRequest is read, and its certificate goes out."""
    chosen = pki.client_context(pki.client)
    requests = []

    def listen(connection: Any, entry: Entry, again: Any) -> None:
        if entry.handshake_type == 13:
            requests.append(entry.message)
            record(chosen, again, FaultSlot())
            connection.context = chosen

    meeting = meet(pki.client_context(), pki.server_context(tls), listen=listen)

    assert [request.authorities for request in requests] == [(pki.root.name.public_bytes(),)]
    assert (meeting.client_error, meeting.server_error) == (None, None)
    assert meeting.server.of(Certificate, Direction.RECEIVED)[0].chain[0] == pki.client.certificate
    assert disagreements(meeting.client, meeting.server) == ()


def test_without_the_swap_the_same_client_sends_nothing(pki: Any, meet: Any, tls: ssl.TLSVersion) -> None:
    """The twin of the swap: the base context has no certificate."""
    meeting = meet(pki.client_context(), pki.server_context(tls))

    assert meeting.server.of(Certificate, Direction.RECEIVED)[0].chain == ()
    assert meeting.server_error is not None


@pytest.mark.parametrize("kind", [ValueError, KeyboardInterrupt])
def test_what_a_listener_raises_waits_in_the_slot(
    pki: Any, meet: Any, tls: ssl.TLSVersion, caplog: pytest.LogCaptureFixture, kind: type[BaseException]
) -> None:
    """OpenSSL goes on; the driver finds the first exception in the slot, and the log has it once, with traceback."""
    calls = []

    def listen(*_: object) -> None:
        calls.append(1)
        raise kind(f"listener is broken at message {len(calls)}")

    with caplog.at_level(logging.ERROR, "tls_transcript.faults"):
        meeting = meet(pki.client_context(pki.client), pki.server_context(tls), listen=listen)

    assert (meeting.client_error, meeting.server_error) == (None, None)
    kept = meeting.faults.take()
    assert (type(kept), str(kept)) == (kind, "listener is broken at message 1")
    (line,) = caplog.records
    assert line.getMessage() == f"a listener to TLS messages failed: {kind.__name__}: listener is broken at message 1"
    assert line.exc_info[1] is kept


def test_without_a_fault_the_slot_is_empty(pki: Any, meet: Any, tls: ssl.TLSVersion) -> None:
    """The twin: nothing was raised, nothing is kept."""
    meeting = meet(pki.client_context(pki.client), pki.server_context(tls), listen=lambda *_: None)

    assert (meeting.faults.error, meeting.faults.take()) == (None, None)


def test_certificate_compression_is_off(pki: Any) -> None:
    """RFC 8879 would hide the certificate inside another message, so its two option bits are set."""
    context = pki.client_context()
    record(context, lambda *_: None, FaultSlot())

    assert int(context.options) >> 32 & 3 == 3


def test_what_cannot_be_read_is_kept_as_an_opaque_message() -> None:
    """A recorded message with broken content neither vanishes nor raises."""
    entry = Entry.from_wire(Direction.RECEIVED, 22, b"\x0b\0\0\x01\xff", tls13=False)

    assert entry.to_json() == {"direction": "received", "message": "unknown", "type": 11, "length": 5}


def test_a_transcript_filters_by_kind_and_direction() -> None:
    """`of` and `first` look at class and direction."""
    builder = TranscriptBuilder()
    builder.append(Entry(Direction.SENT, Alert(1, 0)))
    builder.append(Entry(Direction.RECEIVED, Alert(2, 40)))
    transcript = builder.build()

    assert len(transcript) == 2
    assert transcript.of(Alert) == (Alert(1, 0), Alert(2, 40))
    assert transcript.first(Alert, Direction.RECEIVED) == Alert(2, 40)
    assert transcript.first(ClientHello) is None
    assert transcript.to_json()[0] == {
        "direction": "sent",
        "message": "alert",
        "level": "warning",
        "description": "close_notify",
        "code": 0,
    }


def story(*entries: tuple[Direction, Any]) -> Transcript:
    """A transcript from pairs."""
    return Transcript(tuple(Entry(direction, message) for direction, message in entries))


SENT, RECEIVED = Direction.SENT, Direction.RECEIVED
CHAIN, OTHER = Certificate((b"a",)), Certificate((b"b",))


@pytest.mark.parametrize(
    ("client", "server", "expected"),
    [
        pytest.param(story((SENT, CHAIN)), story((RECEIVED, CHAIN)), 0, id="same"),
        pytest.param(story((SENT, CHAIN)), story((RECEIVED, OTHER)), 1, id="other certificate"),
        pytest.param(story((SENT, CHAIN)), story((RECEIVED, Finished(b""))), 1, id="other message"),
        pytest.param(story((SENT, CHAIN)), story(), 1, id="lost"),
        pytest.param(story(), story((RECEIVED, CHAIN)), 1, id="invented"),
        pytest.param(
            story((SENT, CHAIN), (SENT, Finished(b""))),
            story((RECEIVED, CHAIN), (SENT, Alert(2, 48))),
            0,
            id="broken off by the server, its alert still under way",
        ),
        pytest.param(story(), story((SENT, NewSessionTicket(1, b""))), 0, id="ticket under way"),
        pytest.param(story((SENT, ChangeCipherSpec())), story(), 0, id="ChangeCipherSpec"),
    ],
)
def test_disagreements_are_found_and_only_those(client: Transcript, server: Transcript, expected: int) -> None:
    """Contradictions are named; what was merely under way is none."""
    found = disagreements(client, server)

    assert len(found) == expected, found
