"""`TokenDesk`: answers token requests (RFC 6749), and lets only requests with a good token through (RFC 6750, 8705)."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import time
from collections.abc import Awaitable, Mapping
from urllib.parse import parse_qsl, unquote_plus, urlsplit

from provider_stub.http.messages import Request, Response
from provider_stub.http.service import Caller, Service
from provider_stub.policy.forms import resolved_password
from provider_stub.policy.material import Material
from provider_stub.tokens.assertions import verified
from provider_stub.tokens.sealed import Grant, opened, sealed, sealing_key, thumbprint

JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_NOT_KEPT = (("Cache-Control", "no-store"), ("Pragma", "no-cache"))
"""RFC 6749 section 5.1."""
_JSON = "application/json;charset=UTF-8"
_MOST_FIELDS = 100


class RefusedError(Exception):
    """A token request that is not granted; `error` is one of RFC 6749 section 5.2."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error = error


class TokenDesk:
    """Stands before a service."""

    def __init__(self, inner: Service, material: Material) -> None:
        self.path = getattr(inner, "path", "/")
        self.notes = tuple(getattr(inner, "notes", ()))
        self._inner, self._material, self._policy = inner, material, material.policy
        self._key = sealing_key(material)

    def answer(self, request: Request, caller: Caller) -> Response | Awaitable[Response]:
        """The response to one HTTP request."""
        if self._policy.token_endpoint is not None and urlsplit(request.target).path == self._policy.token_endpoint:
            return self._token(request, caller)
        refusal = self._refusal(request, caller) if self._policy.token_required else None
        return refusal or self._inner.answer(request, caller)

    def _now(self) -> float:
        return self._policy.now.timestamp() if self._policy.now else time.time()

    # The token endpoint

    def _token(self, request: Request, caller: Caller) -> Response:
        if request.method != "POST":
            return Response(405, b"POST a token request.\n", "text/plain; charset=utf-8", (("Allow", "POST"),))
        if self._policy.token_answer is not None:
            return Response(200, self._policy.token_answer.encode(), "text/html; charset=utf-8", operation="token")
        try:
            granted = self._granted(request, caller)
        except RefusedError as refused:
            said = {"error": refused.error, "error_description": str(refused)}
            status = 401 if refused.error == "invalid_client" else 400
            basic = status == 401 and request.header("Authorization") is not None
            told = (("WWW-Authenticate", 'Basic realm="provider"'),) if basic else ()
            return Response(
                status, json.dumps(said).encode(), _JSON, (*_NOT_KEPT, *told), operation="token", fault=str(refused)
            )
        return Response(200, json.dumps(granted).encode(), _JSON, _NOT_KEPT, operation="token")

    def _granted(self, request: Request, caller: Caller) -> dict[str, object]:
        form = _form(request)
        client = self._client(request, form, caller)
        grant = form.get("grant_type", "")
        owner, scope = self._owner(grant, form)
        asked = form.get("scope", scope).split()
        strangers = [word for word in asked if self._policy.token_scopes and word not in self._policy.token_scopes]
        if strangers:
            raise RefusedError("invalid_scope", f"unknown scope {strangers[0]}")
        bound = thumbprint(next(iter(caller.chain), b"")) if self._policy.token_bound else ""
        expires = int(self._now()) + self._policy.token_seconds
        access = Grant(client or owner, " ".join(asked), expires, bound)
        granted: dict[str, object] = {
            "access_token": sealed(access, self._key),
            "token_type": "Bearer",
            "expires_in": self._policy.token_seconds,
        }
        if asked:
            granted["scope"] = access.scope
        if grant in ("password", "refresh_token"):
            refresh = Grant(access.client, access.scope, 0, bound, "refresh")
            granted["refresh_token"] = sealed(refresh, self._key)
        return granted

    def _client(self, request: Request, form: Mapping[str, str], caller: Caller) -> str:
        """Who asks: by Basic, by the body, by an assertion, or by the certificate alone."""
        name, secret = _basic(request.header("Authorization"))
        if name is None:
            name, secret = form.get("client_id", ""), form.get("client_secret", "")
        if "client_assertion" in form:
            return self._by_assertion(form["client_assertion"])
        clients = self._policy.token_clients
        if not clients:
            return name
        wanted = resolved_password(clients[name]) if name in clients else None
        if wanted == "" and caller.chain:
            return name  # the handshake has shown who it is: RFC 8705 section 2
        said = (secret, unquote_plus(secret))  # RFC 6749 section 2.3.1 wants it form-encoded; not every client does it
        if not wanted or not any(hmac.compare_digest(wanted.encode(), one.encode()) for one in said):
            raise RefusedError("invalid_client", "client authentication failed")
        return name

    def _by_assertion(self, assertion: str) -> str:
        claims, wrong = verified(assertion, self._material.token_certificates, self._now())
        if wrong:
            raise RefusedError("invalid_client", wrong)
        return str(claims.get("sub", ""))

    def _owner(self, grant: str, form: Mapping[str, str]) -> tuple[str, str]:
        """For whom, and the scope that is granted where none is asked for."""
        if grant == "client_credentials":
            return "", ""
        if grant == "password":
            user = form.get("username", "")
            wanted = resolved_password(self._policy.token_users.get(user))
            given = form.get("password", "")
            if self._policy.token_users and not (wanted and hmac.compare_digest(wanted.encode(), given.encode())):
                raise RefusedError("invalid_grant", "the resource owner's credentials are wrong")
            return user, ""
        if grant == "refresh_token":
            known = opened(form.get("refresh_token", ""), self._key)
            if known is None or known.kind != "refresh":
                raise RefusedError("invalid_grant", "the refresh token is unknown or revoked")
            return known.client, known.scope
        if grant == JWT_BEARER:
            claims, wrong = verified(form.get("assertion", ""), self._material.token_certificates, self._now())
            if wrong:
                raise RefusedError("invalid_grant", wrong)
            return str(claims.get("sub", "")), ""
        if not grant:
            raise RefusedError("invalid_request", "grant_type is missing")
        raise RefusedError("unsupported_grant_type", f"grant type {grant[:100]} is not supported")

    # Everything else

    def _refusal(self, request: Request, caller: Caller) -> Response | None:
        """Why a request is not let through; None where its token is good (RFC 6750 section 3)."""
        scheme, _, token = (request.header("Authorization") or "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            return _challenge("")
        grant = opened(token.strip(), self._key)
        if grant is None or grant.kind != "access":
            return _challenge("the token is not one of this provider")
        if grant.expires <= self._now():
            return _challenge("the token has expired")
        if grant.thumbprint and grant.thumbprint != thumbprint(next(iter(caller.chain), b"")):
            return _challenge("the token is bound to another client certificate")
        return None


def _challenge(why: str) -> Response:
    reason = f', error="invalid_token", error_description="{why}"' if why else ""
    said = f'Bearer realm="provider"{reason}'
    body = json.dumps({"error": "invalid_token", "error_description": why} if why else {"error": "unauthorized"})
    return Response(401, body.encode(), _JSON, (("WWW-Authenticate", said),), fault=why or "no token")


def _form(request: Request) -> dict[str, str]:
    kind = (request.header("Content-Type") or "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise RefusedError("invalid_request", "the body must be application/x-www-form-urlencoded")
    try:
        pairs = parse_qsl(request.body.decode("utf-8"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise RefusedError("invalid_request", "the body cannot be read as a form") from None
    found = dict(pairs)
    if len(found) != len(pairs):
        raise RefusedError("invalid_request", "a parameter is given twice")
    return found


def _basic(header: str | None) -> tuple[str | None, str]:
    """Client id and secret of a Basic header; None where there is none."""
    scheme, _, coded = (header or "").partition(" ")
    if scheme.lower() != "basic":
        return None, ""
    try:
        name, _, secret = base64.b64decode(coded, validate=True).decode("utf-8").partition(":")
    except (binascii.Error, ValueError):
        return "", ""
    return unquote_plus(name), secret
