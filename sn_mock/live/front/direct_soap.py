"""Direct web services: `/<table>.do?WSDL` and `/<table>.do?SOAP` (docs, c_DirectWebServices).

A refusal is a fault as instances write it (KB0758043: SOAP-ENV:Server, `com.glide.processors.soap
.SOAPProcessingException: …`), with status 500 (SOAP 1.1 section 6.2). ASSUMED: `get` of a row that is not there is an
empty answer, `update` of one a fault, booleans come as 1 and 0, empty fields are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from xml.sax.saxutils import escape

from guarded.regex import regex
from provider_stub.http.messages import Response
from sn_mock.live.front import bodies
from sn_mock.live.front.asked import Asked, answer
from sn_mock.live.front.errors import Error, RefusedError
from sn_mock.live.front.soap_description import FUNCTIONS, Service, described, service_of
from sn_mock.live.front.table_api import TableApi, calendar_of
from sn_mock.live.state import LiveFolder
from sn_mock.live.tables import LiveTables
from sn_mock.query import Condition, Query, parse, select
from sn_mock.query.conditions import Window
from sn_mock.query.source import Row

DEFAULT_LIMIT = 250
"""Rows that a query gives at most (wiki, Direct Web Services: the default)."""
_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_KIND = "text/xml;charset=UTF-8"
_PATH = regex(r"/([a-zA-Z][a-zA-Z0-9_]{0,79})\.do")
_THROWN = "com.glide.processors.soap.SOAPProcessingException: "


def is_direct(asked: Asked) -> bool:
    """The address is one of a direct web service."""
    names = {name.upper() for name, value in asked.query if not value}
    return _PATH.fullmatch(asked.path) is not None and bool(names & {"WSDL", "SOAP"})


class DirectSoap:
    """The direct web services of one instance."""

    def __init__(self, folder: LiveFolder, rows: TableApi) -> None:
        """`rows` writes."""
        self._folder, self._rows = folder, rows

    def answer(self, asked: Asked) -> Response:
        """One request. Raises RefusedError for what is no SOAP."""
        found = _PATH.fullmatch(asked.path)
        table = found[1] if found else ""
        is_post = asked.method == "POST"
        with self._folder.open(asked.visitor.user) as tables:
            if not tables.exists(table):
                if is_post:
                    return _fault(f"Invalid table {table}")
                raise RefusedError(Error.INVALID_TABLE, table)
            service = service_of(tables, self._folder.instance, table)
            if not is_post:
                return answer(200, described(service, f"{asked.base_url}/{table}.do?SOAP"), _KIND)
            try:
                name, values = _read(asked.raw.body)
                if name not in FUNCTIONS:
                    return _fault(f"{name} is no function of {table}; there are {', '.join(FUNCTIONS)}")
                content = "".join(_COMMANDS[name](self, tables, asked, service, _stored(service, values)))
            except RefusedError as error:
                return _fault(_said(error))
        tag = f"tns:{name}Response"
        return _enveloped(200, f'<{tag} xmlns:tns="{service.namespace}">{content}</{tag}>')

    # The functions

    def _insert(self, tables: LiveTables, asked: Asked, service: Service, values: Row) -> Iterable[str]:
        del asked
        self._rows.check_writable(service.table)
        row = self._rows.insert(tables, service.table, _fields(service, values))
        return (_one(service, name, row.get(name, "")) for name in dict.fromkeys(("sys_id", service.display)) if name)

    def _update(self, tables: LiveTables, asked: Asked, service: Service, values: Row) -> Iterable[str]:
        del asked
        self._rows.check_writable(service.table)
        sys_id = self._rows.row(tables, service.table, values.get("sys_id", ""))["sys_id"]
        self._rows.update(tables, service.table, sys_id, _fields(service, values))
        return (_one(service, "sys_id", sys_id),)

    def _delete(self, tables: LiveTables, asked: Asked, service: Service, values: Row) -> Iterable[str]:
        self._rows.check_writable(service.table)
        row = tables.row(service.table, values.get("sys_id", ""))
        if row is not None:
            self._rows.delete(service.table, row["sys_id"], asked.visitor.user)
        return (_one(service, "count", str(int(row is not None))),)

    def _delete_multiple(self, tables: LiveTables, asked: Asked, service: Service, values: Row) -> Iterable[str]:
        self._rows.check_writable(service.table)
        rows = self._found(tables, asked, service, values)
        for row in rows:
            self._rows.delete(service.table, row["sys_id"], asked.visitor.user)
        return (_one(service, "count", str(len(rows))),)

    def _get(self, tables: LiveTables, asked: Asked, service: Service, values: Row) -> Iterable[str]:
        del asked
        row = tables.row(service.table, values.get("sys_id", ""))
        return () if row is None else _row(service, row, values)

    def _get_keys(self, tables: LiveTables, asked: Asked, service: Service, values: Row) -> Iterable[str]:
        rows = self._found(tables, asked, service, values)
        keys = ",".join(row["sys_id"] for row in rows)
        return _one(service, "sys_id", keys), _one(service, "count", str(len(rows)))

    def _get_records(self, tables: LiveTables, asked: Asked, service: Service, values: Row) -> Iterable[str]:
        tag = _tag(service, "getRecordsResult")
        for row in self._found(tables, asked, service, values):
            yield f"<{tag}>{''.join(_row(service, row, values))}</{tag}>"

    def _found(self, tables: LiveTables, asked: Asked, service: Service, values: Row) -> tuple[Row, ...]:
        """The rows that are like the example, of those that the encoded query finds."""
        query = parse(values.get("__encoded_query", ""))
        alike = tuple((Condition(name, "=", value),) for name, value in _fields(service, values).items())
        if alike:
            query = query.and_also(Query((alike,)))
        for name, descending in (("__order_by", False), ("__order_by_desc", True)):
            if values.get(name):
                query = query.and_also(Query(order=((values[name], descending),)))
        first = _number(values.get("__first_row")) or 0
        limit, last = _number(values.get("__limit")), _number(values.get("__last_row"))
        ends = [last, None if limit is None else first + limit]
        window = Window(first, min((end for end in ends if end is not None), default=first + DEFAULT_LIMIT))
        found = select(
            tables,
            service.table,
            query,
            calendar_of(self._folder.instance),
            window=window,
            user=asked.visitor.sys_id,
        )
        return tuple(found.rows)


_Command = Callable[[DirectSoap, LiveTables, Asked, Service, Row], Iterable[str]]
_COMMANDS: Mapping[str, _Command] = {
    "insert": DirectSoap._insert,
    "update": DirectSoap._update,
    "deleteRecord": DirectSoap._delete,
    "deleteMultiple": DirectSoap._delete_multiple,
    "get": DirectSoap._get,
    "getKeys": DirectSoap._get_keys,
    "getRecords": DirectSoap._get_records,
}


def _read(body: bytes) -> tuple[str, dict[str, str]]:
    """The function's name, and the texts of its elements. Raises RefusedError."""
    root = bodies.xml_root(body)
    soap_body = root.find(f"{{{_SOAP}}}Body")
    called = next((child for child in soap_body if isinstance(child.tag, str)), None) if soap_body is not None else None
    if called is None:
        raise RefusedError(Error.UNREADABLE_BODY, "The payload is no SOAP 1.1 envelope with a body.")
    values = {_local(child.tag): "".join(map(str, child.itertext())) for child in called if isinstance(child.tag, str)}
    return _local(str(called.tag)), values


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _stored(service: Service, values: Mapping[str, str]) -> dict[str, str]:
    """Booleans as tables have them."""
    meant = {"1": "true", "0": "false"}
    return {name: meant.get(text, text) if service.fields.get(name) else text for name, text in values.items()}


