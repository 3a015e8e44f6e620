"""What the script sees of a call that was answered; `script_view` tells of one that was not."""

from __future__ import annotations

from sn_mock.outbound.exchange import Response
from sn_mock.outbound.http import HttpResponse


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
