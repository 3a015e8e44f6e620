"""`Wishes`: the `sysparm_` parameters of the Table API, read (docs, c_TableAPI).

What cannot be read is taken as left out (ASSUMED: no text for a bad number is published).
"""

from __future__ import annotations

from guarded.values import dataclass
from sn_mock.live.access import API_KEY_HEADER
from sn_mock.live.front.asked import Asked
from sn_mock.query.conditions import Condition, Query
from sn_mock.query.encoded import parse

DEFAULT_LIMIT = 10_000
"""Docs, c_TableAPI: `sysparm_limit`."""
PREFIX = "sysparm_"
_DIGITS = 10
"""A number with more is larger than any table."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a client wants to see, and how."""

    query: Query
    fields: tuple[str, ...] = ()
    """Empty: all of them."""
    limit: int = DEFAULT_LIMIT
    offset: int = 0
    display: str = "false"
    """`false` the stored values, `true` what forms show, `all` both."""
    links: bool = True
    """References carry a link."""
    total: bool = True
    """X-Total-Count is wanted (`sysparm_no_count` says no)."""
    paging: bool = True
    """Link headers are wanted (`sysparm_suppress_pagination_header` says no)."""
    input_display: bool = False
    """Values that the client sends are display values."""


def wishes(asked: Asked) -> Wishes:
    """The parameters of a request."""
    given = dict(asked.query)
    query = parse(given.get("sysparm_query", ""))
    pairs = [Condition(name, "=", value) for name, value in asked.query if not _is_ours(name)]
    if pairs:
        query = query.and_also(Query((tuple((pair,) for pair in pairs),)))
    display = given.get("sysparm_display_value", "false").strip().lower()
    names = (part.strip() for part in given.get("sysparm_fields", "").split(","))
    return Wishes(
        query=query,
        fields=tuple(dict.fromkeys(name for name in names if name)),
        limit=_number(given.get("sysparm_limit"), DEFAULT_LIMIT),
        offset=_number(given.get("sysparm_offset"), 0),
        display=display if display in ("true", "all") else "false",
        links=not _is_true(given.get("sysparm_exclude_reference_link")),
        total=not _is_true(given.get("sysparm_no_count")),
        paging=not _is_true(given.get("sysparm_suppress_pagination_header")),
        input_display=_is_true(given.get("sysparm_input_display_value")),
    )


def _is_ours(name: str) -> bool:
    """A parameter of the API, or the key that a client comes in with, and no condition."""
    return name.startswith(PREFIX) or name == API_KEY_HEADER


def _is_true(text: str | None) -> bool:
    return (text or "").strip().lower() == "true"


def _number(text: str | None, default: int) -> int:
    text = (text or "").strip()
    if not (text.isascii() and text.isdigit()):
        return default
    return int(text) if len(text) < _DIGITS else 10**_DIGITS
