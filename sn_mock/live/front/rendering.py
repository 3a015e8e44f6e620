"""Rows as the Table API shows them: stored values, display values, both, with links (docs, c_TableAPI)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sn_mock.live.front.parameters import Wishes
from sn_mock.query import InstanceTables, walk
from sn_mock.query.columns import LISTS, Column
from sn_mock.query.display import shown
from sn_mock.query.source import Row


class Renderer:
    """Shows rows of one table as a client wishes."""

    def __init__(self, tables: InstanceTables, table: str, wished: Wishes, api: str) -> None:
        """`api` is where references link to: `https://host/api/now/table`."""
        self._tables, self._table, self._wished, self._api = tables, table, wished, api
        self._columns = tables.columns(table)

    def row(self, row: Row) -> dict[str, Any]:
        """One row: the wished fields in their order, or all of them."""
        if not self._wished.fields:
            return {name: self._field(row, name) for name in self._names(row)}
        found = {}
        for path in self._wished.fields:
            value = self._walked(row, path) if "." in path else self._field(row, path) if self._has(row, path) else None
            if value is not None:
                found[path] = value
        return found

    def _names(self, row: Row) -> Sequence[str]:
        return list(dict.fromkeys((*self._columns, *row)))

    def _has(self, row: Row, name: str) -> bool:
        return name in self._columns or name in row

    def _field(self, row: Row, name: str) -> Any:
        column = self._columns.get(name)
        value = row.get(name) or ""
        if column is None:
            column = Column(name, "")
        return self._value(column, value)

    def _walked(self, row: Row, path: str) -> Any:
        walked = walk(self._tables, self._table, row, path)
        return self._value(walked.column, walked.value) if walked.exists and walked.column is not None else None

    def _value(self, column: Column, value: str) -> Any:
        mode = self._wished.display
        if mode == "false":
            return self._linked(column, value) if column.reference and value else value
        text = shown(self._tables, column, value)
        link = self._link(column, value)
        if mode == "all":
            return {"display_value": text, "value": value, **({"link": link} if link else {})}
        return {"display_value": text, "link": link} if link else text

    def _linked(self, column: Column, value: str) -> Any:
        link = self._link(column, value)
        return {"link": link, "value": value} if link else value

    def _link(self, column: Column, value: str) -> str:
        if not (self._wished.links and column.reference and value) or column.type in LISTS:
            return ""
        return f"{self._api}/{column.reference}/{value}"
