"""The row of `sys_outbound_http_log`, "Outbound HTTP Requests" (KB0659194; docs, outbound-logging-properties)."""

from __future__ import annotations

from typing import Any

from guarded import secrets
from sn_mock.exchange import Exchange
from sn_mock.masking import without_password
from sn_mock.outbound.calls.script_view import NO_RESPONSE
from sn_mock.outbound.routing.outbound_call import LogLevel, OutboundCall

CONTENT_LIMIT = 100
"""Kilobytes of a body that are kept: `glide.outbound_http.content.max_limit`."""


def row(exchange: Exchange, call: OutboundCall, error_text: str = "") -> dict[str, Any]:
    """The elements of the call's log level: basic, elevated (and headers), all (and bodies)."""
    route, response = exchange.route, exchange.response
    completed = response.status_code > 0
    path, _, query = without_password(route.path if route else "").partition("?")
    logged: dict[str, Any] = {
        "response_status": response.status_code if completed else NO_RESPONSE,
        "method": call.method,
        "protocol": "HTTP/1.1",
        "scheme": route.scheme if route else "",
        "hostname": route.host if route else "",
        "path": path,
        "request_length": len(exchange.request_body.encode()),
        "response_length": len(response.body.encode()),
        "total_time": round(sum(attempt.duration_ms for attempt in exchange.attempts)),
        "log_level": str(call.log_level),
        "source_table": call.source_table,
        "source_record": call.source_record,
        "mid_server": call.mid_server or "",
    }
    if exchange.failure and not completed:
        logged["error_message"] = error_text
    if call.log_level is not LogLevel.BASIC:
        logged["url_query"] = secrets.target(query)
        logged["request_headers"] = _lines(exchange.request_headers)
        logged["response_headers"] = _lines(response.headers)
    if call.log_level is LogLevel.ALL:
        logged["request_body"] = secrets.body(exchange.request_body[: CONTENT_LIMIT * 1024])
        logged["response_body"] = secrets.body(response.body[: CONTENT_LIMIT * 1024])
    return logged


def _lines(headers: tuple[tuple[str, str], ...]) -> str:
    return "\n".join(f"{name}: {secrets.header(name, value)}" for name, value in headers)
