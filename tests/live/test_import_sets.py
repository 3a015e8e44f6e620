"""Import sets: a row comes in, and is transformed at once."""

from __future__ import annotations

from typing import Any

import pytest

from sn_mock.query.instance_tables import ADMIN

from .conftest import Answer, Rig

PATH = "/api/now/import/u_imp_user"


def mapping(rig: Rig, target: str = "sys_user", **more: str) -> None:
    """A transform map from the staging table; its user name coalesces."""
    row = {"name": "User", "source_table": "u_imp_user", "target_table": target, **more}
    one = rig.ask("POST", "/api/now/table/sys_transform_map", row).result["sys_id"]
    for source, field, coalesce in (("u_id", "user_name", "true"), ("u_name", "name", "false"), ("u_m", "manager", "")):
        line = {"map": one, "source_field": source, "target_field": field, "coalesce": coalesce}
        rig.folder.insert("sys_transform_entry", line)


def imported(rig: Rig, **fields: str) -> Answer:
    """A row that is sent."""
    return rig.ask("POST", PATH, fields)


def test_a_row_is_transformed_at_once(rig: Rig) -> None:
    """201 with the docs' answer; the target row is there, references by their names; the staging row tells the same."""
    mapping(rig)
    answer = imported(rig, u_id="jp", u_name="John Public", u_m="System Administrator")
    (result,) = answer.json["result"]
    link = f"https://dev:8443/api/now/table/sys_user/{result['sys_id']}"
    assert (answer.status, answer.json["import_set"], answer.json["staging_table"]) == (
        201,
        "ISET0010001",
        "u_imp_user",
    )
    assert result == {
        "transform_map": "User",
        "table": "sys_user",
        "display_name": "name",
        "display_value": "John Public",
        "record_link": link,
        "status": "inserted",
        "sys_id": result["sys_id"],
    }
    made = rig.get(f"sys_user/{result['sys_id']}?sysparm_exclude_reference_link=true").result
    assert (made["user_name"], made["manager"]) == ("jp", ADMIN)
    again = rig.ask("GET", answer.headers["Location"].removeprefix("https://dev:8443"))
    assert (again.status, again.json) == (200, answer.json)


def test_rows_coalesce(rig: Rig) -> None:
    """The same key updates, or is ignored where nothing changes; an empty key inserts."""
    mapping(rig)
    states = [
        imported(rig, u_id=key, u_name=name).json["result"][0]["status"]
        for key, name in (("jp", "John"), ("jp", "Jon"), ("jp", "Jon"), ("", "Nobody"), ("", "Nobody"))
    ]
    assert states == ["inserted", "updated", "ignored", "inserted", "inserted"]


@pytest.mark.parametrize(
    ("target", "more", "told"),
    [
        ("no_such_table", {}, "no_such_table"),
        ("sys_outbound_http_log", {"run_script": "true"}, "sn-mock runs no transform scripts"),
        ("sys_soap_message", {}, "is missing"),
    ],
)
def test_what_cannot_be_transformed_is_an_error(rig: Rig, target: str, more: dict[str, Any], told: str) -> None:
    """The row has come in; the result says why it went no further, and so does the staging row."""
    mapping(rig, target, **more)
    answer = imported(rig, u_id="jp")
    (result,) = answer.json["result"]
    assert (answer.status, result["status"]) == (201, "error")
    assert told in result["error_message"]
    again = rig.ask("GET", answer.headers["Location"].removeprefix("https://dev:8443")).json["result"][0]
    assert (again["status"], again["error_message"]) == ("error", result["error_message"])


def test_maps_run_in_their_order(rig: Rig) -> None:
    """Every active map of the table has a result."""
    mapping(rig, name="second", order="200")
    mapping(rig, name="first", order="100")
    mapping(rig, name="off", active="false")
    results = imported(rig, u_id="jp", u_name="John").json["result"]
    assert [(one["transform_map"], one["status"]) for one in results] == [("first", "inserted"), ("second", "ignored")]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/api/now/import/no_such_table", 400),
        ("GET", f"{PATH}/{'0' * 32}", 404),
        ("GET", PATH, 405),
        ("POST", f"{PATH}/insertMultiple", 400),
        ("POST", "/api/now/import", 400),
    ],
)
def test_what_is_not_there_is_refused(rig: Rig, method: str, path: str, status: int) -> None:
    """In the instance's shape; the twin, a row without a map, comes in and has no result."""
    rig.folder.insert("u_imp_user", {"u_id": "1"})
    assert rig.ask(method, path, {} if method == "POST" else None).status == status
    assert imported(rig, u_id="jp").json["result"] == []


def test_a_map_cannot_write_what_clients_only_read(rig: Rig) -> None:
    """The outbound log is no target and no staging table; an unknown target is named in the result."""
    row = {"name": "m", "source_table": "u_stage", "target_table": "sys_outbound_http_log"}
    made = rig.ask("POST", "/api/now/table/sys_transform_map", row).result["sys_id"]
    (result,) = rig.ask("POST", "/api/now/import/u_stage", {"u_a": "1"}).json["result"]
    assert (result["status"], result["error_message"]) == ("error", "Failed API level ACL Validation")
    assert rig.get("sys_outbound_http_log").result == []
    assert rig.ask("POST", "/api/now/import/sys_outbound_http_log", {"u_a": "1"}).status == 403
    rig.folder.update("sys_transform_map", made, {"target_table": "u_nowhere"})
    (result,) = rig.ask("POST", "/api/now/import/u_stage", {"u_a": "1"}).json["result"]
    assert (result["status"], result["error_message"]) == ("error", "Invalid table u_nowhere")
