"""The query engine over rows: operators, encoded queries, dot-walking, display values, dates, aggregates."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from sn_mock.instance import Instance, RowTables, SysCertificate, SysProtocolProfile
from sn_mock.outbound.messages.session import Session
from sn_mock.query import (
    Aggregate,
    Calendar,
    InstanceTables,
    aggregate,
    display_value,
    parse,
    select,
    stored_value,
    walk,
)
from sn_mock.query.conditions import Window
from sn_mock.query.encoded import read_condition
from sn_mock.query.operators import LONGEST_FIRST, OPERATORS

ABEL, BEA, INC1, INC2, INC3 = (letter * 32 for letter in "abcde")
CALENDAR = Calendar(datetime(2026, 3, 11, 15, 30))  # a Wednesday


def tables() -> InstanceTables:
    """Users and incidents, and a table that nobody described."""
    rows = RowTables(
        None,
        {
            "sys_user": [
                {
                    "sys_id": ABEL,
                    "name": "Abel Tuter",
                    "user_name": "abel",
                    "email": "abel@example.com",
                    "active": True,
                },
                {"sys_id": BEA, "name": "Bea Hart", "user_name": "bea", "email": "", "manager": ABEL, "active": False},
            ],
            "incident": [
                {
                    "sys_id": INC1,
                    "number": "INC0001",
                    "short_description": "Printer on fire",
                    "description": "printer on fire",
                    "caller_id": ABEL,
                    "priority": "1",
                    "state": "2",
                    "active": "true",
                    "opened_at": "2026-03-11 09:00:00",
                    "due_date": "2026-03-14 09:00:00",
                },
                {
                    "sys_id": INC2,
                    "number": "INC0002",
                    "short_description": "Mail bounces",
                    "caller_id": BEA,
                    "priority": "3",
                    "state": "6",
                    "active": "false",
                    "opened_at": "2026-02-02 23:59:59",
                },
                {
                    "sys_id": INC3,
                    "number": "INC0003",
                    "short_description": "50% off, A^B",
                    "caller_id": "",
                    "priority": "10",
                    "state": "1",
                    "active": "true",
                    "opened_at": "2025-12-31 00:00:00",
                },
            ],
            "x_acme_order": [{"number": "O1", "amount": "10"}, {"number": "O2", "amount": "9", "paid": True}],
        },
    )
    store = SysCertificate(name="ACME client", type="key_store")
    profile = SysProtocolProfile(protocol="myhttps", keystore=store.sys_id)
    instance = Instance(certificates=(store,), protocol_profiles=(profile,), rows=rows)
    return InstanceTables(Session(instance), clock=lambda: datetime.fromisoformat("2026-03-11T15:30:00+00:00"))


def numbers(query: str, table: str = "incident", **options: object) -> list[str]:
    """The last digits of the numbers that a query finds."""
    found = select(tables(), table, parse(query), CALENDAR, **options)  # type: ignore[arg-type]
    return [row.get("number", row.get("name", ""))[-1] for row in found.rows]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", "123"),
        ("number=INC0001", "1"),
        ("number=inc0001", "1"),
        ("number!=INC0001", "23"),
        ("numberININC0001,INC0003", "13"),
        ("numberNOT ININC0001,INC0003", "2"),
        ("short_descriptionLIKEfire", "1"),
        ("short_descriptionCONTAINSfire", "1"),
        ("short_description*fire", "1"),
        ("short_descriptionNOTLIKEfire", "23"),
        ("short_descriptionNOT LIKEfire", "23"),
        ("short_descriptionDOES NOT CONTAINfire", "23"),
        ("short_description!*fire", "23"),
        ("short_descriptionSTARTSWITHprinter", "1"),
        ("short_descriptionENDSWITHbounces", "2"),
        ("short_description%bounces", "2"),
        ("short_descriptionLIKEIN", "1"),  # the value begins like an operator
        ("short_descriptionLIKE50% off", "3"),
        ("short_descriptionLIKEA^^B", "3"),
        ("caller_idISEMPTY", "3"),
        ("caller_idISNOTEMPTY", "12"),
        ("caller_idEMPTYSTRING", "3"),
        ("caller_id=NULL", "3"),
        ("caller_id!=NULL", "12"),
        ("caller_id=NULL^ORpriority=1", "13"),
        ("numberANYTHING", "123"),
        ("priority>1", "23"),
        ("priority<=3", "12"),
        ("priorityBETWEEN1@3", "12"),
        ("active=true", "13"),
        ("active=1", "13"),
        ("active!=true", "2"),
        ("short_descriptionSAMEASdescription", "1"),
        ("short_descriptionNSAMEASdescription", "23"),
        ("due_dateGT_FIELDopened_at", "1"),
        ("opened_atLT_OR_EQUALS_FIELDdue_date", "1"),
        ("priority=1^ORpriority=3^active=true", "1"),
        ("priority=1^NQstate=6", "12"),
        ("active=true^ORDERBYDESCnumber", "31"),
        ("active=true^EQ", "13"),
        ("ORDERBYpriority", "123"),
        ("ORDERBYDESCopened_at", "123"),
        ("sys_class_nameINSTANCEOFtask", "123"),
        ("sys_class_nameINSTANCEOFcmdb_ci", ""),
        ("stateVALCHANGES", ""),
        ("123TEXTQUERY321=printer fire", "1"),
        ("short_descriptionMATCH_PAT*on*", "1"),
    ],
)
def test_operators(query: str, expected: str) -> None:
    """Every operator selects its rows, read longest first from the end of the field's name."""
    assert "".join(numbers(query)) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("caller_id.email=abel@example.com", "1"),
        ("caller_id.manager.nameLIKEabel", "2"),
        ("caller_id.active=true", "1"),
        ("caller_id.manager.email=", "13"),
        ("ORDERBYcaller_id.name", "312"),
    ],
)
def test_dot_walking(query: str, expected: str) -> None:
    """A path is followed through its references; an empty one ends in an empty value."""
    assert "".join(numbers(query)) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("opened_atONToday@javascript:gs.beginningOfToday()@javascript:gs.endOfToday()", "1"),
        ("opened_atNOTONToday@javascript:gs.beginningOfToday()@javascript:gs.endOfToday()", "23"),
        ("opened_atONLast month@javascript:gs.beginningOfLastMonth()@javascript:gs.endOfLastMonth()", "2"),
        ("opened_atON2025-12-31", "3"),
        ("opened_at>javascript:gs.daysAgoStart(40)", "12"),
        ("opened_at<javascript:gs.beginningOfThisYear()", "3"),
        ("opened_atBETWEENjavascript:gs.dateGenerate('2026-02-02','00:00:00')@javascript:gs.endOfToday()", "12"),
        ("opened_at>=javascript:gs.dateGenerate('2026-02-03','00:00:00')", "1"),
        ("opened_at<=javascript:gs.dateGenerate('2026-01-31','end')^active=true", "3"),
        (
            "opened_atINjavascript:gs.dateGenerate('2025-12-31','start'),javascript:gs.dateGenerate('2026-02-02','end')",
            "23",
        ),
        (
            "opened_atONx@javascript:gs.dateGenerate('2026-02-02','start')@javascript:gs.dateGenerate('2026-02-02','end')",
            "2",
        ),
        ("opened_at>=2026-02-02", "12"),
        ("opened_at<=2026-02-02", "23"),
        ("opened_at=2026-02-02", "2"),
        ("opened_atRELATIVEGT@hour@ago@7", "1"),
        ("opened_atRELATIVEGE@month@ago@2", "12"),
        ("opened_atRELATIVELT@dayofweek@ago@30", "23"),
        ("opened_atRELATIVELE@year@ago@1", ""),
        ("opened_atRELATIVEEE@dayofweek@ago@0", "1"),
        ("due_dateRELATIVEGT@day@ahead@2", "1"),
        ("opened_atDATEPARTMonday@javascript:gs.datePart('dayofweek','monday','EE')", "2"),
        ("opened_atDATEPARTDecember@javascript:gs.datePart('month','dec','EE')", "3"),
        ("due_dateMORETHANopened_at@day@after@2", "1"),
        ("due_dateLESSTHANopened_at@day@after@2", ""),
        ("due_dateLESSTHANopened_at@day@after@4", "1"),
    ],
)
def test_dates(query: str, expected: str) -> None:
    """Spans, relative dates, parts of dates, and moments after `javascript:`."""
    assert "".join(numbers(query)) == expected


