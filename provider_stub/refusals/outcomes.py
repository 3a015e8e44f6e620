"""What a client can get for a refusal: an alert, an HTTP page, or an end without a word."""

from __future__ import annotations

from enum import Enum, IntEnum

from guarded.values import dataclass


class AlertCode(IntEnum):
    """The TLS alert descriptions a personality may send (RFC 8446 section 6, RFC 5246 section 7.2)."""

    UNEXPECTED_MESSAGE = 10
    HANDSHAKE_FAILURE = 40
    BAD_CERTIFICATE = 42
    UNSUPPORTED_CERTIFICATE = 43
    CERTIFICATE_REVOKED = 44
    CERTIFICATE_EXPIRED = 45
    CERTIFICATE_UNKNOWN = 46
    UNKNOWN_CA = 48
    ACCESS_DENIED = 49
    DECRYPT_ERROR = 51
    PROTOCOL_VERSION = 70
    INSUFFICIENT_SECURITY = 71
    INTERNAL_ERROR = 80
    MISSING_EXTENSION = 109
    UNRECOGNIZED_NAME = 112
    CERTIFICATE_REQUIRED = 116


@dataclass(frozen=True, slots=True)
class SendAlert:
    """A fatal alert; where the stack answers differently by protocol, one for TLS 1.2 and one for TLS 1.3."""

    tls12: AlertCode
    tls13: AlertCode

    def code(self, *, tls13: bool) -> AlertCode:
        """The alert for the protocol version in use."""
        return self.tls13 if tls13 else self.tls12


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """The handshake succeeds and the first request is answered with this page; then the connection is closed."""

    status: int
    reason: str
    title: str
    """The text of the page's `<title>` and its sentence."""
    page: str
    """A page template with `{status}`, `{reason}` and `{title}`."""
    server: str = "provider-stub"
    """The `Server` header; empty: none is sent."""
    content_type: str = "text/html"

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """Its own headers, without length and type."""
        return (("Server", self.server),) if self.server else ()

    def body(self) -> bytes:
        """The page as bytes."""
        return self.page.format(status=self.status, reason=self.reason, title=self.title).encode()

    def wire(self) -> bytes:
        """The whole HTTP/1.1 answer, for a client that does not even speak TLS."""
        body = self.body()
        named = "".join(f"{name}: {value}\r\n" for name, value in self.headers)
        head = (
            f"HTTP/1.1 {self.status} {self.reason}\r\n{named}Content-Type: {self.content_type}\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        return head.encode("ascii") + body


class Ending(Enum):
    """A refusal without a word."""

    CLOSE = "close"
    """FIN without an alert; late bytes of the client are still read, so it sees a clean end of stream."""
    ABRUPT = "abrupt"
    """`close()` at once: what the client still writes is answered with RST by the kernel."""
    RESET = "reset"
    """RST at once (SO_LINGER 0)."""
    ACCEPT = "accept"
    """This stack does not mind."""


Outcome = SendAlert | HttpAnswer | Ending


def alert(tls12: AlertCode, tls13: AlertCode | None = None) -> SendAlert:
    """Shorthand for a row: the same alert in both versions unless a second one is given."""
    return SendAlert(tls12, tls13 if tls13 is not None else tls12)
