"""`select`: the rows that meet a query, in order. What is not understood is ignored, or answers no row.

Docs, "Operators available for filters and queries": invalid parts are ignored and the rows of the rest returned, unless
`glide.invalid_query.returns_no_rows` is true. Rows are never changed or deleted by a query with invalid parts; that is
sn-mock's own rule.
"""

from __future__ import annotations

import re
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from heapq import nlargest, nsmallest
from itertools import count, islice
from operator import itemgetter

from guarded.values import dataclass
from sn_mock.failure import MockUsageError
from sn_mock.instance.folder.packed_rows import PackedRow
from sn_mock.query.asking import of_who_asks
from sn_mock.query.calendar import Calendar
from sn_mock.query.columns import DATES, NUMBERS, Column
from sn_mock.query.conditions import Alternatives, Condition, Query, Window
from sn_mock.query.display import TRUE, shown, walk
from sn_mock.query.moments import UnreadableValueError, meets_moment, other_field, resolved
from sn_mock.query.operators import OPERATORS, Family, number
from sn_mock.query.source import Row, Tables

Test = Callable[[Row], bool]

_SEPARATORS = {"BETWEEN": "@", "IN": ",", "NOT IN": ","}
"""Of operators whose value has parts."""
_ME = frozenset({"90d1921e5f510100a9ad2572f2b477fe"})
"""The dynamic filter option "Me" (base system)."""


class InvalidQueryError(MockUsageError):
    """A write was asked for by a query of which parts are not understood."""

    def __init__(self, table: str, invalid: tuple[str, ...]) -> None:
        super().__init__(
            f"{table}: the query has parts that mean nothing ({', '.join(invalid)}); no row was changed or deleted"
        )
        self.invalid = invalid


@dataclass(frozen=True, slots=True)
class Selection:
    """What a query found."""

    rows: list[Row]
    """Those of the window."""
    total: int
    """How many there are without the window."""
    invalid: tuple[str, ...] = ()
    """The parts of the query that were not understood."""


@dataclass(frozen=True, slots=True)
class Matching:
    """How values are compared: GlideRecord's way, or GlideFilter's.

    Docs, GlideFilter, "Case sensitivity" and "Filter null values".
    """

    exact: bool = False
    """With regard to case."""
    empty_is_least: bool = False
    """An empty field is less than, or before, everything."""

    def folded(self, text: str) -> str:
        """A text as it is compared."""
        return text if self.exact else text.lower()


_AS_GLIDERECORD = Matching()


def select(
    tables: Tables,
    table: str,
    query: Query,
    calendar: Calendar,
    *,
    window: Window | None = None,
    invalid_returns_none: bool = False,
    user: str = "",
    matching: Matching = _AS_GLIDERECORD,
) -> Selection:
    """The rows of a table that meet a query. `user` is the sys_id of who asks (the dynamic filter "Me")."""
    reader = _Reader(tables, table, calendar, user, matching)
    groups = [[reader.alternatives(some) for some in group] for group in query.groups]
    invalid = (*query.invalid, *reader.invalid)
    if invalid and invalid_returns_none:
        return Selection([], 0, invalid)
    kept = [[test for test in tests if test is not None] for tests in groups]
    rows: Iterator[Row] = iter(tables.rows(table))
    if len(kept) == 1:
        for test in kept[0]:
            rows = filter(test, rows)
    elif kept:
        rows = filter(lambda row: any(all(test(row) for test in tests) for tests in kept), rows)
    order = [
        (sort_key, descending)
        for path, descending in query.order
        if (sort_key := _sort_key(tables, table, path)) is not None
    ]
    counted = _Counted(rows)
    return Selection(_ordered(counted, order, window), counted.total(), invalid)


_SortKey = Callable[[Row], tuple[int, float, str]]
_FEW = 1000
"""So many rows are cheaper picked out than found by sorting all of them."""


