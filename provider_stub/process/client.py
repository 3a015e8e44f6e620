"""The command line's side of the control port, and a visit in one line."""

from __future__ import annotations

import http.client
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from guarded import files, toml
from guarded.text import one_line
from provider_stub.process.background import ControlError

_SECONDS = 5.0
_CHANGE_SECONDS = 60.0
"""A change reads every file that the policy names, in every worker."""
_MAX_ANSWER = 256 * 1024 * 1024


def ask(state: dict[str, Any], method: str, path: str, document: Any = None) -> Any:
    """One request to the control port of the provider that `state` describes."""
    seconds = _SECONDS if document is None else _CHANGE_SECONDS
    connection = http.client.HTTPConnection("127.0.0.1", state["control_port"], timeout=seconds)
    headers = {"Authorization": f"Bearer {state['control_token']}"}
    try:
        connection.request(method, path, None if document is None else json.dumps(document), headers)
        response = connection.getresponse()
        content = response.read(_MAX_ANSWER)
        if response.status == 500:
            raise ControlError(content.decode("utf-8", "replace").strip())
        answer = json.loads(content)
    except (OSError, ValueError, RecursionError, http.client.HTTPException) as error:
        raise ControlError(f"the control port {state['control_port']} does not answer: {error}") from None
    finally:
        connection.close()
    if response.status == 200:
        return answer
    if "error" in answer:
        raise ControlError(answer["error"])
    problems = answer["problems"]
    raise ControlError("\n".join(f"{problem['key']}: {problem['message']}" for problem in problems))


def control(state: dict[str, Any], action: str, arguments: Sequence[str]) -> Any:
    """`control show | set KEY=VALUE… | load FILE.toml | clear`; returns the policy in force (None after `clear`)."""
    if action == "show":
        return ask(state, "GET", "/policy")
    if action == "clear":
        return ask(state, "DELETE", "/visits")
    if not arguments:
        raise ControlError(f"control {action}: give {'KEY=VALUE' if action == 'set' else 'one policy file'}")
    if action == "load":
        return ask(state, "PUT", "/policy", _file(Path(arguments[0])))
    return ask(state, "PATCH", "/policy", {"folder": str(Path.cwd()), "policy": dict(map(_pair, arguments))})


def differing(state: dict[str, Any], path: Path) -> list[str]:
    """The keys in which a policy file, as it is now, differs from the policy in force; raises ControlError."""
    found: list[str] = ask(state, "POST", "/policy/compare", _file(path))["differs"]
    return found


def _file(path: Path) -> dict[str, Any]:
    try:
        document = toml.parse(files.read(path, toml.MAX_BYTES))
    except OSError as error:
        raise ControlError(f"{path}: {error.strerror}") from None
    except ValueError as error:
        raise ControlError(f"{path}: {error}") from None
    return {"folder": str(path.parent.resolve()), "policy": json.loads(json.dumps(document, default=str))}


def _pair(text: str) -> tuple[str, Any]:
    key, equals, value = text.partition("=")
    if not equals:
        raise ControlError(f"{text!r} is not KEY=VALUE")
    if not value:
        return key.strip(), None
    try:
        typed = toml.parse(f"value = {value}".encode("utf-8", "replace"))["value"]
    except ValueError:
        typed = value
    return key.strip(), typed if isinstance(typed, str | int | float | bool | list | dict) else value


def line(visit: dict[str, Any]) -> str:
    """A visit in one line: when, who, what became of it, why, and what the client was told."""
    parts = [visit["started"][:19], f"{visit['peer']['host']}:{visit['peer']['port']}", visit["verdict"]]
    if visit["reason"]:
        parts.append(f"({visit['reason']})")
    if visit["alert_sent"]:
        parts.append(f"alert sent: {visit['alert_sent']}")
    if visit["alert_received"]:
        parts.append(f"alert received: {visit['alert_received']}")
    if visit["tls"]:
        parts.append(visit["tls"]["version"])
    if visit["presented"]:
        parts.append(f"[{visit['presented'][0]['subject']}]")
    elif visit["certificate_message"]:
        parts.append("[no certificate]")
    for request in visit["requests"]:
        refused = (request.get("ws_security") or {}).get("cause")
        why = f" (WS-Security: {refused})" if refused else ""
        parts.append(f"{request['method']} {request['target']} {request['status']}{why}")
    return one_line("  ".join(parts))
