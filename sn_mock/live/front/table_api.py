"""The Table API: `/api/now[/v1|/v2]/table/{table}[/{sys_id}]` (docs, c_TableAPI)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from guarded.regex import regex
from provider_stub.http.messages import Headers, Response
from sn_mock.failure import MockUsageError
from sn_mock.instance import Instance, InstanceErrors
from sn_mock.live.front import bodies
from sn_mock.live.front.asked import Asked, answer
from sn_mock.live.front.errors import Error, RefusedError
from sn_mock.live.front.parameters import Wishes, wishes
from sn_mock.live.front.rendering import Renderer
from sn_mock.live.state import LiveFolder
from sn_mock.live.tables import READ_ONLY, LiveTables, ReferenceRefusedError
from sn_mock.query import Calendar, select, stored_value
from sn_mock.query.conditions import Window
from sn_mock.query.source import Row

_SYS_ID = regex(r"[0-9a-f]{32}")
INVALID_QUERY = "glide.invalid_query.returns_no_rows"


class TableApi:
    """Answers for one instance."""

    def __init__(self, folder: LiveFolder, inserted: Callable[[str], None] | None = None) -> None:
        """`inserted` is told the table of every new row; it must be quick."""
        self._folder, self._inserted = folder, inserted

    def answer(self, asked: Asked, version: str, table: str, sys_id: str | None) -> Response:
        """One request; `version` is `v1`, `v2` or empty. Raises RefusedError."""
        with self._folder.open(asked.visitor.user) as tables:
            if not tables.exists(table):
                raise RefusedError(Error.INVALID_TABLE, table)
            wished = wishes(asked)
            api = f"{asked.base_url}/api/now/{f'{version}/' if version else ''}table"
            renderer = Renderer(tables, table, wished, api)
            match asked.method, sys_id:
                case "GET" | "HEAD", None:
                    return self._list(tables, asked, table, wished, renderer, old=version == "v1")
                case "GET" | "HEAD", str(key):
                    return self._one(asked, renderer, self.row(tables, table, key))
                case "POST", None:
                    self.check_writable(table)
                    row = self.insert(
                        tables, table, bodies.fields(asked, display=wished.input_display), display=wished.input_display
                    )
                    return self._one(asked, renderer, row, 201, (("Location", f"{api}/{table}/{row['sys_id']}"),))
                case "PUT" | "PATCH", str(key):
                    self.check_writable(table)
                    self.row(tables, table, key)
                    values = bodies.fields(asked, display=wished.input_display)
                    return self._one(
                        asked, renderer, self.update(tables, table, key, values, display=wished.input_display)
                    )
                case "DELETE", str(key):
                    self.check_writable(table)
                    self.row(tables, table, key)
                    self.delete(table, key, asked.visitor.user)
                    return answer(204)
        raise RefusedError(Error.METHOD_NOT_ALLOWED, asked.method)

    # Reading

    @staticmethod
    def row(tables: LiveTables, table: str, sys_id: str) -> Row:
        """The row. Raises RefusedError (404)."""
        row = tables.row(table, sys_id)
        if row is None:
            raise RefusedError(Error.NO_RECORD)
        return row

    def _list(
        self, tables: LiveTables, asked: Asked, table: str, wished: Wishes, renderer: Renderer, *, old: bool
    ) -> Response:
        instance = self._folder.instance
        found = select(
            tables,
            table,
            wished.query,
            calendar_of(instance),
            window=Window(wished.offset, wished.offset + wished.limit),
            invalid_returns_none=(instance.property(INVALID_QUERY) or "").lower() == "true",
            user=asked.visitor.sys_id,
        )
        if old and not found.rows:
            raise RefusedError(Error.NO_RECORD)
        headers: Headers = (("X-Total-Count", str(found.total)),) if wished.total else ()
        if wished.paging and (link := _links(asked, wished, found.total)):
            headers = (*headers, ("Link", link))
        return _answered(asked, {"result": [renderer.row(row) for row in found.rows]}, 200, headers)

    @staticmethod
    def _one(asked: Asked, renderer: Renderer, row: Row, status: int = 200, headers: Headers = ()) -> Response:
        if asked.header("X-no-response-body").strip().lower() == "true" and asked.method not in ("GET", "HEAD"):
            return answer(status, headers=headers)
        return _answered(asked, {"result": renderer.row(row)}, status, headers)

    # Writing

    @staticmethod
    def check_writable(table: str) -> None:
        """Raises RefusedError (403) for a table that the instance alone fills."""
        if table in READ_ONLY:
            raise RefusedError(Error.NOT_AUTHORIZED)

    def insert(self, tables: LiveTables, table: str, values: Mapping[str, str], *, display: bool = False) -> Row:
        """Add a row; `display`: the values are display values. Raises RefusedError."""
        values = _stored(tables, table, values, display=display)
        sys_id = values.get("sys_id", "")
        if sys_id and (not _SYS_ID.fullmatch(sys_id) or tables.row(table, sys_id) is not None):
            raise RefusedError(Error.OPERATION_FAILED, f"Error during insert of {table} ({sys_id})")
        row: Row = self._written(lambda: tables.insert(table, values))
        if self._inserted is not None:
            self._inserted(table)
        return row

    def update(
        self, tables: LiveTables, table: str, sys_id: str, values: Mapping[str, str], *, display: bool = False
    ) -> Row:
        """Change fields of a row. Raises RefusedError."""
        changed = {**_stored(tables, table, values, display=display), "sys_id": sys_id}
        row: Row = self._written(lambda: tables.update(table, changed))
        return row

    def delete(self, table: str, sys_id: str, user: str) -> None:
        """Delete a row. Raises RefusedError."""
        self._written(lambda: self._folder.delete(table, sys_id, user=user))

    def _written(self, write: Any) -> Any:
        """Do it; what the folder refuses is answered."""
        try:
            return write()
        except InstanceErrors as error:  # where the folder is, is nobody's business outside
            told = "; ".join(f"{problem.key}: {problem.message}" for problem in error.problems)
            raise RefusedError(Error.OPERATION_FAILED, told) from None
        except ReferenceRefusedError as error:
            raise RefusedError(Error.OPERATION_FAILED, str(error)) from None
        except MockUsageError as error:
            raise RefusedError(Error.FOLDER_REFUSES, self._folder.told_outside(error)) from None


def calendar_of(instance: Instance) -> Calendar:
    """Now, in the instance's time zone (`glide.sys.default.tz`)."""
    try:
        zone: tzinfo = ZoneInfo(instance.property("glide.sys.default.tz") or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        zone = UTC
    return Calendar(datetime.now(UTC).replace(tzinfo=None, microsecond=0), zone)


def _stored(tables: LiveTables, table: str, values: Mapping[str, str], *, display: bool) -> Mapping[str, str]:
    """The values as they are stored; what no column can be called is left out."""
    named = {name: text for name, text in values.items() if re.fullmatch(r"[a-zA-Z0-9_]{1,80}", name)}
    if not display:
        return named
    return {name: stored_value(tables, table, name, text) for name, text in named.items()}


def _answered(asked: Asked, content: Any, status: int, headers: Headers) -> Response:
    body, content_type = bodies.written(content, asked.accepts)
    return answer(status, body, content_type, headers)


def _links(asked: Asked, wished: Wishes, total: int) -> str:
    """The Link header: first, previous, next and last page; empty where one page holds all (ASSUMED)."""
    limit, offset = wished.limit, wished.offset
    if limit < 1 or (offset == 0 and total <= limit):
        return ""
    kept = [(name, value) for name, value in asked.query if name not in ("sysparm_offset", "sysparm_limit")]
    url = f"{asked.base_url}{quote(asked.path)}"

    def page(first: int, relation: str) -> str:
        query = urlencode([*kept, ("sysparm_offset", str(first)), ("sysparm_limit", str(limit))])
        return f'<{url}?{query}>;rel="{relation}"'

    pages = [page(0, "first")]
    if offset > 0:
        pages.append(page(max(0, offset - limit), "prev"))
    if offset + limit < total:
        pages.append(page(offset + limit, "next"))
    pages.append(page((total - 1) // limit * limit if total else 0, "last"))
    return ",".join(pages)
