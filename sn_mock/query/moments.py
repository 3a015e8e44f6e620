"""Conditions on dates: `ON`, `DATEPART`, the `RELATIVE…` family, `MORETHAN`, and `>` beside `javascript:` values.

Shapes (docs, "Operators available for filters and queries" and what the condition builder writes):

    opened_atONToday@javascript:gs.beginningOfToday()@javascript:gs.endOfToday()
    opened_atBETWEENjavascript:gs.daysAgoStart(7)@javascript:gs.endOfToday()
    opened_atRELATIVEGT@hour@ago@3        opened_atRELATIVEEE@dayofweek@ahead@1
    opened_atDATEPARTMonday@javascript:gs.datePart('dayofweek','monday','EE')
    opened_atMORETHANopened_at@day@after@2
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from guarded.regex import regex
from sn_mock.query.calendar import Calendar, end_of, parse_moment, shifted, start_of

_RELATIVE = regex(r"@(second|minute|hour|day|dayofweek|week|month|quarter|year)@(ago|ahead)@(\d{1,6})")
_PART = regex(
    r"(?:.*@)?(?:javascript:)?gs\.datePart\(\s*['\"](\w+)['\"]\s*,\s*['\"](\w+)['\"]\s*,\s*['\"](\w+)['\"]\s*\)"
)
_APART = regex(
    r"([a-z0-9_.]+)@(second|minute|hour|day|week|month|quarter|year)@(before|after|before_or_after)@(\d{1,6})"
)
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "GT": lambda one, other: one > other,
    "GE": lambda one, other: one >= other,
    "LT": lambda one, other: one < other,
    "LE": lambda one, other: one <= other,
    "EE": lambda one, other: one == other,
    "EQ": lambda one, other: one == other,
}


class UnreadableValueError(Exception):
    """The condition's value is of no shape that the operator has."""


def meets_moment(operator: str, have: str, value: str, calendar: Calendar, other: str = "") -> bool:
    """Whether a stored date meets an operator of the MOMENT family.

    `other` is the value of the field that MORETHAN and LESSTHAN name. Raises `UnreadableValueError`.
    """
    if operator in ("ON", "NOTON"):
        first, last = span(value, calendar)
        moment = parse_moment(have)
        return moment is not None and (first <= moment <= last) == (operator == "ON")
    if operator == "DATEPART":
        return _meets_part(have, value, calendar)
    if operator in ("MORETHAN", "LESSTHAN"):
        return _meets_apart(operator, have, value, other)
    return _meets_relative(operator, have, value, calendar)


def span(value: str, calendar: Calendar) -> tuple[datetime, datetime]:
    """The first and last second of `Label@from@to`, `from@to`, or of one day."""
    parts = [resolved(part, calendar) for part in value.split("@")]
    moments = [moment for moment in map(parse_moment, parts) if moment is not None]
    if len(moments) >= 2:
        last = moments[-1]
        return moments[0], end_of(last, "Day") if len(parts[-1].strip()) == 10 else last
    if len(moments) == 1:
        return start_of(moments[0], "Day"), end_of(moments[0], "Day")
    raise UnreadableValueError(value)


def resolved(text: str, calendar: Calendar) -> str:
    """A value with `javascript:gs.…` carried out; raises `UnreadableValueError` for other scripts."""
    if not text.strip().startswith("javascript:"):
        return text
    answer = calendar.evaluate(text)
    if answer is None:
        raise UnreadableValueError(text)
    return answer


def _meets_relative(operator: str, have: str, value: str, calendar: Calendar) -> bool:
    match = _RELATIVE.fullmatch(value)
    if match is None:
        raise UnreadableValueError(value)
    moment = parse_moment(have)
    if moment is None:
        return False
    unit, count = match[1], int(match[3]) * (-1 if match[2] == "ago" else 1)
    compare = _COMPARE[operator.removeprefix("RELATIVE")]
    if unit == "second":
        return compare(moment, calendar.now + timedelta(seconds=count))
    word = {"dayofweek": "Day"}.get(unit, unit.capitalize())
    try:
        there = shifted(calendar.now, word, count)
    except (OverflowError, ValueError):
        raise UnreadableValueError(value) from None
    if operator == "RELATIVEEE" or unit == "dayofweek":
        return compare(start_of(calendar.local(moment), word), start_of(calendar.local(there), word))
    return compare(moment, there)


def _meets_part(have: str, value: str, calendar: Calendar) -> bool:
    match = _PART.fullmatch(value)
    if match is None or match[3].upper() not in _COMPARE:
        raise UnreadableValueError(value)
    moment = parse_moment(have)
    if moment is None:
        return False
    local, unit, wanted = calendar.local(moment), match[1].lower(), match[2].lower()
    if unit == "dayofweek" and wanted in _DAYS:
        number, want = local.weekday(), _DAYS.index(wanted)
    elif unit == "month" and wanted[:3] in (month[:3] for month in _MONTHS):
        number, want = local.month, [month[:3] for month in _MONTHS].index(wanted[:3]) + 1
    elif unit in ("hour", "year", "week", "quarter", "dayofmonth", "month") and wanted.lstrip("q").isdigit():
        numbers = {
            "hour": local.hour,
            "year": local.year,
            "week": local.isocalendar().week,
            "quarter": (local.month - 1) // 3 + 1,
            "dayofmonth": local.day,
            "month": local.month,
        }
        number, want = numbers[unit], int(wanted.lstrip("q"))
    else:
        raise UnreadableValueError(value)
    return _COMPARE[match[3].upper()](number, want)


def other_field(value: str) -> str | None:
    """The field that a MORETHAN or LESSTHAN value names."""
    match = _APART.fullmatch(value)
    return match[1] if match else None


def _meets_apart(operator: str, have: str, value: str, other: str) -> bool:
    match = _APART.fullmatch(value)
    if match is None:
        raise UnreadableValueError(value)
    one, base = parse_moment(have), parse_moment(other)
    if one is None or base is None:
        return False
    unit, count = match[2].capitalize(), int(match[4])
    more = operator == "MORETHAN"

    def beyond(sign: int) -> bool:
        edge = base + sign * timedelta(seconds=count) if unit == "Second" else shifted(base, unit, sign * count)
        return (one - edge).total_seconds() * sign > 0

    directions = {"after": (1,), "before": (-1,), "before_or_after": (1, -1)}[match[3]]
    if more:
        return any(beyond(sign) for sign in directions)
    right_side = one >= base if directions == (1,) else one <= base if directions == (-1,) else True
    return right_side and not any(beyond(sign) for sign in directions)
