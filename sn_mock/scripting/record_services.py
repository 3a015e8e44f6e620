"""What a script asks of records: descriptions, queries, changes, display values. Answers in texts and lists."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import reduce
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sn_mock.failure import MockUsageError
from sn_mock.outbound.messages.session import Session
from sn_mock.query import (
    Aggregate,
    Calendar,
    Column,
    Condition,
    InstanceTables,
    InvalidQueryError,
    Query,
    Selection,
    aggregate,
    display_value,
    parse,
    select,
    stored_value,
    walk,
)
from sn_mock.query.aggregates import FUNCTIONS
from sn_mock.query.calendar import FORMAT, parse_moment, start_of
from sn_mock.query.conditions import Window
from sn_mock.query.operators import OPERATORS, operator_named
from sn_mock.query.selecting import Matching
from sn_mock.query.source import Row

MOST_CURSORS = 1000
Request = Mapping[str, Any]


class Clock:
    """The run's time: the session's, or now, and what `gs.sleep` has let pass."""

    def __init__(self, when: datetime | None) -> None:
        self._when = when
        self._passed = timedelta()

    def now(self) -> datetime:
        """The moment, with its zone."""
        return (self._when or datetime.now(UTC)) + self._passed

    def advance(self, milliseconds: float) -> None:
        """Let time pass without waiting; no longer than a year in all."""
        self._passed = min(self._passed + timedelta(milliseconds=max(0.0, milliseconds)), timedelta(days=365))


class RecordServices:
    """GlideRecord's and GlideAggregate's questions, for one script."""

    def __init__(self, session: Session, tables: InstanceTables, user_id: str, clock: Clock) -> None:
        self._session = session
        self.clock = clock
        self.tables = tables
        self._user_id = user_id
        self._cursors: OrderedDict[int, list[Row]] = OrderedDict()
        self._cursor = 0
        self.notes: list[str] = []
        """Parts of queries that mean nothing, and were ignored."""
        self.services: Mapping[str, Callable[[Request], Any]] = {
            "query": self._query,
            "more": self._more,
            "aggregate": self._aggregate,
            "removeAll": self._remove_all,
            "updateAll": self._update_all,
            "asText": self._as_text,
            "insert": lambda request: dict(self.tables.insert(request["insert"], _texts(request["row"]))),
            "update": lambda request: dict(
                self.tables.update(request["update"], _texts(request["row"]), stamp=request.get("stamp", True))
            ),
            "remove": lambda request: self.tables.remove(request["remove"], request["sys_id"]),
            "reference": lambda request: self._reference(*request["reference"]),
            "display": lambda request: self._display(*request["display"]),
            "undisplay": lambda request: stored_value(self.tables, *_three(request["undisplay"])),
            "walk": lambda request: self._walk(*request["walk"]),
            "column": lambda request: self._column(*request["column"]),
            "choices": self._choices,
            "valid": lambda request: self._is_valid(request["table"], request["valid"]),
            "applied": lambda request: _applied(request["applied"]),
            "meets": lambda request: self._meets(*request["meets"], exact=request["exact"]),
            "table": lambda request: self.describe(request["table"]),
        }

    # Time

    def calendar(self) -> Calendar:
        """The run's moment and the session's time zone."""
        return Calendar(self.clock.now().astimezone(UTC).replace(tzinfo=None, microsecond=0), self.zone())

    def zone(self) -> ZoneInfo:
        """`glide.sys.default.tz`; UTC where it is not set or not known."""
        name = self._session.instance.property("glide.sys.default.tz") or "UTC"
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return ZoneInfo("UTC")

    # Descriptions

    def describe(self, table: str) -> dict[str, Any]:
        """A table as the prelude keeps it."""
        columns = self.tables.columns(table)
        ancestors = self.tables.ancestors(table)
        return {
            "exists": self.tables.exists(table),
            "open": self.tables.is_open(table),
            "display": self.tables.display_column(table),
            "label": self.tables.label(table),
            "base": ancestors[-1],
            "ancestors": list(ancestors),
            "extensions": list(self.tables.extensions(table)),
            "columns": {name: _described(column) for name, column in columns.items()},
            "defaults": {name: column.default for name, column in columns.items() if column.default},
        }

    def _column(self, table: str, path: str) -> dict[str, Any] | None:
        column = walk(self.tables, table, None, path).column
        return _described(column) if column else None

    def _choices(self, request: Request) -> list[list[str]]:
        column = walk(self.tables, request["choices"], None, request["field"]).column
        return [[value, label] for value, label in column.choices.items()] if column else []

    # Queries

    def _parsed(self, request: Request) -> Query:
        conditions = (_joined(alternatives) for alternatives in request["where"])
        query = reduce(Query.and_also, conditions, Query())
        query = reduce(Query.and_also, map(parse, request["encoded"]), query)
        order = tuple((field, bool(descending)) for field, descending in request["order"])
        return Query(query.groups, order + query.order, query.group_by, query.invalid)

    def _select(self, table: str, request: Request, *, windowed: bool = True) -> Selection:
        found = select(
            self.tables,
            table,
            self._parsed(request),
            self.calendar(),
            window=Window.of(request["limit"], request["window"]) if windowed else None,
            invalid_returns_none=self._returns_no_rows(),
            user=self._user_id,
        )
        for part in found.invalid:
            what = "no row answers" if self._returns_no_rows() else "it is ignored"
            note = f"the query on {table} has a part that means nothing there, {part!r}; {what}"
            if note not in self.notes and len(self.notes) < MOST_CURSORS:
                self.notes.append(note)
        return found

    def _returns_no_rows(self) -> bool:
        value = self._session.instance.property("glide.invalid_query.returns_no_rows") or "false"
        return value.strip().lower() == "true"

    def _query(self, request: Request) -> dict[str, Any]:
        found = self._select(request["query"], request)
        page = int(request["page"])
        self._cursor += 1
        if len(found.rows) > page:
            self._cursors[self._cursor] = found.rows
            if len(self._cursors) > MOST_CURSORS:
                self._cursors.popitem(last=False)
        return {"rows": list(map(dict, found.rows[:page])), "total": len(found.rows), "cursor": self._cursor}

    def _more(self, request: Request) -> list[Row]:
        if request["more"] not in self._cursors:
            raise MockUsageError(f"more than {MOST_CURSORS} queries are open at once; read each to its end")
        rows = self._cursors[request["more"]]
        first, page = int(request["from"]), int(request["page"])
        if first + page >= len(rows):
            del self._cursors[request["more"]]
        return list(map(dict, rows[first : first + page]))

    def _for_writing(self, table: str, request: Request) -> list[Row]:
        """The rows that a deleteMultiple or updateMultiple is about; never by a query that is not understood."""
        found = self._select(table, request)
        if found.invalid:
            raise InvalidQueryError(table, found.invalid)
        return found.rows

    def _remove_all(self, request: Request) -> None:
        table = request["removeAll"]
        for row in list(self._for_writing(table, request)):
            self.tables.remove(table, row["sys_id"])

    def _update_all(self, request: Request) -> None:
        table, changes = request["updateAll"], _texts(request["row"])
        changes.pop("sys_id", None)
        for row in list(self._for_writing(table, request)):
            self.tables.update(table, {**changes, "sys_id": row["sys_id"]}, stamp=request.get("stamp", True))

    def _is_valid(self, table: str, query: str) -> bool:
        return not select(self.tables, table, parse(query), self.calendar(), user=self._user_id).invalid

    def _meets(self, table: str, row: Row, query: str, *, exact: bool) -> bool:
        one = _OneRow(self.tables, table, _texts(row))
        matching = Matching(exact=exact, empty_is_least=True)
        return bool(select(one, table, parse(query), self.calendar(), user=self._user_id, matching=matching).rows)

    def _as_text(self, request: Request) -> str:
        query = self._parsed(request)
        groups = (
            "^".join("^OR".join(f"{c.field}{c.operator}{c.value}" for c in alternatives) for alternatives in group)
            for group in query.groups
        )
        order = (f"ORDERBY{'DESC' if descending else ''}{field}" for field, descending in query.order)
        return "^".join(part for part in ("^NQ".join(groups), *order) if part)

    # Values

    def _walk(self, table: str, path: str, row: Row | None) -> str | None:
        walked = walk(self.tables, table, row, path)
        return walked.value if walked.exists else None

    def _display(self, table: str, path: str | None, row: Row | None) -> str:
        shown = display_value(self.tables, table, row, path)
        column = walk(self.tables, table, row, path).column if path else None
        if column and column.type == "glide_date_time" and (moment := parse_moment(shown)):
            return self.calendar().local(moment).strftime(FORMAT)
        return shown

    def _reference(self, table: str, path: str, row: Row | None) -> dict[str, str]:
        walked = walk(self.tables, table, row, path)
        target = walked.column.reference if walked.column and walked.column.reference else walked.table
        found = self.tables.row(target, walked.value) if walked.value and target != walked.table else None
        found = found or (self.tables.row(target, walked.value) if walked.column and walked.column.reference else None)
        return {"table": target, "sys_id": found["sys_id"] if found else ""}

    # Aggregates

    def _aggregate(self, request: Request) -> list[dict[str, Any]]:
        table = request["aggregate"]
        having = [tuple(one) for one in request["having"]]
        by_aggregate = [tuple(one) for one in request["byAggregate"]]
        pairs = [tuple(pair) for pair in (*request["wanted"], *(h[:2] for h in having), *(b[:2] for b in by_aggregate))]
        for function, _ in pairs:
            if function not in FUNCTIONS:
                raise MockUsageError(f"GlideAggregate: the aggregate {function} is not simulated")
        wanted = [Aggregate(function, field) for function, field in dict.fromkeys(pairs)]
        query = self._parsed(request)
        rows: Sequence[Row] = self._select(table, {**request, "limit": None, "window": None}).rows
        by = [*request["groupBy"], *query.group_by]
        if request["trend"]:
            rows, by = self._trended(table, rows, by, *request["trend"])
        groups = aggregate(self.tables, table, rows, by, wanted)
        if by and not query.order:  # spans stay in the order of time
            fields = [name for name in by if name != "timeref" or not request["trend"]]
            groups.sort(key=lambda group: [display_value(self.tables, table, group.values, f).lower() for f in fields])
        for function, field, operator, value in having:
            name = operator_named(operator)
            test = OPERATORS[name].test if name else None
            if test is None:
                raise MockUsageError(f"GlideAggregate: the operator {operator} is not simulated in addHaving")
            groups = [group for group in groups if test(group.figures[f"{function}:{field}"], value)]
        for function, field, descending in reversed(by_aggregate):
            groups.sort(key=lambda g, k=f"{function}:{field}": float(g.figures[k] or 0), reverse=descending)  # type: ignore[misc]
        limited = Window.of(request["limit"], request["window"])
        return [{"row": group.values, "figures": group.figures} for group in groups[limited.first : limited.last]]

    def _trended(
        self, table: str, rows: Sequence[Row], by: list[str], field: str, unit: str, count: int
    ) -> tuple[Sequence[Row], list[str]]:
        """Rows with their span as a field of their own, `timeref`, which is written as the docs' examples print it.

        Docs, GlideAggregate.addTrend and getTotal: `9/2018` for a month, `3/2018` for a quarter, `2018` for a year.
        How the shorter spans are written no page says: they are the moment they begin at.
        """
        word = {"date": "Day"}.get(unit, unit.capitalize())
        if word not in ("Day", "Week", "Month", "Quarter", "Year", "Hour", "Minute") or count != 1:
            raise MockUsageError(f"GlideAggregate: addTrend({field}, {unit}, {count}) is not simulated")
        calendar = self.calendar()
        begun: list[tuple[datetime, Row]] = []
        for row in rows:
            moment = parse_moment(walk(self.tables, table, row, field).value)
            if moment is not None:
                begun.append((start_of(calendar.local(moment), word), row))
        begun.sort(key=lambda pair: pair[0])
        return [{**row, "timeref": _span(start, word)} for start, row in begun], [*by, "timeref"]


def _span(start: datetime, word: str) -> str:
    match word:
        case "Month":
            return f"{start.month}/{start.year}"
        case "Quarter":
            return f"{(start.month + 2) // 3}/{start.year}"
        case "Year":
            return str(start.year)
        case _:
            return start.strftime(FORMAT)


class _OneRow:
    """One row as a table of its own; the other tables are as they are."""

    def __init__(self, tables: InstanceTables, table: str, row: Row) -> None:
        self._tables, self._table, self._row = tables, table, row

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tables, name)

    def columns(self, table: str) -> Mapping[str, Column]:
        """As the tables have them."""
        return self._tables.columns(table)

    def is_open(self, table: str) -> bool:
        """As the tables say."""
        return self._tables.is_open(table)

    def rows(self, table: str) -> Iterable[Row]:
        """The one row."""
        return [self._row] if table == self._table else self._tables.rows(table)

    def row(self, table: str, sys_id: str) -> Row | None:
        """As the tables have it."""
        return self._tables.row(table, sys_id)

    def display_column(self, table: str) -> str:
        """As the tables say."""
        return self._tables.display_column(table)

    def ancestors(self, table: str) -> tuple[str, ...]:
        """As the tables say."""
        return self._tables.ancestors(table)


def _described(column: Column) -> dict[str, Any]:
    return {
        "type": column.type,
        "reference": column.reference,
        "label": column.shown,
        "choices": bool(column.choices),
        "length": column.max_length,
        "default": column.default,
        "mandatory": column.mandatory,
    }


def _joined(alternatives: Sequence[Sequence[Sequence[Any]]]) -> Query:
    """(a and b) or c, as a query wants it: (a or c) and (b or c)."""
    read = [[_condition(*one) for one in together] for together in alternatives]
    return Query((tuple(tuple(choice) for choice in product(*read)),)) if read else Query()


def _condition(field: str, operator: str, value: Any) -> Condition:
    name = operator_named(operator)
    if name is None:
        raise MockUsageError(f"GlideRecord: the operator {operator} is not simulated")
    text = ",".join(map(_text, value)) if isinstance(value, list) else _text(value)
    return Condition(field, name, text)


def _applied(query: str) -> list[list[str]]:
    """The values that an encoded query's equalities set."""
    return [
        [one.field, one.value]
        for group in parse(query).groups[:1]
        for alternatives in group
        for one in alternatives[:1]
        if one.operator == "="
    ]


def _three(values: Sequence[Any]) -> tuple[str, str, str]:
    return str(values[0]), str(values[1]), _text(values[2])


def _texts(row: Mapping[str, Any]) -> dict[str, str]:
    return {name: _text(value) for name, value in row.items()}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
