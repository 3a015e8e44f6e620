"""The outbound HTTP log: every call that was placed, and the full report of those that are kept whole."""

from __future__ import annotations

from guarded.values import dataclass
from sn_mock.instance import RELEASES, Instance, Record
from sn_mock.live.console.asked import Answer, Asked, NotThereError, Page, Saved
from sn_mock.live.console.desk.desk import Desk
from sn_mock.live.console.desk.mentions import Mention, mention
from sn_mock.live.console.desk.placed import Judged
from sn_mock.live.console.rows.cells import list_url, record_url
from sn_mock.live.outbound import LOG
from sn_mock.query import Row
from sn_mock.report import Chapter, chapter_html, page

_ROWS = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the log."""

    id: str
    when: str
    method: str
    url: str
    status: str
    milliseconds: str
    name: str
    """`Message.Function`; empty where only the row is left."""
    outcome: str
    ok: bool


def calls_page(desk: Desk, asked: Asked) -> Answer:
    """`/calls`, the newest first."""
    first = int(start) if (start := asked.query.get("first", "1")).isdigit() and 0 < int(start) < 10**9 else 1
    with desk.live.folder.open() as tables:
        rows = list(tables.rows(LOG))
    shown = rows[::-1][first - 1 : first - 1 + _ROWS]
    last = first - 1 + len(shown)
    return Page(
        "calls.html",
        {
            "lines": [_line(desk, row) for row in shown],
            "total": len(rows),
            "first": first if shown else 0,
            "last": last,
            "earlier": f"/calls?first={max(1, first - _ROWS)}" if first > 1 else "",
            "later": f"/calls?first={last + 1}" if last < len(rows) else "",
            "table": list_url(LOG, "ORDERBYDESCsequence"),
        },
    )


def _line(desk: Desk, row: Row) -> Line:
    def of(name: str) -> str:
        return row.get(name) or ""

    judged = desk.placed.call(of("sys_id"))
    exchange = judged.exchange if judged else None
    called = ".".join(filter(None, (exchange.message, exchange.function))) if exchange else ""
    if judged is None:
        outcome = of("error_message")
    elif judged.exchange.findings:
        outcome = judged.exchange.findings[0].title
    else:
        outcome = "" if judged.ok else judged.headline
    status = of("response_status")
    ok = judged.ok if judged else status.isdigit() and int(status) < 400
    url = f"{of('scheme')}://{of('hostname')}{of('path')}" if of("hostname") else "nowhere"
    if exchange and exchange.route and exchange.route.host:
        url = exchange.route.url
    return Line(
        of("sys_id"),
        of("sys_created_on"),
        of("method"),
        url,
        status,
        of("total_time"),
        called,
        outcome,
        ok,
    )


def call_page(desk: Desk, asked: Asked) -> Answer:
    """`/calls/<sys_id>`: the report, the records to change, and the button that places the call again."""
    return Page("call.html", told_call(desk, _kept(desk, asked)))


def saved_report(desk: Desk, asked: Asked) -> Answer:
    """`/calls/<sys_id>/report.html`: the report as one file that stands alone, for a ticket."""
    judged = _kept(desk, asked)
    exchange, instance = judged.exchange, desk.live.folder.instance
    release = RELEASES[exchange.release].label if exchange.release in RELEASES else exchange.release
    about = (
        ("date", f"{exchange.started:%Y-%m-%d %H:%M:%S} UTC"),
        ("instance", instance.name),
        ("release", release),
        ("made by", "sn-mock serve"),
    )
    text = page(judged.headline, [Chapter(exchange, judged.visit)], about=about)
    return Saved(f"call-{exchange.started:%Y%m%d-%H%M%S}.html", text.encode("utf-8", "replace"))


def _kept(desk: Desk, asked: Asked) -> Judged:
    judged = desk.placed.call(asked.path["id"])
    if judged is None:
        raise NotThereError(
            "this call is not kept: the newest ones are, while sn-mock serve runs; its row is in the log"
        )
    return judged


def told_call(desk: Desk, judged: Judged) -> dict[str, object]:
    """What a template says of a call."""
    exchange = judged.exchange
    return {
        "call": judged,
        "report": chapter_html(Chapter(exchange, judged.visit), "call"),
        "records": behind(desk.live.folder.instance, judged),
        "row": record_url(LOG, judged.id),
    }


def behind(instance: Instance, judged: Judged) -> tuple[Mention, ...]:
    """The records behind a call, as they are named now: function, message, profile, keystores."""
    exchange = judged.exchange
    found: list[Record] = []
    soap = instance.soap_message(exchange.message) if exchange.message else None
    rest = instance.rest_message(exchange.message) if exchange.message and soap is None else None
    if soap is not None:
        found += [row for row in (instance.soap_function(soap, exchange.function), soap) if row]
    elif rest is not None:
        found += [row for row in (instance.rest_function(rest, exchange.function), rest) if row]
    mentions = [mention(row) for row in found]
    route = exchange.route
    if route is not None:
        profile = instance.protocol_profile(route.protocol_profile) if route.protocol_profile else None
        mentions += [mention(profile)] if profile else []
        mentions += [mention(row) for sys_id in route.keystore_ids if (row := instance.certificate(sys_id))]
    return tuple(dict.fromkeys(mentions))
