"""What answers requests: anything with `answer(request, caller)`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import NamedTuple, Protocol, runtime_checkable

from provider_stub.http.messages import Request, Response


class Caller(NamedTuple):
    """Who asks."""

    base_url: str
    """`https://localhost:8443`: how this provider is reached; `?wsdl` puts it into the service's address."""
    find_chain: Callable[[], tuple[bytes, ...]] = tuple
    peer: tuple[str, int] = ("", 0)
    encrypted: bool = True

    @property
    def chain(self) -> tuple[bytes, ...]:
        """The client's certificates (DER), leaf first; () without one. Read from the handshake on demand."""
        return self.find_chain()


class BackEndError(Exception):
    """Somebody whom the service asks gave no usable answer: the client gets a 502 with these words."""


@runtime_checkable
class WordsRefusals(Protocol):
    """A service with words of its own for requests that it never sees, such as one whose body is too long."""

    def refusal(self, status: int, reason: str, target: str) -> Response | None:
        """The answer to a request that broke a limit; None where the provider's own will do. It must not fail."""
        ...


class Service(Protocol):
    """A provider's application. Whatever else it raises is a fault: a 500, and `Provider.check` tells."""

    def answer(self, request: Request, caller: Caller) -> Response | Awaitable[Response]:
        """The response to one request; an awaitable where it has to wait for somebody else."""
        ...
