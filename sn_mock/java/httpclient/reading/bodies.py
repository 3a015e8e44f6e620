"""Bodies that end with the stream or after an announced number of octets."""

from __future__ import annotations

from sn_mock.java.httpclient.reading.source import AnswerSource
from sn_mock.java.httpclient.reading.values import Body, ThrownError, cut_answer

LARGEST_BODY = 256 << 20
"""Octets; a longer body is cut here, so that a runaway peer cannot fill the memory."""
PIECE = 65536
_BUFFER = 4096
"""What a caller of the JDK's stream reads at once; the usual size."""


def until_the_end(source: AnswerSource) -> bytes:
    """Everything up to the end of the stream."""
    return exactly(source, LARGEST_BODY)


def exactly(source: AnswerSource, length: int) -> bytes:
    """So many octets, or fewer where the stream ends."""
    pieces, missing = [], min(length, LARGEST_BODY)
    while missing > 0 and (piece := source.read(min(missing, PIECE))):
        pieces.append(piece)
        missing -= len(piece)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def up_to(source: AnswerSource, length: int) -> tuple[bytes, ThrownError | None]:
    """What `exactly` reads as far as it came, and how the stream broke, where it did."""
    pieces, missing = [], min(length, LARGEST_BODY)
    try:
        while missing > 0 and (piece := source.read(min(missing, PIECE))):
            pieces.append(piece)
            missing -= len(piece)
    except ThrownError as trouble:
        return b"".join(pieces), trouble
    return b"".join(pieces), None


def at_least(source: AnswerSource, length: int, *, tells: bool) -> bytes:
    """MeteredStream of the JDK: it stops after the announced octets, not at them, and a read takes what is there.

    So octets that arrived with the end of a body belong to it (measured). A body that is too short is taken as it is
    unless the JDK `tells` of it.
    """
    pieces, missing = [], min(length, LARGEST_BODY)
    while missing > 0 and (piece := source.read(_BUFFER)):
        pieces.append(piece)
        missing -= len(piece)
    if missing > 0 and tells:
        raise cut_answer(("java.io.IOException", "Premature EOF"))
    return b"".join(pieces)


def exactly_by_client4(source: AnswerSource, length: int) -> Body:
    """httpcore's ContentLengthInputStream, which tells a body that is too short."""
    body, trouble = up_to(source, length)
    if trouble is None and len(body) < min(length, LARGEST_BODY):
        told = f"(expected: {length:,}; received: {len(body):,})"
        text = f"Premature end of Content-Length delimited message body {told}"
        trouble = cut_answer(("org.apache.http.ConnectionClosedException", text))
    return Body(body, then=trouble)
