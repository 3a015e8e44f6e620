"""The pages of what scripts find, and of the operators of queries."""

from __future__ import annotations

from docs.printing.markdown import NOTICE, code, table
from sn_mock.query.operators import OPERATORS
from sn_mock.scripting.documented import documented, namespaces
from sn_mock.scripting.simulated import GS, SIMULATED, SURROUNDINGS


def script_api_page() -> str:
    """Every class, every function of gs, everything around a script."""
    classes = [(", ".join(code(name) for name in one.names), one.what) for one in SIMULATED]
    functions = [(what, ", ".join(code(name) for name in names)) for what, names in GS.items()]
    around = [(code(name), what) for name, what in SURROUNDINGS.items()]
    return (
        f"# What a script finds\n\n{NOTICE}\n"
        "How scripts are run is said in [scripts](scripts.md).\n\n"
        f"## Classes\n\n{table(('class', 'what of it'), classes)}\n"
        f"## gs\n\n{table(('for', 'functions'), functions)}\n"
        "And every moment of the condition builder: `gs.daysAgo(n)`, `gs.hoursAgoStart(n)`, `gs.monthsAgoEnd(n)` …,\n"
        "`gs.beginningOfLastMonth()`, `gs.endOfThisQuarter()`, `gs.beginningOfLast7Days()` …, `gs.dateGenerate`.\n\n"
        f"## Around the script\n\n{table(('name', 'what it is'), around)}\n"
        "`current` and `previous` are there when a record is given.\n\n"
        "## Everything else\n\n"
        f"The documentation knows {len(documented())} classes, without a namespace or in one of {len(namespaces())}.\n"
        "A class, method or function of it that is not simulated throws an error that says so by its name:\n"
        "`sn_fd.FlowAPI is not simulated`, `GlideElement.getStages is not simulated`, `gs.dropTable is not …`.\n"
    )


def queries_page() -> str:
    """Every operator."""
    rows = [(code(spelling), operator.says) for spelling, operator in OPERATORS.items()]
    return (
        f"# Queries\n\n{NOTICE}\n"
        "One engine answers encoded queries and `addQuery`, on every table. A field is a column or a dot-walked path\n"
        "(`caller_id.manager.email`); conditions are joined by `^` (and), `^OR` and `^NQ` (a new query, or). `^EQ`\n"
        "ends a query, `^ORDERBYfield` and `^ORDERBYDESCfield` order the rows (references by what is shown),\n"
        "`^GROUPBYfield` groups an aggregate. `^^` in a value is a `^`. The operator is read from the end of the\n"
        "field's name, the longest that fits; nothing is searched for inside a value.\n\n"
        f"{table(('operator', 'the field …'), rows)}\n"
        "Texts compare without regard to case (ASSUMED). A value `javascript:gs.daysAgoStart(7)` is carried out, and\n"
        "so are `javascript:gs.getUserID()` and `javascript:getMyGroups()` for who asks (REPORTED); in a script any\n"
        "other `javascript:` value is evaluated by the script itself. `123TEXTQUERY321=words` finds rows in which\n"
        "every word stands somewhere.\n\n"
        "What is not understood, and a condition on a column that the table certainly lacks, is ignored and noted;\n"
        "with `glide.invalid_query.returns_no_rows` true no row answers. `deleteMultiple()` and `updateMultiple()`\n"
        "refuse such a query.\n"
    )
