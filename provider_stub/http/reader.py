"""Requests from bytes: a fast lane for plain well-formed requests, h11 for everything else.

h11 is exact and slow (most of a keep-alive request's CPU). The fast lane takes only what leaves no room for doubt: the
whole head is there, an HTTP/1.1 request line, token header names, no control characters, exactly one Host, at most one
Content-Length of plain digits, and none of the headers that change framing or connection handling. Anything else goes,
byte for byte, to a fresh h11 connection, which also words the errors.

Nothing is looked at twice, whatever the bytes are and however they arrive; a head counts against its limit with its
request line and its blank line, a body with its content.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from guarded.regex import regex
from guarded.values import dataclass
from provider_stub.http.messages import Headers, Request, Response

if TYPE_CHECKING:
    import h11

_LINE = regex(rb"(POST|GET) (/[!-~]*) HTTP/1\.1")
_FIELDS = regex(rb"(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]++:[\t\x20-\x7e\x80-\xff]*+\r\n)*+")
_HEAD_END = regex(rb"\n\r?\n")
_DOUBTFUL = frozenset((b"transfer-encoding", b"connection", b"expect", b"upgrade", b"te", b"trailer"))


class HttpError(Exception):
    """The client broke HTTP or a limit; `status` is the 4xx (or 5xx) to answer with before closing.

    `target` is the request's, where it was read before; else empty.
    """

    def __init__(self, status: int, message: str, target: str = "") -> None:
        self.status, self.target = status, target
        super().__init__(message)


@dataclass(slots=True)
class _Head:
    method: str
    target: str
    headers: Headers
    body_start: int
    body_end: int


class Weighed(NamedTuple):
    """What a visit keeps of a request and its answer."""

    request: Request
    response: Response | None
    bytes: int
    cut: bool
    """Not all of it."""


KEPT_REQUEST = 16 * 1024
"""Octets of a request that is known again as a whole."""


class HeadMemory:
    """The last plain head and the last plain request, and what they said: clients repeat themselves, also on new
    connections. Who sends the same octets again gets the same `Request`.

    Shared by readers with the same limits only.
    """

    __slots__ = ("head", "raw", "request", "sent", "weighed", "whole")

    def __init__(self) -> None:
        self.raw = self.whole = b""
        self.head: _Head | None = None
        self.request: Request | None = None
        self.sent: tuple[Response | None, bytes] = (None, b"")
        """The last plain answer, and as it goes onto the wire: services answer equal requests with the same object."""
        self.weighed: Weighed | None = None
        """The last request and answer that a visit keeps."""


class HttpReader:
    """Cuts one connection's plaintext into requests."""

    __slots__ = (
        "_body",
        "_buffer",
        "_h11",
        "_head",
        "_max_body",
        "_max_header",
        "_memory",
        "_repeated",
        "_request",
        "_searched",
        "continue_due",
    )

    def __init__(self, *, max_header_bytes: int, max_body_bytes: int, memory: HeadMemory | None = None) -> None:
        self._max_header, self._max_body = max_header_bytes, max_body_bytes
        self._buffer = bytearray()
        self._head: _Head | None = None
        self._memory = memory or HeadMemory()
        self._h11: h11.Connection | None = None
        self._request: h11.Request | None = None
        self._body = bytearray()
        self._repeated: Request | None = None
        """The next request, where its octets came at once and were those of the one before it."""
        self._searched = 0
        """Up to here no head ends."""
        self.continue_due = False
        """The client waits for `100 Continue`; the connection sends it and clears this."""

    @property
    def in_body(self) -> bool:
        """The head has been read, the body is still coming."""
        return self._head is not None or self._request is not None

    @property
    def idle(self) -> bool:
        """Nothing of a next request has arrived."""
        return not self._buffer and self._h11 is None and self._repeated is None

    @property
    def waiting(self) -> int:
        """Bytes that wait to be looked at."""
        return len(self._buffer)

    def feed(self, data: bytes) -> None:
        """Plaintext from the client."""
        if self._h11 is not None:
            self._h11.receive_data(data)
        elif data == self._memory.whole and self.idle:
            self._repeated = self._memory.request
        else:
            self._buffer += data

    def known(self, data: bytes) -> Request | None:
        """The request that `data` is as a whole, for who is `idle` and would `feed` it; None: that takes a look."""
        return self._memory.request if data == self._memory.whole else None

    def next(self) -> Request | None:
        """The next complete request, or None while bytes are missing.

        Raises:
            HttpError: the bytes are no HTTP, or beyond a limit; the connection is of no further use.
        """
        request, self._repeated = self._repeated, None
        if request is not None:
            return request
        if self._h11 is None:
            request = self._fast()
            if request is not None or self._h11 is None:
                return request
        return self._slow()

    def _fast(self) -> Request | None:
        """The fast lane; where it does not apply it leaves an h11 connection behind."""
        if self._head is None:
            if not self._buffer:
                return None
            self._head = self._read_head()
            if self._head is None:
                if not self._head_is_complete():
                    return None
                import h11

                self._h11 = h11.Connection(h11.SERVER, max_incomplete_event_size=self._max_header)
                self._h11.receive_data(bytes(self._buffer))
                self._buffer.clear()
                return None
        head = self._head
        if len(self._buffer) < head.body_end:
            return None
        whole = bytes(self._buffer[: head.body_end])
        del self._buffer[: head.body_end]
        self._head = None
        request = Request(head.method, head.target, head.headers, whole[head.body_start :])
        if len(whole) <= KEPT_REQUEST:
            self._memory.whole, self._memory.request = whole, request
        return request

    def _head_is_complete(self) -> bool:
        """Whether the head is all there, also one with bare line feeds, or what is there is no HTTP at all."""
        if self._buffer[0] < 0x21:  # h11 needs no more to say so
            return True
        found = _HEAD_END.search(self._buffer, self._search_from)
        length = len(self._buffer) if found is None else found.end()
        if length > self._max_header:
            raise HttpError(431, f"the header has more than {self._max_header} bytes")
        self._searched = length if found is None else 0
        return found is not None

    @property
    def _search_from(self) -> int:
        return max(0, self._searched - 3)  # an end that was cut when we last looked

    def _read_head(self) -> _Head | None:
        end = self._buffer.find(b"\r\n\r\n", self._search_from, self._max_header)
        if end < 0:
            return None
        raw = bytes(self._buffer[: end + 2])
        memory = self._memory
        if raw == memory.raw:
            self._searched = 0
            return memory.head
        line, _, fields = raw.partition(b"\r\n")
        matched = _LINE.fullmatch(line)
        if matched is None or _FIELDS.fullmatch(fields) is None:
            return None
        headers = []
        length, hosts = None, 0
        for field in fields.split(b"\r\n")[:-1]:
            name, _, value = field.partition(b":")
            value = value.strip(b" \t")
            lower = name.lower()
            if lower in _DOUBTFUL:
                return None
            if lower == b"content-length":
                if length is not None or not value.isdigit() or len(value) > 18:
                    return None
                length = int(value)
            elif lower == b"host":
                hosts += 1
            headers.append((name.decode("ascii"), value.decode("latin-1")))
        if hosts != 1:
            return None
        method, target = matched[1].decode("ascii"), matched[2].decode("ascii")
        self._check_length(length or 0, target)
        start = end + 4
        self._searched = 0
        memory.raw, memory.head = raw, _Head(method, target, tuple(headers), start, start + (length or 0))
        return memory.head

    def _check_length(self, length: int, target: str) -> None:
        if length > self._max_body:
            raise HttpError(413, f"the body has {length} bytes, the limit is {self._max_body}", target)

    def _slow(self) -> Request | None:
        import h11

        connection = self._h11
        assert connection is not None
        try:
            while True:
                event = connection.next_event()
                if event is h11.NEED_DATA:
                    self.continue_due = self._request is not None and connection.they_are_waiting_for_100_continue
                    return None
                if isinstance(event, h11.Request):
                    self._start(event)
                elif isinstance(event, h11.Data):
                    self._body += event.data
                    assert self._request is not None
                    self._check_length(len(self._body), self._request.target.decode("latin-1"))
                elif isinstance(event, h11.EndOfMessage):
                    return self._finish(connection)
                else:
                    return None
        except h11.RemoteProtocolError as error:
            raise HttpError(error.error_status_hint, str(error)) from None

    def _start(self, event: h11.Request) -> None:
        if not event.http_version.startswith(b"1."):
            raise HttpError(505, f"HTTP/{event.http_version.decode('ascii')} is not spoken here, only HTTP/1.1")
        lengths = [value for name, value in event.headers if name == b"content-length"]
        if lengths and any(name == b"transfer-encoding" for name, _ in event.headers):
            raise HttpError(400, "Content-Length and Transfer-Encoding in one request (RFC 9112 section 6.1)")
        target = event.target.decode("latin-1")
        for value in lengths:
            if len(value) > 18:
                raise HttpError(413, f"the body has more than {self._max_body} bytes", target)
            self._check_length(int(value), target)
        self._request = event

    def _finish(self, connection: h11.Connection) -> Request:
        event = self._request
        assert event is not None
        body = bytes(self._body)
        self._buffer = bytearray(connection.trailing_data[0])
        self._h11, self._request, self._body = None, None, bytearray()
        self.continue_due = False
        values = b",".join(value for name, value in event.headers if name == b"connection")
        tokens = {token.strip(b" \t").lower() for token in values.split(b",")}
        old = event.http_version < b"1.1"
        framed = not any(name == b"transfer-encoding" for name, _ in event.headers)
        stays = b"close" not in tokens and (not old or (b"keep-alive" in tokens and framed))
        headers = tuple((name.decode("ascii"), value.decode("latin-1")) for name, value in event.headers.raw_items())
        return Request(
            event.method.decode("ascii"),
            event.target.decode("latin-1"),
            headers,
            body,
            keep_alive=stays and event.method != b"CONNECT",
            http10=old,
        )
