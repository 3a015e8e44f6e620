"""Scripted REST: resources run by the script engine, and the calls that they place."""

from __future__ import annotations

import pytest

from .conftest import Rig

pytest.importorskip("quickjs", reason="scripts need QuickJS")


def resource(rig: Rig, script: str, *, path: str = "/", method: str = "GET", **fields: str) -> None:
    """A service `acme/tickets` with one resource."""
    service = rig.folder.insert("sys_ws_definition", {"name": "Tickets", "service_id": "tickets", "namespace": "acme"})
    rig.folder.insert(
        "sys_ws_operation",
        {
            "web_service_definition": service["sys_id"],
            "name": "One",
            "http_method": method,
            "relative_path": path,
            "operation_script": f"(function process(request, response) {{ {script} }})(request, response);",
            **fields,
        },
    )


def test_a_resource_answers_with_what_its_script_returns(rig: Rig) -> None:
    """Path and query parameters in; the returned object is the answer's result; a version in the URL is passed over."""
    resource(rig, "return {id: request.pathParams.id, q: request.queryParams.q[0]};", path="/{id}/x")
    answer = rig.ask("GET", "/api/acme/v1/tickets/7/x?q=a")
    assert (answer.status, answer.result) == (200, {"id": "7", "q": "a"})
    resource(rig, "return [1];", path="/plain")
    rig.folder.update(
        "sys_ws_operation",
        next(row["sys_id"] for row in rig.get("sys_ws_operation").result if row["relative_path"] == "/plain"),
        {"operation_script": "(function () { return [1]; })();"},
    )
    assert rig.ask("GET", "/api/acme/tickets/plain").result == [1]
    assert rig.ask("GET", "/api/acme/tickets/7").status == 400
    assert rig.ask("POST", "/api/acme/tickets/7/x", {}).status == 400


def test_a_script_makes_the_instance_place_a_call_and_write_rows(rig: Rig) -> None:
    """As integrators drive a developer's instance: the call stands in the outbound log, its row and Exchange; what the
    script wrote is there for others."""
    # given
    script = """
        var r = new sn_ws.SOAPMessageV2("AcmeTickets", "CreateTicket").execute();
        var gr = new GlideRecord("incident");
        gr.initialize(); gr.short_description = request.body.data.text; gr.insert();
        gs.setProperty("last.code", String(r.getStatusCode()));
        response.setStatus(201);
        response.setBody({code: r.getStatusCode(), error: r.haveError(), user: gs.getUserName()});
    """
    resource(rig, script, method="POST")
    # when
    answer = rig.ask("POST", "/api/acme/tickets", {"text": "fire"})
    # then
    assert (answer.status, answer.result) == (201, {"code": 0, "error": True, "user": "admin"})
    (logged,) = rig.get("sys_outbound_http_log").result
    assert (logged["hostname"], logged["response_status"], logged["user"]) == ("localhost", "-1", "admin")
    call = rig.outbound.call(logged["sys_id"])
    assert call is not None
    assert (call.exchange.function, call.source) == ("CreateTicket", "Tickets.One")
    assert call.diagnosed().findings
    assert [row["short_description"] for row in rig.get("incident").result] == ["fire"]
    assert rig.folder.instance.property("last.code") == "0"


def test_what_a_script_does_wrong_is_the_answer(rig: Rig) -> None:
    """An exception that nobody caught is a 500 with its text; a `sn_ws_err` is what it says."""
    resource(rig, "throw new Error('boom');")
    failed = rig.ask("GET", "/api/acme/tickets")
    assert (failed.status, failed.error[0]) == (500, "Error: boom")
    resource(rig, "response.setError(new sn_ws_err.NotFoundError('no such ticket'));", path="/missing")
    missing = rig.ask("GET", "/api/acme/tickets/missing")
    assert (missing.status, missing.error) == (404, ("Not Found", "no such ticket"))


def test_a_resource_without_authentication_runs_as_guest(rig: Rig) -> None:
    """`requires_authentication = false`; its twin asks for it."""
    resource(rig, "return gs.getUserName();", path="/open", requires_authentication="false")
    resource(rig, "return 1;", path="/closed")
    assert rig.ask("GET", "/api/acme/tickets/open", user=None).result == "guest"
    assert rig.ask("GET", "/api/acme/tickets/closed", user=None).status == 401


