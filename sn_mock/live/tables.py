"""`LiveTables`: an instance's tables as clients see them. Passwords can be written and never come back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sn_mock.failure import MockUsageError
from sn_mock.instance import TABLES
from sn_mock.live import passwords
from sn_mock.live.attributes import CERTIFICATE_TABLES, with_attributes
from sn_mock.query import InstanceTables
from sn_mock.query.source import Row
from sn_mock.scripting.file_services import CONNECTION_TABLES, CREDENTIAL_TABLES

READ_ONLY = frozenset({"sys_outbound_http_log"})
"""Tables that the instance itself fills; clients read them."""
_PASSWORDS = frozenset({"password", "password2"})
_REFERENCES = ("env:", "file:")
_CREDENTIALS = frozenset((*CREDENTIAL_TABLES, *CONNECTION_TABLES, "sys_user", "oauth_entity"))
"""Rows of these are looked up with `env:NAME` taken from the environment."""


class ReferenceRefusedError(MockUsageError):
    """A client may not make the instance read its own environment or files."""


class LiveTables(InstanceTables):
    """`InstanceTables` for clients; `user` is who writes."""

    def anew(self) -> LiveTables:
        """The same view of what the holder has now; rows without stamps keep the ones that they are shown with."""
        tables = LiveTables(self._holder, user=self.user, clock=self._now)
        tables._born = self._born
        return tables

    def secrets(self, table: str) -> frozenset[str]:
        """The columns of a table whose values never leave the instance."""
        return frozenset(column.name for column in self.columns(table).values() if column.type in _PASSWORDS)

    def stored(self, table: str) -> Mapping[str, Row]:
        """The rows of a table that is not modelled, passwords and all: for the instance itself."""
        return self._plain(table)

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
        made = super().insert(table, self._one_way(table, values))
        return self._filled(table, made) if values.get("pem_certificate") else made

    def update(self, table: str, values: Mapping[str, str], *, stamp: bool = True) -> Row:
        """See `InstanceTables`. Raises `ReferenceRefusedError` for `env:` and `file:`."""
        self._refuse_references(table, values)
        changed = super().update(table, self._one_way(table, values), stamp=stamp)
        return self._filled(table, changed) if values.get("pem_certificate") else changed

    def _filled(self, table: str, row: Row) -> Row:
        """The row with what its pasted certificate says."""
        if table not in CERTIFICATE_TABLES:
            return row
        self._holder.instance = with_attributes(self._holder.instance, table, row["sys_id"])
        return self.row(table, row["sys_id"]) or row

    def _one_way(self, table: str, values: Mapping[str, str]) -> Mapping[str, str]:
        """The values with one-way passwords as they are stored."""
        columns = self.columns(table)
        kept = {
            name: passwords.stored(text)
            for name, text in values.items()
            if text and name in columns and columns[name].type == "password"
        }
        return {**values, **kept} if kept else values

    def _refuse_references(self, table: str, values: Mapping[str, str]) -> None:
        """What the folder's files may say, clients may not: it would show them the environment, or the files."""
        guarded = self.secrets(table)
        if table in TABLES:
            guarded |= {"wsdl"}
        elif table in _CREDENTIALS:
            guarded |= values.keys()
        for name in guarded & values.keys():
            if values[name].startswith(_REFERENCES):
                raise ReferenceRefusedError(f"{table}.{name} cannot begin with {' or '.join(_REFERENCES)} here")


def _without(row: Row, hidden: frozenset[str]) -> Row:
    blank = {name: "" for name in hidden if row.get(name)}
    return {**row, **blank} if blank else row
