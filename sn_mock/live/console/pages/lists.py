"""The list of a table: an encoded query as filter, breadcrumbs that take it back piece by piece, order, paging."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from guarded.values import dataclass
from sn_mock.instance import TABLES
from sn_mock.live.console.asked import Answer, Asked, NotThereError, Page, Seen
from sn_mock.live.console.rows.cells import RECORDED, Cell, Head, cells, heads, list_url, plural, record_url
from sn_mock.live.console.rows.labels import CALLED, label_of
from sn_mock.live.state import LiveFolder
from sn_mock.query import Calendar, Column, InstanceTables, parse, select
from sn_mock.query.conditions import Window
from sn_mock.query.encoded import read_condition
from sn_mock.query.operators import OPERATORS

PAGE_ROWS = 50
_FILLED_BY_ITSELF = RECORDED | {"sys_attachment"}
_LONGEST_QUERY = 8_000


@dataclass(frozen=True, slots=True)
class Crumb:
    """One step of a list's breadcrumbs; the query up to it."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Sorted:
    """A column's head with the order that a click asks for."""

    head: Head
    href: str
    order: str
    """`ascending`, `descending` or `none`: as ARIA says it."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What of a table is shown."""

    table: str
    title: str
    query: str
    columns: tuple[Sorted, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: int
    first: int
    last: int
    crumbs: tuple[Crumb, ...]
    invalid: tuple[str, ...]
    earlier: str
    later: str
    new: str
    fields: tuple[tuple[str, str], ...]
    """Name and label of every field that can be searched."""


def list_page(folder: LiveFolder, asked: Asked) -> Answer:
    """`/<table>_list.do`."""
    table = asked.path["table"]
    if text := asked.query.get("text", "").strip():
        return Seen(list_url(table, _searched(asked.query, text)))
    query = asked.query.get("sysparm_query", "")[:_LONGEST_QUERY]
    first = _number(asked.query.get("sysparm_first_row", "1"))
    with folder.open() as tables:
        if not tables.exists(table):
            raise NotThereError(f"the instance has no table {table}, and no rows of one")
        return Page("list.html", {"list": listing(tables, table, query, first)})


def _searched(query: Mapping[str, str], text: str) -> str:
    """The query with one more term: the field contains the text, or some field has its words."""
    field = query.get("field", "")
    value = text.replace("^", "^^")
    term = f"{field}LIKE{value}" if field else f"123TEXTQUERY321={value}"
    return "^".join([*(one for one in query.get("sysparm_query", "").split("^") if one), term])


def listing(tables: InstanceTables, table: str, query: str, first: int, rows: int = PAGE_ROWS) -> Listing:
    """The rows of a window, ready to be shown."""
    asked = parse(query)
    found = select(tables, table, asked, Calendar(datetime.now(UTC)), window=Window(first - 1, first - 1 + rows))
    columns = heads(tables, table, found.rows)
    last = first - 1 + len(found.rows)
    return Listing(
        table=table,
        title=plural(tables, table),
        query=query,
        columns=tuple(_sorted(table, query, asked.order, head) for head in columns),
        rows=tuple(cells(tables, table, row, columns) for row in found.rows),
        total=found.total,
        first=first if found.rows else 0,
        last=last,
        crumbs=tuple(_crumbs(tables, table, query)),
        invalid=found.invalid,
        earlier=list_url(table, query, max(1, first - rows)) if first > 1 else "",
        later=list_url(table, query, last + 1) if last < found.total else "",
        new=record_url(table, "-1") if table not in _FILLED_BY_ITSELF else "",
        fields=tuple((head.name, head.label) for head in columns),
    )


def _sorted(table: str, query: str, order: tuple[tuple[str, bool], ...], head: Head) -> Sorted:
    kept = [term for term in query.split("^") if term and not term.startswith("ORDERBY")]
    now = next((descending for field, descending in order if field == head.name), None)
    term = f"ORDERBYDESC{head.name}" if now is False else f"ORDERBY{head.name}"
    state = "none" if now is None else "descending" if now else "ascending"
    return Sorted(head, list_url(table, "^".join([*kept, term])), state)


def _crumbs(tables: InstanceTables, table: str, query: str) -> list[Crumb]:
    found = [Crumb("All", list_url(table))]
    terms = [term for term in query.split("^") if term]
    for number, term in enumerate(terms):
        if not term.startswith("ORDERBY"):
            found.append(Crumb(_said(tables, table, term), list_url(table, "^".join(terms[: number + 1]))))
    return found


def _said(tables: InstanceTables, table: str, term: str) -> str:
    """One term of a query in words."""
    joined = next((word for word in ("NQ", "OR") if term.startswith(word)), "")
    condition = read_condition(term.removeprefix(joined))
    if condition is None:
        return term
    column = tables.columns(table).get(condition.field) or Column(condition.field)
    label = "Text" if condition.field == "123TEXTQUERY321" else label_of(table, column)
    says = _WORDS.get(condition.operator) or OPERATORS[condition.operator].says
    value = column.choices.get(condition.value, condition.value)
    return f"{'or ' if joined else ''}{label} {says} {value}".strip()


_WORDS = {"=": "=", "!=": "is not", "LIKE": "contains", "STARTSWITH": "starts with", "ENDSWITH": "ends with"}


def _number(text: str) -> int:
    return max(1, int(text)) if text.isdigit() and len(text) < 10 else 1


def tables_page(folder: LiveFolder, asked: Asked) -> Answer:
    """`/tables`: every table that the folder has, or can have, rows of."""
    with folder.open() as tables:
        instance = folder.instance
        names = dict.fromkeys((*CALLED, *TABLES))
        modelled = [(table, plural(tables, table), len(instance.table(table))) for table in names]
        others = [(name, tables.label(name)) for name in instance.rows.names() if name not in TABLES]
    return Page("tables.html", {"modelled": modelled, "others": others})
