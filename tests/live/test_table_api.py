"""The Table API, as clients know it (docs, c_TableAPI; texts: `errors`)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from lxml import etree

from sn_mock.query.instance_tables import ADMIN

from .conftest import Rig

NO_RECORD = ("No Record found", "Record doesn't exist or ACL restricts the record retrieval")


def incidents(rig: Rig, count: int) -> list[str]:
    """That many rows of a table that is not modelled; their sys_ids."""
    made = [
        rig.folder.insert("incident", {"short_description": f"fire {n}", "priority": str(n % 5 + 1)})
        for n in range(count)
    ]
    return [row["sys_id"] for row in made]


def test_a_row_lives_from_post_to_delete(rig: Rig) -> None:
    """POST 201 with Location, GET 200, PATCH and PUT 200, DELETE 204 and then 404."""
    # when
    made = rig.ask("POST", "/api/now/table/incident", {"short_description": "Printer", "urgency": 2, "active": True})
    sys_id = made.result["sys_id"]
    # then
    assert (made.status, made.headers["Location"]) == (201, f"https://dev:8443/api/now/table/incident/{sys_id}")
    assert (made.result["number"], made.result["urgency"], made.result["active"]) == ("INC0010001", "2", "true")
    changed = rig.ask("PATCH", f"/api/now/table/incident/{sys_id}", {"urgency": "1"})
    assert (changed.status, changed.result["urgency"], changed.result["sys_mod_count"]) == (200, "1", "1")
    assert rig.ask("PUT", f"/api/now/v2/table/incident/{sys_id}", {"urgency": "3"}).result["urgency"] == "3"
    assert rig.get(f"incident/{sys_id}").result["short_description"] == "Printer"
    gone = rig.ask("DELETE", f"/api/now/table/incident/{sys_id}")
    assert (gone.status, gone.body) == (204, b"")
    missing = rig.get(f"incident/{sys_id}")
    assert (missing.status, missing.error, missing.json["status"]) == (404, NO_RECORD, "failure")
    assert rig.ask("DELETE", f"/api/now/table/incident/{sys_id}").status == 404


def test_every_value_is_a_text(rig: Rig) -> None:
    """Booleans, numbers and lists come as texts; nothing is null."""
    row = rig.get("sys_certificate").result[0]
    assert {type(value) for value in row.values()} == {str}
    assert (row["active"], row["warn_in_days_to_expire"], row["issuer"]) == ("true", "20", "")


def test_references_come_as_the_parameters_say(rig: Rig) -> None:
    """A link and the value; the bare sys_id; the display value; both for every field."""
    # given
    sys_id = rig.folder.insert("incident", {"caller_id": ADMIN, "state": "2"})["sys_id"]
    link = f"https://dev:8443/api/now/table/sys_user/{ADMIN}"

    def caller(parameters: str) -> Any:
        return rig.get(f"incident/{sys_id}?{parameters}").result["caller_id"]

    # then
    assert caller("") == {"link": link, "value": ADMIN}
    assert caller("sysparm_exclude_reference_link=true") == ADMIN
    assert caller("sysparm_display_value=true") == {"display_value": "System Administrator", "link": link}
    assert caller("sysparm_display_value=true&sysparm_exclude_reference_link=true") == "System Administrator"
    assert caller("sysparm_display_value=all") == {
        "display_value": "System Administrator",
        "value": ADMIN,
        "link": link,
    }
    both = rig.get(f"incident/{sys_id}?sysparm_display_value=all").result["state"]
    assert both == {"display_value": "In Progress", "value": "2"}


def test_fields_are_those_that_are_asked_for(rig: Rig) -> None:
    """`sysparm_fields` walks along references; what no column is called is ignored."""
    rig.folder.insert("incident", {"caller_id": ADMIN})
    row = rig.get("incident?sysparm_fields=caller_id.email,number,caller_id.nope.x,nope").result[0]
    assert (row["caller_id.email"], row["number"]) == ("admin@example.com", "INC0010001")
    assert "nope" not in row


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("sysparm_query=priority=1", 2),
        ("sysparm_query=priority=1%5EORpriority=2", 4),
        ("priority=1", 2),
        ("priority=1&short_description=fire%200", 1),
        ("sysparm_query=priority=1&short_description=fire%200", 1),
        ("sysparm_query=certainly_unclear", 7),
        ("", 7),
    ],
)
def test_rows_are_chosen_by_query_or_by_pairs(rig: Rig, query: str, found: int) -> None:
    """An encoded query, `name=value` pairs, or both; parts that mean nothing are ignored."""
    incidents(rig, 7)
    assert len(rig.get(f"incident?{query}").result) == found


def test_a_query_that_means_nothing_finds_nothing_where_the_property_says_so(rig: Rig) -> None:
    """`glide.invalid_query.returns_no_rows`."""
    incidents(rig, 2)
    rig.folder.change(lambda instance: instance.with_property("glide.invalid_query.returns_no_rows", "true"))
    assert rig.get("incident?sysparm_query=certainly_unclear").result == []


def test_a_list_comes_in_pages(rig: Rig) -> None:
    """Limit, offset, the total, and links to the other pages; each can be left out."""
    # given
    incidents(rig, 5)
    # when
    page = rig.get("incident?sysparm_limit=2&sysparm_offset=2&sysparm_query=ORDERBYnumber")
    # then
    assert [row["number"] for row in page.result] == ["INC0010003", "INC0010004"]
    assert page.headers["X-Total-Count"] == "5"
    start = "https://dev:8443/api/now/table/incident?sysparm_query=ORDERBYnumber&sysparm_offset="
    assert page.headers["Link"].split(",") == [
        f'<{start}0&sysparm_limit=2>;rel="first"',
        f'<{start}0&sysparm_limit=2>;rel="prev"',
        f'<{start}4&sysparm_limit=2>;rel="next"',
        f'<{start}4&sysparm_limit=2>;rel="last"',
    ]
    assert "X-Total-Count" not in rig.get("incident?sysparm_no_count=true").headers
    assert "Link" not in rig.get("incident?sysparm_limit=2&sysparm_suppress_pagination_header=true").headers
    assert "Link" not in rig.get("incident").headers


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("sysparm_offset=" + "9" * 5000, 0),
        ("sysparm_offset=4", 1),
        ("sysparm_limit=" + "9" * 30, 5),
        ("sysparm_limit=0", 0),
        ("sysparm_limit=-1", 5),
        ("sysparm_offset=-1", 5),
        ("sysparm_limit=many", 5),
    ],
)
def test_numbers_beyond_every_table(rig: Rig, query: str, found: int) -> None:
    """An offset beyond the end finds nothing, however large: who pages by it comes to an end. What is no number is
    taken as left out."""
    incidents(rig, 5)
    assert len(rig.get(f"incident?{query}").result) == found


def test_a_refusal_does_not_say_where_the_folder_is(rig: Rig) -> None:
    """The record and what is wrong with it, without the machine's path."""
    for status in (201, 403):
        refused = rig.ask("POST", "/api/now/table/sys_properties", {"name": "x.y", "value": "1"})
        assert refused.status == status
    assert refused.error[0] == "Operation Failed"
    assert "name is already used by" in refused.error[1]
    assert str(rig.path) not in refused.error[1]


