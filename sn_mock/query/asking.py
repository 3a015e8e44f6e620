"""Who asks, in a query: `assigned_to=javascript:gs.getUserID()`, `assignment_groupINjavascript:getMyGroups()`.

REPORTED: filters of public exports and lists use both; they are carried out for the user of the session.
"""

from __future__ import annotations

from guarded.regex import regex
from sn_mock.query.source import Tables

_USER = regex(r"\s*javascript:\s*gs\.(?:getUserID|user_id)\(\s*\)\s*;?\s*")
_GROUPS = regex(r"\s*javascript:\s*(?:gs\.getUser\(\s*\)\.)?getMyGroups\(\s*\)\s*;?\s*")


def of_who_asks(expression: str, tables: Tables, user: str) -> str | None:
    """The sys_id of who asks, or those of their groups with commas; None where the expression asks for neither.

    `user` is a sys_id; nobody is known where it is empty.
    """
    if not user:
        return None
    if _USER.fullmatch(expression):
        return user
    if _GROUPS.fullmatch(expression):
        memberships = (row for row in tables.rows("sys_user_grmember") if row.get("user") == user)
        return ",".join(group for row in memberships if (group := row.get("group")))
    return None
