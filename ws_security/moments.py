"""`xsd:dateTime` of Timestamps and UsernameTokens."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from guarded.regex import regex

_FORM = regex(
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d{1,12})?(Z|[+-]\d\d:\d\d)?", re.ASCII
)  # XML Schema part 2 section 3.2.7, years of four digits


def written(moment: datetime) -> str:
    """`2011-05-31T23:03:07.454Z`: UTC with milliseconds, as WSS4J writes it."""
    utc = moment.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}Z"


def read(text: str) -> datetime | None:
    """The moment; None where the text is none. Without a zone, UTC is meant."""
    matched = _FORM.fullmatch(text.strip())
    if matched is None:
        return None
    year, month, day, hour, minute, second = map(int, matched.groups()[:6])
    fraction = int(((matched[7] or ".0")[1:] + "000000")[:6])
    try:
        moment = datetime(year, month, day, hour, minute, second, fraction, tzinfo=UTC)
        zone = matched[8] or "Z"
        if zone == "Z":
            return moment
        away = timedelta(hours=int(zone[1:3]), minutes=int(zone[4:]))
        return moment - away if zone[0] == "+" else moment + away
    except (ValueError, OverflowError):
        return None