def test_an_empty_list_is_missing_in_version_one_only(rig: Rig) -> None:
    """v1 answers 404, v2 and the default an empty list."""
    assert rig.ask("GET", "/api/now/v1/table/incident").status == 404
    for version in ("", "v2/"):
        empty = rig.ask("GET", f"/api/now/{version}table/incident")
        assert (empty.status, empty.result, empty.headers["X-Total-Count"]) == (200, [], "0")


def test_display_values_go_in_where_the_parameter_says_so(rig: Rig) -> None:
    """`sysparm_input_display_value`: a choice's label, a reference's name."""
    made = rig.ask(
        "POST",
        "/api/now/table/incident?sysparm_input_display_value=true&sysparm_exclude_reference_link=true",
        {"state": "In Progress", "caller_id": "System Administrator"},
    )
    assert (made.result["state"], made.result["caller_id"]) == ("2", ADMIN)


def test_xml_goes_in_and_comes_out(rig: Rig) -> None:
    """Accept and Content-Type `application/xml`; entities are not expanded."""
    xml = {"Content-Type": "application/xml", "Accept": "application/xml"}
    body = b"<request><entry><short_description>a &lt; b</short_description></entry></request>"
    made = rig.ask("POST", "/api/now/table/incident", body, headers=xml)
    assert (made.status, made.headers["Content-Type"]) == (201, "application/xml;charset=UTF-8")
    assert b"<short_description>a &lt; b</short_description>" in made.body
    hostile = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><request><entry><x>&e;</x></entry></request>'
    refused = rig.ask("POST", "/api/now/table/incident", hostile, headers=xml)
    assert (refused.status, b"<message>Exception while reading request</message>" in refused.body) == (400, True)


