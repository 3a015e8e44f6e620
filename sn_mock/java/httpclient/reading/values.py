"""What reading an answer comes to."""

from __future__ import annotations

from guarded.values import dataclass
from sn_mock.failure import JavaChain, JavaException

Headers = tuple[tuple[str, str], ...]


def status_line(version: tuple[int, int], status_code: int, reason: str) -> str:
    """A status line, as httpcore's BasicLineFormatter writes it."""
    return f"HTTP/{version[0]}.{version[1]} {status_code} {reason}"


@dataclass(frozen=True, slots=True)
class Head:
    """The status line and the header lines, as the client has them."""

    status_code: int
    reason: str
    version: tuple[int, int]
    headers: Headers

    def first(self, name: str) -> str | None:
        """The first header of that name."""
        return next((value for key, value in self.headers if key.lower() == name), None)

    def last(self, name: str) -> str | None:
        """The last header of that name."""
        return next((value for key, value in reversed(self.headers) if key.lower() == name), None)

    def every(self, name: str) -> tuple[str, ...]:
        """All headers of that name, in order."""
        return tuple(value for key, value in self.headers if key.lower() == name)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that the client hands to its caller."""

    status_code: int
    reason: str
    headers: Headers
    """In order, duplicates kept; a line that the client takes for a value without a name has an empty name."""
    body: bytes
    reusable: bool
    """The client may use the connection for another request."""
    version: tuple[int, int] = (1, 1)
    left: bytes = b""
    """What came behind the answer, where the client takes it for the beginning of the next one."""

    @property
    def status_line(self) -> str:
        """The status line as httpcore's BasicLineFormatter writes it: a blank also before no reason."""
        return status_line(self.version, self.status_code, self.reason)


@dataclass(frozen=True, slots=True)
class Thrown:
    """What the client throws instead."""

    java: JavaChain
    """Outermost first."""
    cause: str
    """The neutral word for what happened."""
    after_head: bool = False
    """The head was read: whatever follows is the caller's trouble, and no client repeats the request."""
    told: Answer | None = None
    """What the client tells its caller in the end, instead of throwing: a status that it had read before."""


@dataclass(frozen=True, slots=True)
class Body:
    """A body, and the header lines that came after it, where the client counts them among the answer's."""

    octets: bytes
    trailers: Headers = ()
    chunk_ends: tuple[int, ...] = ()
    """Where chunks end, for a client that unpacks the body as it comes."""
    then: ThrownError | None = None
    """How it broke off, for such a client."""


class ThrownError(Exception):
    """Carries a `Thrown` from where it happens to the engine."""

    def __init__(self, thrown: Thrown) -> None:
        super().__init__(thrown)
        self.thrown = thrown


def bad_answer(*chain: tuple[str, str | None]) -> ThrownError:
    """The answer is not HTTP to this client."""
    return _thrown(chain, "bad-http-response")


def cut_answer(*chain: tuple[str, str | None]) -> ThrownError:
    """The answer breaks off."""
    return _thrown(chain, "truncated-response")


def no_answer(*chain: tuple[str, str | None]) -> ThrownError:
    """The stream ends instead of an answer."""
    return _thrown(chain, "no-response")


def _thrown(chain: tuple[tuple[str, str | None], ...], cause: str) -> ThrownError:
    return ThrownError(Thrown(tuple(JavaException(name, text) for name, text in chain), cause))
