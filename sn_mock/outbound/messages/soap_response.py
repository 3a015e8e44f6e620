"""`SOAPResponseV2` and `RESTResponseV2`: the answer as a ServiceNow script reads it (docs, c_SOAPResponseV2API)."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from guarded.values import dataclass
from sn_mock.exchange import Exchange, Response
from sn_mock.failure import MockUsageError, internal
from sn_mock.instance.schema import new_sys_id
from sn_mock.outbound.calls.script_view import SOCKET_TIMEOUT

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class GlideHTTPHeader:
    """One element of `getAllHeaders()`."""

    name: str
    value: str


class SOAPResponseV2:
    """The response of `execute()`, or the future one of `executeAsync()`.

    Methods have ServiceNow's names. `exchange` is sn-mock's: everything that is known of the call.
    """

    query_string: str = ""
    """The query of the URL that a REST message called."""
    attachment_sys_id: str | None = None
    """The attachment that `saveResponseBodyAsAttachment` made of the body."""

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

    def getQueryString(self) -> str:
        """The query of the request's URL (REST)."""
        return self.query_string

    def getResponseAttachmentSysid(self) -> str | None:
        """The attachment that holds the body, where `saveResponseBodyAsAttachment` was called (REST)."""
        return self.attachment_sys_id

    def waitForResponse(self, timeout: float) -> None:
        """Wait up to `timeout` seconds for the answer of `executeAsync()`; nothing to wait for after `execute()`."""

    def close(self) -> None:
        """End a call that is still under way (sn-mock's own; leaving `use` does it)."""


ECC_TIMEOUT_CLASS = "com.glide.ecc.ECCResponseTimeoutException"
"""What a script on the platform catches when it has waited in vain (REPORTED: public scripts look for the name)."""


class AsyncResponse(SOAPResponseV2):
    """The response of `executeAsync()`: the call runs in a thread of its own.

    A getter that comes too early waits up to `patience` seconds. With `capped` no wait is longer than that (KB0744311:
    the smaller of `waitForResponse()` and `glide.http.outbound.max_timeout`). When the time is over the response is an
    error with code 1 and the platform's words; waiting again may still bring the answer.
    """

    def __init__(
        self, place: Callable[[], Exchange], cancel: Callable[[], None], patience: float, *, capped: bool = False
    ) -> None:
        self._exchange = None
        self._place = place
        self._cancel = cancel
        self._patience = patience
        self._capped = capped
        self._ecc_sys_id = new_sys_id()
        self._gave_up_after: float | None = None
        self._thrown: BaseException | None = None
        self._told = False
        self._thread = threading.Thread(target=self._run, name="sn-mock executeAsync", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._exchange = self._place()
        except BaseException as error:  # handed to whoever waits, or else to whoever closes
            self._thrown = error
            if not isinstance(error, MockUsageError):
                _log.error("a call in the background failed: %s: %s", type(error).__name__, error, exc_info=error)

    @property
    def timeout_message(self) -> str | None:
        """The platform's words for a wait that was in vain (KB0744311); None where none was (sn-mock's own)."""
        if self._gave_up_after is None or self._exchange is not None:
            return None
        return (
            f"No response for ECC message request with sysid={self._ecc_sys_id} after waiting for "
            f"{self._gave_up_after:g} seconds in ECC Queue"
        )

    def _response(self) -> Response:
        if self._gave_up_after is None or not self._thread.is_alive():
            self.waitForResponse(self._patience)
        if self._thrown is not None:
            self._told = True
            raise internal("a call in the background", self._thrown) from self._thrown
        if self._exchange is not None:
            return self._exchange.response
        return Response(have_error=True, error_code=SOCKET_TIMEOUT, error_message=self.timeout_message or "")

    def waitForResponse(self, timeout: float) -> None:
        """Wait up to `timeout` seconds; the thread is joined as soon as the call is over."""
        seconds = min(float(timeout), self._patience) if self._capped else float(timeout)
        self._thread.join(max(0.0, seconds))
        self._gave_up_after = seconds if self._thread.is_alive() else None

    def close(self) -> None:
        """End the call if it is still under way, and join its thread.

        Raises InternalError for a fault of sn-mock in it that nobody has seen; a refusal (MockUsageError) that nobody
        waited for stays unseen.
        """
        if self._thread.is_alive():
            self._gave_up_after = self._gave_up_after or 0.0
            self._cancel()
        self._thread.join()
        if self._thrown is not None and not self._told and not isinstance(self._thrown, MockUsageError):
            self._told = True
            raise internal("a call in the background", self._thrown) from self._thrown


class QueuedResponse(AsyncResponse):
    """The response of `execute()` through a MID Server: the request waits in the ECC queue, as one of `executeAsync()`.

    `execute()` comes back at once, and the getters wait (base-system script include SOAPMessageGenerator, `test`: with
    a MID Server `waitForResponse(60)` follows `execute()`).
    """

    @property
    def exchange(self) -> Exchange:
        """The record of the call, for which sn-mock waits until the call is over, however long a script would."""
        self._thread.join()
        if self._thrown is not None:
            self._told = True
            raise internal("a call through a MID Server", self._thrown) from self._thrown
        assert self._exchange is not None
        return self._exchange


RESTResponseV2 = SOAPResponseV2
"""REST responses have the same methods (docs, c_RESTResponseV2API)."""