@pytest.mark.parametrize(
    ("method", "path", "content", "headers", "status", "message"),
    [
        ("GET", "table/nope", None, {}, 400, "Invalid table nope"),
        ("GET", "nothing/here", None, {}, 400, "Requested URI does not represent any resource"),
        ("GET", "table/incident/x/y", None, {}, 400, "Requested URI does not represent any resource"),
        ("GET", "table/incident", None, {"Accept": "text/html"}, 406, "Requested media type is not supported"),
        ("POST", "table/incident", b"{}", {"Content-Type": ""}, 400, "Content-Type header is missing"),
        ("POST", "table/incident", b"a=b", {"Content-Type": "text/plain"}, 415, "Unsupported media type"),
        ("POST", "table/incident", b"{", {}, 400, "Exception while reading request"),
        ("POST", "table/incident", b"[1]", {}, 400, "Exception while reading request"),
        ("POST", "table/incident", b"[" * 200_000, {}, 400, "Exception while reading request"),
        ("PUT", "table/incident", {}, {}, 405, "Method not supported"),
        ("DELETE", "table/incident", None, {}, 405, "Method not supported"),
        ("POST", "table/sys_outbound_http_log", {"path": "/x"}, {}, 403, "User Not Authorized"),
        ("POST", "table/incident", {"sys_id": "x"}, {}, 403, "Operation Failed"),
        ("POST", "table/sys_protocol_profile", {"keystore": "nobody"}, {}, 403, "Operation Failed"),
        ("PATCH", f"table/sys_user/{ADMIN}", {"user_password": "env:HOME"}, {}, 403, "Operation Failed"),
    ],
)
def test_what_is_refused(
    rig: Rig, method: str, path: str, content: Any, headers: dict[str, str], status: int, message: str
) -> None:
    """Each refusal has its status and text, and leaves the folder as it was."""
    before = (rig.path / "instance.toml").read_bytes()
    refused = rig.ask(method, f"/api/now/{path}", content, headers=headers)
    assert (refused.status, refused.error[0]) == (status, message)
    assert (rig.path / "instance.toml").read_bytes() == before
    assert not list(rig.folder.instance.rows.table("incident"))


def test_head_and_overridden_methods(rig: Rig) -> None:
    """HEAD answers as GET; POST may stand for another method; a client may want no body back."""
    (sys_id,) = incidents(rig, 1)
    assert rig.ask("HEAD", "/api/now/table/incident").headers["X-Total-Count"] == "1"
    override = {"X-HTTP-Method-Override": "PATCH", "X-no-response-body": "true"}
    silent = rig.ask("POST", f"/api/now/table/incident/{sys_id}", {"priority": "5"}, headers=override)
    assert (silent.status, silent.body) == (200, b"")
    assert rig.get(f"incident/{sys_id}").result["priority"] == "5"


