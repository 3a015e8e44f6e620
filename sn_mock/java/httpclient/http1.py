"""One HTTP/1.1 request and its answer, as commons-httpclient 3.1 writes and reads them (measured; h11 frames).

The request line and the order of the headers are that library's: the caller's headers, then User-Agent, Host,
Content-Length. On reading it is lenient: lines before the status line are skipped, a body that ends early is not an
error, and an end of stream without close_notify is none either.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from typing import Protocol

import h11

from sn_mock.failure import MockUsageError
from sn_mock.java.exceptions.java_texts import Event
from sn_mock.java.net.wire import PATIENCE, Deadline, WireError

LARGEST_HEAD = 1 << 20
LARGEST_BODY = 256 << 20
"""Bytes; a longer answer is cut here, so that a runaway provider cannot fill the memory."""
_WITHOUT_BODY = frozenset({"GET", "HEAD", "DELETE", "OPTIONS"})


_CREDENTIALS = re.compile(r"(proxy-)?authorization|(set-)?cookie2?|.*(api-?key|token|secret|passw).*", re.IGNORECASE)
BLANKED = "********"

_COMPLAINTS = (("illegal header line: ", Event.BAD_HEADER), ("illegal chunk header: ", Event.BAD_CHUNK_SIZE))
"""h11's words before it quotes the line, and what that is to Java."""
_ENDED = re.compile("incomplete chunked read|peer unexpectedly closed")
"""h11's words for an end of the stream within a chunked body."""


_HEXADECIMAL = re.compile(rb"[0-9A-Fa-f]+")
_BYTES_LITERAL = re.compile(r"b'.*'|b\".*\"", re.DOTALL)


class Stream(Protocol):
    """What a request goes out on: TLS or plain TCP."""

    def send(self, data: bytes, timeout_ms: int) -> None:
        """Send all of it."""

    def receive(self, timeout_ms: int) -> bytes:
        """What comes next; b"" at the end."""

    def close(self) -> None:
        """Give the connection back."""


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request as it goes over the wire."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: bytes = field(default=b"", repr=False)

    def __post_init__(self) -> None:
        for name, value in self.headers:
            if "\r" in name + value or "\n" in name + value:
                raise MockUsageError(
                    f"the header {name.strip()} contains a line break, which would begin another header"
                )

    def to_bytes(self) -> bytes:
        """Head and body."""
        lines = [f"{self.method} {self.target} HTTP/1.1", *(f"{name}: {value}" for name, value in self.headers), "", ""]
        return "\r\n".join(lines).encode("latin-1", "replace") + self.body


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """An answer as it came: headers in order, duplicates kept."""

    status_code: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    shortfall: tuple[Event, str] | None = None
    """Where the body came out shorter than announced: how, and by how much (the HTTP clients differ about it)."""
    reusable: bool = False
    """The connection may carry another request."""

    def header(self, name: str) -> str | None:
        """The last header of that name, as `getHeaders()` has it."""
        return next((value for key, value in reversed(self.headers) if key.lower() == name.lower()), None)


def without_credentials(headers: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """The headers as they may be shown."""
    return tuple((name, BLANKED if _CREDENTIALS.fullmatch(name) else value) for name, value in headers)


def complete_headers(
    given: tuple[tuple[str, str], ...], *, method: str, host: str, port: int, default_port: int, agent: str, body: bytes
) -> tuple[tuple[str, str], ...]:
    """The caller's headers and those the library adds, in its order."""
    present = {name.lower() for name, _ in given}
    shown_host = f"[{host}]" if ":" in host else host
    added = [
        ("User-Agent", agent),
        ("Host", shown_host if port == default_port else f"{shown_host}:{port}"),
    ]
    if body or method not in _WITHOUT_BODY:
        added.append(("Content-Length", str(len(body))))
    return given + tuple((name, value) for name, value in added if name.lower() not in present)


def read_response(stream: Stream, request: HttpRequest, timeout_ms: int) -> HttpResponse:
    """Read the answer to `request`. Raises WireError (no answer, not HTTP, broken) or what the stream raises."""
    connection = h11.Connection(our_role=h11.CLIENT, max_incomplete_event_size=LARGEST_HEAD)
    # Host is not read here, but h11 insists on one
    connection.send(h11.Request(method=request.method, target="/", headers=[("host", "-"), ("content-length", "0")]))
    connection.send(h11.EndOfMessage())
    answer = _Answer(stream, timeout_ms)
    connection.receive_data(_from_status_line(answer))
    head = _next_head(connection, answer)
    body = bytearray()
    chunked = bytearray(connection.trailing_data[0]) if _is_chunked(head) else None
    shortfall: tuple[Event, str] | None = None
    while True:
        try:
            event = connection.next_event()
        except h11.RemoteProtocolError as error:
            shortfall = _shortfall(head, len(body), bytes(chunked) if chunked is not None else None, error)
            if shortfall is not None:
                break
            raise _unreadable(error) from None
        if event is h11.NEED_DATA:
            received = answer.receive()
            connection.receive_data(received)
            if chunked is not None:
                chunked += received
        elif isinstance(event, h11.Data):
            body += event.data
            if len(body) > LARGEST_BODY:
                break
        else:
            break
    return HttpResponse(
        head.status_code,
        head.reason.decode("latin-1"),
        tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in head.headers.raw_items()),
        bytes(body),
        shortfall,
        connection.our_state is h11.DONE and connection.their_state is h11.DONE,
    )


