"""An instance as a business has it, a partner to call, and a way to run scripts."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from sn_mock import scripting
from sn_mock.instance import (
    Instance,
    RowTables,
    SysAuthProfileBasic,
    SysProperty,
    SysRestMessage,
    SysRestMessageFunction,
    SysScriptInclude,
)

ABEL, BEA, TEAM, INC, CI, ALIAS = (letter * 32 for letter in "abcdef")
ROWS: dict[str, list[dict[str, Any]]] = {
    "sys_user": [
        {
            "sys_id": ABEL,
            "user_name": "abel",
            "name": "Abel Tuter",
            "first_name": "Abel",
            "email": "abel@example.com",
            "active": True,
        },
        {
            "sys_id": BEA,
            "user_name": "bea",
            "name": "Bea Hart",
            "email": "bea@example.com",
            "active": True,
            "manager": ABEL,
        },
    ],
    "sys_user_group": [{"sys_id": TEAM, "name": "Network", "manager": BEA}],
    "sys_user_grmember": [{"user": ABEL, "group": TEAM}, {"user": BEA, "group": TEAM}],
    "cmdb_ci": [{"sys_id": CI, "name": "router-1", "ip_address": "10.0.0.1"}],
    "incident": [
        {
            "sys_id": INC,
            "number": "INC0010001",
            "short_description": "Printer on fire",
            "caller_id": ABEL,
            "assignment_group": TEAM,
            "cmdb_ci": CI,
            "priority": "1",
            "state": "2",
            "active": True,
            "opened_at": "2026-03-01 08:00:00",
            "sys_created_on": "2026-03-01 08:00:00",
            "sys_created_by": "abel",
            "correlation_id": "",
        },
        {"number": "INC0010002", "short_description": "Mail", "priority": "3", "state": "6", "active": False,
         "opened_at": "2026-02-01 08:00:00", "sys_created_on": "2026-02-01 08:00:00"},
        {"number": "INC0010003", "short_description": "VPN", "priority": "1", "state": "1", "active": True,
         "opened_at": "2026-03-09 08:00:00", "sys_created_on": "2026-03-09 08:00:00"},
    ],
    "sys_alias": [{"sys_id": ALIAS, "name": "Shop", "id": "x_acme.Shop"}],
    "basic_auth_credentials": [
        {"sys_id": "1" * 32, "name": "shop user", "type": "basic_auth", "user_name": "shop", "password": "secret"}
    ],
    "http_connection": [
        {"name": "shop", "connection_alias": ALIAS, "credential": "1" * 32, "host": "shop.example", "port": "8443",
         "connection_url": "https://shop.example:8443/api", "active": True, "protocol": "https"}
    ],
}  # fmt: skip


class _Partner(BaseHTTPRequestHandler):
    """Answers with what it was sent; paths below /xml with XML, /error with status 500."""

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        told = {"method": self.command, "path": self.path, "body": body, "auth": self.headers.get("Authorization", "")}
        text = json.dumps({**told, "id": "T-1", "items": [{"name": "one"}, {"name": "two"}]})
        if self.path.startswith("/xml"):
            text = f"<?xml version='1.0'?><order xmlns='urn:acme'><id>T-1</id><path>{self.path[:20]}</path></order>"
        data = text.encode()
        self.send_response(500 if self.path.startswith("/error") else 201 if self.command == "POST" else 200)
        self.send_header("Content-Type", "text/xml" if self.path.startswith("/xml") else "application/json")
        self.send_header("X-Request-Id", "r-1")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _answer  # noqa: N815 - the library's names

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@pytest.fixture(scope="session")
def partner() -> Iterator[str]:
    """The URL of a partner's HTTP service on this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Partner)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


def acme(url: str = "http://127.0.0.1:1", *includes: tuple[str, str, str]) -> Instance:
    """The instance; includes are (scope, name, script)."""
    message = SysRestMessage(name="Shop", rest_endpoint=url)
    return Instance(
        name="acmedev",
        properties=(SysProperty(name="acme.url", value=url), SysProperty(name="acme.on", value="true")),
        basic_auth_profiles=(SysAuthProfileBasic(name="shop"),),
        rest_messages=(message,),
        rest_functions=(
            SysRestMessageFunction(
                rest_message=message.sys_id,
                function_name="Create",
                http_method="post",
                rest_endpoint=f"{url}/orders",
                content='{"text": "${text}"}',
            ),
        ),
        script_includes=tuple(
            SysScriptInclude(name=name, sys_scope=scope, script=script) for scope, name, script in includes
        ),
        rows=RowTables(None, ROWS),
    )


@pytest.fixture
def make_instance() -> Callable[..., Instance]:
    """`make_instance(url, *includes)`: the instance by itself."""
    return acme


@pytest.fixture
def run_script(partner: str) -> Callable[..., scripting.ScriptResult]:
    """Run a script on the instance, well: `run_script(script, includes=(…), **context)`."""

    def run(
        script: str, /, *, includes: tuple[tuple[str, str, str], ...] = (), on: Any = None, **context: Any
    ) -> scripting.ScriptResult:
        result = scripting.run(
            acme(partner, *includes), script, when=on, context=scripting.Context(**context), name="acme.js"
        )
        assert result.error is None, result.error
        return result

    return run
