"""The Attachment API: `/api/now[/v1]/attachment…` (docs, c_AttachmentAPI)."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from provider_stub.http.messages import Headers, Response
from sn_mock.instance import SysAttachment
from sn_mock.live import attachments
from sn_mock.live.front import bodies
from sn_mock.live.front.asked import Asked, answer
from sn_mock.live.front.errors import Error, RefusedError
from sn_mock.live.front.multipart import read_form
from sn_mock.live.front.parameters import wishes
from sn_mock.live.front.table_api import calendar_of
from sn_mock.live.state import LiveFolder
from sn_mock.query import select
from sn_mock.query.conditions import Window

TABLE = "sys_attachment"
_OCTETS = "application/octet-stream"


class AttachmentApi:
    """Answers for one instance."""

    def __init__(self, folder: LiveFolder) -> None:
        self._folder = folder

    def answer(self, asked: Asked, version: str, rest: tuple[str, ...]) -> Response:
        """One request; `rest` is the path behind `attachment`. Raises RefusedError."""
        api = f"{asked.base_url}/api/now/{f'{version}/' if version else ''}attachment"
        match asked.method, rest:
            case "GET" | "HEAD", ():
                return self._list(asked, api)
            case "POST", ("file",):
                return self._file(asked, api)
            case "POST", ("upload",):
                return self._upload(asked, api)
            case "GET" | "HEAD", (sys_id,):
                return self._shown(asked, self._found(sys_id), api)
            case "GET" | "HEAD", (sys_id, "file"):
                return self._content(self._found(sys_id), api)
            case "PATCH" | "PUT", (sys_id,):
                return self._rename(asked, sys_id)
            case "DELETE", (sys_id,):
                self._found(sys_id)
                attachments.detach(self._folder, sys_id)
                return answer(204)
            case _, () | (_,) | (_, "file"):
                raise RefusedError(Error.METHOD_NOT_ALLOWED, asked.method)
        raise RefusedError(Error.NO_RESOURCE)

    def _found(self, sys_id: str) -> SysAttachment:
        found = attachments.find(self._folder.instance, sys_id)
        if found is None:
            raise RefusedError(Error.NO_RECORD)
        return found

    # Reading

    def _list(self, asked: Asked, api: str) -> Response:
        wished = wishes(asked)
        with self._folder.open(asked.visitor.user) as tables:
            instance = self._folder.instance
            window = Window(wished.offset, wished.offset + wished.limit)
            found = select(tables, TABLE, wished.query, calendar_of(instance), window=window)
            files = {file.sys_id: file for file in instance.attachments}
            rows = [_row(files[row["sys_id"]], row, api) for row in found.rows]
        body, kind = bodies.written({"result": rows}, asked.accepts)
        return answer(200, body, kind, (("X-Total-Count", str(found.total)),))

    def _shown(self, asked: Asked, file: SysAttachment, api: str, status: int = 200) -> Response:
        body, kind = bodies.written({"result": self._described(file, api)}, asked.accepts)
        return answer(status, body, kind, (("Location", f"{api}/{file.sys_id}"),) if status == 201 else ())

    def _described(self, file: SysAttachment, api: str) -> dict[str, Any]:
        with self._folder.open() as tables:
            return _row(file, tables.row(TABLE, file.sys_id) or {}, api)

    def _content(self, file: SysAttachment, api: str) -> Response:
        headers: Headers = (
            ("X-Attachment-Metadata", json.dumps(self._described(file, api))),
            ("Content-Disposition", f"attachment; filename*=UTF-8''{quote(file.file_name)}"),
        )
        return answer(200, file.data, _one_line(file.content_type) or _OCTETS, headers)

    # Writing

    def _file(self, asked: Asked, api: str) -> Response:
        """The body is the file; where it belongs stands in the query."""
        if not asked.header("Content-Type"):
            raise RefusedError(Error.NO_CONTENT_TYPE)
        names = ("table_name", "table_sys_id", "file_name")
        table, sys_id, name = (asked.parameter(one) or "" for one in names)
        content_type = asked.header("Content-Type")
        return self._attach(asked, api, table, sys_id, name, asked.raw.body, content_type)

    def _upload(self, asked: Asked, api: str) -> Response:
        """A form with `table_name`, `table_sys_id` and the file."""
        form = read_form(asked)
        if form.file is None:
            raise RefusedError(Error.MISSING_PARAMETER, "uploadFile")
        table, sys_id = form.fields.get("table_name", ""), form.fields.get("table_sys_id", "")
        return self._attach(asked, api, table, sys_id, form.file.name, form.file.data, form.file.content_type)

    def _attach(
        self, asked: Asked, api: str, table: str, sys_id: str, name: str, data: bytes, content_type: str
    ) -> Response:
        for parameter, value in (("table_name", table), ("table_sys_id", sys_id), ("file_name", name)):
            if not value:
                raise RefusedError(Error.MISSING_PARAMETER, parameter)
        if len(data) > attachments.MOST_BYTES:
            raise RefusedError(Error.TOO_LARGE, f"the limit is {attachments.MOST_BYTES} bytes")
        with self._folder.open(asked.visitor.user) as tables:
            if not tables.exists(table):
                raise RefusedError(Error.INVALID_TABLE, table)
            if tables.row(table, sys_id) is None:
                raise RefusedError(Error.NO_RECORD)
        made = attachments.attach(
            self._folder, table, sys_id, name, data, content_type=content_type, user=asked.visitor.user
        )
        return self._shown(asked, made, api, 201)

    def _rename(self, asked: Asked, sys_id: str) -> Response:
        self._found(sys_id)
        name = asked.parameter("file_name") or bodies.fields(asked).get("file_name", "")
        if not name:
            raise RefusedError(Error.MISSING_PARAMETER, "file_name")
        with self._folder.open(asked.visitor.user) as tables:
            tables.update(TABLE, {"sys_id": sys_id, "file_name": name})
        return answer(204)


def _row(file: SysAttachment, row: Any, api: str) -> dict[str, Any]:
    return {**row, **attachments.described(file), "download_link": f"{api}/{file.sys_id}/file"}


def _one_line(text: str) -> str:
    return "".join(letter for letter in text if " " <= letter < "\x7f")