@pytest.mark.parametrize(
    "part",
    [
        "nope!!x",
        "short_descriptionSOUNDEXfire",
        "numberISEMPTYx",
        "opened_at>javascript:someScript()",
        "opened_atONNonsense",
        "opened_atRELATIVEGT@fortnight@ago@1",
        "assigned_to.namesake.deeperDYNAMICx",
        "RLQUERYtask.parent,>1^x",
    ],
)
def test_what_is_not_understood_is_ignored_or_answers_nothing(part: str) -> None:
    """Both ways of `glide.invalid_query.returns_no_rows`, and the part is named."""
    first = part.partition("^")[0]
    ignored = select(tables(), "incident", parse(f"active=true^{first}"), CALENDAR)
    assert [row["number"] for row in ignored.rows] == ["INC0001", "INC0003"]
    assert any(first in told for told in ignored.invalid)
    nothing = select(tables(), "incident", parse(f"active=true^{first}"), CALENDAR, invalid_returns_none=True)
    assert (nothing.rows, nothing.total) == ([], 0)
    assert not select(tables(), "incident", parse("active=true"), CALENDAR).invalid


def test_a_column_that_a_described_table_lacks_is_invalid() -> None:
    """On a modelled table the columns are known; on a table nobody described a missing field is only empty."""
    described = select(tables(), "sys_certificate", parse("nonsense=1"), CALENDAR)
    assert (len(described.rows), described.invalid) == (1, ("nonsense=1",))
    opened = select(tables(), "x_acme_order", parse("nonsense=1"), CALENDAR)
    assert (opened.rows, opened.invalid) == ([], ())


