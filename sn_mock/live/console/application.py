"""`Console`: every page with its address. It brings half of sn-mock along; `app` loads it when it is first needed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from sn_mock.failure import MockUsageError
from sn_mock.live.console.asked import Answer, Asked, NotThereError, Page, Saved, Seen, Upload
from sn_mock.live.console.desk.desk import Desk, Notice
from sn_mock.live.console.guard import MOST_BYTES, BodyTooLargeError, Keys
from sn_mock.live.console.navigation import SECTIONS
from sn_mock.live.console.pages import (
    calls,
    catalogue,
    expiring,
    explaining,
    home,
    lists,
    messages,
    provider,
    records,
    workshop,
)
from sn_mock.live.console.rendering import FOLDER, OUTSIDE, Renderer
from sn_mock.live.console.rows.cells import list_url, record_url, shortened
from sn_mock.live.live_instance import LiveInstance
from sn_mock.report.style import COLOURS, PARTS

Handler = Callable[[Asked], Answer]
_MOST_FIELDS = 400
_MOST_FILES = 4


class Console:
    """The pages of one live instance, and the ASGI application that answers with them."""

    def __init__(self, live: LiveInstance, keys: Keys) -> None:
        self._desk, self._keys = Desk(live), keys
        self.application = Starlette(routes=self._routes(), exception_handlers=self._refusals())
        self._renderer = Renderer(
            {
                "sections": SECTIONS,
                "record_url": record_url,
                "list_url": list_url,
                "shortened": shortened,
                "form_token": keys.form,
                "most_megabytes": MOST_BYTES >> 20,
            }
        )

    def close(self) -> None:
        """Stop what was started from its pages."""
        self._desk.close()

    def _routes(self) -> list[BaseRoute]:
        desk = self._desk
        get: dict[str, Handler] = {
            "/": lambda asked: home.home_page(desk, asked),
            "/check": lambda asked: home.check_page(desk, asked),
            "/calls": lambda asked: calls.calls_page(desk, asked),
            "/calls/{id}/report.html": lambda asked: calls.saved_report(desk, asked),
            "/calls/{id}": lambda asked: calls.call_page(desk, asked),
            "/provider": lambda asked: provider.provider_page(desk, asked),
            "/provider/visits": lambda asked: provider.news_page(desk, asked),
            "/provider/visits/{host}/{id}": lambda asked: provider.visit_page(desk, asked),
            "/door": lambda asked: provider.door_page(desk, asked),
            "/door/visits": lambda asked: provider.door_news_page(desk, asked),
            "/explain": explaining.explain_page,
            "/scenarios": catalogue.catalogue_page,
            "/scenarios/{id}": lambda asked: catalogue.scenario_page(desk, asked),
            "/expiry": lambda asked: expiring.expiry_page(desk, asked),
            "/keystore": lambda asked: workshop.workshop_page(desk, asked),
            "/tables": lambda asked: lists.tables_page(desk.live.folder, asked),
            "/{table}_list.do": lambda asked: lists.list_page(desk.live.folder, asked),
            "/{table}.do": lambda asked: records.record_page(desk, asked),
        }
        post: dict[str, Handler] = {
            "/test": lambda asked: messages.test_call(desk, asked),
            "/generate": lambda asked: messages.generate(desk, asked),
            "/provider": lambda asked: provider.change_provider(desk, asked),
            "/explain": explaining.explained,
            "/scenarios/{id}": lambda asked: catalogue.run_scenario(desk, asked),
            "/keystore": lambda asked: workshop.work(desk, asked),
            "/{table}.do": lambda asked: records.save_record(desk, asked),
        }
        found: list[BaseRoute] = [Route("/static/report.css", self._report_style, methods=["GET"])]
        found.append(Mount("/static", StaticFiles(directory=FOLDER / "static")))
        found += [Route(path, self._asking(handler), methods=["GET"]) for path, handler in get.items()]
        found += [Route(path, self._asking(handler), methods=["POST"]) for path, handler in post.items()]
        return found

    def _asking(self, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            asked = await self._asked(request)
            answer = await run_in_threadpool(handler, asked)
            return await run_in_threadpool(self._answered, answer, asked)

        return endpoint

    async def _asked(self, request: Request) -> Asked:
        """The request as a value; a form must bring our token."""
        path, query = dict(request.path_params), dict(request.query_params)
        target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        if request.method in ("GET", "HEAD"):
            return Asked(path, query, target=target)
        form: dict[str, str] = {}
        files: dict[str, Upload] = {}
        async with request.form(max_files=_MOST_FILES, max_fields=_MOST_FIELDS, max_part_size=MOST_BYTES) as posted:
            for name, value in posted.multi_items():
                if isinstance(value, UploadFile):
                    files[name] = Upload(_base(value.filename or ""), await value.read())
                else:
                    form[name] = value
        if not self._keys.is_form(form.pop("form_token", "")):
            raise HTTPException(403, "This form is not one of this console's, or from before it was started anew.")
        return Asked(path, query, form, files, target)

    def _answered(self, answer: Answer, asked: Asked) -> Response:
        if isinstance(answer, Seen):
            place = answer.place
            if answer.said:
                name = self._desk.notices.keep(Notice(answer.said, answer.bad))
                place += f"{'&' if '?' in place else '?'}said={name}"
            return RedirectResponse(place, 303)
        if isinstance(answer, Saved):
            headers = {"content-disposition": f'attachment; filename="{answer.name}"'}
            return Response(answer.content, media_type="text/html", headers=headers)
        return self._page(answer, asked)

    def _page(self, page: Page, asked: Asked | None, notice: Notice | None = None) -> Response:
        live = self._desk.live
        said = notice or self._desk.notices.get(asked.query.get("said", "") if asked else "")
        instance = live.folder.instance
        known = {
            "instance": instance,
            "problem_of_folder": live.folder.problem,
            "notice": said,
            "here": asked.target if asked else "",
            "provider_is_up": self._desk.providers.is_up,
        }
        return Response(
            self._renderer.page(page.template, {**known, **page.values}), page.status, media_type="text/html"
        )

    # What goes wrong

    def _refusals(self) -> dict[Any, Any]:
        return {
            MockUsageError: self._misused,
            NotThereError: self._not_there,
            HTTPException: self._http,
            BodyTooLargeError: self._too_large,
            Exception: self._broken,
        }

    async def _misused(self, request: Request, error: Exception) -> Response:
        return await self._refused(request, 400, "That cannot be done", str(error))

    async def _not_there(self, request: Request, error: Exception) -> Response:
        return await self._refused(request, 404, "There is no such thing here", str(error))

    async def _too_large(self, request: Request, _: Exception) -> Response:
        said = f"More than {MOST_BYTES >> 20} MB were sent; nothing was kept."
        return await self._refused(request, 413, "Too large", said)

    async def _broken(self, request: Request, error: Exception) -> Response:
        """A fault of ours: the page says so; the server's log has it with its traceback."""
        del request
        said = f"A fault of sn-mock itself: {type(error).__name__}; the terminal that runs sn-mock serve shows it all."
        return Response(self._renderer.page(OUTSIDE, {"said": said}), 500, media_type="text/html")

    async def _http(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        said = error.detail if error.status_code != 404 else f"there is no page {request.url.path}"
        title = "There is no such thing here" if error.status_code == 404 else "That cannot be done"
        return await self._refused(request, error.status_code, title, said)

    async def _refused(self, request: Request, status: int, title: str, said: str) -> Response:
        asked = Asked({}, {}, target=request.url.path)
        page = Page("refused.html", {"title": title, "said": said}, status)
        return await run_in_threadpool(self._page, page, asked)

    def _report_style(self, _: Request) -> Response:
        return Response(COLOURS + PARTS, media_type="text/css")


def _base(name: str) -> str:
    """A file's name without the folders that some browsers send."""
    return name.replace("\\", "/").rpartition("/")[2]