def test_scripts_see_no_passwords(rig: Rig) -> None:
    """GlideRecord gives an empty text for a password, as the Table API does."""
    rig.folder.insert("sys_user", {"user_name": "bob", "user_password": "s3cret"})
    resource(rig, "var g = new GlideRecord('sys_user'); g.get('user_name', 'bob'); return {p: '' + g.user_password};")
    assert rig.ask("GET", "/api/acme/tickets").result == {"p": ""}


def test_the_test_link_writes_both_logs(rig: Rig) -> None:
    """A call that the Test link places is a row of the outbound log and of the tests; the error is the response."""
    placed = rig.outbound.place("AcmeTickets", "CreateTicket", {"text": "x"})
    (row,) = rig.get("sys_soap_message_test").result
    assert (row["request"], row["http_status"]) == ("<x>x</x>", "0")
    assert row["response"] == placed.exchange.response.error_message
    assert row["soap_function"]["value"] == rig.folder.instance.soap_functions[0].sys_id


def test_only_the_newest_calls_are_kept_whole(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """Older ones are rows of the log, without their Exchange."""
    monkeypatch.setattr("sn_mock.live.outbound.KEPT_CALLS", 2)
    placed = [rig.outbound.place("AcmeTickets", "CreateTicket", {"text": "x"}) for _ in range(3)]
    assert [rig.outbound.call(one.id) is not None for one in placed] == [False, True, True]
    assert [one.id for one in rig.outbound.calls()] == [placed[2].id, placed[1].id]
    assert len(rig.get("sys_outbound_http_log").result) == 3
    # and when requests and answers are large
    monkeypatch.setattr("sn_mock.live.outbound.KEPT_CALLS", 50)
    monkeypatch.setattr("sn_mock.live.outbound.KEPT_BYTES", 5000)
    large = [rig.outbound.place("AcmeTickets", "CreateTicket", {"text": "x" * 2000}) for _ in range(4)]
    assert [rig.outbound.call(one.id) is not None for one in large] == [False, False, True, True]
    huge = rig.outbound.place("AcmeTickets", "CreateTicket", {"text": "x" * 9000})
    assert [one.id for one in rig.outbound.calls()] == [huge.id]


def test_what_a_script_logs_is_a_row_of_syslog(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """Level, text and source; of very many lines the first ones."""
    monkeypatch.setattr("sn_mock.live.scripts.MOST_LOGGED", 2)
    resource(rig, "gs.info('one'); gs.error('two'); gs.info('three'); return 1;")
    rig.ask("GET", "/api/acme/tickets")
    rows = rig.get("syslog?sysparm_display_value=all").result
    assert [(row["level"]["display_value"], row["message"]["value"]) for row in rows] == [
        ("Information", "one"),
        ("Error", "two"),
    ]
    assert rows[0]["source"]["value"] == "Tickets.One"


@pytest.mark.parametrize(
    ("script", "status", "detail"),
    [
        ("return new sn_ws_err.NotFoundError('gone');", 404, "gone"),
        ("throw new sn_ws_err.BadRequestError('bad');", 400, "bad"),
        ("var e = new sn_ws_err.ServiceError(); e.setStatus(410); e.setDetail('d'); throw e;", 410, "d"),
        ("try { throw new sn_ws_err.ConflictError('x'); } catch (e) { response.setStatus(202); }", 202, ""),
    ],
)
def test_an_error_object_that_is_returned_or_thrown_is_the_answer(
    rig: Rig, script: str, status: int, detail: str
) -> None:
    """Docs, r_AvailableErrorObjects, returns one; public scripts throw one. One that is caught is nothing."""
    resource(rig, script)
    answer = rig.ask("GET", "/api/acme/tickets")
    assert answer.status == status
    if detail:
        assert answer.json["error"]["detail"] == detail


def test_an_error_in_an_include_is_placed_there(rig: Rig) -> None:
    """The answer names the script include, its line and the resource's; nothing of it is a row or a secret."""
    include = "var Far = Class.create();\nFar.prototype = { go: function () {\n  %s } };"
    made = {"name": "Far", "script": include % "return nobody.name;"}
    row = rig.ask("POST", "/api/now/table/sys_script_include", made).result["sys_id"]
    resource(rig, "\n  new Far().go();\n")
    error = rig.ask("GET", "/api/acme/tickets").json["error"]
    assert "(script include Far:3:" in error["detail"]
    assert "at process (Tickets.One:2:" in error["detail"]
    rig.folder.update("sys_script_include", row, {"script": include % "throw 'a text';"})
    error = rig.ask("GET", "/api/acme/tickets").json["error"]
    assert error["message"] == "a text"
    assert "(script include Far:3:" in error["detail"]