class _Answer:
    """The bytes of one answer: each read has the timeout, all of them together have patience."""

    def __init__(self, stream: Stream, timeout_ms: int) -> None:
        self._stream, self._timeout_ms = stream, timeout_ms
        self._last = Deadline(timeout_ms * PATIENCE)

    def receive(self) -> bytes:
        left = self._last.left_ms()
        if not left:
            raise WireError(Event.READ_TIMEOUT)
        return self._stream.receive(min(self._timeout_ms, left))


def _from_status_line(answer: _Answer) -> bytes:
    """Skip lines that are no status line, as HttpMethodBase.readStatusLine does; returns from the status line on."""
    pending, skipped = b"", 0
    while True:
        received = answer.receive()
        if not received:
            break
        pending += received
        while b"\n" in pending and pending.lstrip()[:4].upper() != b"HTTP":
            line, _, pending = pending.partition(b"\n")
            skipped += len(line) + 1
        if pending.lstrip()[:4].upper() == b"HTTP":
            return pending.lstrip()
        if skipped + len(pending) > LARGEST_HEAD:
            break
    raise WireError(Event.NOT_HTTP if pending or skipped else Event.EOF_BEFORE_RESPONSE)


def _next_head(connection: h11.Connection, answer: _Answer) -> h11.Response:
    while True:
        try:
            event = connection.next_event()
        except h11.RemoteProtocolError as error:
            raise _unreadable(error) from None
        if event is h11.NEED_DATA:
            connection.receive_data(answer.receive())
        elif isinstance(event, h11.Response):
            return event
        elif not isinstance(event, h11.InformationalResponse):
            raise WireError(Event.NOT_HTTP)


def _unreadable(error: h11.RemoteProtocolError) -> WireError:
    """The line that h11 rejects, where Java's HTTP clients quote it, too; other faults of the head are `not HTTP`."""
    for words, event in _COMPLAINTS:
        _, found, quoted = str(error).partition(words)
        if found:
            literal = _BYTES_LITERAL.search(quoted)
            return WireError(event, ast.literal_eval(literal[0]).decode("latin-1").strip() if literal else "")
    return WireError(Event.NOT_HTTP, str(error))


def _shortfall(
    head: h11.Response, received: int, chunked: bytes | None, error: h11.RemoteProtocolError
) -> tuple[Event, str] | None:
    """How the body came to an early end; None where it is not that."""
    if chunked is not None:
        return _cut_chunks(chunked) if _ENDED.search(str(error)) else None
    announced = _announced(head)
    if announced is None or received >= announced:
        return None
    return Event.TRUNCATED_BODY, f"expected: {announced}; received: {received}"


def _cut_chunks(chunked: bytes) -> tuple[Event, str] | None:
    """Where a chunked body (RFC 9112 section 7.1) breaks off."""
    if not chunked:
        return Event.CHUNKS_MISSING, ""
    while chunked:
        line, ended, chunked = chunked.partition(b"\r\n")
        digits = line.partition(b";")[0].strip()
        if not _HEXADECIMAL.fullmatch(digits):
            return None
        expected = int(digits, 16)
        if not ended:
            return Event.CHUNK_SIZE_CUT, f"expected size: {expected}; actual size: 0"
        if not expected:
            return Event.TRAILER_MISSING, ""
        if len(chunked) < expected:
            return Event.TRUNCATED_CHUNK, f"expected size: {expected}; actual size: {len(chunked)}"
        if len(chunked) < expected + 2:
            return Event.CHUNK_END_MISSING, ""
        chunked = chunked[expected + 2 :]
    return Event.LAST_CHUNK_MISSING, ""


def _is_chunked(head: h11.Response) -> bool:
    return any(name == b"transfer-encoding" for name, _ in head.headers)


def _announced(head: h11.Response) -> int | None:
    value = next((value for name, value in head.headers if name == b"content-length"), b"")
    return int(value) if value.isdigit() else None