class _Counted:
    """Rows that pass by, counted: a table may have very many, and a page shows few."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self._numbered, self._rows = count(), rows

    def __iter__(self) -> Iterator[Row]:
        return map(itemgetter(0), zip(self._rows, self._numbered, strict=False))

    def total(self) -> int:
        """How many have passed, after those that are left."""
        deque(self, maxlen=0)
        return next(self._numbered)


def _ordered(rows: Iterable[Row], order: list[tuple[_SortKey, bool]], window: Window | None) -> list[Row]:
    """The window of the rows in their order."""
    first, last = (0, None) if window is None else _clamped(window)
    if not order:
        return list(islice(rows, first, last))
    if len(order) == 1 and last is not None and last <= _FEW:
        key, descending = order[0]
        found = (nlargest if descending else nsmallest)(last, rows, key=key)  # stable, as sorting is
    else:
        found = list(rows)
        for key, descending in reversed(order):
            found.sort(key=key, reverse=descending)
    return found[first:last]


def _clamped(window: Window) -> tuple[int, int | None]:
    """First and last as row numbers that there can be."""
    first = min(max(0, window.first), sys.maxsize)
    return first, None if window.last is None else min(max(first, window.last), sys.maxsize)


def _sort_key(tables: Tables, table: str, path: str) -> _SortKey | None:
    """References and choices sort by what is shown, numbers as numbers; None where there is no such column."""
    walked = walk(tables, table, None, path)
    if not walked.exists or walked.column is None:
        return None
    column, plain, first = walked.column, "." not in path, path.partition(".")[0]
    known: dict[str, tuple[int, float, str]] = {}
    shown_before: dict[str, str] = {}

    def named(column: Column, value: str) -> str:
        if value not in shown_before:
            shown_before[value] = shown(tables, column, value)
        return shown_before[value]

    def walked_key(row: Row) -> tuple[int, float, str]:
        """What a dot-walked path leads to hangs on its first step alone."""
        start = row.get(first) or ""
        if start not in known:
            end = walk(tables, table, row, path)
            known[start] = of(end.value, end.column or column)
        return known[start]

    def of(value: str, found: Column) -> tuple[int, float, str]:
        if not value:
            return (0, 0.0, "")
        if found.type in NUMBERS or not found.type:
            found_number = number(value)
            if found_number is not None:
                return (1, found_number, "")
        return (2, 0.0, (named(found, value) if found.reference else value).lower())

    def plain_key(row: Row) -> tuple[int, float, str]:
        value = row.get(path) or ""
        key = known.get(value)
        if key is None:
            key = of(value, column)
            if len(known) < _FEW:
                known[value] = key
        return key

    return plain_key if plain else walked_key


class _Reader:
    """Makes tests of conditions; keeps those that make no sense."""

    def __init__(self, tables: Tables, table: str, calendar: Calendar, user: str, matching: Matching) -> None:
        self._tables, self._table, self._calendar, self._user = tables, table, calendar, user
        self._folded, self._matching = matching.folded, matching
        self.invalid: list[str] = []
        self._walked: dict[tuple[str, str], str] = {}

    def alternatives(self, some: Alternatives) -> Test | None:
        """The test that any of them is met; None where none of them is understood."""
        tests = [test for condition in some if (test := self._test(condition)) is not None]
        if not tests:
            return None
        return tests[0] if len(tests) == 1 else lambda row: any(test(row) for test in tests)

    def _test(self, condition: Condition) -> Test | None:
        operator = OPERATORS.get(condition.operator)
        if operator is not None and condition.field == "123TEXTQUERY321":
            return self._text_search(condition.value)
        walked = walk(self._tables, self._table, None, condition.field)
        if operator is None or not walked.exists or walked.column is None:
            self._unclear(condition)
            return None
        try:
            return self._of_family(condition, operator.family)
        except UnreadableValueError:
            self._unclear(condition)
            return None

    def _of_family(self, condition: Condition, family: Family) -> Test | None:
        match family:
            case Family.ALWAYS:
                return lambda row: True
            case Family.CHANGE:
                return lambda row: False
            case Family.TEXT:
                return self._text(condition)
            case Family.FIELD:
                return self._field(condition)
            case Family.CLASS:
                return self._class(condition)
            case Family.DYNAMIC:
                return self._dynamic(condition)
            case Family.MOMENT:
                return self._moment(condition)

    def _unclear(self, condition: Condition) -> None:
        self.invalid.append(f"{condition.field}{condition.operator}{condition.value}")

    def _have(self, row: Row, path: str) -> str:
        first, dot, _ = path.partition(".")
        start = row.get(first) or ""
        if not dot:
            return start
        if (path, start) not in self._walked:  # what a path leads to hangs on its first step alone
            self._walked[path, start] = walk(self._tables, self._table, row, path).value
        return self._walked[path, start]

    def _of_value(self, path: str, verdict: Callable[[str], bool]) -> Test:
        """The test of a path's value alone: what was found for a value holds for every row that has it."""
        if "." in path:
            return lambda row: verdict(self._have(row, path))
        known: dict[str, bool] = {}

        def test(row: Row) -> bool:
            have = row.get(path) or ""
            found = known.get(have)
            if found is None:
                found = verdict(have)
                if len(known) < _FEW:
                    known[have] = found
            return found

        return test

    def _text(self, condition: Condition) -> Test:
        test = self._comparison(condition.operator)
        column = walk(self._tables, self._table, None, condition.field).column
        assert column is not None
        want = self._resolved(condition.value, _SEPARATORS.get(condition.operator))
        if want.upper() == "NULL" and condition.operator in ("=", "!="):
            # Docs use `end_date=NULL`; the base system `addQuery('duplicate_of', 'NULL')`.
            return (
                (lambda row: self._have(row, condition.field) == "")
                if condition.operator == "="
                else (lambda row: self._have(row, condition.field) != "")
            )
        is_date = column.type in DATES
        if condition.operator == "<=" and is_date and len(want) == 10:
            want += " 23:59:59"
        if condition.operator == "BETWEEN" and is_date and len(want.rpartition("@")[2]) == 10:
            want += " 23:59:59"
        want = self._folded(want)
        folded = self._folded
        if column.is_boolean:
            want = _boolean_words(want)
            return self._of_value(condition.field, lambda have: test(_boolean(have), want))
        if not column.type and want in ("true", "false", "1", "0"):
            return self._of_value(condition.field, lambda have: test(_maybe_boolean(folded(have), want), want))
        if is_date and condition.operator == "=" and len(want) == 10:
            return self._of_value(condition.field, lambda have: have[:10] == want)
        return self._of_value(condition.field, lambda have: test(folded(have), want))

    def _resolved(self, value: str, separator: str | None) -> str:
        """The value with what its `javascript:` parts give; a separator between the arguments of a call is none."""
        if "javascript:" not in value:
            return value
        parts = [value] if separator is None else re.split(rf"{separator}(?![^()]*\))", value)
        return (separator or "").join(self._part(part) for part in parts)

    def _part(self, text: str) -> str:
        asking = of_who_asks(text, self._tables, self._user)
        return resolved(text, self._calendar) if asking is None else asking

    def _field(self, condition: Condition) -> Test | None:
        test = self._comparison(condition.operator)
        other = condition.value.partition("@")[0]
        if not walk(self._tables, self._table, None, other).exists:
            raise UnreadableValueError(condition.value)
        return lambda row: test(self._folded(self._have(row, condition.field)), self._folded(self._have(row, other)))

    def _comparison(self, operator: str) -> Callable[[str, str], bool]:
        test = OPERATORS[operator].test
        assert test is not None
        if self._matching.empty_is_least and operator in ("<", "<="):
            return lambda have, want: have == "" or test(have, want)
        return test

    def _class(self, condition: Condition) -> Test:
        wanted = condition.value.strip()

        def test(row: Row) -> bool:
            found = self._have(row, condition.field) or self._table
            return wanted in self._tables.ancestors(found)

        return test

    def _dynamic(self, condition: Condition) -> Test | None:
        if condition.value not in _ME or not self._user:
            raise UnreadableValueError(condition.value)
        return lambda row: self._have(row, condition.field) == self._user

    def _moment(self, condition: Condition) -> Test:
        operator, value, calendar = condition.operator, condition.value, self._calendar
        meets_moment(operator, "", value, calendar)  # complains about what it cannot read
        if operator in ("ON", "NOTON", "DATEPART") or operator.startswith("RELATIVE"):
            return lambda row: meets_moment(operator, self._have(row, condition.field), value, calendar)
        other = other_field(value) or ""
        if not walk(self._tables, self._table, None, other).exists:
            raise UnreadableValueError(value)
        return lambda row: meets_moment(
            operator, self._have(row, condition.field), value, calendar, self._have(row, other)
        )

    def _text_search(self, value: str) -> Test:
        words = value.lower().split()
        places: dict[int, list[bytearray]] = {}

        def test(row: Row) -> bool:
            if isinstance(row, PackedRow):
                known = places.get(row.table)
                if known is None:
                    known = places[row.table] = [row.places_with(word) for word in words]
                return all(found[row.place] for found in known)
            told = "\n".join(filter(None, row.values())).lower()  # no word has a line's end in it
            return all(word in told for word in words)

        return test


def _boolean(text: str) -> str:
    return "true" if text in TRUE or text.lower() in TRUE else "false"


def _boolean_words(want: str) -> str:
    return ",".join(_boolean(part) if part else part for part in want.split(","))


def _maybe_boolean(have: str, want: str) -> str:
    """A column nobody described holds true and false as words; 1 and 0 mean them when compared."""
    if have in ("true", "false") and want in ("1", "0"):
        return "1" if have == "true" else "0"
    if have in ("1", "0") and want in ("true", "false"):
        return "true" if have == "1" else "false"
    return have
