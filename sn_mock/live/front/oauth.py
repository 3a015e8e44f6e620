"""`/oauth_token.do`: tokens for user names, refresh tokens and clients (docs, r_RESTOAuthExample).

A refusal says nothing of its reason: `access_denied` for all (REPORTED, KB1645212 among others).
"""

from __future__ import annotations

import base64
import binascii
from urllib.parse import unquote_plus

from provider_stub.http.messages import Request, Response
from sn_mock.live.access import Access
from sn_mock.live.front import bodies
from sn_mock.live.front.asked import JSON, answer, pairs_of

PATH = "/oauth_token.do"
DENIED = {"error_description": "access_denied", "error": "server_error"}
_FORM = "application/x-www-form-urlencoded"


def token(access: Access, request: Request) -> Response:
    """The answer to a request for a token."""
    kind = (request.header("Content-Type") or "").partition(";")[0].strip().lower()
    granted = None
    if request.method == "POST" and kind == _FORM:
        text = request.body.decode("utf-8", "replace")
        granted = access.grant({**_client(request), **dict(pairs_of(text))})
    body, content_type = bodies.written(DENIED if granted is None else granted, JSON)
    return answer(401 if granted is None else 200, body, content_type, (("Cache-Control", "no-store"),))


def _client(request: Request) -> dict[str, str]:
    """The client's name and secret where they come in the header (RFC 6749 section 2.3.1)."""
    kind, _, encoded = (request.header("Authorization") or "").partition(" ")
    if kind.lower() != "basic":
        return {}
    try:
        name, _, secret = base64.b64decode(encoded, validate=True).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return {}
    return {"client_id": unquote_plus(name), "client_secret": unquote_plus(secret)}
