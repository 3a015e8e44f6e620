"""`read`: from octets to an answer, or to what the client throws; the same stages for every client."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sn_mock.java.httpclient.reading import bodies
from sn_mock.java.httpclient.reading.clients import Behind, Peer, ReaderRules
from sn_mock.java.httpclient.reading.coding import Octets, Unpack
from sn_mock.java.httpclient.reading.framing import Framing, Kind
from sn_mock.java.httpclient.reading.source import AnswerSource, TooLongError
from sn_mock.java.httpclient.reading.values import Answer, Body, Head, Thrown, ThrownError

_GONE_WHEN_UNPACKED = frozenset({"content-length", "content-encoding", "content-md5"})
_EMPTY = Framing(Kind.LENGTH, 0)


def read(rules: ReaderRules, more: Callable[[], bytes], peer: Peer, left: bytes = b"") -> Answer | Thrown:
    """Read one answer. `more` gives some octets, b"" at the end of the stream, or raises ThrownError.

    `left` is what the answer before on this connection left for this one.
    """
    source = AnswerSource(more, left)
    try:
        head = rules.read_head(source, peer)
    except ThrownError as error:
        return error.thrown
    except TooLongError:
        refusal = rules.too_long(peer)
        assert isinstance(refusal, ThrownError)
        return refusal.thrown
    try:
        return _with_body(rules, source, head, peer)
    except ThrownError as error:
        return replace(error.thrown, after_head=True)
    except TooLongError:
        refusal = rules.too_long(peer)
        assert isinstance(refusal, ThrownError)
        return replace(refusal.thrown, after_head=True)


def _with_body(rules: ReaderRules, source: AnswerSource, head: Head, peer: Peer) -> Answer:
    source.begin_body()
    found = rules.framing(head)
    headers, body = head.headers, Body(b"")
    if found.kind is not Kind.NOTHING:
        if refusal := rules.refusal(head, found):
            raise refusal
        codings = () if found == _EMPTY else rules.codings(head, peer)
        if codings:
            headers = tuple((name, value) for name, value in headers if name.lower() not in _GONE_WHEN_UNPACKED)
        body = _body(rules, source, found, peer) if not codings else _unpacked(codings, rules, source, found, peer)
        if body.then is not None:
            raise body.then
        headers += body.trailers
    reusable = rules.keeps(head, found, peer.java) and not (source.waiting and rules.behind is Behind.CLOSES)
    left = source.left() if reusable and rules.behind is Behind.READ_NEXT else b""
    return Answer(head.status_code, head.reason, headers, body.octets, reusable, head.version, left)


def _body(rules: ReaderRules, source: AnswerSource, found: Framing, peer: Peer) -> Body:
    if found.kind is Kind.CHUNKS:
        return rules.read_chunks(source)
    if found.kind is Kind.LENGTH:
        return rules.read_counted(source, found.length, peer)
    return Body(bodies.until_the_end(source))


def _unpacked(
    codings: tuple[Unpack, ...], rules: ReaderRules, source: AnswerSource, found: Framing, peer: Peer
) -> Body:
    """A body with an end of its own is read to that end in any case: a fault there beats one in the packed octets.

    Unless an unpacker met that fault itself, and passed over it.
    """
    if found.kind is Kind.STREAM:
        body = Body(b"")
        octets = Octets(*bodies.up_to(source, bodies.LARGEST_BODY))
    else:
        body = _body(rules, source, found, peer)
        octets = Octets(body.octets, body.then, body.chunk_ends)
    first, *others = codings
    octets = first(octets)
    if body.then is not None and not octets.passed_over:
        return body
    for unpack in others:
        octets = unpack(octets)
    return Body(octets.octets, then=octets.then)