def test_no_operator_hides_in_another() -> None:
    """For every two operators of which one begins with the other, the longer one is read."""
    for operator, meant in OPERATORS.items():
        value = "" if not meant.needs_value else "zz"
        condition = read_condition(f"field{operator}{value}")
        assert condition is not None
        assert (condition.field, condition.operator, condition.value) == ("field", operator, value)
    assert list(map(len, LONGEST_FIRST)) == sorted(map(len, LONGEST_FIRST), reverse=True)


def test_display_values() -> None:
    """References by their display column, choices by their labels, along a path; and back."""
    some = tables()
    row = some.row("incident", INC1)
    assert display_value(some, "incident", row, None) == "INC0001"
    assert display_value(some, "incident", row, "caller_id") == "Abel Tuter"
    assert display_value(some, "incident", some.row("incident", INC2), "caller_id.manager.name") == "Abel Tuter"
    assert display_value(some, "incident", row, "priority") == "1 - Critical"
    assert display_value(some, "incident", row, "caller_id.active") == "true"
    assert stored_value(some, "incident", "caller_id", "bea hart") == BEA
    assert stored_value(some, "incident", "priority", "1 - Critical") == "1"
    certificate = next(iter(some.rows("sys_certificate")))
    assert display_value(some, "sys_certificate", certificate, "type") == "Java Key Store"
    profile = next(iter(some.rows("sys_protocol_profile")))
    assert display_value(some, "sys_protocol_profile", profile, "keystore.type") == "Java Key Store"


def test_rows_of_the_dictionary_describe_a_table() -> None:
    """Rows of sys_dictionary, sys_choice and sys_db_object give types, references, labels, a parent."""
    some = tables()
    for values in (
        {"name": "x_acme_order", "element": "number", "internal_type": "string", "display": "true"},
        {"name": "x_acme_order", "element": "buyer", "internal_type": "reference", "reference": "sys_user"},
        {"name": "x_acme_order", "element": "stage", "internal_type": "string", "default_value": "new"},
    ):
        some.insert("sys_dictionary", values)
    some.insert("sys_choice", {"name": "x_acme_order", "element": "stage", "value": "new", "label": "Brand new"})
    parent = some.insert("sys_db_object", {"name": "x_acme_base", "label": "Base"})
    some.insert("sys_db_object", {"name": "x_acme_order", "label": "Order", "super_class": parent["sys_id"]})
    made = some.insert("x_acme_order", {"number": "O3", "buyer": BEA})
    assert made["stage"] == "new"
    assert display_value(some, "x_acme_order", made, "buyer.manager") == "Abel Tuter"
    assert display_value(some, "x_acme_order", made, "stage") == "Brand new"
    assert some.display_column("x_acme_order") == "number"
    assert some.ancestors("x_acme_order") == ("x_acme_order", "x_acme_base")
    assert [row["number"] for row in some.rows("x_acme_base")] == ["O1", "O2", "O3"]
    assert some.label("x_acme_order") == "Order"


