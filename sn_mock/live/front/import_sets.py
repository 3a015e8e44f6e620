"""The Import Set API: `/api/now/import/{staging table}` (docs, c_ImportSetAPI): a row comes in, transformed at once.

Transform maps are rows of `sys_transform_map` (`source_table`, `target_table`, `active`, `order`), their lines rows of
`sys_transform_entry` (`map`, `source_field`, `target_field`, `coalesce`). ASSUMED: the columns of both, that references
and choices are matched by what is shown, that a row that changes nothing is `ignored`, that a row without a map has no
result, that a GET tells of the last map. Transform scripts are not run: a map that has one is an `error` that says so.
"""

from __future__ import annotations

from typing import Any

from provider_stub.http.messages import Response
from sn_mock.live.front import bodies
from sn_mock.live.front.asked import Asked, answer
from sn_mock.live.front.errors import Error, RefusedError
from sn_mock.live.front.table_api import TableApi
from sn_mock.live.state import LiveFolder
from sn_mock.live.tables import LiveTables
from sn_mock.query.source import Row

MAPS, ENTRIES, SETS = "sys_transform_map", "sys_transform_entry", "sys_import_set"
_NO_SCRIPTS = "sn-mock runs no transform scripts"
_OF_THE_ROW = {
    "status": "sys_import_state",
    "error_message": "sys_import_state_comment",
    "transform_map": "sys_transform_map",
    "table": "sys_target_table",
    "sys_id": "sys_target_sys_id",
}
"""What of a result stands in the staging row: key -> column (ASSUMED names)."""


class ImportSets:
    """The import sets of one instance; `rows` writes."""

    def __init__(self, folder: LiveFolder, rows: TableApi) -> None:
        self._folder, self._rows = folder, rows

    def answer(self, asked: Asked, version: str, staging: str, sys_id: str | None) -> Response:
        """One request. Raises RefusedError."""
        api = f"{asked.base_url}/api/now/{f'{version}/' if version else ''}"
        with self._folder.open(asked.visitor.user) as tables:
            maps = [row for row in tables.rows(MAPS) if _of(row, "source_table") == staging and _is_active(row)]
            if not maps and not tables.exists(staging):
                raise RefusedError(Error.INVALID_TABLE, staging)
            match asked.method, sys_id:
                case "GET" | "HEAD", str(key):
                    row = self._rows.row(tables, staging, key)
                    number = (tables.row(SETS, _of(row, "sys_import_set")) or {}).get("number", "")
                    results = [_kept(tables, row, api)] if _of(row, "sys_import_state") else []
                    return _told(asked, number, staging, results, 200)
                case "POST", None:
                    return self._imported(tables, asked, staging, maps, api)
                case "POST", "insertMultiple":
                    raise RefusedError(Error.NOT_SIMULATED, f"import/{staging}/insertMultiple")
        raise RefusedError(Error.METHOD_NOT_ALLOWED, asked.method)

    def _imported(self, tables: LiveTables, asked: Asked, staging: str, maps: list[Row], api: str) -> Response:
        self._rows.check_writable(staging)
        fields = bodies.fields(asked)
        import_set = self._rows.insert(tables, SETS, {"table_name": staging, "state": "processed"})
        row = self._rows.insert(tables, staging, {**fields, "sys_import_set": import_set["sys_id"]})
        results = [self._transformed(tables, row, one, api) for one in sorted(maps, key=_order)]
        for result in results[-1:]:
            state = {column: result.get(key, "") for key, column in _OF_THE_ROW.items()}
            state["sys_transform_map"] = sorted(maps, key=_order)[-1]["sys_id"]
            self._rows.update(tables, staging, row["sys_id"], state)
        place = (("Location", f"{api}import/{staging}/{row['sys_id']}"),)
        return _told(asked, _of(import_set, "number"), staging, results, 201, place)

    def _transformed(self, tables: LiveTables, row: Row, one: Row, api: str) -> dict[str, str]:
        """The result of one transform map."""
        target = _of(one, "target_table")
        entries = [entry for entry in tables.rows(ENTRIES) if _of(entry, "map") == one["sys_id"]]
        result = {"transform_map": _of(one, "name"), "table": target}
        scripted = (one.get("run_script") == "true", *(entry.get("use_source_script") == "true" for entry in entries))
        if any(scripted):
            return {**result, "status": "error", "error_message": _NO_SCRIPTS}
        values = {_of(entry, "target_field"): _of(row, _of(entry, "source_field")) for entry in entries}
        keys = [_of(entry, "target_field") for entry in entries if entry.get("coalesce") == "true"]
        try:
            found = self._found(tables, target, {key: values[key] for key in keys})
            if found is None:
                status, written = "inserted", self._rows.insert(tables, target, values, display=True)
            else:
                written = self._rows.update(tables, target, found["sys_id"], values, display=True)
                status = "ignored" if written.get("sys_mod_count") == found.get("sys_mod_count") else "updated"
        except RefusedError as error:
            return {**result, "status": "error", "error_message": error.reason}
        return {**result, **_shown(tables, target, written, api), "status": status}

    def _found(self, tables: LiveTables, target: str, keys: dict[str, str]) -> Row | None:
        """The row that coalesces: all key fields are the same, and none is empty. Raises RefusedError."""
        if not tables.exists(target):
            raise RefusedError(Error.INVALID_TABLE, target)
        self._rows.check_writable(target)
        if not keys or not all(keys.values()):
            return None
        return next((row for row in tables.rows(target) if all(row.get(key) == keys[key] for key in keys)), None)


def _shown(tables: LiveTables, table: str, row: Row, api: str) -> dict[str, str]:
    name = tables.display_column(table)
    return {
        "display_name": name,
        "display_value": _of(row, name),
        "record_link": f"{api}table/{table}/{row['sys_id']}",
        "sys_id": row["sys_id"],
    }


def _kept(tables: LiveTables, row: Row, api: str) -> dict[str, str]:
    """The result that a staging row has."""
    result = {key: text for key, column in _OF_THE_ROW.items() if (text := _of(row, column))}
    result["transform_map"] = _of(tables.row(MAPS, _of(row, "sys_transform_map")) or {}, "name")
    target = tables.row(_of(result, "table"), _of(result, "sys_id")) if "sys_id" in result else None
    return result if target is None else {**result, **_shown(tables, result["table"], target, api)}


def _told(
    asked: Asked,
    number: str,
    staging: str,
    results: list[dict[str, str]],
    status: int,
    headers: tuple[tuple[str, str], ...] = (),
) -> Response:
    content: dict[str, Any] = {"import_set": number, "staging_table": staging, "result": results}
    body, kind = bodies.written(content, asked.accepts)
    return answer(status, body, kind, headers)


def _of(row: Row, name: str) -> str:
    return row.get(name) or ""


def _is_active(row: Row) -> bool:
    return row.get("active", "true") != "false"


def _order(row: Row) -> tuple[int, str]:
    text = _of(row, "order")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 100, _of(row, "name")
