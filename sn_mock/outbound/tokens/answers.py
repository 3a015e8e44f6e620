"""The answer of a token endpoint (RFC 6749 section 5): a token, or what is wrong, in the words of the client library.

The texts that users print (`invalid_request, Missing parameters: access_token`) are those of Apache Oltu, whose
exceptions are `error, description`; that the instance uses it is inferred from them.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from guarded.values import dataclass
from sn_mock.evidence import Evidence, Fact
from sn_mock.exchange import Response
from sn_mock.outbound.calls.tokens import Token
from sn_mock.secret import Secret

_OLTU = "Apache Oltu, OAuthClientValidator and OAuthJSONAccessTokenResponse"
REFUSED, BROKEN = "token-refused", "token-answer-broken"
_MOST_LIFETIME = 10 * 365 * 86_400
_LONGEST_TEXT = 500


@dataclass(frozen=True, slots=True)
class Problem:
    """Why there is no token."""

    cause: str
    """`token-refused` or `token-answer-broken`."""
    detail: Fact[str]


def read(response: Response, lifespan: int, now: datetime) -> Token | Problem:
    """What the answer says; `lifespan` are the registry's seconds for an answer without `expires_in`."""
    text = response.content.decode("utf-8", "replace").strip()
    if not text:
        return Problem(BROKEN, Fact("Invalid null response", Evidence.DOCUMENTED, "KB2829960"))
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict):
        told = "unsupported_response_type, Invalid response! Response body is not application/json encoded"
        return Problem(BROKEN, Fact(told, Evidence.ASSUMED, _OLTU))
    if error := _text(answer.get("error")):
        description = _text(answer.get("error_description"))
        told = f"{error}, {description}" if description else error
        return Problem(REFUSED, Fact(told, Evidence.REPORTED, f"community 2325489 (error, description); {_OLTU}"))
    value = answer.get("access_token")
    if not isinstance(value, str) or not value or not value.isascii() or not value.isprintable():
        told = "invalid_request, Missing parameters: access_token"
        cause = BROKEN if response.status_code < 400 else REFUSED
        return Problem(cause, Fact(told, Evidence.REPORTED, f"community td-p/3532967; {_OLTU}"))
    if response.status_code >= 400:
        told = f"HTTP status {response.status_code}"
        return Problem(BROKEN, Fact(told, Evidence.ASSUMED, "RFC 6749 section 5.1: a token comes with status 200"))
    refresh = answer.get("refresh_token")
    return Token(
        Secret(value),
        now + timedelta(seconds=_seconds(answer.get("expires_in"), lifespan)),
        _text(answer.get("scope")),
        Secret(refresh) if isinstance(refresh, str) and refresh else None,
    )


def _text(value: object) -> str:
    """One line of a foreign text, without what a terminal or UTF-8 chokes on."""
    if not isinstance(value, str):
        return ""
    return "".join(one if one.isprintable() else "\ufffd" for one in " ".join(value.split())[:_LONGEST_TEXT])


def _seconds(value: object, lifespan: int) -> int:
    """`expires_in`; some providers write the number as a text."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 12:
        value = int(value)
    given = value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else lifespan
    return min(max(0, given), _MOST_LIFETIME)