def test_extended_tables_are_read_with_their_parent() -> None:
    """task has the rows of incident, with their class."""
    found = select(tables(), "task", parse("active=true^ORDERBYnumber"), CALENDAR)
    assert [(row["number"], row["sys_class_name"]) for row in found.rows] == [
        ("INC0001", "incident"),
        ("INC0003", "incident"),
    ]


def test_system_fields_are_kept() -> None:
    """Insert, update and stamps, for modelled and other tables; no change is no update."""
    some = tables()
    for table, values, changed in (
        ("x_acme_log", {"text": "a"}, {"text": "b"}),
        ("sys_properties", {"name": "acme.url", "value": "a"}, {"value": "b"}),
    ):
        made = some.insert(table, values)
        assert (made["sys_created_on"], made["sys_created_by"], made["sys_mod_count"]) == (
            "2026-03-11 15:30:00",
            "system",
            "0",
        )
        assert some.update(table, {"sys_id": made["sys_id"], **changed})["sys_mod_count"] == "1"
        assert some.update(table, {"sys_id": made["sys_id"], **changed})["sys_mod_count"] == "1"
        assert some.update(table, {"sys_id": made["sys_id"], **values}, stamp=False)["sys_mod_count"] == "1"
        assert some.remove(table, made["sys_id"])
        assert not some.remove(table, made["sys_id"])
    made = next(iter(some.rows("sys_certificate")))
    assert made["sys_created_on"] <= "2026-03-11 15:30:00"
    assert made["sys_updated_by"] == "admin"


def test_a_new_row_has_its_number_and_defaults() -> None:
    """The next number after the highest, the class, the defaults; what is given stays."""
    some = tables()
    some.update("incident", {"sys_id": INC1, "number": "INC0010007"})
    made = some.insert("incident", {"short_description": "x", "number": "", "state": "3"})
    assert (made["number"], made["sys_class_name"], made["state"], made["active"], made["urgency"]) == (
        "INC0010008",
        "incident",
        "3",
        "true",
        "3",
    )
    assert some.insert("sc_req_item", {})["number"] == "RITM0010001"
    assert some.insert("incident", {"number": "MINE"})["number"] == "MINE"
    assert "number" not in some.insert("x_acme_order", {"amount": "1"})


def test_values_in_a_line() -> None:
    """GROUP_CONCAT: the values in their order, numbers as numbers; DISTINCT has each once; no empty ones."""
    rows = [{"sys_mod_count": count, "name": name} for count, name in (("10", "b"), ("9", "a"), ("", ""), ("9", "a"))]
    wanted = [
        Aggregate(name, field)
        for name in ("GROUP_CONCAT", "GROUP_CONCAT_DISTINCT")
        for field in ("sys_mod_count", "name")
    ]
    (found,) = aggregate(tables(), "incident", rows, (), wanted)
    assert list(found.figures.values()) == ["9,9,10", "a,a,b", "9,10", "a,b"]


def test_windows_and_totals() -> None:
    """A window cuts the rows, and leaves the total as it is."""
    found = select(tables(), "incident", parse("ORDERBYnumber"), CALENDAR, window=Window.of(1, (1, 3)))
    assert ([row["number"] for row in found.rows], found.total) == (["INC0002"], 3)


@pytest.mark.parametrize(
    ("query", "user", "expected"),
    [
        ("caller_id=javascript:gs.getUserID()", BEA, "2"),
        ("caller_id!=javascript: gs.getUserID();", BEA, "13"),
        ("caller_idINjavascript:gs.user_id(),x", ABEL, "1"),
        ("caller_id=javascript:gs.getUserID()", "", "123"),
        ("caller_id=javascript:gs.getUserNames()", BEA, "123"),
    ],
)
def test_who_asks_is_known_to_a_query(query: str, user: str, expected: str) -> None:
    """`gs.getUserID()` is the user's sys_id; where nobody asks, it is a part that is not understood."""
    assert "".join(numbers(query, user=user)) == expected


def test_the_groups_of_who_asks() -> None:
    """Those whose member the user is."""
    members = [{"sys_id": f"{n:032}", "user": user, "group": f"g{n}"} for n, user in enumerate((ABEL, BEA, ABEL))]
    tasks = [{"sys_id": f"{n:032}", "number": str(n), "assignment_group": f"g{n}"} for n in range(4)]
    of = InstanceTables(Session(Instance(rows=RowTables(None, {"sys_user_grmember": members, "incident": tasks}))))
    found = select(of, "incident", parse("assignment_groupINjavascript:getMyGroups()"), CALENDAR, user=ABEL).rows
    assert [row["number"] for row in found] == ["0", "2"]


