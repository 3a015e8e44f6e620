"""One engine for the platform's queries: encoded queries, dot-walking, display values, choices, aggregates.

It knows rows and columns, and nothing of scripts, REST or files. The nouns, in the order of the flow:

    Query         an encoded query or `addQuery` calls, parsed: groups of conditions, order, what was not understood
    Condition     field (dot-walked), operator, value; the operators are one table (`operators`)
    Tables        what the engine reads: columns, rows, display columns, class hierarchy (`source`)
    select        the rows that meet a Query, in its order
    display_value what a form shows for a field, along a dot-walked path
    aggregate     COUNT, SUM, MIN, MAX, AVG and their relatives, grouped
    InstanceTables  the `Tables` of an Instance: modelled records and rows of any other table, with writes
    Calendar      the platform's date words: `gs.daysAgoStart(7)`, `beginningOfLastMonth`, and `ON…@javascript:` values

Facts: docs "Operators available for filters and queries" (r_OpAvailableFiltersQueries), GlideRecord, GlideAggregate and
GlideQueryCondition API pages.
"""

from sn_mock.query.aggregates import Aggregate, Group, aggregate
from sn_mock.query.calendar import Calendar
from sn_mock.query.columns import Column
from sn_mock.query.conditions import Condition, Query
from sn_mock.query.display import display_value, stored_value, walk
from sn_mock.query.encoded import parse
from sn_mock.query.instance_tables import InstanceTables
from sn_mock.query.selecting import InvalidQueryError, Selection, select
from sn_mock.query.source import Row, Tables

__all__ = [
    "Aggregate",
    "Calendar",
    "Column",
    "Condition",
    "Group",
    "InstanceTables",
    "InvalidQueryError",
    "Query",
    "Row",
    "Selection",
    "Tables",
    "aggregate",
    "display_value",
    "parse",
    "select",
    "stored_value",
    "walk",
]
