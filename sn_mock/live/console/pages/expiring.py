"""`/expiry`: which certificate warns whom, when; on any day."""

from __future__ import annotations

from datetime import UTC, datetime

from sn_mock.failure import MockUsageError
from sn_mock.live.console.asked import Answer, Asked, Page
from sn_mock.live.console.desk.desk import Desk
from sn_mock.outbound.credentials.expiry import LEAD_DAYS, expiry
from sn_mock.report.story import Validity
from sn_mock.report.time_line import time_line


def expiry_page(desk: Desk, asked: Asked) -> Answer:
    """The rows, most urgent first, each with its bars on one time line."""
    when = _when(asked.query.get("on", ""))
    rows = expiry(desk.live.folder.instance, when)
    shown = []
    for row in rows:
        bars = [Validity(one.place, one.subject, one.not_before, one.not_after) for one in row.certificates]
        shown.append((row, time_line(bars, when)))
    return Page("expiry.html", {"rows": shown, "when": when, "lead": LEAD_DAYS})


def _when(text: str) -> datetime:
    if not text:
        return datetime.now(UTC)
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise MockUsageError(f"{text} is no day; write YYYY-MM-DD") from None