def test_what_only_python_calls_a_number_sorts_as_a_text() -> None:
    """`nan` among numbers would leave them in any order; `inf` and `1_0` are texts, too, after the numbers."""
    texts = ["3", "nan", "1", "inf", "2", "1_0", "-1.5", ""]
    rows = RowTables(None, {"u_odd": [{"sys_id": f"{n:032}", "n": text} for n, text in enumerate(texts)]})
    of = InstanceTables(Session(Instance(rows=rows)))
    found = select(of, "u_odd", parse("ORDERBYn"), CALENDAR).rows
    assert [row["n"] for row in found] == ["", "-1.5", "1", "2", "3", "1_0", "inf", "nan"]


def test_aggregates() -> None:
    """Figures over groups and over all; empty values do not count."""
    some = tables()
    rows = list(some.rows("incident"))
    every = [Aggregate(name, "priority") for name in ("SUM", "MIN", "MAX", "AVG", "COUNT")] + [Aggregate("COUNT")]
    (whole,) = aggregate(some, "incident", rows, (), every)
    assert whole.figures == {
        "SUM:priority": "14",
        "MIN:priority": "1",
        "MAX:priority": "10",
        "AVG:priority": "4.6667",
        "COUNT:priority": "3",
        "COUNT:": "3",
    }
    groups = aggregate(some, "incident", rows, ("active",), [Aggregate("COUNT", "caller_id"), Aggregate("COUNT")])
    assert [
        (group.values["active"], group.figures["COUNT:caller_id"], group.figures["COUNT:"]) for group in groups
    ] == [
        ("true", "1", "2"),
        ("false", "1", "1"),
    ]
    (empty,) = aggregate(some, "incident", [], (), [Aggregate("COUNT"), Aggregate("SUM", "priority")])
    assert empty.figures == {"COUNT:": "0", "SUM:priority": ""}


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("gs.beginningOfToday()", "2026-03-11 00:00:00"),
        ("gs.endOfYesterday()", "2026-03-10 23:59:59"),
        ("gs.beginningOfThisWeek()", "2026-03-09 00:00:00"),
        ("gs.endOfLastMonth()", "2026-02-28 23:59:59"),
        ("gs.beginningOfNextQuarter()", "2026-04-01 00:00:00"),
        ("gs.beginningOfLast7Days()", "2026-03-04 00:00:00"),
        ("gs.daysAgo(1)", "2026-03-10 15:30:00"),
        ("gs.daysAgoEnd(1)", "2026-03-10 23:59:59"),
        ("gs.monthsAgoStart(1)", "2026-02-01 00:00:00"),
        ("gs.hoursAgo(-2)", "2026-03-11 17:30:00"),
        ("gs.minutesAgo(30)", "2026-03-11 15:00:00"),
        ("gs.quartersAgoStart(1)", "2025-10-01 00:00:00"),
        ("gs.dateGenerate('2026-01-31','23:59:59')", "2026-01-31 23:59:59"),
        ("gs.daysAgo(999999999)", None),
        ("gs.evil(alert)", None),
        ("alert(1)", None),
    ],
)
def test_the_calendar(call: str, expected: str | None) -> None:
    """gs' words for moments; what is none of them is not guessed."""
    assert CALENDAR.evaluate(f"javascript:{call}") == expected


def test_days_begin_in_the_session_s_time_zone() -> None:
    """Midnight of Los Angeles, as UTC, with daylight saving time."""
    zone = Calendar(datetime(2026, 3, 11, 5, 0), ZoneInfo("America/Los_Angeles"))
    assert zone.evaluate("gs.beginningOfToday()") == "2026-03-10 07:00:00"
    assert zone.evaluate("gs.beginningOfLastMonth()") == "2026-02-01 08:00:00"


def test_a_path_that_is_too_deep_or_unknown_ends() -> None:
    """No endless walk, no exception."""
    some = tables()
    assert not walk(some, "sys_user", None, ".".join(["manager"] * 50)).exists
    assert walk(some, "sys_user", some.row("sys_user", BEA), "manager.manager.manager").value == ""
    assert walk(some, "x_acme_order", None, "vendor.name").exists  # nobody says that it is not there
