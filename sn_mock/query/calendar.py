"""`Calendar`: the platform's words for moments, as `gs` has them, and as dates stand in queries after `javascript:`.

All of them return UTC as `YYYY-MM-DD HH:MM:SS`; days, weeks and months begin by the session's time zone (docs,
GlideSystem API: "adjusted for the timezone of the session"). Weeks begin on Monday (ASSUMED; GlideDateTime's
`getDayOfWeek` counts Monday as 1).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, tzinfo

from guarded.regex import regex
from guarded.values import dataclass

FORMAT = "%Y-%m-%d %H:%M:%S"
_CALL = regex(r"\s*(?:javascript:)?\s*gs\.(\w+)\(([^()]*)\)\s*;?\s*")
_ARGUMENT = regex(r"""\s*(?:'([^']*)'|"([^"]*)"|(-?\d+)|(true|false))\s*""")
_LAST = regex(r"Last(\d+)?(Minute|Hour|Day|Week|Month|Quarter|Year)s?")
_NEXT = regex(r"Next(\d+)?(Week|Month|Quarter|Year)s?")
_AGO = regex(r"(minutes|hours|days|weeks|months|quarters|years)Ago(Start|End)?")
_PLACED = {"Today": ("Day", 0), "Yesterday": ("Day", -1), "Tomorrow": ("Day", 1)}
_FARTHEST = 100_000


def parse_moment(text: str) -> datetime | None:
    """A date, or a date and time, as the platform stores it; None where it is neither."""
    plain = text.strip()
    for length, shape in ((19, FORMAT), (16, "%Y-%m-%d %H:%M"), (10, "%Y-%m-%d")):
        if len(plain) == length:
            try:
                return datetime.strptime(plain, shape)
            except ValueError:
                return None
    return None


@dataclass(frozen=True, slots=True)
class Calendar:
    """Now, and where."""

    now: datetime
    """UTC, without a zone."""
    zone: tzinfo = UTC
    """The session's time zone."""

    def evaluate(self, expression: str) -> str | None:
        """`gs.daysAgoStart(7)` and its relatives; None where it is none of them."""
        match = _CALL.fullmatch(expression)
        if match is None:
            return None
        arguments: list[str] = []
        for part in match[2].split(",") if match[2].strip() else []:
            found = _ARGUMENT.fullmatch(part)
            if found is None:
                return None
            arguments.append(next(group for group in found.groups() if group is not None))
        return self.call(match[1], arguments)

    def call(self, name: str, arguments: list[str]) -> str | None:
        """One of `gs`' functions for moments by its name; None where it is none."""
        if name in ("now", "nowNoTZ"):
            return self._local(self.now).strftime("%Y-%m-%d")
        if name in ("nowDateTime", "nowGlideDateTime"):
            return self._local(self.now).strftime(FORMAT)
        if name == "dateGenerate" and len(arguments) == 2:
            return self._generated(*arguments)
        try:
            moment = self._ago(name, arguments) or self._edge(name, arguments)
        except (OverflowError, ValueError):
            return None
        return moment.strftime(FORMAT) if moment else None

    def _generated(self, date: str, range_: str) -> str | None:
        time = {"start": "00:00:00", "end": "23:59:59"}.get(range_, range_)
        moment = parse_moment(f"{date} {time}")
        return self._utc(moment).strftime(FORMAT) if moment else None

    def _ago(self, name: str, arguments: list[str]) -> datetime | None:
        match = _AGO.fullmatch(name)
        if match is None:
            return None
        count = int(arguments[0]) if arguments else 0
        if abs(count) > _FARTHEST:
            raise ValueError(count)
        unit = match[1].removesuffix("s").capitalize()
        moment = shifted(self._local(self.now), unit, -count)
        if match[2] == "Start":
            moment = start_of(moment, unit)
        elif match[2] == "End":
            moment = end_of(moment, unit)
        return self._utc(moment)

    def _edge(self, name: str, arguments: list[str]) -> datetime | None:
        match = re.fullmatch(r"(beginning|end)Of(\w+)", name)
        if match is None:
            return None
        begins, word = match[1] == "beginning", match[2]
        if word in ("Day", "Week", "Month", "Year") and arguments:
            given = parse_moment(arguments[0])
            return self._utc((start_of if begins else end_of)(given, word)) if given else None
        if word == "OneYearAgo":
            word = "Last12Months"
        first, last = self._span(word)
        if first is None or last is None:
            return None
        return self._utc(first if begins else last)

    def _span(self, word: str) -> tuple[datetime | None, datetime | None]:
        """The first and the last second of a named span, local."""
        now = self._local(self.now)
        if word in _PLACED:
            unit, offset = _PLACED[word]
            return start_of(shifted(now, unit, offset), unit), end_of(shifted(now, unit, offset), unit)
        if match := re.fullmatch("(?:This|Current)(Minute|Hour|Week|Month|Quarter|Year)", word):
            return start_of(now, match[1]), end_of(now, match[1])
        if match := _LAST.fullmatch(word):
            count, unit = int(match[1] or 1), match[2]
            if match[1] is None:
                before = shifted(now, unit, -1)
                return start_of(before, unit), end_of(before, unit)
            if unit in ("Minute", "Hour"):
                return shifted(now, unit, -count).replace(second=0), now.replace(second=59)
            # "Last 7 days" takes in today; "Last 3 months" the current one (docs, condition builder's date ranges).
            return start_of(shifted(now, unit, -count), unit), end_of(now, unit)
        if match := _NEXT.fullmatch(word):
            count, unit = int(match[1] or 1), match[2]
            after = shifted(now, unit, 1)
            return start_of(after, unit), end_of(shifted(now, unit, count), unit)
        return None, None

    def _local(self, moment: datetime) -> datetime:
        return moment.replace(tzinfo=UTC).astimezone(self.zone).replace(tzinfo=None)

    def _utc(self, moment: datetime) -> datetime:
        return moment.replace(tzinfo=self.zone).astimezone(UTC).replace(tzinfo=None)

    def local(self, moment: datetime) -> datetime:
        """A UTC moment in the session's time zone."""
        return self._local(moment)


def start_of(moment: datetime, unit: str) -> datetime:
    """The first second of the minute, hour, day, week, month, quarter or year."""
    moment = moment.replace(second=0, microsecond=0)
    if unit == "Minute":
        return moment
    moment = moment.replace(minute=0)
    if unit == "Hour":
        return moment
    moment = moment.replace(hour=0)
    shifts: Mapping[str, Callable[[datetime], datetime]] = {
        "Day": lambda day: day,
        "Week": lambda day: day - timedelta(days=day.weekday()),
        "Month": lambda day: day.replace(day=1),
        "Quarter": lambda day: day.replace(day=1, month=(day.month - 1) // 3 * 3 + 1),
        "Year": lambda day: day.replace(day=1, month=1),
    }
    return shifts[unit](moment)


def end_of(moment: datetime, unit: str) -> datetime:
    """The last second of it."""
    return shifted(start_of(moment, unit), unit, 1) - timedelta(seconds=1)


def shifted(moment: datetime, unit: str, count: int) -> datetime:
    """So many units later; a month that is too short ends the day at its last."""
    if unit in ("Minute", "Hour", "Day", "Week"):
        return moment + count * timedelta(**{f"{unit.lower()}s": 1})
    months = count * {"Month": 1, "Quarter": 3, "Year": 12}[unit]
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    day = moment.day
    while True:
        try:
            return moment.replace(year=year, month=month + 1, day=day)
        except ValueError:
            if day <= 28:
                raise
            day -= 1
