"""A request and a response as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from http import HTTPStatus
from typing import Any

from guarded import secrets
from guarded.regex import regex
from guarded.values import dataclass

REASONS: Mapping[int, str] = {status.value: status.phrase for status in HTTPStatus}

Headers = tuple[tuple[str, str], ...]

_PASSWORD = regex(r"(?P<user>//[^\s/?#@:[]*:)[^\s/?#]*(?=@)")


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request, complete with its body."""

    method: str
    target: str
    headers: Headers
    """As received, names in the client's spelling."""
    body: bytes = field(default=b"", repr=False)
    keep_alive: bool = True
    http10: bool = False
    """The client speaks HTTP/1.0: that the connection stays open has to be said (RFC 9112 section 9.3)."""

    def header(self, name: str) -> str | None:
        """The first header of that name, whatever its case."""
        wanted = name.lower()
        for key, value in self.headers:
            if key.lower() == wanted:
                return value
        return None

    @property
    def shown_target(self) -> str:
        """The target as it may be kept: without secrets in the query, and, where it is a whole URL, without a password
        in that (RFC 3986 section 3.2.1)."""
        if "@" not in self.target and "=" not in self.target:
            return self.target
        return secrets.target(_PASSWORD.sub(rf"\g<user>{secrets.BLANKED}", self.target))


@dataclass(frozen=True, slots=True)
class Response:
    """One HTTP response."""

    status: int
    body: bytes = field(default=b"", repr=False)
    content_type: str | None = "text/xml; charset=utf-8"
    headers: Headers = ()
    """Further headers; Content-Length, Content-Type and Connection are written by the connection."""
    operation: str | None = None
    """For the journal: the WSDL operation that was answered."""
    fault: str | None = None
    """For the journal: the fault string, where the body is a SOAP fault."""
    close: bool = False
    ws_security: Mapping[str, Any] | None = None
    """For the journal: what was found in the request's Security header, where the policy looks at it."""

    def wire(self, *, head_only: bool = False, close: bool = False, keep_alive: bool = False) -> bytes:
        """As it goes onto the wire (HTTP/1.1); `keep_alive` says so to a client of HTTP/1.0."""
        lines = [f"HTTP/1.1 {self.status} {REASONS.get(self.status, 'Unknown')}"]
        if self.content_type is not None and self.body:
            lines.append(f"Content-Type: {self.content_type}")
        if self.status != 204 and self.status >= 200:
            lines.append(f"Content-Length: {len(self.body)}")
        lines += [f"{name}: {value}" for name, value in self.headers]
        if close:
            lines.append("Connection: close")
        elif keep_alive:
            lines.append("Connection: keep-alive")
        head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")
        return head if head_only else head + self.body


def text_response(status: int, message: str, *, close: bool = False) -> Response:
    """A short answer in plain text."""
    return Response(status, f"{message}\n".encode(), "text/plain; charset=utf-8", close=close)
