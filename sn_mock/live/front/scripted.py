"""Scripted REST resources: rows of `sys_ws_definition` and `sys_ws_operation`, run by the script engine.

The URL is `/api/<namespace>[/v1]/<service_id>/<relative_path>` (docs, c_CustomWebServices); a part `{name}` of the
relative path is a path parameter. What the script returns, or hands to `response.setBody`, is the answer's `result`.
"""

from __future__ import annotations

import re
from typing import Any

from guarded.regex import regex
from guarded.values import dataclass
from provider_stub.http.messages import Headers, Request, Response
from sn_mock.live.front import bodies
from sn_mock.live.front.asked import Asked, answer
from sn_mock.live.front.errors import Error, RefusedError
from sn_mock.live.outbound import OutboundLog
from sn_mock.live.scripts import run_script
from sn_mock.live.state import LiveFolder
from sn_mock.query.source import Row
from sn_mock.scripting import Context

DEFINITIONS, OPERATIONS = "sys_ws_definition", "sys_ws_operation"
_VERSION = regex(r"v\d+")
_OPEN = "true"


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource that a path means."""

    operation: Row
    service: Row
    parameters: dict[str, str]

    @property
    def authenticated(self) -> bool:
        """It asks for authentication."""
        return self.operation.get("requires_authentication", "true") != "false"

    @property
    def name(self) -> str:
        """What stands in stack traces and logs."""
        return f"{self.service.get('name', '')}.{self.operation.get('name', '')}"


class ScriptedRest:
    """The scripted resources of one instance."""

    def __init__(self, folder: LiveFolder, outbound: OutboundLog) -> None:
        self._folder, self._outbound = folder, outbound

    def find(self, method: str, path: str) -> Resource | None:
        """The active resource behind a path; None where there is none."""
        parts = [part for part in path.split("/") if part]
        if len(parts) < 3 or parts[0] != "api":
            return None
        if _VERSION.fullmatch(parts[2]):
            del parts[2]
        with self._folder.open() as tables:
            services = [row for row in tables.rows(DEFINITIONS) if row.get("active", _OPEN) != "false"]
            operations = [row for row in tables.rows(OPERATIONS) if row.get("active", _OPEN) != "false"]
        for service in services:
            base = [part for part in _base(service).split("/") if part]
            if not base or parts[: len(base)] != base:
                continue
            for operation in operations:
                if operation.get("web_service_definition") not in (service["sys_id"], service.get("name")):
                    continue
                if operation.get("http_method", "GET").upper() != ("GET" if method == "HEAD" else method):
                    continue
                found = _matched(operation.get("relative_path", "/"), parts[len(base) :])
                if found is not None:
                    return Resource(operation, service, found)
        return None

    def answer(self, resource: Resource, asked: Asked) -> Response:
        """Run the resource's script."""
        context = Context(request=_request(asked, resource), user=asked.visitor.user)
        source = resource.operation.get("operation_script", "")
        result = run_script(self._folder, self._outbound, source, name=resource.name, context=context)
        if result.error is not None:
            raise RefusedError(Error.SCRIPT_FAILED, result.error.message, f"{result.error.kind}: {result.error.where}")
        left = result.left.get("response") or {}
        status, headers, body = left.get("status", 200), left.get("headers") or {}, left.get("body")
        if not isinstance(status, int) or not 200 <= status <= 599 or not isinstance(headers, dict):
            raise RefusedError(Error.SCRIPT_FAILED, "the script set a status or headers that no answer can have", "")
        if body is None and "returned" in result.left:
            body = result.left["returned"]
        return _response(asked, status, {str(name): str(value) for name, value in headers.items()}, body)


def _response(asked: Asked, status: int, headers: dict[str, str], body: Any) -> Response:
    """A text that the script wrote goes out as it is; anything else is the result."""
    given = next((value for name, value in headers.items() if name.lower() == "content-type"), "")
    others: Headers = tuple(
        (_token(name), _line(value)) for name, value in headers.items() if _token(name) and name.lower() not in _OWN
    )
    if isinstance(body, str) and given:
        return answer(status, body.encode("utf-8", "replace"), _line(given), others)
    is_error = isinstance(body, dict) and status >= 400 and "error" in body
    content = {} if status == 204 else body if is_error else {"result": {} if body is None else body}
    data, kind = bodies.written(content, asked.accepts)
    return answer(status, b"" if status == 204 else data, kind, others)


_OWN = frozenset({"content-type", "content-length", "transfer-encoding", "connection"})


def _token(name: str) -> str:
    return name if re.fullmatch(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+", name) else ""


def _line(text: str) -> str:
    return "".join(letter for letter in text if " " <= letter < "\x7f")


def _base(service: Row) -> str:
    if service.get("base_uri"):
        return service["base_uri"]
    return f"/api/{service.get('namespace') or 'global'}/{service.get('service_id', '')}"


def _matched(pattern: str, parts: list[str]) -> dict[str, str] | None:
    wanted = [part for part in pattern.split("/") if part]
    if len(wanted) != len(parts):
        return None
    found = {}
    for want, have in zip(wanted, parts, strict=True):
        if want.startswith("{") and want.endswith("}"):
            found[want[1:-1]] = have
        elif want != have:
            return None
    return found


def _request(asked: Asked, resource: Resource) -> dict[str, Any]:
    raw: Request = asked.raw
    query = raw.target.partition("?")[2]
    told: dict[str, Any] = {
        "method": asked.method,
        "uri": asked.path,
        "url": f"{asked.base_url}{asked.path}",
        "queryString": query,
        "queryParams": {name: [value for key, value in asked.query if key == name] for name, _ in asked.query},
        "pathParams": resource.parameters,
        "headers": {name.lower(): value for name, value in raw.headers if name.lower() != "authorization"},
        "answers": True,
    }
    if raw.body:
        told["body"] = raw.body.decode("utf-8", "replace")
    return told
