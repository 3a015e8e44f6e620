"""Related links of messages: *Test* places the call, *Generate sample SOAP messages* reads the WSDL."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from sn_mock.failure import MockUsageError
from sn_mock.instance import SysRestMessage, SysRestMessageFunction, SysSoapMessage, SysSoapMessageFunction
from sn_mock.instance.wsdl.importer import imported_wsdl
from sn_mock.live.console.asked import Answer, Asked, NotThereError, Seen
from sn_mock.live.console.desk.desk import Desk
from sn_mock.live.console.rows.cells import record_url
from sn_mock.live.console.rows.variables import variables_of


def test_call(desk: Desk, asked: Asked) -> Answer:
    """*Test*: the call of a function's record, with the values that were typed; its report is where it leads."""
    table, sys_id = asked.form.get("table", ""), asked.form.get("sys_id", "")
    instance = desk.live.folder.instance
    function = instance.get(table, sys_id) if table in ("sys_soap_message_function", "sys_rest_message_fn") else None
    if isinstance(function, SysSoapMessageFunction):
        parent = instance.get("sys_soap_message", function.soap_message)
    elif isinstance(function, SysRestMessageFunction):
        parent = instance.get("sys_rest_message", function.rest_message)
    else:
        raise NotThereError(f"{table} has no function {sys_id}")
    assert isinstance(parent, SysSoapMessage | SysRestMessage)
    known = {one.name: "" if one.sample else one.value for one in variables_of(instance, function)}
    typed = {name: asked.form[f"value:{name}"] for name in known if f"value:{name}" in asked.form}
    values = {name: value for name, value in typed.items() if value != known[name]}
    placed = desk.placed.test(parent.name, function.function_name, values)
    return Seen(f"/calls/{placed.id}")


def generate(desk: Desk, asked: Asked) -> Answer:
    """*Generate sample SOAP messages*: functions, envelopes and parameters from the record's WSDL, or a file."""
    sys_id = asked.form.get("sys_id", "")
    message = desk.live.folder.instance.get("sys_soap_message", sys_id)
    if not isinstance(message, SysSoapMessage):
        raise NotThereError(f"sys_soap_message has no row {sys_id}")
    file = asked.files.get("file")
    if file is not None and file.name:
        name, data = Path(file.name.replace("\\", "/")).name, file.data
    elif message.wsdl_xml.strip():
        name, data = f"{message.name}.wsdl", message.wsdl_xml.encode()
    else:
        raise MockUsageError("the record has no WSDL XML; next step: paste it there, or choose the WSDL's file here")
    with TemporaryDirectory() as place:
        path = Path(place) / (name if name not in ("", ".", "..") else "message.wsdl")
        path.write_bytes(data)
        with desk.live.folder.open():
            report, _ = imported_wsdl(desk.live.folder.instance, path, message=message.name)
            if report.written:
                desk.live.folder.change(lambda _: report.instance)
    if not report.written:
        left = "; ".join(f"{one.what}: {one.why}" for one in report.left_out)
        return Seen(record_url("sys_soap_message", sys_id), (f"Unable to load WSDL: {left}",), bad=True)
    lines = [line for line in report.lines() if line]
    return Seen(record_url("sys_soap_message", sys_id), ("SOAP messages generated", *lines[:20]))
