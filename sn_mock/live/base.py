"""The rows that every instance begins with, as far as clients look for them; in no file until they are changed."""

from __future__ import annotations

from collections.abc import Mapping

from sn_mock.query.instance_tables import ADMIN
from sn_mock.query.source import Row

_USERS = (
    {"sys_id": ADMIN, "user_name": "admin", "name": "System Administrator", "first_name": "System",
     "last_name": "Administrator", "email": "admin@example.com", "active": "true"},
    {"sys_id": "5136503cc611227c0183e96598c4f706", "user_name": "guest", "name": "Guest", "first_name": "Guest",
     "last_name": "", "active": "true"},
)  # fmt: skip
_ROLES = ({"sys_id": "2831a114c611228501d4ea6c309d626d", "name": "admin"},)
_HAS_ROLE = ({"sys_id": "3a05a9b8c0a80164001fad0bd4f5a1b2", "user": ADMIN, "role": _ROLES[0]["sys_id"]},)


def base_rows() -> Mapping[str, Mapping[str, Row]]:
    """Table -> sys_id -> row."""
    tables = {"sys_user": _USERS, "sys_user_role": _ROLES, "sys_user_has_role": _HAS_ROLE}
    return {table: {row["sys_id"]: row for row in rows} for table, rows in tables.items()}
