"""`SOAPResponseV2` and `RESTResponseV2`: the answer as a ServiceNow script reads it (docs, c_SOAPResponseV2API)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from sn_mock.outbound.exchange import Exchange, Response
from sn_mock.outbound.script_view import SOCKET_TIMEOUT


@dataclass(frozen=True, slots=True)
class GlideHTTPHeader:
    """One element of `getAllHeaders()`."""

    name: str
    value: str


class SOAPResponseV2:
    """The response of `execute()`, or the future one of `executeAsync()`.

    Methods have ServiceNow's names. `exchange` is sn-mock's: everything that is known of the call.
    """

    def __init__(self, exchange: Exchange) -> None:
        self._exchange: Exchange | None = exchange

    @property
    def exchange(self) -> Exchange | None:
        """The record of the call; None while an asynchronous one is still under way."""
        return self._exchange

    def _response(self) -> Response:
        assert self._exchange is not None
        return self._exchange.response

    def getBody(self) -> str:
        """The body as text; empty where there was no answer."""
        return self._response().body

    def getStatusCode(self) -> int:
        """The HTTP status; 0 where there was no answer."""
        return self._response().status_code

    def haveError(self) -> bool:
        """True where the call failed or the status is an error."""
        return self._response().have_error

    def getErrorCode(self) -> int:
        """1 for a socket timeout, else 0 or what the platform gives."""
        return self._response().error_code

    def getErrorMessage(self) -> str:
        """The exception as text, or the platform's words for an HTTP error; empty without one."""
        return self._response().error_message

    def getHeader(self, name: str) -> str | None:
        """A header by name, in any case; the last one of duplicates."""
        wanted = name.lower()
        return next((value for key, value in reversed(self._response().headers) if key.lower() == wanted), None)

    def getHeaders(self) -> dict[str, str]:
        """All headers; of duplicates only the last."""
        return dict(self._response().headers)

    def getAllHeaders(self) -> list[GlideHTTPHeader]:
        """All headers in order, duplicates included."""
        return [GlideHTTPHeader(name, value) for name, value in self._response().headers]

    def getCookies(self) -> list[str]:
        """The values of all Set-Cookie headers."""
        return [value for name, value in self._response().headers if name.lower() == "set-cookie"]

    def waitForResponse(self, timeout: float) -> None:
        """Wait up to `timeout` seconds for the answer of `executeAsync()`; nothing to wait for after `execute()`."""

    def close(self) -> None:
        """End a call that is still under way (sn-mock's own; leaving `use` does it)."""


class AsyncResponse(SOAPResponseV2):
    """The response of `executeAsync()`: the call runs in a thread of its own.

    A getter that comes too early waits up to `patience` seconds (`glide.http.outbound.max_timeout`, KB0694711). When
    that, or the time given to `waitForResponse`, is over, the response is an error with code 1.
    """

    def __init__(self, place: Callable[[], Exchange], cancel: Callable[[], None], patience: float) -> None:
        self._exchange = None
        self._place = place
        self._cancel = cancel
        self._patience = patience
        self._gave_up_after: float | None = None
        self._thrown: Exception | None = None
        self._thread = threading.Thread(target=self._run, name="sn-mock executeAsync", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._exchange = self._place()
        except Exception as error:  # handed to whoever waits
            self._thrown = error

    def _response(self) -> Response:
        if self._gave_up_after is None or not self._thread.is_alive():
            self.waitForResponse(self._patience)
        if self._thrown is not None:
            raise self._thrown
        if self._exchange is not None:
            return self._exchange.response
        message = f"No response after waiting for {self._gave_up_after:g} seconds in ECC Queue"
        return Response(have_error=True, error_code=SOCKET_TIMEOUT, error_message=message)

    def waitForResponse(self, timeout: float) -> None:
        """Wait up to `timeout` seconds; the thread is joined as soon as the call is over."""
        self._thread.join(max(0.0, timeout))
        self._gave_up_after = timeout if self._thread.is_alive() else None

    def close(self) -> None:
        """End the call if it is still under way, and join its thread."""
        if self._thread.is_alive():
            self._gave_up_after = self._gave_up_after or 0.0
            self._cancel()
        self._thread.join()


RESTResponseV2 = SOAPResponseV2
"""REST responses have the same methods (docs, c_RESTResponseV2API)."""