def _fields(service: Service, values: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in values.items() if not name.startswith("__") and name in service.fields}


def _row(service: Service, row: Row, values: Mapping[str, str]) -> Iterable[str]:
    left_out = {name.strip() for name in values.get("__exclude_columns", "").split(",")}
    for name, is_boolean in service.fields.items():
        text = row.get(name) or ""
        if text and name not in left_out:
            yield _one(service, name, {"true": "1", "false": "0"}.get(text, text) if is_boolean else text)


def _one(service: Service, name: str, text: str) -> str:
    tag = _tag(service, name)
    return f"<{tag}>{escape(bodies.printable(text))}</{tag}>"


def _tag(service: Service, name: str) -> str:
    return f"tns:{name}" if service.qualified else name


def _number(text: str | None) -> int | None:
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _said(error: RefusedError) -> str:
    told = error.body()["error"]
    assert isinstance(told, dict)
    return ": ".join(str(part) for part in (told["message"], told["detail"]) if part)


def _fault(said: str) -> Response:
    text = escape(bodies.printable(_THROWN + said))
    told = f"<faultcode>SOAP-ENV:Server</faultcode><faultstring>{text}</faultstring><detail>{text}</detail>"
    return _enveloped(500, f"<SOAP-ENV:Fault>{told}</SOAP-ENV:Fault>")


def _enveloped(status: int, content: str) -> Response:
    envelope = (
        f'<?xml version="1.0" encoding="UTF-8"?><SOAP-ENV:Envelope xmlns:SOAP-ENV="{_SOAP}"><SOAP-ENV:Header/>'
        f"<SOAP-ENV:Body>{content}</SOAP-ENV:Body></SOAP-ENV:Envelope>"
    )
    return answer(status, envelope.encode("utf-8", "replace"), _KIND)
