"""What the script sees of a call that was answered; `script_view` tells of one that was not."""

from __future__ import annotations

from collections.abc import Mapping

from sn_mock.exchange import Response
from sn_mock.java.httpclient.reading.values import Answer

_ADDED = {401: " - Invalid username/password combo", 403: " - Forbidden username/password combo"}
"""What the platform adds to its text for these two statuses (KB0813880; docs, Coupa spoke; KB0744261)."""

EVIDENCE: Mapping[str, str] = {
    "response_view.error_message": "DOCUMENTED: docs, GlideHTTPResponse.getErrorMessage (404); KB0813880 (401)",
    "response_view.have_error": "REPORTED: public scripts on RESTMessageV2; the docs give no list of statuses",
    "response_view.error_code": "ASSUMED: 0; nothing is published for HTTP errors, KB0779361 shows 3 with a 401",
}
"""How sure we are of what a script sees of an HTTP error."""


def of_response(answer: Answer, path: str) -> Response:
    """A call that was answered; the body is decoded as UTF-8, always (base-system script include SOAPRequest)."""
    status = answer.status_code
    failed = status >= 400
    text = f"Method failed: ({path.partition('?')[0]}) with code: {status}{_ADDED.get(status, '')}"
    return Response(
        status_code=status,
        have_error=failed,
        error_message=text if failed else "",
        headers=answer.headers,
        body=answer.body.decode("utf-8", "replace"),
        content=answer.body,
        status_line=answer.status_line,
    )
