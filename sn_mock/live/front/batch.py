"""The Batch API: `POST /api/now[/v1]/batch`, several requests in one (docs, c_BatchAPI)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from guarded import clock
from provider_stub.http.messages import REASONS, Headers, Request, Response
from sn_mock.live.front import bodies
from sn_mock.live.front.asked import Asked, answer
from sn_mock.live.front.errors import Error, RefusedError

MOST_REQUESTS = 1000
_PATH_END = "/batch"

Respond = Callable[[Request], Response]


def batch(asked: Asked, respond: Respond) -> Response:
    """Answer every request of a batch, in its order, in the name of who sent it. Raises RefusedError."""
    content = bodies.read_json(asked.raw.body)
    requests = content.get("rest_requests") if isinstance(content, dict) else None
    if not isinstance(requests, list) or not all(isinstance(one, dict) for one in requests):
        raise RefusedError(Error.UNREADABLE_BODY, "The payload has no list rest_requests.")
    if len(requests) > MOST_REQUESTS:
        raise RefusedError(Error.TOO_LARGE, f"the limit is {MOST_REQUESTS} requests")
    serviced, unserviced = [], []
    for one in requests:
        request = _request(asked, one)
        if request is None:
            unserviced.append({"id": str(one.get("id", ""))})
        else:
            serviced.append(_told(one, request, respond))
    told = {
        "batch_request_id": str(content.get("batch_request_id", "")),
        "serviced_requests": serviced,
        "unserviced_requests": unserviced,
    }
    body, kind = bodies.written(told, asked.accepts)
    return answer(200, body, kind)


def _request(asked: Asked, one: dict[str, Any]) -> Request | None:
    """A request of the batch; None where it is none, or a batch itself."""
    url = urlsplit(str(one.get("url", "")))
    if not url.path.startswith("/") or url.path.rstrip("/").endswith(_PATH_END):
        return None
    try:
        body = base64.b64decode(str(one.get("body") or ""), validate=True)
    except (binascii.Error, ValueError):
        return None
    given = one.get("headers")
    headers: Headers = tuple(
        (str(header.get("name", "")), str(header.get("value", "")))
        for header in (given if isinstance(given, list) else ())
        if isinstance(header, dict)
    )
    kept = tuple(header for header in headers if header[0].lower() not in ("authorization", "host"))
    own = tuple((name, value) for name in ("Authorization", "Host") if (value := asked.header(name)))
    target = url.path + (f"?{url.query}" if url.query else "")
    return Request(str(one.get("method", "GET")).upper(), target, (*own, *kept), body)


def _told(one: dict[str, Any], request: Request, respond: Respond) -> dict[str, Any]:
    began = clock.monotonic()
    response = respond(request)
    told: dict[str, Any] = {
        "id": str(one.get("id", "")),
        "status_code": response.status,
        "status_text": REASONS.get(response.status, ""),
        "execution_time": round((clock.monotonic() - began) * 1000),
        "body": base64.b64encode(response.body).decode(),
        "headers": [],
    }
    if not one.get("exclude_response_headers"):
        kind = (("Content-Type", response.content_type),) if response.content_type else ()
        told["headers"] = [{"name": name, "value": value} for name, value in (*response.headers, *kind)]
    return told
