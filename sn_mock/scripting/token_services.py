"""`TokenServices`: GlideOAuthClient and GlideJWTAPI (namespace sn_auth): tokens that a script asks for itself."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from sn_mock.exchange import Exchange
from sn_mock.failure import Failure, MockUsageError
from sn_mock.java.exceptions.causes import CAUSES
from sn_mock.outbound.calls.session import Session
from sn_mock.outbound.calls.tokens import Token
from sn_mock.outbound.credentials.shelf import KeystoreShelf
from sn_mock.outbound.tokens import assertions, legs
from sn_mock.outbound.tokens.requests import request_of_script

ASKS = "requestToken"
"""The service that places a call."""


class TokenServices:
    """Answers what `prelude/tokens.js` asks; `exchanges` are the token requests it placed."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.exchanges: list[Exchange] = []
        self.services: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
            ASKS: self._request,
            "tokenOf": self._kept,
            "jwt": self._jwt,
        }

    def _now(self) -> datetime:
        return self._session.when or datetime.now(UTC)

    def _request(self, request: Mapping[str, Any]) -> dict[str, Any]:
        now = self._now()
        form = {str(name): str(value) for name, value in dict(request["form"]).items()}
        asked = request_of_script(KeystoreShelf(self._session.instance), str(request[ASKS]), form, now)
        if isinstance(asked, Failure):
            return {"error": _told(asked), "code": "", "type": "", "body": "", "token": None}
        leg, problem, sent = legs.ask(self._session, asked, now)
        self.exchanges.append(leg)
        token = self._session.tokens.get(asked.profile)
        return {
            "error": problem.value if problem else None,
            "code": str(leg.response.status_code or ""),
            "type": next((v for n, v in leg.response.headers if n.lower() == "content-type"), ""),
            "body": sent.decode("utf-8", "replace"),
            "token": _shown(token, now) if token else None,
        }

    def _kept(self, request: Mapping[str, Any]) -> dict[str, Any] | None:
        """The token that the session has for a profile, as long as it lasts."""
        now = self._now()
        token = self._session.tokens.get(str(request["tokenOf"]))
        return _shown(token, now) if token is not None and token.expires > now else None

    def _jwt(self, request: Mapping[str, Any]) -> str:
        header, payload = (_claims(str(request[name]), name) for name in ("header", "payload"))
        shelf = KeystoreShelf(self._session.instance)
        made = assertions.made(shelf, str(request["jwt"]), header, payload, self._now())
        if isinstance(made, Failure):
            raise MockUsageError(f"GlideJWTAPI.generateJWT: {_told(made)}")
        return made


def _shown(token: Token, now: datetime) -> dict[str, Any]:
    return {
        "access": token.value.reveal(),
        "refresh": token.refresh.reveal() if token.refresh else None,
        "seconds": max(0, int((token.expires - now).total_seconds())),
        "scope": token.scope,
    }


def _told(failure: Failure) -> str:
    return CAUSES[failure.cause][1]


def _claims(text: str, name: str) -> dict[str, Any]:
    try:
        claims = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        claims = None
    if not isinstance(claims, dict):
        raise MockUsageError(f"GlideJWTAPI.generateJWT: the {name} is no JSON object")
    return claims
