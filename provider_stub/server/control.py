"""The control port: plain HTTP on loopback, never the mTLS port. It obeys who knows its token, and nobody else.

GET    /status        what runs, where, and the counters
GET    /policy        the policy in force (keys that differ from their default; no key material)
PATCH  /policy        {"folder": "/dir", "policy": {"trust": ["new-ca.pem"]}}: change single keys
PUT    /policy        the same, starting from the defaults
POST   /policy/compare    as PUT, and nothing changes: the keys in which that policy is not the one in force
GET    /visits/open   visits of connections that are still open
DELETE /visits        forget the visits in memory

Every request needs `Authorization: Bearer TOKEN`; the token is made anew for every provider and stands in its state
file, which only the owner can read. A web page gets nothing even with it (Origin, foreign Host).

What is asked is done in another thread, one change after the other: reading a policy's files never keeps `status` from
answering.
"""

from __future__ import annotations

import asyncio
import dataclasses
import hmac
import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from guarded import secrets
from guarded.text import json_text
from provider_stub.http.messages import Request, Response
from provider_stub.http.service import Caller
from provider_stub.policy.model import Policy
from provider_stub.policy.problems import PolicyError, PolicyProblem
from provider_stub.policy.toml_file import from_mapping
from provider_stub.policy.ws_security import WsSecurity

_LOCAL_NAMES = ("127.0.0.1", "localhost", "[::1]")


class Controlled(Protocol):
    """What can be controlled: one provider, or a supervisor of several processes."""

    def status(self) -> dict[str, Any]:
        """What runs, where, and the counters."""
        ...

    def current_policy(self) -> Policy:
        """The policy in force."""
        ...

    def change_policy(self, policy: Policy) -> None:
        """Put another policy in force; raises PolicyError."""
        ...

    def open_visits(self) -> list[dict[str, Any]]:
        """Visits of connections that are still open, as JSON."""
        ...

    def forget(self) -> None:
        """Forget the visits in memory."""
        ...


Problems = Callable[[Policy, Sequence[PolicyProblem]], list[PolicyProblem]]
"""Everything that is wrong with a policy, except with keys that are known to be wrong already."""


class ControlService:
    """Answers the control port; `plain` is the policy that PUT starts from."""

    path = "/status"

    def __init__(self, target: Controlled, plain: Policy, problems_in: Problems, token: str) -> None:
        self._target, self._problems_in, self._token = target, problems_in, token.encode()
        self._changing = asyncio.Lock()
        self._routes: Mapping[tuple[str, str], Callable[[Request], Any]] = {
            ("GET", "/status"): lambda _: target.status(),
            ("GET", "/policy"): lambda _: shown(target.current_policy()),
            ("PATCH", "/policy"): lambda request: self._change(request, target.current_policy()),
            ("PUT", "/policy"): lambda request: self._change(request, plain),
            ("POST", "/policy/compare"): lambda request: self._compare(request, plain),
            ("GET", "/visits/open"): lambda _: target.open_visits(),
            ("DELETE", "/visits"): lambda _: target.forget(),
        }

    async def answer(self, request: Request, caller: Caller) -> Response:
        """One control request; errors are JSON, too."""
        host = (request.header("Host") or "").rpartition(":")[0] or request.header("Host")
        if host not in _LOCAL_NAMES or request.header("Origin") is not None:
            return _json(403, {"error": "the control port answers local tools only"})
        scheme, _, token = (request.header("Authorization") or "").partition(" ")
        if scheme.lower() != "bearer" or not hmac.compare_digest(token.strip().encode(), self._token):
            return _json(401, {"error": "the control port wants `Authorization: Bearer` with the state file's token"})
        route = self._routes.get((request.method, request.target.partition("?")[0]))
        if route is None:
            known = [f"{method} {path}" for method, path in self._routes]
            return _json(404, {"error": f"no such request; known: {', '.join(known)}"})
        try:
            if request.method in ("GET", "HEAD"):
                return _json(200, await asyncio.to_thread(route, request))
            async with self._changing:
                return _json(200, await asyncio.to_thread(route, request))
        except PolicyError as error:
            return _json(422, {"problems": [{"key": p.key, "message": p.message} for p in error.problems]})
        except OSError as error:  # a worker process that is gone
            return _json(503, {"error": str(error)})

    def _change(self, request: Request, base: Policy) -> dict[str, Any]:
        policy, problems = _asked(request, base)
        if policy.plain_http != self._target.current_policy().plain_http:
            problems.append(PolicyProblem("plain_http", "cannot be changed while the provider runs"))
        if problems:
            raise PolicyError([*problems, *self._problems_in(policy, problems)])
        self._target.change_policy(policy)
        return shown(policy)

    def _compare(self, request: Request, base: Policy) -> dict[str, Any]:
        policy, problems = _asked(request, base)
        if problems:
            raise PolicyError(problems)
        sides = policy, self._target.current_policy()
        names = [field.name for field in dataclasses.fields(policy)]
        return {"differs": [name for name in names if len({_settled(getattr(side, name)) for side in sides}) > 1]}


def _asked(request: Request, base: Policy) -> tuple[Policy, list[PolicyProblem]]:
    """The policy in a request's body, over `base`, and what is wrong with it."""
    try:
        document = json.loads(request.body)
    except (ValueError, RecursionError):
        document = None
    values = document.get("policy") if isinstance(document, dict) else None
    folder = document.get("folder", ".") if isinstance(document, dict) else None
    if not isinstance(values, dict) or not isinstance(folder, str):
        message = 'must be JSON such as {"folder": "/dir", "policy": {"personality": "nginx"}}'
        raise PolicyError([PolicyProblem("request", message)])
    return from_mapping(values, Path(folder), base=base)


def _settled(value: Any) -> Any:
    """A policy's value in a form in which the same is equal: files by where they are, from wherever they are named."""
    if isinstance(value, Path):
        return os.path.realpath(value)
    if isinstance(value, tuple):
        return tuple(map(_settled, value))
    if isinstance(value, WsSecurity):
        return tuple(_settled(getattr(value, field.name)) for field in dataclasses.fields(value))
    return frozenset(value.items()) if isinstance(value, Mapping) else value


def shown(policy: Policy) -> dict[str, Any]:
    """The keys that differ from their default, as JSON; content given in memory is not shown."""
    plain = Policy()
    found = {}
    for field in dataclasses.fields(policy):
        value = getattr(policy, field.name)
        if value != getattr(plain, field.name):
            found[field.name] = _value(value)
    return found


def _value(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_value(item) for item in value]
    if isinstance(value, bytes) or (isinstance(value, str) and "\n" in value):
        return "(given in memory)"
    if isinstance(value, WsSecurity):
        shown = {field.name: _value(getattr(value, field.name)) for field in dataclasses.fields(value)}
        return {**shown, "users": dict.fromkeys(value.users, secrets.BLANKED)}
    if isinstance(value, Mapping):
        return dict(value)
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)


def _json(status: int, value: Any) -> Response:
    body = json_text(value).encode() + b"\n"
    return Response(status, body, "application/json", close=True)
