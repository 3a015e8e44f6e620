"""One HTTP/1.1 request as commons-httpclient 3.1 writes it: its headers are the caller's, then User-Agent, Host,
Content-Length (measured). How an answer is read is each client's own: `sn_mock.java.httpclient.reading`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import field
from typing import Protocol

from guarded.regex import regex
from guarded.values import dataclass
from sn_mock.failure import MockUsageError
from sn_mock.java.exceptions.java_texts import Event
from sn_mock.java.net.wire import PATIENCE, Deadline, WireError

_WITHOUT_BODY = frozenset({"GET", "HEAD", "DELETE", "OPTIONS"})


_CREDENTIALS = regex(r"(proxy-)?authorization|(set-)?cookie2?|.*(api-?key|token|secret|passw).*", re.IGNORECASE)
BLANKED = "********"


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


def paced(stream: Stream, timeout_ms: int) -> Callable[[], bytes]:
    """What comes of an answer, piece by piece: each read has the timeout, all of them together have patience."""
    last = Deadline(timeout_ms * PATIENCE)

    def receive() -> bytes:
        left = last.left_ms()
        if not left:
            raise WireError(Event.READ_TIMEOUT)
        return stream.receive(min(timeout_ms, left))

    return receive