def test_passwords_go_in_and_never_come_back(rig: Rig) -> None:
    """Of records and of rows, by fields, query and every display mode; what is kept of a user's is no password."""
    # when
    rig.ask("POST", "/api/now/table/sys_user", {"user_name": "bob", "user_password": "s3cret!"})
    rig.ask("POST", "/api/now/table/oauth_entity", {"name": "x", "client_id": "y", "client_secret": "s3cret!"})
    certificate = rig.get("sys_certificate").result[0]["sys_id"]
    rig.ask("PATCH", f"/api/now/table/sys_certificate/{certificate}", {"key_store_password": "s3cret!"})
    # then
    for table in ("sys_user", "oauth_entity", "sys_certificate"):
        for parameters in (
            "",
            "sysparm_display_value=all",
            "sysparm_fields=user_password,client_secret,key_store_password",
        ):
            assert "s3cret" not in json.dumps(rig.get(f"{table}?{parameters}").json)
    assert rig.get("sys_user?sysparm_query=user_passwordLIKEpbkdf2").result == []
    assert "s3cret" not in (rig.path / "rows" / "sys_user.jsonl").read_text()
    assert 'key_store_password = "s3cret!"' in (rig.path / "instance.toml").read_text()
    assert rig.get("sys_user?user_name=bob", user="bob", password="s3cret!").status == 200
    assert rig.get("sys_user?user_name=bob", user="bob", password="wrong").status == 401


def test_a_password_survives_other_changes_of_its_row(rig: Rig) -> None:
    """A PATCH of another field does not blank what clients cannot see."""
    made = rig.ask("POST", "/api/now/table/sys_user", {"user_name": "bob", "user_password": "s3cret!"})
    rig.ask("PATCH", f"/api/now/table/sys_user/{made.result['sys_id']}", {"email": "b@example.com"})
    assert rig.get("sys_user", user="bob", password="s3cret!").status == 200


def test_what_depends_on_a_row_goes_with_it(rig: Rig) -> None:
    """Deleting a message deletes its functions; deleting a keystore clears the profile's reference: the folder stays
    readable."""
    message = rig.get("sys_soap_message").result[0]["sys_id"]
    certificate = rig.get("sys_certificate").result[0]["sys_id"]
    assert rig.ask("DELETE", f"/api/now/table/sys_soap_message/{message}").status == 204
    assert rig.ask("DELETE", f"/api/now/table/sys_certificate/{certificate}").status == 204
    assert rig.get("sys_soap_message_function").result == []
    assert rig.get("sys_protocol_profile").result[0]["keystore"] == ""
    assert rig.get("sys_attachment").result == []
    assert "# written by hand" in (rig.path / "instance.toml").read_text()


def test_a_row_may_leave_out_what_has_a_default(rig: Rig) -> None:
    """A script include is found by its scope and name; without a scope it is a global one."""
    # when
    made = rig.ask("POST", "/api/now/table/sys_script_include", {"name": "Acme", "script": "var a = 1;"})
    # then
    assert (made.status, made.result["sys_scope"]) == (201, "global")
    assert rig.get("sys_script_include?name=Acme&sysparm_fields=script").result == [{"script": "var a = 1;"}]
    twin = {"name": "Acme", "sys_scope": "x_acme", "script": "var b = 1;"}
    assert rig.ask("POST", "/api/now/table/sys_script_include", twin).status == 201


@pytest.mark.parametrize("table", ["sys_properties", "incident"])
def test_halves_of_surrogate_pairs_do_not_break_the_folder(rig: Rig, table: str) -> None:
    """JSON can say what UTF-8 cannot; whole pairs stay what they are."""
    # when
    body = b'{"name":"a.b","description":"x\\ud800y \\ud83d\\ude00"}'
    made = rig.ask("POST", f"/api/now/table/{table}", body, headers={"Content-Type": "application/json"})
    # then
    assert (made.status, made.result["description"]) == (201, "x\N{REPLACEMENT CHARACTER}y \N{GRINNING FACE}")


def test_nothing_is_remembered_of_tables_that_are_not_there(rig: Rig) -> None:
    """A client that asks for any name costs nobody anything."""
    for number in range(20):
        assert rig.get(f"u_guess_{number}").status == 400
    rows = rig.folder.instance.rows
    assert not [name for name in (*rows.loaded(), *rows.names()) if name.startswith("u_guess")]


