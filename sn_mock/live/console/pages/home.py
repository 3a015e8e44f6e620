"""The first page: why did my last call fail, and which record do I change."""

from __future__ import annotations

from sn_mock.live.console.asked import Answer, Asked, Page
from sn_mock.live.console.desk.desk import Desk
from sn_mock.live.console.desk.steps import steps
from sn_mock.live.console.pages.calls import behind
from sn_mock.report.story import story

_SHOWN = 3


def home_page(desk: Desk, asked: Asked) -> Answer:
    """`/`."""
    del asked
    instance = desk.live.folder.instance
    newest, failed = desk.placed.newest(), desk.placed.last_failed()
    shown = failed if newest is None or newest.ok else newest
    checked = desk.checks.now()
    return Page(
        "home.html",
        {
            "newest": newest,
            "failed": failed,
            "shown": shown,
            "story": story(shown.exchange, shown.visit) if shown else None,
            "records": behind(instance, shown) if shown else (),
            "checked": checked,
            "wrong": checked.wrong[:_SHOWN],
            "steps": steps(
                instance,
                called=any(one.exchange.ok for one in desk.live.outbound.calls()),
                provider=desk.providers.is_up,
            ),
        },
    )


def check_page(desk: Desk, asked: Asked) -> Answer:
    """`/check`: every finding about the folder as it is, with its records."""
    del asked
    return Page("check.html", {"checked": desk.checks.now()})
