"""The console: the live instance in a browser. `make_console` is its seam."""

from __future__ import annotations

from typing import Any

from sn_mock.live.live_instance import LiveInstance


def make_console(live: LiveInstance) -> Any:
    """The console as an ASGI application."""
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import PlainTextResponse
    from starlette.routing import Route

    async def page(request: Request) -> PlainTextResponse:
        return PlainTextResponse(f"sn-mock serves {live.folder.instance.name} at {live.door.url}\n")

    return Starlette(routes=[Route("/", page)])