def test_a_document_type_is_refused_in_any_encoding(rig: Rig) -> None:
    """Entities are not expanded, and XML that declares them is no request."""
    text = '<!DOCTYPE r [<!ENTITY a "b">]><request><entry><short_description>&a;</short_description></entry></request>'
    for encoding in ("utf-8", "utf-16"):
        body = f'<?xml version="1.0" encoding="{encoding}"?>{text}'.encode(encoding)
        refused = rig.ask("POST", "/api/now/table/incident", body, headers={"Content-Type": "application/xml"})
        assert refused.status == 400


def test_rows_as_an_editor_left_them_are_answered(rig: Rig) -> None:
    """Half a surrogate pair, names that no element can have, a count and a number that are none: JSON and XML are
    answered, a change and a new row are written."""
    # given
    rows = rig.path / "rows"
    rows.mkdir(exist_ok=True)
    odd = {"sys_id": "1" * 32, "n": "a\ud800b\ufffec\x01", "": "e", "a b": "c", "<x>": "y", "sys_mod_count": "abc"}
    (rows / "u_odd.jsonl").write_text(json.dumps(odd) + "\n")
    numbers = [
        {"sys_id": f"{n:032}", "number": f"PRB{text}"} for n, text in enumerate(("\u00b2", "9" * 5000, "0010050"))
    ]
    (rows / "problem.jsonl").write_text("".join(json.dumps(row) + "\n" for row in numbers))
    # when
    told = rig.get("u_odd", headers={"Accept": "application/xml"})
    # then
    root = etree.fromstring(told.body)
    assert root.findtext("result/n") == "abc"
    assert [child.tag for child in root[0] if not child.tag.startswith("sys_")] == ["n"]
    assert rig.get("u_odd").result[0]["<x>"] == "y"
    changed = rig.ask("PATCH", f"/api/now/table/u_odd/{'1' * 32}", {"n": "z"})
    assert (changed.status, changed.result["sys_mod_count"]) == (200, "1")
    assert rig.ask("POST", "/api/now/table/problem", {}).result["number"] == "PRB0010051"


def test_what_python_reads_and_json_has_not_is_refused(rig: Rig) -> None:
    """`NaN` and `Infinity` are no JSON (RFC 8259); a number is."""
    for text, status in ((b'{"a": NaN}', 400), (b'{"a": -Infinity}', 400), (b'{"short_description": 1.5}', 201)):
        assert rig.ask("POST", "/api/now/table/incident", text).status == status


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("application/xml;q=0.1, application/json", "application/json"),
        ("application/json;q=0.5, text/xml", "application/xml"),
        ("application/xml, application/json", "application/xml"),
        ("application/json;q=0, application/xml;q=0.2", "application/xml"),
        ("text/html, */*;q=0.8", "application/json"),
    ],
)
def test_the_preferred_media_type_is_answered(rig: Rig, accept: str, kind: str) -> None:
    """By weight, then by order (RFC 9110, 12.5.1)."""
    assert rig.get("incident", headers={"Accept": accept}).headers["Content-Type"].startswith(kind)


def test_a_media_type_of_weight_nought_is_not_acceptable(rig: Rig) -> None:
    """406, as for one that we do not have."""
    assert rig.get("incident", headers={"Accept": "application/json;q=0"}).status == 406
    assert rig.get("incident", headers={"Accept": "text/html"}).status == 406


def test_a_file_that_an_editor_broke_is_named_without_the_folder(rig: Rig) -> None:
    """File, line and reason of what the folder refuses; where the folder is, no client learns."""
    (rig.path / "rows").mkdir(exist_ok=True)
    for text, reason in (("no json", "Expecting value"), ('{"n": ' + "9" * 5000 + "}", "a number of too many digits")):
        (rig.path / "rows" / "u_odd.jsonl").write_text(text + "\n")
        told = rig.ask("POST", "/api/now/table/u_odd", {"n": "1"})
        assert told.status == 500
        assert told.json["error"]["detail"].startswith("rows/u_odd.jsonl, line 1: is not JSON")
        assert reason in told.json["error"]["detail"]
        assert str(rig.path) not in told.body.decode()
