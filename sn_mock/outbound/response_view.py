"""What the script sees of a call that failed or was answered."""

from __future__ import annotations

from sn_mock.failure import Failure
from sn_mock.outbound.exchange import Response
from sn_mock.outbound.http import HttpResponse

SOCKET_TIMEOUT = 1
"""`getErrorCode()` of a socket timeout (docs, c_SOAPResponseV2API)."""


def of_failure(failure: Failure, http_client: str, answer: HttpResponse | None) -> Response:
    """A call without an answer (or with a proxy's answer in its place)."""
    message = str(failure.java[0]) if failure.java else ""
    return Response(
        status_code=answer.status_code if answer else 0,
        have_error=True,
        error_code=SOCKET_TIMEOUT if "Timeout" in message.partition(":")[0] else 0,
        error_message=message,
    )


def of_response(answer: HttpResponse, path: str) -> Response:
    """A call that was answered; the body is decoded as UTF-8, always (base-system script include SOAPRequest)."""
    failed = answer.status_code >= 400
    return Response(
        status_code=answer.status_code,
        have_error=failed,
        error_message=f"Method failed: ({path}) with code: {answer.status_code}" if failed else "",
        headers=answer.headers,
        body=answer.body.decode("utf-8", "replace"),
        content=answer.body,
    )
