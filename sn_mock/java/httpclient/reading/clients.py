"""The readers: one row of rules for each Java HTTP client. Measured; `tests/java/http-answers.json.gz`."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from guarded.values import dataclass
from sn_mock.java.httpclient.reading import (
    bodies,
    charsets,
    chunks_client4,
    chunks_commons,
    chunks_urlconnection,
    coding,
    framing,
    heads_client4,
    heads_commons,
    heads_urlconnection,
)
from sn_mock.java.httpclient.reading.elements import elements_of_client4
from sn_mock.java.httpclient.reading.framing import Framing
from sn_mock.java.httpclient.reading.source import AnswerSource
from sn_mock.java.httpclient.reading.values import Body, Head, ThrownError, bad_answer
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.jdk import Jdk

_LARGEST_INTEGER = (1 << 31) - 1


@dataclass(frozen=True, slots=True)
class Peer:
    """Who answers, as the texts name it, and the Java that reads."""

    host: str
    port: int
    java: Jdk


class Behind(Enum):
    """What becomes of octets that came with an answer and stand behind its end, if the connection is kept."""

    CLOSES = "the connection is closed"
    DROPPED = "they are forgotten with the buffer that they stand in"
    READ_NEXT = "the next answer begins with them"


@dataclass(frozen=True, slots=True)
class ReaderRules:
    """How one client reads an answer, stage by stage."""

    read_head: Callable[[AnswerSource, Peer], Head]
    """Up to the empty line of the head that counts."""
    too_long: Callable[[Peer], Exception]
    """What stands for a head without an end, which Java reads until its memory is full."""
    framing: Callable[[Head], Framing]
    """Where the body ends."""
    keeps: Callable[[Head, Framing, Jdk], bool]
    """May the connection be used again?"""
    behind: Behind
    read_chunks: Callable[[AnswerSource], Body]
    read_counted: Callable[[AnswerSource, int, Peer], Body]
    refusal: Callable[[Head, Framing], ThrownError | None] = lambda _head, _framing: None
    """Why the body is not read at all."""
    codings: Callable[[Head, Peer], tuple[coding.Unpack, ...]] = lambda _head, _peer: ()
    """Content-Encoding."""


def _too_large(head: Head, found: Framing) -> ThrownError | None:
    """commons-httpclient buffers a body in one array."""
    length = framing.announced_to_commons(head)
    if length <= _LARGEST_INTEGER:
        return None
    return bad_answer(("java.io.IOException", f"Content too large to be buffered: {length} bytes"))


def _charset_unknown(head: Head, found: Framing) -> ThrownError | None:
    """EntityUtils.toString looks up the charset of the Content-Type before it reads."""
    elements = elements_of_client4(head.first("content-type") or "")
    parameters = elements[0].parameters if elements else ()
    name = next((value for key, value in parameters if key.lower() == "charset"), None)
    if name is None or not name.strip():
        return None
    if not charsets.is_legal(name):
        return bad_answer(("java.nio.charset.IllegalCharsetNameException", name))
    return None if charsets.is_known(name) else bad_answer(("java.nio.charset.UnsupportedCharsetException", name))


def _skips_interim(java: Jdk) -> Callable[[int], bool]:
    """Which status is not the answer yet to HttpURLConnection."""
    return (lambda code: 100 <= code < 200) if java.has(Feature.SKIPS_INTERIM) else (lambda code: code == 100)


def _commons_head(source: AnswerSource, peer: Peer) -> Head:
    """Before chunks, commons-httpclient waits for the first octet, whether or not there may be a body."""
    head = heads_commons.read_head(source, peer.host)
    if framing.chunked_to_commons(head):
        chunks_commons.begun(source)
    return head


COMMONS = ReaderRules(
    read_head=_commons_head,
    too_long=lambda peer: heads_commons.not_http(peer.host),
    framing=framing.commons,
    keeps=lambda head, found, _java: framing.commons_keeps(head, found),
    behind=Behind.CLOSES,
    read_chunks=chunks_commons.read_chunks,
    read_counted=lambda source, length, _peer: Body(bodies.exactly(source, length)),
    refusal=_too_large,
)
CLIENT4 = ReaderRules(
    read_head=lambda source, peer: heads_client4.read_head(source, f"{peer.host}:{peer.port}"),
    too_long=lambda peer: heads_client4.not_http(peer.host),
    framing=framing.client4,
    keeps=lambda head, found, _java: framing.client4_keeps(head, found),
    behind=Behind.READ_NEXT,
    read_chunks=chunks_client4.read_chunks,
    read_counted=lambda source, length, _peer: bodies.exactly_by_client4(source, length),
    refusal=_charset_unknown,
    codings=lambda head, peer: coding.codings(head, peer.java),
)
URLCONNECTION = ReaderRules(
    read_head=lambda source, peer: heads_urlconnection.read_head(
        source, peer.host, skips=_skips_interim(peer.java), limited=peer.java.has(Feature.HEADS_LIMITED)
    ),
    too_long=lambda peer: heads_urlconnection.not_http(peer.host),
    framing=framing.urlconnection,
    keeps=framing.urlconnection_keeps,
    behind=Behind.DROPPED,
    read_chunks=chunks_urlconnection.read_chunks,
    read_counted=lambda source, length, peer: Body(
        bodies.at_least(source, length, tells=peer.java.has(Feature.PREMATURE_END_TOLD))
    ),
)
