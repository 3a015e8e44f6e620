"""Encoded queries, read: `active=true^nameLIKEshop^ORname=x^NQ…^ORDERBYname`.

A field's name is lower case, so the operator begins where the name ends; of the operators that fit there the longest is
taken. Nothing is searched for inside a value. `^^` in a value is one `^` (docs, `escapeQueryTermSeparator`). What is
left over is kept as `Query.invalid`; the property `glide.invalid_query.returns_no_rows` says what becomes of it.
"""

from __future__ import annotations

from collections.abc import Iterator

from guarded.regex import regex
from sn_mock.query.conditions import Alternatives, Condition, Query
from sn_mock.query.operators import LONGEST_FIRST, OPERATORS

_FIELD = regex(r"123TEXTQUERY321|[a-z0-9_][a-z0-9_.]*")
_ORDER = regex(r"ORDERBY(DESC)?([a-z0-9_.]+)")
_GROUP = regex(r"GROUPBY([a-z0-9_.]+)")
_IGNORED = ("GOTO", "DISPLAYVALUE")
"""Terms that say something of lists, not of rows."""


def parse(text: str) -> Query:
    """The query that an encoded query means. Never raises: what is not understood is in `invalid`."""
    groups: list[tuple[Alternatives, ...]] = []
    order: list[tuple[str, bool]] = []
    group_by: list[str] = []
    invalid: list[str] = []
    alternatives: list[list[Condition]] = []

    def close() -> None:
        if alternatives:
            groups.append(tuple(map(tuple, alternatives)))
        alternatives.clear()

    for number, term in enumerate(_terms(text)):
        if term in ("", "EQ") or term.startswith(_IGNORED):
            continue
        if match := _ORDER.fullmatch(term):
            order.append((match[2], match[1] is not None))
            continue
        if match := _GROUP.fullmatch(term):
            group_by.append(match[1])
            continue
        is_new = term.startswith("NQ") and number > 0
        is_or = term.startswith("OR") and number > 0
        condition = read_condition(term[2:] if is_new or is_or else term)
        if is_new:
            close()
        if condition is None:
            invalid.append(term)
        elif is_or and alternatives:
            alternatives[-1].append(condition)
        else:
            alternatives.append([condition])
    close()
    return Query(tuple(groups), tuple(order), tuple(group_by), tuple(invalid))


def read_condition(term: str) -> Condition | None:
    """One term; None where it is no condition."""
    match = _FIELD.match(term)
    if match is None:
        return None
    rest = term[match.end() :]
    operator = next((spelling for spelling in LONGEST_FIRST if rest.startswith(spelling)), None)
    if operator is None:
        return None
    value = rest[len(operator) :]
    if value and not OPERATORS[operator].needs_value:
        return None
    return Condition(match[0], operator, value)


def _terms(text: str) -> Iterator[str]:
    """The pieces between single `^`; a doubled one stands for itself."""
    piece: list[str] = []
    position = 0
    while position < len(text):
        found = text.find("^", position)
        if found < 0:
            break
        piece.append(text[position:found])
        if text.startswith("^^", found):
            piece.append("^")
            position = found + 2
            continue
        yield "".join(piece)
        piece = []
        position = found + 1
    yield "".join(piece) + text[position:]
