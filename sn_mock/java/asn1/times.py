"""UTCTime and GeneralizedTime as the JDK reads them: more forms than RFC 5280 allows, one refusal for each mistake."""

from __future__ import annotations

from datetime import date
from typing import NoReturn

from sn_mock.java.asn1 import der
from sn_mock.java.lang.features import Feature
from sn_mock.java.lang.strings import byte
from sn_mock.java.lang.thrown import io, out_of_bounds

_EPOCH_DAY = date(1970, 1, 1).toordinal()
_DAYS_IN_400_YEARS = 146097
_TABULATED = range(1970, 2040)
"""Years whose first day Java looks up; then the days before a month, too, of which there are twelve."""


def utc_time(value: der.Value) -> int:
    """Milliseconds since 1970 of a UTCTime; two-digit years below 50 are after 2000."""
    if value.tag != der.UTC_TIME:
        raise io(f"DerValue.getUTCTime, not a UtcTime: {byte(value.tag)}")
    if not 11 <= value.length <= 17:
        raise io("DER UTC Time length error")
    return _Reader(value, "UTC").read()


def generalized_time(value: der.Value) -> int:
    """Milliseconds since 1970 of a GeneralizedTime."""
    if value.tag != der.GENERALIZED_TIME:
        raise io(f"DerValue.getGeneralizedTime, not a GeneralizedTime: {byte(value.tag)}")
    if value.length < 13:
        raise io("DER Generalized Time length error")
    return _Reader(value, "Generalized").read()


class _Reader:
    """Walks the digits; like the JDK it may look past the value's end into the buffer behind it."""

    def __init__(self, value: der.Value, kind: str) -> None:
        self.buffer = value.buffer
        self.pos = value.start
        self.left = value.length
        self.kind = kind
        self.java = value.java
        self.strict = value.java.has(Feature.STRICT_2020)

    def read(self) -> int:
        if self.kind == "Generalized":
            year = self._digits(4)
            self.left -= 2
        else:
            year = self._digits(2)
            year += 2000 if year < 50 else 1900
        month, day, hour, minute = (self._digits(2) for _ in range(4))
        self.left -= 10
        second, millis = 0, 0
        if self.left > 2:
            second = self._digits(2)
            self.left -= 2
            if (self.kind == "Generalized" or not self.strict) and self._peek() in b".,":
                millis = self._fraction() if self.strict else self._unbounded_fraction()
        if not (0 != month <= 12 and 0 != day <= 31 and hour < 24 and minute < 60 and second < 60):
            self._refuse("invalid format")
        if month < 0:  # of characters that are no digits, which count as -1 where Java does not mind them
            year, month = year - (1 - month) // 12 - 1, 13 - (1 - month) % 12
            if month == 13 and year in _TABULATED:
                raise out_of_bounds(13, 13, self.java)
            year, month = (year + 1, 1) if month == 13 else (year, month)
        days = _days(year, month) + day - 1
        time = ((days * 24 + hour) * 60 + minute) * 60_000 + second * 1000 + millis
        if self.left not in (1, 5):
            self._refuse("invalid offset")
        return time - self._offset_minutes() * 60_000

    def _fraction(self) -> int:
        self._shorten("empty fractional part")
        self.pos += 1
        digits = 0
        millis = 0
        while self._peek() not in b"Z+-":
            digit = self._digit(self._peek())
            digits += 1
            self._shorten("invalid fractional part")
            self.pos += 1
            if digits <= 3:
                millis += digit * 10 ** (3 - digits)
        if digits == 0:
            self._refuse("empty fractional part")
        return millis

    def _unbounded_fraction(self) -> int:
        """Until July 2020: as many characters as there are before the offset, and what is no digit counts as -1."""
        start = self.pos = self.pos + 1
        millis = 0
        while self._peek() not in b"Z+-":
            if self.pos - start < 3:
                millis += self._digit(self._peek()) * 10 ** (2 - (self.pos - start))
            self.pos += 1
        if not self.java.has(Feature.LONG_FRACTIONS) and not 1 <= self.pos - start <= 3:
            self._refuse("unsupported precision for seconds value")
        if self.pos == start:
            self._refuse("empty fractional part")
        self.left -= 1 + self.pos - start
        return millis

    def _shorten(self, complaint: str) -> None:
        self.left -= 1
        if self.left == 0:
            self._refuse(complaint)

    def _offset_minutes(self) -> int:
        sign = self._peek()
        self.pos += 1
        if sign == 0x5A:
            if self.left != 1 and self.strict:
                self._refuse("invalid format")
            return 0
        if sign not in b"+-":
            self._refuse("garbage offset")
        if self.left != 5 and self.strict:
            self._refuse("invalid offset")
        hours, minutes = self._digits(2), self._digits(2)
        if hours >= 24 or minutes >= 60:
            self._refuse(f"{chr(sign)}hhmm")
        return (hours * 60 + minutes) * (1 if sign == 0x2B else -1)

    def _digits(self, count: int) -> int:
        number = 0
        for _ in range(count):
            number = number * 10 + self._digit(self._peek())
            self.pos += 1
        return number

    def _digit(self, octet: int) -> int:
        if 0x30 <= octet <= 0x39:
            return octet - 0x30
        if self.strict:
            self._refuse("invalid format")
        return -1

    def _peek(self) -> int:
        if self.pos >= len(self.buffer):
            raise out_of_bounds(self.pos, len(self.buffer), self.java)
        return self.buffer[self.pos]

    def _refuse(self, complaint: str) -> NoReturn:
        raise io(f"Parse {self.kind} time, {complaint}")


def _days(year: int, month: int) -> int:
    """Days from 1970 to the first of that month in the proleptic Gregorian calendar, the year 0 included."""
    cycles, rest = divmod(year, 400)
    return date(rest + 400, month, 1).toordinal() + (cycles - 1) * _DAYS_IN_400_YEARS - _EPOCH_DAY
