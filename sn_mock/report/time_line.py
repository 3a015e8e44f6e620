"""Validity periods as bars on one time line around the day of the call.

Drawn as SVG: a page whose content security policy allows no inline style can show it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from html import escape

from sn_mock.report.story import Validity

_BEFORE, _AFTER = timedelta(days=2 * 365), timedelta(days=2 * 365)
"""The window shown; what begins earlier or ends later touches its edge."""

_THINNEST = 0.8
"""Percent of the width that is always drawn."""


def time_line(certificates: Sequence[Validity], when: datetime) -> str:
    """The bars as HTML; the day of the call is the vertical line. Empty without certificates."""
    if not certificates:
        return ""
    begin, end = _shifted(when, -_BEFORE), _shifted(when, _AFTER)
    rows = "".join(_row(one, when, begin, end) for one in certificates)
    return (
        f'<div class="timeline"><div class="axis"><span>{begin:%Y-%m}</span>'
        f"<span>{when:%Y-%m-%d}</span><span>{end:%Y-%m}</span></div>{rows}</div>"
    )


def _shifted(when: datetime, by: timedelta) -> datetime:
    """Another moment, or the last one that a calendar has."""
    try:
        return when + by
    except OverflowError:
        return (datetime.max if by > timedelta() else datetime.min).replace(tzinfo=when.tzinfo)


def _row(one: Validity, when: datetime, begin: datetime, end: datetime) -> str:
    left, right = _percent(one.begin, begin, end), _percent(one.end, begin, end)
    width = max(right - left, _THINNEST)
    state = "over" if one.end < when else "ahead" if one.begin > when else "good"
    words = {"over": "expired", "ahead": "not yet valid", "good": "valid"}[state]
    now = _percent(when, begin, end)
    return (
        f'<div class="bar-row"><div class="bar-name">{escape(one.subject)} <small>{escape(one.owner)}</small></div>'
        '<svg class="track" width="100%" height="12" aria-hidden="true">'
        f'<rect class="bar {state}" x="{left:.1f}%" y="1" width="{width:.1f}%" height="10" rx="3"/>'
        f'<line class="now" x1="{now:.1f}%" x2="{now:.1f}%" y1="0" y2="12"/></svg>'
        f'<div class="bar-dates">{one.begin:%Y-%m-%d} to {one.end:%Y-%m-%d} <b class="{state}">{words}</b></div></div>'
    )


def _percent(moment: datetime, begin: datetime, end: datetime) -> float:
    share = (moment - begin) / (end - begin) * 100
    return min(max(share, 0.0), 99.2)
