"""`LiveTables`: an instance's tables as clients see them. Passwords can be written and never come back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sn_mock.failure import MockUsageError
from sn_mock.instance import TABLES
from sn_mock.instance.schema import Kind, fields_of
from sn_mock.query import InstanceTables
from sn_mock.query.source import Row

READ_ONLY = frozenset({"sys_outbound_http_log"})
"""Tables that the instance itself fills; clients read them."""
_PASSWORDS = frozenset({"password", "password2"})
_REFERENCES = ("env:", "file:")


class ReferenceRefusedError(MockUsageError):
    """A client may not make the instance read its own environment or files."""


class LiveTables(InstanceTables):
    """`InstanceTables` for clients; `user` is who writes."""

    def secrets(self, table: str) -> frozenset[str]:
        """The columns of a table whose values never leave the instance."""
        return frozenset(column.name for column in self.columns(table).values() if column.type in _PASSWORDS)

    def rows(self, table: str) -> Iterable[Row]:
        """See `Tables`; passwords are empty."""
        hidden = self.secrets(table)
        if not hidden or table in TABLES:
            return super().rows(table)
        return (_without(row, hidden) for row in super().rows(table))

    def row(self, table: str, sys_id: str) -> Row | None:
        """See `Tables`; passwords are empty."""
        found = super().row(table, sys_id)
        return found if found is None or table in TABLES else _without(found, self.secrets(table))

    def insert(self, table: str, values: Mapping[str, str]) -> Row:
        """See `InstanceTables`. Raises `ReferenceRefusedError` for `env:` and `file:`."""
        self._refuse_references(table, values)
        return super().insert(table, values)

    def update(self, table: str, values: Mapping[str, str], *, stamp: bool = True) -> Row:
        """See `InstanceTables`. Raises `ReferenceRefusedError` for `env:` and `file:`."""
        self._refuse_references(table, values)
        return super().update(table, values, stamp=stamp)

    def _refuse_references(self, table: str, values: Mapping[str, str]) -> None:
        """What the folder's files may say, clients may not: it would show them the environment, or the files."""
        guarded = self.secrets(table)
        if table in TABLES:
            guarded |= {spec.name for spec in fields_of(TABLES[table]).values() if spec.kind is Kind.PASSWORD2}
            guarded |= {"wsdl"}
        for name in guarded & values.keys():
            if values[name].startswith(_REFERENCES):
                raise ReferenceRefusedError(f"{table}.{name} cannot begin with {' or '.join(_REFERENCES)} here")


def _without(row: Row, hidden: frozenset[str]) -> Row:
    blank = {name: "" for name in hidden if row.get(name)}
    return {**row, **blank} if blank else row
