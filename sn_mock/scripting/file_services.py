"""What a script asks of attachments, of credentials and connections behind an alias, and of keystores."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from sn_mock.failure import MockUsageError
from sn_mock.instance import DiscoveryCredential, RowTables, Secret, SysAttachment, SysCertificate
from sn_mock.instance.schema import fields_of
from sn_mock.java import keystore
from sn_mock.outbound.connections.urls import connection_url
from sn_mock.outbound.credentials.shelf import KeystoreShelf
from sn_mock.outbound.messages.session import Session
from sn_mock.query import InstanceTables
from sn_mock.query.source import Row
from sn_mock.secret import ENVIRONMENT_PREFIX

Request = Mapping[str, Any]
MOST_COPIES = 100
CREDENTIAL_TABLES = (
    *("discovery_credentials", "basic_auth_credentials", "api_key_credentials", "oauth_2_0_credentials"),
    *("jms_credentials", "jdbc_credentials", "aws_credentials", "sys_auth_profile_basic"),
)
CONNECTION_TABLES = ("http_connection", "sys_connection", "jdbc_connection")
_KINDS = {keystore.EntryKind.TRUSTED_CERTIFICATE: "certificate"}


def _alias_id(row: Row) -> str:
    """The ID that an alias's form shows."""
    scope = row.get("sys_scope") or "global"
    return row.get("name", "") if scope == "global" else f"{scope}.{row.get('name', '')}"


class FileServices:
    """For one script."""

    def __init__(self, session: Session, tables: InstanceTables, given: RowTables) -> None:
        self._session = session
        self._given = given
        self._tables = tables
        self.services: Mapping[str, Callable[[Request], Any]] = {
            "attach": self._attach,
            "content": self._content,
            "copyFiles": lambda request: self._copy(*request["copyFiles"]),
            "credential": lambda request: self._credential(request["credential"], request["by"]),
            "credentials": self._credentials,
            "connections": lambda request: [self._connection(row) for row in self._connections(request["connections"])],
            "keystore": lambda request: self._keystore(request["keystore"]),
        }

    # Attachments

    def _attach(self, request: Request) -> str:
        table, sys_id = request["attach"]
        try:
            data = base64.b64decode(request["content"])
        except (binascii.Error, ValueError):
            raise MockUsageError("GlideSysAttachment.writeBase64: the content is not base64") from None
        return self.save(table, sys_id, request["name"], request["type"], data)

    def save(self, table: str, sys_id: str, name: str, content_type: str, data: bytes) -> str:
        """A new attachment; its sys_id."""
        row = self._tables.insert(
            "sys_attachment",
            {"file_name": name, "content_type": content_type, "table_name": table, "table_sys_id": sys_id},
        )
        attachment = self._file(row["sys_id"])
        assert attachment is not None
        self._session.instance = self._session.instance.replace(attachment, data=data)
        return attachment.sys_id

    def _file(self, sys_id: str) -> SysAttachment | None:
        return next((file for file in self._session.instance.attachments if file.sys_id == sys_id), None)

    def _content(self, request: Request) -> str:
        file = self._file(request["content"])
        if file is None:
            return ""
        return (
            base64.b64encode(file.data).decode() if request["as"] == "base64" else file.data.decode("utf-8", "replace")
        )

    def _copy(self, from_table: str, from_id: str, to_table: str, to_id: str) -> list[str]:
        files = [
            file
            for file in self._session.instance.attachments
            if (file.table_name, file.table_sys_id) == (from_table, from_id)
        ]
        if len(files) > MOST_COPIES:
            raise MockUsageError(f"GlideSysAttachment.copy: more than {MOST_COPIES} attachments at once")
        return [self.save(to_table, to_id, file.file_name, file.content_type, file.data) for file in files]

    # Credentials and connections

    def _alias(self, ref: str) -> str:
        """An alias by sys_id, by its id (`scope.name`) or its name."""
        for row in self._tables.rows("sys_alias"):
            if ref in (row["sys_id"], row.get("id") or None, row.get("name"), _alias_id(row)):
                return row["sys_id"]
        return ref

    def _connections(self, alias: str) -> list[Row]:
        sys_id = self._alias(alias)
        rows = {
            row["sys_id"]: row
            for table in CONNECTION_TABLES
            for row in self._tables.rows(table)
            if row.get("connection_alias") in (sys_id, alias) and row.get("active", "true") != "false"
        }
        instance = self._session.instance
        for connection in instance.http_connections:
            if connection.sys_id in rows:
                url = connection_url(instance, connection)
                rows[connection.sys_id] = {**rows[connection.sys_id], "connection_url": url}
        return sorted(rows.values(), key=lambda row: int(row.get("order") or 100))

    def _connection(self, row: Row) -> dict[str, Any]:
        held = row.get("credential", "")
        return {**self._revealed(row), "__credential": self._credential(held, "id") if held else None}

    def _all_credentials(self) -> Iterable[Row]:
        """Each once, though a table has the rows of those that extend it."""
        return {row["sys_id"]: row for row in self._rows_of_credentials()}.values()

    def _rows_of_credentials(self) -> Iterator[Row]:
        for table in CREDENTIAL_TABLES:
            if table == "sys_auth_profile_basic":
                for profile in self._session.instance.basic_auth_profiles:
                    password = profile.password.reveal() if profile.password else ""
                    yield {"sys_id": profile.sys_id, "name": profile.name, "user_name": profile.username,
                           "password": password, "type": "basic"}  # fmt: skip
            else:
                yield from self._tables.rows(table)

    def _credential(self, ref: str, by: str) -> dict[str, Any] | None:
        if by == "alias":
            for connection in self._connections(ref):
                if held := connection.get("credential"):
                    return self._credential(held, "id")
            alias = self._alias(ref)
            tagged = (row for row in self._all_credentials() if alias in (row.get("credential_alias"), row.get("tag")))
            found = next(tagged, None)
        else:
            found = next((row for row in self._all_credentials() if ref in (row["sys_id"], row.get("name"))), None)
        return self._revealed(found) if found else None

    def _credentials(self, request: Request) -> list[dict[str, str]]:
        types, tag = request["credentials"], request["tag"]
        return [
            self._revealed(row)
            for row in self._all_credentials()
            if (not types or row.get("type") in types) and (not tag or row.get("tag") == tag)
        ]

    # Keystores

    def _keystore(self, sys_id: str) -> list[list[str]]:
        """The aliases of a keystore record, each with `key` or `certificate`, as Java reads the file."""
        record = self._session.instance.certificate(sys_id)
        assert isinstance(record, SysCertificate)
        loaded = KeystoreShelf(self._session.instance).view(record).read
        if isinstance(loaded, keystore.LoadFailure):
            raise MockUsageError(str(loaded.java[0]))
        return [[entry.alias, _KINDS.get(entry.kind, "key")] for entry in loaded.entries]

    def _secrets(self, sys_id: str) -> dict[str, str]:
        """The passwords of a credential that is modelled: what its form hides, its provider hands out."""
        record = self._session.instance.get(DiscoveryCredential.table, sys_id)
        if record is None:
            return {}
        named = {spec.name: getattr(record, spec.name) for spec in fields_of(type(record)).values()}
        return {name: held.reveal() for name, held in named.items() if isinstance(held, Secret) and held.is_set}

    def _revealed(self, row: Row) -> dict[str, str]:
        """The row's values; `env:NAME` is read from the environment, but not where a script wrote it."""
        values = {}
        row = {**row, **self._secrets(row["sys_id"])}
        for name, value in row.items():
            if value.startswith(ENVIRONMENT_PREFIX):
                secret = Secret.parse(value)
                is_given = any(
                    self._given.table(table).get(row["sys_id"], {}).get(name) == value
                    for table in (*CREDENTIAL_TABLES, *CONNECTION_TABLES)
                )
                value = secret.reveal() if is_given and secret.is_set else ""
            values[name] = value
        return values
